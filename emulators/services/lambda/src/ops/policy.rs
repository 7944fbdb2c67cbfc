//! Resource policies, of functions and of layers.

use greenroom_aws_wire::ApiError;
use serde_json::{Value, json};

use crate::error::{conflict, invalid, not_found, other};
use crate::limits;
use crate::record::Policy;

/// Who may do something, as callers name him: an account, an ARN, a service, everybody.
pub(super) fn principal(text: &str) -> Result<Value, ApiError> {
    let is_account = text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit());
    Ok(match text {
        "*" => json!("*"),
        _ if is_account => json!({ "AWS": format!("arn:aws:iam::{text}:root") }),
        _ if text.starts_with("arn:") => json!({ "AWS": text }),
        _ if text.contains('.') => json!({ "Service": text }),
        _ => return Err(invalid("The provided principal was invalid. Please check the principal and try again.")),
    })
}

impl Policy {
    /// Adds a statement.
    pub(super) fn add(&mut self, statement: Value, revision: String) -> Result<(), ApiError> {
        let id = &statement["Sid"];
        if self.statements.iter().any(|known| known["Sid"] == *id) {
            let id = id.as_str().unwrap_or_default();
            let advice = "Please provide a new statement id, or remove the existing statement.";
            return Err(conflict(format!("The statement id ({id}) provided already exists. {advice}")));
        }
        self.statements.push(statement);
        if self.text().len() > limits::POLICY {
            self.statements.pop();
            let message = format!("The final policy size is bigger than the limit ({}).", limits::POLICY);
            return Err(other("PolicyLengthExceededException", 400, message));
        }
        self.revision = revision;
        Ok(())
    }

    /// Removes a statement.
    pub(super) fn remove(&mut self, id: &str, revision: String) -> Result<(), ApiError> {
        let at = self.statements.iter().position(|known| known["Sid"] == id);
        self.statements.remove(at.ok_or_else(|| not_found(format!("Statement {id} is not found in resource policy.")))?);
        self.revision = revision;
        Ok(())
    }

    /// As a document.
    pub(super) fn text(&self) -> String {
        json!({ "Version": "2012-10-17", "Id": "default", "Statement": self.statements }).to_string()
    }
}
