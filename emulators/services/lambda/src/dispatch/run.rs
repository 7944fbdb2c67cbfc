//! One event: appended to the journal, struck by faults, handled by the runtime, its ending written down.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use futures::future::{BoxFuture, Shared};
use futures::{FutureExt, Stream};
use greenroom_aws_wire::ApiError;
use greenroom_host::{
    Answer, Calling, Captured, Content, Ended, Event, EventId, EventKind, Headers, Host, Invocation, Invoked, NotInvoked, Outcome, Payload,
    SpanId,
};
use serde::Deserialize;

use super::concurrency::{ACCOUNT, Permit};
use super::faults::{Refusal, handled_with};
use super::kept::Kept;
use super::resolve::Resolved;
use super::trace::begun;
use super::{Call, Called};
use crate::error::other;
use crate::limits;
use crate::service::LambdaService;

/// How much of an answer the journal keeps.
const KEPT: usize = 64 * 1024;
/// Payloads up to this size are kept as they are, so that they can be replayed.
const KEPT_PAYLOAD: usize = 1024 * 1024;

impl LambdaService {
    /// Calls a function and waits for the answer.
    ///
    /// # Errors
    /// Why nothing ran: no such function, no room, a loop, no runtime. What a function itself gives is no error here.
    pub(crate) async fn call(&self, call: Call) -> Result<Called, ApiError> {
        let resolved = self.resolve(&call.named).await?;
        if resolved.function.runtime.is_empty() {
            let message = "greenroom runs functions from zip files and folders; container images are not emulated";
            return Err(other("InvalidRuntimeException", 502, message));
        }
        let (event, trace) = self.event(&call, &resolved)?;
        let permit = match self.permit(&resolved).await {
            Ok(permit) => permit,
            Err(error) => {
                self.host.journal.append(event.clone());
                let mut ending = Ending::new(&self.host, event.id);
                let Refusal { outcome, error } = Refusal::throttled(error);
                ending.outcome = outcome;
                return Err(error);
            }
        };
        let run = self.host.callers.code_of(event.id).saying(event.span);
        let id = event.id;
        let mut open = Open { ending: Ending::new(&self.host, id), _permit: permit, _run: run };
        self.host.journal.append(event);
        let struck = self.struck(id, &call, &resolved).await;
        let invocation = Invocation {
            request_id: call.request_id,
            event: id,
            payload: call.payload,
            invoked_arn: call.named.key.qualified(resolved.qualifier.as_deref()),
            client_context: call.client_context,
            identity: None,
            trace: trace.clone(),
            tenant: call.tenant,
            stream: call.stream,
            mishap: None,
        };
        let version = resolved.function.version.clone();
        let reports_failures = call.reports_failures;
        let handled = handled_with(Arc::clone(&self.runtime), struck, call.kind, resolved.function, invocation);
        let work = Kept::new(async move {
            match handled.await {
                Ok(invoked) => {
                    open.ending.outcome = match reported(&invoked).filter(|_| reports_failures) {
                        Some(failed) => Outcome::Partial { failed },
                        None => invoked.outcome.clone(),
                    };
                    Ok(answered(invoked, open))
                }
                Err(Refusal { outcome, error }) => {
                    open.ending.outcome = outcome;
                    drop(open);
                    Err(error)
                }
            }
        });
        let invoked = work.await?;
        Ok(Called { version, trace, invoked, event: id })
    }

    /// The event of a call, and the trace that its code gets.
    fn event(&self, call: &Call, resolved: &Resolved) -> Result<(Event, String), ApiError> {
        let arn = call.named.key.arn();
        let (header, times) = call.trace.clone().through(&arn);
        if times > limits::RECURSION && !resolved.record.may_recurse {
            let message = "Lambda has detected your function being invoked in a recursive loop with other Amazon Web Services resources \
                           and stopped your function's invocation.";
            return Err(other("RecursiveInvocationException", 400, message));
        }
        let asynchronous = call.kind == EventKind::InvokeAsync;
        let summary = format!("invoke {}{}", call.named.key.name, if asynchronous { ", nobody waits" } else { "" });
        let target = resolved.record.app().into();
        let event = Event::new(&self.host, call.kind, &call.source, &target, summary, call.cause);
        let trace = match (call.cause, header.root) {
            (Some(_), _) => event.trace,
            (None, Some(root)) => root,
            (None, None) => begun(event.at, event.trace),
        };
        let event = Event { trace, attempt: call.attempt, ..event }.for_part(call.named.arn()).carrying(kept(&call.payload));
        let header = header.of_event(&event, resolved.function.traced);
        Ok((event, header))
    }

    async fn permit(&self, resolved: &Resolved) -> Result<Permit, ApiError> {
        let record = &resolved.record;
        let key = record.key();
        let shared = if record.reserved.is_some() { 0 } else { self.shared_concurrency(&key.account, &key.region).await? };
        let qualifiers = [resolved.qualifier.as_deref(), Some(resolved.function.version.as_str())];
        self.concurrency.enter(record, qualifiers, shared, || self.host.limits.refuses(&ACCOUNT))
    }

