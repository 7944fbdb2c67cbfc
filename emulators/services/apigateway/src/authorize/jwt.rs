//! JSON web tokens.
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-jwt-authorizer.html>

use aws_lc_rs::signature::{
    RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_2048_8192_SHA384, RSA_PKCS1_2048_8192_SHA512, RsaParameters, RsaPublicKeyComponents,
};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64URL;
use greenroom_host::Timestamp;
use serde_json::{Map, Value, json};

use crate::config::JwtAuthorizer;

/// Why a token is not taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Invalid {
    /// It is none, or not valid: what the caller is told.
    Token(&'static str),
    /// It has none of the scopes that are wanted.
    Scope,
}

/// Only what is signed with RSA is taken: <https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-jwt-authorizer.html>
const ALGORITHMS: &[(&str, &RsaParameters)] =
    &[("RS256", &RSA_PKCS1_2048_8192_SHA256), ("RS384", &RSA_PKCS1_2048_8192_SHA384), ("RS512", &RSA_PKCS1_2048_8192_SHA512)];

/// Checks a token, and gives what it claims.
pub(crate) fn check(
    token: &str,
    keys: &Value,
    authorizer: &JwtAuthorizer,
    scopes: &[String],
    now: Timestamp,
) -> Result<Map<String, Value>, Invalid> {
    let claims = signed(token, keys)?;
    claimed(&claims, authorizer, now)?;
    if !scopes.is_empty() && !granted(&claims).iter().any(|scope| scopes.contains(scope)) {
        return Err(Invalid::Scope);
    }
    Ok(claims)
}

/// What a token claims, whoever its issuer is, for whom and until when; not proved by anything.
pub(crate) fn unproved(token: &str) -> Option<Map<String, Value>> {
    object(bare(token).split('.').nth(1)?)
}

/// What a token claims that one of `keys` has signed.
pub(crate) fn signed(token: &str, keys: &Value) -> Result<Map<String, Value>, Invalid> {
    let malformed = Invalid::Token("unable to decode the token");
    let (signed, signature) = bare(token).rsplit_once('.').ok_or(malformed.clone())?;
    let (head, claims) = signed.split_once('.').ok_or(malformed.clone())?;
    let head = object(head).ok_or(malformed.clone())?;
    let claims = object(claims).ok_or(malformed)?;
    verify(&head, signed, signature, keys)?;
    Ok(claims)
}

fn bare(token: &str) -> &str {
    token.strip_prefix("Bearer ").or_else(|| token.strip_prefix("bearer ")).unwrap_or(token).trim()
}

fn verify(head: &Map<String, Value>, signed: &str, signature: &str, keys: &Value) -> Result<(), Invalid> {
    let algorithm = head.get("alg").and_then(Value::as_str).unwrap_or_default();
    let parameters = ALGORITHMS.iter().find(|(name, _)| *name == algorithm).map(|(_, parameters)| *parameters);
    let parameters = parameters.ok_or(Invalid::Token("the signing method is invalid"))?;
    let key = keys["keys"].as_array().into_iter().flatten().find(|key| key.get("kid") == head.get("kid"));
    let part = |name: &str| key.and_then(|key| key[name].as_str()).and_then(|part| BASE64URL.decode(part).ok());
    let (Some(modulus), Some(exponent)) = (part("n"), part("e")) else { return Err(Invalid::Token("the token has no known key")) };
    let signature = BASE64URL.decode(signature).map_err(|_| Invalid::Token("the signature is invalid"))?;
    let key = RsaPublicKeyComponents { n: &modulus, e: &exponent };
    key.verify(parameters, signed.as_bytes(), &signature).map_err(|_| Invalid::Token("the signature is invalid"))
}

fn claimed(claims: &Map<String, Value>, authorizer: &JwtAuthorizer, now: Timestamp) -> Result<(), Invalid> {
    let text = |name: &str| claims.get(name).and_then(Value::as_str);
    #[expect(clippy::cast_precision_loss, reason = "seconds of this age are whole in a double")]
    let now = now.seconds() as f64;
    let time = |name: &str| claims.get(name).and_then(Value::as_f64);
    // Issuers with and without a slash at their end are one: the configuration may have lost it.
    if text("iss").map(|issuer| issuer.trim_end_matches('/')) != Some(authorizer.issuer.trim_end_matches('/')) {
        return Err(Invalid::Token("the token does not have a valid issuer"));
    }
    let audience = claims.get("aud").or_else(|| claims.get("client_id"));
    let audience: Vec<&str> = match audience {
        Some(Value::Array(all)) => all.iter().filter_map(Value::as_str).collect(),
        other => other.and_then(Value::as_str).into_iter().collect(),
    };
    if !authorizer.audience.iter().any(|wanted| audience.contains(&wanted.as_str())) {
        return Err(Invalid::Token("the token does not have a valid audience"));
    }
    if time("exp").is_none_or(|until| until <= now) {
        return Err(Invalid::Token("the token has expired"));
    }
    if time("nbf").is_some_and(|from| from > now) || time("iat").is_some_and(|from| from > now) {
        return Err(Invalid::Token("the token is not valid yet"));
    }
    Ok(())
}

/// The scopes of a token: `scope`, or `scp`, as one text or as a list.
pub(crate) fn granted(claims: &Map<String, Value>) -> Vec<String> {
    match claims.get("scope").or_else(|| claims.get("scp")) {
        Some(Value::Array(all)) => all.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
        other => other.and_then(Value::as_str).unwrap_or_default().split_whitespace().map(str::to_owned).collect(),
    }
}

/// What the function is shown of a token: every claim as text, a list as `[a b]`, and the scopes of the route.
pub(crate) fn shown(claims: &Map<String, Value>, scopes: &[String]) -> Value {
    let text = |value: &Value| match value {
        Value::String(text) => text.clone(),
        Value::Array(all) => {
            let all: Vec<String> = all.iter().map(|one| one.as_str().map_or_else(|| one.to_string(), str::to_owned)).collect();
            format!("[{}]", all.join(" "))
        }
        other => other.to_string(),
    };
    let claims: Map<String, Value> = claims.iter().map(|(name, value)| (name.clone(), text(value).into())).collect();
    let scopes = if scopes.is_empty() { Value::Null } else { scopes.into() };
    json!({ "claims": claims, "scopes": scopes })
}

/// The header that says why a token was not taken.
pub(crate) fn challenge(scopes: &[String], error: &str, description: &str) -> String {
    format!("Bearer scope=\"{}\" error=\"{error}\" error_description=\"{description}\"", scopes.join(" "))
}

fn object(part: &str) -> Option<Map<String, Value>> {
    serde_json::from_slice(&BASE64URL.decode(part).ok()?).ok()
}
