//! From one app of a run to another: a service never calls a service, it hands in a [`Parcel`], and whoever runs the apps delivers it.

use std::collections::BTreeMap;
use std::pin::Pin;

use bytes::{Bytes, BytesMut};
use futures::future::BoxFuture;
use futures::{Stream, TryStreamExt};
use serde::{Deserialize, Serialize};

use crate::ids::EventId;

/// Bytes that come when they come; an `Err` says why they broke off.
pub type ByteStream = Pin<Box<dyn Stream<Item = Result<Bytes, String>> + Send>>;

/// Bytes that are whole, or come as a stream.
pub enum Content {
    /// They are here.
    Whole(Bytes),
    /// They come.
    Stream(ByteStream),
}

impl Content {
    /// All of it, once it is here. An `Err` says why it broke off.
    pub async fn whole(self) -> Result<Bytes, String> {
        match self {
            Self::Whole(bytes) => Ok(bytes),
            Self::Stream(stream) => Ok(stream.try_collect::<BytesMut>().await?.freeze()),
        }
    }
}

/// Who is to answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Recipient {
    /// The app of this name, whatever version of it serves.
    App(String),
    /// One guest, by the number that it was given when it was loaded: it holds an object that is meant.
    Guest(u64),
    /// The function of this ARN, which may end in a version or an alias. `entry` is then a [`FunctionCall`] as JSON, `body` the event; the
    /// reply's status is that of the vendor's `Invoke`, and so are its headers (`x-amz-function-error`, `x-amz-executed-version` …).
    Function(String),
    /// The queue of this ARN. `entry` is then a [`QueueMessage`] as JSON or nothing, `body` the message's text.
    Queue(String),
}

/// What goes along with a message to a queue.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct QueueMessage {
    /// Attributes by name: type and text.
    pub attributes: BTreeMap<String, (String, String)>,
    /// The group, where the queue has such.
    pub group: Option<String>,
    /// The header of the trace that the message belongs to.
    pub trace: Option<String>,
}

/// How a function is called.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct FunctionCall {
    /// Nobody waits: it is queued, and tried again as the vendor does.
    pub asynchronous: bool,
    /// The answer is wanted piece by piece.
    pub stream: bool,
    /// It works off a batch, and its answer may say which records failed: `batchItemFailures`.
    pub reports_failures: bool,
    /// Who calls, in the vendor's words: `apigateway.amazonaws.com`. Empty: a user.
    pub caller: String,
    /// The trace that the call belongs to: `Root=…;Parent=…;Sampled=…`. None begins one.
    pub trace: Option<String>,
}

/// An event for another app, with its cause.
pub struct Parcel {
    /// Who is to answer.
    pub to: Recipient,
    /// The event whose code made it.
    pub cause: Option<EventId>,
    /// What it says in one line: `AUTH.verify()`. None: a part of something that has been said already, such as the next piece of a
    /// stream; it is no event of its own.
    pub summary: Option<String>,
    /// What in the app is meant, as JSON text that the platform's scripts write and read.
    pub entry: Bytes,
    /// Method, URL and headers, where it is a request.
    pub request: Option<ParcelRequest>,
    /// What goes along.
    pub body: Option<Content>,
}

/// The head of a request to another app.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParcelRequest {
    /// `GET`.
    pub method: String,
    /// The whole URL.
    pub url: String,
    /// Names and values in order, bytes as the characters U+0000 to U+00FF.
    pub headers: Vec<(String, String)>,
    /// What the platform adds to a request, as JSON text; empty if nothing.
    pub extra: String,
}

/// What the recipient answers.
pub struct Reply {
    /// The status; 200 where it is no HTTP.
    pub status: u16,
    /// The reason beside it, where the code gave one; else empty.
    pub reason: String,
    /// Names and values in order, bytes as the characters U+0000 to U+00FF.
    pub headers: Vec<(String, String)>,
    /// What comes along.
    pub body: Option<Content>,
}

/// Why there is no answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Undelivered {
    /// No app of this run has that name.
    #[error("no app of this run is named `{0}`")]
    NoSuchApp(String),
    /// No function of this run has that ARN.
    #[error("no function of this run has the ARN `{0}`")]
    NoSuchFunction(String),
    /// No queue of this run has that ARN.
    #[error("no queue of this run has the ARN `{0}`")]
    NoSuchQueue(String),
    /// The guest that is meant has ended.
    #[error("the guest has ended")]
    Gone,
    /// The chain of events that led here is longer than the vendor lets it be.
    #[error("too many calls from app to app")]
    TooDeep,
    /// The code failed. `carried`: the error as the platform's scripts hand it from app to app.
    #[error("{message}")]
    Failed {
        /// The error's text.
        message: String,
        /// The error itself, where the code threw one.
        carried: Option<String>,
    },
}

/// Delivers parcels: whoever runs the apps.
pub trait Delivery: Send + Sync {
    /// Delivers one and waits for the answer.
    fn deliver(&self, parcel: Parcel) -> BoxFuture<'static, Result<Reply, Undelivered>>;
}

/// Where nothing else runs: every app is unknown.
pub(crate) struct Alone;

impl Delivery for Alone {
    fn deliver(&self, parcel: Parcel) -> BoxFuture<'static, Result<Reply, Undelivered>> {
        Box::pin(std::future::ready(Err(match parcel.to {
            Recipient::App(name) => Undelivered::NoSuchApp(name),
            Recipient::Guest(_) => Undelivered::Gone,
            Recipient::Function(arn) => Undelivered::NoSuchFunction(arn),
            Recipient::Queue(arn) => Undelivered::NoSuchQueue(arn),
        })))
    }
}
