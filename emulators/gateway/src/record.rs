//! What the journal keeps of requests and answers.

use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use futures::Stream;
use greenroom_channel::message::{Body, HeaderBlock, RequestHead, ResponseHead};
use greenroom_host::{Answer, Call, Captured, Content, EventId, Headers, Journal, Payload, Reply, Request, Text};

/// How much of a request's body is kept. Enough for what tests and webhooks send, so that it can be sent again.
pub(crate) const REQUEST_BODY: usize = 64 * 1024;
/// How much of an answer's body is kept: it is looked at, never sent again.
pub(crate) const ANSWER_BODY: usize = 8 * 1024;

/// What comes with an event that is handed to the code as `head`.
pub(crate) fn payload(head: &RequestHead) -> Payload {
    let body = inline(&head.body, REQUEST_BODY);
    let entry = Text(head.entry.clone());
    if head.method.is_empty() {
        return Payload::Call(Call { entry, body });
    }
    let headers = Headers::packed(head.headers.0.clone(), |bytes| {
        HeaderBlock(bytes.clone()).iter().map(|(name, value)| (lossy(name), lossy(value))).collect()
    });
    Payload::Request(Request {
        method: Text(head.method.clone()),
        url: Text(head.url.clone()),
        headers,
        extra: Text(head.extra.clone()),
        entry,
        body,
    })
}

/// What is kept of an answer.
pub(crate) fn answer(head: &ResponseHead) -> Answer {
    let headers = Headers::packed(head.headers.clone(), |bytes| {
        let head = ResponseHead { status: 0, took: 0, headers: bytes.clone(), body: Body::Empty };
        // A reason comes first, under no name.
        head.header_pairs().filter(|(name, _)| !name.is_empty()).map(|(name, value)| (lossy(&name), lossy(&value))).collect()
    });
    Answer { status: head.status, headers, body: inline(&head.body, ANSWER_BODY) }
}

/// What is kept of an answer from app to app.
pub(crate) fn reply(reply: &Reply) -> Answer {
    let body = match &reply.body {
        Some(Content::Whole(bytes)) => Some(Captured::of(bytes, ANSWER_BODY)),
        Some(Content::Stream(_)) | None => None,
    };
    Answer { status: reply.status, headers: Headers::new(reply.headers.clone()), body }
}

fn inline(body: &Body, most: usize) -> Option<Captured> {
    match body {
        Body::Inline(bytes) => Some(Captured::of(bytes, most)),
        Body::Empty | Body::Stream => None,
    }
}

fn lossy(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

type Tell = fn(&Journal, EventId, Captured);

/// A body that passes, and of which the journal keeps the beginning. It is written down when the body is over or given up.
pub(crate) struct Recorded<S> {
    body: S,
    kept: Vec<u8>,
    size: u64,
    most: usize,
    journal: Journal,
    event: EventId,
    tell: Tell,
}

impl<S> Recorded<S> {
    /// The body of what came with `event`.
    pub(crate) fn request(body: S, journal: &Journal, event: EventId) -> Self {
        Self::of(body, journal, event, REQUEST_BODY, Journal::body)
    }

    /// The body of the answer to `event`.
    pub(crate) fn answer(body: S, journal: &Journal, event: EventId) -> Self {
        Self::of(body, journal, event, ANSWER_BODY, Journal::answer_body)
    }

    fn of(body: S, journal: &Journal, event: EventId, most: usize, tell: Tell) -> Self {
        Self { body, kept: Vec::new(), size: 0, most, journal: journal.clone(), event, tell }
    }

    fn saw(&mut self, bytes: &Bytes) {
        self.size += bytes.len() as u64;
        let left = self.most - self.kept.len();
        self.kept.extend_from_slice(&bytes[..bytes.len().min(left)]);
    }
}

impl<S: Stream<Item = Result<Bytes, String>> + Unpin> Stream for Recorded<S> {
    type Item = Result<Bytes, String>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let next = Pin::new(&mut self.body).poll_next(cx);
        if let Poll::Ready(Some(Ok(bytes))) = &next {
            self.saw(bytes);
        }
        next
    }
}

impl<S> Drop for Recorded<S> {
    fn drop(&mut self) {
        let bytes = std::mem::take(&mut self.kept).into();
        (self.tell)(&self.journal, self.event, Captured { bytes, size: self.size });
    }
}

#[cfg(test)]
mod tests {
    use futures::StreamExt;
    use greenroom_host::{Clock, Event, EventKind, Host, Ids, Profile, Timestamp};

    use super::*;

    #[test]
    fn a_body_that_passes_is_written_down_as_far_as_it_is_kept() {
        let host = Host::new(Clock::frozen(Timestamp(0)), Ids::from_seed(1), Profile::Off, None);
        let event = Event::new(&host, EventKind::HttpRequest, &"http".into(), &"app".into(), "POST /".into(), None);
        let id = event.id;
        let head = RequestHead {
            method: "POST".into(),
            url: "http://x/".into(),
            headers: HeaderBlock::default(),
            extra: Bytes::new(),
            entry: Bytes::new(),
            body: Body::Stream,
        };
        host.journal.append(event.carrying(payload(&head)));
        let pieces = std::iter::repeat_n(Ok(Bytes::from(vec![b'a'; 50_000])), 2);
        let body = Recorded::request(futures::stream::iter(pieces), &host.journal, id);
        assert_eq!(futures::FutureExt::now_or_never(body.count()), Some(2));
        let Payload::Request(request) = host.journal.find(id).unwrap().event.payload else { panic!("it is a request") };
        let body = request.body.unwrap();
        assert_eq!((body.bytes.len(), body.size, body.is_cut()), (REQUEST_BODY, 100_000, true));
    }
}
