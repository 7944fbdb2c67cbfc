//! Models as text. Each line that begins at its margin declares something; the lines after it that do not are its members.
//!
//! ```text
//! service <name> <protocol> <version> <prefix of X-Amz-Target, or ->
//! also <protocol>                                      another one that it answers to
//! namespace <namespace of its XML>
//! errors <what stands before the # in the types of its errors>
//! address <member that the request's own address is, where a form says none>
//! elsewhere <operation that is not to be had at the address of one thing>
//! hosted                                               what a host has before the service's name is the first part of the path
//! operation <name> <method> <uri> <status> <input, or -> <output, or ->
//! structure <name> [payload=<member>] [eventstream] [xml=<name as the outermost element>]
//! exception <name> <status> <code>
//!   <member>[!] <shape> [@<place>=<name there>] [form=<name in forms and XML>] [flattened] [xmlAttribute]
//!                                                      `!`: required; places: uri, querystring, header, headers, statusCode, body
//! list <name> <shape of an item> [flattened] [item=<name of one>] [<least>..<most>]
//! map <name> <shape of a key> <shape of a value> [flattened] [key=<its name>] [value=<its name>] [<least>..<most>]
//! string <name> [<least>..<most>] [= <word> …] [~ <pattern, to the end of the line>]
//! integer | long | double | float | boolean | blob | timestamp <name> [<least>..<most>]
//! ```
//!
//! A shape that is declared twice is what its last declaration says: what the published model has otherwise than the service is put
//! right by a second text.

use std::collections::BTreeMap;

use super::{Bound, Kind, List, Map, Member, Model, OperationShape, Place, Protocol, Shape, Structure, Text, Uri, Violation, sentence};
use crate::error::ApiError;

/// A line that is none of the above. Models are part of the program, so this is a mistake in it.
#[derive(Debug, PartialEq, Eq)]
pub struct Malformed(pub String);

impl std::fmt::Display for Malformed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "a line of a model that is none: `{}`", self.0)
    }
}

impl Model {
    /// Reads `texts`, of which the first one has the service.
    ///
    /// # Errors
    /// The line that is none.
    pub fn parse(texts: &[&str]) -> Result<Self, Malformed> {
        let mut reader = Reader::default();
        for line in texts.iter().flat_map(|text| text.lines()).filter(|line| !line.is_empty() && !line.starts_with('#')) {
            reader.line(line).ok_or_else(|| Malformed(line.to_owned()))?;
        }
        let [service, protocol, version, target] = reader.service.ok_or_else(|| Malformed("service".to_owned()))?;
        let protocol = read_protocol(&protocol).ok_or(Malformed(protocol))?;
        let target = if target == "-" { String::new() } else { target };
        let Reader { also, namespace, errors, address, elsewhere, hosted, operations, shapes, .. } = reader;
        let refuse = |violations: &[Violation]| ApiError::validation(sentence(violations));
        Ok(Self { service, protocol, version, target, also, namespace, errors, address, elsewhere, hosted, refuse, operations, shapes })
    }
}

fn read_protocol(name: &str) -> Option<Protocol> {
    Protocol::ALL.iter().find(|(_, known)| *known == name).map(|(protocol, _)| *protocol)
}

/// The flag of lists and maps with nothing around them all.
const FLAT: &str = "flattened";

#[derive(Default)]
struct Reader {
    service: Option<[String; 4]>,
    also: Vec<Protocol>,
    namespace: String,
    errors: String,
    address: Option<String>,
    elsewhere: Vec<String>,
    hosted: bool,
    operations: Vec<OperationShape>,
    shapes: BTreeMap<String, Shape>,
    /// The structure whose members follow.
    open: String,
}

impl Reader {
    fn line(&mut self, line: &str) -> Option<()> {
        if line == "hosted" {
            self.hosted = true;
            return Some(());
        }
        if let Some(member) = line.strip_prefix("  ") {
            let Kind::Structure(structure) = &mut self.shapes.get_mut(&self.open)?.kind else { return None };
            structure.members.push(read_member(member)?);
            return Some(());
        }
        let (kind, rest) = line.split_once(' ')?;
        match kind {
            "service" => self.service = Some(words(rest)?),
            "also" => self.also.push(read_protocol(rest)?),
            "namespace" => rest.clone_into(&mut self.namespace),
            "errors" => rest.clone_into(&mut self.errors),
            "address" => self.address = Some(rest.to_owned()),
            "elsewhere" => self.elsewhere.push(rest.to_owned()),
            "operation" => self.operations.push(operation(rest)?),
            _ => self.shape(kind, rest)?,
        }
        Some(())
    }

