//! `$input`: the body and the parameters of a request.

use serde_json::{Map, Value as Json};
use serde_json_path::JsonPath;

use super::value::Value;

/// Names and values.
type Named = Vec<(String, String)>;

/// The parameters of a request.
#[derive(Debug, Clone, Default)]
pub(crate) struct Parameters {
    pub(crate) path: Named,
    pub(crate) query: Named,
    pub(crate) header: Named,
}

/// What stands behind `$input`.
pub(crate) struct Input {
    body: String,
    json: Json,
    parameters: Parameters,
}

impl Input {
    /// Of a body and parameters. To paths an empty body is an empty object, and one that is no JSON a text.
    pub(crate) fn new(body: String, parameters: Parameters) -> Self {
        let json = if body.is_empty() { Json::Object(Map::new()) } else { text_or_json(&body) };
        Self { body, json, parameters }
    }

    /// `$input.body`. An empty one is an empty object.
    pub(crate) fn property(&self, name: &str) -> Value {
        match name {
            "body" if self.body.is_empty() => Value::Text("{}".to_owned()),
            "body" => Value::Text(self.body.clone()),
            _ => Value::Null,
        }
    }

    /// `$input.json(path)`, `$input.path(path)`, `$input.params(name)`.
    pub(crate) fn call(&self, name: &str, arguments: &[Value]) -> Result<Value, String> {
        match (name, arguments) {
            ("json", [path]) => {
                let found = self.find(&path.text())?;
                Ok(Value::Text(found.map_or_else(|| "\"\"".to_owned(), |found| found.to_string())))
            }
            ("path", [path]) => Ok(self.find(&path.text())?.map_or(Value::Null, |found| Value::from_json(&found))),
            ("params", []) => Ok(Value::map(vec![
                ("path".to_owned(), named(&self.parameters.path)),
                ("querystring".to_owned(), named(&self.parameters.query)),
                ("header".to_owned(), named(&self.parameters.header)),
            ])),
            ("params", [name]) => Ok(self.parameter(&name.text())),
            _ => Err(format!("mapping template: `$input.{name}` with {} arguments is not emulated", arguments.len())),
        }
    }

    /// Of the path, else of the query, else of the headers.
    fn parameter(&self, name: &str) -> Value {
        let Parameters { path, query, header } = &self.parameters;
        let found = [path, query].into_iter().flatten().find(|(known, _)| known == name);
        let found = found.or_else(|| header.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)));
        Value::Text(found.map_or_else(String::new, |(_, value)| value.clone()))
    }

    /// What a path leads to: one value where it can lead to one only, else a list.
    fn find(&self, path: &str) -> Result<Option<Json>, String> {
        let query = JsonPath::parse(path).map_err(|error| format!("mapping template: `{path}` is no path of JSON: {error}"))?;
        let found = query.query(&self.json).all();
        if is_definite(path) {
            return Ok(found.first().map(|found| (*found).clone()).filter(|found| !found.is_null()));
        }
        Ok(Some(Json::Array(found.into_iter().cloned().collect())))
    }
}

fn text_or_json(body: &str) -> Json {
    serde_json::from_str(body).unwrap_or_else(|_| Json::String(body.to_owned()))
}

fn named(pairs: &Named) -> Value {
    Value::map(pairs.iter().map(|(name, value)| (name.clone(), Value::Text(value.clone()))).collect())
}

/// Whether a path leads to one value at most.
fn is_definite(path: &str) -> bool {
    let mut quote = None;
    for sign in path.chars() {
        match (quote, sign) {
            (None, '\'' | '"') => quote = Some(sign),
            (Some(open), sign) if open == sign => quote = None,
            (None, '*' | '?' | ',' | ':') => return false,
            _ => {}
        }
    }
    !path.contains("..")
}
