//! HTTP APIs.

use std::time::Duration;

use greenroom_apigateway::config::{Cors, HttpApi, HttpAuthorization, HttpIntegration, HttpRoute, ParameterMapping, PayloadFormat};
use greenroom_lambda_projects as declared;

use super::{Cx, authorizers, stages};

pub(super) fn map(cx: &Cx<'_>, api: &declared::HttpApi) -> HttpApi {
    HttpApi {
        id: api.api_id.clone(),
        name: api.name.clone(),
        owner: cx.owner(),
        routes: api.routes.iter().map(|route| map_route(cx, route)).collect(),
        stages: api.stages.iter().map(stages::map).collect(),
        authorizers: api.authorizers.iter().filter_map(|authorizer| authorizers::http(cx, authorizer)).collect(),
        cors: api.cors_configuration.as_ref().map(cors),
    }
}

fn map_route(cx: &Cx<'_>, route: &declared::HttpRoute) -> HttpRoute {
    HttpRoute {
        key: route.route_key.clone(),
        integration: integration(cx, &route.integration),
        authorization: authorization(route),
        mapping: mapping(&route.integration),
    }
}

fn mapping(integration: &declared::Integration) -> ParameterMapping {
    let response = integration.response_parameters.iter();
    let response = response.filter_map(|(status, changes)| Some((status.parse().ok()?, changes.clone()))).collect();
    ParameterMapping { request: integration.request_parameters.clone(), response }
}

fn authorization(route: &declared::HttpRoute) -> HttpAuthorization {
    match (route.authorization_type.as_str(), &route.authorizer_id) {
        ("AWS_IAM", _) => HttpAuthorization::Iam,
        (_, Some(id)) => HttpAuthorization::Authorizer { id: id.clone(), scopes: route.authorization_scopes.clone() },
        _ => HttpAuthorization::None,
    }
}

fn integration(cx: &Cx<'_>, integration: &declared::Integration) -> HttpIntegration {
    let timeout = integration.timeout_in_millis.map(|millis| Duration::from_millis(millis.into()));
    if let Some(function) = &integration.function {
        let format = format(integration.payload_format_version.as_deref());
        return HttpIntegration::Function { arn: cx.arn(function), format, timeout };
    }
    match server(integration) {
        Some(url) => {
            let verb = integration.integration_method.clone().unwrap_or_else(|| "ANY".to_owned());
            HttpIntegration::Http { url: url.to_owned(), verb, timeout }
        }
        None => HttpIntegration::Unsupported(unreached(integration)),
    }
}

/// What an integration that nothing here can carry out is called.
pub(super) fn unreached(integration: &declared::Integration) -> String {
    if integration.connection_type.as_deref() == Some("VPC_LINK") {
        return "VPC_LINK".to_owned();
    }
    integration.integration_subtype.clone().unwrap_or_else(|| integration.integration_type.clone())
}

/// The address of the server that an integration hands requests on to; none where there is none that can be reached from here.
pub(super) fn server(integration: &declared::Integration) -> Option<&str> {
    let within = integration.connection_type.as_deref() == Some("VPC_LINK");
    let known = integration.integration_type.starts_with("HTTP") && integration.integration_subtype.is_none() && !within;
    integration.integration_uri.as_deref().filter(|uri| known && uri.starts_with("http"))
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
