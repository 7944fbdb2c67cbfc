//! What becomes of an invocation while its handler runs.

use bytes::Bytes;
use greenroom_host::{Content, Ended, Function, Host, Invoked, Mishap, Outcome};
use tokio::sync::{mpsc, oneshot};

use super::invoke::Reply;
use super::ready::{exited, extension_exited, with_error};
use super::verdict::Verdict;
use crate::api::{Answer, Fault, Party, Signal, Stopped, StreamedAnswer};
use crate::document::outcome_of;
use crate::extensions::Extensions;
use crate::isolate::{self, IsolateFailure};
use crate::telemetry::Status;

/// What is said of a process that was ended at once.
const KILLED: &str = "Runtime exited with error: signal: killed";

/// How the handler's run ended.
pub(super) struct Run {
    pub(super) answer: Option<Answer>,
    pub(super) stream: Option<Streamed>,
    pub(super) how: How,
    /// What a fault makes of it once the handler has answered.
    pub(super) mishap: Option<Mishap>,
}

/// What is left to do for an answer that came piece by piece.
pub(super) struct Streamed {
    pub(super) last: mpsc::Sender<Result<Bytes, String>>,
    pub(super) ended: Option<oneshot::Sender<Ended>>,
    bytes: u64,
    failed: Option<Fault>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum How {
    /// The runtime asks for the next one.
    Done,
    Timeout,
    /// It passed what memory it may use.
    Memory,
    /// Its process ended: in the vendor's words.
    Exit(String),
    /// An extension failed: the type of the error, and what there is to say.
    Extension(&'static str, String),
}

impl How {
    fn of(stopped: Stopped) -> Self {
        match stopped {
            Stopped::Exit(how) => Self::Exit(with_error(&how)),
            Stopped::Memory => Self::Memory,
            Stopped::Time => Self::Timeout,
        }
    }
}

impl From<Mishap> for How {
    fn from(mishap: Mishap) -> Self {
        match mishap {
            Mishap::Crash => Self::Exit(KILLED.to_owned()),
            Mishap::Timeout => Self::Timeout,
        }
    }
}

impl Run {
    /// Takes in what has happened; gives how the run ended if it did.
    pub(super) fn hear(&mut self, signal: Signal, extensions: &Extensions, reply: &mut Option<Reply>) -> Option<How> {
        if let (Some(mishap), Signal::Answered(_) | Signal::Streaming(_)) = (self.mishap, &signal) {
            return Some(mishap.into());
        }
        match signal {
            Signal::Answered(answer) => self.answer = Some(answer),
            Signal::Streaming(streaming) => self.stream = Some(begin_stream(streaming, reply)),
            Signal::Streamed { bytes, failed } => {
                if let Some(stream) = &mut self.stream {
                    stream.bytes = bytes;
                    stream.failed = failed;
                }
            }
            Signal::Ready => return Some(How::Done),
            Signal::Exited(Party::Runtime, status) => return Some(How::Exit(exited(status))),
            Signal::Exited(Party::Extension(name), status) => {
                extensions.exited(&name);
                return Some(How::Extension("Extension.Crash", extension_exited(status)));
            }
            Signal::ExtensionFailed(kind) => return Some(How::Extension(kind, "exit code 0".to_owned())),
            Signal::Stopped(how) => return Some(How::of(how)),
            Signal::RestoreReady | Signal::Failed(_) | Signal::Extensions => {}
        }
        None
    }

    /// Takes in what a handler in an isolate came to.
    pub(super) fn handled(&mut self, outcome: Result<Bytes, IsolateFailure>) {
        let (answer, stopped) = isolate::outcome(outcome);
        self.answer = answer;
        self.how = stopped.map_or(How::Done, How::of);
        if let (Some(mishap), How::Done) = (self.mishap, &self.how) {
            (self.answer, self.how) = (None, mishap.into());
        }
    }

    pub(super) fn produced(&self) -> u64 {
        self.stream.as_ref().map_or_else(|| self.answer.as_ref().map_or(0, |answer| answer.payload.len() as u64), |stream| stream.bytes)
    }

    pub(super) fn verdict(&self, host: &Host, function: &Function, id: &str) -> Verdict {
        match &self.how {
            How::Timeout => Verdict::timeout(host, function, id),
            How::Memory => Verdict::died(id, "Runtime.OutOfMemory", KILLED, |message| Outcome::Exceeded { message }),
            How::Exit(message) => Verdict::died(id, "Runtime.ExitError", message, |message| Outcome::Crashed { message }),
            How::Extension(kind, message) => Verdict::died(id, kind, message, |message| Outcome::Crashed { message }),
            How::Done => self.judged(),
        }
    }

    /// What the function itself made of it.
    fn judged(&self) -> Verdict {
        let of_stream = self.stream.as_ref().and_then(|stream| stream.failed.as_ref());
        let failed = of_stream.map(|fault| (fault.error_type.clone(), fault.body.clone()));
        let failed = failed.or_else(|| self.answer.as_ref().and_then(|answer| Some((answer.error.clone()?, answer.payload.clone()))));
        match failed {
            None => Verdict { status: Status::Success, error_type: None, document: None, line: None, outcome: Outcome::Ok },
            Some((error_type, body)) => {
                let outcome = outcome_of(&body);
                Verdict { status: Status::Error, error_type: Some(error_type), document: Some(body), line: None, outcome }
            }
        }
    }
}

/// The caller gets the beginning of the answer.
fn begin_stream(streaming: StreamedAnswer, reply: &mut Option<Reply>) -> Streamed {
    let StreamedAnswer { content_type, mut pieces, last } = streaming;
    let (ended, end) = oneshot::channel::<Ended>();
    let invoked = Invoked {
        payload: Content::Stream(Box::pin(futures::stream::poll_fn(move |context| pieces.poll_recv(context)))),
        content_type,
        error: None,
        outcome: Outcome::Ok,
        log: Bytes::new(),
        report: None,
        ended: Some(Box::pin(async move {
            let gone = Ended { outcome: Outcome::error("the run is ending"), log: Bytes::new(), report: None };
            end.await.unwrap_or(gone)
        })),
    };
    if let Some(reply) = reply.take() {
        let _ = reply.send(Ok(invoked));
    }
    Streamed { last, ended: Some(ended), bytes: 0, failed: None }
}
