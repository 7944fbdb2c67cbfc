//! API definitions (Swagger 2 and OpenAPI 3) that events and properties are written into.
//!
//! A path or a method may stand inside `Fn::If`; whatever is written goes into every branch that is an object.

use crate::sources::Mark;
use crate::tree::{IntoNode, Maker, Node, Object, Value};

pub(super) const INTEGRATION: &str = "x-amazon-apigateway-integration";
const ANY: &str = "x-amazon-apigateway-any-method";

/// An empty Swagger 2 definition, or OpenAPI of `version` where that is 3.
pub(super) fn swagger(at: Mark, version: Option<&Node>) -> Node {
    let info = Maker::at(at).put("version", "1.0").put("title", Node::make_ref(at, "AWS::StackName"));
    let head = match version.and_then(Node::scalar).filter(|version| version.starts_with("3.")) {
        Some(version) => Maker::at(at).put("openapi", version),
        None => Maker::at(at).put("swagger", "2.0"),
    };
    head.put("info", info).put("paths", Object::default()).node()
}

/// An empty OpenAPI 3 definition.
pub(super) fn open_api(at: Mark, _: Option<&Node>) -> Node {
    let info = Maker::at(at).put("version", "1.0").put("title", Node::make_ref(at, "AWS::StackName"));
    Maker::at(at).put("openapi", "3.0.1").put("info", info).put("paths", Object::default()).node()
}

/// The key of a method: lower case, `any` by its own name.
pub(super) fn method_key(method: &str) -> String {
    match method.to_lowercase().as_str() {
        "any" => ANY.to_owned(),
        other => other.to_owned(),
    }
}

/// Whether `body` is a definition that can be written into.
pub(super) fn is_definition(body: &Node) -> bool {
    body.object().is_some_and(|body| body.object("paths").is_some() && (body.has("swagger") || body.has("openapi")))
}

/// Whether `body` is OpenAPI 3.
pub(super) fn is_version_3(body: &Object) -> bool {
    body.get("openapi").and_then(Node::scalar).is_some_and(|version| version.starts_with("3."))
}

/// The paths of `body`.
pub(super) fn paths(body: &mut Node) -> Option<&mut Object> {
    body.object_mut()?.get_mut("paths")?.object_mut()
}

/// Calls `work` with `node`, or with each branch of the `Fn::If` that it is.
pub(super) fn each_branch(node: &mut Node, work: &mut dyn FnMut(&mut Object)) {
    let branches = matches!(node.intrinsic(), Some(("Fn::If", _)));
    let Value::Object(object) = &mut node.value else { return };
    if !branches {
        work(object);
        return;
    }
    let Some(Value::Array(items)) = object.get_mut("Fn::If").map(|argument| &mut argument.value) else { return };
    for item in items.iter_mut().skip(1).filter(|item| item.reference().is_none()) {
        each_branch(item, work);
    }
}

/// Calls `work` with the definition of the method at `path`, and of each branch of it.
pub(super) fn each_method(body: &mut Node, path: &str, method: &str, work: &mut dyn FnMut(&mut Object)) {
    let key = method_key(method);
    let Some(path_item) = paths(body).and_then(|paths| paths.get_mut(path)) else { return };
    each_branch(path_item, &mut |item| {
        if let Some(method) = item.get_mut(&key) {
            each_branch(method, work);
        }
    });
}

/// What stands below a path and is no method.
const NO_METHODS: &[&str] = &["parameters", "servers", "summary", "description", "$ref"];

/// Calls `work` with the name and the definition of every method that has an integration.
pub(super) fn each_integrated(body: &mut Node, work: &mut dyn FnMut(&str, &mut Object)) {
    let Some(paths) = paths(body) else { return };
    for path in &mut paths.entries {
        each_branch(&mut path.node, &mut |item| {
            for entry in item.entries.iter_mut().filter(|entry| !NO_METHODS.contains(&entry.key.as_str())) {
                let name = method_key(&entry.key);
                each_branch(&mut entry.node, &mut |method| {
                    if method.get(INTEGRATION).is_some_and(|node| !node.is_nothing()) {
                        work(&name, method);
                    }
                });
            }
        });
    }
}

