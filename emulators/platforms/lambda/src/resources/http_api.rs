//! HTTP APIs, and what they have in common with WebSocket APIs.

use serde::Serialize;

use super::authorizer::Authorizer;
use super::integration::{FunctionTarget, Integration};
use super::props::Props;
use super::stage::Stage;
use super::websocket::{self, WebSocketApi};
use super::{LambdaProject, open_api};
use crate::sources::Place;

/// An HTTP API.
#[derive(Debug, Clone, Serialize)]
pub struct HttpApi {
    /// Its logical id.
    pub logical_id: String,
    /// Its id, the first part of its host name.
    pub api_id: String,
    /// Its name.
    pub name: String,
    /// What it is for.
    pub description: String,
    /// Its routes.
    pub routes: Vec<HttpRoute>,
    /// Its authorizers.
    pub authorizers: Vec<Authorizer>,
    /// What browsers of other origins may do.
    pub cors_configuration: Option<Cors>,
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

/// A route of an HTTP API.
#[derive(Debug, Clone, Serialize)]
pub struct HttpRoute {
    /// `GET /items/{id}`, `ANY /{proxy+}` or `$default`.
    pub route_key: String,
    /// What is done with the request.
    pub integration: Integration,
    /// `NONE`, `JWT`, `CUSTOM` or `AWS_IAM`.
    pub authorization_type: String,
    /// The authorizer's id.
    pub authorizer_id: Option<String>,
    /// Scopes that a token must have one of.
    pub authorization_scopes: Vec<String>,
    /// The operation's name.
    pub operation_name: Option<String>,
    /// Where it is declared.
    pub place: Place,
}

/// What browsers of other origins may do.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Cors {
    /// Origins, or `*`.
    pub allow_origins: Vec<String>,
    /// Methods, or `*`.
    pub allow_methods: Vec<String>,
    /// Headers that requests may have.
    pub allow_headers: Vec<String>,
    /// Headers that code may read.
    pub expose_headers: Vec<String>,
    /// Seconds that a preflight's answer is kept.
    pub max_age: Option<i64>,
    /// Whether cookies are sent.
    pub allow_credentials: bool,
}

impl Cors {
    /// Reads the object of a template or of a definition, which differ in the case of their keys.
    pub(super) fn read(props: &Props<'_, '_>) -> Self {
        let key = |upper: &'static str| -> String {
            if props.all().has(upper) { upper.to_owned() } else { upper[..1].to_lowercase() + &upper[1..] }
        };
        let cors = Self {
            allow_origins: props.texts(&key("AllowOrigins")),
            allow_methods: props.texts(&key("AllowMethods")),
            allow_headers: props.texts(&key("AllowHeaders")),
            expose_headers: props.texts(&key("ExposeHeaders")),
            max_age: props.number(&key("MaxAge")),
            allow_credentials: props.flag(&key("AllowCredentials")).unwrap_or(false),
        };
        if cors.allow_credentials && cors.allow_origins.iter().any(|origin| origin == "*") {
            let message = format!("`{}`: credentials are not allowed together with every origin", props.id);
            props.cx().error(props.at, message, "name the origins, or take `AllowCredentials` out");
        }
        cors
    }
}

pub(super) fn read(props: &Props<'_, '_>, project: &mut LambdaProject) {
    let web_socket = props.text("ProtocolType").as_deref() == Some("WEBSOCKET");
    props.no_effect(&[
        "Tags",
        "Version",
        "FailOnWarnings",
        "Basepath",
        "CredentialsArn",
        "IpAddressType",
        "DisableSchemaValidation",
        "ApiKeySelectionExpression",
    ]);
    if web_socket {
        project.websocket_apis.push(WebSocketApi::read(props));
        return;
    }
    let mut api = HttpApi {
        logical_id: props.id.clone(),
        api_id: props.physical_name(),
        name: props.text("Name").unwrap_or_else(|| props.id.clone()),
        description: props.text("Description").unwrap_or_default(),
        routes: Vec::new(),
        authorizers: Vec::new(),
        cors_configuration: props.object("CorsConfiguration").map(|cors| Cors::read(&cors)),
        stages: Vec::new(),
        disable_execute_api_endpoint: props.flag("DisableExecuteApiEndpoint").unwrap_or(false),
        place: props.place(),
        integrations: Vec::new(),
    };
    props.no_effect(&["RouteSelectionExpression"]);
    quick(props, &mut api);
    if let Some(body) = open_api::body(props) {
        open_api::read_http(&body, &mut api);
    }
    project.http_apis.push(api);
}

/// `RouteKey` and `Target` of an API make a route, a stage and an integration at once.
fn quick(props: &Props<'_, '_>, api: &mut HttpApi) {
    let Some(target) = props.text("Target") else { return };
    let function = FunctionTarget::parse(&target);
    let kind = if function.is_some() { "AWS_PROXY" } else { "HTTP_PROXY" };
    let integration = Integration {
        integration_type: kind.to_owned(),
        function,
        integration_uri: Some(target),
        payload_format_version: Some("2.0".to_owned()),
        ..Integration::default()
    };
    api.routes.push(HttpRoute {
        route_key: props.text("RouteKey").unwrap_or_else(|| "$default".to_owned()),
        integration,
        authorization_type: "NONE".to_owned(),
        authorizer_id: None,
        authorization_scopes: Vec::new(),
        operation_name: None,
        place: props.place(),
    });
    api.stages.push(Stage::named("$default", props.place()));
}

