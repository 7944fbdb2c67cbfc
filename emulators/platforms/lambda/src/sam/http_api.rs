//! `AWS::Serverless::HttpApi`.

use super::implicit::{MANAGED, wrap_paths};
use super::{Sam, Source, authorizers, definition, suffixed};
use crate::tree::{IntoNode, Maker, Node, Value};

const OWN: &[&str] = &[
    "Name",
    "StageName",
    "Tags",
    "DefinitionBody",
    "DefinitionUri",
    "StageVariables",
    "CorsConfiguration",
    "AccessLogSettings",
    "DefaultRouteSettings",
    "Auth",
    "RouteSettings",
    "Domain",
    "FailOnWarnings",
    "Description",
    "DisableExecuteApiEndpoint",
    "PropagateTags",
    MANAGED,
];

pub(super) fn transform(sam: &mut Sam<'_, '_>, source: &Source) {
    let at = source.at;
    super::others::unknown(sam, source, &[OWN]);
    let mut properties = Maker::at(at);
    if let Some(fail) = source.get("FailOnWarnings").filter(|node| !node.is_nothing()) {
        properties = properties.put("FailOnWarnings", fail);
    }
    match (source.get("DefinitionBody"), source.get("DefinitionUri")) {
        (Some(body), _) => properties = properties.put("Body", body_of(sam, source, body.clone())),
        (None, Some(uri)) => {
            properties = properties.put("BodyS3Location", super::function::location(uri.clone(), ["Bucket", "Key", "Version"]));
        }
        (None, None) => {}
    }
    let mut attributes = source.attributes.clone();
    attributes.remove("Connectors");
    sam.add(&source.id, "AWS::ApiGatewayV2::Api", properties, &attributes);
    stage(sam, source);
    super::others::domain(sam, source, "AWS::ApiGatewayV2::DomainName", "ApiGatewayDomainNameV2");
}

fn body_of(sam: &Sam<'_, '_>, source: &Source, mut body: Node) -> Node {
    if definition::is_definition(&body) {
        cors(sam, source, &mut body);
        authorizers::for_http_api(sam, source, &mut body);
        tags(source, &mut body);
        endpoint(source, &mut body);
        info(source, &mut body);
        default_path(source, &mut body);
    }
    wrap_paths(sam, &source.id, &mut body);
    body
}

fn cors(sam: &Sam<'_, '_>, source: &Source, body: &mut Node) {
    let Some(given) = source.get("CorsConfiguration").map(|node| sam.resolved(node)).filter(|node| !node.is_nothing()) else { return };
    let at = given.at;
    let Some(object) = body.object_mut() else { return };
    let mut cors = object.object("x-amazon-apigateway-cors").cloned().unwrap_or_default();
    if given.boolean() == Some(true) {
        cors.set("allowOrigins", vec!["*"].into_node(at));
    } else if given.intrinsic().is_some() {
        cors = lower_keys(&given).object().cloned().unwrap_or_default();
    } else {
        for entry in given.object().map_or(&[][..], |given| &given.entries) {
            let none = entry.node.is_nothing() && entry.key != "MaxAge";
            if !none {
                cors.set(&lower_first(&entry.key), entry.node.clone());
            }
        }
    }
    object.set("x-amazon-apigateway-cors", cors.into_node(at));
}

/// `node` with the names of CORS properties as OpenAPI has them, inside functions too.
fn lower_keys(node: &Node) -> Node {
    const NAMES: &[&str] = &["AllowOrigins", "AllowHeaders", "AllowMethods", "ExposeHeaders", "MaxAge", "AllowCredentials"];
    let value = match &node.value {
        Value::Array(items) => Value::Array(items.iter().map(lower_keys).collect()),
        Value::Object(object) => {
            let mut object = object.clone();
            for entry in &mut object.entries {
                if NAMES.contains(&entry.key.as_str()) {
                    entry.key = lower_first(&entry.key);
                }
                entry.node = lower_keys(&entry.node);
            }
            Value::Object(object)
        }
        other => other.clone(),
    };
    Node { at: node.at, value }
}

