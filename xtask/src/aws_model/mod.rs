//! `cargo xtask aws-model <service-2.json>`: the public API model of an AWS service, as text that `greenroom-aws-wire` reads.
//!
//! Models come with every SDK; in botocore's source tree the one of Lambda is `botocore/data/lambda/2015-03-31/service-2.json`. Only what
//! is needed to read requests, check them and write answers is taken over: names, types, places, bounds. No sentence of the documentation is.

use std::fmt::Write;
use std::path::Path;

use serde_json::{Map, Value};

/// The text for the model in `file`.
///
/// # Errors
/// A file that cannot be read, or is no such model.
pub(crate) fn text(file: &Path) -> Result<String, String> {
    let json = std::fs::read_to_string(file).map_err(|error| format!("`{}` cannot be read: {error}", file.display()))?;
    let model: Value = serde_json::from_str(&json).map_err(|error| format!("`{}` is no JSON: {error}", file.display()))?;
    write(&model).ok_or_else(|| format!("`{}` is no model of an AWS service", file.display()))
}

fn write(model: &Value) -> Option<String> {
    let metadata = &model["metadata"];
    let mut text = String::from(
        "# Made by `cargo xtask aws-model` from the service's public API model; see `aws-wire/src/model/text.rs` for the form.\n\n",
    );
    let signing = metadata["signingName"].as_str().or_else(|| metadata["endpointPrefix"].as_str())?;
    let protocol = metadata["protocol"].as_str()?;
    let target = metadata["targetPrefix"].as_str().unwrap_or("-");
    let _ = writeln!(text, "service {signing} {protocol} {} {target}\n", metadata["apiVersion"].as_str()?);
    for (name, operation) in sorted(model["operations"].as_object()?) {
        let http = &operation["http"];
        let shape = |of: &str| operation[of]["shape"].as_str().unwrap_or("-").to_owned();
        let status = http["responseCode"].as_u64().unwrap_or(200);
        let (method, uri) = (http["method"].as_str().unwrap_or("POST"), http["requestUri"].as_str().unwrap_or("/"));
        let _ = writeln!(text, "operation {name} {method} {uri} {status} {} {}", shape("input"), shape("output"));
    }
    text.push('\n');
    for (name, shape) in sorted(model["shapes"].as_object()?) {
        write_shape(&mut text, name, shape)?;
    }
    Some(text)
}

fn sorted(map: &Map<String, Value>) -> Vec<(&String, &Value)> {
    let mut entries: Vec<_> = map.iter().collect();
    entries.sort_by_key(|(name, _)| *name);
    entries
}

fn write_shape(text: &mut String, name: &str, shape: &Value) -> Option<()> {
    let kind = shape["type"].as_str()?;
    if shape["exception"].as_bool() == Some(true) {
        write_exception(text, name, shape);
        return Some(());
    }
    let _ = write!(text, "{kind} {name}");
    match kind {
        "structure" => write_structure(text, shape),
        "list" => drop(write!(text, " {}", shape["member"]["shape"].as_str()?)),
        "map" => drop(write!(text, " {} {}", shape["key"]["shape"].as_str()?, shape["value"]["shape"].as_str()?)),
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

fn write_exception(text: &mut String, name: &str, shape: &Value) {
    let status = shape["error"]["httpStatusCode"].as_u64().unwrap_or(if shape["fault"].as_bool() == Some(true) { 500 } else { 400 });
    let code = shape["error"]["code"].as_str().unwrap_or(name);
    let _ = write!(text, "exception {name} {status} {code}");
    write_structure(text, shape);
}

fn write_structure(text: &mut String, shape: &Value) {
    for flag in ["eventstream", "document"] {
        if shape[flag].as_bool() == Some(true) {
            let _ = write!(text, " {flag}");
        }
    }
    if let Some(payload) = shape["payload"].as_str() {
        let _ = write!(text, " payload={payload}");
    }
    text.push('\n');
    let required: Vec<_> = shape["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    for (name, member) in shape["members"].as_object().into_iter().flatten() {
        let mark = if required.contains(&name.as_str()) { "!" } else { "" };
        let _ = write!(text, "  {name}{mark} {}", member["shape"].as_str().unwrap_or("String"));
        let wire = member["locationName"].as_str();
        match (member["location"].as_str(), wire) {
            (Some(location), wire) => drop(write!(text, " @{location}={}", wire.unwrap_or(name))),
            (None, Some(wire)) if wire != name => drop(write!(text, " @body={wire}")),
            (None, _) => {}
        }
        for flag in ["flattened", "xmlAttribute"] {
            if member[flag].as_bool() == Some(true) {
                let _ = write!(text, " {flag}");
            }
        }
        text.push('\n');
    }
}

#[cfg(test)]
mod tests;
