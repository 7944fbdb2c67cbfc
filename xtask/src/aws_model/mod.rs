//! `cargo xtask aws-model <service-2.json>`: the public API model of an AWS service, as text that `greenroom-aws-wire` reads.
//!
//! Models come with every SDK; in botocore's source tree the one of Lambda is `botocore/data/lambda/2015-03-31/service-2.json`. Only what
//! is needed to read requests, check them and write answers is taken over: names, types, places, bounds. No sentence of the documentation is.
//!
//! A service that once spoke the query protocol and speaks another one today still answers to the old one. The names in forms and XML,
//! and the codes of errors, are in the models of that time alone: `cargo xtask aws-model <service-2.json> <older service-2.json>`
//! takes them from there. For SQS, botocore 1.31.0 from PyPI has the older one.

use std::fmt::Write;
use std::path::Path;

use serde_json::{Map, Value};

/// The text for the model in `file`, with the names of the query protocol from `older`.
///
/// # Errors
/// A file that cannot be read, or is no such model.
pub(crate) fn text(file: &Path, older: Option<&Path>) -> Result<String, String> {
    let model = read(file)?;
    let older = older.map(read).transpose()?;
    write(&model, older.as_ref()).ok_or_else(|| format!("`{}` is no model of an AWS service", file.display()))
}

fn read(file: &Path) -> Result<Value, String> {
    let json = std::fs::read_to_string(file).map_err(|error| format!("`{}` cannot be read: {error}", file.display()))?;
    serde_json::from_str(&json).map_err(|error| format!("`{}` is no JSON: {error}", file.display()))
}

fn write(model: &Value, older: Option<&Value>) -> Option<String> {
    let metadata = &model["metadata"];
    let forms = Forms { shapes: &older.unwrap_or(model)["shapes"], apart: older.is_some() };
    let mut text = String::from(
        "# Made by `cargo xtask aws-model` from the service's public API model; see `aws-wire/src/model/text.rs` for the form.\n\n",
    );
    let signing = metadata["signingName"].as_str().or_else(|| metadata["endpointPrefix"].as_str())?;
    let protocol = metadata["protocol"].as_str()?;
    let target = metadata["targetPrefix"].as_str().unwrap_or("-");
    let protocol = match (protocol, metadata["jsonVersion"].as_str()) {
        ("json", Some("1.0")) => "json-1.0",
        (protocol, _) => protocol,
    };
    let _ = writeln!(text, "service {signing} {protocol} {} {target}", metadata["apiVersion"].as_str()?);
    if older.is_some() {
        text.push_str("also query\n");
    }
    if let Some(namespace) = namespace(&older.unwrap_or(model)["metadata"]["xmlNamespace"]) {
        let _ = writeln!(text, "namespace {namespace}");
    }
    text.push('\n');
    for (name, operation) in sorted(model["operations"].as_object()?) {
        let http = &operation["http"];
        let shape = |of: &str| operation[of]["shape"].as_str().unwrap_or("-").to_owned();
        let status = http["responseCode"].as_u64().unwrap_or(200);
        let (method, uri) = (http["method"].as_str().unwrap_or("POST"), http["requestUri"].as_str().unwrap_or("/"));
        let _ = writeln!(text, "operation {name} {method} {uri} {status} {} {}", shape("input"), shape("output"));
    }
    text.push('\n');
    for (name, shape) in sorted(model["shapes"].as_object()?) {
        write_shape(&mut text, &forms, name, shape)?;
    }
    Some(text)
}

/// The namespace, which stands there by itself or with a prefix beside it.
fn namespace(value: &Value) -> Option<&str> {
    value.as_str().or_else(|| value["uri"].as_str())
}

/// Names in forms and XML.
struct Forms<'a> {
    shapes: &'a Value,
    /// They are other names than those in JSON.
    apart: bool,
}

