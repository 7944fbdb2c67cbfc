//! Bodies in signed chunks: `aws-chunked`, as S3's clients send them, with what may follow the last chunk.
//! <https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html>,
//! <https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming-trailers.html>

use bytes::{BufMut, Bytes, BytesMut};
use http::{HeaderMap, HeaderName, HeaderValue};

use super::checksum;
use super::claim::Claim;
use super::verify::{hex, sha256, sign, signing_key};
use crate::error::ApiError;
use crate::message::WireRequest;

/// What each chunk's signature is of, beside date, scope, the signature before it and its own hash.
const CHUNK: &str = "AWS4-HMAC-SHA256-PAYLOAD";
/// The same of the trailers.
const TRAILER: &str = "AWS4-HMAC-SHA256-TRAILER";
/// The trailer that has the signature of the others.
const TRAILER_SIGNATURE: &str = "x-amz-trailer-signature";

/// A body that came in chunks, put together.
#[derive(Debug, Default)]
pub struct Unchunked {
    /// All of it.
    pub body: Bytes,
    /// What followed it: checksums of the whole.
    pub trailers: HeaderMap,
}

/// The body that `body` brings in chunks; `body` itself where it is not in chunks. With `signed`, the chunks' signatures have to be right.
///
/// # Errors
/// Chunks that are none, another length than was promised, signatures that are wrong, checksums of another body or none where one was announced.
pub fn unchunk(request: &WireRequest, body: Bytes, signed: Option<(&Claim, &str)>) -> Result<Unchunked, ApiError> {
    let kind = request.header("x-amz-content-sha256").unwrap_or_default();
    if !kind.starts_with("STREAMING-") {
        return Ok(Unchunked { body, ..Unchunked::default() });
    }
    let signed = signed.filter(|_| kind.starts_with("STREAMING-AWS4-HMAC"));
    let mut chain = signed.map(|(claim, secret)| Chain { claim, secret, previous: claim.signature.clone() });
    let (mut rest, mut whole) = (&body[..], BytesMut::with_capacity(body.len()));
    loop {
        let (head, after) = line(rest)?;
        let (size, extension) = head.split_once(';').unwrap_or((head, ""));
        let size = usize::from_str_radix(size.trim(), 16).map_err(|_| broken())?;
        let chunk = after.get(..size).ok_or_else(broken)?;
        if let Some(chain) = &mut chain {
            let given = extension.strip_prefix("chunk-signature=").ok_or_else(broken)?;
            chain.check(CHUNK, &format!("{}\n{}", sha256(b""), sha256(chunk)), given)?;
        }
        whole.put_slice(chunk);
        if size == 0 {
            let trailers = trailers(after, chain)?;
            let promised = request.header("x-amz-decoded-content-length").and_then(|length| length.parse::<usize>().ok());
            if promised.is_some_and(|length| length != whole.len()) {
                return Err(broken());
            }
            check_announced(request, &trailers)?;
            checksum::check(&trailers, &whole)?;
            return Ok(Unchunked { body: whole.freeze(), trailers });
        }
        rest = after.get(size..).and_then(|rest| rest.strip_prefix(b"\r\n")).ok_or_else(broken)?;
    }
}

/// Signatures, each of which is of the one before it too.
struct Chain<'a> {
    claim: &'a Claim,
    secret: &'a str,
    previous: String,
}

impl Chain<'_> {
    fn check(&mut self, what: &str, hashes: &str, given: &str) -> Result<(), ApiError> {
        let to_sign = format!("{what}\n{}\n{}\n{}\n{hashes}", self.claim.date, self.claim.scope, self.previous);
        let right = hex(sign(&signing_key(self.secret, self.claim), to_sign.as_bytes()).as_ref());
        given.clone_into(&mut self.previous);
        if right == given { Ok(()) } else { Err(ApiError::new("SignatureDoesNotMatch", 403, "The signature of a chunk does not match.")) }
    }
}

/// Refuses a body without a checksum that its head has announced.
fn check_announced(request: &WireRequest, trailers: &HeaderMap) -> Result<(), ApiError> {
    let mut announced = request.header("x-amz-trailer").into_iter().flat_map(|names| names.split(',')).map(str::trim);
    match announced.find(|name| name.to_ascii_lowercase().starts_with(checksum::PREFIX) && !trailers.contains_key(*name)) {
        None => Ok(()),
        Some(_) => {
            let said = "The request contained trailing data that was not well-formed or did not conform to our published schema.";
            Err(ApiError::new("MalformedTrailerError", 400, said))
        }
    }
}

/// What follows the last chunk, up to the empty line or the end. Checksums alone are kept: nothing else can be said there.
fn trailers(mut rest: &[u8], chain: Option<Chain<'_>>) -> Result<HeaderMap, ApiError> {
    let (mut trailers, mut canonical, mut signature) = (HeaderMap::new(), String::new(), None);
    while !rest.is_empty() {
        let (text, after) = line(rest)?;
        rest = after;
        let Some((name, value)) = text.split_once(':') else { continue };
        let (name, value) = (name.trim().to_ascii_lowercase(), value.trim());
        if name == TRAILER_SIGNATURE {
            signature = Some(value.to_owned());
            continue;
        }
        canonical.push_str(&format!("{name}:{value}\n"));
        let pair = HeaderName::try_from(name).ok().zip(HeaderValue::from_str(value).ok());
        let (name, value) = pair.ok_or_else(broken)?;
        if name.as_str().starts_with(checksum::PREFIX) {
            trailers.append(name, value);
        }
    }
    if let (Some(mut chain), false) = (chain, canonical.is_empty()) {
        chain.check(TRAILER, &sha256(canonical.as_bytes()), &signature.ok_or_else(broken)?)?;
    }
    Ok(trailers)
}

fn line(bytes: &[u8]) -> Result<(&str, &[u8]), ApiError> {
    let end = bytes.windows(2).position(|pair| pair == b"\r\n").ok_or_else(broken)?;
    let text = std::str::from_utf8(&bytes[..end]).map_err(|_| broken())?;
    Ok((text, &bytes[end + 2..]))
}

fn broken() -> ApiError {
    ApiError::new("IncompleteBody", 400, "The request body terminated unexpectedly")
}
