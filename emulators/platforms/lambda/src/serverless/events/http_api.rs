//! `httpApi`: an HTTP API.

use super::Event;
use super::http::invocation;
use crate::serverless::functions::{Function, cors};
use crate::serverless::{Service, names};
use crate::tree::{IntoNode, Maker, Node, Object};
use crate::words::did_you_mean;

const API: &str = "HttpApi";

pub(super) fn add(service: &mut Service<'_>, function: &Function<'_>, event: &Event<'_>) {
    let Some(key) = route_key(service, function, event) else { return };
    let at = event.at;
    let api = api(service);
    let integration = format!("{API}Integration{}", function.normal);
    if !service.resources.has(&integration) {
        let payload = service.provider.at(&["httpApi", "payload"]).cloned().unwrap_or_else(|| "2.0".into_node(at));
        let properties = Maker::at(at)
            .put("ApiId", &api)
            .put("IntegrationType", "AWS_PROXY")
            .put("IntegrationUri", &function.arn)
            .put("PayloadFormatVersion", payload.scalar().unwrap_or_default());
        service.add(&integration, "AWS::ApiGatewayV2::Integration", properties);
    }
    let id = match key.split_once(' ') {
        Some((method, path)) => format!("{API}Route{}{}", names::capital(&method.to_lowercase()), names::path(path)),
        None => format!("{API}RouteDefault"),
    };
    if service.resources.has(&id) {
        service.cx.error(at, format!("`{key}` is defined twice; once by function `{}`", function.key), "remove one of the two events");
        return;
    }
    let target = Maker::at(at)
        .put("Fn::Join", vec!["/".into_node(at), vec!["integrations".into_node(at), Node::make_ref(at, &integration)].into_node(at)]);
    let properties = Maker::at(at).put("ApiId", &api).put("RouteKey", key).put("Target", target);
    let properties = authorized(service, event, &api, properties);
    service.add(&id, "AWS::ApiGatewayV2::Route", properties);
}

/// `*`, `GET /users/{id}`, or an object.
fn route_key(service: &Service<'_>, function: &Function<'_>, event: &Event<'_>) -> Option<String> {
    let (method, path) = if let Some(text) = event.node.text() {
        let (method, path) = text.trim().split_once(char::is_whitespace).unwrap_or(("*", text.trim()));
        (method.to_owned(), path.trim().to_owned())
    } else {
        let Some(path) = event.get("path").and_then(Node::scalar) else {
            event.missing(service, function, "path");
            return None;
        };
        (event.get("method").and_then(Node::scalar).unwrap_or_else(|| "*".to_owned()), path)
    };
    if path == "*" {
        return Some("$default".to_owned());
    }
    let method = if method == "*" || method.eq_ignore_ascii_case("any") { "ANY".to_owned() } else { method.to_uppercase() };
    let slash = if path.starts_with('/') { "" } else { "/" };
    Some(format!("{method} {slash}{path}"))
}

/// The API, made once with its stage, or the one that `provider.httpApi.id` names.
fn api(service: &mut Service<'_>) -> Node {
    let at = service.at;
    if let Some(id) = service.provider.at(&["httpApi", "id"]) {
        return id.clone();
    }
    if !service.resources.has(API) {
        let provider = &service.provider;
        let name =
            provider.at(&["httpApi", "name"]).cloned().unwrap_or_else(|| format!("{}-{}", provider.stage, provider.service).into_node(at));
        let allowed = provider.at(&["httpApi", "cors"]).filter(|node| !node.is_nothing()).map(cors);
        let properties = Maker::at(at)
            .put("Name", name)
            .put("ProtocolType", "HTTP")
            .maybe("CorsConfiguration", allowed)
            .maybe("DisableExecuteApiEndpoint", provider.at(&["httpApi", "disableDefaultEndpoint"]));
        service.add(API, "AWS::ApiGatewayV2::Api", properties);
        let properties = Maker::at(at).put("ApiId", Node::make_ref(at, API)).put("StageName", "$default").put("AutoDeploy", true);
        service.add("HttpApiStage", "AWS::ApiGatewayV2::Stage", properties);
    }
    Node::make_ref(at, API)
}

fn authorized(service: &mut Service<'_>, event: &Event<'_>, api: &Node, route: Maker) -> Maker {
    let Some(given) = event.get("authorizer").cloned() else { return route };
    let object = given.object().filter(|_| given.intrinsic().is_none());
    let kind = object.and_then(|object| object.text("type")).unwrap_or_default();
    if kind == "aws_iam" || given.text() == Some("aws_iam") {
        return route.put("AuthorizationType", "AWS_IAM");
    }
    let scopes = object.and_then(|object| object.get("scopes")).map(|scopes| scopes.one_or_more().to_vec());
    if let Some(id) = object.and_then(|object| object.get("id")) {
        let kind = if kind == "request" { "CUSTOM" } else { "JWT" };
        return route.put("AuthorizationType", kind).put("AuthorizerId", id).maybe("AuthorizationScopes", scopes);
    }
    let Some(name) = object.and_then(|object| object.text("name")).or_else(|| given.text()).map(str::to_owned) else { return route };
    let all = service.provider.at(&["httpApi", "authorizers"]).and_then(Node::object).cloned().unwrap_or_default();
    let Some(declared) = all.object(&name).cloned() else {
        let hint = did_you_mean(&name, all.keys(), "declare it under `provider.httpApi.authorizers`");
        service.cx.error(given.at, format!("there is no authorizer `{name}`"), hint);
        return route;
    };
    let id = format!("HttpApiAuthorizer{}", names::normal(&name));
    let request = declared.text("type") == Some("request");
    if !service.resources.has(&id) {
        let properties = authorizer(service, &name, &declared, api, request);
        service.add(&id, "AWS::ApiGatewayV2::Authorizer", properties);
    }
    route
        .put("AuthorizationType", if request { "CUSTOM" } else { "JWT" })
        .put("AuthorizerId", Node::make_ref(given.at, &id))
        .maybe("AuthorizationScopes", scopes)
}

fn authorizer(service: &Service<'_>, name: &str, declared: &Object, api: &Node, request: bool) -> Maker {
    let at = declared.entries.first().map_or(service.at, |entry| entry.at);
    let made = Maker::at(at).put("ApiId", api).put("Name", name);
    let sources = declared.get("identitySource").map(|node| node.one_or_more().to_vec());
    if !request {
        let audience = declared.get("audience").map(|node| node.one_or_more().to_vec());
        let jwt = Maker::at(at).maybe("Issuer", declared.get("issuerUrl")).maybe("Audience", audience);
        let sources = sources.unwrap_or_else(|| vec!["$request.header.Authorization".into_node(at)]);
        return made.put("AuthorizerType", "JWT").put("IdentitySource", sources).put("JwtConfiguration", jwt);
    }
    let own = declared.text("functionName").map(|key| Node::make_att(at, &format!("{}LambdaFunction", names::normal(key)), "Arn"));
    let called = own.or_else(|| declared.get("functionArn").cloned()).unwrap_or_else(|| "".into_node(at));
    made.put("AuthorizerType", "REQUEST")
        .put("AuthorizerUri", invocation(at, &called))
        .put("AuthorizerPayloadFormatVersion", declared.get("payloadVersion").and_then(Node::scalar).unwrap_or_else(|| "2.0".to_owned()))
        .maybe("EnableSimpleResponses", declared.get("enableSimpleResponses"))
        .maybe("AuthorizerResultTtlInSeconds", declared.get("resultTtlInSeconds"))
        .maybe("IdentitySource", sources)
}
