//! One connection from its handshake to its end.

use std::sync::Arc;

use futures::{SinkExt, StreamExt};
use greenroom_host::{Clock, Event, EventId, EventKind, Outcome, Payload, Profile, Timestamp};
use hyper::upgrade::{OnUpgrade, Upgraded};
use hyper_util::rt::TokioIo;
use serde_json::{Value, json};
use tokio::sync::mpsc;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;
use tokio_tungstenite::tungstenite::protocol::{CloseFrame, Role, WebSocketConfig};
use tokio_tungstenite::tungstenite::{Error, Message};

use super::connections::{Known, Order};
use super::event::Facts;
use super::route;
use crate::call::FunctionRequest;
use crate::config::{WebSocketApi, WebSocketIntegration, WebSocketRoute};
use crate::gateway::Shared;
use crate::http_api::response;
use crate::limits;
use crate::scene::Scene;

/// How long a client may take to say that it has heard of the end. A real duration: it is about sockets, not about the emulated world.
const FAREWELL: std::time::Duration = std::time::Duration::from_secs(5);

type Socket = WebSocketStream<TokioIo<Upgraded>>;

/// A connection.
#[derive(Clone)]
pub(crate) struct Session {
    pub(crate) shared: Arc<Shared>,
    pub(crate) id: String,
    /// The event of its handshake, the cause of all others.
    pub(crate) cause: EventId,
    pub(crate) trace: String,
}

/// How a connection ended.
struct End {
    code: u16,
    reason: String,
}

impl End {
    fn new(code: CloseCode, reason: &str) -> Self {
        Self { code: code.into(), reason: reason.to_owned() }
    }

    /// The client broke off.
    fn lost() -> Self {
        Self::new(CloseCode::Abnormal, "")
    }
}

impl Session {
    /// Carries messages until either side ends, and tells the function of `$disconnect`.
    pub(crate) async fn serve(self, connection: OnUpgrade, mut ordered: mpsc::Receiver<Order>) {
        let end = match connection.await {
            Ok(connection) => {
                let strict = self.shared.host.limits.profile() == Profile::Production;
                let most = |limit: &greenroom_host::Limit| strict.then(|| usize::try_from(limit.most).unwrap_or(usize::MAX));
                let config = WebSocketConfig::default();
                let config = config.max_message_size(most(&limits::SOCKET_MESSAGE)).max_frame_size(most(&limits::SOCKET_FRAME));
                let socket = WebSocketStream::from_raw_socket(TokioIo::new(connection), Role::Server, Some(config)).await;
                self.carry(socket, &mut ordered).await
            }
            Err(_) => End::lost(),
        };
        drop(ordered);
        self.shared.host.clock.in_flight("WebSocket disconnect", self.disconnected(&end)).await;
    }

    async fn carry(&self, mut socket: Socket, ordered: &mut mpsc::Receiver<Order>) -> End {
        let end = loop {
            let Some((due, reason)) = self.due() else { break End::lost() };
            tokio::select! {
                message = socket.next() => if let Some(end) = self.received(message) {
                    break end;
                },
                order = ordered.recv() => match order {
                    Some(Order::Send(text)) => {
                        self.shared.connections.active(&self.id, self.shared.host.clock.now());
                        if socket.send(Message::text(text)).await.is_err() {
                            break End::lost();
                        }
                    }
                    Some(Order::Close) | None => break End::new(CloseCode::Normal, "Connection Closed Normally"),
                },
                _busy = self.shared.host.clock.sleep_until(due, format!("{reason} of WebSocket {}", self.id)) => {
                    break End::new(CloseCode::Away, "Going away");
                }
            }
        };
        farewell(&mut socket, &end).await;
        end
    }

    /// When it ends if nothing more happens, and why.
    fn due(&self) -> Option<(Timestamp, &'static str)> {
        let known = self.shared.connections.find(&self.id)?;
        let (idle, longest) = (known.last_active + limits::SOCKET_IDLE, known.connected_at + limits::SOCKET_LONGEST);
        Some(if idle < longest { (idle, "idle timeout") } else { (longest, "longest duration") })
    }

    /// Takes what came; gives the end, if it is one.
    fn received(&self, message: Option<Result<Message, Error>>) -> Option<End> {
        match message {
            Some(Ok(Message::Text(text))) => {
                let now = self.shared.host.clock.now();
                self.shared.connections.active(&self.id, now);
                let _ = self.shared.host.limits.refuses_beyond(&limits::SOCKET_MESSAGE, text.len() as u64);
                let (session, text) = (self.clone(), text.to_string());
                let work = async move { session.shared.host.clock.in_flight("WebSocket message", session.message(&text)).await };
                tokio::spawn(work);
                None
            }
            Some(Ok(Message::Binary(_))) => Some(End::new(CloseCode::Unsupported, "Binary frames are not supported")),
            Some(Ok(Message::Close(Some(frame)))) => Some(End { code: frame.code.into(), reason: frame.reason.to_string() }),
            Some(Ok(Message::Close(None))) => Some(End::new(CloseCode::Status, "Client-side close frame status not set")),
            Some(Ok(_)) => None,
            Some(Err(Error::Capacity(_))) => Some(End::new(CloseCode::Size, "Message too big")),
            Some(Err(_)) | None => Some(End::lost()),
        }
    }