    /// What functions share that have nothing reserved.
    pub(crate) async fn shared_concurrency(&self, account: &str, region: &str) -> Result<u32, ApiError> {
        let functions = self.store.functions.list(account, region).await?;
        let taken = functions.iter().map(|(_, record)| record.reserved.unwrap_or_else(|| record.provisioned_total()));
        Ok(limits::CONCURRENCY.saturating_sub(taken.sum()))
    }
}

/// What the journal keeps of a payload.
fn kept(payload: &Bytes) -> Payload {
    let small = payload.len() <= KEPT_PAYLOAD;
    match small.then(|| serde_json::from_slice(payload).ok()).flatten() {
        Some(data) => Payload::Data(data),
        None => Payload::Call(greenroom_host::Call { entry: "".into(), body: Some(Captured::of(payload, KEPT)) }),
    }
}

/// What the vendor says where it cannot run a function.
pub(super) fn not_invoked(error: &NotInvoked) -> ApiError {
    match error {
        NotInvoked::NoRuntime(message) => other("InvalidRuntimeException", 502, message.as_str()),
        NotInvoked::InvalidCode(message) => other("InvalidZipFileException", 502, message.as_str()),
        NotInvoked::Unavailable(message) => ApiError { message: message.clone(), ..ApiError::internal() },
    }
}

/// Writes down how an event ended, when it is dropped: also where that is before its function has been called.
struct Ending {
    host: Host,
    event: EventId,
    started: Duration,
    outcome: Outcome,
}

impl Ending {
    fn new(host: &Host, event: EventId) -> Self {
        Self { host: host.clone(), event, started: host.clock.uptime(), outcome: Outcome::Canceled }
    }
}

impl Drop for Ending {
    fn drop(&mut self) {
        let outcome = std::mem::replace(&mut self.outcome, Outcome::Canceled);
        let took = self.host.clock.uptime().saturating_sub(self.started);
        self.host.journal.finish(self.event, outcome, took);
        self.host.journal.over(self.event, None);
    }
}

/// The records that an answer says have failed; none where it says nothing of any.
/// <https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html#services-sqs-batchfailurereporting>
fn reported(invoked: &Invoked) -> Option<Vec<String>> {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Report {
        batch_item_failures: Vec<Item>,
    }
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Item {
        item_identifier: String,
    }
    let Content::Whole(bytes) = &invoked.payload else { return None };
    let report: Report = serde_json::from_slice(bytes).ok().filter(|_| invoked.outcome == Outcome::Ok)?;
    let failed: Vec<_> = report.batch_item_failures.into_iter().map(|item| item.item_identifier).collect();
    (!failed.is_empty()).then_some(failed)
}

/// What lasts as long as an answer comes.
struct Open {
    ending: Ending,
    _permit: Permit,
    _run: Calling<SpanId>,
}

/// The answer, written down as it goes by.
fn answered(invoked: Invoked, open: Open) -> Invoked {
    let journal = &open.ending.host.journal;
    let headers = Headers::new(invoked.error.iter().map(|error| ("x-amz-function-error".to_owned(), error.clone())).collect());
    let body = match &invoked.payload {
        Content::Whole(bytes) => Some(Captured::of(bytes, KEPT)),
        Content::Stream(_) => None,
    };
    journal.answered(open.ending.event, Answer { status: 200, headers, body });
    let (payload, ended) = match invoked.payload {
        Content::Whole(bytes) => (Content::Whole(bytes), invoked.ended),
        Content::Stream(stream) => {
            let ended = invoked.ended.map(FutureExt::shared);
            let watched = Watched { stream, kept: Vec::new(), size: 0, open: Some(open), ended: ended.clone() };
            (Content::Stream(Box::pin(watched)), ended.map(FutureExt::boxed))
        }
    };
    Invoked { payload, ended, ..invoked }
}

/// A stream whose end is the event's.
struct Watched {
    stream: greenroom_host::ByteStream,
    kept: Vec<u8>,
    size: u64,
    open: Option<Open>,
    /// What the runtime knows when it is over.
    ended: Option<Shared<BoxFuture<'static, Ended>>>,
}

impl Stream for Watched {
    type Item = Result<Bytes, String>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let piece = std::task::ready!(self.stream.as_mut().poll_next(context));
        match &piece {
            Some(Ok(bytes)) => {
                let room = KEPT.saturating_sub(self.kept.len()).min(bytes.len());
                self.kept.extend_from_slice(&bytes[..room]);
                self.size += bytes.len() as u64;
            }
            Some(Err(message)) => {
                if let Some(open) = &mut self.open {
                    open.ending.outcome = Outcome::error(message.clone());
                }
            }
            None => self.close(),
        }
        Poll::Ready(piece)
    }
}

impl Watched {
    fn close(&mut self) {
        let Some(mut open) = self.open.take() else { return };
        let body = Captured { bytes: std::mem::take(&mut self.kept).into(), size: self.size };
        open.ending.host.journal.answer_body(open.ending.event, body);
        if let Some(ended) = self.ended.take() {
            // The function may run on after its last byte, and its room is taken until it ends.
            tokio::spawn(async move {
                open.ending.outcome = ended.await.outcome;
                drop(open);
            });
        }
    }
}

impl Drop for Watched {
    fn drop(&mut self) {
        self.close();
    }
}
