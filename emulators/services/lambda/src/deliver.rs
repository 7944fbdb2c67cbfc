//! Calls that come through other doors than the API: from front doors, queues, other services, the command line.

use std::sync::Arc;

use bytes::Bytes;
use greenroom_aws_wire::{ApiError, uuid};
use greenroom_host::{Content, EventId, EventKind, FunctionCall, Parcel, Recipient, Reply, Undelivered};
use serde_json::{Map, Value};

use crate::arn::Named;
use crate::dispatch::{Call, Called, TraceHeader};
use crate::service::LambdaService;

impl LambdaService {
    /// Calls the function that a parcel is for. The reply is that of the vendor's `Invoke`: status, `x-amz-function-error`,
    /// `x-amz-executed-version`, the payload. What the API refuses is a reply too, with `x-amzn-errortype`.
    ///
    /// # Errors
    /// No such function.
    pub async fn deliver(self: &Arc<Self>, parcel: Parcel) -> Result<Reply, Undelivered> {
        let Recipient::Function(arn) = parcel.to else { return Err(Undelivered::Gone) };
        let missing = || Undelivered::NoSuchFunction(arn.clone());
        let named = Named::of_arn(&arn).ok_or_else(missing)?;
        let how: FunctionCall = serde_json::from_slice(&parcel.entry).unwrap_or_default();
        let payload = match parcel.body {
            Some(body) => body.whole().await.map_err(|message| Undelivered::Failed { message, carried: None })?,
            None => Bytes::from_static(b"{}"),
        };
        match self.invoke(named, payload, how, parcel.cause).await {
            Err(error) if error.code == "ResourceNotFoundException" => Err(missing()),
            Err(error) => Ok(refused(&error)),
            Ok(reply) => Ok(reply),
        }
    }

    /// Calls a function, and answers as the vendor's `Invoke` does.
    ///
    /// # Errors
    /// What the API refuses.
    pub async fn invoke(
        self: &Arc<Self>,
        named: Named,
        payload: Bytes,
        how: FunctionCall,
        cause: Option<EventId>,
    ) -> Result<Reply, ApiError> {
        self.takes(payload.len(), how.asynchronous)?;
        let call = Call {
            named,
            payload,
            request_id: uuid(&self.host),
            kind: if how.asynchronous { EventKind::InvokeAsync } else { EventKind::Invoke },
            client_context: None,
            tenant: None,
            stream: how.stream,
            reports_failures: how.reports_failures,
            trace: how.trace.as_deref().map(TraceHeader::parse).unwrap_or_default(),
            cause,
            source: if how.caller.is_empty() { "user".into() } else { how.caller.into() },
            attempt: 1,
        };
        let id = ("x-amzn-requestid".to_owned(), call.request_id.clone());
        if how.asynchronous {
            self.enqueue(call).await?;
            return Ok(Reply { status: 202, reason: String::new(), headers: vec![id], body: None });
        }
        let label = format!("lambda {}: Invoke", call.named.key.name);
        let Called { version, trace, invoked, .. } = self.host.clock.in_flight(label, self.call(call)).await?;
        let mut headers = vec![
            id,
            ("content-type".to_owned(), invoked.content_type),
            ("x-amz-executed-version".to_owned(), version),
            ("x-amzn-trace-id".to_owned(), trace),
        ];
        headers.extend(invoked.error.map(|error| ("x-amz-function-error".to_owned(), error)));
        Ok(Reply { status: 200, reason: String::new(), headers, body: Some(invoked.payload) })
    }
}

fn refused(error: &ApiError) -> Reply {
    let mut body: Map<String, Value> = error.members.clone();
    body.insert(error.message_key.to_owned(), error.message.as_str().into());
    let headers = vec![("content-type".to_owned(), "application/json".to_owned()), ("x-amzn-errortype".to_owned(), error.code.clone())];
    let body = Content::Whole(Value::Object(body).to_string().into());
    Reply { status: error.status, reason: String::new(), headers, body: Some(body) }
}
