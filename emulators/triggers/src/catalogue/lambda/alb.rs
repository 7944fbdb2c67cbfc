//! Requests through load balancers.
//! <https://docs.aws.amazon.com/elasticloadbalancing/latest/application/lambda-functions.html#receive-event-from-load-balancer>

use serde_json::{Value, json};

use super::request::{ACCOUNT, REGION, Request, hex};
use super::{by, line};
use crate::catalogue::{Draw, Kind};

pub(in crate::catalogue) const KIND: Kind =
    by("elasticloadbalancing.amazonaws.com", "alb", "a request through a load balancer", make, |made| line(made, "/httpMethod", "/path"));

fn make(draw: &Draw) -> Value {
    let request = Request::to(draw, &format!("{REGION}.elb.amazonaws.com"));
    let group = format!("arn:aws:elasticloadbalancing:{REGION}:{ACCOUNT}:targetgroup/items/{}", hex(draw, 16));
    json!({
        "requestContext": { "elb": { "targetGroupArn": group } },
        "httpMethod": request.method,
        "path": request.path,
        "queryStringParameters": request.query(),
        "headers": request.headers(),
        "body": request.body.as_deref().unwrap_or_default(),
        "isBase64Encoded": false,
    })
}
