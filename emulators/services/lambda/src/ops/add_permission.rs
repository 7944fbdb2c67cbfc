//! `AddPermission`: <https://docs.aws.amazon.com/lambda/latest/api/API_AddPermission.html>

use std::sync::Arc;

use greenroom_aws_wire::{Answer, ApiError, Context, Operation};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::policy::principal;
use crate::arn::Named;
use crate::error::{invalid, no_function, not_found, wrong_revision};
use crate::record::FunctionRecord;
use crate::service::LambdaService;

/// Lets somebody use a function. It is kept and shown; nothing is refused for want of it.
pub(super) struct AddPermission;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Input {
    function_name: String,
    qualifier: Option<String>,
    statement_id: String,
    action: String,
    principal: String,
    source_arn: Option<String>,
    source_account: Option<String>,
    event_source_token: Option<String>,
    revision_id: Option<String>,
    #[serde(rename = "PrincipalOrgID")]
    principal_org_id: Option<String>,
    function_url_auth_type: Option<String>,
}

impl Operation<LambdaService> for AddPermission {
    const NAME: &'static str = "AddPermission";
    type Input = Input;

    async fn call(service: Arc<LambdaService>, context: Context, input: Input) -> Result<Answer, ApiError> {
        let named = Named::read(&context, &input.function_name, input.qualifier.as_deref())?;
        if named.qualifier.as_deref() == Some("$LATEST") {
            return Err(invalid("We currently do not support adding policies for $LATEST."));
        }
        let statement = statement(&input, &named)?;
        let (revision, of_function, made) = (service.revision(), service.revision(), statement.clone());
        let change = |known: &mut Option<FunctionRecord>| {
            let record = known.as_mut().ok_or_else(|| no_function(&named.arn()))?;
            exists(record, &named)?;
            let qualifier = named.qualifier.clone().unwrap_or_default();
            check_revision(record, &qualifier, input.revision_id.as_deref())?;
            record.policies.entry(qualifier.clone()).or_default().add(statement, revision)?;
            touch(record, &qualifier, of_function);
            Ok(())
        };
        service.store.functions.change(&named.key, change).await?;
        Ok(Answer::of(&json!({ "Statement": made.to_string() })))
    }
}

/// Whether there is the version or alias that is named.
pub(super) fn exists(record: &FunctionRecord, named: &Named) -> Result<(), ApiError> {
    let Some(qualifier) = &named.qualifier else { return Ok(()) };
    let is_alias = qualifier.parse::<u64>().is_err() && !qualifier.contains('$');
    match record.resolved(Some(qualifier)) {
        Some(_) => Ok(()),
        None if is_alias => Err(not_found(format!("Cannot find alias arn: {}", named.arn()))),
        None => Err(no_function(&named.arn())),
    }
}

/// A revision that is given is that of the policy; where there is none yet, that of the function.
pub(super) fn check_revision(record: &FunctionRecord, qualifier: &str, wanted: Option<&str>) -> Result<(), ApiError> {
    let Some(wanted) = wanted else { return Ok(()) };
    match record.policies.get(qualifier).filter(|policy| !policy.statements.is_empty()) {
        Some(policy) if policy.revision != wanted => Err(wrong_revision("GetPolicy")),
        None if record.latest.configuration.revision_id != wanted => Err(wrong_revision("GetFunction/GetAlias")),
        _ => Ok(()),
    }
}

/// A policy is a part of what a revision is of.
pub(super) fn touch(record: &mut FunctionRecord, qualifier: &str, revision: String) {
    match record.aliases.get_mut(qualifier) {
        Some(alias) => alias.revision_id = revision,
        None if qualifier.is_empty() => record.latest.configuration.revision_id = revision,
        None => {}
    }
}

fn statement(input: &Input, named: &Named) -> Result<Value, ApiError> {
    let mut equal = Map::new();
    let conditions = [
        ("AWS:SourceAccount", &input.source_account),
        ("lambda:EventSourceToken", &input.event_source_token),
        ("lambda:FunctionUrlAuthType", &input.function_url_auth_type),
        ("aws:PrincipalOrgID", &input.principal_org_id),
    ];
    for (name, value) in conditions {
        equal.extend(value.as_ref().map(|value| (name.to_owned(), Value::from(value.as_str()))));
    }
    let mut condition = Map::new();
    if !equal.is_empty() {
        condition.insert("StringEquals".to_owned(), equal.into());
    }
    if let Some(arn) = &input.source_arn {
        condition.insert("ArnLike".to_owned(), json!({ "AWS:SourceArn": arn }));
    }
    let mut statement = json!({
        "Sid": input.statement_id,
        "Effect": "Allow",
        "Principal": principal(&input.principal)?,
        "Action": input.action,
        "Resource": named.arn(),
    });
    if !condition.is_empty() {
        statement["Condition"] = condition.into();
    }
    Ok(statement)
}