    /// Hands a message to the function of its route, and sends what comes back, if anything is to.
    async fn message(&self, text: &str) {
        let Some(known) = self.shared.connections.find(&self.id) else { return };
        let Some(api) = self.api(&known) else { return };
        let Some(route) = select(&api, text) else {
            let scene = self.scene(&api.id, "MESSAGE", &Value::from(text));
            self.complain(&scene, "Forbidden", "no route is for the message, and there is no route `$default`").await;
            return;
        };
        let scene = self.scene(&api.id, &route.key, &Value::from(text));
        let Some(facts) = facts(&api, &known, &self.id, &scene) else { return };
        match self.call(&facts, route, &facts.message(&route.key, text)).await {
            Ok(returned) => {
                scene.finish(Outcome::Ok);
                let body = returned.filter(|_| route.answers).and_then(|returned| response::body(returned.get("body"), None).ok());
                if let Some(body) = body.filter(|body| !body.is_empty()) {
                    self.shared.connections.order(&self.id, Order::Send(String::from_utf8_lossy(&body).into_owned())).await;
                }
            }
            Err(cause) => self.complain(&scene, "Internal server error", &cause).await,
        }
    }

    /// Tells the client that its message came to nothing.
    async fn complain(&self, scene: &Scene, message: &str, cause: &str) {
        scene.finish(Outcome::error(cause));
        let text = json!({ "message": message, "connectionId": self.id, "requestId": scene.extended_id }).to_string();
        self.shared.connections.order(&self.id, Order::Send(text)).await;
    }

    async fn disconnected(&self, end: &End) {
        let Some(known) = self.shared.connections.closed(&self.id) else { return };
        let Some(api) = self.api(&known) else { return };
        let Some(route) = route(&api, "$disconnect") else { return };
        let scene = self.scene(&api.id, &route.key, &json!({ "code": end.code, "reason": end.reason }));
        let Some(facts) = facts(&api, &known, &self.id, &scene) else { return };
        let called = self.call(&facts, route, &facts.disconnect(end.code, &end.reason)).await;
        scene.finish(called.map_or_else(Outcome::error, |_| Outcome::Ok));
    }

    /// What the function of a route returns; none where nobody is called.
    async fn call(&self, facts: &Facts<'_>, route: &WebSocketRoute, event: &Value) -> Result<Option<Value>, String> {
        match &route.integration {
            WebSocketIntegration::Mock => Ok(None),
            WebSocketIntegration::Unsupported(kind) => {
                Err(format!("route `{}`: integrations of type `{kind}` are not emulated", route.key))
            }
            WebSocketIntegration::Function { arn, timeout } => {
                let arn = facts.stage.fill(arn);
                let request = FunctionRequest::new(&arn, event, timeout.unwrap_or(limits::REST_TIMEOUT));
                let called = Clock::waiting(facts.scene.call_json(request)).await;
                called.map(Some).map_err(|not| not.cause().to_owned())
            }
        }
    }

    /// The API as it is configured now.
    fn api(&self, known: &Known) -> Option<Arc<WebSocketApi>> {
        let doors = self.shared.doors();
        doors.websocket_apis.iter().find(|api| api.id == known.place.0).cloned()
    }

    /// The journal's event of something that happens on the connection.
    fn scene(&self, api: &str, summary: &str, payload: &Value) -> Scene {
        let (source, target) = (Arc::from("websocket"), self.shared.doors().app(api));
        let host = &self.shared.host;
        let event = Event::new(host, EventKind::WebSocketMessage, &source, &target, summary.to_owned(), Some(self.cause));
        let scene = Scene::within(host, event.id, event.at, self.trace.clone());
        host.journal.append(event.carrying(Payload::Data(payload.clone())));
        scene
    }
}

fn facts<'a>(api: &'a WebSocketApi, known: &'a Known, id: &'a str, scene: &'a Scene) -> Option<Facts<'a>> {
    let stage = api.stages.iter().find(|stage| stage.name == known.place.1)?;
    Some(Facts { api, stage, id, known, scene })
}

/// The route that a message names, else `$default`.
/// <https://docs.aws.amazon.com/apigateway/latest/developerguide/websocket-api-develop-routes.html>
fn select<'a>(api: &'a WebSocketApi, text: &str) -> Option<&'a WebSocketRoute> {
    let pointer =
        api.selection.trim_matches(['$', '{', '}']).strip_prefix("request.body.").map(|path| format!("/{}", path.replace('.', "/")));
    let body: Option<Value> = serde_json::from_str(text).ok();
    let named = body.as_ref().zip(pointer).and_then(|(body, pointer)| body.pointer(&pointer));
    let key = named.map(|named| named.as_str().map_or_else(|| named.to_string(), str::to_owned));
    key.and_then(|key| route(api, &key)).or_else(|| route(api, "$default"))
}

/// Says the end, and waits a little for the client to hear it.
async fn farewell(socket: &mut Socket, end: &End) {
    // A code that no frame may carry is said by none.
    let code = Some(CloseCode::from(end.code)).filter(|code| code.is_allowed());
    let frame = code.map(|code| CloseFrame { code, reason: end.reason.clone().into() });
    // Refused where the client has closed: the answer to that goes out while it is waited for what else comes.
    let _ = socket.close(frame).await;
    let heard = async { while let Some(Ok(_)) = socket.next().await {} };
    let _ = tokio::time::timeout(FAREWELL, heard).await;
}
