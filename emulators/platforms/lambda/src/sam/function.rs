//! `AWS::Serverless::Function`.

use super::{Sam, Source, digest, events, invoke_config, tag_list};
use crate::sources::Mark;
use crate::tree::{IntoNode, Maker, Node, Object, Value};

/// Properties that are the plain function's own, by the same name.
const SAME: &[&str] = &[
    "FunctionName",
    "Handler",
    "Runtime",
    "Description",
    "MemorySize",
    "Timeout",
    "VpcConfig",
    "Environment",
    "KmsKeyArn",
    "ReservedConcurrentExecutions",
    "Layers",
    "FileSystemConfigs",
    "ImageConfig",
    "PackageType",
    "Architectures",
    "SnapStart",
    "EphemeralStorage",
    "CodeSigningConfigArn",
    "RuntimeManagementConfig",
    "LoggingConfig",
    "TenancyConfig",
    "RecursiveLoop",
    "DurableConfig",
    "FunctionScalingConfig",
    "PublishToLatestPublished",
];

/// Properties that this transform reads.
const OWN: &[&str] = &[
    "CodeUri",
    "ImageUri",
    "InlineCode",
    "DeadLetterQueue",
    "Role",
    "AssumeRolePolicyDocument",
    "Policies",
    "RolePath",
    "PermissionsBoundary",
    "Events",
    "Tags",
    "PropagateTags",
    "Tracing",
    "DeploymentPreference",
    "EventInvokeConfig",
    "AutoPublishAlias",
    "AutoPublishCodeSha256",
    "AutoPublishAliasAllProperties",
    "VersionDescription",
    "ProvisionedConcurrencyConfig",
    "FunctionUrlConfig",
    "SourceKMSKeyArn",
    "CapacityProviderConfig",
    "VersionDeletionPolicy",
];

/// The function that events are made for: itself, or the alias that is published.
#[derive(Clone)]
pub(super) struct Target {
    /// The function's logical id.
    pub(super) id: String,
    /// `Ref` of the function, or of the alias.
    pub(super) name: Node,
    /// `Arn` of the function, or `Ref` of the alias.
    pub(super) arn: Node,
    /// What an integration's text has for it: `${Function.Arn}` or `${Alias}`.
    pub(super) in_text: String,
    /// The attributes for what is made for it.
    pub(super) passed: Object,
}

impl Target {
    pub(super) fn condition(&self) -> Option<&str> {
        self.passed.text("Condition")
    }
}

pub(super) fn transform(sam: &mut Sam<'_, '_>, source: &Source) {
    let at = source.at;
    super::others::unknown(sam, source, &[SAME, OWN]);
    let code = code(sam, source);
    let (role, new_role) = role(source);
    let mut properties = Maker::at(at).copy(&source.properties, SAME).put("Code", &code).put("Role", &role);
    properties = properties.put("Tags", tag_list(at, "lambda:createdBy", source.get("Tags")));
    properties = tracing(sam, source, properties);
    if let Some(target) = source.get("DeadLetterQueue").and_then(Node::object).and_then(|queue| queue.get("TargetArn")) {
        properties = properties.put("DeadLetterConfig", Maker::at(at).put("TargetArn", target));
    }
    let alias = sam.text(source.get("AutoPublishAlias").filter(|node| !node.is_nothing()));
    let sha = sam.text(source.get("AutoPublishCodeSha256")).filter(|_| alias.is_some());
    if let Some(sha) = &sha {
        properties = properties.put("Description", described(sam, source, sha));
    }
    let target = publish(sam, source, alias.as_deref(), &code, sha, &properties);
    if let Some(config) = source.get("CapacityProviderConfig").and_then(Node::object) {
        properties = properties.put("CapacityProviderConfig", capacity(at, config));
    }
    let mut attributes = source.attributes.clone();
    attributes.remove("Connectors");
    sam.add(&source.id, "AWS::Lambda::Function", properties, &attributes);
    if let Some(condition) = new_role {
        add_role(sam, source, condition);
    }
    url(sam, source, &target, alias.is_some());
    invoke_config::transform(sam, source, &target, alias.as_deref());
    events::transform(sam, source, &target);
}

fn tracing(sam: &Sam<'_, '_>, source: &Source, properties: Maker) -> Maker {
    let Some(mode) = source.get("Tracing").filter(|node| !node.is_nothing()) else { return properties };
    if sam.resolved(mode).text() == Some("Disabled") {
        return properties;
    }
    properties.put("TracingConfig", Maker::at(mode.at).put("Mode", mode))
}

