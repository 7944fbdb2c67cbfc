//! Tokens of pools of users.
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-integrate-with-cognito.html>

use std::sync::Arc;

use greenroom_host::Timestamp;
use regex::Regex;
use serde_json::{Map, Value};

use super::jwks::KeySets;
use super::jwt::{Invalid, granted, signed, unproved};
use crate::ids::java_date;

/// Why a token is not taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum NotTaken {
    /// What the operator is told.
    Invalid(String),
    /// It was good once.
    Expired,
    /// The keys of its pool cannot be had: what the operator is told.
    NoKeys(String),
}

/// Checks a token of one of `issuers`, and gives what it claims, all of it as texts. Without scopes it has to be one that says who its
/// bearer is, with them one that says what he may.
pub(crate) async fn check(
    (keys, app): (&KeySets, &Arc<str>),
    token: &str,
    (issuers, validation): (&[String], Option<&str>),
    scopes: &[String],
    now: Timestamp,
) -> Result<Map<String, Value>, NotTaken> {
    let invalid = |why: &str| NotTaken::Invalid(why.to_owned());
    let said = unproved(token).ok_or_else(|| invalid("unable to decode the token"))?;
    let issuer = issuers.iter().find(|issuer| said.get("iss").and_then(Value::as_str) == Some(issuer));
    let issuer = issuer.ok_or_else(|| NotTaken::Invalid(format!("the token is of none of the pools: {}", issuers.join(", "))))?;
    let keys = keys.of_pool(issuer, app, now).await.map_err(NotTaken::NoKeys)?;
    let claims = signed(token, &keys).map_err(|error| match error {
        Invalid::Token(why) => invalid(why),
        Invalid::Scope => invalid("the token has none of the scopes"),
    })?;
    #[expect(clippy::cast_precision_loss, reason = "seconds of this age are whole in a double")]
    let now = now.seconds() as f64;
    if claims.get("exp").and_then(Value::as_f64).is_none_or(|until| until <= now) {
        return Err(NotTaken::Expired);
    }
    let text = |name: &str| claims.get(name).and_then(Value::as_str).unwrap_or_default();
    let (unwanted, why) = if scopes.is_empty() {
        ("access", "an access token is taken where the method has scopes only")
    } else {
        ("id", "the method has scopes, which an id token does not say")
    };
    if text("token_use") == unwanted {
        return Err(invalid(why));
    }
    if !scopes.is_empty() && !granted(&claims).iter().any(|scope| scopes.contains(scope)) {
        return Err(invalid("the token has none of the scopes"));
    }
    if let Some(wanted) = validation {
        let wanted = Regex::new(&format!("^(?:{wanted})$")).map_err(|error| NotTaken::Invalid(error.to_string()))?;
        if !wanted.is_match(text("aud")) {
            return Err(invalid("the token's `aud` is not what the authorizer's validation expression wants"));
        }
    }
    Ok(claims.iter().map(|(name, value)| (name.clone(), claim(name, value).into())).collect())
}

/// A claim as functions see it: when a token was made and until when it is good are dates, other times the numbers that they are.
fn claim(name: &str, value: &Value) -> String {
    match value.as_u64() {
        Some(seconds) if ["exp", "iat"].contains(&name) => java_date(Timestamp(seconds.saturating_mul(1000))),
        _ => shown(value),
    }
}

/// A list as its members with commas between them.
fn shown(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(all) => all.iter().map(shown).collect::<Vec<_>>().join(","),
        other => other.to_string(),
    }
}
