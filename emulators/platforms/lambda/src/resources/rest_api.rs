//! REST APIs.

use serde::Serialize;

use super::authorizer::Authorizer;
use super::integration::Integration;
use super::props::Props;
use super::stage::Stage;
use super::{LambdaProject, open_api};
use crate::sources::Place;
use crate::template::resource_id;

/// A REST API.
#[derive(Debug, Clone, Serialize)]
pub struct RestApi {
    /// Its logical id.
    pub logical_id: String,
    /// Its id, the first part of its host name.
    pub rest_api_id: String,
    /// Its name.
    pub name: String,
    /// Its methods, each with its path.
    pub methods: Vec<RestMethod>,
    /// Its authorizers.
    pub authorizers: Vec<Authorizer>,
    /// Its stages.
    pub stages: Vec<Stage>,
    /// Its models.
    pub models: Vec<Model>,
    /// What is checked of requests, by name.
    pub request_validators: Vec<RequestValidator>,
    /// Its own words for what the gateway refuses.
    pub gateway_responses: Vec<GatewayResponse>,
    /// Types of bodies that are bytes.
    pub binary_media_types: Vec<String>,
    /// Bodies from this size on are compressed.
    pub minimum_compression_size: Option<i64>,
    /// `HEADER` or `AUTHORIZER`.
    pub api_key_source_type: String,
    /// Whether only custom domains lead to it.
    pub disable_execute_api_endpoint: bool,
    /// Where it is declared.
    pub place: Place,
    /// Resources by id: the parent's, and the last part of the path.
    #[serde(skip)]
    pub(super) resources: Vec<(String, String, String)>,
}

/// A method of a REST API.
#[derive(Debug, Clone, Serialize)]
pub struct RestMethod {
    /// The path: `/items/{id}`, `/{proxy+}`.
    pub path: String,
    /// The method in upper case, or `ANY`.
    pub http_method: String,
    /// What is done with the request.
    pub integration: Integration,
    /// `NONE`, `AWS_IAM`, `CUSTOM` or `COGNITO_USER_POOLS`.
    pub authorization_type: String,
    /// The authorizer's id.
    pub authorizer_id: Option<String>,
    /// Scopes that a token must have one of.
    pub authorization_scopes: Vec<String>,
    /// Whether an API key is needed.
    pub api_key_required: bool,
    /// Parameters (`method.request.querystring.q`), and whether each must be there.
    pub request_parameters: Vec<(String, bool)>,
    /// Models by content type.
    pub request_models: Vec<(String, String)>,
    /// The name or id of what is checked.
    pub request_validator: Option<String>,
    /// The operation's name.
    pub operation_name: Option<String>,
    /// Where it is declared.
    pub place: Place,
    /// The id of the resource that it belongs to.
    pub resource_id: String,
}

/// A JSON schema for bodies.
#[derive(Debug, Clone, Serialize)]
pub struct Model {
    /// Its name.
    pub name: String,
    /// The type of the bodies.
    pub content_type: String,
    /// The schema.
    pub schema: serde_json::Value,
}

/// What is checked of requests.
#[derive(Debug, Clone, Serialize)]
pub struct RequestValidator {
    /// Its id, or its name in a definition.
    pub id: String,
    /// Whether bodies are held against their model.
    pub validate_request_body: bool,
    /// Whether parameters that must be there are.
    pub validate_request_parameters: bool,
}

/// The API's own words for what the gateway refuses.
#[derive(Debug, Clone, Serialize)]
pub struct GatewayResponse {
    /// `UNAUTHORIZED`, `DEFAULT_4XX` and the like.
    pub response_type: String,
    /// The status code, if it is another one.
    pub status_code: Option<String>,
    /// Headers (`gatewayresponse.header.X`).
    pub response_parameters: Vec<(String, String)>,
    /// Bodies by content type.
    pub response_templates: Vec<(String, String)>,
}

pub(super) fn read(props: &Props<'_, '_>, project: &mut LambdaProject) {
    let mut api = RestApi {
        logical_id: props.id.clone(),
        rest_api_id: props.physical_name(),
        name: props.text("Name").unwrap_or_default(),
        methods: Vec::new(),
        authorizers: Vec::new(),
        stages: Vec::new(),
        models: Vec::new(),
        request_validators: Vec::new(),
        gateway_responses: Vec::new(),
        // `~1` stands for `/` there.
        binary_media_types: props.texts("BinaryMediaTypes").iter().map(|kind| kind.replace("~1", "/")).collect(),
        minimum_compression_size: props.number("MinimumCompressionSize"),
        api_key_source_type: props.one_of("ApiKeySourceType", &["HEADER", "AUTHORIZER"]).unwrap_or_else(|| "HEADER".to_owned()),
        disable_execute_api_endpoint: props.flag("DisableExecuteApiEndpoint").unwrap_or(false),
        place: props.place(),
        resources: Vec::new(),
    };
    props.no_effect(&[
        "Description",
        "EndpointConfiguration",
        "FailOnWarnings",
        "Mode",
        "Parameters",
        "Tags",
        "SecurityPolicy",
        "EndpointAccessMode",
        "CloneFrom",
    ]);
    props.not_emulated(&["Policy"]);
    if let Some(body) = open_api::body(props) {
        open_api::read_rest(&body, &mut api);
    }
    if api.name.is_empty() {
        api.name.clone_from(&props.id);
    }
    project.rest_apis.push(api);
}

impl RestApi {
    /// Gives methods that were declared one by one the paths of their resources, and those of a definition the ids.
    pub(super) fn settle(&mut self) {
        let place = |method: &RestMethod| match method.resource_id.as_str() {
            "" => (resource_id(&format!("{}{}", self.rest_api_id, method.path)), method.path.clone()),
            id => (id.to_owned(), self.path_of(id)),
        };
        let places: Vec<(String, String)> = self.methods.iter().map(place).collect();
        for (method, place) in self.methods.iter_mut().zip(places) {
            (method.resource_id, method.path) = place;
        }
    }

    fn path_of(&self, id: &str) -> String {
        let mut parts: Vec<&str> = Vec::new();
        let mut current = id;
        while let Some((_, parent, part)) = self.resources.iter().find(|(known, ..)| known == current) {
            parts.push(part);
            current = parent;
            if parts.len() > self.resources.len() {
                break;
            }
        }
        parts.reverse();
        format!("/{}", parts.join("/"))
    }
}
