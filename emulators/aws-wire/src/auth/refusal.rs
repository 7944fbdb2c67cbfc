//! Why a signature is refused, in the words of each protocol.
//!
//! Services that speak JSON answer 400, those with REST APIs 403; S3 and services that speak the query protocol have codes of their own.
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-troubleshooting.html>,
//! <https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html#ErrorCodeList>

use crate::error::ApiError;
use crate::model::Protocol;

/// Why a request is not taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// It is not signed.
    Missing,
    /// What it says of its signature is not all that is needed; the text says what is not there.
    Incomplete(String),
    /// Nobody has that access key.
    UnknownKey,
    /// The signature is another one.
    Mismatch,
    /// It was signed at another time than now, or for another day; the text says which.
    Time(String),
    /// A presigned URL whose time is over.
    Expired(String),
}

const MISMATCH: &str = "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and \
    signing method. Consult the service documentation for details.";
const UNKNOWN_KEY: &str = "The security token included in the request is invalid.";

impl Refusal {
    /// The error for clients of `protocol`; `was_query`: of a service that spoke the query protocol once.
    #[must_use]
    pub fn error(&self, protocol: Protocol, was_query: bool) -> ApiError {
        if protocol == Protocol::RestXml {
            return self.of_s3();
        }
        let (code, query_code, text) = match self {
            Self::Missing => ("MissingAuthenticationTokenException", "MissingAuthenticationToken", "Missing Authentication Token"),
            Self::Incomplete(text) => ("IncompleteSignatureException", "IncompleteSignature", text.as_str()),
            Self::UnknownKey => ("UnrecognizedClientException", "InvalidClientTokenId", UNKNOWN_KEY),
            Self::Mismatch => ("InvalidSignatureException", "SignatureDoesNotMatch", MISMATCH),
            Self::Time(text) | Self::Expired(text) => ("InvalidSignatureException", "SignatureDoesNotMatch", text.as_str()),
        };
        let status = match protocol {
            Protocol::Json10 | Protocol::Json11 | Protocol::Cbor if !was_query => 400,
            _ => 403,
        };
        ApiError { query_code: Some(query_code.to_owned()), ..ApiError::new(code, status, text) }
    }

    fn of_s3(&self) -> ApiError {
        let (code, status, text) = match self {
            Self::Missing => ("AccessDenied", 403, "Access Denied"),
            Self::Incomplete(text) => ("AuthorizationHeaderMalformed", 400, text.as_str()),
            Self::UnknownKey => ("InvalidAccessKeyId", 403, "The AWS Access Key Id you provided does not exist in our records."),
            Self::Mismatch => (
                "SignatureDoesNotMatch",
                403,
                "The request signature we calculated does not match the signature you provided. Check your key and signing method.",
            ),
            Self::Time(_) => ("RequestTimeTooSkewed", 403, "The difference between the request time and the current time is too large."),
            Self::Expired(_) => ("AccessDenied", 403, "Request has expired"),
        };
        ApiError::new(code, status, text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_protocol_has_its_codes() {
        let said = |refusal: &Refusal, protocol, was_query| {
            let error = refusal.error(protocol, was_query);
            (error.status, error.code, error.query_code.unwrap_or_default())
        };
        let of = |status: u16, code: &str, query: &str| (status, code.to_owned(), query.to_owned());
        let unknown = Refusal::UnknownKey;
        assert_eq!(said(&unknown, Protocol::Json10, false), of(400, "UnrecognizedClientException", "InvalidClientTokenId"));
        assert_eq!(said(&unknown, Protocol::Json10, true), of(403, "UnrecognizedClientException", "InvalidClientTokenId"));
        assert_eq!(said(&unknown, Protocol::RestJson, false), of(403, "UnrecognizedClientException", "InvalidClientTokenId"));
        assert_eq!(said(&unknown, Protocol::RestXml, false), of(403, "InvalidAccessKeyId", ""));
        let late = Refusal::Time("Signature expired: …".into());
        assert_eq!(said(&late, Protocol::Query, true), of(403, "InvalidSignatureException", "SignatureDoesNotMatch"));
        assert_eq!(said(&late, Protocol::RestXml, false), of(403, "RequestTimeTooSkewed", ""));
    }
}
