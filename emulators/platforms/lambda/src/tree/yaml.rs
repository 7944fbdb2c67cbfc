//! YAML with CloudFormation's short tags.

use std::collections::HashMap;

use saphyr_parser::{Event, Parser, ScalarStyle, Span, Tag};

use super::{DEEPEST, Entry, IntoNode, Located, Maker, Node, Object, Value};
use crate::sources::{Mark, Source};

/// Aliases may name what is large; a file that means more values than this is refused rather than unfolded.
const MOST_VALUES: usize = 1_000_000;

pub(super) fn parse(source: &Source, start: Mark) -> Result<Node, Box<Located>> {
    let mut reader =
        Reader { file: start.file, bytes: byte_offsets(&source.text), open: Vec::new(), anchors: HashMap::new(), root: None, values: 0 };
    let mut documents = 0;
    for event in Parser::new_from_str(&source.text) {
        let (event, span) = event.map_err(|error| {
            let message = format!("not YAML: {}", error.info());
            Located::error(reader.mark_at(error.marker().index()), message, "correct the file at the place shown")
        })?;
        match event {
            Event::DocumentStart(_) => {
                documents += 1;
                if documents > 1 {
                    return Err(Located::error(reader.mark(span), "a second document starts here", "keep one document in the file"));
                }
            }
            event => reader.take(event, span)?,
        }
    }
    match reader.root {
        Some(root) if !root.is_null() => Ok(root),
        _ => Err(Located::error(start, "the file is empty", "write a template, or name another file")),
    }
}

/// The byte at which each character starts; none where all are of one byte.
fn byte_offsets(text: &str) -> Option<Vec<usize>> {
    (!text.is_ascii()).then(|| text.char_indices().map(|(at, _)| at).collect())
}

struct Reader {
    file: u32,
    bytes: Option<Vec<usize>>,
    open: Vec<Open>,
    anchors: HashMap<usize, (Node, usize)>,
    root: Option<Node>,
    values: usize,
}

/// A list or an object that has begun.
struct Open {
    at: Mark,
    anchor: usize,
    tag: Option<String>,
    before: usize,
    content: Content,
}

enum Content {
    List(Vec<Node>),
    Object { object: Object, merged: Vec<Node>, key: Option<(String, Mark)> },
}

impl Reader {
    fn mark(&self, span: Span) -> Mark {
        self.mark_at(span.start.index())
    }

    fn mark_at(&self, index: usize) -> Mark {
        let byte = match &self.bytes {
            Some(offsets) => offsets.get(index).copied().unwrap_or_else(|| offsets.last().map_or(0, |last| last + 1)),
            None => index,
        };
        Mark { file: self.file, at: u32::try_from(byte).unwrap_or(u32::MAX) }
    }

    fn take(&mut self, event: Event<'_>, span: Span) -> Result<(), Box<Located>> {
        let at = self.mark(span);
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                let tag = tag.as_deref();
                let core = tag.filter(|tag| tag.is_yaml_core_schema()).map(|tag| tag.suffix.as_str());
                let value = if self.wants_key() { Value::String(text.into_owned()) } else { scalar(&text, style, core) };
                let value = value.into_node(at);
                let node = tagged(value, short_tag(tag).as_deref())?;
                self.finish(node, anchor, self.values)
            }
            Event::SequenceStart(anchor, tag) => self.begin(at, anchor, short_tag(tag.as_deref()), Content::List(Vec::new())),
            Event::MappingStart(anchor, tag) => {
                let content = Content::Object { object: Object::default(), merged: Vec::new(), key: None };
                self.begin(at, anchor, short_tag(tag.as_deref()), content)
            }
            Event::SequenceEnd | Event::MappingEnd => self.end(),
            Event::Alias(anchor) => self.alias(at, anchor),
            _ => Ok(()),
        }
    }

    /// Whether what comes next is a key. Keys stay as they are written: `on` is no boolean there.
    fn wants_key(&self) -> bool {
        matches!(self.open.last(), Some(Open { content: Content::Object { key: None, .. }, .. }))
    }

    fn begin(&mut self, at: Mark, anchor: usize, tag: Option<String>, content: Content) -> Result<(), Box<Located>> {
        if self.open.len() >= DEEPEST {
            return Err(Located::error(at, format!("not YAML: values nest more than {DEEPEST} deep"), "nest the values less deeply"));
        }
        if self.wants_key() {
            return Err(Located::error(at, "a list or an object is used as a key", "write a string as the key"));
        }
        self.open.push(Open { at, anchor, tag, before: self.values, content });
        Ok(())
    }

    fn end(&mut self) -> Result<(), Box<Located>> {
        let Some(open) = self.open.pop() else { return Ok(()) };
        let value = match open.content {
            Content::List(items) => Value::Array(items),
            Content::Object { object, merged, .. } => Value::Object(merge(object, &merged)),
        };
        let node = tagged(value.into_node(open.at), open.tag.as_deref())?;
        self.finish(node, open.anchor, open.before)
    }

    fn alias(&mut self, at: Mark, anchor: usize) -> Result<(), Box<Located>> {
        let Some((node, size)) = self.anchors.get(&anchor).cloned() else {
            return Err(Located::error(at, "this alias is inside the value that it names", "write the value out"));
        };
        self.values += size;
        self.finish(Node { at, value: node.value }, 0, self.values)
    }

    /// Puts a whole value where it belongs: into what is open, or as the root.
    fn finish(&mut self, node: Node, anchor: usize, before: usize) -> Result<(), Box<Located>> {
        self.values += 1;
        if self.values > MOST_VALUES {
            return Err(Located::error(node.at, format!("the file means more than {MOST_VALUES} values"), "use fewer aliases"));
        }
        if anchor != 0 {
            self.anchors.insert(anchor, (node.clone(), self.values - before));
        }
        match self.open.last_mut().map(|open| &mut open.content) {
            None => self.root = Some(node),
            Some(Content::List(items)) => items.push(node),
            Some(Content::Object { object, merged, key }) => match key.take() {
                Some((name, _)) if name == "<<" => merged.push(node),
                Some((name, at)) => object.entries.push(Entry { key: name, at, node }),
                None => {
                    let name = node.scalar().unwrap_or_default();
                    if object.has(&name) {
                        return Err(Located::error(
                            node.at,
                            format!("`{name}` stands in this object for the second time"),
                            "remove one of the two",
                        ));
                    }
                    *key = Some((name, node.at));
                }
            },
        }
        Ok(())
    }
}

