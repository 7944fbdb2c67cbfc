//! What an API does with a request: calls a function, another server, or answers by itself.

use serde::Serialize;

use super::function::split_name;
use super::props::Props;

/// An integration, by the names that both versions of API Gateway have in common.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Integration {
    /// `AWS_PROXY`, `AWS`, `HTTP_PROXY`, `HTTP` or `MOCK`.
    pub integration_type: String,
    /// The function, where it is one.
    pub function: Option<FunctionTarget>,
    /// Where requests go, as written.
    pub integration_uri: Option<String>,
    /// A service that an HTTP API calls by itself, such as `SQS-SendMessage`.
    pub integration_subtype: Option<String>,
    /// The method of the request that is made.
    pub integration_method: Option<String>,
    /// `1.0` or `2.0`, of HTTP APIs.
    pub payload_format_version: Option<String>,
    /// How long an answer may take; none is the vendor's default.
    pub timeout_in_millis: Option<u32>,
    /// ARN of a role, or `arn:aws:iam::*:user/*` for the caller's own.
    pub credentials: Option<String>,
    /// Request parameters, to set or to map.
    pub request_parameters: Vec<(String, String)>,
    /// Request templates by content type.
    pub request_templates: Vec<(String, String)>,
    /// `WHEN_NO_MATCH`, `WHEN_NO_TEMPLATES` or `NEVER`.
    pub passthrough_behavior: Option<String>,
    /// `CONVERT_TO_BINARY` or `CONVERT_TO_TEXT`.
    pub content_handling: Option<String>,
    /// Parameters that tell one kept answer from another.
    pub cache_key_parameters: Vec<String>,
    /// `STREAM` where the answer is streamed.
    pub response_transfer_mode: Option<String>,
    /// Picks a template by the message, of WebSocket APIs.
    pub template_selection_expression: Option<String>,
    /// How answers are made of what came back.
    pub integration_responses: Vec<IntegrationResponse>,
    /// How answers of HTTP APIs are changed, by status code.
    pub response_parameters: Vec<(String, Vec<(String, String)>)>,
    /// `INTERNET` or `VPC_LINK`.
    pub connection_type: Option<String>,
}

/// How one kind of answer is made.
#[derive(Debug, Clone, Default, Serialize)]
pub struct IntegrationResponse {
    /// The status code that is sent.
    pub status_code: String,
    /// What the error message must match; none is the default.
    pub selection_pattern: Option<String>,
    /// Headers of the answer.
    pub response_parameters: Vec<(String, String)>,
    /// Templates by content type.
    pub response_templates: Vec<(String, String)>,
    /// `CONVERT_TO_BINARY` or `CONVERT_TO_TEXT`.
    pub content_handling: Option<String>,
}

/// A function as named by an integration or an authorizer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FunctionTarget {
    /// The ARN as it is named, with the qualifier if there is one.
    pub arn: String,
    /// Its name; may have `${stageVariables.…}` in it.
    pub function_name: String,
    /// Version or alias.
    pub qualifier: Option<String>,
    /// Whether it is called for a streamed answer.
    pub streamed: bool,
}

impl FunctionTarget {
    /// The function that `uri` names: an ARN, or an ARN inside of API Gateway's.
    pub(super) fn parse(uri: &str) -> Option<Self> {
        let inner = match uri.split_once(":lambda:path/") {
            Some((_, path)) => path.split_once("/functions/")?.1.rsplit_once('/').map_or(path, |(arn, _)| arn),
            None if uri.contains(":lambda:") && uri.contains(":function:") => uri,
            None => return None,
        };
        let (function_name, qualifier) = split_name(inner);
        let streamed = uri.ends_with("/response-streaming-invocations");
        (!function_name.is_empty()).then(|| Self { arn: inner.to_owned(), function_name, qualifier, streamed })
    }
}

/// The spelling of a property: `RequestParameters` in templates, `requestParameters` in definitions.
#[derive(Clone, Copy)]
pub(super) enum Case {
    Upper,
    Lower,
}

impl Case {
    fn of(self, name: &str) -> String {
        match self {
            Self::Upper => name.to_owned(),
            Self::Lower => name[..1].to_lowercase() + &name[1..],
        }
    }
}

impl Integration {
    /// Reads an integration of a definition (`x-amazon-apigateway-integration`) or of a REST API's method.
    pub(super) fn read(props: &Props<'_, '_>, case: Case) -> Self {
        let text = |name: &str| props.text(&case.of(name));
        let map = |name: &str| props.map(&case.of(name));
        let integration_uri = text("Uri");
        let method = if matches!(case, Case::Lower) { text("HttpMethod") } else { text("IntegrationHttpMethod") };
        let read = Self {
            integration_type: text("Type").unwrap_or_default().to_uppercase(),
            function: integration_uri.as_deref().and_then(FunctionTarget::parse),
            integration_uri,
            integration_subtype: text("IntegrationSubtype"),
            integration_method: method,
            payload_format_version: text("PayloadFormatVersion"),
            timeout_in_millis: props.number(&case.of("TimeoutInMillis")).and_then(|number| u32::try_from(number).ok()),
            credentials: text("Credentials"),
            request_parameters: map("RequestParameters"),
            request_templates: map("RequestTemplates"),
            passthrough_behavior: text("PassthroughBehavior").map(|text| text.to_uppercase()),
            content_handling: text("ContentHandling"),
            cache_key_parameters: props.texts(&case.of("CacheKeyParameters")),
            response_transfer_mode: text("ResponseTransferMode"),
            template_selection_expression: None,
            integration_responses: responses(props, case),
            response_parameters: Vec::new(),
            connection_type: text("ConnectionType"),
        };
        props.no_effect(&[&case.of("CacheNamespace"), &case.of("ConnectionId"), &case.of("IntegrationTarget")]);
        props.not_emulated(&[&case.of("TlsConfig")]);
        read
    }
}

fn responses(props: &Props<'_, '_>, case: Case) -> Vec<IntegrationResponse> {
    let one = |response: &Props<'_, '_>, pattern: Option<String>| IntegrationResponse {
        status_code: response.text(&case.of("StatusCode")).unwrap_or_default(),
        selection_pattern: pattern,
        response_parameters: response.map(&case.of("ResponseParameters")),
        response_templates: response.map(&case.of("ResponseTemplates")),
        content_handling: response.text(&case.of("ContentHandling")),
    };
    if matches!(case, Case::Upper) {
        let list = props.objects("IntegrationResponses");
        return list
            .iter()
            .map(|response| one(response, response.text("SelectionPattern").filter(|pattern| !pattern.is_empty())))
            .collect();
    }
    let Some(all) = props.object("responses") else { return Vec::new() };
    let keys: Vec<String> = all.all().keys().map(str::to_owned).collect();
    let read = keys.iter().filter_map(|key| {
        let response = all.object(key)?;
        Some(one(&response, (key != "default").then(|| key.clone())))
    });
    read.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_functions_in_uris() {
        let arn = "arn:aws:lambda:us-east-1:000000000000:function:hello:live";
        let uri = format!("arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/{arn}/invocations");
        let expected = FunctionTarget { arn: arn.into(), function_name: "hello".into(), qualifier: Some("live".into()), streamed: false };
        assert_eq!(FunctionTarget::parse(&uri), Some(expected.clone()));
        assert_eq!(FunctionTarget::parse(arn), Some(expected));
        assert!(FunctionTarget::parse(&uri.replace("/invocations", "/response-streaming-invocations")).unwrap().streamed);
        assert_eq!(FunctionTarget::parse("https://example.com"), None);
    }
}
