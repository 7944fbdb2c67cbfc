//! One invocation, from its start to its report.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use greenroom_host::{Content, Ended, Function, Host, Invocation, InvokeReport, Invoked, NotInvoked, Outcome};
use tokio::sync::oneshot;
use tokio::time::Instant;

use super::cold::NotReady;
use super::deadline::Deadline;
use super::memory::EVERY;
use super::ready::{InitFailure, exited, extension_exited};
use super::run::{How, Run};
use super::verdict::Verdict;
use super::{Handled, Instance, Kind, Pool};
use crate::api::{Current, Party, Signal};
use crate::document::outcome_of;
use crate::log::Log;
use crate::report;
use crate::telemetry::{Platform, RunMetrics, Status};

/// Where the answer goes.
pub(super) type Reply = oneshot::Sender<Result<Invoked, NotInvoked>>;

impl Pool {
    /// Handles one event in an instance that waits, or in a new one.
    pub(super) async fn handle(self: &Arc<Self>, invocation: Invocation, reply: Reply) {
        let taken = match self.take(&invocation) {
            Some(instance) => instance,
            None => match self.cold(&invocation).await {
                Ok(instance) => instance,
                Err(Cold::Never(why)) => {
                    let _ = reply.send(Err(why));
                    return;
                }
                Err(Cold::Failed(log, failure, took)) => {
                    let _ = reply.send(Ok(self.not_started(&log, &invocation, &failure, took)));
                    return;
                }
            },
        };
        let kept = taken.kept;
        match taken.run(&self.shop.host, invocation, reply).await {
            Some(instance) => self.park(instance),
            None if kept => self.lost(),
            None => {}
        }
    }

    /// A new instance for the invocation. Where its init fails, it is tried once more within the invocation's own time.
    async fn cold(self: &Arc<Self>, invocation: &Invocation) -> Result<Instance, Cold> {
        if self.function.snap_start {
            return match self.restore(invocation.event).await {
                Ok(instance) => Ok(instance),
                Err(NotReady::Never(why)) => Err(Cold::Never(why)),
                Err(NotReady::Failed(failure, took)) => Err(Cold::Failed(self.log(), failure, took)),
            };
        }
        let log = self.log();
        log.belongs_to(invocation.event);
        match self.start(&log, Kind::OnDemand, "init", self.shop.options.init_timeout).await {
            Ok(instance) => Ok(instance),
            Err(NotReady::Never(why)) => Err(Cold::Never(why)),
            Err(NotReady::Failed(..)) => match self.start(&log, Kind::OnDemand, "invoke", self.function.timeout).await {
                Ok(instance) => Ok(instance),
                Err(NotReady::Never(why)) => Err(Cold::Never(why)),
                Err(NotReady::Failed(failure, took)) => Err(Cold::Failed(log, failure, took)),
            },
        }
    }

    /// The answer of an invocation that no handler has seen.
    fn not_started(&self, log: &Log, invocation: &Invocation, failure: &InitFailure, took: Duration) -> Invoked {
        let id = &invocation.request_id;
        log.begin(invocation.event, id);
        log.platform(&start(&self.function, invocation));
        let verdict = match failure.status {
            Status::Timeout => Verdict::timeout(&self.shop.host, &self.function, id),
            _ => Verdict::not_started(id, failure),
        };
        let report = InvokeReport { duration: took, billed: report::billed(took), memory: self.function.memory, ..InvokeReport::default() };
        finish(log, invocation, &verdict, &report, 0);
        Invoked {
            payload: Content::Whole(verdict.document.unwrap_or_default()),
            content_type: "application/json".to_owned(),
            error: Some("Unhandled".to_owned()),
            outcome: verdict.outcome,
            log: log.tail(),
            report: Some(report),
            ended: None,
        }
    }
}

enum Cold {
    Never(NotInvoked),
    Failed(Arc<Log>, InitFailure, Duration),
}

impl Instance {
    /// Lets the handler handle the invocation. Gives the instance back where it can handle another.
    async fn run(mut self, host: &Host, invocation: Invocation, reply: Reply) -> Option<Self> {
        let function = Arc::clone(&self.log.function);
        self.log.begin(invocation.event, &invocation.request_id);
        self.log.platform(&start(&function, &invocation));
        let began = host.clock.uptime();
        let deadline = self.deadline(host, function.timeout);
        let current = current(&invocation, &deadline);
        self.tenant = invocation.tenant.clone().or(self.tenant.take());
        if !self.api.extensions.is_empty() {
            self.api.extensions.publish("INVOKE", &invoke_event(&current));
        }
        let handled = self.begin(current, &deadline);
        let mut reply = Some(reply);
        let run = Run { answer: None, stream: None, how: How::Done, mishap: invocation.mishap };
        let run = self.watch(run, host, &deadline, handled, &mut reply).await;
        if run.mishap.is_some_and(|mishap| run.how == mishap.into()) {
            self.kill_runtime();
        }
        let duration = host.clock.uptime().saturating_sub(began);
        self.drain();
        let verdict = run.verdict(host, &function, &invocation.request_id);
        let report = self.report(duration, run.how == How::Timeout);
        let produced = run.produced();
        finish(&self.log, &invocation, &verdict, &report, produced);
        let how = run.how.clone();
        answer(&self.log, run, verdict, report, reply).await;
        let how = if how == How::Done { self.rest(&deadline).await } else { how };
        match how {
            How::Done => return Some(self),
            How::Timeout => self.end("timeout"),
            _ => self.end("failure"),
        }
        None
    }

