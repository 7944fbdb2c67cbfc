//! Bodies in signed chunks: `aws-chunked`, as S3's clients send them.
//! <https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html>

use bytes::{BufMut, Bytes, BytesMut};

use super::claim::Claim;
use super::verify::{hex, sha256, sign, signing_key};
use crate::error::ApiError;
use crate::message::WireRequest;

/// What each chunk's signature is of, beside date, scope, the signature before it and its own hash.
const ALGORITHM: &str = "AWS4-HMAC-SHA256-PAYLOAD";

/// The body that `body` brings in chunks; `body` itself where it is not in chunks. With `secret`, the chunks' signatures have to be right.
///
/// # Errors
/// Chunks that are none, and signatures that are wrong.
pub fn unchunk(request: &WireRequest, body: Bytes, signed: Option<(&Claim, &str)>) -> Result<Bytes, ApiError> {
    let kind = request.header("x-amz-content-sha256").unwrap_or_default();
    if !kind.starts_with("STREAMING-") {
        return Ok(body);
    }
    let signed = signed.filter(|_| kind.starts_with("STREAMING-AWS4-HMAC"));
    let mut previous = signed.map(|(claim, _)| claim.signature.clone()).unwrap_or_default();
    let (mut rest, mut whole) = (&body[..], BytesMut::new());
    loop {
        let (head, after) = line(rest)?;
        let (size, extension) = head.split_once(';').unwrap_or((head, ""));
        let size = usize::from_str_radix(size.trim(), 16).map_err(|_| broken())?;
        let chunk = after.get(..size).ok_or_else(broken)?;
        if let Some((claim, secret)) = signed {
            let given = extension.strip_prefix("chunk-signature=").ok_or_else(broken)?;
            let empty = sha256(b"");
            let to_sign = format!("{ALGORITHM}\n{}\n{}\n{previous}\n{empty}\n{}", claim.date, claim.scope, sha256(chunk));
            if hex(sign(&signing_key(secret, claim), to_sign.as_bytes()).as_ref()) != given {
                return Err(ApiError::new("SignatureDoesNotMatch", 403, "The signature of a chunk does not match."));
            }
            given.clone_into(&mut previous);
        }
        // What follows the last chunk are trailers: checksums of the whole.
        if size == 0 {
            return Ok(whole.freeze());
        }
        whole.put_slice(chunk);
        rest = after.get(size..).and_then(|rest| rest.strip_prefix(b"\r\n")).ok_or_else(broken)?;
    }
}

fn line(bytes: &[u8]) -> Result<(&str, &[u8]), ApiError> {
    let end = bytes.windows(2).position(|pair| pair == b"\r\n").ok_or_else(broken)?;
    let text = std::str::from_utf8(&bytes[..end]).map_err(|_| broken())?;
    Ok((text, &bytes[end + 2..]))
}

fn broken() -> ApiError {
    ApiError::new("IncompleteBody", 400, "The request body terminated unexpectedly")
}
