//! Values on their way in and out. Every number is bound as a REAL, as workerd binds them; SQLite's column affinity does the rest.

use rusqlite::ToSql;
use rusqlite::types::{ToSqlOutput, ValueRef};
use serde::de::{Deserialize, Deserializer, Error as _, Visitor};
use serde_json::value::RawValue;

/// A parameter of a statement.
#[derive(Debug, Clone, PartialEq)]
pub enum Param {
    /// NULL.
    Null,
    /// A REAL.
    Number(f64),
    /// TEXT: UTF-8, but for surrogates without their other half, each in three bytes.
    Text(Vec<u8>),
    /// A BLOB; an array of numbers in JSON.
    Blob(Vec<u8>),
}

impl ToSql for Param {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Self::Null => ValueRef::Null,
            Self::Number(number) => ValueRef::Real(*number),
            Self::Text(text) => ValueRef::Text(text),
            Self::Blob(bytes) => ValueRef::Blob(bytes),
        }))
    }
}

impl<'de> Deserialize<'de> for Param {
    /// Goes by the first character: what a visitor is told of a number depends on features of `serde_json` that other crates choose.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <&RawValue>::deserialize(deserializer)?.get();
        let param = match text.as_bytes().first() {
            Some(b'n') => return Ok(Self::Null),
            Some(b'"') => serde_json::from_str(text).map(|Bytes(text)| Self::Text(text)),
            Some(b'[') => serde_json::from_str::<Vec<f64>>(text).map(|items| Self::Blob(items.into_iter().map(to_byte).collect())),
            _ => serde_json::from_str(text).map(Self::Number),
        };
        param.map_err(D::Error::custom)
    }
}

/// A text as bytes, in which surrogates without their other half are kept.
struct Bytes(Vec<u8>);

impl<'de> Deserialize<'de> for Bytes {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Text;
        impl Visitor<'_> for Text {
            type Value = Bytes;
            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("a text")
            }
            fn visit_bytes<E>(self, text: &[u8]) -> Result<Bytes, E> {
                Ok(Bytes(text.to_vec()))
            }
        }
        deserializer.deserialize_bytes(Text)
    }
}

/// What `Uint8Array` makes of a number.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the remainder is between 0 and 255")]
fn to_byte(number: f64) -> u8 {
    if number.is_finite() { number.trunc().rem_euclid(256.0) as u8 } else { 0 }
}

/// Appends a value of SQLite as JSON: blobs as arrays of numbers, infinities as null.
pub(crate) fn write_json(out: &mut Vec<u8>, value: ValueRef<'_>) {
    match value {
        ValueRef::Null => out.extend_from_slice(b"null"),
        ValueRef::Integer(number) => write(out, &number),
        ValueRef::Real(number) => write_real(out, number),
        ValueRef::Text(bytes) => write(out, &String::from_utf8_lossy(bytes)),
        ValueRef::Blob(bytes) => write(out, &bytes),
    }
}

/// `1.0` is `1` and `-0.0` is `0`, as `JSON.stringify` has them.
#[expect(clippy::cast_possible_truncation, reason = "checked to be a small whole number")]
fn write_real(out: &mut Vec<u8>, number: f64) {
    if number.fract() == 0.0 && number.abs() < 1e15 {
        write(out, &(number as i64));
    } else {
        write(out, &number);
    }
}

fn write<T: serde::Serialize + ?Sized>(out: &mut Vec<u8>, value: &T) {
    serde_json::to_writer(out, value).expect("invariant: numbers and strings are JSON and memory takes all writes");
}

pub(crate) fn write_text(out: &mut Vec<u8>, text: &str) {
    write(out, text);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn json(value: ValueRef<'_>) -> String {
        let mut out = Vec::new();
        write_json(&mut out, value);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn parameters_are_read_from_json() {
        let params: Vec<Param> =
            serde_json::from_str(r#"[null, 1, -2, 0.5, 1e300, "ä", "a\ud800b🙈", [0, 255, 257, 1.9, -1], []]"#).unwrap();
        let expected = [
            Param::Null,
            Param::Number(1.0),
            Param::Number(-2.0),
            Param::Number(0.5),
            Param::Number(1e300),
            Param::Text("ä".into()),
            Param::Text(b"a\xed\xa0\x80b\xf0\x9f\x99\x88".to_vec()),
            Param::Blob(vec![0, 255, 1, 1, 255]),
            Param::Blob(vec![]),
        ];
        assert_eq!(params, expected);
        assert!(serde_json::from_str::<Param>("true").is_err() && serde_json::from_str::<Param>("[\"a\"]").is_err());
    }

    #[test]
    fn values_are_written_as_json() {
        assert_eq!(json(ValueRef::Integer(i64::MIN)), "-9223372036854775808");
        assert_eq!([1.0, -0.0, 0.1].map(|number| json(ValueRef::Real(number))), ["1", "0", "0.1"]);
        assert_eq!([1e21, 1e300].map(|number| json(ValueRef::Real(number)).parse()), [Ok(1e21), Ok(1e300)]);
        assert_eq!([f64::INFINITY, f64::NAN].map(|number| json(ValueRef::Real(number))), ["null", "null"]);
        assert_eq!(json(ValueRef::Text(b"a\"\0\xff")), "\"a\\\"\\u0000\u{fffd}\"");
        assert_eq!(json(ValueRef::Blob(&[0, 255])), "[0,255]");
    }
}
