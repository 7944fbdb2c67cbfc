//! Errors on the wire, by protocol.

use serde_json::{Map, Value};

use super::json::media_type;
use crate::error::ApiError;
use crate::message::WireResponse;
use crate::model::Protocol;

/// An error as clients of `protocol` read it. `query_compatible`: the service once spoke the query protocol, and its clients still ask for
/// the codes of that time: <https://smithy.io/2.0/aws/protocols/aws-query-protocol.html#aws-protocols-awsquerycompatible-trait>
pub(crate) fn render(protocol: Protocol, error: &ApiError, request_id: &str, namespace: &str) -> WireResponse {
    let response = match protocol {
        Protocol::RestJson => json(protocol, error, None).with("x-amzn-ErrorType", &error.code),
        Protocol::Json10 | Protocol::Json11 => json(protocol, error, Some(&error.code)),
        Protocol::Query => WireResponse::new(error.status, media_type(protocol), query(error, request_id, namespace)),
        Protocol::RestXml => WireResponse::new(error.status, media_type(protocol), rest_xml(error, request_id)),
    };
    error.headers.iter().fold(response, |response, (name, value)| response.with(name, value))
}

fn json(protocol: Protocol, error: &ApiError, named: Option<&str>) -> WireResponse {
    let mut body = Map::new();
    if let Some(code) = named {
        body.insert("__type".to_owned(), Value::from(code));
    }
    body.extend(error.members.clone());
    body.insert(error.message_key.to_owned(), Value::from(error.message.as_str()));
    WireResponse::new(error.status, media_type(protocol), Value::Object(body).to_string())
}

fn query(error: &ApiError, request_id: &str, namespace: &str) -> String {
    let kind = if error.is_senders() { "Sender" } else { "Receiver" };
    format!(
        "<ErrorResponse xmlns=\"{}\"><Error><Type>{kind}</Type><Code>{}</Code><Message>{}</Message></Error><RequestId>{request_id}</RequestId></ErrorResponse>",
        xml(namespace),
        xml(&error.code),
        xml(&error.message)
    )
}

fn rest_xml(error: &ApiError, request_id: &str) -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>{}</Code><Message>{}</Message><RequestId>{request_id}</RequestId></Error>",
        xml(&error.code),
        xml(&error.message)
    )
}

fn xml(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::message::WireBody;

    fn body(protocol: Protocol) -> String {
        let error = ApiError::new("Some<Code>", 404, "no \"thing\"").under("Message").with("Type", "User");
        let response = render(protocol, &error, "id-1", "http://queue.amazonaws.com/doc/2012-11-05/");
        assert_eq!(response.status, 404);
        let WireBody::Whole(bytes) = response.body else { panic!("a stream") };
        String::from_utf8(bytes.to_vec()).unwrap()
    }

    #[test]
    fn each_protocol_has_its_envelope() {
        assert_eq!(body(Protocol::RestJson), r#"{"Type":"User","Message":"no \"thing\""}"#);
        assert_eq!(body(Protocol::Json10), r#"{"__type":"Some<Code>","Type":"User","Message":"no \"thing\""}"#);
        assert!(
            body(Protocol::Query)
                .contains("<Error><Type>Sender</Type><Code>Some&lt;Code&gt;</Code><Message>no &quot;thing&quot;</Message>")
        );
        assert!(body(Protocol::RestXml).ends_with("<RequestId>id-1</RequestId></Error>"));
    }
}
