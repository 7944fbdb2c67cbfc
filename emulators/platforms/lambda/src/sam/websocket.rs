//! `AWS::Serverless::WebSocketApi`.

use super::{Sam, Source};
use crate::tree::{Entry, IntoNode, Maker, Node, Object};

const SAME: &[&str] = &[
    "ApiKeySelectionExpression",
    "Description",
    "DisableExecuteApiEndpoint",
    "DisableSchemaValidation",
    "IpAddressType",
    "RouteSelectionExpression",
];
const OWN: &[&str] = &[
    "AccessLogSettings",
    "Auth",
    "DefaultRouteSettings",
    "Domain",
    "FailOnWarnings",
    "Name",
    "PropagateTags",
    "RouteSettings",
    "Routes",
    "StageName",
    "StageVariables",
    "Tags",
];
const ROUTE: &[&str] = &[
    "ApiKeyRequired",
    "ModelSelectionExpression",
    "OperationName",
    "RequestModels",
    "RequestParameters",
    "RouteResponseSelectionExpression",
];
const URI: &str = "arn:${AWS::Partition}:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${FunctionArn}/invocations";

pub(super) fn transform(sam: &mut Sam<'_, '_>, source: &Source) {
    let at = source.at;
    super::others::unknown(sam, source, &[SAME, OWN]);
    let mut tags = source.get("Tags").and_then(Node::object).cloned().unwrap_or_default();
    tags.set("websocketapi:createdBy", "SAM".into_node(at));
    let properties = Maker::at(at)
        .copy(&source.properties, SAME)
        .put("Name", source.get("Name").cloned().unwrap_or_else(|| source.id.as_str().into_node(at)))
        .put("ProtocolType", "WEBSOCKET")
        .put("Tags", tags);
    let mut attributes = source.attributes.clone();
    attributes.remove("Connectors");
    sam.add(&source.id, "AWS::ApiGatewayV2::Api", properties, &attributes);
    let mut routes = Vec::new();
    for entry in source.get("Routes").and_then(Node::object).map_or(&[][..], |routes| &routes.entries) {
        routes.extend(route(sam, source, entry));
    }
    stage(sam, source, routes);
    super::others::domain(sam, source, "AWS::ApiGatewayV2::DomainName", "ApiGatewayDomainNameV2");
}

fn route(sam: &mut Sam<'_, '_>, source: &Source, entry: &Entry) -> Option<Node> {
    let at = entry.at;
    let route = entry.node.object()?;
    let Some(function) = route.get("FunctionArn") else {
        let message = format!("route `{}` of API `{}` has no `FunctionArn`", entry.key, source.id);
        sam.cx.error(at, message, "name the function, with `!GetAtt MyFunction.Arn`");
        return None;
    };
    let base = format!("{}{}", source.id, capitalised(entry.key.trim_start_matches('$')));
    let (route_id, integration_id) = (format!("{base}Route"), format!("{base}Integration"));
    let target = Maker::at(at)
        .put("Fn::Join", vec!["/".into_node(at), vec!["integrations".into_node(at), Node::make_ref(at, &integration_id)].into_node(at)]);
    let properties = Maker::at(at)
        .put("RouteKey", entry.key.as_str())
        .put("ApiId", Node::make_ref(at, &source.id))
        .copy(route, ROUTE)
        .put("Target", target);
    let properties = if entry.key == "$connect" { authorized(sam, source, properties) } else { properties };
    sam.add(&route_id, "AWS::ApiGatewayV2::Route", properties, &source.passed());
    let properties = Maker::at(at)
        .put("ApiId", Node::make_ref(at, &source.id))
        .put("IntegrationType", "AWS_PROXY")
        .put("IntegrationUri", uri(at, function))
        .maybe("TimeoutInMillis", route.get("IntegrationTimeout"));
    sam.add(&integration_id, "AWS::ApiGatewayV2::Integration", properties, &source.passed());
    Some(route_id.into_node(at))
}

fn uri(at: crate::sources::Mark, function: &Node) -> Maker {
    Maker::at(at).put("Fn::Sub", vec![URI.into_node(at), Maker::at(at).put("FunctionArn", function).node()])
}

fn capitalised(text: &str) -> String {
    let mut characters = text.chars();
    characters.next().map_or_else(String::new, |first| first.to_uppercase().chain(characters.flat_map(char::to_lowercase)).collect())
}

fn authorized(sam: &mut Sam<'_, '_>, source: &Source, route: Maker) -> Maker {
    let at = source.at;
    let Some(auth) = source.get("Auth").and_then(Node::object) else { return route };
    let kind = auth.text("AuthType").unwrap_or("NONE").to_uppercase();
    if kind != "CUSTOM" {
        return route.put("AuthorizationType", kind);
    }
    let id = format!("{}ConnectAuthorizer", source.id);
    let function = auth.get("AuthArn").map(|arn| {
        let text = URI.replace("FunctionArn", "AuthArn");
        Maker::at(at).put("Fn::Sub", vec![text.into_node(at), Maker::at(at).put("AuthArn", arn).node()])
    });
    let properties = Maker::at(at)
        .put("ApiId", Node::make_ref(at, &source.id))
        .maybe("AuthorizerCredentialsArn", auth.get("InvokeRole"))
        .put("AuthorizerType", "REQUEST")
        .maybe("AuthorizerUri", function)
        .maybe("IdentitySource", auth.get("IdentitySource"))
        .put("Name", auth.get("Name").cloned().unwrap_or_else(|| id.as_str().into_node(at)));
    sam.add(&id, "AWS::ApiGatewayV2::Authorizer", properties, &source.passed());
    route.put("AuthorizationType", "CUSTOM").put("AuthorizerId", Node::make_ref(at, &id))
}

fn stage(sam: &mut Sam<'_, '_>, source: &Source, routes: Vec<Node>) {
    let at = source.at;
    let name = source.get("StageName").cloned().unwrap_or_else(|| "default".into_node(at));
    let id = match name.text() {
        Some("default") => format!("{}DefaultStage", source.id),
        Some(text) => format!("{}{text}Stage", source.id),
        None => format!("{}Stage", source.id),
    };
    let mut attributes: Object = source.passed();
    if source.has("RouteSettings") && !routes.is_empty() {
        attributes.set("DependsOn", routes.into_node(at));
    }
    let properties = Maker::at(at)
        .put("ApiId", Node::make_ref(at, &source.id))
        .put("StageName", name)
        .copy(&source.properties, &["StageVariables", "AccessLogSettings", "DefaultRouteSettings", "RouteSettings"])
        .put("Tags", Maker::at(at).put("websocketapi:createdBy", "SAM"))
        .put("AutoDeploy", true);
    sam.add(&id, "AWS::ApiGatewayV2::Stage", properties, &attributes);
    sam.renamed.push((format!("{}.Stage", source.id), id.into_node(at)));
}
