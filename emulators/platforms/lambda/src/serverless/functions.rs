//! `functions`: each becomes a function, its alias and configuration, and what its events ask for.

use super::{Service, events, names};
use crate::sources::Mark;
use crate::tree::{Entry, IntoNode, Maker, Node, Object};
use crate::words::did_you_mean;

// https://www.serverless.com/framework/docs/providers/aws/guide/functions
const TIMEOUT: i64 = 6;
const MEMORY: i64 = 1024;

/// Keys of a function.
const KEYS: &[&str] = &[
    "architecture",
    "awsKmsKeyArn",
    "build",
    "condition",
    "dependsOn",
    "description",
    "destinations",
    "disableLogs",
    "environment",
    "ephemeralStorageSize",
    "events",
    "fileSystemConfig",
    "handler",
    "image",
    "kmsKeyArn",
    "layers",
    "logRetentionInDays",
    "logs",
    "maximumEventAge",
    "maximumRetryAttempts",
    "memorySize",
    "name",
    "onError",
    "package",
    "provisionedConcurrency",
    "reservedConcurrency",
    "role",
    "runtime",
    "runtimeManagement",
    "snapStart",
    "tags",
    "tenancy",
    "timeout",
    "tracing",
    "url",
    "versionFunction",
    "vpc",
    "durableConfig",
    "recursiveLoop",
    "tenantIsolation",
];

/// A function on its way to resources.
pub(super) struct Function<'f> {
    /// Its key in the file.
    pub(super) key: &'f str,
    /// Its key as a part of logical ids.
    pub(super) normal: String,
    /// Its logical id.
    pub(super) id: String,
    pub(super) at: Mark,
    pub(super) body: &'f Object,
    /// What events call: the function, or its alias for provisioned concurrency.
    pub(super) arn: Node,
}

/// Adds the function that `entry` declares.
pub(super) fn add(service: &mut Service<'_>, entry: &Entry) {
    let Some(body) = entry.node.object() else {
        let message = format!("function `{}` must be an object, not {}", entry.key, entry.node.describe());
        service.cx.error(entry.node.at, message, "write `handler:` below its name");
        return;
    };
    for other in body.entries.iter().filter(|other| !KEYS.contains(&other.key.as_str())) {
        let hint = did_you_mean(&other.key, KEYS.iter().copied(), "remove it");
        service.cx.not_emulated(other.at, format!("`{}` is no key of a function that is known; it is ignored", other.key), hint);
    }
    let normal = names::normal(&entry.key);
    let id = format!("{normal}LambdaFunction");
    let arn = Node::make_att(entry.at, &id, "Arn");
    let mut function = Function { key: &entry.key, normal, id, at: entry.at, body, arn };
    let properties = properties(service, &function);
    service.add(&function.id, "AWS::Lambda::Function", properties);
    for (key, attribute) in [("condition", "Condition"), ("dependsOn", "DependsOn")] {
        if let Some(node) = body.get(key) {
            service.attribute(&function.id.clone(), attribute, node.clone());
        }
    }
    if let Some(ready) = body.get("provisionedConcurrency").filter(|node| !node.is_nothing()) {
        function.arn = provisioned(service, &function, ready);
    }
    invoke_config(service, &function);
    url(service, &function);
    events::add(service, &function);
}

