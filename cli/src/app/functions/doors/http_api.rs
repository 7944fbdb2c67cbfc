//! HTTP APIs.

use std::time::Duration;

use greenroom_apigateway::config::{Cors, HttpApi, HttpAuthorization, HttpIntegration, HttpRoute, PayloadFormat};
use greenroom_lambda_projects as declared;

use super::{Cx, authorizers, stage};

pub(super) fn map(cx: &Cx<'_>, api: &declared::HttpApi) -> HttpApi {
    HttpApi {
        id: api.api_id.clone(),
        name: api.name.clone(),
        owner: cx.owner(),
        routes: api.routes.iter().map(|route| map_route(cx, route)).collect(),
        stages: api.stages.iter().map(stage).collect(),
        authorizers: api.authorizers.iter().filter_map(|authorizer| authorizers::http(cx, authorizer)).collect(),
        cors: api.cors_configuration.as_ref().map(cors),
    }
}

fn map_route(cx: &Cx<'_>, route: &declared::HttpRoute) -> HttpRoute {
    HttpRoute { key: route.route_key.clone(), integration: integration(cx, &route.integration), authorization: authorization(route) }
}

fn authorization(route: &declared::HttpRoute) -> HttpAuthorization {
    match (route.authorization_type.as_str(), &route.authorizer_id) {
        ("AWS_IAM", _) => HttpAuthorization::Iam,
        (_, Some(id)) => HttpAuthorization::Authorizer { id: id.clone(), scopes: route.authorization_scopes.clone() },
        _ => HttpAuthorization::None,
    }
}

fn integration(cx: &Cx<'_>, integration: &declared::Integration) -> HttpIntegration {
    let Some(function) = &integration.function else {
        return HttpIntegration::Unsupported(
            integration.integration_subtype.clone().unwrap_or_else(|| integration.integration_type.clone()),
        );
    };
    HttpIntegration::Function {
        arn: cx.arn(function),
        format: format(integration.payload_format_version.as_deref()),
        timeout: integration.timeout_in_millis.map(|millis| Duration::from_millis(millis.into())),
    }
}

pub(super) fn format(version: Option<&str>) -> PayloadFormat {
    if version == Some("2.0") { PayloadFormat::V2 } else { PayloadFormat::V1 }
}

pub(super) fn cors(cors: &declared::Cors) -> Cors {
    Cors {
        allow_credentials: cors.allow_credentials,
        allow_headers: cors.allow_headers.clone(),
        allow_methods: cors.allow_methods.clone(),
        allow_origins: cors.allow_origins.clone(),
        expose_headers: cors.expose_headers.clone(),
        max_age: cors.max_age.and_then(|seconds| u32::try_from(seconds).ok()),
    }
}
