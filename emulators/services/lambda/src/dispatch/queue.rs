//! Events that nobody waits for: on disk before they are acknowledged, tried again as the vendor does, until they are handled or given up.
//! <https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html>

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use futures::future::BoxFuture;
use greenroom_aws_wire::ApiError;
use greenroom_host::{EventId, EventKind, Timestamp};
use serde::{Deserialize, Serialize};

use super::destination::{Answered, Condition, Outcome};
use super::{Call, Called, TraceHeader};
use crate::arn::{Key, Named};
use crate::error::Fault;
use crate::limits;
use crate::record::{EventInvoke, FunctionRecord};
use crate::service::LambdaService;

const SQL_PUT: &str = "INSERT OR REPLACE INTO event (id, accepted, due, meta, payload) VALUES (?1, ?2, ?3, ?4, ?5)";
const SQL_AGAIN: &str = "UPDATE event SET due = ?2, meta = ?3 WHERE id = ?1";
const SQL_DELETE: &str = "DELETE FROM event WHERE id = ?1";
const SQL_GET: &str = "SELECT accepted, meta, payload FROM event WHERE id = ?1";
const SQL_ALL: &str = "SELECT id, due, meta FROM event ORDER BY due, id";

/// How long the first retry after an error of the function waits; the second waits twice as long. Same page.
const RETRY: Duration = Duration::from_secs(60);
/// How long the first retry waits after the event was throttled; each further one twice as long. Same page.
const THROTTLED: Duration = Duration::from_secs(1);
/// How long it waits at most. Same page.
const LONGEST: Duration = Duration::from_secs(5 * 60);

/// An event in the queue, without its payload.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Meta {
    account: String,
    region: String,
    name: String,
    qualifier: Option<String>,
    request_id: String,
    client_context: Option<String>,
    tenant: Option<String>,
    /// The trace as its caller sent it.
    trace: String,
    cause: Option<String>,
    source: String,
    /// How often the function was invoked.
    tries: u32,
    /// How often it was throttled since.
    throttles: u32,
}

/// Which events are being seen through, and in which content of the database: one that is accepted while the queue is read is met twice.
#[derive(Clone, Default)]
pub(crate) struct Followed(Arc<Mutex<HashMap<String, u64>>>);

/// An event that is seen through, until this is dropped.
struct Follow {
    id: String,
    generation: u64,
    followed: Followed,
}

