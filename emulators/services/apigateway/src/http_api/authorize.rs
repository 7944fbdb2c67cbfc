//! Who may call routes of HTTP APIs.

use serde_json::{Map, Value, json};

use super::event_v1::{self, Facts};
use super::event_v2;
use super::internal_error;
use crate::answer::Answer;
use crate::authorize::{Asked, Decision, Refusal, Signer, Sources, Verdict, decide, jwt};
use crate::config::{HttpAuthorization, HttpAuthorizerKind, HttpFunctionAuthorizer, JwtAuthorizer, PayloadFormat};
use crate::gateway::Shared;
use crate::inbound::{Query, decode};

/// Who was let in, as the function is told.
#[derive(Debug, Default)]
pub(crate) struct Allowed {
    /// What a token says.
    jwt: Option<Value>,
    /// What the authorizer hands on.
    function: Option<(Option<String>, Map<String, Value>)>,
    /// Who signed.
    pub(crate) signer: Option<Signer>,
}

impl Allowed {
    /// `requestContext.authorizer` of format 1.0.
    pub(crate) fn v1(&self) -> Option<Value> {
        if let Some(jwt) = &self.jwt {
            return Some(jwt.clone());
        }
        let (principal, context) = self.function.as_ref()?;
        let mut shown = context.clone();
        if let Some(principal) = principal {
            shown.insert("principalId".to_owned(), principal.clone().into());
        }
        Some(Value::Object(shown))
    }

    /// `requestContext.authorizer` of format 2.0.
    pub(crate) fn v2(&self) -> Option<Value> {
        if let Some(jwt) = &self.jwt {
            return Some(json!({ "jwt": jwt }));
        }
        if let Some((_, context)) = &self.function {
            return Some(json!({ "lambda": context }));
        }
        self.signer.as_ref().map(Signer::shown)
    }
}

fn unauthorized(cause: &str) -> Answer {
    Answer::message(401, "Unauthorized").because(cause)
}

fn forbidden(cause: &str) -> Answer {
    Answer::message(403, "Forbidden").because(cause)
}

/// Who calls, or the answer to whom may not.
pub(crate) async fn authorize(shared: &Shared, facts: &Facts<'_>) -> Result<Allowed, Answer> {
    match &facts.matched.route.authorization {
        HttpAuthorization::None => Ok(Allowed::default()),
        HttpAuthorization::Iam => match Signer::of(facts.inbound, &facts.api.owner.account) {
            Some(signer) => Ok(Allowed { signer: Some(signer), ..Allowed::default() }),
            None => Err(forbidden("the route wants a signed request, and nobody signed it")),
        },
        HttpAuthorization::Authorizer { id, scopes } => {
            let authorizer = facts.api.authorizers.iter().find(|authorizer| authorizer.id == *id);
            match authorizer.map(|authorizer| &authorizer.kind) {
                Some(HttpAuthorizerKind::Jwt(jwt)) => by_token(shared, facts, jwt, scopes).await,
                Some(HttpAuthorizerKind::Function(function)) => by_function(shared, facts, id, function).await,
                None => Err(internal_error(format!("the API has no authorizer `{id}`"))),
            }
        }
    }
}

async fn by_token(shared: &Shared, facts: &Facts<'_>, authorizer: &JwtAuthorizer, scopes: &[String]) -> Result<Allowed, Answer> {
    let query = Query::of(&facts.inbound.query);
    let sources = Sources { inbound: facts.inbound, query: &query, context: &[], variables: &facts.stage.variables };
    let Some(token) = sources.one(&authorizer.identity_source) else {
        return Err(unauthorized(&format!("no token in `{}`", authorizer.identity_source)).with("www-authenticate", "Bearer"));
    };
    let keys = shared.keys.of(authorizer, &shared.doors().app(&facts.api.id), facts.scene.at).await.map_err(internal_error)?;
    match jwt::check(&token, &keys, authorizer, scopes, facts.scene.at) {
        Ok(claims) => Ok(Allowed { jwt: Some(jwt::shown(&claims, scopes)), ..Allowed::default() }),
        Err(jwt::Invalid::Token(why)) => Err(unauthorized(why).with("www-authenticate", jwt::challenge(scopes, "invalid_token", why))),
        Err(jwt::Invalid::Scope) => {
            let why = "the token does not have any of the required scopes";
            Err(forbidden(why).with("www-authenticate", jwt::challenge(scopes, "insufficient_scope", why)))
        }
    }
}

