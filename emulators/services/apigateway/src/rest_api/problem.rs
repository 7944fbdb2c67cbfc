//! What an API answers by itself where something is wrong.
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/supported-gateway-response-types.html>

use serde_json::{Value, json};

use super::context::Context;
use crate::answer::Answer;
use crate::config::{GatewayResponse, RestApi, Stage};
use crate::inbound::Inbound;
use crate::limits;
use crate::vtl::{self, Given, Input, Parameters};

/// Something that is wrong.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Problem {
    /// The vendor's word for it, by which responses are configured.
    kind: &'static str,
    /// What `x-amzn-ErrorType` says.
    code: &'static str,
    status: u16,
    message: Option<String>,
    /// What the operator is told.
    cause: Option<String>,
    /// Without a response of its own it is the text alone, whatever is configured for others.
    plain: bool,
}

impl Problem {
    pub(crate) fn new(kind: &'static str, code: &'static str, status: u16, message: &str) -> Self {
        Self { kind, code, status, message: Some(message.to_owned()), cause: None, plain: false }
    }

    /// The body is larger than APIs take.
    /// <https://docs.aws.amazon.com/apigateway/latest/developerguide/supported-gateway-response-types.html>: `REQUEST_TOO_LARGE`
    pub(crate) fn too_large() -> Self {
        let message = format!("HTTP content length exceeded {} bytes.", limits::REST_PAYLOAD.most);
        Self { plain: true, ..Self::new("REQUEST_TOO_LARGE", "RequestTooLargeException", 413, &message) }
    }

    /// What went wrong here, or in the function.
    pub(crate) fn internal(status: u16) -> Self {
        Self::new("DEFAULT_5XX", "InternalServerErrorException", status, "Internal server error")
    }

    /// The API is configured so that it cannot answer.
    pub(crate) fn misconfigured() -> Self {
        Self::new("API_CONFIGURATION_ERROR", "InternalServerErrorException", 500, "Internal server error")
    }

    /// Without a text for callers: `{"message":null}`.
    pub(crate) fn untold(self) -> Self {
        Self { message: None, ..self }
    }

    /// With what the operator is told.
    pub(crate) fn because(self, cause: impl Into<String>) -> Self {
        Self { cause: Some(cause.into()), ..self }
    }

    /// The answer, as the API has it configured.
    pub(crate) fn answer(self, api: &RestApi, stage: Option<&Stage>, context: &Context, inbound: &Inbound) -> Answer {
        let configured = |kind: &str| api.gateway_responses.iter().find(|response| response.kind == kind);
        let fallback = if self.status < 500 { "DEFAULT_4XX" } else { "DEFAULT_5XX" };
        let response = configured(self.kind);
        if let (true, None, Some(message)) = (self.plain, response, &self.message) {
            return Answer::new(self.status, "text/plain", message.clone()).with("x-amzn-ErrorType", self.code).because(message.clone());
        }
        let response = response.or_else(|| configured(fallback));
        let status = response.and_then(|response| response.status).unwrap_or(self.status);
        let context = self.explained(context);
        let (content_type, body) = match response.map(|response| templated(response, stage, &context, inbound)) {
            Some(Some(Ok(body))) => body,
            Some(Some(Err(cause))) => return Answer::message(500, "Internal server error").because(cause),
            None | Some(None) => ("application/json".to_owned(), self.plain()),
        };
        let mut answer = Answer::new(status, &content_type, body).with("x-amzn-ErrorType", self.code);
        for (name, source) in response.into_iter().flat_map(|response| &response.parameters) {
            let value = header(source, &context, inbound);
            if let (Some(name), Some(value)) = (name.strip_prefix("gatewayresponse.header."), value) {
                answer.headers.retain(|(known, _)| !known.eq_ignore_ascii_case(name));
                answer.headers.push((name.to_owned(), value));
            }
        }
        let cause = self.cause.clone().or_else(|| self.message.clone());
        answer.because(cause.unwrap_or_else(|| self.kind.to_owned()))
    }

    /// The body where no template is configured. The word is capitalised where access is denied, as the vendor does it.
    fn plain(&self) -> String {
        let name = if self.kind == "ACCESS_DENIED" && self.code == "AccessDeniedException" { "Message" } else { "message" };
        json!({ name: self.message }).to_string()
    }

    /// `$context` with `error`.
    fn explained(&self, context: &Context) -> Value {
        let mut context = context.json();
        let message = self.message.clone().unwrap_or_default();
        context["error"] = json!({
            "message": message,
            "messageString": self.message.as_ref().map_or_else(|| "null".to_owned(), |message| json!(message).to_string()),
            "responseType": self.kind,
            "validationErrorString": message,
        });
        context
    }
}

/// Media type and body by the template for what the client accepts; none where none is configured.
fn templated(
    response: &GatewayResponse,
    stage: Option<&Stage>,
    context: &Value,
    inbound: &Inbound,
) -> Option<Result<(String, String), String>> {
    let accepted = inbound.headers.get("accept").unwrap_or_default();
    let of = |kind: &str| response.templates.iter().find(|(known, _)| known == kind);
    let (kind, template) = of(accepted).or_else(|| of("application/json")).or_else(|| response.templates.first())?;
    let variables = stage.map(|stage| stage.variables.as_slice()).unwrap_or_default();
    let given = Given { input: Input::new(String::new(), Parameters::default()), context: context.clone(), variables };
    Some(vtl::render(template, given).map(|rendered| (kind.clone(), rendered.text)))
}

/// The value of a header: a text in single quotes, or where it comes from.
fn header(source: &str, context: &Value, inbound: &Inbound) -> Option<String> {
    if let Some(text) = source.strip_prefix('\'').and_then(|text| text.strip_suffix('\'')) {
        return Some(text.to_owned());
    }
    if let Some(name) = source.strip_prefix("method.request.header.") {
        return inbound.headers.get(name).map(str::to_owned);
    }
    let path = source.strip_prefix("context.")?;
    let value = context.pointer(&format!("/{}", path.replace('.', "/")))?;
    Some(value.as_str().map_or_else(|| value.to_string(), str::to_owned))
}
