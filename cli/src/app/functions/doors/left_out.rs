//! Warnings of what a project declares and its doors do not do, with the place of each.

use greenroom_apigateway::Doors;
use greenroom_apigateway::config::{AuthorizerKind, HttpIntegration, RestIntegration, RuleAction, WebSocketIntegration};
use greenroom_host::Diagnostic;
use greenroom_lambda_projects::{Authorizer, LambdaProject, Place, Stage, UsagePlan};

/// What stages limit messages by.
const THROTTLING: [&str; 2] = ["ThrottlingRateLimit", "ThrottlingBurstLimit"];

/// All of them, for the doors that `project` was mapped to.
pub(super) fn of(project: &LambdaProject, doors: &Doors) -> Vec<Diagnostic> {
    let http = project.http_apis.iter().zip(&doors.http_apis).flat_map(|(api, door)| {
        let routes = api.routes.iter().zip(&door.routes).filter_map(|(route, mapped)| match &mapped.integration {
            HttpIntegration::Unsupported(kind) => Some(integration(&route.place, &route.route_key, kind)),
            HttpIntegration::Function { .. } | HttpIntegration::Http { .. } => None,
        });
        let known = |declared: &&Authorizer| door.authorizers.iter().any(|mapped| mapped.id == declared.authorizer_id);
        let authorizers = api.authorizers.iter().filter(move |declared| !known(declared)).map(authorizer);
        routes.chain(authorizers).collect::<Vec<_>>()
    });
    let rest = project.rest_apis.iter().zip(&doors.rest_apis).flat_map(|(api, door)| {
        let methods = api.methods.iter().filter_map(|method| {
            let resource = door.resources.iter().find(|resource| resource.path == method.path)?;
            let mapped = resource.methods.iter().find(|mapped| mapped.verb == method.http_method)?;
            let RestIntegration::Unsupported(kind) = &mapped.integration else { return None };
            Some(integration(&method.place, &format!("{} {}", method.http_method, method.path), kind))
        });
        let authorizers = unsupported(&api.authorizers, &door.authorizers);
        methods.chain(authorizers).collect::<Vec<_>>()
    });
    let sockets = project.websocket_apis.iter().zip(&doors.websocket_apis).flat_map(|(api, door)| {
        let routes = api.routes.iter().zip(&door.routes).filter_map(|(route, mapped)| match &mapped.integration {
            WebSocketIntegration::Unsupported(kind) => Some(integration(&route.place, &route.route_key, kind)),
            _ => None,
        });
        let open = api.routes.iter().filter(|route| route.authorization_type == "AWS_IAM" || route.api_key_required).map(|route| {
            let message = format!("route `{}`: IAM and API keys are not checked for WebSocket APIs", route.route_key);
            warning(&route.place, message, "everybody may connect; a function as authorizer is asked")
        });
        let authorizers = unsupported(&api.authorizers, &door.authorizers);
        routes.chain(open).chain(authorizers).chain(api.stages.iter().filter_map(stage)).collect::<Vec<_>>()
    });
    let plans = project.usage_plans.iter().filter_map(plan);
    http.chain(rest).chain(sockets).chain(plans).chain(balancers(project, doors)).collect()
}

fn warning(place: &Place, message: String, hint: &str) -> Diagnostic {
    Diagnostic { position: Some(place.position), ..Diagnostic::warning(message).in_file(&place.file).hint(hint) }
}

fn integration(place: &Place, what: &str, kind: &str) -> Diagnostic {
    warning(place, format!("`{what}`: integrations of type `{kind}` are not emulated"), "requests to it get a server error")
}

fn authorizer(declared: &Authorizer) -> Diagnostic {
    let message = format!("authorizer `{}`: authorizers of type `{}` are not emulated", declared.name, declared.authorizer_type);
    warning(&declared.place, message, "requests that need it get a server error; a function as authorizer is asked")
}

