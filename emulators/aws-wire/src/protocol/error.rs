//! Errors on the wire, by protocol.

use serde_json::{Map, Value};

use super::cbor;
use super::json::media_type;
use super::xml::escaped;
use crate::error::ApiError;
use crate::message::{WireBody, WireResponse};
use crate::model::{Model, Protocol};

/// An error as clients of `protocol` read it; `model`: of the service, where one was found.
pub(crate) fn render(model: Option<&Model>, protocol: Protocol, error: &ApiError, request_id: &str) -> WireResponse {
    let named = model.map_or_else(|| Named::plain(error), |model| Named::of(model, error));
    let response = match protocol {
        Protocol::RestJson => json(protocol, error, None).with("x-amzn-ErrorType", &error.code),
        Protocol::Json10 | Protocol::Json11 => with_query_code(json(protocol, error, Some(&named.kind)), model, error, &named),
        Protocol::Cbor => with_query_code(cbor::error(error.status, &members(error, Some(&named.kind))), model, error, &named),
        Protocol::Query => WireResponse::new(error.status, media_type(protocol), query(model, error, &named, request_id)),
        Protocol::RestXml => WireResponse::new(error.status, media_type(protocol), rest_xml(error, request_id)),
    };
    let response = error.headers.iter().fold(response, |response, (name, value)| response.with(name, value));
    if error.unanswered { WireResponse { body: WireBody::Unsent, ..response } } else { response }
}

/// What an error is called.
struct Named {
    /// `com.amazonaws.sqs#QueueDoesNotExist`.
    kind: String,
    /// `AWS.SimpleQueueService.NonExistentQueue`.
    query: String,
}

impl Named {
    fn plain(error: &ApiError) -> Self {
        Self { kind: error.code.clone(), query: error.query_code.clone().unwrap_or_else(|| error.code.clone()) }
    }

    fn of(model: &Model, error: &ApiError) -> Self {
        let known = model.error(&error.code);
        let modelled = || known.and_then(|(_, shape)| Some(shape.error.as_ref()?.1.clone()));
        let query = error.query_code.clone().or_else(modelled).unwrap_or_else(|| error.code.clone());
        let kind = match known {
            _ if model.errors.is_empty() => error.code.clone(),
            Some((name, _)) if name.contains('#') => name.to_owned(),
            Some(_) => format!("{}#{}", model.errors, error.code),
            // What is no service's own is of the frame that they all stand on.
            None => format!("com.amazon.coral.service#{}", error.code),
        };
        Self { kind, query }
    }
}

/// Clients of a service that once spoke the query protocol ask for the codes of that time:
/// <https://smithy.io/2.0/aws/protocols/aws-query-protocol.html#aws-protocols-awsquerycompatible-trait>
fn with_query_code(response: WireResponse, model: Option<&Model>, error: &ApiError, named: &Named) -> WireResponse {
    if model.is_some_and(|model| model.speaks(Protocol::Query)) {
        return response.with("x-amzn-query-error", format!("{};{}", named.query, side(error)));
    }
    response
}

fn side(error: &ApiError) -> &'static str {
    if error.is_senders() { "Sender" } else { "Receiver" }
}

fn json(protocol: Protocol, error: &ApiError, named: Option<&str>) -> WireResponse {
    WireResponse::new(error.status, media_type(protocol), members(error, named).to_string())
}

fn members(error: &ApiError, named: Option<&str>) -> Value {
    let mut body = Map::new();
    if let Some(kind) = named {
        body.insert("__type".to_owned(), Value::from(kind));
    }
    body.extend(error.members.clone());
    // Some errors are a name and nothing else.
    if !error.message.is_empty() {
        body.insert(error.message_key.to_owned(), Value::from(error.message.as_str()));
    }
    Value::Object(body)
}

