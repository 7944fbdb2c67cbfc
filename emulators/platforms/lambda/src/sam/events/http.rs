//! `Api` and `HttpApi`: routes, written into the definition of the API that the event names.

use super::Event;
use crate::sam::authorizers::{self, MethodAuth};
use crate::sam::definition::{self, INTEGRATION, add_integration, each_method, set_integration};
use crate::sam::implicit::MANAGED;
use crate::sam::{Sam, kind_of};
use crate::tree::{IntoNode, Maker, Node, Object};

/// An event's route, and the API that it belongs to.
struct Route {
    api: String,
    path: String,
    method: String,
}

fn route(sam: &Sam<'_, '_>, event: &Event<'_>, property: &str, kind: &str) -> Option<Route> {
    let path = sam.text(event.get("Path"));
    let method = sam.text(event.get("Method"));
    let (Some(path), Some(method)) = (path, method) else {
        event.missing(sam, if event.get("Path").is_some() { "Method" } else { "Path" });
        return None;
    };
    if !path.starts_with('/') && path != "$default" {
        let message = format!("event `{}` of function `{}`: the path `{path}` does not start with `/`", event.name, event.target.id);
        sam.cx.error(event.at, message, format!("write `/{path}`"));
        return None;
    }
    let named = event.get(property)?;
    let api = named.reference().map(str::to_owned).or_else(|| named.text().map(str::to_owned))?;
    match sam.resources.get(&api).and_then(kind_of) {
        Some(found) if found == kind => Some(Route { api, path, method: method.to_lowercase() }),
        _ => {
            let message =
                format!("event `{}` of function `{}`: `{property}` must name an `{kind}` of this template", event.name, event.target.id);
            sam.cx.error(named.at, message, format!("use `!Ref` with the logical id of an `{kind}`"));
            None
        }
    }
}

/// Takes the API's definition out, to be written into; `put_back` returns it.
fn take_body(sam: &mut Sam<'_, '_>, api: &str) -> Option<Node> {
    sam.properties_of(api)?.remove("DefinitionBody")
}

fn put_back(sam: &mut Sam<'_, '_>, api: &str, body: Node) {
    if let Some(properties) = sam.properties_of(api) {
        properties.set("DefinitionBody", body);
    }
}

fn integration_uri(event: &Event<'_>, partition: &str, streamed: bool) -> Node {
    let (version, path) = if streamed { ("2021-11-15", "response-streaming-invocations") } else { ("2015-03-31", "invocations") };
    let target = &event.target.in_text;
    let text = format!("arn:{partition}:apigateway:${{AWS::Region}}:lambda:path/{version}/functions/{target}/{path}");
    let uri = Node::make_sub(event.at, text);
    match event.target.condition() {
        Some(condition) => crate::sam::only_if(condition, uri),
        None => uri,
    }
}

fn twice(sam: &Sam<'_, '_>, event: &Event<'_>, route: &Route) {
    let message = format!(
        "event `{}` of function `{}`: `{} {}` is defined twice",
        event.name,
        event.target.id,
        route.method.to_uppercase(),
        route.path
    );
    sam.cx.error(event.at, message, "remove one of the two events, or change its path or method");
}

pub(super) fn http(sam: &mut Sam<'_, '_>, event: &Event<'_>) {
    let Some(route) = route(sam, event, "ApiId", "AWS::Serverless::HttpApi") else { return };
    let Some(mut body) = take_body(sam, &route.api) else { return };
    route_settings(sam, event, &route);
    let properties = sam.source(&route.api).map(|source| source.properties).unwrap_or_default();
    if definition::is_definition(&body) {
        write_http(sam, event, &route, &properties, &mut body);
    }
    put_back(sam, &route.api, body);
}

