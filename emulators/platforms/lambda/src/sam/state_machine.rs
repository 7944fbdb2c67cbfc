//! `AWS::Serverless::StateMachine`.
//!
//! The vendor's transform writes the definition as text with substitutions for its functions; here it stays the object that it is, which
//! the plain resource takes as well (`Definition`), so that errors keep their places.

use super::definition::add_integration;
use super::events::rules::Rule;
use super::{Sam, Source, tag_list};
use crate::tree::{Entry, IntoNode, Maker, Node, Object};

const SAME: &[&str] = &["Definition", "DefinitionSubstitutions"];
const OWN: &[&str] = &[
    "DefinitionUri",
    "Logging",
    "Role",
    "RolePath",
    "Events",
    "Name",
    "Type",
    "Tags",
    "PropagateTags",
    "Policies",
    "Tracing",
    "PermissionsBoundary",
    "AutoPublishAlias",
    "DeploymentPreference",
    "UseAliasAsEventTarget",
];

pub(super) fn transform(sam: &mut Sam<'_, '_>, source: &Source) {
    let at = source.at;
    super::others::unknown(sam, source, &[SAME, OWN]);
    let role = format!("{}Role", source.id);
    let mut properties = Maker::at(at).copy(&source.properties, SAME);
    if let Some(uri) = source.get("DefinitionUri") {
        properties = properties.put("DefinitionS3Location", super::function::location(uri.clone(), ["Bucket", "Key", "Version"]));
    }
    let role_arn = source.get("Role").cloned().unwrap_or_else(|| Node::make_att(at, &role, "Arn"));
    properties = properties
        .put("RoleArn", role_arn)
        .maybe("StateMachineName", source.get("Name"))
        .maybe("StateMachineType", source.get("Type"))
        .maybe("LoggingConfiguration", source.get("Logging"))
        .maybe("TracingConfiguration", source.get("Tracing"))
        .put("Tags", tag_list(at, "stateMachine:createdBy", source.get("Tags")));
    let mut attributes = source.attributes.clone();
    attributes.remove("Connectors");
    sam.add(&source.id, "AWS::StepFunctions::StateMachine", properties, &attributes);
    if !source.has("Role") {
        sam.add(&role, "AWS::IAM::Role", Maker::at(at).maybe("Policies", source.get("Policies")), &source.passed());
    }
    let target = alias(sam, source).unwrap_or_else(|| Node::make_ref(at, &source.id));
    for entry in source.get("Events").and_then(Node::object).map_or(&[][..], |events| &events.entries) {
        event(sam, source, entry, &target);
    }
}

/// Version and alias, where they are asked for; the alias where it is what events start.
fn alias(sam: &mut Sam<'_, '_>, source: &Source) -> Option<Node> {
    let at = source.at;
    let name = sam.text(source.get("AutoPublishAlias"))?;
    let version = format!("{}Version", source.id);
    let mut attributes = source.passed();
    for key in ["DeletionPolicy", "UpdateReplacePolicy"] {
        if !attributes.has(key) {
            attributes.set(key, "Retain".into_node(at));
        }
    }
    let properties = Maker::at(at)
        .put("StateMachineArn", Node::make_ref(at, &source.id))
        .put("StateMachineRevisionId", Node::make_att(at, &source.id, "StateMachineRevisionId"));
    sam.add(&version, "AWS::StepFunctions::StateMachineVersion", properties, &attributes);
    let mut preference = source.get("DeploymentPreference").and_then(Node::object).cloned().unwrap_or_default();
    if preference.entries.is_empty() {
        preference.set("Type", "ALL_AT_ONCE".into_node(at));
    }
    preference.set("StateMachineVersionArn", Node::make_ref(at, &version));
    let id = format!("{}Alias{name}", source.id);
    let properties = Maker::at(at).put("Name", name.as_str()).put("DeploymentPreference", preference);
    sam.add(&id, "AWS::StepFunctions::StateMachineAlias", properties, &source.passed());
    let used = source.get("UseAliasAsEventTarget").and_then(Node::boolean) == Some(true);
    used.then(|| Node::make_ref(at, &id))
}

