//! Roles and permissions. Nothing is enforced by them; they are kept for those who ask.

use serde::Serialize;
use serde_json::Value;

use super::LambdaProject;
use super::function::split_name;
use super::messaging::rest;
use super::props::Props;
use crate::sources::Place;

/// A role.
#[derive(Debug, Clone, Serialize)]
pub struct Role {
    /// Its logical id.
    pub logical_id: String,
    /// Its name.
    pub role_name: String,
    /// Its ARN.
    pub arn: String,
    /// Its properties, as the vendor names them; of a role that SAM makes, `Policies` is the function's own, templates of policies included.
    pub attributes: Vec<(String, Value)>,
    /// Where it is declared.
    pub place: Place,
}

/// Who may call a function.
#[derive(Debug, Clone, Serialize)]
pub struct Permission {
    /// Its logical id.
    pub logical_id: String,
    /// The function.
    pub function_name: String,
    /// Version or alias.
    pub qualifier: Option<String>,
    /// `lambda:InvokeFunction` and the like.
    pub action: String,
    /// A service, an account or an ARN.
    pub principal: String,
    /// The resource that may call.
    pub source_arn: Option<String>,
    /// The account that may call.
    pub source_account: Option<String>,
    /// Where it is declared.
    pub place: Place,
}

pub(super) fn read_role(props: &Props<'_, '_>, project: &mut LambdaProject) {
    project.roles.push(Role {
        logical_id: props.id.clone(),
        role_name: props.physical_name(),
        arn: props.attribute("Arn"),
        attributes: rest(props, &["RoleName", "Tags"]),
        place: props.place(),
    });
}

pub(super) fn read_permission(props: &Props<'_, '_>, project: &mut LambdaProject) {
    let (function_name, qualifier) = split_name(&props.text("FunctionName").unwrap_or_default());
    project.permissions.push(Permission {
        logical_id: props.id.clone(),
        function_name,
        qualifier,
        action: props.text("Action").unwrap_or_default(),
        principal: props.text("Principal").unwrap_or_default(),
        source_arn: props.text("SourceArn"),
        source_account: props.text("SourceAccount"),
        place: props.place(),
    });
    props.no_effect(&["EventSourceToken", "FunctionUrlAuthType", "PrincipalOrgID", "InvokedViaFunctionUrl"]);
}
