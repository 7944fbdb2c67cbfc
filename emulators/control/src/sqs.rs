//! `/v1/sqs`: the queues of Amazon SQS.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use futures::future::BoxFuture;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::Control;
use crate::error::Problem;
use crate::json::{Params, Read};

/// A queue.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct QueueInfo {
    /// Its name.
    pub name: String,
    /// Its ARN.
    pub arn: String,
    /// The app that declares it; `aws` where it was made by the API.
    pub app: String,
    /// Messages that whoever asks gets.
    pub visible: usize,
    /// Messages that were received and not deleted.
    pub in_flight: usize,
    /// Messages that are not to be seen yet.
    pub delayed: usize,
    /// The ARN of the queue where messages go that are received too often.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dead_letter: Option<String>,
    /// How often that is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_receive_count: Option<u32>,
}

/// A message that was looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct MessageInfo {
    /// Its id.
    pub message_id: String,
    /// Its text.
    pub body: String,
    /// When it was sent.
    pub sent: String,
    /// How often it was received.
    pub receive_count: u32,
    /// When it is to be seen; none: now.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub visible_at: Option<String>,
    /// Its group.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub group_id: Option<String>,
    /// Attributes as text, by name.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub attributes: BTreeMap<String, String>,
    /// The ARN of the queue that gave it up.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
}

/// A message that is to be sent.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ToQueue {
    /// The queue's name, ARN or URL.
    pub queue: String,
    /// Its text.
    pub body: String,
    /// Attributes of type `String`, by name.
    #[serde(default)]
    pub attributes: BTreeMap<String, String>,
    /// `MessageGroupId`.
    pub group_id: Option<String>,
    /// `MessageDeduplicationId`; a FIFO queue that asks for one gets one.
    pub deduplication_id: Option<String>,
    /// Seconds until it is to be seen.
    pub delay_seconds: Option<i64>,
}

/// A message that was sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Queued {
    /// The queue's name.
    pub queue: String,
    /// The message's id.
    pub message_id: String,
}

/// What a purge or a redrive is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Emptied {
    /// The queue's name.
    pub queue: String,
    /// How many messages there were.
    pub messages: u64,
}

/// The queues of a run.
pub trait SqsQueues: Send + Sync {
    /// The queues of `app`, or all.
    fn list(&self, app: Option<&str>) -> BoxFuture<'static, Result<Vec<QueueInfo>, Problem>>;

    /// The first messages of a queue. Nothing happens to them.
    fn peek(&self, queue: &str, most: usize) -> BoxFuture<'static, Result<Vec<MessageInfo>, Problem>>;

    /// Sends a message.
    fn send(&self, message: ToQueue) -> BoxFuture<'static, Result<Queued, Problem>>;

    /// Takes all messages out of a queue.
    fn purge(&self, queue: &str) -> BoxFuture<'static, Result<Emptied, Problem>>;

    /// Starts moving the messages of a dead letter queue to where they came from, or to another queue, so many a second.
    fn redrive(&self, queue: &str, to: Option<&str>, rate: Option<u64>) -> BoxFuture<'static, Result<Emptied, Problem>>;
}

pub(crate) fn routes() -> OpenApiRouter<Arc<Control>> {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(peek)).routes(routes!(send)).routes(routes!(purge)).routes(routes!(redrive))
}

/// Which.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct Which {
    /// The app; without it, all.
    app: Option<String>,
}

/// Queues.
#[derive(Debug, Serialize, ToSchema)]
struct Queues {
    queues: Vec<QueueInfo>,
}

/// The queues
#[utoipa::path(get, path = "/v1/sqs", tag = "sqs", params(Which), responses((status = 200, body = Queues), (status = 400, body = Problem)))]
async fn list(State(control): State<Arc<Control>>, Params(which): Params<Which>) -> Result<Json<Queues>, Problem> {
    let queues = control.queues.list(which.app.as_deref()).await?;
    Ok(Json(Queues { queues }))
}

/// What to look at.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct Peek {
    /// The queue's name, ARN or URL.
    queue: String,
    /// How many messages; without it, ten.
    most: Option<usize>,
}

/// Messages.
#[derive(Debug, Serialize, ToSchema)]
struct Messages {
    messages: Vec<MessageInfo>,
}

/// Look at messages
///
/// The first of a queue, also those that are not to be seen. Nothing happens to them.
#[utoipa::path(get, path = "/v1/sqs/messages", tag = "sqs", params(Peek),
    responses((status = 200, body = Messages), (status = 400, body = Problem), (status = 404, body = Problem)))]
async fn peek(State(control): State<Arc<Control>>, Params(asked): Params<Peek>) -> Result<Json<Messages>, Problem> {
    /// As many as a person looks at.
    const MOST: usize = 10;
    let messages = control.queues.peek(&asked.queue, asked.most.unwrap_or(MOST)).await?;
    Ok(Json(Messages { messages }))
}

/// Send a message
#[utoipa::path(post, path = "/v1/sqs/send", tag = "sqs", request_body = ToQueue,
    responses((status = 200, body = Queued), (status = 400, body = Problem), (status = 404, body = Problem)))]
async fn send(State(control): State<Arc<Control>>, Read(message): Read<ToQueue>) -> Result<Json<Queued>, Problem> {
    control.queues.send(message).await.map(Json)
}

/// Which queue.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Purge {
    /// The queue's name, ARN or URL.
    queue: String,
}

/// Take all messages out of a queue
#[utoipa::path(post, path = "/v1/sqs/purge", tag = "sqs", request_body = Purge,
    responses((status = 200, body = Emptied), (status = 400, body = Problem), (status = 404, body = Problem)))]
async fn purge(State(control): State<Arc<Control>>, Read(asked): Read<Purge>) -> Result<Json<Emptied>, Problem> {
    control.queues.purge(&asked.queue).await.map(Json)
}

/// What to move.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Redrive {
    /// The dead letter queue's name, ARN or URL.
    queue: String,
    /// Another queue; without it, the messages go where they came from.
    to: Option<String>,
    /// Messages a second; without it, as many as there are.
    rate: Option<u64>,
}

/// Move the messages of a dead letter queue
///
/// The answer comes when the task has been started; it goes on by the run's clock.
#[utoipa::path(post, path = "/v1/sqs/redrive", tag = "sqs", request_body = Redrive,
    responses((status = 200, body = Emptied), (status = 400, body = Problem), (status = 404, body = Problem)))]
async fn redrive(State(control): State<Arc<Control>>, Read(asked): Read<Redrive>) -> Result<Json<Emptied>, Problem> {
    control.queues.redrive(&asked.queue, asked.to.as_deref(), asked.rate).await.map(Json)
}
