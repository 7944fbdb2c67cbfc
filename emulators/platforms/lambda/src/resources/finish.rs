//! What can only be said when everything has been read.

use std::collections::HashSet;

use super::LambdaProject;
use crate::context::Context;

/// Settles paths of methods, and reports layers and functions that are named and not there.
pub(crate) fn finish(cx: &Context, project: &mut LambdaProject) {
    project.rest_apis.iter_mut().for_each(super::RestApi::settle);
    layers(cx, project);
    integrations(cx, project);
}

fn layers(cx: &Context, project: &LambdaProject) {
    let known: HashSet<&str> = project.layers.iter().map(|layer| layer.layer_version_arn.as_str()).collect();
    for function in &project.functions {
        for arn in function.layers.iter().filter(|arn| !known.contains(arn.as_str())) {
            let message = format!("the layer `{arn}` is not of this project, and nothing is fetched");
            cx.not_emulated_at(&function.place, message, "declare it as `AWS::Serverless::LayerVersion` with a local folder");
        }
    }
}

fn integrations(cx: &Context, project: &LambdaProject) {
    let known: HashSet<&str> = project.functions.iter().map(|function| function.function_name.as_str()).collect();
    let http = project.http_apis.iter().flat_map(|api| &api.routes).map(|route| (&route.integration, &route.place));
    let rest = project.rest_apis.iter().flat_map(|api| &api.methods).map(|method| (&method.integration, &method.place));
    let sockets = project.websocket_apis.iter().flat_map(|api| &api.routes).map(|route| (&route.integration, &route.place));
    for (integration, place) in http.chain(rest).chain(sockets) {
        // What an integration with anything else comes to is said by whoever answers requests.
        let Some(function) = &integration.function else { continue };
        // A name with stage variables is known when a request comes.
        if !function.function_name.contains("${") && !known.contains(function.function_name.as_str()) {
            let message = format!("an API calls the function `{}`, which is not of this project", function.function_name);
            let hint = crate::words::did_you_mean(&function.function_name, known.iter().copied(), "declare the function in this template");
            cx.not_emulated_at(place, message, hint);
        }
    }
}
