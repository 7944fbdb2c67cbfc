//! The services that are bound to an app, as its code sees them, on the handles that the app has open.

use serde_json::{Value, json};

use crate::clock::{array, text};
use crate::error::Result;
use crate::wire::{Control, encoded, query};

/// A KV namespace.
#[derive(Debug, Clone)]
pub struct Kv {
    control: Control,
    path: String,
}

/// A value with its metadata.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// The value.
    pub value: Vec<u8>,
    /// Null where it has none.
    pub metadata: Value,
}

/// What goes with a value that is written.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Put {
    /// When it expires, in seconds since 1970.
    pub expiration: Option<i64>,
    /// How long it lives, in seconds; wins over `expiration`.
    pub expiration_ttl: Option<i64>,
    /// Anything.
    pub metadata: Option<Value>,
}

/// A page of keys.
#[derive(Debug, Clone, PartialEq)]
pub struct Keys {
    /// `name` and, where they have it, `expiration` in seconds since 1970 and `metadata`.
    pub keys: Vec<Value>,
    /// Where the next page starts; none if this is the last.
    pub cursor: Option<String>,
}

impl Kv {
    pub(crate) fn new(control: Control, app: &str, binding: &str) -> Self {
        Self { control, path: format!("/v1/kv/{}/{}", encoded(app), encoded(binding)) }
    }

    /// The value as text; none where there is none.
    ///
    /// # Errors
    /// A key that KV refuses, in its words.
    pub fn get(&self, key: &str) -> Result<Option<String>> {
        Ok(self.entry(key)?.map(|entry| String::from_utf8_lossy(&entry.value).into_owned()))
    }

    /// The value as bytes, with its metadata.
    ///
    /// # Errors
    /// The same.
    pub fn entry(&self, key: &str) -> Result<Option<Entry>> {
        match self.control.send("GET", &self.value(key), &[], b"") {
            Ok(reply) => {
                let metadata = reply.header("kv-metadata").and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default();
                Ok(Some(Entry { value: reply.body, metadata }))
            }
            Err(error) if error.code == "no-value" => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Writes a value.
    ///
    /// # Errors
    /// What KV refuses, in its words.
    pub fn put(&self, key: &str, value: impl AsRef<[u8]>) -> Result<()> {
        self.put_with(key, value, &Put::default())
    }

    /// Writes a value with what goes with it.
    ///
    /// # Errors
    /// The same.
    pub fn put_with(&self, key: &str, value: impl AsRef<[u8]>, with: &Put) -> Result<()> {
        let query = query(&[
            ("key", Some(key.to_owned())),
            ("expiration", with.expiration.map(|at| at.to_string())),
            ("expiration_ttl", with.expiration_ttl.map(|ttl| ttl.to_string())),
            ("metadata", with.metadata.as_ref().map(Value::to_string)),
        ]);
        self.control.send("PUT", &format!("{}/values{query}", self.path), &[], value.as_ref()).map(drop)
    }

    /// Deletes a key; one that is not there is no error.
    ///
    /// # Errors
    /// A key that KV refuses.
    pub fn delete(&self, key: &str) -> Result<()> {
        self.control.send("DELETE", &self.value(key), &[], b"").map(drop)
    }

    /// A page of keys that start with `prefix`.
    ///
    /// # Errors
    /// What KV refuses.
    pub fn list(&self, prefix: &str, cursor: Option<&str>) -> Result<Keys> {
        let query = query(&[("prefix", Some(prefix.to_owned())), ("cursor", cursor.map(str::to_owned))]);
        let page = self.control.ask("GET", &format!("{}/keys{query}", self.path), Value::Null)?;
        Ok(Keys { keys: array(&page, "keys").to_vec(), cursor: page["cursor"].as_str().map(str::to_owned) })
    }

    /// The names of all keys.
    ///
    /// # Errors
    /// When the run does not answer.
    pub fn keys(&self) -> Result<Vec<String>> {
        let (mut names, mut cursor) = (Vec::new(), None);
        loop {
            let page = self.list("", cursor.as_deref())?;
            names.extend(page.keys.iter().map(|key| text(key, "name")));
            match page.cursor {
                Some(next) => cursor = Some(next),
                None => return Ok(names),
            }
        }
    }

    fn value(&self, key: &str) -> String {
        format!("{}/values?key={}", self.path, encoded(key))
    }
}

/// A D1 database.
#[derive(Debug, Clone)]
pub struct D1 {
    control: Control,
    path: String,
}

impl D1 {
    pub(crate) fn new(control: Control, app: &str, binding: &str) -> Self {
        Self { control, path: format!("/v1/d1/{}/{}/query", encoded(app), encoded(binding)) }
    }

    /// Runs a statement, and gives its rows.
    ///
    /// # Errors
    /// What D1 or SQLite says.
    pub fn query(&self, sql: &str, params: &[Value]) -> Result<Vec<Value>> {
        Ok(array(&self.run(sql, params)?, "results").to_vec())
    }

    /// The same with all that D1 says: `success`, `meta`, `results`.
    ///
    /// # Errors
    /// The same.
    pub fn run(&self, sql: &str, params: &[Value]) -> Result<Value> {
        self.control.ask("POST", &self.path, json!({ "sql": sql, "params": params }))
    }
}
