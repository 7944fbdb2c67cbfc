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

fn checked(request: &WireRequest, now: &str) -> Result<(), Refusal> {
    let strict = Strictness::Strict(Credentials(vec![("test".into(), "test".into())]));
    strict.check(request, Claim::of(request).as_ref(), &request.body, Timestamp::parse(now).unwrap())
}

#[test]
fn a_signature_in_the_header_is_checked() {
    assert_eq!(checked(&signed(RIGHT), NOW), Ok(()));
    assert_eq!(checked(&signed(&RIGHT.replace('2', "3")), NOW), Err(Refusal::Mismatch));
    let mut other = signed(RIGHT);
    other.body = Bytes::from_static(b"{}");
    assert_eq!(checked(&other, NOW), Err(Refusal::Mismatch));
}

#[test]
fn a_signature_counts_for_five_minutes() {
    let said = |now: &str| match checked(&signed(RIGHT), now) {
        Err(Refusal::Time(said)) => said,
        other => panic!("{other:?}"),
    };
    let late = said("2026-11-26T12:05:01Z");
    assert_eq!(late, "Signature expired: 20261126T120000Z is now earlier than 20261126T120001Z (20261126T120501Z - 5 min.)");
    let early = said("2026-11-26T11:54:59Z");
    assert!(early.starts_with("Signature not yet current: 20261126T120000Z is still later than 20261126T115959Z"), "{early:?}");
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
    assert!(matches!(checked(&presigned(&right), "2026-11-26T12:01:01Z"), Err(Refusal::Expired(_))));
    assert_eq!(checked(&presigned(&query("00")), NOW), Err(Refusal::Mismatch));
}

#[test]
fn who_has_no_signature_or_no_known_key_is_refused() {
    let unsigned = request(Method::GET, "/", "", &[], "");
    assert_eq!(checked(&unsigned, NOW), Err(Refusal::Missing));
    let broken = request(Method::GET, "/", "", &[("authorization", "AWS4-HMAC-SHA256 Credential=a/b, Signature=x")], "");
    let said = "Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got 'a/b'. Authorization \
        header requires 'SignedHeaders' parameter. Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. \
        Authorization=AWS4-HMAC-SHA256 Credential=a/b, Signature=x";
    assert_eq!(checked(&broken, NOW), Err(Refusal::Incomplete(said.into())));
    let mut other = signed(RIGHT);
    other.headers.insert("x-amz-date", HeaderValue::from_static("20261125T235900Z"));
    let said = "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '20261126' != '20261125', from \
        '20261125T235900Z'.";
    assert_eq!(checked(&other, NOW), Err(Refusal::Scope(said.into())));
    let claim = Claim::of(&signed(RIGHT)).map(|claim| Claim { access_key: "other".into(), ..claim });
    let strict = Strictness::Strict(Credentials::default());
    assert_eq!(strict.check(&signed(RIGHT), claim.as_ref(), b"", Timestamp(0)), Err(Refusal::UnknownKey));
    assert_eq!(Strictness::Parsed.check(&unsigned, None, b"", Timestamp(0)), Ok(()));
}

// What DynamoDB answers: <https://github.com/architect/dynalite/blob/main/test/connection.js>
#[test]
fn claims_that_are_no_whole_claims_are_refused_by_what_they_lack() {
    let of = |query: &str, headers: &[(&str, &str)]| checked(&request(Method::POST, "/", query, headers, ""), NOW).unwrap_err();
    assert_eq!(of("", &[("authorization", "AWS4")]), Refusal::Missing);
    assert_eq!(of("X-Amz-Credential=a&X-Amz-Signature=b&X-Amz-SignedHeaders=c&X-Amz-Date=d", &[]), Refusal::Missing);
    assert_eq!(of("X-Amz-Algorithm", &[("authorization", "X")]), Refusal::Twice);
    let said = "Authorization header requires 'Credential' parameter. Authorization header requires 'Signature' parameter. Authorization \
        header requires 'SignedHeaders' parameter. Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. \
        Authorization=AWS4-";
    assert_eq!(of("", &[("authorization", "AWS4-")]), Refusal::Incomplete(said.into()));
    let said = "AWS query-string parameters must include 'X-Amz-SignedHeaders'. Re-examine the query-string parameters.";
    let query = "X-Amz-Algorithm=a&X-Amz-Credential=b&X-Amz-Signature=c&X-Amz-Date=d";
    assert_eq!(of(query, &[]), Refusal::IncompleteQuery(said.into()));
    let Refusal::IncompleteQuery(said) = of("X-Amz-Algorithm", &[]) else { panic!("another refusal") };
    assert!(said.starts_with("AWS query-string parameters must include 'X-Amz-Algorithm'. AWS query-string"), "{said}");
    // Version 2 by its names: <https://docs.aws.amazon.com/AmazonS3/latest/API/RESTAuthentication.html>
    assert_eq!(of("", &[("authorization", "AWS AKIAIOSFODNN7EXAMPLE:qgk2+6Sv9/oM7G3qLEjTH1a1l1g=")]), Refusal::Version2);
    assert_eq!(of("AWSAccessKeyId=AKIAIOSFODNN7EXAMPLE&Expires=1141889120&Signature=vjbyPxybdZaNmGa", &[]), Refusal::Version2);
    assert_eq!(of("AWSAccessKeyId=a&Signature=b&SignatureVersion=2", &[]), Refusal::Version2);
    // The host has to be signed.
    let unhosted = signed(RIGHT).header("authorization").unwrap().replace("SignedHeaders=host;", "SignedHeaders=");
    let mut request = signed(RIGHT);
    request.headers.insert("authorization", HeaderValue::from_str(&unhosted).unwrap());
    assert_eq!(checked(&request, NOW), Err(Refusal::Host));
}

