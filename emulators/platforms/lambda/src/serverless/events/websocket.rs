//! `websocket`: a WebSocket API.

use super::Event;
use super::http::invocation;
use crate::serverless::functions::Function;
use crate::serverless::{Service, names};
use crate::tree::{IntoNode, Maker, Node};

const API: &str = "WebsocketsApi";

pub(super) fn add(service: &mut Service<'_>, function: &Function<'_>, event: &Event<'_>) {
    let Some(route) = event.named("route").and_then(Node::scalar) else {
        event.missing(service, function, "route");
        return;
    };
    let at = event.at;
    api(service);
    let integration = format!("{}WebsocketsIntegration", function.normal);
    if !service.resources.has(&integration) {
        let properties = Maker::at(at)
            .put("ApiId", Node::make_ref(at, API))
            .put("IntegrationType", "AWS_PROXY")
            .put("IntegrationUri", invocation(at, &function.arn));
        service.add(&integration, "AWS::ApiGatewayV2::Integration", properties);
    }
    // `$connect` is `Sconnect` in names.
    let id = format!("{}WebsocketsRoute", names::plain(&route.replace('$', "S")));
    let target = Maker::at(at)
        .put("Fn::Join", vec!["/".into_node(at), vec!["integrations".into_node(at), Node::make_ref(at, &integration)].into_node(at)]);
    let properties = Maker::at(at)
        .put("ApiId", Node::make_ref(at, API))
        .put("RouteKey", route.as_str())
        .put("Target", target)
        .maybe("RouteResponseSelectionExpression", event.get("routeResponseSelectionExpression"));
    let properties = authorized(service, event, properties);
    service.add(&id, "AWS::ApiGatewayV2::Route", properties);
}

fn api(service: &mut Service<'_>) {
    if service.resources.has(API) {
        return;
    }
    let at = service.at;
    let provider = &service.provider;
    let name = provider
        .get("websocketsApiName")
        .cloned()
        .unwrap_or_else(|| format!("{}-{}-websockets", provider.stage, provider.service).into_node(at));
    let expression = provider.get("websocketsApiRouteSelectionExpression").cloned().unwrap_or_else(|| "$request.body.action".into_node(at));
    let stage = provider.stage.clone();
    let properties = Maker::at(at).put("Name", name).put("ProtocolType", "WEBSOCKET").put("RouteSelectionExpression", expression);
    service.add(API, "AWS::ApiGatewayV2::Api", properties);
    let properties = Maker::at(at).put("ApiId", Node::make_ref(at, API)).put("StageName", stage).put("AutoDeploy", true);
    service.add("WebsocketsDeploymentStage", "AWS::ApiGatewayV2::Stage", properties);
}

fn authorized(service: &mut Service<'_>, event: &Event<'_>, route: Maker) -> Maker {
    let Some(given) = event.get("authorizer").cloned() else { return route.put("AuthorizationType", "NONE") };
    let at = given.at;
    if given.text().is_some_and(|text| text.eq_ignore_ascii_case("aws_iam")) {
        return route.put("AuthorizationType", "AWS_IAM");
    }
    let object = given.object().filter(|_| given.intrinsic().is_none());
    let name = object.and_then(|object| object.text("name")).or_else(|| given.text()).unwrap_or("authorizer").to_owned();
    let id = format!("{}WebsocketsAuthorizer", names::normal(&name));
    if !service.resources.has(&id) {
        let own = Node::make_att(at, &format!("{}LambdaFunction", names::normal(&name)), "Arn");
        let called = object.and_then(|object| object.get("arn")).cloned().unwrap_or(own);
        let sources = object.and_then(|object| object.get("identitySource")).map(|node| node.one_or_more().to_vec());
        let properties = Maker::at(at)
            .put("ApiId", Node::make_ref(at, API))
            .put("Name", name)
            .put("AuthorizerType", "REQUEST")
            .put("AuthorizerUri", invocation(at, &called))
            .put("IdentitySource", sources.unwrap_or_else(|| vec!["route.request.header.Auth".into_node(at)]));
        service.add(&id, "AWS::ApiGatewayV2::Authorizer", properties);
    }
    route.put("AuthorizationType", "CUSTOM").put("AuthorizerId", Node::make_ref(at, &id))
}
