//! What differs between two states of a run.

use std::collections::{BTreeMap, BTreeSet};

use rusqlite::Connection;

use super::error::StateError;
use super::image::{Image, Resource, load};
use super::registry::Registry;
use super::view::{Both, TableDiff, View};
use super::{State, name};

/// What became of a resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// It is in the second state alone.
    Added,
    /// It is in the first state alone.
    Removed,
    /// It is in both and differs.
    Changed,
}

/// A resource that differs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// Whose it is.
    pub app: String,
    /// Which.
    pub resource: Resource,
    /// What became of it.
    pub change: Change,
    /// Where in it.
    pub parts: Vec<TableDiff>,
    /// Indexes, views and triggers that differ: `+ index by_name`.
    pub objects: Vec<String>,
}

const OBJECTS: &str = "SELECT type || ' ' || name FROM
    (SELECT type, name, sql FROM {here}.sqlite_schema WHERE type <> 'table' AND sql IS NOT NULL
     EXCEPT SELECT type, name, sql FROM {there}.sqlite_schema) ORDER BY 1";

struct Tables;

impl View for Tables {}

impl State {
    /// What differs between two snapshots, or between one and what is there now (`to` is none). `most` keys are listed of each kind.
    ///
    /// # Errors
    /// An unknown name, what SQLite says.
    pub fn diff(&self, from: &str, to: Option<&str>, most: usize) -> Result<Vec<Difference>, StateError> {
        let mut registry = self.lock();
        let before = registry.kept(from)?;
        let after = match to {
            Some(to) => registry.kept(to)?,
            None => registry.images()?,
        };
        let apps: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
        let mut all = Vec::new();
        let nothing = Image::new();
        for app in apps {
            let (before, after) = (before.get(app).unwrap_or(&nothing), after.get(app).unwrap_or(&nothing));
            let resources: BTreeSet<&Resource> = before.keys().chain(after.keys()).collect();
            for resource in resources {
                let view = registry.views.get(&resource.service).copied().unwrap_or(&Tables);
                let found = compare(before.get(resource).map(|bytes| &**bytes), after.get(resource).map(|bytes| &**bytes), view, most);
                let found = found.map_err(|error| StateError::sqlite(&format!("{resource} cannot be compared"), &error))?;
                if let Some((change, parts, objects)) = found {
                    all.push(Difference { app: app.clone(), resource: resource.clone(), change, parts, objects });
                }
            }
        }
        Ok(all)
    }
}

impl Registry {
    /// What is kept under `name`, by the names of the apps.
    pub(super) fn kept(&self, name: &str) -> Result<BTreeMap<String, Image>, StateError> {
        name::check(name)?;
        let mut images = BTreeMap::new();
        for app in &self.apps {
            if let Some((_, image)) = app.kept_image(name)? {
                images.insert(app.name.clone(), image);
            }
        }
        if images.is_empty() { Err(self.unknown(name)) } else { Ok(images) }
    }
}

type Found = Option<(Change, Vec<TableDiff>, Vec<String>)>;

fn compare(before: Option<&[u8]>, after: Option<&[u8]>, view: &dyn View, most: usize) -> rusqlite::Result<Found> {
    let change = match (before, after) {
        (Some(before), Some(after)) if before == after => return Ok(None),
        (Some(_), Some(_)) => Change::Changed,
        (None, _) => Change::Added,
        (_, None) => Change::Removed,
    };
    let mut connection = Connection::open_in_memory()?;
    connection.execute_batch("ATTACH ':memory:' AS before; ATTACH ':memory:' AS after;")?;
    for (schema, bytes) in [("before", before), ("after", after)] {
        if let Some(bytes) = bytes.filter(|bytes| !bytes.is_empty()) {
            load(&mut connection, schema, bytes)?;
        }
    }
    let both = Both { connection, most };
    let parts = view.diff(&both)?;
    let objects = [("+", "after", "before"), ("-", "before", "after")].map(|(sign, here, there)| both.objects(sign, here, there));
    let objects = objects.into_iter().collect::<rusqlite::Result<Vec<_>>>()?.concat();
    // The bytes may differ where nothing that anybody can ask for does.
    let same = change == Change::Changed && parts.is_empty() && objects.is_empty();
    Ok((!same).then_some((change, parts, objects)))
}

impl Both {
    fn objects(&self, sign: &str, here: &str, there: &str) -> rusqlite::Result<Vec<String>> {
        let mut statement = self.connection.prepare(&OBJECTS.replace("{here}", here).replace("{there}", there))?;
        let rows = statement.query_map([], |row| row.get::<_, String>(0).map(|object| format!("{sign} {object}")))?;
        rows.collect()
    }
}