fn event(sam: &mut Sam<'_, '_>, source: &Source, entry: &Entry, target: &Node) {
    let Some(body) = entry.node.object() else { return };
    let properties = body.object("Properties").cloned().unwrap_or_default();
    let id = format!("{}{}", source.id, entry.key);
    let passed = source.passed();
    let at = entry.at;
    let role_id = format!("{id}Role");
    let kind = body.text("Type").unwrap_or_default();
    let own_role = properties.get("RoleArn").cloned();
    let role = own_role.clone().unwrap_or_else(|| Node::make_att(at, &role_id, "Arn"));
    let rule = Rule {
        id: &id,
        at,
        properties: &properties,
        passed: &passed,
        arn: target,
        suffix: "StepFunctionsTarget",
        role: Some(role.clone()),
    };
    match kind {
        "Schedule" => rule.schedule(sam),
        "ScheduleV2" => {
            rule.schedule_v2(sam);
            return;
        }
        "CloudWatchEvent" | "EventBridgeRule" => rule.rule(sam),
        "Api" => api(sam, source, &properties, at, &role, target),
        _ => {
            let message = format!("event `{}` of state machine `{}` has a type that SAM does not know: `{kind}`", entry.key, source.id);
            sam.cx.error(at, message, "use `Api`, `Schedule`, `ScheduleV2` or `EventBridgeRule`");
            return;
        }
    }
    if own_role.is_none() {
        sam.add(&role_id, "AWS::IAM::Role", Maker::at(at), &passed);
    }
}

fn api(sam: &mut Sam<'_, '_>, source: &Source, properties: &Object, at: crate::sources::Mark, role: &Node, target: &Node) {
    let (Some(path), Some(method)) = (sam.text(properties.get("Path")), sam.text(properties.get("Method"))) else { return };
    let named = properties.get("RestApiId");
    let Some(api) = named.and_then(|node| node.reference().or_else(|| node.text())).map(str::to_owned) else { return };
    let Some(mut body) = sam.properties_of(&api).and_then(|api| api.remove("DefinitionBody")) else { return };
    let api_properties = sam.source(&api).map(|source| source.properties).unwrap_or_default();
    if api_properties.has(super::implicit::MANAGED) {
        let uri = Node::make_sub(at, "arn:${AWS::Partition}:apigateway:${AWS::Region}:states:action/StartExecution");
        let uri = match source.condition() {
            Some(condition) => super::only_if(condition, uri),
            None => uri,
        };
        let machine = target.reference().unwrap_or(&source.id);
        let template = if properties.get("UnescapeMappingTemplate").and_then(Node::boolean) == Some(true) {
            format!(r#"{{"input": "$util.escapeJavaScript($input.json('$')).replaceAll("\\'","'")", "stateMachineArn": "${{{machine}}}"}}"#)
        } else {
            format!(r#"{{"input": "$util.escapeJavaScript($input.json('$'))", "stateMachineArn": "${{{machine}}}"}}"#)
        };
        let status = |code: &str| Maker::at(at).put("statusCode", code);
        let integration = Maker::at(at)
            .put("type", "aws")
            .put("httpMethod", "POST")
            .put("uri", uri)
            .put("responses", Maker::at(at).put("200", status("200")).put("400", status("400")))
            .put("credentials", role)
            .put("requestTemplates", Maker::at(at).put("application/json", Node::make_sub(at, template)))
            .node();
        let said = |text: &str| Maker::at(at).put("description", text);
        let responses = Maker::at(at).put("200", said("OK")).put("400", said("Bad Request")).node();
        add_integration(&mut body, &path, &method, &integration, &responses, &[], source.condition());
        if let Some(auth) = properties.object("Auth") {
            super::events::rest_auth(sam, at, auth, &path, &method, &api_properties, &mut body);
        }
    }
    if let Some(api) = sam.properties_of(&api) {
        api.set("DefinitionBody", body);
    }
}
