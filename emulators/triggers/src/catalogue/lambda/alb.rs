//! Requests through load balancers.
//! <https://docs.aws.amazon.com/elasticloadbalancing/latest/application/lambda-functions.html#receive-event-from-load-balancer>

use serde_json::{Value, json};

use super::request::{ACCOUNT, REGION, Request};
use super::{after, by, line};
use crate::catalogue::{Draw, Kind};

pub(in crate::catalogue) const KIND: Kind =
    by("elasticloadbalancing.amazonaws.com", "alb", "a request through a load balancer", make, |made| line(made, "/httpMethod", "/path"));

pub(in crate::catalogue) const MULTI: Kind =
    by("elasticloadbalancing.amazonaws.com", "alb-multi-value", "the same, where the target group keeps several values", multi, |made| {
        line(made, "/httpMethod", "/path")
    });

/// `lambda.multi_value_headers.enabled`
fn multi(draw: &Draw) -> Value {
    of(draw, |request| json!({ "multiValueQueryStringParameters": request.multi_query(), "multiValueHeaders": request.multi_headers() }))
}

fn make(draw: &Draw) -> Value {
    of(draw, |request| json!({ "queryStringParameters": request.query(), "headers": request.headers() }))
}

fn of(draw: &Draw, values: fn(&Request) -> Value) -> Value {
    let request = Request::to(draw, &format!("{REGION}.elb.amazonaws.com"));
    let group = format!("arn:aws:elasticloadbalancing:{REGION}:{ACCOUNT}:targetgroup/items/{}", draw.hex(16));
    let context = json!({ "elb": { "targetGroupArn": group } });
    let first = json!({ "requestContext": context, "httpMethod": request.method, "path": request.path });
    let last = json!({ "body": request.body.as_deref().unwrap_or_default(), "isBase64Encoded": false });
    after(after(first, values(&request)), last)
}
