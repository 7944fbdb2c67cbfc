//! Operations: one type in one file each, and one line in a service's table.

use std::future::Future;
use std::sync::Arc;

use bytes::Bytes;
use futures::future::BoxFuture;
use futures::stream::BoxStream;
use greenroom_host::EventId;
use http::HeaderMap;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::error::ApiError;

/// Who calls, and where.
#[derive(Debug, Clone)]
pub struct Context {
    /// Twelve digits.
    pub account: String,
    /// `us-east-1`.
    pub region: String,
    /// The id of this request; the answer has it too.
    pub request_id: String,
    /// Where this endpoint is reached, without a slash at the end: `http://127.0.0.1:4566`.
    pub origin: String,
    /// All headers, for what no shape has.
    pub headers: HeaderMap,
    /// The body, where the input has a member that is the whole of it.
    pub payload: Bytes,
    /// The event whose code calls, where that is known.
    pub cause: Option<EventId>,
}

impl Context {
    /// The value of a header, where it is text.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }
}

/// One operation of the service `S`.
pub trait Operation<S>: 'static {
    /// Its name in the service's model.
    const NAME: &'static str;
    /// What it takes: the members of its input, spelled as in the model. They are checked against the shapes before.
    type Input: DeserializeOwned + Send;

    /// Does it.
    fn call(service: Arc<S>, context: Context, input: Self::Input) -> impl Future<Output = Result<Answer, ApiError>> + Send;
}

/// What an operation answers.
#[derive(Debug, Default)]
pub struct Answer {
    /// The members of its output, as JSON; empty: it says nothing. Clients that speak JSON get it as it is.
    pub members: Bytes,
    /// The status, where it is not the model's.
    pub status: Option<u16>,
    /// The body, where a member is the whole of it.
    pub payload: Payload,
}

/// A body that is a member.
#[derive(Default)]
pub enum Payload {
    /// There is none: the members make the body.
    #[default]
    None,
    /// Bytes.
    Bytes(Bytes),
    /// A stream of bytes.
    Stream(BoxStream<'static, Result<Bytes, String>>),
}

impl std::fmt::Debug for Payload {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::None => f.write_str("no payload"),
            Self::Bytes(bytes) => write!(f, "{} bytes", bytes.len()),
            Self::Stream(_) => f.write_str("a stream"),
        }
    }
}

impl Answer {
    /// An answer with these members.
    ///
    /// # Panics
    /// Where `members` cannot be JSON, which is a mistake in the program.
    #[must_use]
    pub fn of(members: &impl Serialize) -> Self {
        Self { members: serde_json::to_vec(members).expect("invariant: outputs are JSON").into(), ..Self::default() }
    }

    /// An answer that says nothing.
    #[must_use]
    pub fn empty() -> Self {
        Self::default()
    }

    /// The members one by one, for protocols that write them in another form.
    pub(crate) fn parsed(&self) -> Value {
        serde_json::from_slice(&self.members).unwrap_or_default()
    }

    /// The same with another status than the model has.
    #[must_use]
    pub fn with_status(self, status: u16) -> Self {
        Self { status: Some(status), ..self }
    }

    /// The same with a body that is a member.
    #[must_use]
    pub fn with_payload(self, payload: Payload) -> Self {
        Self { payload, ..self }
    }
}

type Run<S> = fn(Arc<S>, Context, Value) -> BoxFuture<'static, Result<Answer, ApiError>>;

/// A line of a service's table.
pub struct Entry<S> {
    /// The operation's name.
    pub name: &'static str,
    run: Run<S>,
}

impl<S: Send + Sync + 'static> Entry<S> {
    /// The line of the operation `O`.
    #[must_use]
    pub const fn of<O: Operation<S>>() -> Self {
        Self { name: O::NAME, run: run::<S, O> }
    }

    /// Does it.
    #[must_use]
    pub fn run(&self, service: Arc<S>, context: Context, input: Value) -> BoxFuture<'static, Result<Answer, ApiError>> {
        (self.run)(service, context, input)
    }
}

fn run<S: Send + Sync + 'static, O: Operation<S>>(
    service: Arc<S>,
    context: Context,
    input: Value,
) -> BoxFuture<'static, Result<Answer, ApiError>> {
    Box::pin(async move {
        let input = serde_json::from_value(input).map_err(|error| ApiError::serialization(error.to_string()))?;
        O::call(service, context, input).await
    })
}
