//! REST APIs: `AWS::ApiGateway::RestApi`.

use std::time::Duration;

use super::{Authorizer, Owner, Stage};

/// A REST API.
#[derive(Debug, Clone, PartialEq)]
pub struct RestApi {
    /// Ten letters and digits.
    pub id: String,
    /// Its name, for people.
    pub name: String,
    /// Whose it is.
    pub owner: Owner,
    /// Its resources that have methods.
    pub resources: Vec<RestResource>,
    /// Its stages.
    pub stages: Vec<Stage>,
    /// Its authorizers.
    pub authorizers: Vec<Authorizer>,
    /// Media types whose bodies are bytes: `image/png`, `image/*`, `*/*`.
    pub binary_media_types: Vec<String>,
    /// What it answers by itself, where that is configured.
    pub gateway_responses: Vec<GatewayResponse>,
    /// Schemas of bodies.
    pub models: Vec<Model>,
    /// What is checked before anything is called.
    pub validators: Vec<RequestValidator>,
    /// Where the key of a caller comes from.
    pub api_key_source: ApiKeySource,
}

/// A resource.
#[derive(Debug, Clone, PartialEq)]
pub struct RestResource {
    /// Six letters and digits.
    pub id: String,
    /// `/items/{id}`, `/{proxy+}`.
    pub path: String,
    /// Its methods.
    pub methods: Vec<RestMethod>,
}

/// A method of a resource.
#[derive(Debug, Clone, PartialEq)]
pub struct RestMethod {
    /// `GET`, `ANY`.
    pub verb: String,
    /// Who may call.
    pub authorization: RestAuthorization,
    /// Whether callers need a key.
    pub api_key_required: bool,
    /// `method.request.header.x`, `…querystring.x`, `…path.x`, and whether it must be there.
    pub request_parameters: Vec<(String, bool)>,
    /// Models by media type.
    pub request_models: Vec<(String, String)>,
    /// The validator's id.
    pub validator: Option<String>,
    /// Which parameters tell one kept answer from another: `method.request.querystring.x`.
    pub cache_keys: Vec<String>,
    /// What the method is called, as events name it.
    pub operation_name: Option<String>,
    /// What answers.
    pub integration: RestIntegration,
}

/// Who may call a method.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum RestAuthorization {
    /// Everybody.
    #[default]
    None,
    /// Whoever signs. The signature is read, not checked.
    Iam,
    /// Whom an authorizer lets in.
    Authorizer {
        /// Its id.
        id: String,
        /// Of these scopes a token must have one; empty: none is wanted.
        scopes: Vec<String>,
    },
}

/// What answers a method.
#[derive(Debug, Clone, PartialEq)]
pub enum RestIntegration {
    /// A function that gets the whole request and answers a whole response (`AWS_PROXY`).
    FunctionProxy {
        /// Its ARN; `${stageVariables.name}` is replaced.
        arn: String,
        /// How long it may take; the vendor's 29 seconds where nothing is configured.
        timeout: Option<Duration>,
        /// Whether the answer comes piece by piece (`STREAM`).
        stream: bool,
    },
    /// A server outside (`HTTP`, `HTTP_PROXY`).
    Http(Box<RestBackend>),
    /// A function behind mapping templates (`AWS`).
    Function {
        /// Its ARN; `${stageVariables.name}` is replaced.
        arn: String,
        /// How long it may take; the vendor's 29 seconds where nothing is configured.
        timeout: Option<Duration>,
        /// What is sent and answered.
        mapping: Mapping,
    },
    /// Nobody: the templates answer (`MOCK`).
    Mock(Mapping),
    /// One that is not emulated: the vendor's word for it. Requests are refused with a reason in the log.
    Unsupported(String),
}

/// A server outside that a method hands requests on to.
#[derive(Debug, Clone, PartialEq)]
pub struct RestBackend {
    /// Where it is; `{name}` and `${stageVariables.name}` are replaced.
    pub url: String,
    /// The method that it is asked by; `ANY`: the client's.
    pub verb: String,
    /// Whether it gets the whole request and answers the whole response (`HTTP_PROXY`).
    pub proxy: bool,
    /// Whether its answer comes piece by piece (`STREAM`).
    pub stream: bool,
    /// How long it may take; the vendor's 29 seconds where nothing is configured.
    pub timeout: Option<Duration>,
    /// What is sent and answered.
    pub mapping: Mapping,
}

/// What stands between a method and its integration.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Mapping {
    /// `integration.request.header.x`, `…querystring.x`, `…path.x`, and where each value comes from.
    pub request_parameters: Vec<(String, String)>,
    /// Templates by media type.
    pub request_templates: Vec<(String, String)>,
    /// What becomes of a body for whose media type there is no template.
    pub passthrough: Passthrough,
    /// How a body is changed on the way in.
    pub content_handling: Option<ContentHandling>,
    /// Which answers there are.
    pub responses: Vec<IntegrationResponse>,
}

/// What becomes of a body for whose media type there is no template.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Passthrough {
    /// It is sent as it is.
    #[default]
    WhenNoMatch,
    /// It is sent as it is where there is no template at all, else refused.
    WhenNoTemplates,
    /// It is refused.
    Never,
}

/// How a body is changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ContentHandling {
    /// Text in base64 becomes bytes.
    ConvertToBinary,
    /// Bytes become text in base64.
    ConvertToText,
}

/// One answer of an integration.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct IntegrationResponse {
    /// The status of the answer.
    pub status: u16,
    /// A regular expression on the function's error text, or on the status; none: this is the answer where no other fits.
    pub selection_pattern: Option<String>,
    /// `method.response.header.x` and where its value comes from.
    pub parameters: Vec<(String, String)>,
    /// Templates by media type.
    pub templates: Vec<(String, String)>,
    /// How a body is changed on the way out.
    pub content_handling: Option<ContentHandling>,
}

/// What the API answers by itself.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct GatewayResponse {
    /// `MISSING_AUTHENTICATION_TOKEN`, `DEFAULT_4XX`.
    pub kind: String,
    /// The status; the vendor's own where nothing is configured.
    pub status: Option<u16>,
    /// `gatewayresponse.header.x` and where its value comes from.
    pub parameters: Vec<(String, String)>,
    /// Templates by media type.
    pub templates: Vec<(String, String)>,
}

/// A schema of bodies.
#[derive(Debug, Clone, PartialEq)]
pub struct Model {
    /// Its name.
    pub name: String,
    /// A schema of JSON, draft 4. Others of the API are named by `https://apigateway.amazonaws.com/restapis/<id>/models/<name>`.
    pub schema: serde_json::Value,
}

/// What is checked before anything is called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestValidator {
    /// Its id.
    pub id: String,
    /// Whether bodies are held against models.
    pub body: bool,
    /// Whether parameters that must be there are.
    pub parameters: bool,
}

/// Where the key of a caller comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ApiKeySource {
    /// The header `x-api-key`.
    #[default]
    Header,
    /// What the authorizer answers as `usageIdentifierKey`.
    Authorizer,
}
