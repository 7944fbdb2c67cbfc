//! What an event brings along, as far as the journal keeps it.

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use bytes::Bytes;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// What came with an event.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Payload {
    /// Nothing.
    #[default]
    None,
    /// A request.
    Request(Request),
    /// A call from app to app that is no request.
    Call(Call),
    /// What a handler is called with, in the vendor's shape.
    Data(serde_json::Value),
}

/// A request as it was handed to the code.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Request {
    /// `GET`.
    pub method: Text,
    /// The whole URL.
    pub url: Text,
    /// Its headers.
    pub headers: Headers,
    /// What the platform adds, as JSON text: `request.cf` of Workers; empty if nothing.
    #[serde(default, skip_serializing_if = "Text::is_empty")]
    pub extra: Text,
    /// What in the app is meant, as JSON text of the platform's scripts; empty for what takes requests from outside.
    #[serde(default, skip_serializing_if = "Text::is_empty")]
    pub entry: Text,
    /// Its body; none where there is none, or while it is not here yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body: Option<Captured>,
}

/// A call from app to app.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Call {
    /// What in the app is meant, as JSON text that the platform's scripts write and read.
    pub entry: Text,
    /// What goes along, as those scripts pack it; none where there is nothing, or while it is not here yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body: Option<Captured>,
}

/// The answer to an event.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Answer {
    /// The status; 200 where it is no HTTP.
    pub status: u16,
    /// Its headers.
    pub headers: Headers,
    /// Its body; none where there is none, or while it is not over yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body: Option<Captured>,
}

/// A text that shares the memory in which it came; what is no UTF-8 in it is U+FFFD for who reads it.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Text(pub Bytes);

impl Text {
    /// The text.
    #[must_use]
    pub fn as_str(&self) -> std::borrow::Cow<'_, str> {
        // Looking for what is wrong is many times slower than finding that nothing is.
        std::str::from_utf8(&self.0).map_or_else(|_| String::from_utf8_lossy(&self.0), Into::into)
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl<T: Into<Bytes>> From<T> for Text {
    fn from(text: T) -> Self {
        Self(text.into())
    }
}

impl std::fmt::Debug for Text {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.as_str().fmt(f)
    }
}

impl Serialize for Text {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.as_str())
    }
}

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(Self::from)
    }
}

type Unpack = fn(&Bytes) -> Vec<(String, String)>;

/// Headers in order, bytes beyond ASCII as U+FFFD where they are no UTF-8. They may be kept as they travelled, and unpacked by who reads
/// them: on the way of a request there is no time for that.
#[derive(Clone)]
pub struct Headers(Kept);

#[derive(Clone)]
enum Kept {
    Pairs(Vec<(String, String)>),
    Packed(Bytes, Unpack),
}

impl Headers {
    /// These.
    #[must_use]
    pub fn new(pairs: Vec<(String, String)>) -> Self {
        Self(Kept::Pairs(pairs))
    }

    /// Those that `unpack` finds in `bytes`.
    #[must_use]
    pub fn packed(bytes: Bytes, unpack: Unpack) -> Self {
        Self(Kept::Packed(bytes, unpack))
    }

    /// Names and values, in order.
    #[must_use]
    pub fn pairs(&self) -> Vec<(String, String)> {
        match &self.0 {
            Kept::Pairs(pairs) => pairs.clone(),
            Kept::Packed(bytes, unpack) => unpack(bytes),
        }
    }
}

impl Default for Headers {
    fn default() -> Self {
        Self::new(Vec::new())
    }
}

impl PartialEq for Headers {
    fn eq(&self, other: &Self) -> bool {
        self.pairs() == other.pairs()
    }
}

impl std::fmt::Debug for Headers {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.pairs()).finish()
    }
}

impl Serialize for Headers {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match &self.0 {
            Kept::Pairs(pairs) => pairs.serialize(serializer),
            Kept::Packed(bytes, unpack) => unpack(bytes).serialize(serializer),
        }
    }
}

impl<'de> Deserialize<'de> for Headers {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Vec::deserialize(deserializer).map(Self::new)
    }
}

/// Bytes as far as they are kept. In JSON `{ "text": … }` where they are UTF-8, else `{ "base64": … }`, with `size` beside it where that
/// is more than what is kept.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Captured {
    /// The first of them.
    pub bytes: Bytes,
    /// How many there were.
    pub size: u64,
}

impl Captured {
    /// Of `bytes` the first `most`.
    #[must_use]
    pub fn of(bytes: &Bytes, most: usize) -> Self {
        Self { bytes: bytes.slice(..bytes.len().min(most)), size: bytes.len() as u64 }
    }

    /// Whether there was more than is kept.
    #[must_use]
    pub fn is_cut(&self) -> bool {
        self.size > self.bytes.len() as u64
    }

    /// What is kept as text, where it is text; a character that the cut parted is left out.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        match std::str::from_utf8(&self.bytes) {
            Ok(text) => Some(text),
            Err(error) if self.is_cut() && error.error_len().is_none() => std::str::from_utf8(&self.bytes[..error.valid_up_to()]).ok(),
            Err(_) => None,
        }
    }
}

#[derive(Serialize, Deserialize)]
struct Written<'a> {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    text: Option<std::borrow::Cow<'a, str>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    base64: Option<String>,
    /// Only where it was cut.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    size: Option<u64>,
}

impl Serialize for Captured {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let size = self.is_cut().then_some(self.size);
        let written = match self.text() {
            Some(text) => Written { text: Some(text.into()), base64: None, size },
            None => Written { text: None, base64: Some(BASE64.encode(&self.bytes)), size },
        };
        written.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Captured {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let written = Written::deserialize(deserializer)?;
        let bytes: Bytes = match (written.text, written.base64) {
            (Some(text), None) => text.into_owned().into(),
            (None, Some(text)) => BASE64.decode(text).map_err(serde::de::Error::custom)?.into(),
            _ => return Err(serde::de::Error::custom("a body has either `text` or `base64`")),
        };
        let size = written.size.unwrap_or(bytes.len() as u64);
        Ok(Self { bytes, size })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn json(captured: &Captured) -> serde_json::Value {
        let json = serde_json::to_value(captured).unwrap();
        assert_eq!(serde_json::from_value::<Captured>(json.clone()).unwrap().size, captured.size);
        json
    }

    #[test]
    fn bodies_are_text_where_they_can_be_and_say_where_they_are_cut() {
        assert_eq!(json(&Captured::of(&"héllo".into(), 100)), serde_json::json!({ "text": "héllo" }));
        assert_eq!(json(&Captured::of(&"héllo".into(), 2)), serde_json::json!({ "text": "h", "size": 6 }));
        assert_eq!(json(&Captured::of(&Bytes::from_static(&[0xff, 0]), 100)), serde_json::json!({ "base64": "/wA=" }));
        assert!(serde_json::from_str::<Captured>("{}").is_err());
    }

    #[test]
    fn headers_are_unpacked_by_who_reads_them() {
        let packed = Headers::packed("a=b".into(), |bytes| {
            let text = String::from_utf8_lossy(bytes);
            text.split_once('=').map(|(name, value)| (name.to_owned(), value.to_owned())).into_iter().collect()
        });
        assert_eq!(packed, Headers::new(vec![("a".into(), "b".into())]));
        assert_eq!(serde_json::to_string(&packed).unwrap(), r#"[["a","b"]]"#);
    }
}
