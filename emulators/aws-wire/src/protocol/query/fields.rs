//! The fields of a form as a tree: `Attribute.1.Name=x` is the text `x` at `Name` in `1` in `Attribute`.

use std::collections::BTreeMap;

/// How deep names may go. No service's shapes come near it.
const DEEPEST: usize = 32;

/// A field's text, and the fields whose names begin with its own.
#[derive(Debug, Default)]
pub(super) struct Fields {
    text: Option<String>,
    inner: BTreeMap<String, Fields>,
}

impl Fields {
    /// Takes a field in; none where its name goes too deep. Of two with one name the first counts.
    pub(super) fn put(&mut self, name: &str, value: String) -> Option<()> {
        let parts = name.split('.');
        if parts.clone().nth(DEEPEST).is_some() {
            return None;
        }
        let mut at = self;
        for part in parts {
            // Most parts are there already.
            if !at.inner.contains_key(part) {
                at.inner.insert(part.to_owned(), Self::default());
            }
            at = at.inner.get_mut(part)?;
        }
        at.text.get_or_insert(value);
        Some(())
    }

    /// What is at that part.
    pub(super) fn get(&self, part: &str) -> Option<&Self> {
        self.inner.get(part)
    }

    /// Its own text.
    pub(super) fn text(&self) -> Option<&str> {
        self.text.as_deref()
    }

    /// What is at numbers, in their order.
    pub(super) fn numbered(&self) -> Vec<&Self> {
        let mut items: Vec<_> = self.inner.iter().filter_map(|(part, item)| Some((part.parse::<u64>().ok()?, item))).collect();
        items.sort_by_key(|(number, _)| *number);
        items.into_iter().map(|(_, item)| item).collect()
    }
}
