//! Event streams: messages with headers and checksums, `application/vnd.amazon.eventstream`.
//! <https://smithy.io/2.0/aws/amazon-eventstream.html>

use aws_smithy_eventstream::frame::write_message_to;
use aws_smithy_types::event_stream::{Header, HeaderValue, Message};
use bytes::Bytes;

/// The media type.
pub const MEDIA_TYPE: &str = "application/vnd.amazon.eventstream";

/// An event of that type: `PayloadChunk`.
///
/// # Panics
/// Never: these headers can always be written.
#[must_use]
pub fn event(kind: &str, media_type: &str, payload: impl Into<Bytes>) -> Bytes {
    framed(&[(":event-type", kind), (":content-type", media_type), (":message-type", "event")], payload.into())
}

/// An error that ends a stream.
#[must_use]
pub fn exception(kind: &str, payload: impl Into<Bytes>) -> Bytes {
    framed(&[(":exception-type", kind), (":content-type", "application/json"), (":message-type", "exception")], payload.into())
}

fn framed(headers: &[(&'static str, &str)], payload: Bytes) -> Bytes {
    let message = headers.iter().fold(Message::new(payload), |message, (name, value)| {
        message.add_header(Header::new(*name, HeaderValue::String((*value).to_owned().into())))
    });
    let mut bytes = Vec::new();
    write_message_to(&message, &mut bytes).expect("invariant: names and values of headers are short");
    bytes.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_are_read_by_aws_own_reader() {
        let bytes = event("PayloadChunk", "application/octet-stream", "hello");
        let read = aws_smithy_eventstream::frame::read_message_from(&mut &bytes[..]).unwrap();
        assert_eq!(&read.payload()[..], b"hello");
        assert_eq!(read.headers()[0].value().as_string().unwrap().as_str(), "PayloadChunk");
    }
}
