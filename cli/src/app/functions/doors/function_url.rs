//! Function URLs.

use greenroom_apigateway::config::FunctionUrl;
use greenroom_lambda_projects as declared;

use super::{Cx, http_api};

pub(super) fn map(cx: &Cx<'_>, url: &declared::FunctionUrl) -> FunctionUrl {
    FunctionUrl {
        id: url.url_id.clone(),
        arn: cx.arn_of(&url.function_name, url.qualifier.as_deref()),
        owner: cx.owner(),
        iam: url.auth_type == "AWS_IAM",
        cors: url.cors.as_ref().map(http_api::cors),
        stream: url.invoke_mode == "RESPONSE_STREAM",
    }
}
