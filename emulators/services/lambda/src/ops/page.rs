//! Lists, page by page.

use greenroom_aws_wire::ApiError;
use serde::Deserialize;

use crate::error::invalid;
use crate::limits;

/// A part of a list, and what asks for the next one.
pub(super) struct Page<T> {
    pub(super) items: Vec<T>,
    pub(super) next: Option<String>,
}

/// The items of `all`, which are in the order of their names, from the marker on.
pub(super) fn page<T>(all: Vec<T>, name: impl Fn(&T) -> String, marker: Option<&str>, most: Option<usize>) -> Result<Page<T>, ApiError> {
    use base64::Engine;
    use base64::engine::general_purpose::URL_SAFE;
    let most = most.unwrap_or(limits::PAGE).clamp(1, limits::PAGE);
    let after = match marker.filter(|marker| !marker.is_empty()) {
        None => None,
        Some(marker) => {
            let bytes = URL_SAFE.decode(marker).map_err(|_| invalid("The marker is invalid."))?;
            Some(String::from_utf8(bytes).map_err(|_| invalid("The marker is invalid."))?)
        }
    };
    let mut items: Vec<T> = match &after {
        Some(after) => all.into_iter().skip_while(|item| name(item) != *after).skip(1).collect(),
        None => all,
    };
    let more = items.len() > most;
    items.truncate(most);
    let next = items.last().filter(|_| more).map(|last| URL_SAFE.encode(name(last)));
    Ok(Page { items, next })
}

/// A page of what a function has.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct OfFunction {
    pub(super) function_name: String,
    pub(super) marker: Option<String>,
    pub(super) max_items: Option<usize>,
}
