//! Authorizers of APIs, written into their definitions.

use super::definition::{add_security, each_integrated};
use super::{Sam, Source, definition};
use crate::sources::Mark;
use crate::tree::{IntoNode, Maker, Node, Object};
use crate::words::did_you_mean;

const AUTHORIZER: &str = "x-amazon-apigateway-authorizer";

/// A place that an authorizer's identity comes from: the property, and what stands before each of its names.
type Origin = (&'static str, &'static str);

const HTTP_IDENTITY: &[Origin] = &[
    ("Headers", "$request.header."),
    ("QueryStrings", "$request.querystring."),
    ("StageVariables", "$stageVariables."),
    ("Context", "$context."),
];
const REST_IDENTITY: &[Origin] = &[
    ("Headers", "method.request.header."),
    ("QueryStrings", "method.request.querystring."),
    ("StageVariables", "stageVariables."),
    ("Context", "context."),
];

fn identity_sources(authorizer: &Object, origins: &[Origin]) -> Vec<String> {
    let Some(identity) = authorizer.object("Identity") else { return Vec::new() };
    let of = |(property, prefix): &Origin| -> Vec<String> {
        let names = identity.get(property).map_or(&[][..], Node::one_or_more);
        names.iter().filter_map(Node::scalar).map(|name| format!("{prefix}{name}")).collect()
    };
    origins.iter().flat_map(of).collect()
}

fn invocation(sam: &Sam<'_, '_>, at: Mark, authorizer: &Object) -> Option<Node> {
    let function = authorizer.get("FunctionArn")?;
    let partition = sam.cx.options.partition();
    let uri = format!("arn:{partition}:apigateway:${{AWS::Region}}:lambda:path/2015-03-31/functions/${{__FunctionArn__}}/invocations");
    Some(Maker::at(at).put("Fn::Sub", vec![uri.into_node(at), Maker::at(at).put("__FunctionArn__", function).node()]).node())
}

fn role(authorizer: &Object) -> Option<&Node> {
    authorizer.get("FunctionInvokeRole").filter(|role| !role.is_nothing() && role.text() != Some("NONE"))
}

/// The authorizers of an HTTP API, and the default one on every method that has none.
pub(super) fn for_http_api(sam: &Sam<'_, '_>, source: &Source, body: &mut Node) {
    let Some(auth) = source.get("Auth").and_then(Node::object) else { return };
    let at = source.at;
    let mut schemes = Object::default();
    if auth.get("EnableIamAuthorizer").and_then(Node::boolean) == Some(true) {
        schemes.set("AWS_IAM", iam(at, "Authorization"));
    }
    for entry in auth.object("Authorizers").map_or(&[][..], |all| &all.entries) {
        if let Some(authorizer) = entry.node.object() {
            schemes.set(&entry.key, http_scheme(sam, entry.at, authorizer));
        }
    }
    add_schemes(body, "components", schemes.clone());
    let Some(default) = default_authorizer(sam, source, auth, &schemes) else { return };
    let scopes = scopes_of(auth, &default).unwrap_or_else(|| Vec::<Node>::new().into_node(at));
    each_integrated(body, &mut |name, method| {
        if name != "options" && method.get("security").is_none_or(Node::is_nothing) {
            method.set("security", vec![Maker::at(at).put(&default, &scopes)].into_node(at));
        }
    });
}

fn add_schemes(body: &mut Node, place: &str, schemes: Object) {
    let at = body.at;
    let Some(object) = body.object_mut().filter(|_| !schemes.entries.is_empty()) else { return };
    let target = match place {
        "components" => object.object_at("components", at).object_at("securitySchemes", at),
        other => object.object_at(other, at),
    };
    for entry in schemes.entries {
        target.set(&entry.key, entry.node);
    }
}

fn default_authorizer(sam: &Sam<'_, '_>, source: &Source, auth: &Object, schemes: &Object) -> Option<String> {
    let node = auth.get("DefaultAuthorizer").filter(|node| !node.is_nothing() && node.reference() != Some("AWS::NoValue"))?;
    let name = sam.text(Some(node))?;
    if schemes.has(&name) || name == "AWS_IAM" {
        return Some(name);
    }
    let hint = did_you_mean(&name, schemes.keys(), "define it under `Auth.Authorizers`");
    sam.cx.error(node.at, format!("API `{}`: the default authorizer `{name}` is none of its authorizers", source.id), hint);
    None
}

fn scopes_of(auth: &Object, name: &str) -> Option<Node> {
    auth.object("Authorizers")?.object(name)?.get("AuthorizationScopes").cloned()
}

fn iam(at: Mark, header: &str) -> Node {
    Maker::at(at).put("type", "apiKey").put("name", header).put("in", "header").put("x-amazon-apigateway-authtype", "awsSigv4").node()
}

