//! `http`: a REST API.

use super::{Event, integration};
use crate::serverless::functions::Function;
use crate::serverless::{Service, names};
use crate::sources::Mark;
use crate::tree::{IntoNode, Maker, Node, Object};

const API: &str = "ApiGatewayRestApi";
const DEPLOYMENT: &str = "ApiGatewayDeployment";
const URI: &str = "arn:${AWS::Partition}:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${Target}/invocations";

/// `GET users/{id}` or an object, as method and path.
pub(super) fn route(service: &Service<'_>, function: &Function<'_>, event: &Event<'_>) -> Option<(String, String)> {
    if let Some(text) = event.node.text() {
        let (method, path) = text.trim().split_once(char::is_whitespace).unwrap_or(("any", text.trim()));
        return Some((method.to_uppercase(), path.trim().trim_matches('/').to_owned()));
    }
    let root = || event.object().filter(|object| object.get("path").is_some_and(Node::is_null)).map(|_| String::new());
    let Some(path) = event.get("path").and_then(Node::scalar).or_else(root) else {
        event.missing(service, function, "path");
        return None;
    };
    let method = event.get("method").and_then(Node::scalar).unwrap_or_else(|| "any".to_owned());
    Some((method.to_uppercase(), path.trim_matches('/').to_owned()))
}

pub(super) fn add(service: &mut Service<'_>, function: &Function<'_>, event: &Event<'_>) {
    let Some((method, path)) = route(service, function, event) else { return };
    api(service);
    let resource = resource(service, &path, event.at);
    let at = event.at;
    let lower = method.to_lowercase();
    let id = format!("ApiGatewayMethod{}{}", names::path(&path), names::capital(&lower));
    if service.resources.has(&id) {
        let message = format!("`{method} /{path}` is defined twice; once by function `{}`", function.key);
        service.cx.error(at, message, "remove one of the two events, or change its path or method");
        return;
    }
    let mut properties = Maker::at(at)
        .put("HttpMethod", method.as_str())
        .put("ResourceId", &resource)
        .put("RestApiId", Node::make_ref(at, API))
        .put("ApiKeyRequired", event.get("private").and_then(Node::boolean).unwrap_or(false))
        .maybe("OperationName", event.get("operationId"))
        .put("Integration", integration::of(service, function, event, &lower));
    properties = authorized(service, event, properties);
    if let Some(parameters) = event.get("request").and_then(Node::object).and_then(|request| request.object("parameters")) {
        properties = properties.put("RequestParameters", request_parameters(at, parameters));
    }
    service.add(&id, "AWS::ApiGateway::Method", properties);
    if event.get("request").and_then(Node::object).is_some_and(|request| request.has("schemas") || request.has("schema")) {
        service.cx.not_emulated(at, "`request.schemas` of `http` events are not emulated", "requests reach the function unchecked");
    }
    if let Some(cors) = event.get("cors").filter(|node| !node.is_nothing()) {
        preflight(service, cors, &path, &resource, &method);
    }
}

/// The API, its stage and what `provider.apiGateway` says of them; once.
fn api(service: &mut Service<'_>) {
    if service.resources.has(API) {
        return;
    }
    let at = service.at;
    let provider = &service.provider;
    let name = provider.get("apiName").cloned().unwrap_or_else(|| format!("{}-{}", provider.stage, provider.service).into_node(at));
    let settings = provider.get("apiGateway").and_then(Node::object).cloned().unwrap_or_default();
    let types = settings.get("binaryMediaTypes").map(|node| node.one_or_more().to_vec());
    let properties = Maker::at(at)
        .put("Name", name)
        .maybe("BinaryMediaTypes", types)
        .maybe("MinimumCompressionSize", settings.get("minimumCompressionSize"))
        .maybe("ApiKeySourceType", settings.get("apiKeySourceType"))
        .maybe("DisableExecuteApiEndpoint", settings.get("disableDefaultEndpoint"));
    let stage = provider.stage.clone();
    service.add(API, "AWS::ApiGateway::RestApi", properties);
    let properties = Maker::at(at).put("RestApiId", Node::make_ref(at, API)).put("StageName", stage.as_str());
    service.add(DEPLOYMENT, "AWS::ApiGateway::Deployment", properties);
    keys(service, &settings, &stage);
}