impl Forms<'_> {
    /// The member's name, where it has one of its own, or its shape has.
    fn member<'a>(shapes: &'a Value, member: &'a Value) -> Option<&'a str> {
        let of_shape = || shapes[member["shape"].as_str()?]["locationName"].as_str();
        member["locationName"].as_str().or_else(of_shape)
    }

    /// What is written behind a list or a map: how its parts are called, and that nothing is around them.
    fn parts(&self, name: &str, shape: &Value) -> String {
        let known = self.shapes[name].is_object();
        let shape = if known { &self.shapes[name] } else { shape };
        let flat = if shape["flattened"].as_bool() == Some(true) { " flattened" } else { "" };
        let named = [("item", "member"), ("key", "key"), ("value", "value")].map(|(word, part)| {
            let name = shape[part]["locationName"].as_str();
            name.map(|name| format!(" {word}={name}")).unwrap_or_default()
        });
        format!("{flat}{}", named.concat())
    }
}

fn sorted(map: &Map<String, Value>) -> Vec<(&String, &Value)> {
    let mut entries: Vec<_> = map.iter().collect();
    entries.sort_by_key(|(name, _)| *name);
    entries
}

fn write_shape(text: &mut String, forms: &Forms, name: &str, shape: &Value) -> Option<()> {
    let kind = shape["type"].as_str()?;
    if shape["exception"].as_bool() == Some(true) {
        write_exception(text, forms, name, shape);
        return Some(());
    }
    let _ = write!(text, "{kind} {name}");
    match kind {
        "structure" => write_structure(text, forms, name, shape),
        "list" => drop(write!(text, " {}{}", shape["member"]["shape"].as_str()?, forms.parts(name, shape))),
        "map" => {
            let (key, value) = (shape["key"]["shape"].as_str()?, shape["value"]["shape"].as_str()?);
            let _ = write!(text, " {key} {value}{}", forms.parts(name, shape));
        }
        _ => {}
    }
    if kind == "structure" {
        return Some(());
    }
    if shape["min"].is_number() || shape["max"].is_number() {
        let bound = |of: &str| shape[of].as_number().map(ToString::to_string).unwrap_or_default();
        let _ = write!(text, " {}..{}", bound("min"), bound("max"));
    }
    if let Some(words) = shape["enum"].as_array() {
        let words: Vec<_> = words.iter().filter_map(Value::as_str).collect();
        let _ = write!(text, " = {}", words.join(" "));
    } else if let Some(pattern) = shape["pattern"].as_str() {
        let _ = write!(text, " ~ {pattern}");
    }
    text.push('\n');
    Some(())
}

fn write_exception(text: &mut String, forms: &Forms, name: &str, shape: &Value) {
    let known = forms.shapes[name].is_object();
    let error = if known { &forms.shapes[name]["error"] } else { &shape["error"] };
    let status = error["httpStatusCode"].as_u64().unwrap_or(if shape["fault"].as_bool() == Some(true) { 500 } else { 400 });
    let code = error["code"].as_str().unwrap_or(name);
    let _ = write!(text, "exception {name} {status} {code}");
    write_structure(text, forms, name, shape);
}

fn write_structure(text: &mut String, forms: &Forms, name: &str, shape: &Value) {
    for flag in ["eventstream", "document"] {
        if shape[flag].as_bool() == Some(true) {
            let _ = write!(text, " {flag}");
        }
    }
    for (word, key) in [("payload", "payload"), ("xml", "locationName")] {
        if let Some(value) = shape[key].as_str() {
            let _ = write!(text, " {word}={value}");
        }
    }
    text.push('\n');
    let required: Vec<_> = shape["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    let older = &forms.shapes[name]["members"];
    for (name, member) in shape["members"].as_object().into_iter().flatten() {
        let mark = if required.contains(&name.as_str()) { "!" } else { "" };
        let _ = write!(text, "  {name}{mark} {}", member["shape"].as_str().unwrap_or("String"));
        let own = if forms.apart { member["locationName"].as_str() } else { Forms::member(forms.shapes, member) };
        match (member["location"].as_str(), own) {
            (Some(location), wire) => drop(write!(text, " @{location}={}", wire.unwrap_or(name))),
            (None, Some(wire)) if wire != name => drop(write!(text, " @body={wire}")),
            (None, _) => {}
        }
        if let Some(form) = Forms::member(forms.shapes, &older[name]).filter(|form| forms.apart && form != name) {
            let _ = write!(text, " form={form}");
        }
        let older = if older[name].is_object() { &older[name] } else { member };
        for flag in ["flattened", "xmlAttribute"] {
            if older[flag].as_bool() == Some(true) {
                let _ = write!(text, " {flag}");
            }
        }
        text.push('\n');
    }
}

#[cfg(test)]
mod tests;