fn http_scheme(sam: &Sam<'_, '_>, at: Mark, authorizer: &Object) -> Node {
    if let Some(jwt) = authorizer.get("JwtConfiguration").and_then(Node::object) {
        let lowered = jwt.entries.iter().fold(Maker::at(at), |made, entry| made.put(&entry.key.to_lowercase(), &entry.node));
        let inner =
            Maker::at(at).put("jwtConfiguration", lowered).maybe("identitySource", authorizer.get("IdentitySource")).put("type", "jwt");
        return Maker::at(at).put("type", "oauth2").put(AUTHORIZER, inner).node();
    }
    let identity = authorizer.object("Identity");
    let mut inner = Maker::at(at)
        .put("type", "request")
        .maybe("authorizerUri", invocation(sam, at, authorizer))
        .maybe("authorizerCredentials", role(authorizer));
    if let Some(identity) = identity {
        inner = inner.maybe("authorizerResultTtlInSeconds", identity.get("ReauthorizeEvery"));
        inner = inner.put("identitySource", identity_sources(authorizer, HTTP_IDENTITY));
    }
    inner = inner.maybe("authorizerPayloadFormatVersion", authorizer.get("AuthorizerPayloadFormatVersion"));
    inner = inner.maybe("enableSimpleResponses", authorizer.get("EnableSimpleResponses").filter(|node| !node.is_nothing()));
    Maker::at(at).put("type", "apiKey").put("name", "Unused").put("in", "header").put(AUTHORIZER, inner).node()
}

/// The authorizers and the API key of a REST API, and the defaults on every method.
pub(super) fn for_rest_api(sam: &Sam<'_, '_>, source: &Source, body: &mut Node) {
    let Some(auth) = source.get("Auth").and_then(Node::object) else { return };
    let at = source.at;
    let mut schemes = Object::default();
    if auth.text("DefaultAuthorizer") == Some("AWS_IAM") {
        schemes.set("AWS_IAM", iam(at, "Authorization"));
    }
    for entry in auth.object("Authorizers").map_or(&[][..], |all| &all.entries) {
        if let Some(authorizer) = entry.node.object() {
            schemes.set(&entry.key, rest_scheme(sam, entry.at, authorizer));
        }
    }
    add_schemes(body, "securityDefinitions", schemes.clone());
    if let Some(default) = default_authorizer(sam, source, auth, &schemes) {
        let preflight = auth.get("AddDefaultAuthorizerToCorsPreflight").and_then(Node::boolean) != Some(false);
        let scopes = scopes_of(auth, &default).unwrap_or_else(|| Vec::<Node>::new().into_node(at));
        let names: Vec<String> = schemes.keys().map(str::to_owned).chain(["AWS_IAM".to_owned()]).collect();
        let default = Default { at, name: default, scopes, names };
        each_integrated(body, &mut |name, method| {
            if preflight || name != "options" {
                default.apply(method);
            }
        });
    }
    if auth.get("ApiKeyRequired").and_then(Node::boolean) == Some(true) {
        add_api_key(body, at);
        let preflight = auth.get("AddApiKeyRequiredToCorsPreflight").and_then(Node::boolean) != Some(false);
        each_integrated(body, &mut |name, method| require_key(method, at, name == "options" && !preflight));
    }
    mentioned_iam(body, at);
}

/// The default authorizer of a REST API.
struct Default {
    at: Mark,
    name: String,
    scopes: Node,
    names: Vec<String>,
}

impl Default {
    /// Puts it on a method that names neither another one nor `NONE`.
    fn apply(&self, method: &mut Object) {
        let existing = method.get("security").and_then(Node::items).map(<[Node]>::to_vec).unwrap_or_default();
        let has = |node: &Node, name: &str| node.object().is_some_and(|object| object.has(name));
        let (own, mut others): (Vec<Node>, Vec<Node>) =
            existing.into_iter().partition(|node| self.names.iter().any(|name| has(node, name)));
        if let Some(none) = others.iter().position(|node| has(node, "NONE")) {
            others.remove(none);
        } else if own.is_empty() {
            others.push(Maker::at(self.at).put(&self.name, &self.scopes).node());
        } else {
            others.extend(own);
        }
        if !others.is_empty() {
            method.set("security", others.into_node(self.at));
        }
    }
}

fn require_key(method: &mut Object, at: Mark, excepted: bool) {
    let existing = method.get("security").and_then(Node::items).map(<[Node]>::to_vec).unwrap_or_default();
    let has = |node: &Node, name: &str| node.object().is_some_and(|object| object.has(name));
    let (keys, mut others): (Vec<Node>, Vec<Node>) =
        existing.iter().cloned().partition(|node| has(node, "api_key") || has(node, "api_key_false"));
    let refused = keys.iter().any(|node| has(node, "api_key_false"));
    if refused {
        others.extend(keys.into_iter().filter(|node| !has(node, "api_key_false")));
    } else if !excepted {
        others.push(Maker::at(at).put("api_key", Vec::<Node>::new()).node());
    }
    if others != existing {
        method.set("security", others.into_node(at));
    }
}

