//! Authorizers of all kinds of API.

use serde::Serialize;

use super::integration::FunctionTarget;
use super::props::Props;
use crate::sources::Place;

/// An authorizer.
#[derive(Debug, Clone, Serialize)]
pub struct Authorizer {
    /// Its id, by which routes and methods name it.
    pub authorizer_id: String,
    /// Its name.
    pub name: String,
    /// `TOKEN`, `REQUEST`, `JWT` or `COGNITO_USER_POOLS`.
    pub authorizer_type: String,
    /// The function that decides.
    pub function: Option<FunctionTarget>,
    /// Where the identity comes from, as written: `$request.header.Authorization`, `method.request.header.Authorization`.
    pub identity_source: Vec<String>,
    /// What a token must match to be looked at.
    pub identity_validation_expression: Option<String>,
    /// How long a decision is kept; none is the vendor's default (300).
    pub authorizer_result_ttl_in_seconds: Option<u32>,
    /// `1.0` or `2.0`, of HTTP APIs.
    pub authorizer_payload_format_version: Option<String>,
    /// Whether the function answers `{"isAuthorized": …}`.
    pub enable_simple_responses: bool,
    /// Who issues tokens and for whom.
    pub jwt_configuration: Option<JwtConfiguration>,
    /// ARNs of the pools of users whose tokens it takes.
    pub provider_arns: Vec<String>,
    /// Where it is declared.
    pub place: Place,
}

/// Who issues tokens and for whom.
#[derive(Debug, Clone, Serialize)]
pub struct JwtConfiguration {
    /// The issuer's URL.
    pub issuer: String,
    /// One of these must be the token's.
    pub audience: Vec<String>,
}

impl Authorizer {
    /// Reads one of a template (`AWS::ApiGateway::Authorizer`, `AWS::ApiGatewayV2::Authorizer`).
    pub(super) fn of_resource(props: &Props<'_, '_>) -> Self {
        let kind = props.text("Type").or_else(|| props.text("AuthorizerType")).unwrap_or_default();
        let authorizer = Self {
            authorizer_id: props.reference(),
            name: props.text("Name").unwrap_or_else(|| props.id.clone()),
            function: props.text("AuthorizerUri").as_deref().and_then(FunctionTarget::parse),
            identity_source: sources(props, "IdentitySource"),
            identity_validation_expression: props.text("IdentityValidationExpression"),
            authorizer_result_ttl_in_seconds: ttl(props, "AuthorizerResultTtlInSeconds"),
            authorizer_payload_format_version: props.text("AuthorizerPayloadFormatVersion"),
            enable_simple_responses: props.flag("EnableSimpleResponses").unwrap_or(false),
            jwt_configuration: props.object("JwtConfiguration").map(|jwt| jwt_of(&jwt, "Issuer", "Audience")),
            provider_arns: props.texts("ProviderARNs"),
            place: props.place(),
            authorizer_type: kind,
        };
        props.no_effect(&["AuthorizerCredentials", "AuthorizerCredentialsArn", "AuthType"]);
        authorizer.check(props);
        authorizer
    }

    /// Reads one of a definition: a security scheme with `x-amazon-apigateway-authorizer`.
    pub(super) fn of_scheme(name: &str, scheme: &Props<'_, '_>) -> Option<Self> {
        let inner = scheme.object("x-amazon-apigateway-authorizer")?;
        let kind = inner.text("type").unwrap_or_default().to_uppercase();
        let token = kind == "TOKEN" || kind == "COGNITO_USER_POOLS";
        let mut identity_source = sources(&inner, "identitySource");
        if token && identity_source.is_empty() {
            identity_source = scheme.text("name").map(|header| format!("method.request.header.{header}")).into_iter().collect();
        }
        let authorizer = Self {
            authorizer_id: name.to_owned(),
            name: name.to_owned(),
            authorizer_type: kind,
            function: inner.text("authorizerUri").as_deref().and_then(FunctionTarget::parse),
            identity_source,
            identity_validation_expression: inner.text("identityValidationExpression"),
            authorizer_result_ttl_in_seconds: ttl(&inner, "authorizerResultTtlInSeconds"),
            authorizer_payload_format_version: inner.text("authorizerPayloadFormatVersion"),
            enable_simple_responses: inner.flag("enableSimpleResponses").unwrap_or(false),
            jwt_configuration: inner.object("jwtConfiguration").map(|jwt| jwt_of(&jwt, "issuer", "audience")),
            provider_arns: inner.texts("providerARNs"),
            place: scheme.place(),
        };
        authorizer.check(scheme);
        Some(authorizer)
    }

    fn check(&self, props: &Props<'_, '_>) {
        match self.authorizer_type.as_str() {
            "COGNITO_USER_POOLS" if self.provider_arns.is_empty() => {
                props.cx().error(
                    props.at,
                    format!("the authorizer `{}` names no pool of users", self.name),
                    "set `ProviderARNs` to ARNs of pools",
                );
            }
            "JWT" if self.jwt_configuration.is_none() => {
                props.cx().error(
                    props.at,
                    format!("the authorizer `{}` has no `JwtConfiguration`", self.name),
                    "add `issuer` and `audience`",
                );
            }
            "TOKEN" | "REQUEST" if self.function.is_none() => {
                props.cx().error(
                    props.at,
                    format!("the authorizer `{}` names no function", self.name),
                    "set its URI to that of a function",
                );
            }
            _ => {}
        }
    }
}

fn ttl(props: &Props<'_, '_>, key: &str) -> Option<u32> {
    // https://docs.aws.amazon.com/apigateway/latest/api/API_Authorizer.html
    props.within(key, 0, 3600, " seconds")
}

/// A list, or names with commas between them.
fn sources(props: &Props<'_, '_>, key: &str) -> Vec<String> {
    let split = |text: String| text.split(',').map(|part| part.trim().to_owned()).filter(|part| !part.is_empty()).collect::<Vec<_>>();
    props.texts(key).into_iter().flat_map(split).collect()
}

fn jwt_of(jwt: &Props<'_, '_>, issuer: &str, audience: &str) -> JwtConfiguration {
    JwtConfiguration { issuer: jwt.text(issuer).unwrap_or_default(), audience: jwt.texts(audience) }
}
