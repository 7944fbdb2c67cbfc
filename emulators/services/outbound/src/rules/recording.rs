//! Answers kept in files, one each: JSON that can be read, compared and committed.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use url::Url;

use super::answer::at_once;
use super::redact;
use crate::Response;

/// The version of the files.
const VERSION: u32 = 1;

/// What makes two requests the same: method, URL without its secrets, and body. Headers do not count.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Asked {
    method: String,
    url: String,
    /// SHA-256 in hexadecimal digits; none where there is no body.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    body_sha256: Option<String>,
}

/// An answer with what it answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Recording {
    greenroom: u32,
    request: Asked,
    response: Answered,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Answered {
    status: u16,
    status_text: String,
    headers: Vec<(String, String)>,
    #[serde(flatten)]
    body: Text,
}

/// A body: as text, where it is any.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
enum Text {
    #[serde(rename = "body")]
    Text(String),
    #[serde(rename = "body_base64")]
    Base64(String),
}

impl Asked {
    pub(super) fn of(method: &str, url: &Url, body: &[u8]) -> Self {
        let body_sha256 = (!body.is_empty()).then(|| hex(&Sha256::digest(body)));
        Self { method: method.to_owned(), url: redact::url(url), body_sha256 }
    }

    /// Where in `folder` its answer is: a name that can be read, and digits that make it unlike any other.
    pub(super) fn file(&self, folder: &Path) -> PathBuf {
        const LONGEST: usize = 80;
        let key = format!("{} {}\n{}", self.method, self.url, self.body_sha256.as_deref().unwrap_or_default());
        let place = self.url.split_once("://").map_or(self.url.as_str(), |(_, place)| place);
        let place = place.split('?').next().unwrap_or_default();
        let plain: String = place.chars().map(|c| if c.is_ascii_alphanumeric() || c == '.' { c } else { '-' }).take(LONGEST).collect();
        let digits = &hex(&Sha256::digest(key.as_bytes()))[..8];
        folder.join(format!("{}-{}-{digits}.json", self.method.to_lowercase(), plain.trim_end_matches(['-', '.'])))
    }
}

impl Recording {
    pub(super) fn of(request: Asked, status: u16, status_text: &str, headers: &[(String, String)], body: &[u8]) -> Self {
        let headers = headers.iter().map(|(name, value)| (name.clone(), redact::header(name, value))).collect();
        let body = match std::str::from_utf8(body) {
            Ok(text) => Text::Text(text.to_owned()),
            Err(_) => Text::Base64(STANDARD.encode(body)),
        };
        let response = Answered { status, status_text: status_text.to_owned(), headers, body };
        Self { greenroom: VERSION, request, response }
    }

    /// Reads that of `file`; none where there is no such file. What else is wrong is told with its name.
    pub(super) fn read(file: &Path) -> Result<Option<Self>, String> {
        let bytes = match std::fs::read(file) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(format!("the recording {} cannot be read: {error}", file.display())),
        };
        let wrong = |why: String| format!("{} is no recording that this version reads: {why}", file.display());
        let recording: Self = serde_json::from_slice(&bytes).map_err(|error| wrong(error.to_string()))?;
        let is_body = !matches!(&recording.response.body, Text::Base64(text) if STANDARD.decode(text).is_err());
        match recording.greenroom {
            VERSION if is_body => Ok(Some(recording)),
            VERSION => Err(wrong("`body_base64` is no base64".to_owned())),
            other => Err(wrong(format!("`greenroom` is {other}, and it knows {VERSION}"))),
        }
    }

    /// Whole or not at all.
    pub(super) fn write(&self, file: &Path) -> std::io::Result<()> {
        if let Some(folder) = file.parent() {
            std::fs::create_dir_all(folder)?;
        }
        let mut text = serde_json::to_string_pretty(self).map_err(std::io::Error::other)?;
        text.push('\n');
        let fresh = file.with_extension(format!("{}.new", std::process::id()));
        std::fs::write(&fresh, text)?;
        std::fs::rename(&fresh, file)
    }

    pub(super) fn response(self, urls: Vec<String>) -> Response {
        let Answered { status, status_text, headers, body } = self.response;
        let bytes = match body {
            Text::Text(text) => Bytes::from(text),
            Text::Base64(text) => STANDARD.decode(text).unwrap_or_default().into(),
        };
        Response { status, status_text, headers, urls, body: at_once(bytes) }
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
