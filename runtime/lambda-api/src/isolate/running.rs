//! The isolate of one instance.

use std::sync::{Arc, OnceLock};

use futures::future::BoxFuture;

use super::{Isolate, IsolateCall, IsolateFailure, Isolates, NewIsolate};
use crate::api::{Answer, Api, Fault, Signal, Stopped};

/// How the vendor's runtime ends after an error that nobody caught.
pub(crate) const UNCAUGHT: &str = "exit status 129";

/// An isolate that is being started, or runs. It ends when this is dropped.
pub(crate) struct Running {
    isolate: Arc<OnceLock<Arc<dyn Isolate>>>,
    start: tokio::task::JoinHandle<()>,
}

impl Running {
    /// Starts one; `api` tells when it is ready, or why it is not.
    pub(crate) fn start(isolates: &dyn Isolates, new: NewIsolate, api: &Arc<Api>) -> Self {
        let isolate = Arc::new(OnceLock::new());
        let (slot, api, starting) = (Arc::clone(&isolate), Arc::clone(api), isolates.start(new));
        let start = tokio::spawn(async move {
            match starting.await {
                Ok(isolate) => {
                    let _ = slot.set(isolate);
                    api.is_ready();
                }
                Err(failure) => not_ready(&api, failure),
            }
        });
        Self { isolate, start }
    }

    /// Lets the handler handle an event.
    pub(crate) fn handle(&self, call: IsolateCall) -> BoxFuture<'static, Result<bytes::Bytes, IsolateFailure>> {
        match self.isolate.get() {
            Some(isolate) => isolate.handle(call),
            None => Box::pin(std::future::ready(Err(IsolateFailure::Ended("it was not ready".to_owned())))),
        }
    }

    pub(crate) fn process(&self) -> i32 {
        self.isolate.get().map_or(0, |isolate| isolate.process())
    }

    pub(crate) fn is_fit(&self) -> bool {
        self.isolate.get().is_some_and(|isolate| isolate.is_fit())
    }

    pub(crate) fn end(&self) {
        self.start.abort();
        if let Some(isolate) = self.isolate.get() {
            isolate.end();
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.end();
    }
}

/// Tells of a start that came to nothing, as a process would.
fn not_ready(api: &Api, failure: IsolateFailure) {
    let how = match failure {
        IsolateFailure::Failed { error_type, document, .. } => {
            api.tell(Signal::Failed(Fault { error_type, body: document }));
            Stopped::Exit(UNCAUGHT.to_owned())
        }
        IsolateFailure::Memory => Stopped::Memory,
        IsolateFailure::Time => Stopped::Time,
        IsolateFailure::Ended(how) => Stopped::Exit(how),
    };
    api.tell(Signal::Stopped(how));
}

/// What a handler in an isolate came to: its answer, and how the isolate ended if it did.
pub(crate) fn outcome(handled: Result<bytes::Bytes, IsolateFailure>) -> (Option<Answer>, Option<Stopped>) {
    match handled {
        Ok(payload) => (Some(Answer::within_limit(payload)), None),
        Err(IsolateFailure::Failed { error_type, document, last }) => {
            let answer = Answer { payload: document, content_type: "application/json".to_owned(), error: Some(error_type) };
            (Some(answer), last.then(|| Stopped::Exit(UNCAUGHT.to_owned())))
        }
        Err(IsolateFailure::Memory) => (None, Some(Stopped::Memory)),
        Err(IsolateFailure::Time) => (None, Some(Stopped::Time)),
        Err(IsolateFailure::Ended(how)) => (None, Some(Stopped::Exit(how))),
    }
}
