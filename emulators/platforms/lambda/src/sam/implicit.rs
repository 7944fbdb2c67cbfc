//! The APIs that functions' events ask for without naming one, and the bodies of APIs that have none.

use super::{Sam, definition, kind_of, only_if};
use crate::sources::Mark;
use crate::tree::{Entry, IntoNode, Maker, Node, Object};

/// A key of our own in an API's properties: its body is filled by events.
pub(super) const MANAGED: &str = "__MANAGE_SWAGGER";

struct Kind {
    event: &'static str,
    api: &'static str,
    id: &'static str,
    /// The event's property that names an API.
    property: &'static str,
    condition: &'static str,
}

const KINDS: &[Kind] = &[
    Kind {
        event: "Api",
        api: "AWS::Serverless::Api",
        id: "ServerlessRestApi",
        property: "RestApiId",
        condition: "ServerlessRestApiCondition",
    },
    Kind {
        event: "HttpApi",
        api: "AWS::Serverless::HttpApi",
        id: "ServerlessHttpApi",
        property: "ApiId",
        condition: "ServerlessHttpApiCondition",
    },
];

/// Gives every event its API and every API a body.
pub(super) fn prepare(sam: &mut Sam<'_, '_>) {
    for kind in KINDS {
        let used = adopt(sam, kind);
        if let Some(used) = used
            && !sam.resources.has(kind.id)
        {
            add_implicit(sam, kind, used);
        }
    }
    for entry in &mut sam.resources.entries {
        let kind = kind_of(&entry.node).unwrap_or_default().to_owned();
        let at = entry.at;
        let body = match kind.as_str() {
            "AWS::Serverless::Api" => definition::swagger,
            "AWS::Serverless::HttpApi" => definition::open_api,
            _ => continue,
        };
        if let Some(properties) = entry.node.object_mut().map(|resource| resource.object_at("Properties", at)) {
            give_body(properties, at, body);
        }
    }
    for kind in KINDS {
        conditions(sam, kind);
    }
}

fn give_body(properties: &mut Object, at: Mark, body: fn(Mark, Option<&Node>) -> Node) {
    if properties.has("DefinitionBody") || properties.has("DefinitionUri") {
        return;
    }
    let version = properties.get("OpenApiVersion").cloned();
    properties.set("DefinitionBody", body(at, version.as_ref()));
    properties.set(MANAGED, true.into_node(at));
}

/// What an event that names no API says.
struct Used {
    at: Mark,
    tags: Vec<Entry>,
}

/// Writes the implicit API into the events that name none.
fn adopt(sam: &mut Sam<'_, '_>, kind: &Kind) -> Option<Used> {
    let mut used: Option<Used> = None;
    for entry in &mut sam.resources.entries {
        if !matches!(kind_of(&entry.node), Some("AWS::Serverless::Function" | "AWS::Serverless::StateMachine")) {
            continue;
        }
        let Some(properties) = entry.node.object_mut().and_then(|body| body.get_mut("Properties")).and_then(Node::object_mut) else {
            continue;
        };
        let propagated = properties.get("PropagateTags").and_then(Node::boolean) == Some(true);
        let tags = properties.object("Tags").filter(|_| propagated).map(|tags| tags.entries.clone()).unwrap_or_default();
        let Some(events) = properties.get_mut("Events").and_then(Node::object_mut) else { continue };
        for event in events.entries.iter_mut().filter(|event| event.node.object().and_then(|body| body.text("Type")) == Some(kind.event)) {
            let at = event.at;
            let Some(body) = event.node.object_mut() else { continue };
            let event_properties = body.object_at("Properties", at);
            if kind.event == "HttpApi" && !event_properties.has("Path") && !event_properties.has("Method") {
                event_properties.set("Path", "$default".into_node(at));
                event_properties.set("Method", "x-amazon-apigateway-any-method".into_node(at));
            }
            if !event_properties.has(kind.property) {
                event_properties.set(kind.property, Node::make_ref(at, kind.id));
                let used = used.get_or_insert_with(|| Used { at, tags: Vec::new() });
                used.tags.extend(tags.clone());
            }
        }
    }
    used
}

fn add_implicit(sam: &mut Sam<'_, '_>, kind: &Kind, used: Used) {
    let at = used.at;
    let mut properties = Maker::at(at);
    if kind.event == "Api" {
        properties = properties.put("StageName", "Prod");
    }
    let mut properties = properties.object();
    for tag in used.tags {
        properties.object_at("Tags", at).set(&tag.key, tag.node);
        properties.set("PropagateTags", true.into_node(at));
    }
    let resource = Maker::at(at).put("Type", kind.api).put("Properties", properties).node();
    sam.resources.entries.push(Entry { key: kind.id.to_owned(), at, node: resource });
    super::globals::merge_one(sam, kind.id);
}

/// What the events say of one path of an API.
struct RouteUse {
    api: String,
    path: String,
    at: Mark,
    /// The condition of each function that has an event for it.
    conditions: Vec<Option<String>>,
}

