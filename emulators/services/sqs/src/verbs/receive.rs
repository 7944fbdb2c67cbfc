//! Receiving.

use std::sync::Arc;

use futures::future::BoxFuture;
use greenroom_aws_wire::ApiError;
use greenroom_host::Timestamp;
use tokio::sync::oneshot;

use crate::error::{self, Fault};
use crate::faults::Struck;
use crate::key::QueueKey;
use crate::message::{Received, of_body};
use crate::queue::{Attempt, Queue, Row, Standing};
use crate::receipt::Receipt;
use crate::service::{Inner, Queues};
use crate::state::State;
use crate::store::{Change, Content, key};
use crate::verbs::redrive::GivenUp;
use crate::wait::Wake;
use crate::{journal, limits};

/// What is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ask {
    /// How many messages at most.
    pub most: usize,
    /// For how long nobody else is to see them, in milliseconds; none: as the queue says.
    pub visibility: Option<u64>,
    /// How long to wait for the first, in milliseconds; none: as the queue says.
    pub wait: Option<u64>,
    /// `ReceiveRequestAttemptId`.
    pub attempt: Option<String>,
}

/// What is taken.
#[derive(Default)]
struct Plan {
    changes: Vec<Change>,
    picks: Vec<Pick>,
    given_up: Vec<GivenUp>,
}

struct Pick {
    number: u64,
    before: Row,
    after: Row,
}

impl Queues {
    /// Receives messages, waiting for the first as long as is asked for.
    ///
    /// # Errors
    /// No such queue, too many messages in flight, a disk that takes nothing.
    pub async fn receive(&self, from: &QueueKey, ask: Ask) -> Result<Vec<Received>, ApiError> {
        let struck = self.strike("ReceiveMessage", from).await?;
        let now = self.inner.now();
        let (until, app) = {
            let mut state = self.inner.lock();
            let queue = self.inner.find(&mut state, from)?;
            (now + ask.wait.unwrap_or(queue.settings.wait), queue.app.clone())
        };
        let is_long = until > now;
        let mut wake = None;
        loop {
            let turn = self.inner.turn(from, &ask, &struck, is_long);
            // Whoever was woken has looked now.
            wake.take().iter_mut().for_each(Wake::taken);
            let woken = match turn? {
                Turn::Taken(write) => {
                    let mut received = write.await??;
                    // All may have been given up.
                    if received.is_empty() && is_long {
                        continue;
                    }
                    journal::received(&self.inner.host, from, app.as_deref(), &mut received, &struck);
                    return Ok(received);
                }
                Turn::Nothing(None) => return Ok(Vec::new()),
                Turn::Nothing(Some(woken)) => woken,
            };
            let label = format!("sqs {}: a receive waits", from.name);
            tokio::select! {
                biased;
                woken = woken => wake = woken.ok(),
                _busy = self.inner.host.clock.sleep_until(Timestamp(until), label) => return Ok(Vec::new()),
            }
        }
    }
}

type Written = BoxFuture<'static, Result<Result<Vec<Received>, ApiError>, ApiError>>;

/// What one look at a queue gives.
enum Turn {
    /// Messages, once that is written.
    Taken(Written),
    /// Nothing; for who waits, what wakes him.
    Nothing(Option<oneshot::Receiver<Wake>>),
}

impl Inner {
    fn turn(self: &Arc<Self>, from: &QueueKey, ask: &Ask, struck: &Struck, is_long: bool) -> Result<Turn, ApiError> {
        let mut state = self.lock();
        let id = self.find(&mut state, from)?.id;
        match self.take(&mut state, id, (ask, struck), is_long)? {
            Some(Plan { changes, picks, given_up }) => {
                let after = move |inner: &Arc<Self>, state: &mut State, result| inner.received(state, id, picks, given_up, result);
                let write = self.submit(&state, changes, false, after);
                self.settle(&mut state, id);
                Ok(Turn::Taken(write))
            }
            None => Ok(Turn::Nothing(state.queue(id).filter(|_| is_long).map(|queue| queue.waiters.wait()))),
        }
    }

    /// Takes what is there; none where nothing is.
    fn take(self: &Arc<Self>, state: &mut State, id: u32, (ask, struck): (&Ask, &Struck), is_long: bool) -> Result<Option<Plan>, ApiError> {
        let now = self.now();
        let Some(queue) = state.queue(id) else { return Err(error::no_queue()) };
        let visibility = if struck.loses_visibility() { 0 } else { ask.visibility.unwrap_or(queue.settings.visibility) };
        let attempt = ask.attempt.as_deref().filter(|_| queue.settings.fifo);
        if let Some(plan) = attempt.and_then(|attempt| again(queue, attempt, now, visibility)) {
            return Ok(Some(plan));
        }
        if self.host.limits.refuses_beyond(&limits::IN_FLIGHT, queue.index.counts().in_flight as u64 + 1) {
            return if is_long || queue.settings.fifo { Ok(None) } else { Err(error::over_limit(too_many())) };
        }
        let plan = self.pick(state, id, (ask.most, struck.reorders()), visibility);
        let Some(queue) = state.queue(id) else { return Err(error::no_queue()) };
        if let Some(attempt) = attempt.filter(|_| !plan.picks.is_empty()) {
            let rows = plan.picks.iter().map(|pick| (pick.number, pick.after)).collect();
            queue.attempt(attempt, Attempt { at: now, rows });
        }
        Ok((!plan.changes.is_empty()).then_some(plan))
    }

