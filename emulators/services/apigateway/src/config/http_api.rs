//! HTTP APIs: `AWS::ApiGatewayV2::Api` with protocol `HTTP`.

use std::time::Duration;

use super::{HttpAuthorizer, Owner, Stage};

/// An HTTP API.
#[derive(Debug, Clone, PartialEq)]
pub struct HttpApi {
    /// Ten letters and digits.
    pub id: String,
    /// Its name, for people.
    pub name: String,
    /// Whose it is.
    pub owner: Owner,
    /// Its routes, in any order.
    pub routes: Vec<HttpRoute>,
    /// Its stages.
    pub stages: Vec<Stage>,
    /// Its authorizers.
    pub authorizers: Vec<HttpAuthorizer>,
    /// What it answers by itself to other origins.
    pub cors: Option<Cors>,
}

/// One route.
#[derive(Debug, Clone, PartialEq)]
pub struct HttpRoute {
    /// `GET /items/{id}`, `ANY /{proxy+}`, `$default`.
    pub key: String,
    /// What answers.
    pub integration: HttpIntegration,
    /// Who may call.
    pub authorization: HttpAuthorization,
    /// How requests and answers are changed on their way.
    pub mapping: ParameterMapping,
}

/// How requests and answers of an HTTP API are changed on their way.
/// <https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-parameter-mapping.html>
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ParameterMapping {
    /// `overwrite:header.x`, `append:querystring.x`, `remove:header.x`, `overwrite:path`, and what to.
    pub request: Vec<(String, String)>,
    /// By status: `overwrite:header.x`, `overwrite:statuscode`, and what to.
    pub response: Vec<(u16, Vec<(String, String)>)>,
}

/// Who may call a route.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum HttpAuthorization {
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

/// What answers a route.
#[derive(Debug, Clone, PartialEq)]
pub enum HttpIntegration {
    /// A function.
    Function {
        /// Its ARN, which may name a version or an alias; `${stageVariables.name}` is replaced.
        arn: String,
        /// Which shape the event has.
        format: PayloadFormat,
        /// How long it may take; the vendor's 30 seconds where nothing is configured.
        timeout: Option<Duration>,
    },
    /// A server outside (`HTTP_PROXY`).
    Http {
        /// Where it is; `{name}` and `${stageVariables.name}` are replaced.
        url: String,
        /// The method that it is asked by; `ANY`: the client's.
        verb: String,
        /// How long it may take; the vendor's 30 seconds where nothing is configured.
        timeout: Option<Duration>,
    },
    /// One that is not emulated: the vendor's word for it. Requests are refused with a reason in the log.
    Unsupported(String),
}

/// Which shape the event of a function has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PayloadFormat {
    /// As REST APIs have it.
    V1,
    /// Flat, with cookies, values joined by commas.
    V2,
}

/// What is answered to browsers on behalf of the functions. The same for HTTP APIs and function URLs.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Cors {
    /// Whether cookies and credentials may be sent.
    pub allow_credentials: bool,
    /// Names of headers; `*` for all.
    pub allow_headers: Vec<String>,
    /// Methods; `*` for all.
    pub allow_methods: Vec<String>,
    /// Origins; `*`, `http://*` and `https://*` stand for many.
    pub allow_origins: Vec<String>,
    /// Names of headers that scripts may read.
    pub expose_headers: Vec<String>,
    /// For how many seconds a browser remembers it.
    pub max_age: Option<u32>,
}
