//! The transform `AWS::Serverless-2016-10-31`: SAM's resources become plain ones, named as the vendor's transform names them.
//!
//! What it does is held against the vendor's own inputs and outputs (see `tests/sam_corpus.rs`). Roles and permissions are made only as
//! far as other resources name them: nothing enforces them here.

mod api;
mod authorizers;
mod cors;
mod definition;
mod events;
mod function;
mod globals;
mod http_api;
mod implicit;
mod invoke_config;
mod others;
mod state_machine;
mod websocket;

use sha1::{Digest, Sha1};

use crate::context::Context;
use crate::sources::Mark;
use crate::template::Stack;
use crate::tree::{IntoNode, Maker, Node, Object, Value};
use crate::words::did_you_mean;

pub(crate) const TRANSFORM: &str = "AWS::Serverless-2016-10-31";
const PREFIX: &str = "AWS::Serverless::";

type Macro = fn(&mut Sam<'_, '_>, &Source);

/// What becomes of each type, in the order of the vendor's transform: what fills the APIs comes before them.
const TYPES: &[(&str, Macro)] = &[
    ("AWS::Serverless::Function", function::transform),
    ("AWS::Serverless::StateMachine", state_machine::transform),
    ("AWS::Serverless::Api", api::transform),
    ("AWS::Serverless::HttpApi", http_api::transform),
    ("AWS::Serverless::WebSocketApi", websocket::transform),
    ("AWS::Serverless::SimpleTable", others::simple_table),
    ("AWS::Serverless::LayerVersion", others::layer_version),
    ("AWS::Serverless::Application", others::application),
    ("AWS::Serverless::Connector", others::connector),
    ("AWS::Serverless::GraphQLApi", others::not_emulated),
    ("AWS::Serverless::CapacityProvider", others::not_emulated),
];

/// Replaces SAM's resources in `template` by plain ones, if its `Transform` asks for that.
pub(crate) fn transform(stack: &Stack<'_>, template: &mut Object) {
    let transforms: Vec<Node> = template.get("Transform").map_or(&[][..], Node::one_or_more).to_vec();
    for node in &transforms {
        known_transform(stack.cx, node);
    }
    let asked = transforms.iter().any(|node| node.text() == Some(TRANSFORM));
    let Some(resources) = template.get("Resources").and_then(Node::object).cloned() else { return };
    if !asked {
        refuse_without_transform(stack.cx, &resources);
        return;
    }
    let conditions = template.object("Conditions").cloned().unwrap_or_default();
    let mut sam = Sam {
        stack,
        cx: stack.cx,
        resources,
        out: Object::default(),
        conditions,
        renamed: Vec::new(),
        path_conditions: Vec::new(),
        globals: template.get("Globals").cloned(),
    };
    globals::merge(&mut sam, template.get("Globals"));
    others::drop_connectors(&mut sam);
    implicit::prepare(&mut sam);
    sam.run();
    let at = template.get("Resources").map_or(Mark { file: 0, at: 0 }, |node| node.at);
    let Sam { out, conditions, renamed, .. } = sam;
    template.remove("Globals");
    template.set("Resources", out.into_node(at));
    if !conditions.entries.is_empty() {
        template.set("Conditions", conditions.into_node(at));
    }
    for section in ["Resources", "Outputs"] {
        if let Some(node) = template.get_mut(section) {
            rename(node, &renamed);
        }
    }
}

fn known_transform(cx: &Context, node: &Node) {
    const KNOWN: &[&str] = &[TRANSFORM, "AWS::LanguageExtensions", "AWS::Include"];
    let name = node.text().or_else(|| node.object().and_then(|object| object.text("Name"))).unwrap_or_default();
    if !KNOWN.contains(&name) {
        let hint = did_you_mean(name, KNOWN.iter().copied(), "its effect on the template is missing here");
        cx.not_emulated(node.at, format!("the transform `{name}` is not emulated"), hint);
    }
}

fn refuse_without_transform(cx: &Context, resources: &Object) {
    let first = resources
        .entries
        .iter()
        .find(|entry| entry.node.object().and_then(|body| body.text("Type")).is_some_and(|kind| kind.starts_with(PREFIX)));
    if let Some(entry) = first {
        let message = format!("resource `{}` is one of SAM's, and the template does not ask for SAM's transform", entry.key);
        cx.error(entry.at, message, format!("add `Transform: {TRANSFORM}` to the template"));
    }
}

/// The transform at work.
struct Sam<'s, 'c> {
    stack: &'s Stack<'c>,
    cx: &'c Context,
    /// The resources as declared; those that come later are changed by those that come before.
    resources: Object,
    /// What has become of them.
    out: Object,
    conditions: Object,
    globals: Option<Node>,
    /// Paths of APIs that only exist under a condition: the API, the path, the condition.
    path_conditions: Vec<[String; 3]>,
    /// References that are written otherwise in the result: as written, and the resource that is meant.
    renamed: Vec<(String, Node)>,
}