    /// Waits for what becomes of it.
    async fn watch(&mut self, mut run: Run, host: &Host, deadline: &Deadline, mut handled: Handled, reply: &mut Option<Reply>) -> Run {
        let mut look = tokio::time::interval_at(Instant::now() + EVERY, EVERY);
        loop {
            tokio::select! {
                biased;
                signal = self.signals.recv() => {
                    let Some(signal) = signal else { run.how = How::Exit("Runtime exited without providing a reason".to_owned()); return run };
                    if let Some(how) = run.hear(signal, &self.api.extensions, reply) {
                        run.how = how;
                        return run;
                    }
                }
                outcome = &mut handled => {
                    run.handled(outcome);
                    return run;
                }
                () = deadline.passed() => {
                    self.kill_runtime();
                    run.how = How::Timeout;
                    return run;
                }
                _ = look.tick() => if self.has_too_much(host) {
                    self.kill_runtime();
                    run.how = How::Memory;
                    return run;
                }
            }
        }
    }

    /// Extensions may work on after the answer, within the function's time.
    async fn rest(&mut self, deadline: &Deadline) -> How {
        while !self.api.extensions.are_settled() {
            tokio::select! {
                biased;
                signal = self.signals.recv() => match signal {
                    Some(Signal::Exited(Party::Runtime, status)) => return How::Exit(exited(status)),
                    Some(Signal::Exited(Party::Extension(name), status)) => {
                        self.api.extensions.exited(&name);
                        return How::Extension("Extension.Crash", extension_exited(status));
                    }
                    Some(Signal::ExtensionFailed(kind)) => return How::Extension(kind, String::new()),
                    Some(_) => {}
                    None => return How::Exit(String::new()),
                },
                () = deadline.passed() => return How::Timeout,
            }
        }
        How::Done
    }

    fn report(&mut self, duration: Duration, timed_out: bool) -> InvokeReport {
        let function = Arc::clone(&self.log.function);
        // What comes after the time is the emulator's own.
        let duration = if timed_out { function.timeout } else { duration };
        let init = self.init.take().filter(|_| self.kind == Kind::OnDemand);
        let restore = self.restore.take();
        let billed = report::billed(duration + init.unwrap_or_default());
        InvokeReport { duration, billed, memory: function.memory, max_memory: self.max_memory(), init, restore }
    }
}

/// Tells the caller how it ended.
async fn answer(log: &Log, run: Run, verdict: Verdict, report: InvokeReport, reply: Option<Reply>) {
    if let Some(mut stream) = run.stream {
        if let Some(document) = verdict.document {
            let _ = stream.last.send(Err(String::from_utf8_lossy(&document).into_owned())).await;
        }
        if let Some(ended) = stream.ended.take() {
            let _ = ended.send(Ended { outcome: verdict.outcome, log: log.tail(), report: Some(report) });
        }
        return;
    }
    let Some(reply) = reply else { return };
    // What was answered before the time was over or the process ended is the answer.
    let (payload, content_type, failed, outcome) = match run.answer {
        Some(answer) => {
            let outcome = if answer.error.is_some() { outcome_of(&answer.payload) } else { Outcome::Ok };
            (answer.payload, answer.content_type, answer.error.is_some(), outcome)
        }
        None => (verdict.document.unwrap_or_default(), String::new(), verdict.status != Status::Success, verdict.outcome),
    };
    let content_type = if content_type.is_empty() { "application/json".to_owned() } else { content_type };
    let error = failed.then(|| "Unhandled".to_owned());
    let payload = Content::Whole(payload);
    let _ = reply.send(Ok(Invoked { payload, content_type, error, outcome, log: log.tail(), report: Some(report), ended: None }));
}

fn start(function: &Function, invocation: &Invocation) -> Platform {
    let trace = function.traced.then(|| invocation.trace.clone());
    Platform::Start { request_id: invocation.request_id.clone(), version: function.version.clone(), trace }
}

fn current(invocation: &Invocation, deadline: &Deadline) -> Arc<Current> {
    let trace = invocation.trace.clone();
    Arc::new(Current { invocation: invocation.clone(), deadline: deadline.told().0, trace })
}

/// The invocation as extensions get it.
fn invoke_event(current: &Current) -> Bytes {
    let invocation = &current.invocation;
    let event = serde_json::json!({
        "eventType": "INVOKE", "deadlineMs": current.deadline, "requestId": invocation.request_id,
        "invokedFunctionArn": invocation.invoked_arn, "tracing": { "type": "X-Amzn-Trace-Id", "value": current.trace },
    });
    Bytes::from(event.to_string())
}

/// The lines at the end.
fn finish(log: &Log, invocation: &Invocation, verdict: &Verdict, report: &InvokeReport, produced: u64) {
    let trace = log.function.traced.then(|| invocation.trace.clone());
    let (request_id, status, error) = (invocation.request_id.clone(), verdict.status, verdict.error_type.clone());
    if let Some(line) = &verdict.line {
        log.failure(line);
    }
    let metrics = RunMetrics { duration: report.duration, produced };
    log.platform(&Platform::RuntimeDone { request_id: request_id.clone(), status, error: error.clone(), metrics, trace: trace.clone() });
    log.platform(&Platform::Report { request_id, status, error, report: report.clone(), trace });
}