fn properties(service: &Service<'_>, function: &Function<'_>) -> Maker {
    let (at, body, provider) = (function.at, function.body, &service.provider);
    let own_or = |key: &str| body.get(key).filter(|node| !node.is_null()).or_else(|| provider.get(key)).cloned();
    let name =
        body.get("name").cloned().unwrap_or_else(|| format!("{}-{}-{}", provider.service, provider.stage, function.key).into_node(at));
    let mut made = Maker::at(at).put("FunctionName", name);
    if let Some(image) = body.get("image") {
        let uri = image.text().map(str::to_owned).or_else(|| image.object().and_then(|image| image.text("uri")).map(str::to_owned));
        made = made.put("PackageType", "Image").put("Code", Maker::at(image.at).put("ImageUri", uri.unwrap_or_default()));
    } else {
        made = made.maybe("Handler", body.get("handler")).maybe("Runtime", own_or("runtime")).put("Code", artifact(function));
    }
    made = made
        .put("Timeout", own_or("timeout").unwrap_or_else(|| TIMEOUT.into_node(at)))
        .put("MemorySize", own_or("memorySize").unwrap_or_else(|| MEMORY.into_node(at)))
        .maybe("Description", body.get("description"))
        .maybe("Environment", environment(service, function))
        .maybe("Architectures", own_or("architecture").map(|node| vec![node]))
        .maybe("Layers", own_or("layers"))
        .maybe("ReservedConcurrentExecutions", body.get("reservedConcurrency").filter(|node| !node.is_null()))
        .maybe("TracingConfig", tracing(service, function))
        .maybe("VpcConfig", own_or("vpc"))
        .maybe("Role", own_or("role"))
        .maybe("RecursiveLoop", body.get("recursiveLoop"));
    if let Some(size) = body.get("ephemeralStorageSize") {
        made = made.put("EphemeralStorage", Maker::at(size.at).put("Size", size));
    }
    if body.get("snapStart").and_then(Node::boolean) == Some(true) {
        made = made.put("SnapStart", Maker::at(at).put("ApplyOn", "PublishedVersions"));
    }
    if let Some(target) = body.get("onError") {
        made = made.put("DeadLetterConfig", Maker::at(target.at).put("TargetArn", target));
    }
    made.maybe("LoggingConfig", logging(service, body)).maybe("Tags", tags(service, function))
}

fn logging(service: &Service<'_>, body: &Object) -> Option<Maker> {
    let logs = body.get("logs").or_else(|| service.provider.at(&["logs", "lambda"]))?;
    let logs_object = logs.object()?;
    Some(
        Maker::at(logs.at)
            .maybe("LogFormat", logs_object.get("logFormat"))
            .maybe("LogGroup", logs_object.get("logGroup"))
            .maybe("ApplicationLogLevel", logs_object.get("applicationLogLevel"))
            .maybe("SystemLogLevel", logs_object.get("systemLogLevel")),
    )
}

/// The zip that the project makes itself, or the project's folder.
fn artifact(function: &Function<'_>) -> Node {
    let given = function.body.object("package").and_then(|package| package.get("artifact"));
    given.cloned().unwrap_or_else(|| ".".into_node(function.at))
}

/// The provider's variables and the function's own, which win; null takes one away.
fn environment(service: &Service<'_>, function: &Function<'_>) -> Option<Maker> {
    let mut all = service.provider.get("environment").and_then(Node::object).cloned().unwrap_or_default();
    for entry in function.body.object("environment").map_or(&[][..], |own| &own.entries) {
        all.set(&entry.key, entry.node.clone());
    }
    all.entries.retain(|entry| !entry.node.is_null());
    (!all.entries.is_empty()).then(|| Maker::at(function.at).put("Variables", all))
}

fn tracing(service: &Service<'_>, function: &Function<'_>) -> Option<Maker> {
    let node = function.body.get("tracing").or_else(|| service.provider.at(&["tracing", "lambda"]))?;
    let mode = match node.boolean() {
        Some(false) => return None,
        Some(true) => "Active".into_node(node.at),
        None => node.clone(),
    };
    Some(Maker::at(node.at).put("Mode", mode))
}

fn tags(service: &Service<'_>, function: &Function<'_>) -> Option<Vec<Maker>> {
    let mut all = Object::default();
    for tags in [service.provider.get("stackTags"), service.provider.get("tags"), function.body.get("tags")].into_iter().flatten() {
        tags.object().map_or(&[][..], |tags| &tags.entries).iter().for_each(|entry| all.set(&entry.key, entry.node.clone()));
    }
    let pairs: Vec<Maker> =
        all.entries.iter().map(|entry| Maker::at(entry.at).put("Key", entry.key.as_str()).put("Value", &entry.node)).collect();
    (!pairs.is_empty()).then_some(pairs)
}

/// A version and an alias with instances that are kept ready; the alias.
fn provisioned(service: &mut Service<'_>, function: &Function<'_>, ready: &Node) -> Node {
    let at = function.at;
    let (version, alias) = (format!("{}LambdaVersion", function.normal), format!("{}ProvConcLambdaAlias", function.normal));
    let name = Node::make_ref(at, &function.id);
    service.add(&version, "AWS::Lambda::Version", Maker::at(at).put("FunctionName", &name));
    let count = ready.object().and_then(|ready| ready.get("executions")).unwrap_or(ready).clone();
    let alias_name = ready.object().and_then(|ready| ready.text("alias")).unwrap_or("provisioned").to_owned();
    let properties = Maker::at(at)
        .put("FunctionName", name)
        .put("FunctionVersion", Node::make_att(at, &version, "Version"))
        .put("Name", alias_name)
        .put("ProvisionedConcurrencyConfig", Maker::at(at).put("ProvisionedConcurrentExecutions", count));
    service.add(&alias, "AWS::Lambda::Alias", properties);
    Node::make_ref(at, &alias)
}

