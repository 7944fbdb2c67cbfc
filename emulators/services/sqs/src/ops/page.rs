//! Lists of queues, page by page.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE;
use greenroom_aws_wire::{Answer, ApiError, Context};
use serde_json::{Map, Value};

use crate::error::{invalid, invalid_value};
use crate::key::QueueKey;
use crate::limits;

/// A part of a list, and what asks for the next one.
pub(super) struct Page {
    queues: Vec<QueueKey>,
    next: Option<String>,
}

/// The queues of `all`, which are in the order of their names, from the token on. Without a number there are as many as fit, and no more pages.
pub(super) fn page(mut all: Vec<QueueKey>, token: Option<&str>, most: Option<i64>) -> Result<Page, ApiError> {
    if let Some(token) = token.filter(|token| !token.is_empty()) {
        let refused = || invalid("Invalid or expired next token.");
        let after = URL_SAFE.decode(token).ok().and_then(|bytes| String::from_utf8(bytes).ok()).ok_or_else(refused)?;
        all.retain(|queue| queue.name > after);
    }
    let wanted = most.map(|most| {
        let fine = usize::try_from(most).ok().filter(|most| (1..=limits::PAGE).contains(most));
        fine.ok_or_else(|| invalid_value(&most.to_string(), "MaxResults", "Must be an integer between 1 and 1000."))
    });
    let wanted = wanted.transpose()?;
    let more = all.len() > wanted.unwrap_or(limits::PAGE);
    all.truncate(wanted.unwrap_or(limits::PAGE));
    let next = all.last().filter(|_| more && wanted.is_some()).map(|last| URL_SAFE.encode(&last.name));
    Ok(Page { queues: all, next })
}

impl Page {
    /// The answer with the list under `name`, which is left out where there is nothing.
    pub(super) fn answer(self, name: &str, context: &Context) -> Answer {
        let urls: Vec<Value> = self.queues.iter().map(|queue| queue.url_for(context).into()).collect();
        let mut members = Map::new();
        if !urls.is_empty() || name == "queueUrls" {
            members.insert(name.to_owned(), urls.into());
        }
        members.extend(self.next.map(|next| ("NextToken".to_owned(), next.into())));
        Answer::of(&members)
    }
}
