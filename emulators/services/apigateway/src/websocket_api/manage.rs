//! `@connections`: what functions want of connections.
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-how-to-call-websocket-api-connections.html>

use serde_json::json;

use super::connections::Order;
use crate::answer::Answer;
use crate::config::{Stage, WebSocketApi};
use crate::gateway::Shared;
use crate::inbound::{Inbound, TooLarge, decode};
use crate::limits;

fn refused(status: u16, kind: &str, message: &str) -> Answer {
    Answer::message(status, message).with("x-amzn-ErrorType", kind).because(message)
}

/// Sends a message, closes, or tells of a connection.
pub(crate) async fn answer(
    shared: &Shared,
    api: &WebSocketApi,
    stage: &Stage,
    id: &str,
    inbound: &Inbound,
    large: Option<TooLarge>,
) -> Answer {
    let id = decode(id);
    let known = shared.connections.find(&id).filter(|known| known.place.0 == api.id && known.place.1 == stage.name);
    let Some(known) = known else { return refused(410, "GoneException", "Gone") };
    match inbound.method.as_str() {
        "POST" => {
            let too_large = large.is_some() || shared.host.limits.refuses_beyond(&limits::SOCKET_MESSAGE, inbound.body.len() as u64);
            if too_large {
                return refused(413, "PayloadTooLargeException", "Message too long");
            }
            let text = String::from_utf8_lossy(&inbound.body).into_owned();
            done(shared, &id, Order::Send(text), 200).await
        }
        "DELETE" => done(shared, &id, Order::Close, 204).await,
        "GET" => {
            let told = json!({
                "connectedAt": known.connected_at.iso_8601(),
                "identity": { "sourceIp": known.source_ip, "userAgent": known.user_agent },
                "lastActiveAt": known.last_active.iso_8601(),
            });
            Answer::new(200, "application/json", told.to_string())
        }
        _ => refused(403, "MissingAuthenticationTokenException", "Missing Authentication Token"),
    }
}

async fn done(shared: &Shared, id: &str, order: Order, status: u16) -> Answer {
    if shared.connections.order(id, order).await { Answer::empty(status) } else { refused(410, "GoneException", "Gone") }
}