/// Those of a REST or WebSocket API.
fn unsupported<'a>(
    declared: &'a [Authorizer],
    mapped: &'a [greenroom_apigateway::config::Authorizer],
) -> impl Iterator<Item = Diagnostic> + 'a {
    let pairs = declared.iter().zip(mapped);
    pairs.filter(|(_, mapped)| matches!(mapped.kind, AuthorizerKind::Unsupported(_))).map(|(declared, _)| authorizer(declared))
}

/// WebSocket APIs are not throttled.
fn stage(stage: &Stage) -> Option<Diagnostic> {
    let throttled = stage.settings.iter().any(|(_, settings)| THROTTLING.iter().any(|word| settings.get(word).is_some()));
    let message = || format!("stage `{}`: throttling of WebSocket APIs is not emulated", stage.stage_name);
    throttled.then(|| warning(&stage.place, message(), "every message reaches its integration"))
}

fn plan(plan: &UsagePlan) -> Option<Diagnostic> {
    let half = plan.rate_limit.is_some() != plan.burst_limit.is_some();
    let message = || format!("usage plan `{}`: a throttle needs both `RateLimit` and `BurstLimit`", plan.logical_id);
    half.then(|| warning(&plan.place, message(), "the plan does not throttle; give both"))
}

/// Doors of load balancers have the names of theirs, alone or with the port behind.
fn balancers<'a>(project: &'a LambdaProject, doors: &'a Doors) -> impl Iterator<Item = Diagnostic> + 'a {
    let listeners = project.albs.iter().flat_map(|balancer| std::iter::repeat_n(balancer, balancer.listeners.len()));
    listeners.zip(&doors.load_balancers).flat_map(|(balancer, door)| {
        door.rules.iter().filter_map(|rule| match &rule.action {
            RuleAction::Unsupported(kind) => {
                let message = format!("load balancer `{}`: actions of type `{kind}` are not emulated", balancer.logical_id);
                Some(warning(&balancer.place, message, "requests that they are for get status 503"))
            }
            _ => None,
        })
    })
}

#[cfg(test)]
mod tests {
    use greenroom_lambda_projects::{LoadOptions, load};

    const TEMPLATE: &str = r#"
Resources:
  Api: { Type: AWS::ApiGatewayV2::Api, Properties: { Name: web, ProtocolType: HTTP } }
  Web:
    Type: AWS::ApiGatewayV2::Integration
    Properties: { ApiId: !Ref Api, IntegrationType: HTTP_PROXY, IntegrationUri: "arn:aws:elasticloadbalancing:…", ConnectionType: VPC_LINK }
  Route:
    Type: AWS::ApiGatewayV2::Route
    Properties: { ApiId: !Ref Api, RouteKey: GET /, Target: !Sub "integrations/${Web}" }
  Plan: { Type: AWS::ApiGateway::UsagePlan, Properties: { Throttle: { RateLimit: 5 } } }
  Key: { Type: AWS::ApiGateway::ApiKey, Properties: { Value: abcdefghijklmnopqrst, Enabled: true } }
"#;

    #[test]
    fn what_no_door_does_is_named_with_its_place() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("template.yaml"), TEMPLATE).unwrap();
        let project = load(folder.path(), &LoadOptions::default()).unwrap();
        let (doors, named) = super::super::of(&project);
        let left_out = super::of(&project, &doors);
        assert_eq!((named.len(), named[0].kind, doors.api_keys[0].value.as_str()), (1, "HTTP API", "abcdefghijklmnopqrst"));
        let told: Vec<_> = left_out.iter().map(|told| (told.position.unwrap().line, told.message.as_str())).collect();
        assert_eq!(told[0], (7, "`GET /`: integrations of type `VPC_LINK` are not emulated"));
        assert_eq!(told[1].1, "usage plan `Plan`: a throttle needs both `RateLimit` and `BurstLimit`");
        assert_eq!(told.len(), 2);
    }
}
