//! Events of load balancers.
//! <https://docs.aws.amazon.com/elasticloadbalancing/latest/application/lambda-functions.html#receive-event-from-load-balancer>

use serde_json::{Map, Value, json};

use crate::http_api::event_v1::{last, lists};
use crate::http_api::event_v2::forwarded;
use crate::inbound::{BodyText, Inbound, Query, is_text_type};
use crate::scene::Scene;

/// The event of a request. Of several values the last one counts, unless the target group wants `multi` values. The query stays as it was
/// sent.
pub(crate) fn build(target_group: &str, multi: bool, scene: &Scene, inbound: &Inbound) -> Value {
    let mut headers = inbound.headers.clone();
    forwarded(&mut headers, scene, inbound);
    let lower: Vec<(String, Vec<&str>)> = headers.grouped().into_iter().map(|(name, values)| (name.to_ascii_lowercase(), values)).collect();
    let headers: Vec<(&str, Vec<&str>)> = lower.iter().map(|(name, values)| (name.as_str(), values.clone())).collect();
    let query = Query::raw(&inbound.query);
    let query = query.grouped();
    let mut event = Map::new();
    event.insert("requestContext".into(), json!({ "elb": { "targetGroupArn": target_group } }));
    event.insert("httpMethod".into(), inbound.method.clone().into());
    event.insert("path".into(), inbound.path.clone().into());
    if multi {
        event.insert("multiValueQueryStringParameters".into(), lists(&query));
        event.insert("multiValueHeaders".into(), lists(&headers));
    } else {
        event.insert("queryStringParameters".into(), last(&query));
        event.insert("headers".into(), last(&headers));
    }
    let text = is_text_type(inbound.headers.get("content-type"), inbound.headers.get("content-encoding"));
    let body = BodyText::of(&inbound.body, text);
    event.insert("body".into(), body.text.unwrap_or_default().into());
    event.insert("isBase64Encoded".into(), body.base64.into());
    Value::Object(event)
}