/// The security definition of API keys.
pub(super) fn add_api_key(body: &mut Node, at: Mark) {
    let Some(object) = body.object_mut() else { return };
    let definitions = object.object_at("securityDefinitions", at);
    if !definitions.has("api_key") {
        definitions.set("api_key", Maker::at(at).put("type", "apiKey").put("name", "x-api-key").put("in", "header").node());
    }
}

/// The security definition of IAM, where a method's first one is that.
pub(super) fn mentioned_iam(body: &mut Node, at: Mark) {
    let mut used = false;
    each_integrated(body, &mut |_, method| {
        let first = method.get("security").and_then(Node::items).and_then(<[Node]>::first);
        used |= first.and_then(Node::object).is_some_and(|object| object.has("AWS_IAM"));
    });
    let Some(object) = body.object_mut().filter(|_| used) else { return };
    let definitions = object.object_at("securityDefinitions", at);
    if !definitions.has("AWS_IAM") {
        definitions.set("AWS_IAM", iam(at, "Authorization"));
    }
}

fn rest_scheme(sam: &Sam<'_, '_>, at: Mark, authorizer: &Object) -> Node {
    let identity = authorizer.object("Identity");
    let header = identity.and_then(|identity| identity.get("Header")).cloned().unwrap_or_else(|| "Authorization".into_node(at));
    let expression = identity.and_then(|identity| identity.get("ValidationExpression"));
    if let Some(pools) = authorizer.get("UserPoolArn") {
        let inner = Maker::at(at)
            .put("type", "cognito_user_pools")
            .put("providerARNs", pools.one_or_more().to_vec())
            .maybe("identityValidationExpression", expression);
        return scheme(at, header, "cognito_user_pools", inner);
    }
    let request = authorizer.text("FunctionPayloadType") == Some("REQUEST");
    let mut inner = Maker::at(at)
        .put("type", if request { "request" } else { "token" })
        .maybe("authorizerUri", invocation(sam, at, authorizer))
        .maybe("authorizerResultTtlInSeconds", identity.and_then(|identity| identity.get("ReauthorizeEvery")))
        .maybe("authorizerCredentials", role(authorizer));
    if request {
        let sources = identity_sources(authorizer, REST_IDENTITY);
        inner = inner.maybe("identitySource", (!sources.is_empty()).then(|| sources.join(", ")));
        return scheme(at, "Unused".into_node(at), "custom", inner);
    }
    scheme(at, header, "custom", inner.maybe("identityValidationExpression", expression))
}

fn scheme(at: Mark, header: Node, kind: &str, inner: Maker) -> Node {
    Maker::at(at)
        .put("type", "apiKey")
        .put("name", header)
        .put("in", "header")
        .put("x-amazon-apigateway-authtype", kind)
        .put(AUTHORIZER, inner)
        .node()
}

/// What an event says of its method's authorizer, checked against the API's.
pub(super) struct MethodAuth<'a> {
    pub(super) at: Mark,
    pub(super) path: &'a str,
    pub(super) method: &'a str,
    pub(super) auth: &'a Object,
    pub(super) api: Option<&'a Object>,
    /// Whether it is a REST API.
    pub(super) rest: bool,
}

impl MethodAuth<'_> {
    /// Puts the authorizer that the event names on its method.
    pub(super) fn apply(&self, sam: &Sam<'_, '_>, body: &mut Node, name: &str) {
        let known = self.api.and_then(|api| api.object("Authorizers"));
        if !matches!(name, "NONE" | "AWS_IAM") && !known.is_some_and(|known| known.has(name)) {
            let hint = did_you_mean(name, known.map(Object::keys).into_iter().flatten(), "define it under the API's `Auth.Authorizers`");
            let message = format!("`{} {}`: the authorizer `{name}` is none of the API's", self.method.to_uppercase(), self.path);
            sam.cx.error(self.at, message, hint);
            return;
        }
        // An empty list says that there are none in a REST API, and nothing in an HTTP API.
        let own = self.auth.get("AuthorizationScopes").filter(|node| if self.rest { !node.is_null() } else { !node.is_nothing() });
        let inherited = known.and_then(|known| known.object(name)).and_then(|authorizer| authorizer.get("AuthorizationScopes"));
        let scopes = own.or(inherited).filter(|_| !matches!(name, "NONE" | "AWS_IAM"));
        let scopes = scopes.cloned().unwrap_or_else(|| Vec::<Node>::new().into_node(self.at));
        definition::each_method(body, self.path, self.method, &mut |method| add_security(method, self.at, name, scopes.clone()));
    }
}