/// Whether the method has an integration already.
pub(super) fn has_integration(body: &mut Node, path: &str, method: &str) -> bool {
    let mut found = false;
    each_method(body, path, method, &mut |method| found |= method.get(INTEGRATION).is_some_and(|node| !node.is_nothing()));
    found
}

/// Adds `integration` to the method at `path`, with `responses` where there are none; all of it under `condition` if there is one.
pub(super) fn add_integration(
    body: &mut Node,
    path: &str,
    method: &str,
    integration: &Node,
    responses: &Node,
    extra: &[(&str, Node)],
    condition: Option<&str>,
) {
    let at = integration.at;
    let key = method_key(method);
    let Some(paths) = paths(body) else { return };
    if !paths.has(path) {
        paths.set(path, Node::empty(at));
    }
    let Some(item) = paths.get_mut(path) else { return };
    each_branch(item, &mut |item| {
        if item.get(&key).is_none_or(|node| node.object().is_none()) {
            item.set(&key, Node::empty(at));
        }
        let Some(method) = item.get_mut(&key) else { return };
        if let Some(definition) = method.object_mut() {
            definition.set(INTEGRATION, integration.clone());
            for (name, node) in extra {
                definition.set(name, node.clone());
            }
            if !definition.has("responses") {
                definition.set("responses", responses.clone());
            }
        }
        if let Some(condition) = condition {
            *method = super::only_if(condition, method.clone());
        }
    });
}

/// Sets a key of the integration at `path`.
pub(super) fn set_integration(body: &mut Node, path: &str, method: &str, key: &str, value: &Node) {
    each_method(body, path, method, &mut |method| {
        if let Some(integration) = method.get_mut(INTEGRATION).and_then(Node::object_mut) {
            integration.set(key, value.clone());
        }
    });
}

/// Adds `{name: scopes}` to the `security` of the method.
pub(super) fn add_security(method: &mut Object, at: Mark, name: &str, scopes: Node) {
    let mut list = method.get("security").and_then(Node::items).map(<[Node]>::to_vec).unwrap_or_default();
    list.push(Maker::at(at).put(name, scopes).node());
    method.set("security", list.into_node(at));
}

/// The names inside `{…}` of a path.
pub(super) fn path_parameters(path: &str) -> Vec<&str> {
    path.split('{').skip(1).filter_map(|rest| rest.split('}').next()).collect()
}

/// Moves what OpenAPI 3 has at other places than Swagger 2.
pub(super) fn to_version_3(body: &mut Node, wanted: bool) {
    let at = body.at;
    let Some(object) = body.object_mut().filter(|object| wanted && !object.has("swagger")) else { return };
    for (from, to) in [("securityDefinitions", "securitySchemes"), ("definitions", "schemas")] {
        if object.get(from).is_some_and(|node| !node.is_nothing())
            && let Some(moved) = object.remove(from)
        {
            object.object_at("components", at).set(to, moved);
        }
    }
    let Some(paths) = object.get_mut("paths").and_then(Node::object_mut) else { return };
    for path in &mut paths.entries {
        let Some(options) = path.node.object_mut().and_then(|item| item.get_mut("options")).and_then(Node::object_mut) else { continue };
        options.remove("produces");
        options.remove("consumes");
        let headers = options.get_mut("responses").and_then(Node::object_mut).and_then(|all| all.get_mut("200")).and_then(Node::object_mut);
        let Some(headers) = headers.and_then(|response| response.get_mut("headers")).and_then(Node::object_mut) else { continue };
        for header in headers.entries.iter_mut().filter(|header| !header.node.object().is_some_and(|header| header.has("schema"))) {
            header.node = Maker::at(header.at).put("schema", header.node.clone()).node();
        }
    }
}
