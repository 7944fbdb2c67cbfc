//! `GetFunction`: <https://docs.aws.amazon.com/lambda/latest/api/API_GetFunction.html>

use std::sync::Arc;

use greenroom_aws_wire::{Answer, ApiError, Context, Operation};
use serde_json::{Value, json};

use super::names::Qualified;
use crate::arn::Named;
use crate::record::CodePlace;
use crate::service::LambdaService;

/// Shows a function, with where its code is.
pub(super) struct GetFunction;

impl Operation<LambdaService> for GetFunction {
    const NAME: &'static str = "GetFunction";
    type Input = Qualified;

    async fn call(service: Arc<LambdaService>, context: Context, input: Qualified) -> Result<Answer, ApiError> {
        let named = Named::read(&context, &input.function_name, input.qualifier.as_deref())?;
        let (record, version) = service.shown(&named).await?;
        let mut shown = json!({ "Configuration": version.configuration, "Code": code(&context, &version.code) });
        if !record.tags.is_empty() && named.qualifier.is_none() {
            shown["Tags"] = json!(record.tags);
        }
        if let Some(reserved) = record.reserved {
            shown["Concurrency"] = json!({ "ReservedConcurrentExecutions": reserved });
        }
        Ok(Answer::of(&shown))
    }
}

fn code(context: &Context, code: &CodePlace) -> Value {
    match code {
        CodePlace::Archive(name) => {
            json!({ "RepositoryType": "S3", "Location": format!("{}/_greenroom/lambda/code/{name}.zip", context.origin) })
        }
        CodePlace::Folder { path, .. } => json!({ "RepositoryType": "S3", "Location": format!("file://{}", path.display()) }),
        CodePlace::Image(uri) => json!({ "RepositoryType": "ECR", "ImageUri": uri, "ResolvedImageUri": uri }),
    }
}