fn described(sam: &Sam<'_, '_>, source: &Source, sha: &str) -> Node {
    let at = source.at;
    match source.get("Description").map(|node| sam.resolved(node)) {
        None => sha.into_node(at),
        Some(Node { value: Value::String(text), .. }) => format!("{text} {sha}").into_node(at),
        Some(other) => Maker::at(at).put("Fn::Join", vec![" ".into_node(at), vec![other, sha.into_node(at)].into_node(at)]).node(),
    }
}

fn capacity(at: Mark, config: &Object) -> Maker {
    let inner = Maker::at(at)
        .maybe("CapacityProviderArn", config.get("Arn"))
        .copy(config, &["PerExecutionEnvironmentMaxConcurrency", "ExecutionEnvironmentMemoryGiBPerVCpu"]);
    Maker::at(at).put("LambdaManagedInstancesCapacityProviderConfig", inner)
}

/// The code: in a bucket, inline, an image, or a local path, which stays as it is written.
fn code(sam: &Sam<'_, '_>, source: &Source) -> Node {
    let at = source.at;
    let is_image = sam.text(source.get("PackageType")).as_deref() == Some("Image");
    let written = if let Some(inline) = source.get("InlineCode").filter(|_| !is_image) {
        Maker::at(at).put("ZipFile", inline).node()
    } else if is_image {
        let image = source.get("ImageUri").cloned().unwrap_or_else(|| "".into_node(at));
        Maker::at(at).put("ImageUri", image).node()
    } else {
        location(source.get("CodeUri").cloned().unwrap_or_else(|| ".".into_node(at)), ["S3Bucket", "S3Key", "S3ObjectVersion"])
    };
    match (source.get("SourceKMSKeyArn"), written.object()) {
        (Some(key), Some(object)) if !is_image => {
            Maker::at(at).copy(object, &object.keys().collect::<Vec<_>>()).put("SourceKMSKeyArn", key).node()
        }
        _ => written,
    }
}

/// A place in S3, written as `s3://bucket/key` or as an object, with the names that the plain resource has. A local path stays.
pub(super) fn location(node: Node, [bucket, key, version]: [&str; 3]) -> Node {
    let at = node.at;
    if let Some(object) = node.object().filter(|object| object.has("Bucket")) {
        return Maker::at(at)
            .maybe(bucket, object.get("Bucket"))
            .maybe(key, object.get("Key"))
            .maybe(version, object.get("Version"))
            .node();
    }
    let Some((name, rest)) = node.text().and_then(|text| text.strip_prefix("s3://")).and_then(|rest| rest.split_once('/')) else {
        return node;
    };
    let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
    let wanted = query.split('&').find_map(|pair| pair.strip_prefix("versionId="));
    Maker::at(at).put(bucket, name).put(key, path).maybe(version, wanted).node()
}

/// The role, and whether one is made: none, or the condition under which it is.
#[expect(clippy::option_option, reason = "whether there is a role, and whether it has a condition of its own")]
fn role(source: &Source) -> (Node, Option<Option<String>>) {
    let own = Node::make_att(source.at, &format!("{}Role", source.id), "Arn");
    let Some(given) = source.get("Role") else { return (own, Some(None)) };
    let Some(("Fn::If", argument)) = given.intrinsic() else { return (given.clone(), None) };
    let Some([condition, then, otherwise]) = argument.items() else { return (given.clone(), None) };
    let none = |node: &Node| node.reference() == Some("AWS::NoValue");
    let name = condition.text().unwrap_or_default().to_owned();
    let choice =
        |then: &Node, otherwise: &Node| Maker::at(given.at).put("Fn::If", vec![condition.clone(), then.clone(), otherwise.clone()]).node();
    match (none(then), none(otherwise)) {
        (true, true) => (own, Some(None)),
        (true, false) => (choice(&own, otherwise), Some(Some(name))),
        (false, true) => (choice(then, &own), Some(Some(format!("NOT{name}")))),
        (false, false) => (given.clone(), None),
    }
}

