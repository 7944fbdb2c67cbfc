//! Requests that happen again.

use std::net::SocketAddr;

use bytes::Bytes;
use futures::StreamExt;
use greenroom_host::{Clock, Content, EventId, Request};

use crate::door::{Door, DoorKind};
use crate::gateway::Gateway;
use crate::inbound::{HeaderNames, Inbound};

/// Why a request cannot happen again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NotAgain {
    /// It asked for a WebSocket: there is nobody to speak it.
    WebSocket,
    /// It was written down in a form that no request has; the text says what is wrong.
    Unreadable(String),
}

impl Gateway {
    /// Lets a request that was written down go through `door` once more, and gives its event when the answer is over.
    ///
    /// # Errors
    /// What cannot happen again.
    pub async fn again(&self, door: &Door, recorded: &Request) -> Result<EventId, NotAgain> {
        if door.kind == DoorKind::WebSocketApi {
            return Err(NotAgain::WebSocket);
        }
        let inbound = inbound(recorded).map_err(|error| NotAgain::Unreadable(error.to_string()))?;
        let started = self.shared.host.clock.uptime();
        let (event, answer) = self.through(door, &inbound, started, ("replay", None, None)).await;
        if let Content::Stream(body) = answer.content {
            Clock::waiting(body.for_each(|_| std::future::ready(()))).await;
        }
        Ok(event)
    }
}

/// The request as it would come in from this machine.
fn inbound(recorded: &Request) -> http::Result<Inbound> {
    let mut request = http::Request::builder().method(&*recorded.method.as_str()).uri(&*recorded.url.as_str());
    for (name, value) in recorded.headers.pairs() {
        request = request.header(name, value);
    }
    let names = recorded.headers.pairs().into_iter().map(|(name, _)| name).collect();
    let (head, ()) = request.extension(HeaderNames(names)).body(())?.into_parts();
    let mut inbound = Inbound::of(&head, SocketAddr::from(([127, 0, 0, 1], 0)));
    inbound.body = recorded.body.as_ref().map_or_else(Bytes::new, |body| body.bytes.clone());
    Ok(inbound)
}
