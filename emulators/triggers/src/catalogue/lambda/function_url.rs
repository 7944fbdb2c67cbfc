//! Requests to function URLs. <https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html>

use super::http_api::{Door, v2};
use super::request::{REGION, Request};
use super::{by, line};
use crate::catalogue::Kind;

pub(in crate::catalogue) const KIND: Kind = by(
    "lambda.amazonaws.com",
    "function-url",
    "a request to a function URL",
    |draw| v2(&Request::to(draw, &format!("lambda-url.{REGION}.on.aws")), Door { account: "anonymous", routed: false }),
    |made| line(made, "/requestContext/http/method", "/rawPath"),
);
