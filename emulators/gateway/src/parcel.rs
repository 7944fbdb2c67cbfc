//! What is sent to an app's code for an event: the first time, and whenever it happens again.

use bytes::Bytes;
use greenroom_host::{Captured, Content, EventKind, Parcel, ParcelRequest, Payload, Recipient};
use serde_json::json;

/// For an event of this kind with which this comes.
pub(crate) fn of(app: &str, kind: EventKind, payload: &Payload) -> Parcel {
    let bytes = |body: &Option<Captured>| body.as_ref().map(|body| Content::Whole(body.bytes.clone()));
    let (entry, request, body) = match payload {
        Payload::Request(request) => {
            let head = ParcelRequest {
                method: request.method.as_str().into_owned(),
                url: request.url.as_str().into_owned(),
                headers: request.headers.pairs(),
                extra: request.extra.as_str().into_owned(),
            };
            (request.entry.0.clone(), Some(head), bytes(&request.body))
        }
        Payload::Call(call) => (call.entry.0.clone(), None, bytes(&call.body)),
        Payload::Data(data) => (Bytes::from(json!({ "kind": "trigger", "event": kind, "payload": data }).to_string()), None, None),
        Payload::None => (Bytes::new(), None, None),
    };
    to(app, entry, request, body)
}

/// For a request that is made here.
pub(crate) fn of_request(app: &str, request: ParcelRequest, body: Bytes) -> Parcel {
    to(app, Bytes::new(), Some(request), (!body.is_empty()).then_some(Content::Whole(body)))
}

fn to(app: &str, entry: Bytes, request: Option<ParcelRequest>, body: Option<Content>) -> Parcel {
    Parcel { to: Recipient::App(app.to_owned()), cause: None, summary: None, entry, request, body }
}