    fn shape(&mut self, kind: &str, rest: &str) -> Option<()> {
        let (name, rest) = rest.split_once(' ').unwrap_or((rest, ""));
        let (kind, rest) = read_kind(kind, rest)?;
        let bounds = rest.split(' ').find_map(|word| word.split_once(".."));
        let bound = |text: Option<&str>| text.and_then(|text| Some(Bound { value: text.parse().ok()?, text: text.to_owned() }));
        let shape = Shape { kind, least: bound(bounds.map(|both| both.0)), most: bound(bounds.map(|both| both.1)) };
        self.shapes.insert(name.to_owned(), shape);
        name.clone_into(&mut self.open);
        Some(())
    }
}

/// What it is, and what is left of the line, which may hold bounds.
fn read_kind<'a>(kind: &str, rest: &'a str) -> Option<(Kind, &'a str)> {
    Some(match kind {
        "structure" => {
            let (payload, xml) = (setting(rest, "payload="), setting(rest, "xml="));
            (Kind::Structure(Structure { payload, xml, stream: has(rest, "eventstream"), ..Structure::default() }), "")
        }
        "exception" => {
            let mut words = rest.split(' ');
            let error = Some((words.next()?.parse().ok()?, words.next()?.to_owned()));
            (Kind::Structure(Structure { error, ..Structure::default() }), "")
        }
        "list" => {
            let (item, rest) = rest.split_once(' ').unwrap_or((rest, ""));
            (Kind::List(List { item: item.to_owned(), name: setting(rest, "item="), flat: has(rest, FLAT) }), rest)
        }
        "map" => {
            let (key, rest) = rest.split_once(' ')?;
            let (value, rest) = rest.split_once(' ').unwrap_or((rest, ""));
            let name = |mark: &str, usual: &str| setting(rest, mark).unwrap_or_else(|| usual.to_owned());
            let names = (name("key=", "key"), name("value=", "value"));
            (Kind::Map(Map { key: key.to_owned(), value: value.to_owned(), names, flat: has(rest, FLAT) }), rest)
        }
        "string" => read_text(rest),
        "integer" | "long" => (Kind::Integer, rest),
        "double" | "float" => (Kind::Double, rest),
        "boolean" => (Kind::Boolean, rest),
        "blob" => (Kind::Blob, rest),
        "timestamp" => (Kind::Timestamp, rest),
        _ => return None,
    })
}

fn setting(rest: &str, mark: &str) -> Option<String> {
    rest.split(' ').find_map(|word| word.strip_prefix(mark)).map(str::to_owned)
}

fn has(rest: &str, flag: &str) -> bool {
    rest.split(' ').any(|word| word == flag)
}

fn read_text(rest: &str) -> (Kind, &str) {
    let (rest, pattern) = split_at(rest, "~ ");
    let (rest, listed) = split_at(rest, "= ");
    let words = listed.map(|listed| listed.split(' ').map(str::to_owned).collect()).unwrap_or_default();
    (Kind::Text(Text { words, pattern: pattern.map(str::to_owned), ..Text::default() }), rest)
}

/// What stands before the first `mark` that begins a word, and what stands behind it.
fn split_at<'a>(text: &'a str, mark: &str) -> (&'a str, Option<&'a str>) {
    let at = text.match_indices(mark).map(|(at, _)| at).find(|at| *at == 0 || text.as_bytes()[at - 1] == b' ');
    at.map_or((text, None), |at| (&text[..at], Some(&text[at + mark.len()..])))
}

fn words<const N: usize>(text: &str) -> Option<[String; N]> {
    let words: Vec<_> = text.split(' ').map(str::to_owned).collect();
    words.try_into().ok()
}

fn operation(rest: &str) -> Option<OperationShape> {
    let [name, method, uri, status, input, output] = words(rest)?;
    let some = |name: String| (name != "-").then_some(name);
    Some(OperationShape {
        name,
        method: method.parse().ok()?,
        uri: Uri::new(&uri),
        status: status.parse().ok()?,
        input: some(input),
        output: some(output),
    })
}

fn read_member(line: &str) -> Option<Member> {
    let (name, rest) = line.split_once(' ')?;
    let (shape, rest) = rest.split_once(' ').unwrap_or((rest, ""));
    let (name, required) = name.strip_suffix('!').map_or((name, false), |name| (name, true));
    let (place, wire) = match rest.split(' ').find_map(|word| word.strip_prefix('@')) {
        Some(placed) => placed.split_once('=')?,
        None => ("body", name),
    };
    let place = match place {
        "body" => Place::Body,
        "uri" => Place::Uri,
        "querystring" => Place::Query,
        "header" => Place::Header,
        "headers" => Place::Headers,
        "statusCode" => Place::Status,
        _ => return None,
    };
    Some(Member {
        name: name.to_owned(),
        shape: shape.to_owned(),
        required,
        place,
        wire: wire.to_owned(),
        form: setting(rest, "form=").unwrap_or_else(|| wire.to_owned()),
        flat: has(rest, FLAT),
        attribute: has(rest, "xmlAttribute"),
    })
}