async fn by_function(shared: &Shared, facts: &Facts<'_>, id: &str, authorizer: &HttpFunctionAuthorizer) -> Result<Allowed, Answer> {
    let Facts { api, stage, matched, scene, inbound } = facts;
    let query = Query::of(&inbound.query);
    let source_ip = inbound.source_ip();
    let context = [
        ("routeKey", matched.route.key.as_str()),
        ("stage", &stage.name),
        ("apiId", &api.id),
        ("httpMethod", &inbound.method),
        ("path", &inbound.path),
        ("identity.sourceIp", &source_ip),
        ("http.sourceIp", &source_ip),
    ];
    let sources = Sources { inbound, query: &query, context: &context, variables: &stage.variables };
    let Some(identity) = sources.all(&authorizer.identity_sources) else {
        return Err(unauthorized("an identity source of the authorizer is missing in the request"));
    };
    let asked = Asked {
        name: format!("{}/{}/{id}", api.id, stage.name),
        arn: &authorizer.arn,
        event: event(facts, authorizer.format, &identity),
        identity,
        ttl: authorizer.ttl,
    };
    let answer = match decide(&shared.decisions, asked, scene).await {
        Ok(answer) => answer,
        Err(Refusal::Unauthorized) => return Err(unauthorized("the authorizer threw `Unauthorized`")),
        Err(Refusal::Broken(cause)) => return Err(internal_error(cause)),
    };
    let simple = authorizer.simple_responses;
    let decision = if simple { Decision::of_simple(&answer) } else { Decision::of_policy(&answer, &method_arn(facts)) };
    let decision = decision.map_err(internal_error)?;
    match decision.verdict {
        Verdict::Allowed => Ok(Allowed { function: Some((decision.principal, decision.context)), ..Allowed::default() }),
        Verdict::Implicit | Verdict::Explicit => Err(forbidden("the authorizer does not allow it")),
    }
}

/// The ARN of what is called.
fn method_arn(facts: &Facts<'_>) -> String {
    let Facts { api, stage, inbound, .. } = facts;
    let path = decode(&inbound.path);
    let path = path.strip_prefix(&format!("/{}/", stage.name)).unwrap_or(path.trim_start_matches('/'));
    api.owner.method_arn(&api.id, &stage.name, &inbound.method, path)
}

/// What an authorizer is asked.
/// <https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-lambda-authorizer.html>
fn event(facts: &Facts<'_>, format: PayloadFormat, identity: &[String]) -> Value {
    let arn = method_arn(facts);
    let nobody = Allowed::default();
    match format {
        PayloadFormat::V1 => {
            let shared = event_v1::shared(facts, &nobody);
            let joined = identity.join(",");
            let first =
                json!({ "version": "1.0", "type": "REQUEST", "methodArn": arn, "identitySource": joined, "authorizationToken": joined });
            merged(first, shared)
        }
        PayloadFormat::V2 => {
            let mut shared = event_v2::build(facts, &nobody);
            if let Some(shared) = shared.as_object_mut() {
                shared.remove("body");
                shared.remove("isBase64Encoded");
            }
            let mut first = json!({ "version": "2.0", "type": "REQUEST", "routeArn": arn });
            if !identity.is_empty() {
                first["identitySource"] = identity.into();
            }
            merged(first, shared)
        }
    }
}

/// Both objects in one.
fn merged(first: Value, second: Value) -> Value {
    let (Value::Object(mut all), Value::Object(second)) = (first, second) else { return Value::Null };
    all.extend(second);
    Value::Object(all)
}
