//! REST APIs for tests.

use std::sync::Arc;

use greenroom_apigateway::config::{ApiKeySource, Doors, RestApi, RestAuthorization, RestIntegration, RestMethod, RestResource};
use greenroom_apigateway::{Door, DoorKind};

use super::{World, arn, door, owner, stage};

pub fn pairs(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

pub fn method(verb: &str, integration: RestIntegration) -> RestMethod {
    RestMethod {
        verb: verb.into(),
        authorization: RestAuthorization::None,
        api_key_required: false,
        request_parameters: vec![],
        request_models: vec![],
        validator: None,
        operation_name: None,
        cache_keys: vec![],
        integration,
    }
}

pub fn proxy() -> RestIntegration {
    RestIntegration::FunctionProxy { arn: arn("f"), timeout: None, stream: false }
}

pub fn resource(path: &str, methods: Vec<RestMethod>) -> RestResource {
    RestResource { id: format!("id{}", path.len()), path: path.into(), methods }
}

pub fn api(resources: Vec<RestResource>) -> RestApi {
    let mut stage = stage("prod");
    stage.deployment = "dep1".into();
    stage.variables.push(("alias".into(), "live".into()));
    RestApi {
        id: "abc123".into(),
        name: "shop".into(),
        owner: owner(),
        resources,
        stages: vec![stage],
        authorizers: vec![],
        binary_media_types: vec!["image/*".into()],
        gateway_responses: vec![],
        models: vec![],
        validators: vec![],
        api_key_source: ApiKeySource::Header,
    }
}

pub fn world(api: RestApi) -> (World, Door) {
    (World::new(Doors { rest_apis: vec![Arc::new(api)], ..Doors::default() }), door(DoorKind::RestApi, "abc123"))
}
