//! The front doors that a project declares, as the gateway is configured with them. One file for each kind.

mod authorizers;
mod function_url;
mod http_api;
mod left_out;
mod load_balancer;
mod rest_api;
mod stages;
mod websocket_api;

use std::sync::Arc;

use greenroom_apigateway::config::Owner;
use greenroom_apigateway::{Door, DoorKind, Doors};
use greenroom_host::Diagnostic;
use greenroom_lambda_projects::{FunctionTarget, LambdaProject};

/// A door with what people call it.
pub(crate) struct Named {
    pub(crate) door: Door,
    /// The logical id.
    pub(crate) name: String,
    /// `HTTP API`.
    pub(crate) kind: &'static str,
}

/// All doors of a project, and what listens.
pub(crate) fn of(project: &LambdaProject) -> (Doors, Vec<Named>) {
    let doors = configured(project);
    let listening = listening(project, &doors);
    (doors, listening)
}

/// Warnings of what a project declares and no door does.
pub(crate) fn left_out(project: &LambdaProject) -> Vec<Diagnostic> {
    left_out::of(project, &configured(project))
}

fn configured(project: &LambdaProject) -> Doors {
    let cx = Cx { project };
    Doors {
        http_apis: project.http_apis.iter().map(|api| Arc::new(http_api::map(&cx, api))).collect(),
        rest_apis: project.rest_apis.iter().map(|api| Arc::new(rest_api::map(&cx, api))).collect(),
        websocket_apis: project.websocket_apis.iter().map(|api| Arc::new(websocket_api::map(&cx, api))).collect(),
        function_urls: project.function_urls.iter().map(|url| Arc::new(function_url::map(&cx, url))).collect(),
        load_balancers: project.albs.iter().flat_map(|balancer| load_balancer::map(&cx, balancer)).map(Arc::new).collect(),
        api_keys: project.api_keys.iter().map(rest_api::api_key).collect(),
        usage_plans: project.usage_plans.iter().map(rest_api::usage_plan).collect(),
        ..Doors::default()
    }
}

fn listening(project: &LambdaProject, doors: &Doors) -> Vec<Named> {
    let http = project.http_apis.iter().map(|api| named(DoorKind::HttpApi, &api.api_id, &api.logical_id, &api.stages, "HTTP API"));
    let rest = project.rest_apis.iter().map(|api| named(DoorKind::RestApi, &api.rest_api_id, &api.logical_id, &api.stages, "REST API"));
    let sockets = project.websocket_apis.iter();
    let sockets = sockets.map(|api| named(DoorKind::WebSocketApi, &api.api_id, &api.logical_id, &api.stages, "WebSocket"));
    let urls = project.function_urls.iter().map(|url| named(DoorKind::FunctionUrl, &url.url_id, &url.logical_id, &[], "URL"));
    let balancers = doors.load_balancers.iter().map(|balancer| named(DoorKind::LoadBalancer, &balancer.name, &balancer.name, &[], "ALB"));
    http.chain(rest).chain(sockets).chain(urls).chain(balancers).collect()
}

fn named(kind: DoorKind, id: &str, name: &str, stages: &[greenroom_lambda_projects::Stage], word: &'static str) -> Named {
    // Stages that stand for themselves come behind those that deployments make, such as the `Stage` of every API of SAM.
    let stage = stages.iter().find(|stage| stage.stage_name == "$default").or(stages.last());
    let stage = stage.map(|stage| stage.stage_name.clone());
    Named { door: Door { kind, id: id.to_owned(), stage }, name: name.to_owned(), kind: word }
}

/// What every mapping needs.
struct Cx<'a> {
    project: &'a LambdaProject,
}

impl Cx<'_> {
    fn owner(&self) -> Owner {
        Owner { account: self.project.account.clone(), region: self.project.region.clone() }
    }

    /// The ARN of a function that is named in whatever way, with its qualifier.
    fn arn(&self, target: &FunctionTarget) -> String {
        self.arn_of(&target.function_name, target.qualifier.as_deref())
    }

    /// The same of a name and a qualifier.
    fn arn_of(&self, name: &str, qualifier: Option<&str>) -> String {
        let arn = if name.starts_with("arn:") {
            name.to_owned()
        } else {
            format!("arn:aws:lambda:{}:{}:function:{name}", self.project.region, self.project.account)
        };
        qualifier.map_or(arn.clone(), |qualifier| format!("{arn}:{qualifier}"))
    }
}
