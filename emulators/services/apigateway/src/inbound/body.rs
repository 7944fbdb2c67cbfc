//! Bodies: reading them, and saying them as text.

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use bytes::{Bytes, BytesMut};
use http_body_util::BodyExt;

/// A body that is larger than it may be.
#[derive(Debug)]
pub(crate) struct TooLarge;

/// Reads a body of up to `most` bytes; none: however large it is. One that breaks off is taken as far as it came.
pub(crate) async fn read<B>(body: B, most: Option<u64>) -> Result<Bytes, TooLarge>
where
    B: http_body::Body<Data = Bytes>,
{
    let mut body = std::pin::pin!(body);
    let mut read = BytesMut::new();
    while let Some(Ok(frame)) = body.frame().await {
        let Ok(data) = frame.into_data() else { continue };
        if most.is_some_and(|most| (read.len() + data.len()) as u64 > most) {
            return Err(TooLarge);
        }
        read.extend_from_slice(&data);
    }
    Ok(read.freeze())
}

/// A body as it stands in an event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct BodyText {
    /// None where there is no body.
    pub(crate) text: Option<String>,
    /// Whether it is in base64.
    pub(crate) base64: bool,
}

impl BodyText {
    /// As it is where `text` says that it is text, else in base64. What is no UTF-8 goes as base64 in any case.
    pub(crate) fn of(body: &Bytes, text: bool) -> Self {
        match std::str::from_utf8(body) {
            Ok("") => Self { text: None, base64: false },
            Ok(body) if text => Self { text: Some(body.to_owned()), base64: false },
            _ => Self { text: Some(BASE64.encode(body)), base64: true },
        }
    }

    /// The other way round.
    pub(crate) fn bytes(text: &str, base64: bool) -> Option<Bytes> {
        if base64 { BASE64.decode(text.trim()).ok().map(Bytes::from) } else { Some(Bytes::from(text.to_owned())) }
    }
}

/// Whether HTTP APIs, function URLs and load balancers take a body of this media type as text. Everything else goes as base64.
/// <https://docs.aws.amazon.com/elasticloadbalancing/latest/application/lambda-functions.html#receive-event-from-load-balancer>
pub(crate) fn is_text_type(content_type: Option<&str>, encoding: Option<&str>) -> bool {
    const TEXT: &[&str] = &["application/json", "application/javascript", "application/xml"];
    if encoding.is_some_and(|encoding| !encoding.eq_ignore_ascii_case("identity")) {
        return false;
    }
    let kind = content_type.unwrap_or_default().split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    kind.starts_with("text/") || kind.ends_with("+json") || kind.ends_with("+xml") || TEXT.contains(&kind.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn bodies_are_read_as_far_as_they_may_be() {
        let body = || http_body_util::Full::new(Bytes::from_static(b"12345"));
        assert_eq!(read(body(), Some(5)).await.unwrap(), "12345");
        assert!(read(body(), Some(4)).await.is_err());
        assert_eq!(read(body(), None).await.unwrap(), "12345");
    }

    #[test]
    fn what_is_no_text_goes_as_base64() {
        assert_eq!(BodyText::of(&Bytes::new(), false), BodyText { text: None, base64: false });
        assert_eq!(BodyText::of(&Bytes::from_static(b"hi"), true).text.unwrap(), "hi");
        assert_eq!(BodyText::of(&Bytes::from_static(b"hi"), false), BodyText { text: Some("aGk=".into()), base64: true });
        assert!(BodyText::of(&Bytes::from_static(b"\xff"), true).base64);
        assert_eq!(BodyText::bytes("aGk=", true).unwrap(), "hi");
        assert!(BodyText::bytes("?", true).is_none());
    }

    #[test]
    fn media_types_of_text() {
        for kind in ["text/plain", "application/json; charset=utf-8", "application/vnd.api+json", "image/svg+xml", "Application/XML"] {
            assert!(is_text_type(Some(kind), None), "{kind}");
        }
        assert!(!is_text_type(Some("application/x-www-form-urlencoded"), None) && !is_text_type(None, None));
        assert!(!is_text_type(Some("text/plain"), Some("gzip")) && is_text_type(Some("text/plain"), Some("identity")));
    }
}
