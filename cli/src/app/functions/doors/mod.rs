//! The front doors that a project declares, as the gateway is configured with them. One file for each kind.

mod authorizers;
mod http_api;

use std::sync::Arc;

use greenroom_apigateway::config::{Owner, Stage};
use greenroom_apigateway::{Door, DoorKind, Doors};
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
    let cx = Cx { project };
    let doors = Doors { http_apis: project.http_apis.iter().map(|api| Arc::new(http_api::map(&cx, api))).collect(), ..Doors::default() };
    let http = project.http_apis.iter().map(|api| named(DoorKind::HttpApi, &api.api_id, &api.logical_id, &api.stages, "HTTP API"));
    (doors, http.collect())
}

fn named(kind: DoorKind, id: &str, name: &str, stages: &[greenroom_lambda_projects::Stage], word: &'static str) -> Named {
    let stage = stages.first().map(|stage| stage.stage_name.clone());
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
        let name = &target.function_name;
        let arn = if name.starts_with("arn:") {
            name.clone()
        } else {
            format!("arn:aws:lambda:{}:{}:function:{name}", self.project.region, self.project.account)
        };
        target.qualifier.as_ref().map_or(arn.clone(), |qualifier| format!("{arn}:{qualifier}"))
    }
}

fn stage(stage: &greenroom_lambda_projects::Stage) -> Stage {
    Stage { name: stage.stage_name.clone(), variables: stage.stage_variables.clone(), deployment: String::new() }
}