fn keys(service: &mut Service<'_>, settings: &Object, stage: &str) {
    let at = service.at;
    let keys = settings.get("apiKeys").or_else(|| service.provider.get("apiKeys")).cloned();
    let plan = settings.get("usagePlan").or_else(|| service.provider.get("usagePlan")).cloned();
    if keys.is_none() && plan.is_none() {
        return;
    }
    let plan = plan.as_ref().and_then(Node::object).cloned().unwrap_or_default();
    let lowered = |object: Option<&Object>, names: &[(&str, &str)]| {
        object.map(|object| names.iter().fold(Maker::at(at), |made, (from, to)| made.maybe(to, object.get(from))))
    };
    let properties = Maker::at(at)
        .put("ApiStages", vec![Maker::at(at).put("ApiId", Node::make_ref(at, API)).put("Stage", stage)])
        .maybe("Throttle", lowered(plan.object("throttle"), &[("burstLimit", "BurstLimit"), ("rateLimit", "RateLimit")]))
        .maybe("Quota", lowered(plan.object("quota"), &[("limit", "Limit"), ("offset", "Offset"), ("period", "Period")]));
    service.add("ApiGatewayUsagePlan", "AWS::ApiGateway::UsagePlan", properties);
    for (index, key) in keys.iter().flat_map(Node::one_or_more).enumerate() {
        let number = index + 1;
        let object = key.object();
        let name = object.and_then(|key| key.get("name")).or(Some(key).filter(|key| key.text().is_some())).cloned();
        let id = format!("ApiGatewayApiKey{number}");
        let properties = Maker::at(key.at).put("Enabled", true).maybe("Name", name).maybe("Value", object.and_then(|key| key.get("value")));
        service.add(&id, "AWS::ApiGateway::ApiKey", properties);
        let properties = Maker::at(key.at)
            .put("KeyId", Node::make_ref(at, &id))
            .put("KeyType", "API_KEY")
            .put("UsagePlanId", Node::make_ref(at, "ApiGatewayUsagePlan"));
        service.add(&format!("ApiGatewayUsagePlanKey{number}"), "AWS::ApiGateway::UsagePlanKey", properties);
    }
}

/// The resource of `path`, with those above it.
fn resource(service: &mut Service<'_>, path: &str, at: Mark) -> Node {
    let mut parent = Node::make_att(at, API, "RootResourceId");
    let mut so_far = String::new();
    for part in path.split('/').filter(|part| !part.is_empty()) {
        so_far = if so_far.is_empty() { part.to_owned() } else { format!("{so_far}/{part}") };
        let id = format!("ApiGatewayResource{}", names::path(&so_far));
        if !service.resources.has(&id) {
            let properties = Maker::at(at).put("ParentId", parent).put("PathPart", part).put("RestApiId", Node::make_ref(at, API));
            service.add(&id, "AWS::ApiGateway::Resource", properties);
        }
        parent = Node::make_ref(at, &id);
    }
    parent
}

pub(super) fn invocation(at: Mark, target: &Node) -> Maker {
    Maker::at(at).put("Fn::Sub", vec![URI.into_node(at), Maker::at(at).put("Target", target).node()])
}

fn request_parameters(at: Mark, parameters: &Object) -> Maker {
    const PLACES: &[(&str, &str)] = &[("querystrings", "querystring"), ("headers", "header"), ("paths", "path")];
    let mut made = Maker::at(at);
    for (from, to) in PLACES {
        for entry in parameters.object(from).map_or(&[][..], |all| &all.entries) {
            let required = entry.node.boolean().or_else(|| entry.node.object()?.get("required")?.boolean()).unwrap_or(false);
            made = made.put(&format!("method.request.{to}.{}", entry.key), required);
        }
    }
    made
}

