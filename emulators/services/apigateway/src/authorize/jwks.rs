//! The keys of issuers.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use greenroom_host::Timestamp;
use serde_json::Value;

use crate::config::JwtAuthorizer;
use crate::outside::{Outside, published};

/// How long keys are remembered.
/// <https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-jwt-authorizer.html>
const KEPT: Duration = Duration::from_secs(2 * 3600);

/// Keys by issuer.
pub(crate) struct KeySets {
    outside: Arc<dyn Outside>,
    known: Mutex<HashMap<String, (Timestamp, Arc<Value>)>>,
}

impl KeySets {
    /// Keys that are fetched by that way.
    pub(crate) fn new(outside: Arc<dyn Outside>) -> Self {
        Self { outside, known: Mutex::default() }
    }

    /// The key set of the issuer of an authorizer of `app`. An `Err` says why it cannot be had.
    pub(crate) async fn of(&self, authorizer: &JwtAuthorizer, app: &Arc<str>, now: Timestamp) -> Result<Arc<Value>, String> {
        if let Some(keys) = &authorizer.keys {
            return serde_json::from_str(keys).map(Arc::new).map_err(|error| format!("the keys of the authorizer are no JSON: {error}"));
        }
        if let Some(keys) = self.known(&authorizer.issuer, now) {
            return Ok(keys);
        }
        let configuration = self.json(app, format!("{}/.well-known/openid-configuration", authorizer.issuer.trim_end_matches('/'))).await?;
        let address = configuration.get("jwks_uri").and_then(Value::as_str);
        let address = address.ok_or_else(|| format!("what the issuer `{}` publishes has no `jwks_uri`", authorizer.issuer))?;
        self.fetched(&authorizer.issuer, (app, address.to_owned()), now).await
    }

    /// The key set of a pool of users. An `Err` says why it cannot be had.
    pub(crate) async fn of_pool(&self, issuer: &str, app: &Arc<str>, now: Timestamp) -> Result<Arc<Value>, String> {
        match self.known(issuer, now) {
            Some(keys) => Ok(keys),
            None => self.fetched(issuer, (app, format!("{issuer}/.well-known/jwks.json")), now).await,
        }
    }

    async fn fetched(&self, issuer: &str, (app, address): (&Arc<str>, String), now: Timestamp) -> Result<Arc<Value>, String> {
        let keys = Arc::new(self.json(app, address).await?);
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.insert(issuer.to_owned(), (now + KEPT, Arc::clone(&keys)));
        Ok(keys)
    }

    fn known(&self, issuer: &str, now: Timestamp) -> Option<Arc<Value>> {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.get(issuer).filter(|(until, _)| *until > now).map(|(_, keys)| Arc::clone(keys))
    }

    async fn json(&self, app: &Arc<str>, url: String) -> Result<Value, String> {
        let body = published(&*self.outside, app, url.clone()).await?;
        serde_json::from_slice(&body).map_err(|error| format!("`{url}` answered what is no JSON: {error}"))
    }
}