pub(super) fn lower_first(text: &str) -> String {
    let mut characters = text.chars();
    characters.next().map_or_else(String::new, |first| first.to_lowercase().chain(characters).collect())
}

fn tags(source: &Source, body: &mut Node) {
    let at = source.at;
    let Some(object) = body.object_mut() else { return };
    let mut tags = object.get("tags").and_then(Node::items).map(<[Node]>::to_vec).unwrap_or_default();
    let given = source.get("Tags").and_then(Node::object).map_or(&[][..], |tags| &tags.entries);
    let own = ("httpapi:createdBy".to_owned(), "SAM".into_node(at));
    for (name, value) in given.iter().map(|entry| (entry.key.clone(), entry.node.clone())).chain([own]) {
        let existing = tags.iter_mut().filter_map(Node::object_mut).find(|tag| tag.text("name") == Some(&name));
        match existing {
            Some(tag) => tag.set("x-amazon-apigateway-tag-value", value),
            None => tags.push(Maker::at(at).put("name", name).put("x-amazon-apigateway-tag-value", value).node()),
        }
    }
    object.set("tags", tags.into_node(at));
}

fn endpoint(source: &Source, body: &mut Node) {
    let Some(disabled) = source.get("DisableExecuteApiEndpoint") else { return };
    let at = disabled.at;
    let Some(object) = body.object_mut() else { return };
    let mut servers = object.get("servers").and_then(Node::items).map_or_else(|| vec![Node::empty(at)], <[Node]>::to_vec);
    for server in servers.iter_mut().filter_map(Node::object_mut) {
        server.object_at("x-amazon-apigateway-endpoint-configuration", at).set("disableExecuteApiEndpoint", disabled.clone());
    }
    object.set("servers", servers.into_node(at));
}

fn info(source: &Source, body: &mut Node) {
    let at = source.at;
    let Some(object) = body.object_mut() else { return };
    for (from, to) in [("Name", "title"), ("Description", "description")] {
        if let Some(node) = source.get(from).filter(|node| !node.is_nothing()) {
            object.object_at("info", at).set(to, node.clone());
        }
    }
}

fn default_path(source: &Source, body: &mut Node) {
    if source.get("FailOnWarnings").is_none_or(Node::is_nothing) {
        return;
    }
    if let Some(path) = definition::paths(body).and_then(|paths| paths.entries.iter_mut().find(|path| path.key == "$default")) {
        "/$default".clone_into(&mut path.key);
    }
}

fn stage(sam: &mut Sam<'_, '_>, source: &Source) {
    let at = source.at;
    let name = source.get("StageName").filter(|node| !node.is_nothing()).cloned().unwrap_or_else(|| "$default".into_node(at));
    let id = match name.text() {
        Some("$default") => format!("{}ApiGatewayDefaultStage", source.id),
        Some(text) if text.chars().all(char::is_alphanumeric) => format!("{}{text}Stage", source.id),
        Some(text) => suffixed(&format!("{}Stage", source.id), text),
        None => format!("{}Stage", source.id),
    };
    let mut properties = Maker::at(at)
        .put("ApiId", Node::make_ref(at, &source.id))
        .put("StageName", name)
        .copy(&source.properties, &["StageVariables", "AccessLogSettings", "DefaultRouteSettings", "RouteSettings"]);
    if source.get("DefinitionBody").is_some_and(definition::is_definition) {
        let mut tags = source.get("Tags").and_then(Node::object).cloned().unwrap_or_default();
        tags.set("httpapi:createdBy", "SAM".into_node(at));
        properties = properties.put("Tags", tags);
    } else {
        properties = properties.maybe("Tags", source.get("Tags"));
    }
    properties = properties.put("AutoDeploy", true);
    sam.add(&id, "AWS::ApiGatewayV2::Stage", properties, &source.passed());
    sam.renamed.push((format!("{}.Stage", source.id), id.into_node(at)));
}
