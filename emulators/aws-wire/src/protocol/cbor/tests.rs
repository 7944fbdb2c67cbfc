use serde_json::json;

use super::*;
use crate::message::WireBody;

const MODEL: &str = r"
service things smithy-rpc-v2-cbor 2020-01-01 Things
operation Put POST / 200 Thing Thing
structure Thing
  Name! Text
  Data Bytes
  At Time
  Size Number
  Count Whole
  Parts Parts
string Text
blob Bytes
timestamp Time
double Number
integer Whole
map Parts Text Bytes
";

fn request(body: Vec<u8>) -> WireRequest {
    WireRequest {
        method: http::Method::POST,
        path: "/service/Things/operation/Put".into(),
        query: String::new(),
        headers: http::HeaderMap::new(),
        body: body.into(),
    }
}

#[test]
fn documents_are_read_and_written() {
    let model = Model::parse(&[MODEL]).unwrap();
    let operation = model.operation("Put").unwrap();
    let value = json!({ "Name": "n", "Data": "AQI=", "At": 1.5, "Size": 2.0, "Count": 3, "Parts": { "a": "Aw==" } });
    let answer = Answer::of(&value);
    let response = render(&model, operation, &answer);
    assert!(response.headers.contains(&("smithy-protocol".into(), "rpc-v2-cbor".into())));
    let WireBody::Whole(body) = response.body else { panic!("a stream") };
    let written: Cbor = ciborium::from_reader(&body[..]).unwrap();
    let entries = written.as_map().unwrap();
    assert_eq!(entries[1].1, Cbor::Bytes(vec![1, 2]));
    assert_eq!(entries[2].1, Cbor::Tag(1, Box::new(Cbor::Float(1.5))));
    assert_eq!(entries[3].1, Cbor::Float(2.0));
    assert_eq!(read(&model, operation, &request(body.to_vec())).unwrap().input, value);
}

#[test]
fn what_is_no_document_is_refused() {
    let model = Model::parse(&[MODEL]).unwrap();
    let operation = model.operation("Put").unwrap();
    let code = |body: Vec<u8>| read(&model, operation, &request(body)).unwrap_err().code;
    assert_eq!(code(vec![0x81; 1000]), "SerializationException");
    assert_eq!(code(vec![0xff]), "SerializationException");
    // An array, and a map whose key is a number.
    assert_eq!(code(vec![0x80]), "SerializationException");
    assert_eq!(code(vec![0xa1, 0x01, 0x01]), "SerializationException");
    // A length that lies.
    assert_eq!(code(vec![0x9b, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]), "SerializationException");
}