/// The API that a resource belongs to.
pub(super) enum Owner<'p> {
    Http(&'p mut HttpApi),
    WebSocket(&'p mut WebSocketApi),
}

pub(super) fn owner<'p>(props: &Props<'_, '_>, project: &'p mut LambdaProject) -> Option<Owner<'p>> {
    let Some(id) = props.text("ApiId") else {
        props.missing("ApiId", "name an API, with `!Ref MyApi`");
        return None;
    };
    if let Some(api) = project.http_apis.iter_mut().find(|api| api.api_id == id) {
        return Some(Owner::Http(api));
    }
    if let Some(api) = project.websocket_apis.iter_mut().find(|api| api.api_id == id) {
        return Some(Owner::WebSocket(api));
    }
    let message = format!("`{}` names an API that is not here: `{id}`", props.full("ApiId"));
    props.cx().not_emulated(props.mark("ApiId"), message, "declare the API in this template");
    None
}

pub(super) fn read_integration(props: &Props<'_, '_>, project: &mut LambdaProject) {
    let uri = props.text("IntegrationUri");
    let integration = Integration {
        integration_type: props.text("IntegrationType").unwrap_or_default(),
        function: uri.as_deref().and_then(FunctionTarget::parse),
        integration_uri: uri,
        integration_subtype: props.text("IntegrationSubtype"),
        integration_method: props.text("IntegrationMethod"),
        payload_format_version: props.text("PayloadFormatVersion"),
        timeout_in_millis: props.number("TimeoutInMillis").and_then(|number| u32::try_from(number).ok()),
        credentials: props.text("CredentialsArn"),
        request_parameters: props.map("RequestParameters"),
        request_templates: props.map("RequestTemplates"),
        passthrough_behavior: props.text("PassthroughBehavior"),
        content_handling: props.text("ContentHandlingStrategy"),
        template_selection_expression: props.text("TemplateSelectionExpression"),
        response_parameters: response_parameters(props),
        connection_type: props.text("ConnectionType"),
        ..Integration::default()
    };
    props.no_effect(&["Description", "ConnectionId"]);
    props.not_emulated(&["TlsConfig"]);
    let id = props.reference();
    match owner(props, project) {
        Some(Owner::Http(api)) => api.integrations.push((id, integration)),
        Some(Owner::WebSocket(api)) => api.integrations.push((id, integration)),
        None => {}
    }
}

/// Changes to answers by status code.
fn response_parameters(props: &Props<'_, '_>) -> Vec<(String, Vec<(String, String)>)> {
    let Some(all) = props.object("ResponseParameters") else { return Vec::new() };
    let codes: Vec<String> = all.all().keys().map(str::to_owned).collect();
    let changes = |code: &String| {
        let list = all.object(code).map(|code| code.objects("ResponseParameters")).unwrap_or_default();
        list.iter().filter_map(|change| Some((change.text("Destination")?, change.text("Source")?))).collect()
    };
    codes.iter().map(|code| (code.clone(), changes(code))).collect()
}

pub(super) fn read_authorizer(props: &Props<'_, '_>, project: &mut LambdaProject) {
    let authorizer = Authorizer::of_resource(props);
    match owner(props, project) {
        Some(Owner::Http(api)) => api.authorizers.push(authorizer),
        Some(Owner::WebSocket(api)) => api.authorizers.push(authorizer),
        None => {}
    }
}

pub(super) fn read_route(props: &Props<'_, '_>, project: &mut LambdaProject) {
    let route_key = props.text("RouteKey").unwrap_or_default();
    let target = props.text("Target");
    let authorization_type = props.one_of("AuthorizationType", &["NONE", "AWS_IAM", "CUSTOM", "JWT"]).unwrap_or_else(|| "NONE".to_owned());
    let (authorizer_id, authorization_scopes) = (props.text("AuthorizerId"), props.texts("AuthorizationScopes"));
    let operation_name = props.text("OperationName");
    let place = props.place();
    match owner(props, project) {
        Some(Owner::Http(api)) => {
            props.no_effect(&["RequestParameters", "RouteResponseSelectionExpression", "ApiKeyRequired"]);
            let Some(integration) = named(props, target.as_deref(), &api.integrations) else { return };
            api.routes.push(HttpRoute {
                route_key,
                integration,
                authorization_type,
                authorizer_id,
                authorization_scopes,
                operation_name,
                place,
            });
        }
        Some(Owner::WebSocket(api)) => websocket::add_route(props, api, &route_key, target.as_deref(), authorization_type, authorizer_id),
        None => {}
    }
}

/// The integration that a route's target names.
pub(super) fn named(props: &Props<'_, '_>, target: Option<&str>, integrations: &[(String, Integration)]) -> Option<Integration> {
    let id = target.and_then(|target| target.strip_prefix("integrations/"));
    let found = integrations.iter().find(|(known, _)| Some(known.as_str()) == id).map(|(_, integration)| integration.clone());
    if found.is_none() {
        let message = format!("route `{}` has no integration: `{}`", props.id, target.unwrap_or_default());
        props.error("Target", message, "write `!Sub integrations/${MyIntegration}`, with an integration of the same API");
    }
    found
}

pub(super) fn read_stage(props: &Props<'_, '_>, project: &mut LambdaProject) {
    let stage = Stage::read_v2(props);
    match owner(props, project) {
        Some(Owner::Http(api)) => api.stages.push(stage),
        Some(Owner::WebSocket(api)) => api.stages.push(stage),
        None => {}
    }
}
