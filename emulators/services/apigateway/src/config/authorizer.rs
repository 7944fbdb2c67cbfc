//! Who may call.

use std::time::Duration;

use super::PayloadFormat;

/// An authorizer of an HTTP API.
#[derive(Debug, Clone, PartialEq)]
pub struct HttpAuthorizer {
    /// Its id, by which routes name it.
    pub id: String,
    /// What it does.
    pub kind: HttpAuthorizerKind,
}

/// What an authorizer of an HTTP API does.
#[derive(Debug, Clone, PartialEq)]
pub enum HttpAuthorizerKind {
    /// Checks a JSON web token.
    Jwt(JwtAuthorizer),
    /// Asks a function.
    Function(HttpFunctionAuthorizer),
}

/// Checks a JSON web token by the keys of its issuer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JwtAuthorizer {
    /// `$request.header.Authorization`, `$request.querystring.token`.
    pub identity_source: String,
    /// Who must have issued it: a URL without the slash at its end, under which `/.well-known/openid-configuration` is found.
    pub issuer: String,
    /// For whom it must be: its `aud` or, where that is missing, its `client_id`.
    pub audience: Vec<String>,
    /// The keys, as JSON of a key set, where they are at hand and nobody is to be asked.
    pub keys: Option<String>,
}

/// A function that says who may call an HTTP API.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HttpFunctionAuthorizer {
    /// The function's ARN.
    pub arn: String,
    /// Which shape its event has.
    pub format: PayloadFormat,
    /// Whether it answers `isAuthorized` in place of a policy.
    pub simple_responses: bool,
    /// `$request.header.x`, `$request.querystring.x`, `$context.x`, `$stageVariables.x`: what must be there.
    pub identity_sources: Vec<String>,
    /// How long an answer is remembered; zero: not at all.
    pub ttl: Duration,
}

/// An authorizer of a REST or WebSocket API.
#[derive(Debug, Clone, PartialEq)]
pub struct Authorizer {
    /// Its id, by which methods and routes name it.
    pub id: String,
    /// Its name, for people.
    pub name: String,
    /// What it does.
    pub kind: AuthorizerKind,
    /// How long an answer is remembered; zero: not at all.
    pub ttl: Duration,
}

/// What an authorizer of a REST or WebSocket API does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AuthorizerKind {
    /// Asks a function about one header.
    Token {
        /// The function's ARN.
        arn: String,
        /// `method.request.header.Authorization`.
        identity_source: String,
        /// A regular expression that the header must match.
        validation: Option<String>,
    },
    /// Asks a function about the request.
    Request {
        /// The function's ARN.
        arn: String,
        /// `method.request.header.x`, `route.request.querystring.x`, `context.x`, `stageVariables.x`: what must be there.
        identity_sources: Vec<String>,
    },
    /// Checks tokens of pools of users (`COGNITO_USER_POOLS`).
    Pools {
        /// `method.request.header.Authorization`.
        identity_source: String,
        /// The pools, as the issuers of their tokens: `https://cognito-idp.us-east-1.amazonaws.com/<pool>`.
        issuers: Vec<String>,
        /// A regular expression that the `aud` of a token must match.
        validation: Option<String>,
    },
    /// One that is not emulated: the vendor's word for it.
    Unsupported(String),
}