/// A condition on the implicit API where every event that it has comes from a function with one, and on each such path of any API.
fn conditions(sam: &mut Sam<'_, '_>, kind: &Kind) {
    let mut paths: Vec<RouteUse> = Vec::new();
    let mut policies: Vec<[Option<Node>; 2]> = Vec::new();
    for entry in &sam.resources.entries {
        if !matches!(kind_of(&entry.node), Some("AWS::Serverless::Function" | "AWS::Serverless::StateMachine")) {
            continue;
        }
        let Some(body) = entry.node.object() else { continue };
        let condition = body.text("Condition").map(str::to_owned);
        for event in events_of(body, kind) {
            let Some(properties) = event.node.object().and_then(|event| event.object("Properties")) else { continue };
            let Some(api) = properties.get(kind.property).and_then(Node::reference).map(str::to_owned) else { continue };
            if api == kind.id {
                policies.push(["DeletionPolicy", "UpdateReplacePolicy"].map(|key| body.get(key).cloned()));
            }
            let path = properties.text("Path").unwrap_or_default().to_owned();
            match paths.iter_mut().find(|known| known.api == api && known.path == path) {
                Some(known) => known.conditions.push(condition.clone()),
                None => paths.push(RouteUse { api, path, at: event.at, conditions: vec![condition.clone()] }),
            }
        }
    }
    apply_conditions(sam, kind, &paths);
    apply_policies(sam, kind, &policies);
}

fn events_of<'o>(body: &'o Object, kind: &'o Kind) -> impl Iterator<Item = &'o Entry> {
    let events = body.object("Properties").and_then(|properties| properties.object("Events")).map_or(&[][..], |events| &events.entries);
    events.iter().filter(|event| event.node.object().and_then(|event| event.text("Type")) == Some(kind.event))
}

fn apply_conditions(sam: &mut Sam<'_, '_>, kind: &Kind, paths: &[RouteUse]) {
    let own: Vec<&RouteUse> = paths.iter().filter(|path| path.api == kind.id).collect();
    let all: Option<Vec<String>> = own.iter().flat_map(|path| path.conditions.iter().cloned()).collect();
    if let (Some(names), Some(first)) = (all, own.first())
        && let Some(name) = combined(sam, kind.condition, names, first.at)
        && let Some(body) = sam.resources.get_mut(kind.id).and_then(Node::object_mut)
    {
        body.set("Condition", name.into_node(first.at));
    }
    for path in paths {
        let Some(names) = path.conditions.iter().cloned().collect::<Option<Vec<String>>>() else { continue };
        let managed = sam.source(&path.api).is_some_and(|api| api.has(MANAGED));
        let id = format!("{}{}PathCondition", path.api, path_name(&path.path));
        if let Some(name) = combined(sam, &id, names, path.at).filter(|_| managed) {
            sam.path_conditions.push([path.api.clone(), path.path.clone(), name]);
        }
    }
}

/// A path as a part of a logical id.
fn path_name(path: &str) -> String {
    path.replace('/', "SLASH")
        .replace('{', "OB")
        .replace('}', "CB")
        .replace('-', "DASH")
        .replace('_', "US")
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .collect()
}

/// One condition that says that one of `names` holds; made where there is more than one.
fn combined(sam: &mut Sam<'_, '_>, id: &str, mut names: Vec<String>, at: Mark) -> Option<String> {
    /// `Fn::Or` takes no more.
    const MOST: usize = 10;
    names.sort();
    names.dedup();
    match names.as_slice() {
        [] => None,
        [only] => Some(only.clone()),
        names => {
            let mut level: Vec<Node> = names.iter().map(|name| Maker::at(at).put("Condition", name.as_str()).node()).collect();
            let mut count = 0;
            while level.len() > MOST {
                level = level
                    .chunks(MOST)
                    .map(|chunk| match chunk {
                        [only] => only.clone(),
                        chunk => {
                            let name = format!("{id}{count}");
                            count += 1;
                            sam.conditions.set(&name, Maker::at(at).put("Fn::Or", chunk.to_vec()).node());
                            Maker::at(at).put("Condition", name).node()
                        }
                    })
                    .collect();
            }
            sam.conditions.set(id, Maker::at(at).put("Fn::Or", level).node());
            Some(id.to_owned())
        }
    }
}

fn apply_policies(sam: &mut Sam<'_, '_>, kind: &Kind, policies: &[[Option<Node>; 2]]) {
    let Some(body) = sam.resources.get_mut(kind.id).and_then(Node::object_mut) else { return };
    for (index, key) in ["DeletionPolicy", "UpdateReplacePolicy"].into_iter().enumerate() {
        let given: Vec<&Node> = policies.iter().filter_map(|policy| policy[index].as_ref()).collect();
        let Some(first) = given.first() else { continue };
        // Whatever one function wants to keep is kept.
        let kept = given.iter().find(|node| node.text() == Some("Retain")).unwrap_or(first);
        body.set(key, (*kept).clone());
    }
}

/// Wraps the paths of an API that only exist under a condition.
pub(super) fn wrap_paths(sam: &Sam<'_, '_>, id: &str, body: &mut Node) {
    let Some(paths) = body.object_mut().and_then(|body| body.get_mut("paths")).and_then(Node::object_mut) else { return };
    for entry in &mut paths.entries {
        let condition = sam.path_conditions.iter().find(|[api, path, _]| api == id && *path == entry.key);
        if let Some([_, _, name]) = condition {
            entry.node = only_if(name, entry.node.clone());
        }
    }
}