fn write_http(sam: &Sam<'_, '_>, event: &Event<'_>, route: &Route, api: &Object, body: &mut Node) {
    let at = event.at;
    let present = definition::has_integration(body, &route.path, &route.method);
    if present && api.has(MANAGED) {
        twice(sam, event, route);
        return;
    }
    if !present {
        let integration = Maker::at(at)
            .put("type", "aws_proxy")
            .put("httpMethod", "POST")
            .put("payloadFormatVersion", "2.0")
            .put("uri", integration_uri(event, "${AWS::Partition}", false))
            .node();
        let is_default = route.path == "$default" && definition::method_key(&route.method) == "x-amazon-apigateway-any-method";
        let extra: Vec<(&str, Node)> = if is_default { vec![("isDefaultRoute", true.into_node(at))] } else { Vec::new() };
        add_integration(body, &route.path, &route.method, &integration, &Node::empty(at), &extra, event.target.condition());
    }
    let api_auth = api.object("Auth");
    if let Some(auth) = event.get("Auth").and_then(Node::object).filter(|auth| !auth.entries.is_empty()) {
        let name = sam.text(auth.get("Authorizer")).or_else(|| sam.text(api_auth.and_then(|auth| auth.get("DefaultAuthorizer"))));
        match name {
            Some(name) => {
                MethodAuth { at, path: &route.path, method: &route.method, auth, api: api_auth, rest: false }.apply(sam, body, &name);
            }
            None => {
                let message = format!(
                    "event `{}` of function `{}`: `Auth` names no authorizer, and the API has no default one",
                    event.name, event.target.id
                );
                sam.cx.error(at, message, "name one as `Authorizer`, or set `DefaultAuthorizer` on the API");
            }
        }
    }
    if let Some(timeout) = event.get("TimeoutInMillis") {
        set_integration(body, &route.path, &route.method, "timeoutInMillis", timeout);
    }
    path_parameters(body, route, at);
    if let Some(version) = event.get("PayloadFormatVersion") {
        set_integration(body, &route.path, &route.method, "payloadFormatVersion", version);
    }
}

fn path_parameters(body: &mut Node, route: &Route, at: crate::sources::Mark) {
    let names = definition::path_parameters(&route.path);
    if names.is_empty() {
        return;
    }
    each_method(body, &route.path, &route.method, &mut |method| {
        let mut parameters = method.get("parameters").and_then(Node::items).map(<[Node]>::to_vec).unwrap_or_default();
        for name in &names {
            let known = parameters.iter_mut().filter_map(Node::object_mut).find(|parameter| parameter.text("name") == Some(name));
            match known {
                Some(parameter) => {
                    parameter.set("in", "path".into_node(at));
                    parameter.set("required", true.into_node(at));
                }
                None => parameters.push(Maker::at(at).put("name", *name).put("in", "path").put("required", true).node()),
            }
        }
        method.set("parameters", parameters.into_node(at));
    });
}

/// `RouteSettings` of the event become those of the API's stage for this route.
fn route_settings(sam: &mut Sam<'_, '_>, event: &Event<'_>, route: &Route) {
    let Some(settings) = event.get("RouteSettings") else { return };
    let at = event.at;
    let key = if route.method == "x-amazon-apigateway-any-method" {
        route.path.clone()
    } else {
        format!("{} {}", route.method.to_uppercase(), route.path)
    };
    let settings = match event.target.condition() {
        Some(condition) => crate::sam::only_if(condition, settings.clone()),
        None => settings.clone(),
    };
    let Some(properties) = sam.properties_of(&route.api) else { return };
    let all = properties.object_at("RouteSettings", at);
    let own = all.object_at(&key, at);
    for entry in settings.object().map_or(&[][..], |settings| &settings.entries) {
        own.set(&entry.key, entry.node.clone());
    }
}

