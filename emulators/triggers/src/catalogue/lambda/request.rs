//! A request as all front doors tell of it: what is drawn once, and shown in the shape of each.

use greenroom_host::Timestamp;
use serde_json::{Map, Value, json};

use crate::catalogue::Draw;

/// The account in which everything is.
pub(in crate::catalogue) const ACCOUNT: &str = "000000000000";
/// The region in which everything is.
pub(in crate::catalogue) const REGION: &str = "us-east-1";
/// Who asks: an address that is nobody's, by RFC 5737.
const SOURCE_IP: &str = "192.0.2.1";

/// A request that was made up.
pub(super) struct Request {
    pub(super) method: &'static str,
    pub(super) path: String,
    /// The number in the path.
    pub(super) item: String,
    pub(super) query: Vec<(&'static str, &'static str)>,
    pub(super) headers: Vec<(&'static str, String)>,
    pub(super) body: Option<String>,
    pub(super) at: Timestamp,
    /// The API's id, or the first label of another host.
    pub(super) api: String,
    pub(super) host: String,
    /// The id of eleven bytes, in base64.
    pub(super) extended_id: String,
    /// The id of the request, a UUID.
    pub(super) uuid: String,
}

impl Request {
    /// One to a host whose name begins with an id and goes on with `domain`.
    pub(super) fn to(draw: &Draw, domain: &str) -> Self {
        let api = draw.letters(10);
        let host = format!("{api}.{domain}");
        let item = draw.number(1000).to_string();
        let (method, path, query, body) = match draw.number(3) {
            0 => ("GET", format!("/items/{item}"), Vec::new(), None),
            1 => ("GET", format!("/items/{item}"), vec![("q", draw.one(&["tea", "green", "room"])), ("page", "2")], None),
            _ => ("POST", format!("/items/{item}"), Vec::new(), Some(json!({ "name": draw.one(&["Ada", "Grace", "Alan"]) }).to_string())),
        };
        let at = draw.instant();
        let agent = draw.one(&["curl/8.7.1", "Mozilla/5.0"]);
        let mut headers = vec![("accept", "*/*".to_owned()), ("host", host.clone()), ("user-agent", agent.to_owned())];
        if let Some(body) = &body {
            headers.push(("content-length", body.len().to_string()));
            headers.push(("content-type", "application/json".to_owned()));
        }
        headers.extend(forwarded(draw, at));
        Self { method, path, item, query, headers, body, at, api, host, extended_id: extended(draw), uuid: draw.uuid() }
    }

    /// One to an API of API Gateway.
    pub(super) fn to_api(draw: &Draw) -> Self {
        Self::to(draw, &format!("execute-api.{REGION}.amazonaws.com"))
    }

    /// `a=1&b=2`
    pub(super) fn raw_query(&self) -> String {
        self.query.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("&")
    }

    pub(super) fn agent(&self) -> &str {
        self.headers.iter().find(|(name, _)| *name == "user-agent").map_or("", |(_, value)| value)
    }

    pub(super) fn headers(&self) -> Value {
        object(self.headers.iter().map(|(name, value)| ((*name).to_owned(), value.as_str().into())))
    }

    pub(super) fn multi_headers(&self) -> Value {
        object(self.headers.iter().map(|(name, value)| ((*name).to_owned(), json!([value]))))
    }

    pub(super) fn query(&self) -> Value {
        object(self.query.iter().map(|(name, value)| ((*name).to_owned(), (*value).into())))
    }

    pub(super) fn multi_query(&self) -> Value {
        object(self.query.iter().map(|(name, value)| ((*name).to_owned(), json!([value]))))
    }

    /// The ARN by which policies name what is asked for.
    pub(super) fn arn(&self, stage: &str) -> String {
        let Self { api, method, path, .. } = self;
        format!("arn:aws:execute-api:{REGION}:{ACCOUNT}:{api}/{stage}/{method}{path}")
    }

    /// `identity` of REST APIs and of format 1.0, where nobody is known.
    pub(super) fn identity(&self) -> Value {
        json!({
            "accessKey": null, "accountId": null, "caller": null, "cognitoAuthenticationProvider": null,
            "cognitoAuthenticationType": null, "cognitoIdentityId": null, "cognitoIdentityPoolId": null,
            "principalOrgId": null, "sourceIp": SOURCE_IP, "user": null, "userAgent": self.agent(), "userArn": null,
        })
    }

    /// `requestContext.http` of format 2.0.
    pub(super) fn http(&self) -> Value {
        json!({
            "method": self.method, "path": self.path, "protocol": "HTTP/1.1", "sourceIp": SOURCE_IP, "userAgent": self.agent(),
        })
    }

    /// The `identity` of connections.
    pub(super) fn caller(&self) -> Value {
        json!({ "sourceIp": SOURCE_IP, "userAgent": self.agent() })
    }
}

/// What the vendor's network adds.
fn forwarded(draw: &Draw, at: Timestamp) -> Vec<(&'static str, String)> {
    let root = format!("Root=1-{:08x}-{}", at.0 / 1000, draw.hex(24));
    vec![
        ("x-amzn-trace-id", root),
        ("x-forwarded-for", SOURCE_IP.to_owned()),
        ("x-forwarded-port", "443".to_owned()),
        ("x-forwarded-proto", "https".to_owned()),
    ]
}

/// As logs of web servers have it: `09/Feb/2027:18:23:28 +0000`.
pub(super) fn log_time(at: Timestamp) -> String {
    const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let iso = at.iso_8601();
    let month = iso[5..7].parse::<usize>().unwrap_or(1).clamp(1, 12);
    format!("{}/{}/{}:{} +0000", &iso[8..10], MONTHS[month - 1], &iso[..4], &iso[11..19])
}

fn object(pairs: impl Iterator<Item = (String, Value)>) -> Value {
    Value::Object(pairs.collect::<Map<_, _>>())
}

/// Null where an object has nothing.
pub(super) fn some(object: Value) -> Value {
    if object.as_object().is_some_and(Map::is_empty) { Value::Null } else { object }
}

/// Fifteen digits of base64 and `=`: the extended id of a request, the id of a connection. Of the last digit two bits are none of the
/// eleven bytes' own.
pub(in crate::catalogue) fn extended(draw: &Draw) -> String {
    let digits = draw.some_of(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_", 14);
    format!("{digits}{}=", draw.some_of(b"AEIMQUYcgkosw048", 1))
}
