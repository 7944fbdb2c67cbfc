//! `samconfig.toml`, or the same as YAML: parameters, region and stack name as `sam deploy` takes them.

use std::path::{Path, PathBuf};

use greenroom_host::Diagnostic;
use serde_json::Value;
use toml_edit::{Document, Item};

use crate::options::LoadOptions;
use crate::sources::Sources;
use crate::tree::parse;

/// What the configuration says of one environment.
#[derive(Debug, Default)]
pub(crate) struct Config {
    pub(crate) path: Option<PathBuf>,
    pub(crate) parameters: Vec<(String, String)>,
    pub(crate) stack_name: Option<String>,
}

/// The commands whose parameters count, the one that wins last.
const COMMANDS: &[&str] = &["global", "deploy", "local_start_api", "local_start_lambda"];

/// The names of the file, the one that wins first.
const NAMES: &[&str] = &["samconfig.toml", "samconfig.yaml", "samconfig.yml"];

/// Reads the configuration in `dir`, if there is one. A region that it names goes into `options` where none was asked for.
pub(crate) fn read(dir: &Path, options: &mut LoadOptions) -> Result<Config, Diagnostic> {
    let Some(path) = NAMES.iter().map(|name| dir.join(name)).find(|path| path.is_file()) else { return Ok(Config::default()) };
    let document = document(&path)?;
    let environment = options.environment.clone().unwrap_or_else(|| "default".to_owned());
    let mut config = Config { path: Some(path), ..Config::default() };
    for command in COMMANDS {
        let parameters = &document[environment.as_str()][*command]["parameters"];
        if let Some(name) = parameters["stack_name"].as_str() {
            config.stack_name = Some(name.to_owned());
        }
        if let Some(region) = parameters["region"].as_str().filter(|_| options.wanted_region().is_none()) {
            options.region = Some(region.to_owned());
        }
        config.parameters.extend(pairs(&parameters["parameter_overrides"]));
    }
    Ok(config)
}

/// The file as JSON, whichever language it is in.
fn document(path: &Path) -> Result<Value, Diagnostic> {
    let mut sources = Sources::default();
    let (mark, source) = sources.read(path)?;
    if path.extension().is_some_and(|ending| ending != "toml") {
        return parse(&source, mark).map(|node| node.to_json()).map_err(|error| sources.locate(error.diagnostic, error.mark));
    }
    let document: Document<&str> = Document::parse(&*source.text).map_err(|error| {
        let at = error.span().map_or(0, |span| span.start);
        let reason = error.message().lines().next().unwrap_or_default().to_owned();
        Diagnostic::error(format!("not TOML: {reason}")).in_file(path).at(&source.text, at).hint("correct the file at the place shown")
    })?;
    Ok(table(document.iter()))
}

fn table<'t>(entries: impl Iterator<Item = (&'t str, &'t Item)>) -> Value {
    entries.map(|(name, item)| (name.to_owned(), item_json(item))).collect()
}

fn item_json(item: &Item) -> Value {
    if let Some(inner) = item.as_table_like() {
        return table(inner.iter());
    }
    item.as_value().map_or(Value::Null, value_json)
}

fn value_json(value: &toml_edit::Value) -> Value {
    if let Some(list) = value.as_array() {
        return list.iter().map(value_json).collect();
    }
    // Numbers and booleans stay as they are written: a parameter's value is text.
    value.as_str().map_or_else(|| value.to_string().trim().into(), Value::from)
}

/// `Name=value` pairs: in one text, in a list of them, or as a table.
fn pairs(overrides: &Value) -> Vec<(String, String)> {
    match overrides {
        Value::String(text) => split(text),
        Value::Array(list) => list.iter().filter_map(Value::as_str).flat_map(split).collect(),
        Value::Object(table) => {
            let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            table.iter().map(|(name, value)| (name.clone(), text(value))).collect()
        }
        _ => Vec::new(),
    }
}

/// `A=1 B="two words"`, and the older `ParameterKey=A,ParameterValue=1`.
fn split(text: &str) -> Vec<(String, String)> {
    let words = words(text);
    let pairs = words.iter().filter_map(|word| {
        if let Some(rest) = word.strip_prefix("ParameterKey=") {
            let (name, value) = rest.split_once(",ParameterValue=")?;
            return Some((name.to_owned(), value.to_owned()));
        }
        let (name, value) = word.split_once('=')?;
        Some((name.to_owned(), value.to_owned()))
    });
    pairs.collect()
}

/// Words between blanks; quotes keep blanks and go.
fn words(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    let (mut word, mut quote, mut begun) = (String::new(), None, false);
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        match (character, quote) {
            ('\\', _) => {
                word.extend(characters.next());
                begun = true;
            }
            (character, Some(open)) if character == open => quote = None,
            ('"' | '\'', None) => {
                quote = Some(character);
                begun = true;
            }
            (character, None) if character.is_whitespace() => {
                if begun {
                    words.push(std::mem::take(&mut word));
                }
                begun = false;
            }
            (character, _) => {
                word.push(character);
                begun = true;
            }
        }
    }
    if begun {
        words.push(word);
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_pairs_as_sam_writes_them() {
        let text = r#"Stage="prod eu" Size=3 ParameterKey=Old,ParameterValue=yes Url=https://a/?b=c"#;
        let expected = [("Stage", "prod eu"), ("Size", "3"), ("Old", "yes"), ("Url", "https://a/?b=c")];
        assert_eq!(split(text), expected.map(|(name, value)| (name.to_owned(), value.to_owned())));
    }

    #[test]
    fn takes_the_environment_asked_for_and_the_region() {
        let dir = tempfile::tempdir().unwrap();
        let text = "version = 0.1\n[default.deploy.parameters]\nregion = \"eu-west-1\"\nparameter_overrides = \"A=1\"\n\
                    [prod.global.parameters]\nstack_name = \"shop\"\nparameter_overrides = [\"A=2\", \"B=x\"]\n";
        std::fs::write(dir.path().join("samconfig.toml"), text).unwrap();
        let mut options = LoadOptions::default();
        assert_eq!(read(dir.path(), &mut options).unwrap().parameters, [("A".to_owned(), "1".to_owned())]);
        assert_eq!(options.region(), "eu-west-1");
        let mut options = LoadOptions { environment: Some("prod".to_owned()), ..LoadOptions::default() };
        let config = read(dir.path(), &mut options).unwrap();
        assert_eq!((config.stack_name.as_deref(), config.parameters.len()), (Some("shop"), 2));
    }

    #[test]
    fn yaml_says_the_same() {
        let dir = tempfile::tempdir().unwrap();
        let text = "version: 0.1\ndefault:\n  deploy:\n    parameters:\n      parameter_overrides: [A=1]\n";
        std::fs::write(dir.path().join("samconfig.yaml"), text).unwrap();
        assert_eq!(read(dir.path(), &mut LoadOptions::default()).unwrap().parameters, [("A".to_owned(), "1".to_owned())]);
    }

    #[test]
    fn says_where_it_is_not_toml() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("samconfig.toml"), "a = 1\nb = [\n").unwrap();
        let error = read(dir.path(), &mut LoadOptions::default()).unwrap_err();
        assert!(error.message.starts_with("not TOML: "), "{}", error.message);
        assert!(error.position.is_some());
    }
}
