//! What belongs to a REST API and is declared beside it.

use serde::Serialize;

use super::LambdaProject;
use super::authorizer::Authorizer;
use super::integration::{Case, Integration};
use super::props::Props;
use super::rest_api::{GatewayResponse, Model, RequestValidator, RestApi, RestMethod};
use super::stage::Stage;
use crate::sources::Place;

/// How often those who hold a key may call.
#[derive(Debug, Clone, Serialize)]
pub struct UsagePlan {
    /// Its logical id.
    pub logical_id: String,
    /// Its id.
    pub usage_plan_id: String,
    /// Its name.
    pub name: String,
    /// APIs and their stages.
    pub api_stages: Vec<(String, String)>,
    /// Requests in a second, on average.
    pub rate_limit: Option<f64>,
    /// Requests at once.
    pub burst_limit: Option<i64>,
    /// Requests in a period.
    pub quota_limit: Option<i64>,
    /// How many of them the first period has less.
    pub quota_offset: Option<i64>,
    /// `DAY`, `WEEK` or `MONTH`.
    pub quota_period: Option<String>,
    /// Ids of the keys that it is for.
    pub keys: Vec<String>,
    /// Where it is declared.
    pub place: Place,
}

/// An API key.
#[derive(Debug, Clone, Serialize)]
pub struct ApiKey {
    /// Its logical id.
    pub logical_id: String,
    /// Its id.
    pub api_key_id: String,
    /// Its name.
    pub name: String,
    /// What clients send; none where it is to be made up.
    pub value: Option<String>,
    /// Whether it works.
    pub enabled: bool,
    /// Where it is declared.
    pub place: Place,
}

fn owner<'p>(props: &Props<'_, '_>, project: &'p mut LambdaProject) -> Option<&'p mut RestApi> {
    let Some(id) = props.text("RestApiId") else {
        props.missing("RestApiId", "name a REST API, with `!Ref MyApi`");
        return None;
    };
    let found = project.rest_apis.iter_mut().find(|api| api.rest_api_id == id);
    if found.is_none() {
        let message = format!("`{}` names an API that is not here: `{id}`", props.full("RestApiId"));
        props.cx().not_emulated(props.mark("RestApiId"), message, "declare the API in this template");
    }
    found
}

pub(super) fn read_resource(props: &Props<'_, '_>, project: &mut LambdaProject) {
    let (id, parent) = (props.reference(), props.text("ParentId").unwrap_or_default());
    let part = props.text("PathPart").unwrap_or_default();
    if let Some(api) = owner(props, project) {
        api.resources.push((id, parent, part));
    }
}

pub(super) fn read_method(props: &Props<'_, '_>, project: &mut LambdaProject) {
    let integration = props.object("Integration").map(|integration| Integration::read(&integration, Case::Upper));
    let flags = props.object("RequestParameters").map(|parameters| {
        let all = parameters.all().entries.iter();
        all.map(|entry| (entry.key.clone(), entry.node.boolean().unwrap_or(false))).collect()
    });
    let method = RestMethod {
        path: String::new(),
        http_method: props.text("HttpMethod").unwrap_or_default().to_uppercase(),
        integration: integration.unwrap_or_default(),
        authorization_type: props
            .one_of("AuthorizationType", &["NONE", "AWS_IAM", "CUSTOM", "COGNITO_USER_POOLS"])
            .unwrap_or_else(|| "NONE".to_owned()),
        authorizer_id: props.text("AuthorizerId"),
        authorization_scopes: props.texts("AuthorizationScopes"),
        api_key_required: props.flag("ApiKeyRequired").unwrap_or(false),
        request_parameters: flags.unwrap_or_default(),
        request_models: props.map("RequestModels"),
        request_validator: props.text("RequestValidatorId"),
        operation_name: props.text("OperationName"),
        place: props.place(),
        resource_id: props.text("ResourceId").unwrap_or_default(),
    };
    props.no_effect(&["MethodResponses"]);
    if let Some(api) = owner(props, project) {
        api.methods.push(method);
    }
}

pub(super) fn read_deployment(props: &Props<'_, '_>, project: &mut LambdaProject) {
    props.no_effect(&["Description"]);
    props.not_emulated(&["DeploymentCanarySettings"]);
    let described = props.object("StageDescription").map(|stage| Stage::described(&stage));
    if let (Some(api), Some(stage_name)) = (owner(props, project), props.text("StageName")) {
        let stage = described.unwrap_or_else(|| Stage::named("", props.place()));
        api.stages.push(Stage { stage_name, ..stage });
    }
}

