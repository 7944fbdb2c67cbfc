//! Events of WebSocket APIs.
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-mapping-template-reference.html>

use serde_json::{Value, json};

use super::connections::Known;
use crate::config::{Stage, WebSocketApi};
use crate::http_api::event_v1::{last, lists, some};
use crate::http_api::event_v2::{forwarded, object};
use crate::ids::{extended, log_time};
use crate::inbound::{Headers, Inbound, Query, is_hop_by_hop};
use crate::scene::Scene;

/// What all events of a connection say of it.
pub(crate) struct Facts<'a> {
    pub(crate) api: &'a WebSocketApi,
    pub(crate) stage: &'a Stage,
    pub(crate) id: &'a str,
    pub(crate) known: &'a Known,
    pub(crate) scene: &'a Scene,
}

impl Facts<'_> {
    /// `requestContext`, for that route and kind of event.
    fn context(&self, route: &str, kind: &str) -> Value {
        let Self { api, stage, id, known, scene } = self;
        let mut identity = json!({ "sourceIp": known.source_ip });
        if let Some(agent) = &known.user_agent {
            identity["userAgent"] = agent.as_str().into();
        }
        let mut context = json!({
            "routeKey": route,
            "eventType": kind,
            "extendedRequestId": scene.extended_id,
            "requestTime": log_time(scene.at),
            "messageDirection": "IN",
            "stage": stage.name,
            "connectedAt": known.connected_at.0,
            "requestTimeEpoch": scene.at.0,
            "identity": identity,
            "requestId": scene.extended_id,
            "domainName": known.host,
            "connectionId": id,
            "apiId": api.id,
        });
        if let Some(authorizer) = &known.authorizer {
            context["authorizer"] = Value::Object(authorizer.clone());
        }
        context
    }

    fn finished(&self, mut event: Value) -> Value {
        if !self.stage.variables.is_empty() {
            event["stageVariables"] = object(&self.stage.variables);
        }
        event["isBase64Encoded"] = false.into();
        event
    }

    /// Somebody wants a connection.
    pub(crate) fn connect(&self, inbound: &Inbound) -> Value {
        let headers = headers(self.scene, inbound);
        let query = Query::of(&inbound.query);
        let mut event = json!({ "headers": last(&headers.grouped()), "multiValueHeaders": lists(&headers.grouped()) });
        if !query.0.is_empty() {
            event["queryStringParameters"] = last(&query.grouped());
            event["multiValueQueryStringParameters"] = lists(&query.grouped());
        }
        event["requestContext"] = self.context("$connect", "CONNECT");
        self.finished(event)
    }

    /// Whether he may.
    pub(crate) fn authorize(&self, inbound: &Inbound, arn: &str) -> Value {
        let headers = headers(self.scene, inbound);
        let query = Query::of(&inbound.query);
        json!({
            "type": "REQUEST",
            "methodArn": arn,
            "headers": last(&headers.grouped()),
            "multiValueHeaders": lists(&headers.grouped()),
            "queryStringParameters": last(&query.grouped()),
            "multiValueQueryStringParameters": lists(&query.grouped()),
            "stageVariables": object(&self.stage.variables),
            "requestContext": self.context("$connect", "CONNECT"),
        })
    }

    /// A message came.
    pub(crate) fn message(&self, route: &str, text: &str) -> Value {
        let mut context = self.context(route, "MESSAGE");
        context["messageId"] = extended(&self.scene.host.ids).into();
        self.finished(json!({ "requestContext": context, "body": text }))
    }

    /// The connection is no more.
    pub(crate) fn disconnect(&self, code: u16, reason: &str) -> Value {
        let mut headers = Headers::default();
        headers.push("Host", self.known.host.as_str());
        for name in ["x-api-key", "X-Forwarded-For", "x-restapi"] {
            headers.push(name, "");
        }
        let mut context = self.context("$disconnect", "DISCONNECT");
        context["disconnectStatusCode"] = code.into();
        context["disconnectReason"] = some_text(reason);
        self.finished(json!({
            "headers": some(last(&headers.grouped())),
            "multiValueHeaders": lists(&headers.grouped()),
            "requestContext": context,
        }))
    }
}

fn some_text(text: &str) -> Value {
    if text.is_empty() { Value::Null } else { text.into() }
}

fn headers(scene: &Scene, inbound: &Inbound) -> Headers {
    let mut headers = inbound.headers.clone();
    headers.retain(|name| !is_hop_by_hop(name) && !name.eq_ignore_ascii_case("content-length"));
    forwarded(&mut headers, scene, inbound);
    headers
}
