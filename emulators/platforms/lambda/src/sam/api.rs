//! `AWS::Serverless::Api`.

use super::implicit::{MANAGED, wrap_paths};
use super::{Sam, Source, authorizers, cors, definition, digest, suffixed};
use crate::tree::{IntoNode, Maker, Node, Object, Value};

const OWN: &[&str] = &[
    "Name",
    "StageName",
    "DefinitionBody",
    "DefinitionUri",
    "MergeDefinitions",
    "CacheClusterEnabled",
    "CacheClusterSize",
    "Variables",
    "EndpointConfiguration",
    "MethodSettings",
    "BinaryMediaTypes",
    "MinimumCompressionSize",
    "Cors",
    "Auth",
    "GatewayResponses",
    "AccessLogSetting",
    "CanarySetting",
    "TracingEnabled",
    "OpenApiVersion",
    "Models",
    "Domain",
    "FailOnWarnings",
    "Description",
    "Mode",
    "ApiKeySourceType",
    "AlwaysDeploy",
    "Policy",
    "SecurityPolicy",
    "EndpointAccessMode",
    "DisableExecuteApiEndpoint",
    "Tags",
    "PropagateTags",
    MANAGED,
];

pub(super) fn transform(sam: &mut Sam<'_, '_>, source: &Source) {
    let at = source.at;
    super::others::unknown(sam, source, &[OWN]);
    let mut properties = Maker::at(at);
    for key in ["BinaryMediaTypes", "MinimumCompressionSize"] {
        properties = properties.maybe(key, source.get(key));
    }
    properties = endpoint(source, properties);
    for key in ["FailOnWarnings", "Name", "Description", "Mode", "ApiKeySourceType", "Policy", "SecurityPolicy", "EndpointAccessMode"] {
        properties = properties.maybe(key, source.get(key).filter(|node| !node.is_nothing()));
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
    let body = properties.clone().node();
    sam.add(&source.id, "AWS::ApiGateway::RestApi", properties, &attributes);
    stage(sam, source, &digest(&body));
    super::others::domain(sam, source, "AWS::ApiGateway::DomainName", "ApiGatewayDomainName");
}

/// Media types may be written with `~1` for `/`.
fn slashes(node: Node) -> Node {
    let value = match node.value {
        Value::String(text) => Value::String(text.replace("~1", "/")),
        Value::Array(items) => Value::Array(items.into_iter().map(slashes).collect()),
        Value::Object(mut object) => {
            for entry in &mut object.entries {
                entry.node = slashes(entry.node.clone());
            }
            Value::Object(object)
        }
        other => other,
    };
    Node { at: node.at, value }
}

fn endpoint(source: &Source, properties: Maker) -> Maker {
    let Some(given) = source.get("EndpointConfiguration").filter(|node| !node.is_nothing()) else { return properties };
    let at = given.at;
    let object = given.object().filter(|_| given.intrinsic().is_none());
    let kind = object.and_then(|object| object.get("Type")).unwrap_or(given).clone();
    let mut configuration = Maker::at(at).put("Types", vec![kind.clone()]);
    if let Some(object) = object {
        configuration = configuration.maybe("VpcEndpointIds", object.get("VPCEndpointIds").or_else(|| object.get("VpcEndpointIds")));
        configuration = configuration.copy(object, &["IpAddressType"]);
    }
    properties.put("EndpointConfiguration", configuration).put("Parameters", Maker::at(at).put("endpointConfigurationTypes", kind))
}

fn body_of(sam: &Sam<'_, '_>, source: &Source, mut body: Node) -> Node {
    let version = source.get("OpenApiVersion").and_then(Node::scalar);
    let version_3 =
        version.as_deref().map_or_else(|| body.object().is_some_and(definition::is_version_3), |version| version.starts_with("3."));
    if let (Some(version), Some(object)) = (&version, body.object_mut())
        && version_3
        && source.has(MANAGED)
    {
        object.remove("swagger");
        object.set("openapi", version.as_str().into_node(source.at));
    }
    if definition::is_definition(&body) {
        cors::add(source, &mut body);
        authorizers::for_rest_api(sam, source, &mut body);
        gateway_responses(source, &mut body);
        models(source, &mut body);
        disabled(source, &mut body);
    }
    if let (Some(types), Some(object)) = (source.get("BinaryMediaTypes"), body.object_mut()) {
        object.set("x-amazon-apigateway-binary-media-types", slashes(types.clone()));
    }
    definition::to_version_3(&mut body, version_3);
    wrap_paths(sam, &source.id, &mut body);
    body
}

fn disabled(source: &Source, body: &mut Node) {
    let Some(flag) = source.get("DisableExecuteApiEndpoint") else { return };
    let at = flag.at;
    let Some(object) = body.object_mut() else { return };
    let key = "x-amazon-apigateway-endpoint-configuration";
    if definition::is_version_3(object) {
        let mut servers = object.get("servers").and_then(Node::items).map_or_else(|| vec![Node::empty(at)], <[Node]>::to_vec);
        for server in servers.iter_mut().filter_map(Node::object_mut) {
            server.object_at(key, at).set("disableExecuteApiEndpoint", flag.clone());
        }
        object.set("servers", servers.into_node(at));
    } else {
        object.object_at(key, at).set("disableExecuteApiEndpoint", flag.clone());
    }
}

fn gateway_responses(source: &Source, body: &mut Node) {
    let Some(responses) = source.get("GatewayResponses").and_then(Node::object) else { return };
    let at = source.at;
    let Some(object) = body.object_mut() else { return };
    let target = object.object_at("x-amazon-apigateway-gateway-responses", at);
    for entry in &responses.entries {
        let Some(response) = entry.node.object() else { continue };
        let status = response.get("StatusCode").filter(|node| !node.is_nothing());
        let status = status.map(|node| node.scalar().map_or_else(|| node.clone(), |text| text.into_node(node.at)));
        let empty = Object::default();
        let parameters = response.object("ResponseParameters").unwrap_or(&empty);
        let templates = response.object("ResponseTemplates").unwrap_or(&empty);
        let made = Maker::at(entry.at)
            .put("responseParameters", response_parameters(parameters, entry.node.at))
            .put("responseTemplates", templates.clone());
        target.set(&entry.key, made.maybe("statusCode", status).node());
    }
}

fn response_parameters(parameters: &Object, at: crate::sources::Mark) -> Maker {
    const KINDS: &[(&str, &str)] =
        &[("Headers", "gatewayresponse.header."), ("Paths", "gatewayresponse.path."), ("QueryStrings", "gatewayresponse.querystring.")];
    let mut made = Maker::at(at);
    for (key, prefix) in KINDS {
        for entry in parameters.object(key).map_or(&[][..], |all| &all.entries) {
            made = made.put(&format!("{prefix}{}", entry.key), &entry.node);
        }
    }
    made
}

fn models(source: &Source, body: &mut Node) {
    let Some(models) = source.get("Models").and_then(Node::object) else { return };
    let at = source.at;
    let Some(object) = body.object_mut() else { return };
    let definitions = object.object_at("definitions", at);
    for entry in &models.entries {
        definitions.set(&entry.key.to_lowercase(), entry.node.clone());
    }
}

/// Properties of the stage, by the same name.
const OF_STAGE: &[&str] =
    &["CacheClusterEnabled", "CacheClusterSize", "Variables", "MethodSettings", "AccessLogSetting", "CanarySetting", "TracingEnabled"];

fn stage(sam: &mut Sam<'_, '_>, source: &Source, hash: &str) {
    let at = source.at;
    let passed = source.passed();
    let deployment = format!("{}Deployment{hash}", source.id);
    let mut properties =
        Maker::at(at).put("RestApiId", Node::make_ref(at, &source.id)).put("Description", format!("RestApi deployment id: {hash}"));
    if !source.has("OpenApiVersion") {
        properties = properties.put("StageName", "Stage");
    }
    sam.add(&deployment, "AWS::ApiGateway::Deployment", properties, &passed);
    let name = source.get("StageName").cloned().unwrap_or_else(|| "Prod".into_node(at));
    let id = match name.text() {
        Some(text) if !text.is_empty() && text.chars().all(char::is_alphanumeric) => format!("{}{text}Stage", source.id),
        Some(text) => suffixed(&format!("{}Stage", source.id), text),
        None => format!("{}Stage", source.id),
    };
    let mut properties = Maker::at(at)
        .put("RestApiId", Node::make_ref(at, &source.id))
        .put("DeploymentId", Node::make_ref(at, &deployment))
        .put("StageName", name)
        .copy(&source.properties, OF_STAGE);
    if let Some(tags) = source.get("Tags").and_then(Node::object) {
        let pair = |entry: &crate::tree::Entry| Maker::at(entry.at).put("Key", entry.key.as_str()).put("Value", &entry.node);
        properties = properties.put("Tags", tags.entries.iter().map(pair).collect::<Vec<_>>());
    }
    sam.add(&id, "AWS::ApiGateway::Stage", properties, &passed);
    sam.renamed.push((format!("{}.Stage", source.id), id.as_str().into_node(at)));
    sam.renamed.push((format!("{}.Deployment", source.id), deployment.into_node(at)));
    usage_plan(sam, source, &id);
}

fn usage_plan(sam: &mut Sam<'_, '_>, source: &Source, stage: &str) {
    let Some(plan) = source.get("Auth").and_then(Node::object).and_then(|auth| auth.object("UsagePlan")) else { return };
    let at = source.at;
    let wanted = sam.text(plan.get("CreateUsagePlan"));
    let shared = wanted.as_deref() == Some("SHARED");
    let prefix = match wanted.as_deref() {
        Some("PER_API") => source.id.clone(),
        Some("SHARED") => "Serverless".to_owned(),
        _ => return,
    };
    let own = |name: &str| Maker::at(at).put(name, Node::make_ref(at, &source.id));
    let mut stages = vec![own("ApiId").put("Stage", Node::make_ref(at, stage)).node()];
    let mut keys = vec![own("RestApiId").put("StageName", Node::make_ref(at, stage)).node()];
    let mut depends = vec![source.id.as_str().into_node(at)];
    let (plan_id, key_id) = (format!("{prefix}UsagePlan"), format!("{prefix}ApiKey"));
    if shared {
        let earlier = |sam: &Sam<'_, '_>, id: &str, key: &str| -> Vec<Node> {
            let properties = sam.out.object(id).and_then(|body| body.object("Properties"));
            properties.and_then(|properties| properties.get(key)?.items()).map(<[Node]>::to_vec).unwrap_or_default()
        };
        stages.splice(0..0, earlier(sam, &plan_id, "ApiStages"));
        keys.splice(0..0, earlier(sam, &key_id, "StageKeys"));
        let before = sam.out.object(&plan_id).and_then(|body| body.get("DependsOn")?.items()).map(<[Node]>::to_vec);
        depends.splice(0..0, before.unwrap_or_default());
    }
    let attributes = |depends: Node| {
        let mut attributes = source.passed();
        if shared {
            attributes.remove("Condition");
        }
        attributes.set("DependsOn", depends);
        attributes
    };
    let properties = Maker::at(at).put("ApiStages", stages).copy(plan, &["UsagePlanName", "Description", "Quota", "Tags", "Throttle"]);
    sam.add(&plan_id, "AWS::ApiGateway::UsagePlan", properties, &attributes(depends.into_node(at)));
    let properties = Maker::at(at).put("Enabled", true).put("StageKeys", keys);
    sam.add(&key_id, "AWS::ApiGateway::ApiKey", properties, &attributes(vec![plan_id.as_str()].into_node(at)));
    let properties =
        Maker::at(at).put("KeyId", Node::make_ref(at, &key_id)).put("KeyType", "API_KEY").put("UsagePlanId", Node::make_ref(at, &plan_id));
    sam.add(
        &format!("{prefix}UsagePlanKey"),
        "AWS::ApiGateway::UsagePlanKey",
        properties,
        &attributes(vec![key_id.as_str()].into_node(at)),
    );
    for (name, made) in [("UsagePlan", &plan_id), ("ApiKey", &key_id), ("UsagePlanKey", &format!("{prefix}UsagePlanKey"))] {
        sam.renamed.push((format!("{}.{name}", source.id), made.as_str().into_node(at)));
    }
}