impl Followed {
    fn enter(&self, id: &str, generation: u64) -> Option<Follow> {
        let before = self.lock().insert(id.to_owned(), generation);
        (before != Some(generation)).then(|| Follow { id: id.to_owned(), generation, followed: self.clone() })
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, u64>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Follow {
    fn drop(&mut self) {
        let mut followed = self.followed.lock();
        if followed.get(&self.id) == Some(&self.generation) {
            followed.remove(&self.id);
        }
    }
}

struct Queued {
    accepted: Timestamp,
    meta: Meta,
    payload: Bytes,
}

/// What is to be done with an event after it was tried.
enum Next {
    Done,
    Again(Timestamp),
}

impl LambdaService {
    /// Accepts an event. When this returns it is on disk.
    pub(crate) async fn enqueue(self: &Arc<Self>, call: Call) -> Result<(), ApiError> {
        self.resolve(&call.named).await?;
        let now = self.host.clock.now();
        let id = self.host.ids.next_id(now).to_string();
        let Key { account, region, name } = call.named.key;
        let meta = Meta {
            account,
            region,
            name,
            qualifier: call.named.qualifier,
            request_id: call.request_id,
            client_context: call.client_context,
            tenant: call.tenant,
            trace: call.trace.sent(),
            cause: call.cause.map(|cause| cause.to_string()),
            source: call.source.to_string(),
            tries: 0,
            throttles: 0,
        };
        let text = serde_json::to_string(&meta).map_err(Fault::from)?;
        let (row, payload) = (id.clone(), call.payload);
        let at = i64::try_from(now.0).unwrap_or(i64::MAX);
        self.store
            .storage
            .write(move |connection| -> Result<usize, Fault> {
                Ok(connection.prepare_cached(SQL_PUT)?.execute(rusqlite::params![row, at, at, text, &payload[..]])?)
            })
            .await?;
        self.follow(id, &meta, now);
        Ok(())
    }

    /// Works off what is in the queue, now and whenever the state is swapped for another.
    pub(crate) fn work_off(self: &Arc<Self>) {
        let (service, mut swaps) = (Arc::downgrade(self), self.store.swaps.clone());
        tokio::spawn(async move {
            loop {
                swaps.borrow_and_update();
                let Some(service) = service.upgrade() else { return };
                // What cannot be started, or read, is said by who calls it.
                let _ = service.keep_all_ready().await;
                let _ = service.introduce().await;
                for (id, due, meta) in service.waiting().await.unwrap_or_default() {
                    service.follow(id, &meta, due);
                }
                if swaps.has_changed().is_ok_and(|changed| !changed) {
                    drop(service.store.unread.lock().unwrap_or_else(PoisonError::into_inner).take());
                }
                drop(service);
                if swaps.changed().await.is_err() {
                    return;
                }
            }
        });
    }

    async fn waiting(&self) -> Result<Vec<(String, Timestamp, Meta)>, Fault> {
        self.store
            .storage
            .read(|connection| -> Result<_, Fault> {
                let mut statement = connection.prepare_cached(SQL_ALL)?;
                let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get::<_, i64>(1)?, row.get::<_, String>(2)?)))?;
                let mut waiting = Vec::new();
                for row in rows {
                    let (id, due, meta) = row?;
                    waiting.push((id, Timestamp(due.unsigned_abs()), serde_json::from_str(&meta)?));
                }
                Ok(waiting)
            })
            .await
    }

    /// Sees one event through, for as long as the content of the database is the one that has it.
    fn follow(self: &Arc<Self>, id: String, meta: &Meta, mut due: Timestamp) {
        let (service, clock) = (Arc::downgrade(self), self.host.clock.clone());
        let generation = *self.store.swaps.borrow();
        let Some(followed) = self.followed.enter(&id, generation) else { return };
        let label = format!("lambda {}: event {}", meta.name, meta.request_id);
        // Until the task has begun to wait, time may not be moved past it.
        let busy = clock.busy(label.clone());
        tokio::spawn(async move {
            let mut busy = Some(busy);
            let _followed = followed;
            loop {
                let sleep = clock.sleep_until(due, label.clone());
                let woken = clock.in_flight(label.clone(), async {
                    drop(busy.take());
                    sleep.await
                });
                let _busy = woken.await;
                let Some(service) = service.upgrade() else { return };
                if *service.store.swaps.borrow() != generation {
                    return;
                }
                match clock.in_flight(label.clone(), service.attempt(&id)).await {
                    Ok(Next::Again(at)) => due = at,
                    Ok(Next::Done) | Err(Fault) => return,
                }
            }
        });
    }

    fn attempt<'a>(self: &'a Arc<Self>, id: &'a str) -> BoxFuture<'a, Result<Next, Fault>> {
        Box::pin(async move {
            let Some(mut queued) = self.queued(id).await? else { return Ok(Next::Done) };
            let next = self.try_once(&mut queued).await;
            match &next {
                Next::Done => self.forget(id).await?,
                Next::Again(at) => self.again(id, &queued.meta, *at).await?,
            }
            Ok(next)
        })
    }

    async fn try_once(self: &Arc<Self>, queued: &mut Queued) -> Next {
        let call = queued.call();
        let named = call.named.clone();
        let record = self.store.functions.get(&named.key).await.ok().flatten();
        let rules = Rules::of(record.as_deref(), named.qualifier.as_deref());
        if record.as_ref().is_some_and(|record| record.reserved == Some(0)) {
            self.give_up(queued, &call, &rules, Condition::ZeroReservedConcurrency, None).await;
            return Next::Done;
        }
        let result = self.call(call.clone()).await;
        let now = self.host.clock.now();
        match result {
            // What is lost is lost: nobody knows of it who could try again.
            Err(error) if error.unanswered => Next::Done,
            Err(error) if error.status == 429 || error.status >= 500 => {
                let wait = (THROTTLED * 2_u32.saturating_pow(queued.meta.throttles.min(16))).min(LONGEST);
                queued.meta.throttles += 1;
                self.later(queued, &call, &rules, now + wait, None).await
            }
            // The function is gone, or has stopped itself: there is nobody left to tell.
            Err(error) => {
                self.dropped(&call, &error);
                Next::Done
            }
            Ok(called) => {
                queued.meta.tries += 1;
                queued.meta.throttles = 0;
                self.handled(queued, &call, &rules, called).await
            }
        }
    }

    async fn handled(self: &Arc<Self>, queued: &Queued, call: &Call, rules: &Rules, called: Called) -> Next {
        let Called { version, invoked, event, .. } = called;
        let error = invoked.error.clone();
        let body = invoked.payload.whole().await.unwrap_or_default();
        let answered = Answered { event, version, error, body };
        if answered.error.is_none() {
            self.succeeded(queued, call, rules, answered).await;
            return Next::Done;
        }
        if queued.meta.tries > rules.retries {
            self.give_up(queued, call, rules, Condition::RetriesExhausted, Some(answered)).await;
            return Next::Done;
        }
        let at = self.host.clock.now() + RETRY * queued.meta.tries;
        self.later(queued, call, rules, at, Some(answered)).await
    }

    /// Tries again at `at`, unless the event is too old by then.
    async fn later(self: &Arc<Self>, queued: &Queued, call: &Call, rules: &Rules, at: Timestamp, answered: Option<Answered>) -> Next {
        if at.since(queued.accepted) > rules.age {
            self.give_up(queued, call, rules, Condition::EventAgeExceeded, answered).await;
            return Next::Done;
        }
        Next::Again(at)
    }

    async fn succeeded(self: &Arc<Self>, queued: &Queued, call: &Call, rules: &Rules, answered: Answered) {
        if let Some(to) = &rules.on_success {
            self.send_on(to, Outcome::of(self, queued.meta.tries, call, Condition::Success, Some(answered))).await;
        }
    }

    async fn give_up(self: &Arc<Self>, queued: &Queued, call: &Call, rules: &Rules, condition: Condition, answered: Option<Answered>) {
        let result = Outcome::of(self, queued.meta.tries, call, condition, answered);
        if let Some(to) = &rules.dead_letter {
            self.dead_letter(to, &result).await;
        }
        if let Some(to) = &rules.on_failure {
            self.send_on(to, result).await;
        }
    }

    async fn queued(&self, id: &str) -> Result<Option<Queued>, Fault> {
        let id = id.to_owned();
        self.store
            .storage
            .read(move |connection| -> Result<_, Fault> {
                use rusqlite::OptionalExtension;
                let row = connection
                    .prepare_cached(SQL_GET)?
                    .query_row([id], |row| Ok((row.get::<_, i64>(0)?, row.get::<_, String>(1)?, row.get::<_, Vec<u8>>(2)?)));
                let Some((accepted, meta, payload)) = row.optional()? else { return Ok(None) };
                let accepted = Timestamp(accepted.unsigned_abs());
                Ok(Some(Queued { accepted, meta: serde_json::from_str(&meta)?, payload: payload.into() }))
            })
            .await
    }

    async fn forget(&self, id: &str) -> Result<(), Fault> {
        let id = id.to_owned();
        let delete = move |connection: &rusqlite::Connection| -> Result<(), Fault> {
            connection.prepare_cached(SQL_DELETE)?.execute([id])?;
            Ok(())
        };
        self.store.storage.write(delete).await
    }

    async fn again(&self, id: &str, meta: &Meta, at: Timestamp) -> Result<(), Fault> {
        let (id, meta, at) = (id.to_owned(), serde_json::to_string(meta)?, i64::try_from(at.0).unwrap_or(i64::MAX));
        let update = move |connection: &rusqlite::Connection| -> Result<(), Fault> {
            connection.prepare_cached(SQL_AGAIN)?.execute(rusqlite::params![id, at, meta])?;
            Ok(())
        };
        self.store.storage.write(update).await
    }
}

