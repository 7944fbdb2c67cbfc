//! REST APIs, and the keys and plans of those who call them.

use std::time::Duration;

use greenroom_apigateway::config::{
    ApiKey, ApiKeySource, ContentHandling, GatewayResponse, IntegrationResponse, Mapping, Model, Passthrough, Period, Quota,
    RequestValidator, RestApi, RestAuthorization, RestBackend, RestIntegration, RestMethod, RestResource, Throttle, UsagePlan,
};
use greenroom_lambda_projects as declared;

use super::{Cx, authorizers, http_api, stages};

/// How long an answer of an authorizer is remembered where nothing is configured, in seconds.
/// <https://docs.aws.amazon.com/apigateway/latest/api/API_CreateAuthorizer.html>
pub(super) const AUTHORIZER_TTL: u64 = 300;

pub(super) fn map(cx: &Cx<'_>, api: &declared::RestApi) -> RestApi {
    RestApi {
        id: api.rest_api_id.clone(),
        name: api.name.clone(),
        owner: cx.owner(),
        resources: resources(cx, &api.methods),
        stages: stages::of_rest(api),
        authorizers: api.authorizers.iter().map(|authorizer| authorizers::with_policy(cx, authorizer, AUTHORIZER_TTL)).collect(),
        binary_media_types: api.binary_media_types.clone(),
        gateway_responses: api.gateway_responses.iter().map(gateway_response).collect(),
        models: api.models.iter().map(|model| Model { name: model.name.clone(), schema: model.schema.clone() }).collect(),
        validators: api.request_validators.iter().map(validator).collect(),
        api_key_source: if api.api_key_source_type == "AUTHORIZER" { ApiKeySource::Authorizer } else { ApiKeySource::Header },
    }
}

/// Methods by their paths.
fn resources(cx: &Cx<'_>, methods: &[declared::RestMethod]) -> Vec<RestResource> {
    let mut resources: Vec<RestResource> = Vec::new();
    for method in methods {
        let mapped = map_method(cx, method);
        match resources.iter_mut().find(|resource| resource.path == method.path) {
            Some(resource) => resource.methods.push(mapped),
            None => resources.push(RestResource { id: method.resource_id.clone(), path: method.path.clone(), methods: vec![mapped] }),
        }
    }
    resources
}

fn map_method(cx: &Cx<'_>, method: &declared::RestMethod) -> RestMethod {
    RestMethod {
        verb: method.http_method.clone(),
        authorization: match (method.authorization_type.as_str(), &method.authorizer_id) {
            ("AWS_IAM", _) => RestAuthorization::Iam,
            (_, Some(id)) => RestAuthorization::Authorizer { id: id.clone(), scopes: method.authorization_scopes.clone() },
            _ => RestAuthorization::None,
        },
        api_key_required: method.api_key_required,
        request_parameters: method.request_parameters.clone(),
        request_models: method.request_models.clone(),
        validator: method.request_validator.clone(),
        cache_keys: method.integration.cache_key_parameters.clone(),
        operation_name: method.operation_name.clone(),
        integration: integration(cx, &method.integration),
    }
}

fn integration(cx: &Cx<'_>, integration: &declared::Integration) -> RestIntegration {
    let timeout = integration.timeout_in_millis.map(|millis| Duration::from_millis(millis.into()));
    let stream = integration.response_transfer_mode.as_deref() == Some("STREAM");
    let kind = integration.integration_type.to_uppercase();
    match (kind.as_str(), &integration.function) {
        ("AWS_PROXY", Some(function)) => RestIntegration::FunctionProxy { arn: cx.arn(function), timeout, stream },
        ("AWS", Some(function)) => RestIntegration::Function { arn: cx.arn(function), timeout, mapping: mapping(integration) },
        ("MOCK", _) => RestIntegration::Mock(mapping(integration)),
        _ => match http_api::server(integration) {
            Some(url) => RestIntegration::Http(Box::new(RestBackend {
                url: url.to_owned(),
                verb: integration.integration_method.clone().unwrap_or_else(|| "ANY".to_owned()),
                proxy: kind == "HTTP_PROXY",
                stream,
                timeout,
                mapping: mapping(integration),
            })),
            None => RestIntegration::Unsupported(http_api::unreached(integration)),
        },
    }
}

fn mapping(integration: &declared::Integration) -> Mapping {
    Mapping {
        request_parameters: integration.request_parameters.clone(),
        request_templates: integration.request_templates.clone(),
        passthrough: match integration.passthrough_behavior.as_deref().map(str::to_uppercase).as_deref() {
            Some("NEVER") => Passthrough::Never,
            Some("WHEN_NO_TEMPLATES") => Passthrough::WhenNoTemplates,
            _ => Passthrough::WhenNoMatch,
        },
        content_handling: content_handling(integration.content_handling.as_deref()),
        responses: integration.integration_responses.iter().map(response).collect(),
    }
}

fn response(response: &declared::IntegrationResponse) -> IntegrationResponse {
    IntegrationResponse {
        status: response.status_code.parse().unwrap_or(200),
        selection_pattern: response.selection_pattern.clone(),
        parameters: response.response_parameters.clone(),
        templates: response.response_templates.clone(),
        content_handling: content_handling(response.content_handling.as_deref()),
    }
}

fn content_handling(word: Option<&str>) -> Option<ContentHandling> {
    match word {
        Some("CONVERT_TO_BINARY") => Some(ContentHandling::ConvertToBinary),
        Some("CONVERT_TO_TEXT") => Some(ContentHandling::ConvertToText),
        _ => None,
    }
}

fn gateway_response(response: &declared::GatewayResponse) -> GatewayResponse {
    GatewayResponse {
        kind: response.response_type.clone(),
        status: response.status_code.as_ref().and_then(|status| status.parse().ok()),
        parameters: response.response_parameters.clone(),
        templates: response.response_templates.clone(),
    }
}

fn validator(validator: &declared::RequestValidator) -> RequestValidator {
    RequestValidator { id: validator.id.clone(), body: validator.validate_request_body, parameters: validator.validate_request_parameters }
}

/// A key; one whose value the vendor would make up has its id for a value.
pub(super) fn api_key(key: &declared::ApiKey) -> ApiKey {
    ApiKey { id: key.api_key_id.clone(), value: key.value.clone().unwrap_or_else(|| key.api_key_id.clone()), enabled: key.enabled }
}

pub(super) fn usage_plan(plan: &declared::UsagePlan) -> UsagePlan {
    let whole = |number: Option<i64>| number.and_then(|number| u64::try_from(number).ok());
    let burst = whole(plan.burst_limit).and_then(|burst| u32::try_from(burst).ok());
    let period = match plan.quota_period.as_deref() {
        Some("DAY") => Period::Day,
        Some("WEEK") => Period::Week,
        _ => Period::Month,
    };
    UsagePlan {
        id: plan.usage_plan_id.clone(),
        stages: plan.api_stages.clone(),
        keys: plan.keys.clone(),
        throttle: plan.rate_limit.zip(burst).map(|(rate, burst)| Throttle { rate, burst }),
        quota: whole(plan.quota_limit).map(|limit| Quota { limit, offset: whole(plan.quota_offset).unwrap_or(0), period }),
    }
}