pub(super) fn rest(sam: &mut Sam<'_, '_>, event: &Event<'_>) {
    let Some(route) = route(sam, event, "RestApiId", "AWS::Serverless::Api") else { return };
    let Some(mut body) = take_body(sam, &route.api) else { return };
    let properties = sam.source(&route.api).map(|source| source.properties).unwrap_or_default();
    let merged = properties.get("MergeDefinitions").and_then(Node::boolean) == Some(true);
    if definition::is_definition(&body) && (properties.has(MANAGED) || merged) {
        write_rest(sam, event, &route, &properties, &mut body, merged);
    } else if definition::is_definition(&body) {
        let overridden =
            event.get("Auth").and_then(Node::object).is_some_and(|auth| auth.get("OverrideApiAuth").is_some_and(|node| !node.is_nothing()));
        if overridden {
            auth(sam, event, &route, &properties, &mut body);
        }
    }
    put_back(sam, &route.api, body);
}

fn write_rest(sam: &Sam<'_, '_>, event: &Event<'_>, route: &Route, api: &Object, body: &mut Node, merged: bool) {
    let at = event.at;
    if !merged && definition::has_integration(body, &route.path, &route.method) {
        twice(sam, event, route);
        return;
    }
    let streamed = event.get("ResponseTransferMode").and_then(Node::text) == Some("RESPONSE_STREAM");
    let integration = Maker::at(at)
        .put("type", "aws_proxy")
        .put("httpMethod", "POST")
        .put("uri", integration_uri(event, sam.cx.options.partition(), streamed))
        .maybe("responseTransferMode", streamed.then_some("STREAM"))
        .maybe("credentials", credentials(event, api, sam.cx.options.partition()))
        .node();
    add_integration(body, &route.path, &route.method, &integration, &Node::empty(at), &[], event.target.condition());
    auth(sam, event, route, api, body);
    if let Some(timeout) = event.get("TimeoutInMillis") {
        set_integration(body, &route.path, &route.method, "timeoutInMillis", timeout);
    }
    request_model(event, route, body);
    request_parameters(event, route, body);
}

/// The role that the integration is called with, where IAM authorizes.
fn credentials(event: &Event<'_>, api: &Object, partition: &str) -> Option<Node> {
    let at = event.at;
    let own = event.get("Auth").and_then(Node::object).filter(|auth| !auth.entries.is_empty());
    let all = api.object("Auth");
    let by_iam = own.is_some_and(|auth| auth.text("Authorizer") == Some("AWS_IAM"))
        || (own.is_none() && all.is_some_and(|auth| auth.text("DefaultAuthorizer") == Some("AWS_IAM")));
    if !by_iam {
        return None;
    }
    let role = |auth: Option<&Object>| {
        let node = auth?.get("InvokeRole")?;
        Some(if node.is_nothing() { "NONE".into_node(at) } else { node.clone() })
    };
    match role(own).or_else(|| role(all)) {
        Some(node) if node.text() == Some("NONE") => None,
        Some(node) if node.text() != Some("CALLER_CREDENTIALS") => Some(node),
        _ => Some(format!("arn:{partition}:iam::*:user/*").into_node(at)),
    }
}

pub(in crate::sam) fn rest_auth(
    sam: &Sam<'_, '_>,
    at: crate::sources::Mark,
    auth: &Object,
    path: &str,
    method: &str,
    api: &Object,
    body: &mut Node,
) {
    let api_auth = api.object("Auth");
    if let Some(name) = sam.text(auth.get("Authorizer").filter(|node| !node.is_nothing())) {
        MethodAuth { at, path, method, auth, api: api_auth, rest: true }.apply(sam, body, &name);
    }
    if let Some(required) = auth.get("ApiKeyRequired").and_then(Node::boolean) {
        if required {
            authorizers::add_api_key(body, at);
        }
        let name = if required { "api_key" } else { "api_key_false" };
        each_method(body, path, method, &mut |method| definition::add_security(method, at, name, Vec::<Node>::new().into_node(at)));
    }
    authorizers::mentioned_iam(body, at);
}

fn auth(sam: &Sam<'_, '_>, event: &Event<'_>, route: &Route, api: &Object, body: &mut Node) {
    if let Some(auth) = event.get("Auth").and_then(Node::object) {
        rest_auth(sam, event.at, auth, &route.path, &route.method, api, body);
    }
}

