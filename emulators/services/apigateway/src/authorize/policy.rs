//! Policy documents that functions answer.
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-lambda-authorizer-output.html>

use greenroom_host::glob::matches;
use serde_json::{Map, Value};

/// What a policy says of one method.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    Allowed,
    /// Nothing in it allows the method.
    Implicit,
    /// It forbids the method.
    Explicit,
}

/// A function's answer, taken apart.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Decision {
    pub(crate) verdict: Verdict,
    pub(crate) principal: Option<String>,
    pub(crate) context: Map<String, Value>,
    /// The API key that the caller uses, where the authorizer says which.
    pub(crate) api_key: Option<String>,
}

impl Decision {
    /// Reads an answer with a policy, of the method with that ARN. An `Err` says what is wrong with it.
    pub(crate) fn of_policy(answer: &Value, arn: &str) -> Result<Self, String> {
        let principal = answer.get("principalId").and_then(Value::as_str).ok_or("the authorizer's answer has no text `principalId`")?;
        let policy =
            answer.get("policyDocument").and_then(Value::as_object).ok_or("the authorizer's answer has no object `policyDocument`")?;
        Ok(Self { verdict: verdict(policy, arn)?, principal: Some(principal.to_owned()), ..Self::context_of(answer)? })
    }

    /// Reads an answer of the simple kind: `isAuthorized`.
    pub(crate) fn of_simple(answer: &Value) -> Result<Self, String> {
        let authorized =
            answer.get("isAuthorized").and_then(Value::as_bool).ok_or("the authorizer's answer has no boolean `isAuthorized`")?;
        let verdict = if authorized { Verdict::Allowed } else { Verdict::Implicit };
        Ok(Self { verdict, ..Self::context_of(answer)? })
    }

    fn context_of(answer: &Value) -> Result<Self, String> {
        let context = match answer.get("context") {
            None | Some(Value::Null) => Map::new(),
            Some(Value::Object(context)) => context.clone(),
            Some(other) => return Err(format!("`context` of the authorizer's answer is no object: {other}")),
        };
        let api_key = answer.get("usageIdentifierKey").and_then(Value::as_str).map(str::to_owned);
        Ok(Self { verdict: Verdict::Implicit, principal: None, context, api_key })
    }
}

fn verdict(policy: &Map<String, Value>, arn: &str) -> Result<Verdict, String> {
    let mut verdict = Verdict::Implicit;
    for statement in list(policy.get("Statement")) {
        if let Some(condition) = statement.get("Condition").and_then(Value::as_object).and_then(|conditions| conditions.keys().next()) {
            return Err(format!("conditions in an authorizer's policy are not emulated: `{condition}`"));
        }
        let acts = list(statement.get("Action"))
            .iter()
            .filter_map(|action| action.as_str())
            .any(|action| matches(&action.to_ascii_lowercase(), "execute-api:invoke"));
        let meant = list(statement.get("Resource")).iter().filter_map(|resource| resource.as_str()).any(|resource| matches(resource, arn));
        match (acts && meant, statement.get("Effect").and_then(Value::as_str)) {
            (true, Some("Deny")) => return Ok(Verdict::Explicit),
            (true, Some("Allow")) => verdict = Verdict::Allowed,
            (_, Some("Allow" | "Deny")) => {}
            (_, effect) => return Err(format!("`Effect` in the authorizer's policy is neither `Allow` nor `Deny`: {effect:?}")),
        }
    }
    Ok(verdict)
}

/// One, or a list of them.
fn list(value: Option<&Value>) -> Vec<&Value> {
    match value {
        None | Some(Value::Null) => Vec::new(),
        Some(Value::Array(all)) => all.iter().collect(),
        Some(one) => vec![one],
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const ARN: &str = "arn:aws:execute-api:us-east-1:123456789012:abc/prod/GET/pets/1";

    #[expect(clippy::needless_pass_by_value, reason = "`json!` is written where it is used")]
    fn says(statements: Value) -> Result<Verdict, String> {
        Decision::of_policy(&json!({ "principalId": "u", "policyDocument": { "Statement": statements } }), ARN)
            .map(|decision| decision.verdict)
    }

    #[test]
    fn a_deny_goes_before_any_allow_and_nothing_said_is_no() {
        let statement = |effect: &str, resource: &str| json!({ "Action": "execute-api:Invoke", "Effect": effect, "Resource": resource });
        let all = "arn:aws:execute-api:*:*:abc/*/GET/*";
        assert_eq!(says(json!([statement("Allow", all)])), Ok(Verdict::Allowed));
        assert_eq!(says(statement("Allow", ARN)), Ok(Verdict::Allowed));
        assert_eq!(says(json!([statement("Allow", all), statement("Deny", "*pets/?")])), Ok(Verdict::Explicit));
        assert_eq!(says(json!([statement("Allow", "*/POST/*")])), Ok(Verdict::Implicit));
        assert_eq!(says(json!([])), Ok(Verdict::Implicit));
        assert_eq!(says(json!([{ "Action": ["s3:*", "execute-api:*"], "Effect": "Allow", "Resource": ["x", "*"] }])), Ok(Verdict::Allowed));
    }

    #[test]
    fn answers_that_cannot_be_used_are_named() {
        assert!(says(json!([{ "Effect": "Maybe", "Action": "*", "Resource": "*" }])).unwrap_err().contains("Maybe"));
        let condition = json!([{ "Effect": "Allow", "Action": "*", "Resource": "*", "Condition": { "IpAddress": {} } }]);
        assert!(says(condition).unwrap_err().contains("`IpAddress`"));
        assert!(Decision::of_policy(&json!({}), ARN).unwrap_err().contains("principalId"));
        assert!(Decision::of_simple(&json!({ "isAuthorized": "yes" })).unwrap_err().contains("isAuthorized"));
    }
}