#[test]
fn a_date_of_any_letters_is_refused() {
    let query = "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=test%2F20261126%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Expires=60\
        &X-Amz-SignedHeaders=host&X-Amz-Signature=0&X-Amz-Date=";
    // Two bytes each, so that no place of the date begins a letter.
    for date in ["a%C3%A9%C3%A9%C3%A9bT%C3%A9%C3%A9%C3%A9Z", "20261126%C3%A9120000", "%C3%A9", ""] {
        let presigned = request(Method::GET, "/", &format!("{query}{date}"), &[], "");
        assert!(matches!(checked(&presigned, NOW), Err(Refusal::Scope(_))), "{date}");
    }
}

#[test]
fn a_body_has_to_be_the_one_that_was_signed() {
    // Signed with the hash of `{"a":1}` in `x-amz-content-sha256`; then the body was made another.
    let hash = "015abd7f5cc57a2dd94b7590f04ad8084273905ee33ec5cebeae62276a97f862";
    for (service, refused) in [("lambda", Refusal::Mismatch), ("s3", Refusal::Payload)] {
        let authorization = |signature: &str| {
            format!("AWS4-HMAC-SHA256 Credential=test/20261126/us-east-1/{service}/aws4_request, SignedHeaders=host, Signature={signature}")
        };
        let sent = |signature: &str, body| {
            let authorization = authorization(signature);
            let headers =
                [("host", "h"), ("x-amz-date", "20261126T120000Z"), ("x-amz-content-sha256", hash), ("authorization", &authorization)];
            request(Method::POST, "/", "", &headers, body)
        };
        let honest = sent("", r#"{"a":1}"#);
        let right = signature("test", &Claim::of(&honest).unwrap(), &honest, &honest.body);
        assert_eq!(checked(&sent(&right, r#"{"a":1}"#), NOW), Ok(()), "{service}");
        assert_eq!(checked(&sent(&right, r#"{"a":2}"#), NOW), Err(refused), "{service}");
    }
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
    let body = Bytes::from_static(b"5\r\nhello\r\n1\r\n!\r\n0\r\nx-amz-checksum-crc32:mobJYA==\r\nx-amz-target:other\r\n\r\n");
    let trailer = chunked("STREAMING-UNSIGNED-PAYLOAD-TRAILER");
    let whole = unchunk(&trailer, body.clone(), None).unwrap();
    assert_eq!((&whole.body[..], &whole.trailers["x-amz-checksum-crc32"]), (&b"hello!"[..], &HeaderValue::from_static("mobJYA==")));
    // Nothing but checksums can be said behind the body.
    assert_eq!(whole.trailers.len(), 1);
    assert_eq!(unchunk(&chunked("UNSIGNED-PAYLOAD"), body.clone(), None).unwrap().body, body);
    assert_eq!(unchunk(&trailer, Bytes::from_static(b"5\r\nhel"), None).unwrap_err().code, "IncompleteBody");
    let mut lying = trailer;
    lying.headers.insert("x-amz-decoded-content-length", HeaderValue::from_static("7"));
    assert_eq!(unchunk(&lying, body, None).unwrap_err().code, "IncompleteBody");
}

#[test]
fn checksums_behind_a_body_are_of_that_body() {
    let unchunked = |announced: &str, trailer: &str| {
        let headers = [("x-amz-content-sha256", "STREAMING-UNSIGNED-PAYLOAD-TRAILER"), ("x-amz-trailer", announced)];
        let body = format!("6\r\nhello!\r\n0\r\n{trailer}\r\n");
        let refused = unchunk(&request(Method::PUT, "/b/k", "", &headers, ""), body.into(), None).err();
        refused.map(|error| (error.code, error.status, error.message))
    };
    let right = ["crc32:mobJYA==", "crc32c:jAn9Ww==", "crc64nvme:vC340IRs7Ps=", "sha1:j32I6QGlrToF2MwN6TMT/XYCj4w="];
    for sum in right {
        let (algorithm, value) = sum.split_once(':').unwrap();
        let trailer = |value: &str| format!("x-amz-checksum-{algorithm}:{value}\r\n");
        assert_eq!(unchunked(&format!("x-amz-checksum-{algorithm}"), &trailer(value)), None, "{sum}");
        let said = format!("The {} you specified did not match the calculated checksum.", algorithm.to_uppercase());
        let other = unchunked("", &trailer(&value.replace(&value[..1], if value.starts_with('A') { "B" } else { "A" })));
        assert_eq!(other, Some(("BadDigest".into(), 400, said)), "{sum}");
        let said = format!("Value for x-amz-checksum-{algorithm} header is invalid.");
        assert_eq!(unchunked("", &trailer("AAA=")), Some(("InvalidRequest".into(), 400, said)), "{sum}");
    }
    assert_eq!(unchunked("x-amz-checksum-sha256", "").unwrap().0, "MalformedTrailerError");
}

// The examples of the pages, for one and the same object:
// <https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html#example-signature-calculations-streaming>,
// <https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming-trailers.html#example-signature-calculations-trailing-header>
const EXAMPLE_SECRET: &str = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";

fn example(kind: &str, signature: &str) -> WireRequest {
    let authorization = format!(
        "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request,SignedHeaders=host,Signature={signature}"
    );
    let headers = [("x-amz-content-sha256", kind), ("x-amz-date", "20130524T000000Z"), ("authorization", &authorization)];
    request(Method::PUT, "/examplebucket/chunkObject.txt", "", &headers, "")
}

fn chunk(size: usize, signature: &str) -> String {
    let end = if size == 0 { "" } else { "\r\n" };
    format!("{size:x};chunk-signature={signature}\r\n{}{end}", "a".repeat(size))
}

#[test]
fn signatures_of_chunks_are_checked() {
    let seed = "4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9";
    let request = example("STREAMING-AWS4-HMAC-SHA256-PAYLOAD", seed);
    let body = [
        chunk(65536, "ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648"),
        chunk(1024, "0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497"),
        chunk(0, "b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9"),
        "\r\n".to_owned(),
    ]
    .concat();
    let claim = Claim::of(&request).unwrap();
    let checked = |body: String| unchunk(&request, body.into(), Some((&claim, EXAMPLE_SECRET)));
    assert_eq!(checked(body.clone()).unwrap().body.len(), 66560);
    assert_eq!(checked(body.replace("aaaa\r\n0;", "aaab\r\n0;")).unwrap_err().code, "SignatureDoesNotMatch");
}

#[test]
fn signatures_of_trailers_are_checked() {
    let seed = "106e2a8a18243abcf37539882f36619c00e2dfc72633413f02d3b74544bfeb8e";
    let request = example("STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER", seed);
    let body = [
        chunk(65536, "b474d8862b1487a5145d686f57f013e54db672cee1c953b3010fb58501ef5aa2"),
        chunk(1024, "1c1344b170168f8e65b41376b44b20fe354e373826ccbbe2c1d40a8cae51e5c7"),
        chunk(0, "2ca2aba2005185cf7159c6277faf83795951dd77a3a99e6e65d5c9f85863f992"),
        "x-amz-checksum-crc32c:sOO8/Q==\r\n".to_owned(),
        "x-amz-trailer-signature:d81f82fc3505edab99d459891051a732e8730629a2e4a59689829ca17fe2e435\r\n\r\n".to_owned(),
    ]
    .concat();
    let claim = Claim::of(&request).unwrap();
    let checked = |body: String| unchunk(&request, body.into(), Some((&claim, EXAMPLE_SECRET)));
    assert_eq!(checked(body.clone()).unwrap().trailers["x-amz-checksum-crc32c"], "sOO8/Q==");
    assert_eq!(checked(body.replace("sOO8", "tOO8")).unwrap_err().code, "SignatureDoesNotMatch");
    let bare = body.split("x-amz-trailer-signature").next().unwrap().to_owned();
    assert_eq!(checked(bare).unwrap_err().code, "IncompleteBody");
}
