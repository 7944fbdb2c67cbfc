//! Events of functions and of front doors that happen again.

use std::sync::Arc;

use bytes::Bytes;
use greenroom_apigateway::{Door, NotAgain};
use greenroom_control::Problem;
use greenroom_host::{Event, EventId, EventKind, Payload};
use greenroom_lambda::{Direct, Named};

use super::Aws;
use super::called::refused;

impl Aws {
    /// Delivers an event like this one, and gives the id of the new one once it is over.
    ///
    /// # Errors
    /// What cannot happen again, and why.
    pub(crate) async fn again(self: Arc<Self>, event: &Event) -> Result<EventId, Problem> {
        let part = event.part.as_deref().unwrap_or_default();
        match (event.kind, &event.payload) {
            (EventKind::Invoke | EventKind::InvokeAsync, payload) => {
                let named = Named::of_arn(part).ok_or_else(|| cannot(event, "it does not say which function it was for"))?;
                let direct = Direct { named, payload: bytes(payload), kind: event.kind, source: "replay".to_owned() };
                self.lambda.run(direct).await.map(|ran| ran.event).map_err(|error| refused(&error))
            }
            (EventKind::HttpRequest, Payload::Request(request)) => {
                let door = Door::read(part).ok_or_else(|| cannot(event, "it does not say which front door it came to"))?;
                self.gateway.again(&door, request).await.map_err(|why| match why {
                    NotAgain::WebSocket => cannot(event, "it is about a WebSocket, and nobody is there to speak it"),
                    NotAgain::Unreadable(why) => cannot(event, &why),
                })
            }
            (EventKind::QueueSend, Payload::Data(data)) => self.queues.send_again(part, data).await.map_err(|error| refused(&error)),
            (EventKind::QueueReceive | EventKind::QueueDelete, _) => Err(cannot(event, "who receives asks for it himself")),
            (EventKind::QueueMove, _) => Err(cannot(event, "messages are moved where they are given up, and by `greenroom sqs redrive`")),
            _ => Err(cannot(event, "it is a part of a connection that is over")),
        }
    }
}

fn cannot(event: &Event, why: &str) -> Problem {
    Problem::conflict("no-replay", format!("`{}` cannot be replayed: {why}", event.summary))
}

/// What a function is called with.
fn bytes(payload: &Payload) -> Bytes {
    match payload {
        Payload::Data(data) => data.to_string().into(),
        Payload::Call(call) => call.body.as_ref().map(|body| body.bytes.clone()).unwrap_or_default(),
        Payload::None | Payload::Request(_) => Bytes::from_static(b"{}"),
    }
}
