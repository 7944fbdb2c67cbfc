//! SAM's smaller resources, and what is common to all of them.

use super::{Sam, Source, digest, function::location};
use crate::tree::{IntoNode, Maker, Node};
use crate::words::did_you_mean;

/// Warns of each property of `source` that is in none of `known`.
pub(super) fn unknown(sam: &Sam<'_, '_>, source: &Source, known: &[&[&str]]) {
    let all = || known.iter().flat_map(|list| list.iter().copied());
    for entry in source.properties.entries.iter().filter(|entry| !all().any(|name| name == entry.key)) {
        let message = format!("`{}` is no property of `{}`; it is ignored", entry.key, source.kind);
        sam.cx.not_emulated(entry.at, message, did_you_mean(&entry.key, all(), "remove it"));
    }
}

/// `Connectors` beside properties permit, and nothing is forbidden here: they are taken out.
pub(super) fn drop_connectors(sam: &mut Sam<'_, '_>) {
    for body in sam.resources.entries.iter_mut().filter_map(|entry| entry.node.object_mut()) {
        body.remove("Connectors");
    }
}

pub(super) fn simple_table(sam: &mut Sam<'_, '_>, source: &Source) {
    let at = source.at;
    unknown(
        sam,
        source,
        &[&["PrimaryKey", "ProvisionedThroughput", "TableName", "Tags", "SSESpecification", "PointInTimeRecoverySpecification"]],
    );
    let key = source.get("PrimaryKey").and_then(Node::object);
    let name = key.and_then(|key| key.get("Name")).cloned().unwrap_or_else(|| "id".into_node(at));
    let kind = match key.and_then(|key| key.get("Type")) {
        None => "S".into_node(at),
        Some(kind) => match kind.text() {
            Some("String") => "S".into_node(at),
            Some("Number") => "N".into_node(at),
            Some("Binary") => "B".into_node(at),
            _ => kind.clone(),
        },
    };
    let mut properties = Maker::at(at)
        .put("AttributeDefinitions", vec![Maker::at(at).put("AttributeName", &name).put("AttributeType", kind)])
        .put("KeySchema", vec![Maker::at(at).put("AttributeName", name).put("KeyType", "HASH")]);
    properties = match source.get("ProvisionedThroughput") {
        Some(throughput) => properties.put("ProvisionedThroughput", throughput),
        None => properties.put("BillingMode", "PAY_PER_REQUEST"),
    };
    properties = properties.copy(&source.properties, &["TableName", "SSESpecification", "PointInTimeRecoverySpecification"]);
    if let Some(tags) = source.get("Tags").and_then(Node::object) {
        let pairs: Vec<Maker> =
            tags.entries.iter().map(|entry| Maker::at(entry.at).put("Key", entry.key.as_str()).put("Value", &entry.node)).collect();
        properties = properties.put("Tags", pairs);
    }
    sam.add(&source.id, "AWS::DynamoDB::Table", properties, &source.attributes);
}

/// Properties of layers.
const LAYER: &[&str] = &[
    "LayerName",
    "Description",
    "ContentUri",
    "CompatibleArchitectures",
    "CompatibleRuntimes",
    "LicenseInfo",
    "RetentionPolicy",
    "PublishLambdaVersion",
];

pub(super) fn layer_version(sam: &mut Sam<'_, '_>, source: &Source) {
    let at = source.at;
    unknown(sam, source, &[LAYER]);
    let resolved = |key: &str| source.get(key).map(|node| sam.resolved(node));
    let mut hashed = Maker::at(at);
    for entry in &source.properties.entries {
        hashed = hashed.put(&entry.key, sam.resolved(&entry.node));
    }
    let body = Maker::at(at).put("Type", source.kind.as_str()).put("Properties", hashed);
    let id = format!("{}{}", source.id, digest(&Maker::at(at).put(&source.id, body).node()));
    let properties = Maker::at(at)
        .put("LayerName", resolved("LayerName").unwrap_or_else(|| source.id.as_str().into_node(at)))
        .maybe("Description", resolved("Description"))
        .maybe("Content", source.get("ContentUri").map(|uri| location(uri.clone(), ["S3Bucket", "S3Key", "S3ObjectVersion"])))
        .maybe("CompatibleArchitectures", resolved("CompatibleArchitectures"))
        .maybe("CompatibleRuntimes", resolved("CompatibleRuntimes"))
        .maybe("LicenseInfo", resolved("LicenseInfo"));
    let mut attributes = source.attributes.clone();
    let policy = match resolved("RetentionPolicy").and_then(|node| node.text().map(str::to_lowercase)).as_deref() {
        Some("delete") => Some("Delete"),
        None if attributes.has("DeletionPolicy") => None,
        Some(_) | None => Some("Retain"),
    };
    if let Some(policy) = policy {
        attributes.set("DeletionPolicy", policy.into_node(at));
    }
    sam.add(&id, "AWS::Lambda::LayerVersion", properties, &attributes);
    sam.renamed.push((source.id.clone(), id.into_node(at)));
}

pub(super) fn application(sam: &mut Sam<'_, '_>, source: &Source) {
    let at = source.at;
    unknown(sam, source, &[&["Location", "Parameters", "NotificationARNs", "Tags", "TimeoutInMinutes"]]);
    let place = source.get("Location").filter(|node| node.text().is_some());
    if place.is_none() {
        let message =
            format!("application `{}` comes from the AWS Serverless Application Repository, and nothing is fetched from there", source.id);
        sam.cx.not_emulated(at, message, "name a local template as `Location`");
    }
    let properties = Maker::at(at)
        .maybe("TemplateURL", place)
        .copy(&source.properties, &["Parameters", "NotificationARNs", "TimeoutInMinutes"])
        .put("Tags", tag_list_of(source));
    sam.add(&source.id, "AWS::CloudFormation::Stack", properties, &source.attributes);
}

fn tag_list_of(source: &Source) -> Node {
    super::tag_list(source.at, "lambda:createdBy", source.get("Tags"))
}

/// Connectors permit, and nothing is forbidden here.
pub(super) fn connector(sam: &mut Sam<'_, '_>, source: &Source) {
    keep(sam, source, "permissions are not enforced, so that nothing is missing");
}

pub(super) fn not_emulated(sam: &mut Sam<'_, '_>, source: &Source) {
    keep(sam, source, "the resource is left out");
}

/// Names a type that is not emulated. The resource stays as it is, for those that refer to it.
fn keep(sam: &mut Sam<'_, '_>, source: &Source, hint: &str) {
    sam.cx.not_emulated(source.at, format!("`{}` is not emulated", source.kind), hint);
    let keys: Vec<&str> = source.properties.keys().collect();
    let properties = Maker::at(source.at).copy(&source.properties, &keys);
    sam.add(&source.id, &source.kind, properties, &source.attributes);
}

/// The custom domain of an API: a resource of a type that is not emulated, for those that refer to it.
pub(super) fn domain(sam: &mut Sam<'_, '_>, source: &Source, kind: &str, prefix: &str) {
    let Some(domain) = source.get("Domain").and_then(Node::object) else { return };
    let at = source.get("Domain").map_or(source.at, |node| node.at);
    let id = format!("{prefix}{}", domain.get("DomainName").map(digest).unwrap_or_default());
    sam.add(&id, kind, Maker::at(at).copy(domain, &["DomainName"]), &source.passed());
    for name in ["DomainName", "DomainNameV2"] {
        sam.renamed.push((format!("{}.{name}", source.id), id.as_str().into_node(at)));
    }
}