fn invoke_config(service: &mut Service<'_>, function: &Function<'_>) {
    let (at, body) = (function.at, function.body);
    let destinations = body.object("destinations");
    if destinations.is_none() && !body.has("maximumEventAge") && !body.has("maximumRetryAttempts") {
        return;
    }
    let destination = |key: &str| {
        let node = destinations?.get(key)?;
        // Another function of the file by its key, or an ARN.
        let arn = match node.text() {
            Some(name) if !name.starts_with("arn:") => Node::make_att(node.at, &format!("{}LambdaFunction", names::normal(name)), "Arn"),
            _ => node.object().and_then(|object| object.get("arn")).unwrap_or(node).clone(),
        };
        Some(Maker::at(node.at).put("Destination", arn))
    };
    let all = Maker::at(at).maybe("OnSuccess", destination("onSuccess")).maybe("OnFailure", destination("onFailure"));
    let properties = Maker::at(at)
        .put("FunctionName", Node::make_ref(at, &function.id))
        .put("Qualifier", if body.has("provisionedConcurrency") { "provisioned" } else { "$LATEST" })
        .put("DestinationConfig", all)
        .maybe("MaximumEventAgeInSeconds", body.get("maximumEventAge"))
        .maybe("MaximumRetryAttempts", body.get("maximumRetryAttempts"));
    service.add(&format!("{}LambdaEvConf", function.normal), "AWS::Lambda::EventInvokeConfig", properties);
}

fn url(service: &mut Service<'_>, function: &Function<'_>) {
    let Some(given) = function.body.get("url").filter(|node| !node.is_nothing()) else { return };
    let at = given.at;
    let object = given.object();
    let by_iam = object.and_then(|object| object.text("authorizer")) == Some("aws_iam");
    let cors = object.and_then(|object| object.get("cors")).filter(|node| !node.is_nothing()).map(cors);
    let properties = Maker::at(at)
        .put("AuthType", if by_iam { "AWS_IAM" } else { "NONE" })
        .put("TargetFunctionArn", &function.arn)
        .maybe("Cors", cors)
        .maybe("InvokeMode", object.and_then(|object| object.get("invokeMode")));
    service.add(&format!("{}LambdaFunctionUrl", function.normal), "AWS::Lambda::Url", properties);
}

/// Names of CORS settings: the framework's, CloudFormation's.
const CORS: &[(&str, &str)] = &[
    ("allowedOrigins", "AllowOrigins"),
    ("allowedHeaders", "AllowHeaders"),
    ("allowedMethods", "AllowMethods"),
    ("exposedResponseHeaders", "ExposeHeaders"),
    ("maxAge", "MaxAge"),
    ("allowCredentials", "AllowCredentials"),
];

/// CORS of function URLs and HTTP APIs: `true` allows everyone.
pub(super) fn cors(given: &Node) -> Maker {
    let at = given.at;
    // https://www.serverless.com/framework/docs/providers/aws/events/http-api#cors-setup
    let headers =
        ["Content-Type", "X-Amz-Date", "Authorization", "X-Api-Key", "X-Amz-Security-Token", "X-Amz-User-Agent", "X-Amzn-Trace-Id"];
    let methods = ["*"];
    let empty = Object::default();
    let object = given.object().unwrap_or(&empty);
    let mut made = Maker::at(at);
    for (from, to) in CORS {
        if let Some(node) = object.get(from).filter(|node| !node.is_null()) {
            let list = !matches!(*to, "MaxAge" | "AllowCredentials");
            made = if list { made.put(to, node.one_or_more().to_vec()) } else { made.put(to, node) };
        }
    }
    if !object.has("allowedOrigins") {
        made = made.put("AllowOrigins", vec!["*"]);
    }
    if !object.has("allowedHeaders") {
        made = made.put("AllowHeaders", headers.to_vec());
    }
    if !object.has("allowedMethods") {
        made = made.put("AllowMethods", methods.to_vec());
    }
    made
}