fn request_model(event: &Event<'_>, route: &Route, body: &mut Node) {
    let Some(model) = event.get("RequestModel").and_then(Node::object) else { return };
    let Some(name) = model.text("Model").map(str::to_lowercase) else { return };
    let at = event.at;
    let swagger = body.object().is_some_and(|body| body.has("swagger"));
    each_method(body, &route.path, &route.method, &mut |method| {
        if swagger {
            let mut parameters = method.get("parameters").and_then(Node::items).map(<[Node]>::to_vec).unwrap_or_default();
            let schema = Maker::at(at).put("$ref", format!("#/definitions/{name}"));
            let parameter =
                Maker::at(at).put("in", "body").put("name", name.as_str()).put("schema", schema).maybe("required", model.get("Required"));
            parameters.push(parameter.node());
            method.set("parameters", parameters.into_node(at));
        } else {
            let schema = Maker::at(at).put("schema", Maker::at(at).put("$ref", format!("#/components/schemas/{name}")));
            let content = Maker::at(at).put("application/json", schema);
            method.set("requestBody", Maker::at(at).put("content", content).maybe("required", model.get("Required")).node());
        }
    });
    let flag = |key: &str| model.get(key).and_then(Node::boolean);
    let (in_body, in_parameters) = (flag("ValidateBody"), flag("ValidateParameters"));
    if in_body.is_none() && in_parameters.is_none() {
        return;
    }
    let (in_body, in_parameters) = (in_body.unwrap_or(false), in_parameters.unwrap_or(false));
    let validator = match (in_body, in_parameters) {
        (true, true) => "body-and-params",
        (true, false) => "body-only",
        (false, true) => "params-only",
        (false, false) => "no-validation",
    };
    if let Some(object) = body.object_mut() {
        let all = object.object_at("x-amazon-apigateway-request-validators", at);
        if !all.has(validator) {
            all.set(validator, Maker::at(at).put("validateRequestBody", in_body).put("validateRequestParameters", in_parameters).node());
        }
    }
    each_method(body, &route.path, &route.method, &mut |method| {
        method.set("x-amazon-apigateway-request-validator", validator.into_node(at));
    });
}

fn request_parameters(event: &Event<'_>, route: &Route, body: &mut Node) {
    let at = event.at;
    let mut cached: Vec<Node> = Vec::new();
    let mut made: Vec<Node> = Vec::new();
    for parameter in event.get("RequestParameters").and_then(Node::items).unwrap_or_default() {
        let (name, settings) = match parameter.object().and_then(|object| object.entries.first()) {
            Some(entry) => (entry.key.clone(), entry.node.object().cloned().unwrap_or_default()),
            None => (parameter.text().unwrap_or_default().to_owned(), Object::default()),
        };
        let Some((place, plain)) = name.strip_prefix("method.request.").and_then(|rest| rest.split_once('.')) else { continue };
        let place = if place == "querystring" { "query" } else { place };
        let required = settings.get("Required").and_then(Node::boolean) == Some(true);
        made.push(Maker::at(at).put("in", place).put("name", plain).put("required", required).put("type", "string").node());
        if settings.get("Caching").and_then(Node::boolean) == Some(true) {
            cached.push(name.as_str().into_node(at));
        }
    }
    if made.is_empty() {
        return;
    }
    each_method(body, &route.path, &route.method, &mut |method| {
        let mut parameters = method.get("parameters").and_then(Node::items).map(<[Node]>::to_vec).unwrap_or_default();
        parameters.extend(made.iter().cloned());
        method.set("parameters", parameters.into_node(at));
        if let Some(integration) = method.get_mut(INTEGRATION).and_then(Node::object_mut).filter(|_| !cached.is_empty()) {
            integration.set("cacheKeyParameters", cached.clone().into_node(at));
        }
    });
}
