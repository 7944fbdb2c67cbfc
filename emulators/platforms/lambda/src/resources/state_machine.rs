//! State machines.

use serde::Serialize;
use serde_json::Value;

use super::LambdaProject;
use super::props::Props;
use crate::sources::Place;
use crate::tree::Node;

/// A state machine.
#[derive(Debug, Clone, Serialize)]
pub struct StateMachine {
    /// Its logical id.
    pub logical_id: String,
    /// Its name.
    pub name: String,
    /// Its ARN.
    pub arn: String,
    /// `STANDARD` or `EXPRESS`.
    pub machine_type: String,
    /// Its definition, as text, substitutions made.
    pub definition: Option<String>,
    /// Where it is declared.
    pub place: Place,
}

pub(super) fn read(props: &Props<'_, '_>, project: &mut LambdaProject) {
    let definition = definition(props).map(|text| substituted(text, &props.map("DefinitionSubstitutions")));
    project.state_machines.push(StateMachine {
        logical_id: props.id.clone(),
        name: props.physical_name(),
        arn: props.reference(),
        machine_type: props.one_of("StateMachineType", &["STANDARD", "EXPRESS"]).unwrap_or_else(|| "STANDARD".to_owned()),
        definition,
        place: props.place(),
    });
    // Nothing stands in a definition that is not there.
    props.no_effect(&["DefinitionSubstitutions"]);
    props.no_effect(&["StateMachineName", "RoleArn", "Tags", "LoggingConfiguration", "TracingConfiguration", "EncryptionConfiguration"]);
}

/// The definition: an object, a text, or a local file.
fn definition(props: &Props<'_, '_>) -> Option<String> {
    if let Some(text) = props.text("DefinitionString") {
        if let Err(error) = serde_json::from_str::<Value>(&text) {
            props.error("DefinitionString", format!("the definition of `{}` is not JSON: {error}", props.id), "correct the definition");
        }
        return Some(text);
    }
    if let Some(node) = props.get("Definition") {
        return Some(node.to_json().to_string());
    }
    let place = props.get("DefinitionS3Location")?.clone();
    let Some(path) = place.text().map(|text| props.stack.path(text)) else {
        let message = format!("the definition of state machine `{}` is in a bucket, and nothing is fetched from there", props.id);
        props.cx().not_emulated(place.at, message, "name a local file as `DefinitionUri`");
        return None;
    };
    props.cx().read(&path).as_ref().map(Node::to_json).map(|json| json.to_string())
}

fn substituted(mut text: String, substitutions: &[(String, String)]) -> String {
    for (name, value) in substitutions {
        let quoted = Value::from(value.as_str()).to_string();
        text = text.replace(&format!("${{{name}}}"), &quoted[1..quoted.len() - 1]);
    }
    text
}