fn query(model: Option<&Model>, error: &ApiError, named: &Named, request_id: &str) -> String {
    let namespace = model.map_or("", |model| &model.namespace);
    let message = error.query_message.as_deref().unwrap_or(&error.message);
    // Services that speak another protocol today, which is SQS, have an empty element more.
    let detail = if model.is_some_and(|model| model.protocol != Protocol::Query) { "<Detail/>" } else { "" };
    format!(
        "<?xml version=\"1.0\"?><ErrorResponse xmlns=\"{}\"><Error><Type>{}</Type><Code>{}</Code><Message>{}</Message>{detail}</Error>\
         <RequestId>{request_id}</RequestId></ErrorResponse>",
        escaped(namespace),
        side(error),
        escaped(&named.query),
        escaped(message)
    )
}

fn rest_xml(error: &ApiError, request_id: &str) -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>{}</Code><Message>{}</Message><RequestId>{request_id}</RequestId></Error>",
        escaped(&error.code),
        escaped(&error.message)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    const MODEL: &str = "service sqs json-1.0 2012-11-05 AmazonSQS\nalso query\nnamespace http://queue\nerrors com.amazonaws.sqs\n\
        exception QueueDoesNotExist 400 AWS.SimpleQueueService.NonExistentQueue\n\
        exception com.amazon.coral.service#InvalidParameterValueException 400 InvalidParameterValue";

    fn body(model: Option<&Model>, protocol: Protocol, error: &ApiError) -> (Vec<(String, String)>, String) {
        let response = render(model, protocol, error, "id-1");
        assert_eq!(response.status, error.status);
        let WireBody::Whole(bytes) = response.body else { panic!("a stream") };
        (response.headers, String::from_utf8(bytes.to_vec()).unwrap())
    }

    #[test]
    fn each_protocol_has_its_envelope() {
        let error = ApiError::new("Some<Code>", 404, "no \"thing\"").under("Message").with("Type", "User");
        let body = |protocol| body(None, protocol, &error).1;
        assert_eq!(body(Protocol::RestJson), r#"{"Type":"User","Message":"no \"thing\""}"#);
        assert_eq!(body(Protocol::Json10), r#"{"__type":"Some<Code>","Type":"User","Message":"no \"thing\""}"#);
        assert!(
            body(Protocol::Query)
                .contains("<Error><Type>Sender</Type><Code>Some&lt;Code&gt;</Code><Message>no &quot;thing&quot;</Message>")
        );
        assert!(body(Protocol::RestXml).ends_with("<RequestId>id-1</RequestId></Error>"));
    }

    #[test]
    fn a_service_that_spoke_query_has_two_names_for_an_error() {
        let model = Model::parse(&[MODEL]).unwrap();
        let error = ApiError::new("QueueDoesNotExist", 400, "There is none.").in_query("There is none for this version.");
        let (headers, said) = body(Some(&model), Protocol::Json10, &error);
        assert_eq!(said, r#"{"__type":"com.amazonaws.sqs#QueueDoesNotExist","message":"There is none."}"#);
        assert!(headers.contains(&("x-amzn-query-error".into(), "AWS.SimpleQueueService.NonExistentQueue;Sender".into())), "{headers:?}");
        let (_, said) = body(Some(&model), Protocol::Query, &error);
        assert_eq!(
            said,
            "<?xml version=\"1.0\"?><ErrorResponse xmlns=\"http://queue\"><Error><Type>Sender</Type>\
             <Code>AWS.SimpleQueueService.NonExistentQueue</Code><Message>There is none for this version.</Message><Detail/></Error>\
             <RequestId>id-1</RequestId></ErrorResponse>"
        );
        let (headers, said) = body(Some(&model), Protocol::Json10, &ApiError::new("InvalidParameterValueException", 400, "x"));
        assert_eq!(said, r#"{"__type":"com.amazon.coral.service#InvalidParameterValueException","message":"x"}"#);
        assert!(headers.contains(&("x-amzn-query-error".into(), "InvalidParameterValue;Sender".into())), "{headers:?}");
    }
}