fn add_role(sam: &mut Sam<'_, '_>, source: &Source, condition: Option<String>) {
    let at = source.at;
    let mut attributes = source.passed();
    if let Some(name) = condition {
        if let Some(plain) = name.strip_prefix("NOT").filter(|_| !sam.conditions.has(&name)) {
            let not = Maker::at(at).put("Fn::Not", vec![Maker::at(at).put("Condition", plain)]).node();
            sam.conditions.set(&name, not);
        }
        attributes.set("Condition", name.into_node(at));
    }
    let properties = Maker::at(at).maybe("Policies", source.get("Policies"));
    sam.add(&format!("{}Role", source.id), "AWS::IAM::Role", properties, &attributes);
}

/// Version and alias, where one is to be published.
fn publish(sam: &mut Sam<'_, '_>, source: &Source, alias: Option<&str>, code: &Node, sha: Option<String>, function: &Maker) -> Target {
    let at = source.at;
    let id = source.id.as_str();
    let name = Node::make_ref(at, id);
    let passed = source.passed();
    let Some(alias) = alias else {
        let arn = Node::make_att(at, id, "Arn");
        return Target { id: id.to_owned(), name, arn, in_text: format!("${{{id}.Arn}}"), passed };
    };
    let hash = sha.map_or_else(|| version_digest(sam, source, code, function), |sha| sha.chars().take(10).collect());
    let version = format!("{id}Version{hash}");
    let mut attributes = passed.clone();
    if !attributes.has("DeletionPolicy") {
        let default = if source.has("CapacityProviderConfig") { "Delete".into_node(at) } else { "Retain".into_node(at) };
        attributes.set("DeletionPolicy", source.get("VersionDeletionPolicy").cloned().unwrap_or(default));
    }
    let properties = Maker::at(at).put("FunctionName", &name).maybe("Description", source.get("VersionDescription"));
    let scaling = source.get("FunctionScalingConfig").filter(|_| source.has("CapacityProviderConfig"));
    let properties = properties.maybe("FunctionScalingConfig", scaling);
    sam.add(&version, "AWS::Lambda::Version", properties, &attributes);
    let alias_id = format!("{id}Alias{}", alias.replace('-', "D").replace('_', "U"));
    let properties = Maker::at(at)
        .put("Name", alias)
        .put("FunctionName", &name)
        .put("FunctionVersion", Node::make_att(at, &version, "Version"))
        .maybe("ProvisionedConcurrencyConfig", source.get("ProvisionedConcurrencyConfig"));
    sam.add(&alias_id, "AWS::Lambda::Alias", properties, &passed);
    sam.renamed.push((format!("{id}.Alias"), alias_id.as_str().into_node(at)));
    sam.renamed.push((format!("{id}.Version"), version.as_str().into_node(at)));
    let reference = Node::make_ref(at, &alias_id);
    Target { id: id.to_owned(), name: reference.clone(), arn: reference, in_text: format!("${{{alias_id}}}"), passed }
}

fn version_digest(sam: &Sam<'_, '_>, source: &Source, code: &Node, function: &Maker) -> String {
    if source.get("AutoPublishAliasAllProperties").and_then(Node::boolean) == Some(true) {
        return digest(&function.clone().node());
    }
    let code = sam.resolved(code);
    let mut all = code.object().cloned().unwrap_or_default();
    if all.entries.is_empty() {
        all.set("Path", code);
    }
    for entry in source.get("Environment").and_then(Node::object).map_or(&[][..], |environment| &environment.entries) {
        all.set(&entry.key, entry.node.clone());
    }
    if let Some(memory) = source.get("MemorySize").filter(|node| !node.is_nothing()) {
        all.set("MemorySize", memory.clone());
    }
    let snap =
        source.get("SnapStart").filter(|node| node.object().and_then(|snap| snap.text("ApplyOn")).is_some_and(|apply| apply != "None"));
    if let Some(snap) = snap {
        all.set("SnapStart", snap.clone());
    }
    digest(&all.into_node(source.at))
}

fn url(sam: &mut Sam<'_, '_>, source: &Source, target: &Target, has_alias: bool) {
    let Some(config) = source.get("FunctionUrlConfig").and_then(Node::object) else { return };
    let at = source.at;
    let function = if has_alias { target.arn.clone() } else { Node::make_ref(at, &source.id) };
    let properties = Maker::at(at).copy(config, &["Cors", "AuthType", "InvokeMode"]).put("TargetFunctionArn", function);
    sam.add(&format!("{}Url", source.id), "AWS::Lambda::Url", properties, &target.passed);
}
