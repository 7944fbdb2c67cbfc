//! WebSocket APIs.

use std::time::Duration;

use greenroom_apigateway::config::{WebSocketApi, WebSocketIntegration, WebSocketRoute};
use greenroom_lambda_projects as declared;

use super::{Cx, authorizers, http_api, stages};

pub(super) fn map(cx: &Cx<'_>, api: &declared::WebSocketApi) -> WebSocketApi {
    WebSocketApi {
        id: api.api_id.clone(),
        name: api.name.clone(),
        owner: cx.owner(),
        selection: api.route_selection_expression.clone(),
        routes: api.routes.iter().map(|route| map_route(cx, route)).collect(),
        stages: api.stages.iter().map(stages::map).collect(),
        // Their answers are not remembered.
        authorizers: api.authorizers.iter().map(|authorizer| authorizers::with_policy(cx, authorizer, 0)).collect(),
    }
}

fn map_route(cx: &Cx<'_>, route: &declared::WebSocketRoute) -> WebSocketRoute {
    let integration = &route.integration;
    let timeout = integration.timeout_in_millis.map(|millis| Duration::from_millis(millis.into()));
    WebSocketRoute {
        key: route.route_key.clone(),
        integration: match (integration.integration_type.as_str(), &integration.function) {
            ("AWS_PROXY", Some(function)) => WebSocketIntegration::Function { arn: cx.arn(function), timeout },
            ("MOCK", _) => WebSocketIntegration::Mock,
            _ => WebSocketIntegration::Unsupported(http_api::unreached(integration)),
        },
        answers: route.route_response_selection_expression.is_some(),
        authorizer: route.authorizer_id.clone(),
    }
}
