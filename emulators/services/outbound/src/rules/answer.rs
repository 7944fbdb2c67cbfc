//! Answers that come from here, and the way of a request past the rules.

use bytes::Bytes;
use futures::StreamExt;

use super::recording::{Asked, Recording};
use super::{Action, Content, Reply, Verdict};
use crate::redirect::{Hop, Sending};
use crate::{Bodies, FetchError, Outbound, Response, convert};

/// The most of a body that is recorded, in bytes.
const LARGEST: usize = 64 * 1024 * 1024;

impl Outbound {
    /// Sends a request to the place that it is at, or does what a rule says in place of that.
    pub(crate) async fn hop(&self, hop: &mut Hop) -> Result<Response, FetchError> {
        let Verdict { rule, action } = self.rules.decide(&self.app, &hop.method, hop.url());
        match action {
            Action::Pass => Ok(convert(self.send(hop).await?, &hop.urls)),
            Action::Deny => Err(denied(rule.as_deref(), hop.method.as_str(), hop.url().as_str())),
            Action::Reply(reply) => {
                // As if it had been sent.
                drop(hop.body.take(&hop.method));
                reply.response(hop.urls.iter().map(ToString::to_string).collect())
            }
            Action::Record(folder) => self.recorded(hop, true, &folder).await,
            Action::Replay(folder) => self.recorded(hop, false, &folder).await.map_err(|error| named(error, rule.as_deref())),
        }
    }

    /// The answer that `folder` has; where it has none, that of the outside, which is kept, if it `records`.
    async fn recorded(&self, hop: &mut Hop, records: bool, folder: &std::path::Path) -> Result<Response, FetchError> {
        let sent = hop.body.read_whole().await?;
        let asked = Asked::of(hop.method.as_str(), hop.url(), &sent);
        let file = asked.file(folder);
        let urls: Vec<String> = hop.urls.iter().map(ToString::to_string).collect();
        if let Some(recording) = Recording::read(&file).map_err(FetchError::Internal)? {
            drop(hop.body.take(&hop.method));
            return Ok(recording.response(urls));
        }
        if !records {
            let what = format!("{} {}", hop.method, hop.url());
            return Err(FetchError::Denied(format!("nothing is recorded for {what}: there is no {}", file.display())));
        }
        let response = convert(self.send(hop).await?, &hop.urls);
        let Response { status, status_text, headers, urls, body } = response;
        let whole = whole(body).await?;
        let recording = Recording::of(asked, status, &status_text, &headers, &whole);
        recording.write(&file).map_err(|error| FetchError::Internal(format!("the answer cannot be recorded: {error}")))?;
        Ok(Response { status, status_text, headers, urls, body: at_once(whole) })
    }
}

/// Why a request is denied that `rule`, or the policy, denies.
pub(crate) fn denied(rule: Option<&str>, method: &str, url: &str) -> FetchError {
    let who = match rule {
        Some(rule) => format!("the outbound rule `{rule}` denies"),
        None => "no outbound rule is for it, and all else is denied:".to_owned(),
    };
    FetchError::Denied(format!("{who} {method} {url}"))
}

/// The same error with the rule that is behind it.
fn named(error: FetchError, rule: Option<&str>) -> FetchError {
    match (error, rule) {
        (FetchError::Denied(why), Some(rule)) => FetchError::Denied(format!("the outbound rule `{rule}` only plays back, and {why}")),
        (error, _) => error,
    }
}

impl Reply {
    /// As the outside would give it. A file that cannot be read is an error that names it.
    pub(crate) fn response(self, urls: Vec<String>) -> Result<Response, FetchError> {
        let body = match self.body {
            Content::Bytes(bytes) => bytes,
            Content::File(path) => std::fs::read(&path)
                .map_err(|error| FetchError::Internal(format!("`{}`, which an outbound rule replies with: {error}", path.display())))?
                .into(),
        };
        let reason = http::StatusCode::from_u16(self.status).ok().and_then(|status| status.canonical_reason()).unwrap_or_default();
        Ok(Response { status: self.status, status_text: reason.to_owned(), headers: self.headers, urls, body: at_once(body) })
    }
}

pub(super) fn at_once(bytes: Bytes) -> Bodies {
    futures::stream::iter((!bytes.is_empty()).then_some(Ok(bytes))).boxed()
}

async fn whole(mut body: Bodies) -> Result<Bytes, FetchError> {
    let mut whole = Vec::new();
    while let Some(chunk) = body.next().await {
        whole.extend_from_slice(&chunk.map_err(FetchError::Lost)?);
        if whole.len() > LARGEST {
            return Err(FetchError::Internal(format!("a body of more than {LARGEST} bytes cannot be recorded")));
        }
    }
    Ok(whole.into())
}

impl Sending {
    /// All of it, which can be sent again from now on.
    async fn read_whole(&mut self) -> Result<Bytes, FetchError> {
        match std::mem::replace(self, Self::None) {
            Self::Whole(bytes) => {
                *self = Self::Whole(bytes.clone());
                Ok(bytes)
            }
            Self::Stream(stream, _) => {
                let bytes = whole(stream).await?;
                *self = Self::Whole(bytes.clone());
                Ok(bytes)
            }
            other => {
                *self = other;
                Ok(Bytes::new())
            }
        }
    }
}
