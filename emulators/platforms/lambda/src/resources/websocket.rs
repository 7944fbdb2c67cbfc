//! WebSocket APIs.

use serde::Serialize;

use super::LambdaProject;
use super::authorizer::Authorizer;
use super::http_api::named;
use super::integration::Integration;
use super::props::Props;
use super::stage::Stage;
use crate::sources::Place;

/// A WebSocket API.
#[derive(Debug, Clone, Serialize)]
pub struct WebSocketApi {
    /// Its logical id.
    pub logical_id: String,
    /// Its id, the first part of its host name.
    pub api_id: String,
    /// Its name.
    pub name: String,
    /// What picks a route by the message: `$request.body.action`.
    pub route_selection_expression: String,
    /// Its routes.
    pub routes: Vec<WebSocketRoute>,
    /// Its authorizers.
    pub authorizers: Vec<Authorizer>,
    /// Its stages.
    pub stages: Vec<Stage>,
    /// Whether only custom domains lead to it.
    pub disable_execute_api_endpoint: bool,
    /// Where it is declared.
    pub place: Place,
    /// Integrations by id, for routes that name them.
    #[serde(skip)]
    pub(super) integrations: Vec<(String, Integration)>,
}

/// A route of a WebSocket API.
#[derive(Debug, Clone, Serialize)]
pub struct WebSocketRoute {
    /// `$connect`, `$disconnect`, `$default`, or what the expression gives.
    pub route_key: String,
    /// What is done with the message.
    pub integration: Integration,
    /// `NONE`, `CUSTOM` or `AWS_IAM`, of `$connect`.
    pub authorization_type: String,
    /// The authorizer's id.
    pub authorizer_id: Option<String>,
    /// Whether an API key is needed.
    pub api_key_required: bool,
    /// `$default` where the integration's answer is sent back.
    pub route_response_selection_expression: Option<String>,
    /// Where it is declared.
    pub place: Place,
}

impl WebSocketApi {
    pub(super) fn read(props: &Props<'_, '_>) -> Self {
        let expression = props.text("RouteSelectionExpression");
        if expression.is_none() {
            props.missing("RouteSelectionExpression", "add one, such as `$request.body.action`");
        }
        Self {
            logical_id: props.id.clone(),
            api_id: props.physical_name(),
            name: props.text("Name").unwrap_or_else(|| props.id.clone()),
            route_selection_expression: expression.unwrap_or_default(),
            routes: Vec::new(),
            authorizers: Vec::new(),
            stages: Vec::new(),
            disable_execute_api_endpoint: {
                props.no_effect(&["Description"]);
                props.flag("DisableExecuteApiEndpoint").unwrap_or(false)
            },
            place: props.place(),
            integrations: Vec::new(),
        }
    }
}

pub(super) fn add_route(
    props: &Props<'_, '_>,
    api: &mut WebSocketApi,
    route_key: &str,
    target: Option<&str>,
    authorization_type: String,
    authorizer_id: Option<String>,
) {
    let api_key_required = props.flag("ApiKeyRequired").unwrap_or(false);
    let route_response_selection_expression = props.text("RouteResponseSelectionExpression");
    props.no_effect(&["RequestParameters", "OperationName"]);
    props.not_emulated(&["ModelSelectionExpression", "RequestModels"]);
    let Some(integration) = named(props, target, &api.integrations) else { return };
    api.routes.push(WebSocketRoute {
        route_key: route_key.to_owned(),
        integration,
        authorization_type,
        authorizer_id,
        api_key_required,
        route_response_selection_expression,
        place: props.place(),
    });
}

/// Responses of routes and integrations have no effect where the function's answer is sent as it is; what would change it is named.
pub(super) fn read_response(props: &Props<'_, '_>, _: &mut LambdaProject) {
    props.no_effect(&[
        "ApiId",
        "RouteId",
        "RouteResponseKey",
        "IntegrationId",
        "IntegrationResponseKey",
        "ResponseModels",
        "ResponseParameters",
        "ModelSelectionExpression",
    ]);
    props.not_emulated(&["ResponseTemplates", "TemplateSelectionExpression", "ContentHandlingStrategy"]);
}