/// A resource to be transformed.
struct Source {
    id: String,
    at: Mark,
    kind: String,
    properties: Object,
    /// Everything beside type and properties.
    attributes: Object,
}

/// Attributes that go over to what is made of a resource.
const PASSED: &[&str] = &["Condition", "DeletionPolicy", "UpdateReplacePolicy"];

impl Source {
    fn condition(&self) -> Option<&str> {
        self.attributes.text("Condition")
    }

    /// The attributes for what is made beside the resource itself.
    fn passed(&self) -> Object {
        Maker::at(self.at).copy(&self.attributes, PASSED).object()
    }

    fn get(&self, key: &str) -> Option<&Node> {
        self.properties.get(key)
    }

    fn has(&self, key: &str) -> bool {
        self.properties.get(key).is_some_and(|node| !node.is_nothing())
    }
}

impl Sam<'_, '_> {
    fn run(&mut self) {
        for (kind, work) in TYPES {
            let ids: Vec<String> =
                self.resources.entries.iter().filter(|entry| kind_of(&entry.node) == Some(kind)).map(|entry| entry.key.clone()).collect();
            for id in ids {
                if let Some(source) = self.source(&id) {
                    work(self, &source);
                }
            }
        }
        for entry in self.resources.entries.clone() {
            match kind_of(&entry.node).filter(|kind| kind.starts_with(PREFIX)) {
                None => {
                    if !self.out.has(&entry.key) {
                        self.out.entries.push(entry);
                    }
                }
                Some(kind) if !TYPES.iter().any(|(known, _)| *known == kind) => {
                    let hint = did_you_mean(kind, TYPES.iter().map(|(known, _)| *known), "correct the type");
                    self.cx.error(entry.at, format!("`{kind}` is no resource type of SAM"), hint);
                }
                Some(_) => {}
            }
        }
    }

    fn source(&self, id: &str) -> Option<Source> {
        let entry = self.resources.entry(id)?;
        let body = entry.node.object()?;
        let mut attributes = body.clone();
        let kind = attributes.remove("Type")?.text()?.to_owned();
        let properties = attributes.remove("Properties").and_then(|node| node.object().cloned()).unwrap_or_default();
        Some(Source { id: id.to_owned(), at: entry.at, kind, properties, attributes })
    }

    /// The properties of the declared resource `id`, to be changed.
    fn properties_of(&mut self, id: &str) -> Option<&mut Object> {
        let entry = self.resources.entries.iter_mut().find(|entry| entry.key == id)?;
        let at = entry.at;
        Some(entry.node.object_mut()?.object_at("Properties", at))
    }

    /// Adds a resource to the result.
    fn add(&mut self, id: &str, kind: &str, properties: Maker, attributes: &Object) {
        let properties = properties.node();
        let at = properties.at;
        let mut body = Maker::at(at).put("Type", kind);
        let properties_object = properties.object().cloned().unwrap_or_default();
        if !properties_object.entries.is_empty() {
            body = body.put("Properties", properties_object);
        }
        let mut body = body.object();
        for entry in &attributes.entries {
            body.set(&entry.key, entry.node.clone());
        }
        self.out.set(id, body.into_node(at));
    }

    /// `node` with references to parameters, and look-ups in mappings, replaced by their values; all else stays.
    fn resolved(&self, node: &Node) -> Node {
        if let Some(value) =
            node.reference().and_then(|name| self.stack.parameter(name).cloned().or_else(|| self.stack.pseudo(name, node.at)))
        {
            return Node { at: node.at, value: value.value };
        }
        let value = match &node.value {
            Value::Array(items) => Value::Array(items.iter().map(|item| self.resolved(item)).collect()),
            Value::Object(object) => {
                let mut object = object.clone();
                for entry in &mut object.entries {
                    entry.node = self.resolved(&entry.node);
                }
                Value::Object(object)
            }
            other => other.clone(),
        };
        let node = Node { at: node.at, value };
        match node.intrinsic() {
            Some(("Fn::FindInMap", argument)) if argument.items().is_some_and(|items| items.iter().all(|item| item.text().is_some())) => {
                self.stack.resolve(&node).unwrap_or(node)
            }
            _ => node,
        }
    }

    /// The text that `node` has once parameters are known.
    fn text(&self, node: Option<&Node>) -> Option<String> {
        let resolved = self.resolved(node?);
        resolved.scalar().or_else(|| self.stack.early(resolved.intrinsic().map(|_| &resolved)?)?.scalar())
    }
}

fn kind_of(node: &Node) -> Option<&str> {
    node.object()?.text("Type")
}

/// `{"Fn::If": [condition, node, AWS::NoValue]}`.
fn only_if(condition: &str, node: Node) -> Node {
    let at = node.at;
    let otherwise = Node::make_ref(at, "AWS::NoValue");
    Maker::at(at).put("Fn::If", vec![condition.into_node(at), node, otherwise]).node()
}

