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
    /// It is signed with version 2, which nothing here takes.
    Version2,
    /// It has a signature in a header and one in the query.
    Twice,
    /// What its header says of its signature is not all that is needed; the text says what is not there.
    Incomplete(String),
    /// The same of its query.
    IncompleteQuery(String),
    /// Nobody has that access key.
    UnknownKey,
    /// The signature is another one.
    Mismatch,
    /// What it was signed for is not what it says; the text says in what.
    Scope(String),
    /// Its host is not signed.
    Host,
    /// It was signed at another time than now; the text says which.
    Time(String),
    /// A presigned URL whose time is over.
    Expired(String),
    /// Its body is another than its head says, in `x-amz-content-sha256`.
    Payload,
}

const MISMATCH: &str = "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and \
    signing method. Consult the service documentation for details.";
const UNKNOWN_KEY: &str = "The security token included in the request is invalid.";
const VERSION_2: &str = "Request is missing Authentication Token: signatures of version 2 are not accepted. Please use AWS4-HMAC-SHA256.";
const TWICE: &str = "Found both 'X-Amz-Algorithm' as a query-string param and 'Authorization' as HTTP header.";
const HOST: &str = "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.";

impl Refusal {
    /// The error for clients of `protocol`; `was_query`: of a service that spoke the query protocol once.
    #[must_use]
    pub fn error(&self, protocol: Protocol, was_query: bool) -> ApiError {
        if protocol == Protocol::RestXml {
            return self.of_s3();
        }
        let missing =
            if protocol == Protocol::RestJson { "Missing Authentication Token" } else { "Request is missing Authentication Token" };
        let no_token = ("MissingAuthenticationTokenException", "MissingAuthenticationToken");
        let incomplete = ("IncompleteSignatureException", "IncompleteSignature");
        let invalid = ("InvalidSignatureException", "SignatureDoesNotMatch");
        let ((code, query_code), text) = match self {
            Self::Missing => (no_token, missing),
            Self::Version2 => (no_token, VERSION_2),
            Self::Incomplete(text) | Self::IncompleteQuery(text) => (incomplete, text.as_str()),
            Self::UnknownKey => (("UnrecognizedClientException", "InvalidClientTokenId"), UNKNOWN_KEY),
            Self::Mismatch | Self::Payload => (invalid, MISMATCH),
            Self::Twice => (invalid, TWICE),
            Self::Host => (invalid, HOST),
            Self::Scope(text) | Self::Time(text) | Self::Expired(text) => (invalid, text.as_str()),
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
            Self::Version2 => {
                let said = "The authorization mechanism you have provided is not supported. Please use AWS4-HMAC-SHA256.";
                ("InvalidRequest", 400, said)
            }
            Self::Twice => {
                let said = "Only one auth mechanism allowed; only the X-Amz-Algorithm query parameter, Signature query string parameter or the \
                            Authorization header should be specified";
                ("InvalidArgument", 400, said)
            }
            Self::Incomplete(text) | Self::Scope(text) => ("AuthorizationHeaderMalformed", 400, text.as_str()),
            Self::IncompleteQuery(text) => ("AuthorizationQueryParametersError", 400, text.as_str()),
            Self::UnknownKey => ("InvalidAccessKeyId", 403, "The AWS Access Key Id you provided does not exist in our records."),
            Self::Mismatch => (
                "SignatureDoesNotMatch",
                403,
                "The request signature we calculated does not match the signature you provided. Check your key and signing method.",
            ),
            Self::Host => ("AccessDenied", 403, "There were headers present in the request which were not signed"),
            Self::Time(_) => ("RequestTimeTooSkewed", 403, "The difference between the request time and the current time is too large."),
            Self::Expired(_) => ("AccessDenied", 403, "Request has expired"),
            Self::Payload => {
                let said = "The provided 'x-amz-content-sha256' header does not match what was computed.";
                ("XAmzContentSHA256Mismatch", 400, said)
            }
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
        assert_eq!(
            said(&Refusal::Version2, Protocol::Json10, true),
            of(403, "MissingAuthenticationTokenException", "MissingAuthenticationToken")
        );
        assert!(Refusal::Version2.error(Protocol::Query, true).message.contains("version 2 are not accepted"));
        assert_eq!(said(&Refusal::Version2, Protocol::RestXml, false), of(400, "InvalidRequest", ""));
        assert_eq!(Refusal::Missing.error(Protocol::Json10, false).message, "Request is missing Authentication Token");
    }
}