impl Queued {
    fn call(&self) -> Call {
        let meta = &self.meta;
        let key = Key { account: meta.account.clone(), region: meta.region.clone(), name: meta.name.clone() };
        Call {
            named: Named { key, qualifier: meta.qualifier.clone() },
            payload: self.payload.clone(),
            request_id: meta.request_id.clone(),
            kind: EventKind::InvokeAsync,
            client_context: meta.client_context.clone(),
            tenant: meta.tenant.clone(),
            stream: false,
            reports_failures: false,
            trace: TraceHeader::parse(&meta.trace),
            cause: meta.cause.as_deref().and_then(EventId::parse),
            source: meta.source.as_str().into(),
            attempt: meta.tries + 1,
        }
    }
}

/// What a function wants to become of its events.
struct Rules {
    retries: u32,
    age: Duration,
    on_success: Option<String>,
    on_failure: Option<String>,
    dead_letter: Option<String>,
}

impl Rules {
    fn of(record: Option<&FunctionRecord>, qualifier: Option<&str>) -> Self {
        let config = record.and_then(|record| record.event_invoke.get(qualifier.unwrap_or("$LATEST")));
        let default = EventInvoke::default();
        let config = config.unwrap_or(&default);
        let version = record.and_then(|record| record.resolved(qualifier));
        Self {
            retries: config.maximum_retry_attempts.unwrap_or(limits::ASYNC_RETRIES),
            age: Duration::from_secs(config.maximum_event_age_in_seconds.unwrap_or(limits::ASYNC_AGE)),
            on_success: config.destination_config.on_success.destination.clone(),
            on_failure: config.destination_config.on_failure.destination.clone(),
            dead_letter: version.and_then(|version| version.configuration.dead_letter_config.as_ref()?.target_arn.clone()),
        }
    }
}
