//! Answers that a stage keeps.
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-caching.html>

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use greenroom_host::{Content, Outcome, Timestamp};

use super::Call;
use super::context::Context;
use super::parameters;
use crate::answer::Answer;
use crate::authorize::Signer;

/// What a client is told whose wish for a fresh answer does not count.
const IGNORED: &str = "199 Cache-control headers were ignored because the caller was unauthorized.";

/// An answer that is kept.
struct Kept {
    until: Timestamp,
    status: u16,
    headers: Vec<(String, String)>,
    body: Bytes,
}

/// Answers by method and parameters.
#[derive(Default)]
pub(crate) struct Caches(Mutex<HashMap<String, Kept>>);

impl Caches {
    fn lock(&self) -> MutexGuard<'_, HashMap<String, Kept>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Nothing is kept any more.
    pub(crate) fn forget(&self) {
        self.lock().clear();
    }

    /// What is kept for `plan`, if it may be answered.
    pub(crate) fn find(&self, plan: &Plan, now: Timestamp) -> Option<Answer> {
        if plan.anew {
            return None;
        }
        let kept = self.lock();
        let Kept { status, headers, body, .. } = kept.get(&plan.key).filter(|kept| kept.until > now)?;
        Some(Answer { status: *status, headers: headers.clone(), content: Content::Whole(body.clone()), outcome: Outcome::Ok })
    }

    /// Keeps an answer, unless it comes piece by piece.
    pub(crate) fn keep(&self, plan: &Plan, answer: &Answer, now: Timestamp) {
        let Content::Whole(body) = &answer.content else { return };
        let kept = Kept { until: now + plan.kept, status: answer.status, headers: answer.headers.clone(), body: body.clone() };
        let mut all = self.lock();
        all.retain(|_, kept| kept.until > now);
        all.insert(plan.key.clone(), kept);
    }
}

/// How a call meets the cache.
pub(crate) struct Plan {
    key: String,
    kept: Duration,
    /// The client wants a fresh answer, and may.
    anew: bool,
    /// He wants one, and may not.
    ignored: bool,
}

impl Plan {
    /// That of a call; none where its answers are not kept. For all methods of a stage it is `GET` alone; the method's parameters that
    /// are keys, and nothing else of a request, tell one answer from another.
    pub(crate) fn of(call: &Call<'_>, context: &Context) -> Option<Self> {
        let (kept, own) = call.stage.cache(&call.names())?;
        if !own && call.inbound.method != "GET" {
            return None;
        }
        let values = call.method.cache_keys.iter().map(|name| {
            let value = parameters::of_request(name, call, context).unwrap_or_default();
            format!("{name}={value}\n")
        });
        let method = format!("{}/{}/{}/{}\n", call.api.id, call.stage.name, call.resource.id, call.inbound.method);
        let wanted = call.inbound.headers.get("cache-control").is_some_and(|control| control.replace(' ', "").contains("max-age=0"));
        // Stages want authorization for that unless they are told otherwise, which templates cannot.
        let anew = wanted && Signer::of(call.inbound, &call.api.owner.account).is_some();
        Some(Self { key: method + &values.collect::<String>(), kept, anew, ignored: wanted && !anew })
    }

    /// The answer, with the warning that the client is due.
    pub(crate) fn told(&self, answer: Answer) -> Answer {
        if self.ignored { answer.with("Warning", IGNORED) } else { answer }
    }
}
