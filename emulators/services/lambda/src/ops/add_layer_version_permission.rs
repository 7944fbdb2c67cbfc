//! `AddLayerVersionPermission`: <https://docs.aws.amazon.com/lambda/latest/api/API_AddLayerVersionPermission.html>

use std::sync::Arc;

use greenroom_aws_wire::{Answer, ApiError, Context, Operation};
use serde::Deserialize;
use serde_json::json;

use super::layer::{self, OneVersion};
use super::policy::principal;
use crate::error::wrong_revision;
use crate::record::LayerRecord;
use crate::service::LambdaService;

/// Lets somebody use a version of a layer.
pub(super) struct AddLayerVersionPermission;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Input {
    #[serde(flatten)]
    of: OneVersion,
    statement_id: String,
    action: String,
    principal: String,
    organization_id: Option<String>,
    revision_id: Option<String>,
}

impl Operation<LambdaService> for AddLayerVersionPermission {
    const NAME: &'static str = "AddLayerVersionPermission";
    type Input = Input;

    async fn call(service: Arc<LambdaService>, context: Context, input: Input) -> Result<Answer, ApiError> {
        let (key, number) = (layer::key(&context, &input.of.layer_name), layer::number(input.of.version_number)?);
        let mut statement = json!({
            "Sid": input.statement_id,
            "Effect": "Allow",
            "Principal": principal(&input.principal)?,
            "Action": input.action,
            "Resource": format!("{}:{number}", key.layer_arn()),
        });
        if let Some(organization) = input.organization_id {
            statement["Condition"] = json!({ "StringEquals": { "aws:PrincipalOrgID": organization } });
        }
        let revision = service.revision();
        let shown = json!({ "Statement": statement.to_string(), "RevisionId": revision });
        let change = |known: &mut Option<LayerRecord>| {
            let version = layer::version(known.as_mut(), &key, number)?;
            if input.revision_id.is_some_and(|wanted| wanted != version.policy.revision) {
                return Err(wrong_revision("GetLayerPolicy"));
            }
            version.policy.add(statement, revision)
        };
        service.store.layers.change(&key, change).await?;
        Ok(Answer::of(&shown))
    }
}
