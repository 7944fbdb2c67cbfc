//! `Cors` of a REST API: an `OPTIONS` method for each path.

use super::definition::{INTEGRATION, each_branch};
use super::{Source, definition};
use crate::sources::Mark;
use crate::tree::{IntoNode, Maker, Node, Object};

struct Cors {
    at: Mark,
    origin: Option<Node>,
    headers: Option<Node>,
    methods: Option<Node>,
    max_age: Option<Node>,
    credentials: bool,
}

/// Adds the methods that `Cors` asks for.
pub(super) fn add(source: &Source, body: &mut Node) {
    let Some(given) = source.get("Cors").filter(|node| !node.is_nothing()) else { return };
    let cors = read(given);
    let Some(paths) = definition::paths(body) else { return };
    let mut seen: Vec<String> = Vec::new();
    for path in &mut paths.entries {
        let plain = if path.key == "/" { path.key.clone() } else { path.key.trim_end_matches('/').to_owned() };
        if seen.contains(&plain) {
            continue;
        }
        seen.push(plain);
        each_branch(&mut path.node, &mut |item| {
            if !item.has("options") {
                let options = cors.method(item);
                item.set("options", options);
            }
        });
    }
}

fn read(given: &Node) -> Cors {
    let at = given.at;
    let object = given.object().filter(|_| given.intrinsic().is_none());
    let Some(object) = object else {
        return Cors { at, origin: Some(given.clone()), headers: None, methods: None, max_age: None, credentials: false };
    };
    let get = |key: &str| object.get(key).filter(|node| !node.is_nothing()).cloned();
    Cors {
        at,
        origin: get("AllowOrigin").or_else(|| Some("'*'".into_node(at))),
        headers: get("AllowHeaders"),
        methods: get("AllowMethods"),
        max_age: object.get("MaxAge").filter(|node| !node.is_null()).cloned(),
        credentials: object.get("AllowCredentials").and_then(Node::boolean) == Some(true),
    }
}

impl Cors {
    fn method(&self, item: &Object) -> Node {
        let at = self.at;
        let methods = self.methods.clone().unwrap_or_else(|| format!("'{}'", allowed(item)).into_node(at));
        let credentials = self.credentials.then(|| "'true'".into_node(at));
        let all = [
            ("Access-Control-Allow-Origin", self.origin.clone(), "string"),
            ("Access-Control-Allow-Headers", self.headers.clone(), "string"),
            ("Access-Control-Allow-Methods", Some(methods), "string"),
            ("Access-Control-Max-Age", self.max_age.clone(), "integer"),
            ("Access-Control-Allow-Credentials", credentials, "string"),
        ];
        let (mut parameters, mut headers) = (Maker::at(at), Maker::at(at));
        for (name, value, kind) in all {
            if let Some(value) = value {
                parameters = parameters.put(&format!("method.response.header.{name}"), value);
                headers = headers.put(name, Maker::at(at).put("type", kind));
            }
        }
        let json = |text: &str| Maker::at(at).put("application/json", text);
        let default = Maker::at(at).put("statusCode", "200").put("responseParameters", parameters).put("responseTemplates", json("{}\n"));
        let integration = Maker::at(at)
            .put("type", "mock")
            .put("requestTemplates", json("{\n  \"statusCode\" : 200\n}\n"))
            .put("responses", Maker::at(at).put("default", default));
        let answer = Maker::at(at).put("description", "Default response for CORS method").put("headers", headers);
        Maker::at(at)
            .put("summary", "CORS support")
            .put("consumes", vec!["application/json"])
            .put("produces", vec!["application/json"])
            .put(INTEGRATION, integration)
            .put("responses", Maker::at(at).put("200", answer))
            .node()
    }
}

/// The methods of a path, as the header has them.
fn allowed(item: &Object) -> String {
    const ALL: &[&str] = &["DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"];
    if item.has("x-amazon-apigateway-any-method") {
        return ALL.join(",");
    }
    let mut methods: Vec<String> = item.keys().map(str::to_uppercase).chain(["OPTIONS".to_owned()]).collect();
    methods.sort();
    methods.dedup();
    methods.join(",")
}
