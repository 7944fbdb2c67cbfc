//! What stands behind an `http` event, with all that the framework adds.
//! <https://www.serverless.com/framework/docs/providers/aws/events/apigateway#lambda-integration>

use super::Event;
use super::http::invocation;
use crate::serverless::Service;
use crate::serverless::functions::Function;
use crate::sources::Mark;
use crate::tree::{IntoNode, Maker, Node, Object};

/// What a function behind templates gets where the event has no template of its own; `$body` is set before.
const REQUEST: &str = r##"
#define( $pairs ){#foreach( $name in $map.keySet() )"$util.escapeJavaScript($name)":
  "$util.escapeJavaScript($map.get($name)).replaceAll("\\'", "'")"#if( $foreach.hasNext ),#end#end}#end
{
  "body": $body, "method": "$context.httpMethod", "principalId": "$context.authorizer.principalId", "stage": "$context.stage",
  "cognitoPoolClaims": { "sub": "$context.authorizer.claims.sub" },
  #set( $map = $context.authorizer )"enhancedAuthContext": $pairs,
  #set( $map = $input.params().header )"headers": $pairs,
  #set( $map = $input.params().querystring )"query": $pairs,
  #set( $map = $input.params().path )"path": $pairs,
  #set( $map = $context.identity )"identity": $pairs,
  #set( $map = $stageVariables )"stageVariables": $pairs,
  "requestPath": "$context.resourcePath"
}
"##;

/// The body of JSON.
const JSON: &str = "#set( $body = $input.json('$') )";

/// The body of a form, as an object.
const FORM: &str = r##"
#define( $body ){#foreach( $pair in $input.path('$').split('&') )#set( $parts = $pair.split('=') )#set( $value = '' )
  #if( $parts.size() > 1 )#set( $value = $util.escapeJavaScript($util.urlDecode($parts[1])).replaceAll("\\'", "'") )#end
  "$util.escapeJavaScript($util.urlDecode($parts[0]))": "$value"#if( $foreach.hasNext ),#end#end}#end
"##;

/// Which error texts select which status where the event does not say so.
const STATUSES: &[(&str, &str)] = &[
    ("200", ""),
    ("400", r"[\s\S]*\[400\][\s\S]*"),
    ("401", r"[\s\S]*\[401\][\s\S]*"),
    ("403", r"[\s\S]*\[403\][\s\S]*"),
    ("404", r"[\s\S]*\[404\][\s\S]*"),
    ("422", r"[\s\S]*\[422\][\s\S]*"),
    ("500", r"[\s\S]*(Process\s?exited\s?before\s?completing\s?request|\[500\])[\s\S]*"),
    ("502", r"[\s\S]*\[502\][\s\S]*"),
    ("504", r"([\s\S]*\[504\][\s\S]*)|(.*Task timed out after \d+\.\d+ seconds$)"),
];

/// The integration of an event of that method.
pub(super) fn of(service: &Service<'_>, function: &Function<'_>, event: &Event<'_>, method: &str) -> Maker {
    let at = event.at;
    let asynchronous = event.get("async").and_then(Node::boolean).unwrap_or(false);
    let kind = event.get("integration").and_then(Node::scalar).map(|kind| kind.to_uppercase().replace('-', "_"));
    let kind = match kind.as_deref() {
        None if asynchronous => "AWS",
        None | Some("LAMBDA_PROXY") => "AWS_PROXY",
        Some("LAMBDA") => "AWS",
        Some(other) => other,
    };
    let request = event.get("request").and_then(Node::object);
    let timeout = event.get("timeoutInMillis").or_else(|| service.provider.at(&["apiGateway", "timeoutInMillis"])).cloned();
    let mut made = Maker::at(at).put("Type", kind).maybe("TimeoutInMillis", timeout);
    if kind.starts_with("AWS") {
        made = made.put("IntegrationHttpMethod", "POST").put("Uri", invocation(at, &function.arn));
    } else if kind.starts_with("HTTP") {
        let verb = request.and_then(|request| request.text("method")).unwrap_or(method).to_uppercase();
        let connection = event.get("connectionType").and_then(Node::scalar).map(|kind| kind.to_uppercase().replace('-', "_"));
        made = made.put("IntegrationHttpMethod", verb).maybe("Uri", request.and_then(|request| request.get("uri")));
        made = made.maybe("ConnectionType", connection);
    }
    if kind.ends_with("_PROXY") {
        return if kind == "HTTP_PROXY" { made.put("RequestParameters", parameters(at, request, false)) } else { made };
    }
    let passthrough = request.and_then(|request| request.get("passThrough")).cloned();
    let passthrough = passthrough.or_else(|| (kind == "AWS").then(|| "NEVER".into_node(at)));
    made.put("RequestParameters", parameters(at, request, asynchronous))
        .put("RequestTemplates", templates(at, request, kind == "AWS"))
        .maybe("PassthroughBehavior", passthrough)
        .maybe("ContentHandling", request.and_then(|request| request.get("contentHandling")))
        .put("IntegrationResponses", responses(event))
}

