//! Mapping templates: the part of the Velocity template language that API Gateway has.
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-mapping-template-reference.html>
//!
//! `parse` makes a tree of a template, `eval` walks it. What stands behind `$input` is `input`, behind `$util` is `util`; `methods` has what
//! texts, lists and maps can do. Directives and methods that are not emulated are refused by name.

mod eval;
mod expression;
mod input;
mod methods;
mod parse;
mod util;
mod value;

use serde_json::Value as Json;

pub(crate) use input::{Input, Parameters};
pub(crate) use value::Value;

/// What a template sees.
pub(crate) struct Given<'a> {
    /// `$input`.
    pub(crate) input: Input,
    /// `$context`.
    pub(crate) context: Json,
    /// `$stageVariables`.
    pub(crate) variables: &'a [(String, String)],
}

/// What came of a template.
pub(crate) struct Rendered {
    /// The text.
    pub(crate) text: String,
    /// `$context` with what the template has set in it.
    pub(crate) context: Json,
}

/// Renders `template`. An `Err` says, for the operator, what cannot be done.
pub(crate) fn render(template: &str, given: Given<'_>) -> Result<Rendered, String> {
    let nodes = parse::parse(template.trim())?;
    let context = Value::from_json(&given.context);
    let variables = Value::map(given.variables.iter().map(|(name, value)| (name.clone(), Value::Text(value.clone()))).collect());
    let roots = vec![("context", context.clone()), ("stageVariables", variables), ("input", Value::Input), ("util", Value::Util)];
    let text = eval::Evaluation::new(roots, given.input).run(&nodes)?;
    Ok(Rendered { text, context: context.to_json() })
}

#[cfg(test)]
mod tests;