/// The first ten digits of the SHA-1 of `node` as compact JSON with sorted keys, by which the vendor's transform names what must be made
/// anew when something changes.
fn digest(node: &Node) -> String {
    let text = node.text().map_or_else(|| sorted(&node.to_json()), str::to_owned);
    let hash = Sha1::digest(text.as_bytes());
    hash.iter().take(5).map(|byte| format!("{byte:02x}")).collect()
}

fn sorted(value: &serde_json::Value) -> String {
    match value {
        serde_json::Value::Array(items) => format!("[{}]", items.iter().map(sorted).collect::<Vec<_>>().join(",")),
        serde_json::Value::Object(map) => {
            let mut keys: Vec<&String> = map.keys().collect();
            keys.sort();
            let pairs: Vec<String> =
                keys.iter().map(|key| format!("{}:{}", serde_json::Value::from(key.as_str()), sorted(&map[key.as_str()]))).collect();
            format!("{{{}}}", pairs.join(","))
        }
        other => other.to_string(),
    }
}

/// `prefix` and `suffix` as a logical id: the suffix as it is where it is letters and digits, else a digest of it.
fn suffixed(prefix: &str, suffix: &str) -> String {
    if !suffix.is_empty() && suffix.chars().all(char::is_alphanumeric) {
        return format!("{prefix}{suffix}");
    }
    if suffix.is_empty() {
        return prefix.to_owned();
    }
    let hash = Sha1::digest(suffix.as_bytes());
    format!("{prefix}{}", hash.iter().take(5).map(|byte| format!("{byte:02x}")).collect::<String>())
}

/// Tags as a list, the transform's own one first.
fn tag_list(at: Mark, own: &str, tags: Option<&Node>) -> Node {
    let pair = |key: &str, value: Node| Maker::at(at).put("Key", key).put("Value", value).node();
    let mut list = vec![pair(own, "SAM".into_node(at))];
    let given = tags.and_then(Node::object).map_or(&[][..], |tags| &tags.entries);
    list.extend(given.iter().map(|entry| pair(&entry.key, entry.node.clone())));
    list.into_node(at)
}

/// Replaces references such as `MyApi.Stage` by the resource that was made.
fn rename(node: &mut Node, renamed: &[(String, Node)]) {
    if renamed.is_empty() {
        return;
    }
    // `!GetAtt MyFunction.Alias` and the like may name the attribute of what was made behind it.
    let written = match node.intrinsic() {
        Some(("Ref", argument)) => argument.text().map(|text| (text.to_owned(), None)),
        Some(("Fn::GetAtt", argument)) => argument.items().and_then(|items| match items {
            [name, attribute] => {
                let attribute = attribute.text()?;
                if renamed.iter().any(|(from, _)| name.text() == Some(from)) {
                    return Some((name.text()?.to_owned(), Some(attribute.to_owned())));
                }
                let (extra, rest) = attribute.split_once('.').unwrap_or((attribute, ""));
                Some((format!("{}.{extra}", name.text()?), (!rest.is_empty()).then(|| rest.to_owned())))
            }
            _ => None,
        }),
        _ => None,
    };
    if let Some((written, attribute)) = written
        && let Some((_, target)) = renamed.iter().find(|(from, _)| *from == written)
        && let Some(target) = target.text()
    {
        *node = match attribute {
            Some(attribute) => Node::make_att(node.at, target, &attribute),
            None => Node::make_ref(node.at, target),
        };
        return;
    }
    match &mut node.value {
        Value::Array(items) => items.iter_mut().for_each(|item| rename(item, renamed)),
        Value::Object(object) => {
            for entry in &mut object.entries {
                match entry.key.as_str() {
                    "Fn::Sub" => rename_in_text(&mut entry.node, renamed),
                    "DependsOn" => rename_names(&mut entry.node, renamed),
                    _ => {}
                }
                rename(&mut entry.node, renamed);
            }
        }
        _ => {}
    }
}

/// Names in `DependsOn`.
fn rename_names(node: &mut Node, renamed: &[(String, Node)]) {
    let value = match &mut node.value {
        Value::Array(items) => return items.iter_mut().for_each(|item| rename_names(item, renamed)),
        Value::String(text) => renamed.iter().find(|(from, _)| from == text).map(|(_, target)| target.value.clone()),
        _ => None,
    };
    if let Some(value) = value {
        node.value = value;
    }
}

fn rename_in_text(node: &mut Node, renamed: &[(String, Node)]) {
    let text = match &mut node.value {
        Value::String(text) => text,
        Value::Array(items) => match items.first_mut().map(|item| &mut item.value) {
            Some(Value::String(text)) => text,
            _ => return,
        },
        _ => return,
    };
    for (from, target) in renamed {
        if let Some(target) = target.text() {
            *text =
                text.replace(&format!("${{{from}}}"), &format!("${{{target}}}")).replace(&format!("${{{from}."), &format!("${{{target}."));
        }
    }
}