/// What is mapped: each parameter to one of its own name, where it does not say to what.
fn parameters(at: Mark, request: Option<&Object>, asynchronous: bool) -> Maker {
    const PLACES: &[(&str, &str)] = &[("querystrings", "querystring"), ("headers", "header"), ("paths", "path")];
    let mut made = Maker::at(at);
    let all = request.and_then(|request| request.object("parameters"));
    for (from, to) in PLACES {
        for entry in all.and_then(|all| all.object(from)).map_or(&[][..], |all| &all.entries) {
            let mapped = entry.node.object().and_then(|object| object.text("mappedValue")).map(str::to_owned);
            let source = mapped.unwrap_or_else(|| format!("method.request.{to}.{}", entry.key));
            made = made.put(&format!("integration.request.{to}.{}", entry.key), source);
        }
    }
    if asynchronous { made.put("integration.request.header.X-Amz-Invocation-Type", "'Event'") } else { made }
}

/// The templates of the event beside the usual ones; one that is null takes a usual one away.
fn templates(at: Mark, request: Option<&Object>, usual: bool) -> Object {
    let mut made = Object::default();
    if usual {
        made.set("application/json", format!("{JSON}{REQUEST}").into_node(at));
        made.set("application/x-www-form-urlencoded", format!("{FORM}{REQUEST}").into_node(at));
    }
    for entry in request.and_then(|request| request.object("template")).map_or(&[][..], |own| &own.entries) {
        made.remove(&entry.key);
        if !entry.node.is_null() {
            made.set(&entry.key, entry.node.clone());
        }
    }
    made
}

/// The answers, one for each status.
fn responses(event: &Event<'_>) -> Vec<Maker> {
    let response = event.get("response").and_then(Node::object);
    let mut statuses: Vec<(String, Option<&Object>, String)> = Vec::new();
    let usual = |statuses: &mut Vec<_>, all: &[(&str, &str)]| {
        statuses.extend(all.iter().map(|(status, pattern)| ((*status).to_owned(), None, (*pattern).to_owned())));
    };
    match response.and_then(|response| response.object("statusCodes")) {
        Some(own) => {
            let pattern = |node: &Node| node.object().and_then(|object| object.text("pattern")).unwrap_or_default().to_owned();
            statuses.extend(own.entries.iter().map(|entry| (entry.key.clone(), entry.node.object(), pattern(&entry.node))));
            if statuses.iter().all(|(_, _, pattern)| !pattern.is_empty()) {
                statuses.retain(|(status, ..)| status != STATUSES[0].0);
                usual(&mut statuses, &STATUSES[..1]);
            }
        }
        None => usual(&mut statuses, STATUSES),
    }
    statuses.into_iter().map(|(status, own, pattern)| answer(event, response, (&status, own, &pattern))).collect()
}

fn answer(event: &Event<'_>, response: Option<&Object>, (status, own, pattern): (&str, Option<&Object>, &str)) -> Maker {
    let at = event.at;
    let mut parameters = shared(event);
    for headers in [response, own].into_iter().flatten().filter_map(|said| said.object("headers")) {
        parameters = headers.entries.iter().fold(parameters, |made, entry| made.put(&header(&entry.key), &entry.node));
    }
    let mut templates = Object::default();
    for template in [response, own].into_iter().flatten().filter_map(|said| said.get("template")) {
        match template.object().filter(|_| template.intrinsic().is_none()) {
            Some(all) => all.entries.iter().for_each(|entry| templates.set(&entry.key, entry.node.clone())),
            None => templates.set("application/json", template.clone()),
        }
    }
    let handling = response.and_then(|response| response.get("contentHandling")).filter(|_| status.starts_with('2'));
    Maker::at(at)
        .put("StatusCode", status)
        .put("SelectionPattern", pattern)
        .put("ResponseParameters", parameters)
        .put("ResponseTemplates", templates)
        .maybe("ContentHandling", handling)
}

fn header(name: &str) -> String {
    format!("method.response.header.{name}")
}

/// What browsers of other origins are told, where the event has `cors` and a response.
fn shared(event: &Event<'_>) -> Maker {
    let made = Maker::at(event.at);
    let Some(cors) = event.get("cors").filter(|cors| !cors.is_nothing() && event.get("response").is_some()) else { return made };
    let object = cors.object();
    let said = |key: &str| object.and_then(|object| object.get(key));
    let joined = |node: &Node| node.one_or_more().iter().filter_map(Node::scalar).collect::<Vec<_>>().join(",");
    let origin = said("origins").or_else(|| said("origin")).map_or_else(|| "*".to_owned(), joined);
    let made = made.put(&header("Access-Control-Allow-Origin"), format!("'{origin}'"));
    if said("allowCredentials").and_then(Node::boolean) == Some(true) {
        return made.put(&header("Access-Control-Allow-Credentials"), "'true'");
    }
    made
}
