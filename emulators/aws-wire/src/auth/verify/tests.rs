use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method};

use super::super::unchunk;
use super::*;

// The signatures here were made by botocore 1.44 for the same requests, key `test`, secret `test`, 2026-11-26T12:00:00Z.

const NOW: &str = "2026-11-26T12:01:00Z";

fn request(method: Method, path: &str, query: &str, headers: &[(&str, &str)], body: &'static str) -> WireRequest {
    let mut map = HeaderMap::new();
    for (name, value) in headers {
        map.append(HeaderName::try_from(*name).unwrap(), HeaderValue::from_str(value).unwrap());
    }
    WireRequest { method, path: path.into(), query: query.into(), headers: map, body: Bytes::from_static(body.as_bytes()) }
}

fn signed(signature: &str) -> WireRequest {
    let authorization = format!(
        "AWS4-HMAC-SHA256 Credential=test/20261126/us-east-1/lambda/aws4_request, \
         SignedHeaders=host;x-amz-date;x-amz-invocation-type, Signature={signature}"
    );
    let headers = [
        ("host", "127.0.0.1:4566"),
        ("x-amz-date", "20261126T120000Z"),
        ("x-amz-invocation-type", "  a   b "),
        ("authorization", authorization.as_str()),
    ];
    request(Method::POST, "/2015-03-31/functions/a%3Ab/invocations", "Qualifier=x%20y&A=1", &headers, r#"{"a":1}"#)
}

const RIGHT: &str = "2fb900f3054c0350ac24b786c02b7479e82cdb8942a65409d07853b0afef6618";

fn checked(request: &WireRequest, now: &str) -> Result<(), ApiError> {
    let strict = Strictness::Strict(Credentials(vec![("test".into(), "test".into())]));
    strict.check(request, Claim::of(request).as_ref(), &request.body, Timestamp::parse(now).unwrap())
}

#[test]
fn a_signature_in_the_header_is_checked() {
    assert_eq!(checked(&signed(RIGHT), NOW), Ok(()));
    let error = checked(&signed(&RIGHT.replace('2', "3")), NOW).unwrap_err();
    assert_eq!((error.status, error.code.as_str()), (403, "InvalidSignatureException"));
    let mut other = signed(RIGHT);
    other.body = Bytes::from_static(b"{}");
    assert_eq!(checked(&other, NOW).unwrap_err().code, "InvalidSignatureException");
}

#[test]
fn a_signature_counts_for_five_minutes() {
    let late = checked(&signed(RIGHT), "2026-11-26T12:05:01Z").unwrap_err();
    assert_eq!(late.message, "Signature expired: 20261126T120000Z is now earlier than 20261126T120001Z (20261126T120501Z - 5 min.)");
    let early = checked(&signed(RIGHT), "2026-11-26T11:54:59Z").unwrap_err();
    assert!(early.message.starts_with("Signature not yet current: 20261126T120000Z is still later than 20261126T115959Z"), "{early:?}");
}

#[test]
fn a_presigned_url_is_checked() {
    let query = |signature: &str| {
        format!(
            "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=test%2F20261126%2Fus-east-1%2Flambda%2Faws4_request\
             &X-Amz-Date=20261126T120000Z&X-Amz-Expires=60&X-Amz-SignedHeaders=host&X-Amz-Signature={signature}"
        )
    };
    let right = query("ff63a9bca467344c25cd62e8ac01d64e4062d12a332b03f660a59501f5bf3b35");
    let presigned = |query: &str| request(Method::GET, "/2015-03-31/functions/x", query, &[("host", "127.0.0.1:4566")], "");
    assert_eq!(checked(&presigned(&right), NOW), Ok(()));
    assert!(checked(&presigned(&right), "2026-11-26T12:01:01Z").is_err());
    assert!(checked(&presigned(&query("00")), NOW).is_err());
}

#[test]
fn who_has_no_signature_or_no_known_key_is_refused() {
    let unsigned = request(Method::GET, "/", "", &[], "");
    assert_eq!(checked(&unsigned, NOW).unwrap_err().code, "MissingAuthenticationTokenException");
    let broken = request(Method::GET, "/", "", &[("authorization", "AWS4-HMAC-SHA256 x")], "");
    assert_eq!(checked(&broken, NOW).unwrap_err().code, "IncompleteSignatureException");
    let claim = Claim::of(&signed(RIGHT)).map(|claim| Claim { access_key: "other".into(), ..claim });
    let strict = Strictness::Strict(Credentials::default());
    let error = strict.check(&signed(RIGHT), claim.as_ref(), b"", Timestamp(0)).unwrap_err();
    assert_eq!(error.code, "UnrecognizedClientException");
    assert_eq!(Strictness::Parsed.check(&unsigned, None, b"", Timestamp(0)), Ok(()));
}

#[test]
fn an_access_key_of_twelve_digits_is_an_account() {
    let claim = Claim::of(&signed(RIGHT)).unwrap();
    assert_eq!((claim.account(), claim.scope.region.as_str(), claim.scope.service.as_str()), (None, "us-east-1", "lambda"));
    assert_eq!(Claim { access_key: "111122223333".into(), ..claim }.account(), Some("111122223333"));
}

#[test]
fn chunks_are_put_together() {
    let chunked = |kind: &str| request(Method::PUT, "/b/k", "", &[("x-amz-content-sha256", kind)], "");
    let body = Bytes::from_static(b"5\r\nhello\r\n1\r\n!\r\n0\r\nx-amz-checksum-crc32:AAAA\r\n\r\n");
    let trailer = chunked("STREAMING-UNSIGNED-PAYLOAD-TRAILER");
    assert_eq!(unchunk(&trailer, body.clone(), None).unwrap(), "hello!");
    assert_eq!(unchunk(&chunked("UNSIGNED-PAYLOAD"), body, None).unwrap().len(), 48);
    assert_eq!(unchunk(&trailer, Bytes::from_static(b"5\r\nhel"), None).unwrap_err().code, "IncompleteBody");
}

#[test]
fn signatures_of_chunks_are_checked() {
    // The example of the page: <https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html#example-signature-calculations-streaming>
    let authorization = "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request,\
        SignedHeaders=content-encoding;content-length;host;x-amz-content-sha256;x-amz-date;x-amz-decoded-content-length;x-amz-storage-class,\
        Signature=4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9";
    let secret = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
    let headers = [
        ("x-amz-content-sha256", "STREAMING-AWS4-HMAC-SHA256-PAYLOAD"),
        ("x-amz-date", "20130524T000000Z"),
        ("authorization", authorization),
    ];
    let request = request(Method::PUT, "/examplebucket/chunkObject.txt", "", &headers, "");
    let chunk = |size: usize, signature: &str| format!("{size:x};chunk-signature={signature}\r\n{}\r\n", "a".repeat(size));
    let body = [
        chunk(65536, "ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648"),
        chunk(1024, "0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497"),
        chunk(0, "b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9"),
    ]
    .concat();
    let claim = Claim::of(&request).unwrap();
    assert_eq!(unchunk(&request, body.clone().into(), Some((&claim, secret))).unwrap().len(), 66560);
    let error = unchunk(&request, body.replace("aaaa\r\n0;", "aaab\r\n0;").into(), Some((&claim, secret))).unwrap_err();
    assert_eq!(error.code, "SignatureDoesNotMatch");
}