    fn pick(self: &Arc<Self>, state: &mut State, id: u32, (most, last_first): (usize, bool), visibility: u64) -> Plan {
        let now = self.now();
        let mut plan = Plan::default();
        while plan.picks.len() < most {
            let Some(queue) = state.queue(id) else { break };
            let same = plan.picks.last().and_then(|pick| queue.index.next_of(pick.after.group, pick.number));
            let next = || if last_first { queue.index.last() } else { queue.index.next() };
            let Some(number) = same.or_else(next) else { break };
            let Some(before) = queue.index.get(number).copied() else { break };
            if let Some(given_up) = self.give_up(state, id, number, before, &mut plan.changes) {
                plan.given_up.push(given_up);
                continue;
            }
            let nonce = nonce(self.host.ids.random());
            let first = if before.first == 0 { now } else { before.first };
            let standing = Standing::InFlight(now + visibility);
            let after = Row { standing, first, last: now, count: before.count + 1, nonce, ..before };
            if let Some(queue) = state.queue(id) {
                queue.index.change(number, after);
            }
            plan.picks.push(Pick { number, before, after });
        }
        // Only now, so that none of them is taken twice.
        for pick in &mut plan.picks {
            if visibility == 0
                && let Some(queue) = state.queue(id)
            {
                pick.after.standing = Standing::Visible;
                queue.index.change(pick.number, pick.after);
            }
            plan.changes.push(Change::Received { key: key(id, pick.number), row: pick.after });
            plan.changes.push(Change::Read(key(id, pick.number)));
        }
        plan
    }

    /// What was taken is handed out, or put back where it could not be written.
    fn received(
        self: &Arc<Self>,
        state: &mut State,
        id: u32,
        picks: Vec<Pick>,
        given_up: Vec<GivenUp>,
        result: Result<Vec<Content>, Fault>,
    ) -> Result<Vec<Received>, ApiError> {
        // Those that were given up were read first.
        let result = result.map(|mut contents| {
            let picked = contents.split_off(given_up.len().min(contents.len()));
            (contents, picked)
        });
        self.given_up(state, given_up, result.as_ref().ok().map(|(contents, _)| contents.as_slice()));
        let received = match (result, state.queue(id)) {
            (_, None) => Err(error::no_queue()),
            (Err(fault), Some(queue)) => {
                for Pick { number, before, after } in picks {
                    if queue.index.get(number) == Some(&after) {
                        queue.index.change(number, before);
                    }
                }
                Err(fault.into())
            }
            (Ok((_, contents)), Some(queue)) => {
                let all = picks.iter().zip(contents).map(|(pick, content)| handed_out(queue, pick.number, &pick.after, content));
                Ok(all.collect())
            }
        };
        self.settle(state, id);
        received
    }
}

/// A message as whoever received it gets it.
fn handed_out(queue: &Queue, number: u64, row: &Row, content: Content) -> Received {
    let handle = Receipt { number, nonce: row.nonce }.handle(queue.salt);
    Received { handle, ..shown(queue, number, row, content) }
}

/// A message as whoever looks at it gets it.
pub(crate) fn shown(queue: &Queue, number: u64, row: &Row, content: Content) -> Received {
    let Content { id, group, source, event, body, mut extra } = content;
    if extra.sender.is_empty() {
        extra.sender.clone_from(&queue.key.account);
    }
    Received {
        id,
        handle: String::new(),
        digest: of_body(&body),
        body,
        extra,
        group,
        sequence: queue.sequence(number),
        source,
        event,
        sent: row.sent,
        first: row.first,
        count: row.count,
        due: row.due(),
    }
}

/// The same receive once more, where nothing has happened to its messages since.
fn again(queue: &mut Queue, attempt: &str, now: u64, visibility: u64) -> Option<Plan> {
    let known = queue.attempts.get(attempt).filter(|known| now < known.at + limits::ATTEMPT)?;
    let rows = known.rows.clone();
    let is_same = |(number, row): &(u64, Row)| queue.index.get(*number) == Some(row) && row.due().is_some_and(|due| due > now);
    if !rows.iter().all(is_same) {
        return None;
    }
    let mut plan = Plan::default();
    for (number, before) in rows {
        let after = Row { standing: Standing::InFlight(now + visibility), ..before };
        queue.index.change(number, after);
        plan.changes.push(Change::Received { key: key(queue.id, number), row: after });
        plan.changes.push(Change::Read(key(queue.id, number)));
        plan.picks.push(Pick { number, before, after });
    }
    let at = queue.attempts.get(attempt)?.at;
    let rows = plan.picks.iter().map(|pick| (pick.number, pick.after)).collect();
    queue.attempts.insert(attempt.to_owned(), Attempt { at, rows });
    Some(plan)
}

/// What tells one receive from another: the lower half of a random number.
#[expect(clippy::cast_possible_truncation, reason = "half of it is enough")]
fn nonce(random: u64) -> u32 {
    random as u32
}

fn too_many() -> String {
    format!("Too many messages in flight: a queue can have {} messages that were received and not deleted.", limits::IN_FLIGHT.most)
}
