//! Calling functions.

use std::time::Duration;

use bytes::Bytes;
use greenroom_host::{Clock, Content, FunctionCall, Host, Parcel, Recipient, Reply, Undelivered};
use serde_json::Value;

use crate::scene::Scene;

/// What a function is called for.
pub(crate) struct FunctionRequest<'a> {
    /// Its ARN.
    pub(crate) arn: &'a str,
    /// The event.
    pub(crate) event: Bytes,
    /// Who calls: [`APIGATEWAY`] or another.
    pub(crate) caller: &'static str,
    /// How long it may take; none: as long as the function itself may.
    pub(crate) timeout: Option<Duration>,
    /// Piece by piece, if the function gives it so.
    pub(crate) stream: bool,
    /// Nobody waits.
    pub(crate) asynchronous: bool,
}

/// Who calls functions behind API Gateway.
pub(crate) const APIGATEWAY: &str = "apigateway.amazonaws.com";

impl<'a> FunctionRequest<'a> {
    /// A call by API Gateway whose whole answer is waited for.
    pub(crate) fn new(arn: &'a str, event: &Value, timeout: Duration) -> Self {
        let event = event.to_string().into();
        Self { arn, event, caller: APIGATEWAY, timeout: Some(timeout), stream: false, asynchronous: false }
    }
}

/// What it answered.
pub(crate) struct Called {
    /// Its headers.
    pub(crate) headers: Vec<(String, String)>,
    /// What it returned.
    pub(crate) content: Content,
}

/// Why it answered nothing that can be used. The texts are for the operator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum NotCalled {
    /// It took longer than the door waits.
    TimedOut(String),
    /// There are too many calls of it.
    Throttled(String),
    /// The event is larger than functions take.
    TooLarge(String),
    /// There is no such function, or it cannot be called.
    Refused(String),
    /// It failed: its error's document.
    Failed(String),
}

impl NotCalled {
    /// What the operator is told.
    pub(crate) fn cause(&self) -> &str {
        match self {
            Self::TimedOut(cause) | Self::Throttled(cause) | Self::TooLarge(cause) | Self::Refused(cause) | Self::Failed(cause) => cause,
        }
    }
}

/// What `Invoke` says where a function failed.
const FUNCTION_ERROR: &str = "x-amz-function-error";

impl Called {
    /// The value of its header `name`.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// What it returned, whole.
    pub(crate) async fn whole(self) -> Result<Bytes, NotCalled> {
        self.content.whole().await.map_err(NotCalled::Failed)
    }

    /// What the function `arn` returned, as JSON.
    pub(crate) async fn json(self, arn: &str) -> Result<Value, NotCalled> {
        let returned = self.whole().await?;
        serde_json::from_slice(&returned).map_err(|error| NotCalled::Failed(format!("`{arn}` returned what is no JSON: {error}")))
    }
}

impl Scene {
    /// Calls a function and gives what it returned.
    pub(crate) async fn call(&self, request: FunctionRequest<'_>) -> Result<Called, NotCalled> {
        let arn = request.arn.to_owned();
        let timeout = request.timeout;
        let delivery = self.host.delivery.deliver(self.parcel(request));
        let reply = match timeout {
            None => Clock::waiting(delivery).await,
            Some(timeout) => {
                let called = in_time(&self.host, timeout, format!("integration timeout of {arn}"), Clock::waiting(delivery)).await;
                let late = || NotCalled::TimedOut(format!("`{arn}` took longer than the {} ms of the integration", timeout.as_millis()));
                called.ok_or_else(late)?
            }
        };
        judge(&arn, reply).await
    }

    /// The same with a JSON event and a JSON answer.
    pub(crate) async fn call_json(&self, request: FunctionRequest<'_>) -> Result<Value, NotCalled> {
        let arn = request.arn.to_owned();
        self.call(request).await?.json(&arn).await
    }

    fn parcel(&self, request: FunctionRequest<'_>) -> Parcel {
        let call = FunctionCall {
            asynchronous: request.asynchronous,
            stream: request.stream,
            caller: request.caller.to_owned(),
            trace: Some(self.trace.clone()),
            ..FunctionCall::default()
        };
        Parcel {
            to: Recipient::Function(request.arn.to_owned()),
            cause: Some(self.event),
            summary: Some(request.arn.rsplit(":function:").next().unwrap_or(request.arn).to_owned()),
            entry: serde_json::to_vec(&call).expect("invariant: a call is plain data").into(),
            request: None,
            body: Some(Content::Whole(request.event)),
        }
    }
}

/// What `work` gives, if it does so in time.
pub(crate) async fn in_time<T>(host: &Host, timeout: Duration, label: String, work: impl Future<Output = T>) -> Option<T> {
    let late = host.clock.sleep(timeout, label);
    tokio::select! {
        biased;
        done = work => Some(done),
        _busy = late => None,
    }
}

async fn judge(arn: &str, reply: Result<Reply, Undelivered>) -> Result<Called, NotCalled> {
    let reply = reply.map_err(|error| NotCalled::Refused(error.to_string()))?;
    let called = Called { headers: reply.headers, content: reply.body.unwrap_or(Content::Whole(Bytes::new())) };
    if !(200..300).contains(&reply.status) {
        let said = text(called.content).await;
        let cause = format!("`{arn}` was not called: {} {said}", reply.status);
        return Err(match reply.status {
            429 => NotCalled::Throttled(cause),
            413 => NotCalled::TooLarge(cause),
            _ => NotCalled::Refused(cause),
        });
    }
    if called.header(FUNCTION_ERROR).is_some() {
        return Err(NotCalled::Failed(format!("`{arn}` failed: {}", text(called.content).await)));
    }
    Ok(called)
}

async fn text(content: Content) -> String {
    let bytes = content.whole().await.unwrap_or_default();
    String::from_utf8_lossy(&bytes).into_owned()
}
