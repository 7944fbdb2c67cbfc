//! Bodies: read within bounds, and uncompressed.

use std::io::Read;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use flate2::read::GzDecoder;
use http_body_util::BodyExt;
use hyper::body::{Body, Incoming};

use crate::error::ApiError;
use crate::message::WireRequest;

/// The largest body that is read: a zip file of 50 MB as base64 in JSON, and what else is in there. What a service takes is for it to say.
pub const MAX_BODY: usize = 75 * 1024 * 1024;
/// How long a client may take for the body. A real duration: it is about sockets, not about the emulated world.
const BODY_TIMEOUT: Duration = Duration::from_secs(120);

pub(super) async fn read(body: Incoming, waits: bool) -> Result<Bytes, ApiError> {
    // Who asks before sending is told before sending.
    if waits && body.size_hint().lower() > MAX_BODY as u64 {
        return Err(too_large());
    }
    let timeout = tokio::time::timeout(BODY_TIMEOUT, whole(body)).await;
    timeout.unwrap_or_else(|_| Err(ApiError::new("RequestTimeout", 408, "The request body took too long to arrive")))
}

/// All of it. What is too large is read to its end all the same: a client that is still sending would not hear the answer.
async fn whole(mut body: Incoming) -> Result<Bytes, ApiError> {
    // The client went away, or promised more than it sent; it may still read why.
    let incomplete = |_| ApiError::new("IncompleteBody", 400, "The request body terminated unexpectedly");
    let (mut first, mut rest, mut length) = (Bytes::new(), BytesMut::new(), 0);
    while let Some(frame) = body.frame().await {
        let Ok(data) = frame.map_err(incomplete)?.into_data() else { continue };
        length += data.len();
        if length > MAX_BODY {
            (first, rest) = (Bytes::new(), BytesMut::new());
        } else if first.is_empty() {
            first = data;
        } else {
            // Most bodies come in one piece and are never copied.
            if rest.is_empty() {
                rest.reserve(first.len() + usize::try_from(body.size_hint().lower()).unwrap_or_default().min(MAX_BODY) + data.len());
                rest.extend_from_slice(&first);
            }
            rest.extend_from_slice(&data);
        }
    }
    if length > MAX_BODY {
        return Err(too_large());
    }
    Ok(if rest.is_empty() { first } else { rest.freeze() })
}

fn too_large() -> ApiError {
    let message = format!("Request must be smaller than {MAX_BODY} bytes for the greenroom endpoint");
    ApiError::new("RequestEntityTooLargeException", 413, message)
}

/// The body without `Content-Encoding: gzip`.
pub(super) fn uncompressed(request: &WireRequest, body: Bytes) -> Result<Bytes, ApiError> {
    let compressed = request.header("content-encoding").is_some_and(|codings| codings.split(',').any(|coding| coding.trim() == "gzip"));
    if compressed { unzipped(&body, MAX_BODY as u64) } else { Ok(body) }
}

/// What `body` was before it was compressed, if that is not more than `most`.
fn unzipped(body: &[u8], most: u64) -> Result<Bytes, ApiError> {
    let mut whole = Vec::new();
    match GzDecoder::new(body).take(most + 1).read_to_end(&mut whole) {
        Ok(_) if whole.len() as u64 > most => Err(too_large()),
        Ok(_) => Ok(whole.into()),
        Err(error) => Err(ApiError::serialization(format!("the body is no gzip: {error}"))),
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    #[test]
    fn a_small_body_may_not_become_a_large_one() {
        let mut zipped = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
        zipped.write_all(&vec![b' '; 100_000]).unwrap();
        let zipped = zipped.finish().unwrap();
        assert_eq!(unzipped(&zipped, 100_000).unwrap().len(), 100_000);
        let refused = unzipped(&zipped, 99_999).unwrap_err();
        assert_eq!((refused.status, refused.code.as_str()), (413, "RequestEntityTooLargeException"));
    }
}
