//! What differs between two contents of a namespace: its keys.

use greenroom_host::state::{Both, TableDiff, View};

/// By the names of keys.
pub(crate) struct Keys;

impl View for Keys {
    fn diff(&self, both: &Both) -> rusqlite::Result<Vec<TableDiff>> {
        let keys = both.table("entry")?.map(|entries| TableDiff { name: "keys".to_owned(), ..entries });
        Ok(keys.into_iter().collect())
    }
}