pub(super) fn read_stage(props: &Props<'_, '_>, project: &mut LambdaProject) {
    let stage = Stage::read_v1(props);
    if let Some(api) = owner(props, project) {
        api.stages.retain(|other| other.stage_name != stage.stage_name);
        api.stages.push(stage);
    }
}

pub(super) fn read_authorizer(props: &Props<'_, '_>, project: &mut LambdaProject) {
    let authorizer = Authorizer::of_resource(props);
    if let Some(api) = owner(props, project) {
        api.authorizers.push(authorizer);
    }
}

pub(super) fn read_model(props: &Props<'_, '_>, project: &mut LambdaProject) {
    let model = Model {
        name: props.physical_name(),
        content_type: props.text("ContentType").unwrap_or_else(|| "application/json".to_owned()),
        schema: props.json("Schema").unwrap_or_default(),
    };
    props.no_effect(&["Name", "Description"]);
    if let Some(api) = owner(props, project) {
        api.models.push(model);
    }
}

pub(super) fn read_validator(props: &Props<'_, '_>, project: &mut LambdaProject) {
    let validator = RequestValidator {
        id: props.reference(),
        validate_request_body: props.flag("ValidateRequestBody").unwrap_or(false),
        validate_request_parameters: props.flag("ValidateRequestParameters").unwrap_or(false),
    };
    props.no_effect(&["Name"]);
    if let Some(api) = owner(props, project) {
        api.request_validators.push(validator);
    }
}

pub(super) fn read_gateway_response(props: &Props<'_, '_>, project: &mut LambdaProject) {
    let response = GatewayResponse {
        response_type: props.text("ResponseType").unwrap_or_default(),
        status_code: props.text("StatusCode"),
        response_parameters: props.map("ResponseParameters"),
        response_templates: props.map("ResponseTemplates"),
    };
    if let Some(api) = owner(props, project) {
        api.gateway_responses.push(response);
    }
}

pub(super) fn read_key(props: &Props<'_, '_>, project: &mut LambdaProject) {
    project.api_keys.push(ApiKey {
        logical_id: props.id.clone(),
        api_key_id: props.reference(),
        name: props.text("Name").unwrap_or_else(|| props.physical_name()),
        value: props.text("Value"),
        enabled: props.flag("Enabled").unwrap_or(false),
        place: props.place(),
    });
    props.no_effect(&["StageKeys", "Description", "Tags", "GenerateDistinctId", "CustomerId"]);
}

pub(super) fn read_plan(props: &Props<'_, '_>, project: &mut LambdaProject) {
    let (throttle, quota) = (props.object("Throttle"), props.object("Quota"));
    let stages = props.objects("ApiStages");
    let stage = |stage: &Props<'_, '_>| {
        stage.not_emulated(&["Throttle"]);
        Some((stage.text("ApiId")?, stage.text("Stage")?))
    };
    project.usage_plans.push(UsagePlan {
        logical_id: props.id.clone(),
        usage_plan_id: props.reference(),
        name: props.text("UsagePlanName").unwrap_or_else(|| props.physical_name()),
        api_stages: stages.iter().filter_map(stage).collect(),
        rate_limit: throttle.as_ref().and_then(|throttle| throttle.text("RateLimit")?.parse().ok()),
        burst_limit: throttle.as_ref().and_then(|throttle| throttle.number("BurstLimit")),
        quota_limit: quota.as_ref().and_then(|quota| quota.number("Limit")),
        quota_offset: quota.as_ref().and_then(|quota| quota.number("Offset")),
        quota_period: quota.as_ref().and_then(|quota| quota.one_of("Period", &["DAY", "WEEK", "MONTH"])),
        keys: Vec::new(),
        place: props.place(),
    });
    props.no_effect(&["Description", "Tags"]);
}

pub(super) fn read_plan_key(props: &Props<'_, '_>, project: &mut LambdaProject) {
    let (key, plan) = (props.text("KeyId").unwrap_or_default(), props.text("UsagePlanId").unwrap_or_default());
    props.no_effect(&["KeyType"]);
    if let Some(plan) = project.usage_plans.iter_mut().find(|known| known.usage_plan_id == plan) {
        plan.keys.push(key);
    }
}
