//! Who may call.

use std::time::Duration;

use greenroom_apigateway::config::{self, AuthorizerKind, HttpAuthorizer, HttpAuthorizerKind, HttpFunctionAuthorizer, JwtAuthorizer};
use greenroom_lambda_projects::Authorizer;

use super::{Cx, http_api};

/// How long an answer of an authorizer of a REST API counts where nothing is configured; of HTTP APIs it does not by itself.
/// <https://docs.aws.amazon.com/apigateway/latest/api/API_CreateAuthorizer.html>,
/// <https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-lambda-authorizer.html>
pub(super) fn ttl(authorizer: &Authorizer, usual: u64) -> Duration {
    Duration::from_secs(authorizer.authorizer_result_ttl_in_seconds.map_or(usual, u64::from))
}

pub(super) fn http(cx: &Cx<'_>, authorizer: &Authorizer) -> Option<HttpAuthorizer> {
    let kind = match (&authorizer.jwt_configuration, &authorizer.function) {
        (Some(jwt), _) => HttpAuthorizerKind::Jwt(JwtAuthorizer {
            identity_source: authorizer.identity_source.first().cloned().unwrap_or_else(|| "$request.header.Authorization".to_owned()),
            issuer: jwt.issuer.trim_end_matches('/').to_owned(),
            audience: jwt.audience.clone(),
            keys: None,
        }),
        (None, Some(function)) => HttpAuthorizerKind::Function(HttpFunctionAuthorizer {
            arn: cx.arn(function),
            format: http_api::format(authorizer.authorizer_payload_format_version.as_deref()),
            simple_responses: authorizer.enable_simple_responses,
            identity_sources: authorizer.identity_source.clone(),
            ttl: ttl(authorizer, 0),
        }),
        (None, None) => return None,
    };
    Some(HttpAuthorizer { id: authorizer.authorizer_id.clone(), kind })
}

/// An authorizer that answers a policy, of a REST or WebSocket API. Its answers are remembered for `usual` seconds where nothing else is
/// configured.
pub(super) fn with_policy(cx: &Cx<'_>, authorizer: &Authorizer, usual: u64) -> config::Authorizer {
    let kind = match (authorizer.authorizer_type.as_str(), &authorizer.function) {
        ("TOKEN", Some(function)) => AuthorizerKind::Token {
            arn: cx.arn(function),
            identity_source: authorizer.identity_source.first().cloned().unwrap_or_else(usual_source),
            validation: authorizer.identity_validation_expression.clone(),
        },
        ("REQUEST", Some(function)) => {
            AuthorizerKind::Request { arn: cx.arn(function), identity_sources: authorizer.identity_source.clone() }
        }
        ("COGNITO_USER_POOLS", _) => AuthorizerKind::Pools {
            identity_source: authorizer.identity_source.first().cloned().unwrap_or_else(usual_source),
            issuers: authorizer.provider_arns.iter().filter_map(|arn| issuer(arn)).collect(),
            validation: authorizer.identity_validation_expression.clone(),
        },
        (other, _) => AuthorizerKind::Unsupported(other.to_owned()),
    };
    let (id, name) = (authorizer.authorizer_id.clone(), authorizer.name.clone());
    config::Authorizer { id, name, kind, ttl: ttl(authorizer, usual) }
}

fn usual_source() -> String {
    "method.request.header.Authorization".to_owned()
}

/// Who issues the tokens of a pool: `arn:aws:cognito-idp:us-east-1:123456789012:userpool/us-east-1_x`.
/// <https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-tokens-verifying-a-jwt.html>
fn issuer(arn: &str) -> Option<String> {
    let (place, pool) = arn.split_once(":userpool/")?;
    let region = place.split(':').nth(3)?;
    Some(format!("https://cognito-idp.{region}.amazonaws.com/{pool}"))
}