fn authorized(service: &mut Service<'_>, event: &Event<'_>, method: Maker) -> Maker {
    let Some(authorizer) = event.get("authorizer").cloned() else { return method.put("AuthorizationType", "NONE") };
    let at = authorizer.at;
    let object = authorizer.object().filter(|_| authorizer.intrinsic().is_none());
    let kind = object.and_then(|object| object.text("type")).unwrap_or_default().to_uppercase();
    if authorizer.text().is_some_and(|text| text.eq_ignore_ascii_case("aws_iam")) || kind == "AWS_IAM" {
        return method.put("AuthorizationType", "AWS_IAM");
    }
    if let Some(id) = object.and_then(|object| object.get("authorizerId")) {
        let kind = if kind == "COGNITO_USER_POOLS" { "COGNITO_USER_POOLS" } else { "CUSTOM" };
        return method.put("AuthorizationType", kind).put("AuthorizerId", id);
    }
    let name = object.and_then(|object| object.text("name")).or_else(|| authorizer.text()).unwrap_or("authorizer").to_owned();
    let arn = object.and_then(|object| object.get("arn")).cloned();
    let cognito = kind == "COGNITO_USER_POOLS" || arn.as_ref().and_then(Node::text).is_some_and(|arn| arn.contains(":cognito-idp:"));
    let id = format!("{}ApiGatewayAuthorizer", names::normal(&name));
    if !service.resources.has(&id) {
        let called = arn.unwrap_or_else(|| Node::make_att(at, &format!("{}LambdaFunction", names::normal(&name)), "Arn"));
        let get = |key: &str| object.and_then(|object| object.get(key));
        let kind = match (cognito, kind.as_str()) {
            (true, _) => "COGNITO_USER_POOLS",
            (_, "REQUEST") => "REQUEST",
            _ => "TOKEN",
        };
        let source = get("identitySource").cloned().unwrap_or_else(|| "method.request.header.Authorization".into_node(at));
        let mut made = Maker::at(at)
            .put("Name", name.as_str())
            .put("Type", kind)
            .put("RestApiId", Node::make_ref(at, API))
            .put("IdentitySource", source)
            .maybe("IdentityValidationExpression", get("identityValidationExpression"))
            .put("AuthorizerResultTtlInSeconds", get("resultTtlInSeconds").cloned().unwrap_or_else(|| 300_i64.into_node(at)));
        made = if cognito { made.put("ProviderARNs", vec![called]) } else { made.put("AuthorizerUri", invocation(at, &called)) };
        service.add(&id, "AWS::ApiGateway::Authorizer", made);
    }
    let scopes = object.and_then(|object| object.get("scopes")).map(|scopes| scopes.one_or_more().to_vec());
    method
        .put("AuthorizationType", if cognito { "COGNITO_USER_POOLS" } else { "CUSTOM" })
        .put("AuthorizerId", Node::make_ref(at, &id))
        .maybe("AuthorizationScopes", scopes)
}

/// The `OPTIONS` method of a path, for all of its methods together.
fn preflight(service: &mut Service<'_>, cors: &Node, path: &str, resource: &Node, method: &str) {
    let at = cors.at;
    let id = format!("ApiGatewayMethod{}Options", names::path(path));
    let empty = Object::default();
    let object = cors.object().unwrap_or(&empty);
    let joined = |key: &str| object.get(key).map(|node| node.one_or_more().iter().filter_map(Node::scalar).collect::<Vec<_>>().join(","));
    let origin = joined("origins").or_else(|| joined("origin")).unwrap_or_else(|| "*".to_owned());
    let headers = joined("headers").unwrap_or_else(|| {
        "Content-Type,X-Amz-Date,Authorization,X-Api-Key,X-Amz-Security-Token,X-Amz-User-Agent,X-Amzn-Trace-Id".to_owned()
    });
    let before =
        service.resources.object(&id).and_then(|body| body.object("Properties")).and_then(|properties| properties.object("Integration"));
    let before =
        before.and_then(|integration| integration.get("IntegrationResponses")?.items()?.first()?.object()?.object("ResponseParameters"));
    let before = before.and_then(|parameters| parameters.text("method.response.header.Access-Control-Allow-Methods")).unwrap_or_default();
    let mut methods: Vec<String> = before.trim_matches('\'').split(',').filter(|part| !part.is_empty()).map(str::to_owned).collect();
    let own: &[&str] = if method == "ANY" { &["OPTIONS", "DELETE", "GET", "HEAD", "PATCH", "POST", "PUT"] } else { &["OPTIONS", method] };
    for name in own {
        if !methods.iter().any(|known| known == name) {
            methods.push((*name).to_owned());
        }
    }
    let quoted = |text: &str| format!("'{text}'");
    let mut parameters = Maker::at(at)
        .put("method.response.header.Access-Control-Allow-Origin", quoted(&origin))
        .put("method.response.header.Access-Control-Allow-Headers", quoted(&headers))
        .put("method.response.header.Access-Control-Allow-Methods", quoted(&methods.join(",")));
    if object.get("allowCredentials").and_then(Node::boolean) == Some(true) {
        parameters = parameters.put("method.response.header.Access-Control-Allow-Credentials", "'true'");
    }
    if let Some(age) = object.get("maxAge").and_then(Node::scalar) {
        parameters = parameters.put("method.response.header.Access-Control-Max-Age", quoted(&age));
    }
    let response = Maker::at(at).put("StatusCode", "200").put("ResponseParameters", parameters);
    let integration = Maker::at(at)
        .put("Type", "MOCK")
        .put("RequestTemplates", Maker::at(at).put("application/json", "{statusCode:200}"))
        .put("IntegrationResponses", vec![response]);
    let properties = Maker::at(at)
        .put("HttpMethod", "OPTIONS")
        .put("AuthorizationType", "NONE")
        .put("ResourceId", resource)
        .put("RestApiId", Node::make_ref(at, API))
        .put("Integration", integration);
    service.add(&id, "AWS::ApiGateway::Method", properties);
}