/// `object` with the keys of `merged` (`<<: *defaults`) that it does not have itself.
fn merge(mut object: Object, merged: &[Node]) -> Object {
    for source in merged.iter().flat_map(Node::one_or_more).filter_map(Node::object) {
        for entry in &source.entries {
            if !object.has(&entry.key) {
                object.entries.push(entry.clone());
            }
        }
    }
    object
}

/// The name of a tag such as `!Ref`.
fn short_tag(tag: Option<&Tag>) -> Option<String> {
    tag.filter(|tag| tag.handle == "!").map(|tag| tag.suffix.clone())
}

/// Every short tag but `!Ref`, `!Condition` and `!GetAtt`, which are their own.
const FUNCTIONS: &[&str] = &[
    "Base64",
    "Cidr",
    "FindInMap",
    "GetAZs",
    "ImportValue",
    "Join",
    "Length",
    "Select",
    "Split",
    "Sub",
    "ToJsonString",
    "Transform",
    "And",
    "Equals",
    "If",
    "Not",
    "Or",
    "GetStackOutput",
];

/// `node` in the long form of its short tag.
fn tagged(node: Node, tag: Option<&str>) -> Result<Node, Box<Located>> {
    let at = node.at;
    match tag {
        None | Some("") => Ok(node),
        Some(name @ ("Ref" | "Condition")) => Ok(Maker::at(at).put(name, node).node()),
        Some("GetAtt") => {
            let argument = match node.text().and_then(|text| text.split_once('.')) {
                Some((name, attribute)) => vec![name, attribute].into_node(at),
                None => node,
            };
            Ok(Maker::at(at).put("Fn::GetAtt", argument).node())
        }
        Some(name) if FUNCTIONS.contains(&name) => Ok(Maker::at(at).put(&format!("Fn::{name}"), node).node()),
        Some(name) => {
            let known = FUNCTIONS.iter().copied().chain(["Ref", "Condition", "GetAtt"]);
            let hint = crate::words::did_you_mean(name, known, "use one of CloudFormation's functions");
            Err(Located::error(at, format!("`!{name}` is no function of CloudFormation"), &hint))
        }
    }
}

/// What a plain scalar means: YAML 1.1's booleans, as CloudFormation reads them; numbers; all else is text.
fn scalar(text: &str, style: ScalarStyle, core: Option<&str>) -> Value {
    let string = || Value::String(text.to_owned());
    if style != ScalarStyle::Plain || core == Some("str") {
        return string();
    }
    match text {
        "" | "~" | "null" | "Null" | "NULL" => Value::Null,
        "true" | "True" | "TRUE" | "yes" | "Yes" | "YES" | "on" | "On" | "ON" => Value::Bool(true),
        "false" | "False" | "FALSE" | "no" | "No" | "NO" | "off" | "Off" | "OFF" => Value::Bool(false),
        _ => number(text).unwrap_or_else(string),
    }
}

/// A number that its digits can be had back from: `012` (an account, perhaps) stays text.
fn number(text: &str) -> Option<Value> {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    let padded = digits.len() > 1 && digits.starts_with('0') && !digits.starts_with("0.");
    if padded || !digits.starts_with(|first: char| first.is_ascii_digit() || first == '.') {
        return None;
    }
    if let Ok(whole) = text.parse::<i64>() {
        return Some(Value::Number(whole.into()));
    }
    let float = text.parse::<f64>().ok().filter(|_| digits.bytes().all(|byte| byte.is_ascii_digit() || b".eE+-".contains(&byte)))?;
    serde_json::Number::from_f64(float).map(Value::Number)
}
