//! Function URLs.

use serde::Serialize;

use super::http_api::Cors;
use super::props::Props;
use super::{LambdaProject, function};
use crate::sources::Place;

/// A function's own address.
#[derive(Debug, Clone, Serialize)]
pub struct FunctionUrl {
    /// Its logical id.
    pub logical_id: String,
    /// What makes its host name.
    pub url_id: String,
    /// The address that the vendor would give.
    pub function_url: String,
    /// The function.
    pub function_name: String,
    /// The alias, if it is for one.
    pub qualifier: Option<String>,
    /// `NONE` or `AWS_IAM`.
    pub auth_type: String,
    /// `BUFFERED` or `RESPONSE_STREAM`.
    pub invoke_mode: String,
    /// What browsers of other origins may do.
    pub cors: Option<Cors>,
    /// Where it is declared.
    pub place: Place,
}

pub(super) fn read(props: &Props<'_, '_>, project: &mut LambdaProject) {
    let Some(target) = props.text("TargetFunctionArn") else {
        props.missing("TargetFunctionArn", "name a function, with `!Ref MyFunction`");
        return;
    };
    let (function_name, in_arn) = function::split_name(&target);
    project.function_urls.push(FunctionUrl {
        logical_id: props.id.clone(),
        url_id: props.physical_name(),
        function_url: props.attribute("FunctionUrl"),
        function_name,
        qualifier: props.text("Qualifier").or(in_arn),
        auth_type: props.one_of("AuthType", &["NONE", "AWS_IAM"]).unwrap_or_else(|| {
            if props.get("AuthType").is_none() {
                props.missing("AuthType", "set it to `NONE` or `AWS_IAM`");
            }
            "NONE".to_owned()
        }),
        invoke_mode: props.one_of("InvokeMode", &["BUFFERED", "RESPONSE_STREAM"]).unwrap_or_else(|| "BUFFERED".to_owned()),
        cors: props.object("Cors").map(|cors| Cors::read(&cors)),
        place: props.place(),
    });
}
