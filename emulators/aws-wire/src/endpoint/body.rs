//! Bodies: read within bounds, and uncompressed.

use std::io::Read;
use std::time::Duration;

use bytes::Bytes;
use flate2::read::GzDecoder;
use http_body_util::{BodyExt, LengthLimitError, Limited};
use hyper::body::Incoming;

use crate::error::ApiError;
use crate::message::WireRequest;

/// The largest body that is read: a zip file of 50 MB as base64 in JSON, and what else is in there. What a service takes is for it to say.
pub const MAX_BODY: usize = 75 * 1024 * 1024;
/// How long a client may take for the body. A real duration: it is about sockets, not about the emulated world.
const BODY_TIMEOUT: Duration = Duration::from_secs(120);

pub(super) async fn read(body: Incoming) -> Result<Bytes, ApiError> {
    let limited = Limited::new(body, MAX_BODY).collect();
    match tokio::time::timeout(BODY_TIMEOUT, limited).await {
        Ok(Ok(collected)) => Ok(collected.to_bytes()),
        Ok(Err(error)) if error.is::<LengthLimitError>() => Err(too_large()),
        // The client went away, or promised more than it sent; it may still read why.
        Ok(Err(_)) => Err(ApiError::new("IncompleteBody", 400, "The request body terminated unexpectedly")),
        Err(_) => Err(ApiError::new("RequestTimeout", 408, "The request body took too long to arrive")),
    }
}

fn too_large() -> ApiError {
    let message = format!("Request must be smaller than {MAX_BODY} bytes for the greenroom endpoint");
    ApiError::new("RequestEntityTooLargeException", 413, message)
}

/// The body without `Content-Encoding: gzip`.
pub(super) fn uncompressed(request: &WireRequest, body: Bytes) -> Result<Bytes, ApiError> {
    let compressed = request.header("content-encoding").is_some_and(|codings| codings.split(',').any(|coding| coding.trim() == "gzip"));
    if !compressed {
        return Ok(body);
    }
    let mut whole = Vec::new();
    let most = MAX_BODY as u64;
    let read = GzDecoder::new(&body[..]).take(most + 1).read_to_end(&mut whole);
    match read {
        Ok(_) if whole.len() as u64 > most => Err(too_large()),
        Ok(_) => Ok(whole.into()),
        Err(error) => Err(ApiError::serialization(format!("the body is no gzip: {error}"))),
    }
}
