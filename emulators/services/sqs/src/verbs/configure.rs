//! Attributes, tags and permissions of queues.

use std::collections::BTreeMap;

use greenroom_aws_wire::ApiError;
use serde_json::{Value, json};

use crate::key::{QueueKey, is_account, is_name};
use crate::queue::{ATTRIBUTES, Attributes, COMPUTED, Queue, Standing, check_together, checked};
use crate::service::Queues;
use crate::verbs::create::check_target;
use crate::{error, limits};

/// Operations that permissions can name. <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_AddPermission.html>
const ACTIONS: &[&str] = &[
    "*",
    "SendMessage",
    "ReceiveMessage",
    "DeleteMessage",
    "ChangeMessageVisibility",
    "GetQueueAttributes",
    "GetQueueUrl",
    "ListDeadLetterSourceQueues",
    "PurgeQueue",
];

/// Operations that others can never be let do. Same page.
const OWNERS: &[&str] = &[
    "AddPermission",
    "CancelMessageMoveTask",
    "CreateQueue",
    "DeleteQueue",
    "ListMessageMoveTasks",
    "ListQueues",
    "ListQueueTags",
    "RemovePermission",
    "SetQueueAttributes",
    "StartMessageMoveTask",
    "TagQueue",
    "UntagQueue",
];

impl Queues {
    /// Sets attributes; those that are empty are taken away.
    ///
    /// # Errors
    /// What the service refuses.
    pub async fn set_attributes(&self, which: &QueueKey, wanted: &Attributes) -> Result<(), ApiError> {
        let now = self.inner.now();
        let attributes = with_one_encryption(checked(wanted, which.is_fifo())?)?;
        let write = self.change_queue(
            which,
            |state| check_target(state, which, &attributes),
            |queue| {
                let mut all = queue.attributes.clone();
                all.extend(attributes.clone());
                all.retain(|_, value| !value.is_empty());
                check_together(&all)?;
                queue.set(all);
                queue.modified = now;
                Ok(())
            },
        )?;
        write.await?;
        self.delay_again(which);
        Ok(())
    }

    /// A FIFO queue's delay is that of messages which are there already, too.
    fn delay_again(&self, which: &QueueKey) {
        let mut state = self.inner.lock();
        let Ok(queue) = self.inner.find(&mut state, which) else { return };
        if !queue.settings.fifo {
            return;
        }
        let (id, delay) = (queue.id, queue.settings.delay);
        let delayed = |row: &crate::queue::Row| matches!(row.standing, Standing::Delayed(until) if until != row.sent + delay);
        let rows: Vec<_> = queue.index.rows().filter(|(_, row)| delayed(row)).map(|(number, row)| (number, *row)).collect();
        let mut changes = Vec::new();
        for (number, row) in rows {
            let until = row.sent + delay;
            queue.index.change(number, crate::queue::Row { standing: Standing::Delayed(until), ..row });
            changes.push(crate::store::Change::Delay { key: crate::store::key(id, number), until });
        }
        drop(self.inner.submit(&state, changes, false, |_, _, _| ()));
        self.inner.current(&mut state, id);
        self.inner.settle(&mut state, id);
    }

    /// Attributes by name: those that are asked for, `All` for all.
    ///
    /// # Errors
    /// No such queue, no such attribute.
    pub fn attributes(&self, which: &QueueKey, wanted: &[String]) -> Result<BTreeMap<String, String>, ApiError> {
        let mut state = self.inner.lock();
        let queue = self.inner.find(&mut state, which)?;
        let is_known =
            |name: &&String| *name == "All" || COMPUTED.contains(&name.as_str()) || ATTRIBUTES.iter().any(|known| known.name == **name);
        if let Some(unknown) = wanted.iter().find(|name| !is_known(name)) {
            return Err(error::attribute_name(format!("Unknown Attribute {unknown}.")));
        }
        let is_wanted = |name: &str| wanted.iter().any(|wanted| wanted == "All" || wanted == name);
        let set = ATTRIBUTES.iter().filter(|attribute| is_wanted(attribute.name)).filter_map(|attribute| {
            let default = Some(attribute.default).filter(|value| !value.is_empty() && attribute.is_of(queue.settings.fifo));
            let value = queue.attributes.get(attribute.name).map(String::as_str).or(default)?;
            Some((attribute.name.to_owned(), value.to_owned()))
        });
        let mut all: BTreeMap<String, String> = set.collect();
        all.extend(computed(queue).into_iter().filter(|(name, _)| is_wanted(name)).map(|(name, value)| (name.to_owned(), value)));
        Ok(all)
    }

    /// What attributes of such a queue are where nobody has set them.
    pub(crate) fn defaults(&self, which: &QueueKey) -> Result<Attributes, ApiError> {
        let mut state = self.inner.lock();
        let queue = self.inner.find(&mut state, which)?;
        let of = ATTRIBUTES.iter().filter(|attribute| attribute.is_of(queue.settings.fifo) && !attribute.default.is_empty());
        Ok(of.map(|attribute| (attribute.name.to_owned(), attribute.default.to_owned())).collect())
    }

    /// The queue belongs to an app, and has these tags.
    pub(crate) async fn adopt(&self, which: &QueueKey, app: Option<String>, tags: BTreeMap<String, String>) -> Result<(), ApiError> {
        let write = self.change_queue(
            which,
            |_| Ok(()),
            |queue| {
                (queue.app, queue.tags) = (app, tags);
                Ok(())
            },
        )?;
        write.await
    }

    /// Gives a queue tags.
    ///
    /// # Errors
    /// No such queue, too many tags, tags that are too long.
    pub async fn tag(&self, which: &QueueKey, tags: BTreeMap<String, String>) -> Result<(), ApiError> {
        check_tags(&which.name, &tags)?;
        let write = self.change_queue(
            which,
            |_| Ok(()),
            |queue| {
                queue.tags.extend(tags);
                check_tags(&queue.key.name, &queue.tags)
            },
        )?;
        write.await
    }

    /// Takes tags away.
    ///
    /// # Errors
    /// No such queue.
    pub async fn untag(&self, which: &QueueKey, keys: &[String]) -> Result<(), ApiError> {
        let write = self.change_queue(
            which,
            |_| Ok(()),
            |queue| {
                queue.tags.retain(|key, _| !keys.contains(key));
                Ok(())
            },
        )?;
        write.await
    }

    /// The tags of a queue.
    ///
    /// # Errors
    /// No such queue.
    pub fn tags(&self, which: &QueueKey) -> Result<BTreeMap<String, String>, ApiError> {
        let mut state = self.inner.lock();
        Ok(self.inner.find(&mut state, which)?.tags.clone())
    }

    /// Adds a statement to a queue's policy.
    ///
    /// # Errors
    /// No such queue, a label that is taken, an action that cannot be permitted, nobody to permit it to.
    pub async fn add_permission(&self, which: &QueueKey, label: &str, accounts: &[String], actions: &[String]) -> Result<(), ApiError> {
        check_label(label)?;
        check_actions(actions)?;
        if accounts.is_empty() || accounts.iter().any(|account| !is_account(account)) {
            return Err(error::invalid_value(&format!("[{}]", accounts.join(", ")), "PrincipalId", "Unable to verify."));
        }
        let principals: Vec<String> = accounts.iter().map(|account| format!("arn:aws:iam::{account}:root")).collect();
        let actions: Vec<String> = actions.iter().map(|action| format!("SQS:{action}")).collect();
        let statement = json!({
            "Sid": label, "Effect": "Allow", "Principal": { "AWS": one_or_all(principals) }, "Action": one_or_all(actions), "Resource": which.arn(),
        });
        let write = self.change_queue(which, |_| Ok(()), |queue| permit(queue, label, statement))?;
        write.await
    }

    /// Takes a statement out of a queue's policy.
    ///
    /// # Errors
    /// No such queue, no such label.
    pub async fn remove_permission(&self, which: &QueueKey, label: &str) -> Result<(), ApiError> {
        let write = self.change_queue(which, |_| Ok(()), |queue| forbid(queue, label))?;
        write.await
    }
}

fn check_label(label: &str) -> Result<(), ApiError> {
    let is_fine = |label: &str| is_name(label) && label.len() <= limits::LABEL;
    let reason = "Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length";
    if is_fine(label) { Ok(()) } else { Err(error::invalid_value(label, "Label", reason)) }
}

fn check_actions(actions: &[String]) -> Result<(), ApiError> {
    if actions.is_empty() {
        return Err(error::missing("Actions"));
    }
    if actions.len() > limits::ACTIONS {
        return Err(error::over_limit(format!("{} Actions were found, maximum allowed is {}.", actions.len(), limits::ACTIONS)));
    }
    let Some(other) = actions.iter().find(|action| !ACTIONS.contains(&action.as_str())) else { return Ok(()) };
    let reason = if OWNERS.contains(&other.as_str()) {
        "Only the queue owner is allowed to invoke this action."
    } else {
        "Please refer to the appropriate WSDL for a list of valid actions. "
    };
    Err(error::invalid_value(&format!("SQS:{other}"), "ActionName", reason))
}

/// Refuses tags that are too many or too long.
pub(super) fn check_tags(queue: &str, tags: &BTreeMap<String, String>) -> Result<(), ApiError> {
    if tags.keys().any(|key| !(1..=limits::TAG_KEY).contains(&key.chars().count())) {
        return Err(error::tag_key());
    }
    if tags.values().any(|value| value.chars().count() > limits::TAG_VALUE) {
        return Err(error::invalid("Tag values must be between 0 and 256 characters in length."));
    }
    if tags.len() > limits::TAGS {
        return Err(error::invalid(format!("Too many tags added for queue {queue}.")));
    }
    Ok(())
}

/// A key of the caller's own turns off the one that SQS manages; both at once are refused.
pub(super) fn with_one_encryption(mut attributes: Attributes) -> Result<Attributes, ApiError> {
    if attributes.get("KmsMasterKeyId").is_none_or(String::is_empty) {
        return Ok(attributes);
    }
    if attributes.get("SqsManagedSseEnabled").is_some_and(|value| value == "true") {
        let said = "You can use one type of server-side encryption (SSE) at one time. You can either enable KMS SSE or SQS SSE.";
        return Err(error::attribute_name(said));
    }
    attributes.insert("SqsManagedSseEnabled".to_owned(), "false".to_owned());
    Ok(attributes)
}

fn computed(queue: &Queue) -> Vec<(&'static str, String)> {
    let counts = queue.index.counts();
    vec![
        ("QueueArn", queue.key.arn()),
        ("CreatedTimestamp", (queue.created / 1000).to_string()),
        ("LastModifiedTimestamp", (queue.modified / 1000).to_string()),
        ("ApproximateNumberOfMessages", counts.visible.to_string()),
        ("ApproximateNumberOfMessagesNotVisible", counts.in_flight.to_string()),
        ("ApproximateNumberOfMessagesDelayed", counts.delayed.to_string()),
    ]
}

fn one_or_all(mut texts: Vec<String>) -> Value {
    if texts.len() == 1 { texts.remove(0).into() } else { texts.into() }
}

fn policy(queue: &Queue) -> Value {
    let known = queue.attributes.get("Policy").and_then(|text| serde_json::from_str(text).ok());
    let mut policy: Value =
        known.unwrap_or_else(|| json!({ "Version": "2008-10-17", "Id": format!("{}/SQSDefaultPolicy", queue.key.arn()), "Statement": [] }));
    // A policy may have its one statement without a list around it.
    if let Some(statement) = policy.get_mut("Statement").filter(|statement| statement.is_object()) {
        *statement = json!([statement.take()]);
    }
    policy
}

fn permit(queue: &mut Queue, label: &str, statement: Value) -> Result<(), ApiError> {
    let mut policy = policy(queue);
    if let Value::Object(document) = &mut policy {
        document.entry("Statement").or_insert_with(|| json!([]));
    }
    let Some(statements) = policy.get_mut("Statement").and_then(Value::as_array_mut) else { return Ok(()) };
    if statements.iter().any(|known| known.get("Sid").and_then(Value::as_str) == Some(label)) {
        return Err(error::invalid_value(label, "Label", "Already exists."));
    }
    statements.push(statement);
    put_policy(queue, Some(policy.to_string()));
    Ok(())
}

fn forbid(queue: &mut Queue, label: &str) -> Result<(), ApiError> {
    let mut policy = policy(queue);
    let statements = policy.get_mut("Statement").and_then(Value::as_array_mut);
    let is_meant = |known: &Value| known.get("Sid").and_then(Value::as_str) == Some(label);
    let Some(statements) = statements.filter(|statements| statements.iter().any(is_meant)) else {
        return Err(error::invalid_value(label, "Label", "can't find label."));
    };
    statements.retain(|known| !is_meant(known));
    let is_empty = statements.is_empty();
    put_policy(queue, (!is_empty).then(|| policy.to_string()));
    Ok(())
}

fn put_policy(queue: &mut Queue, text: Option<String>) {
    match text {
        Some(text) => drop(queue.attributes.insert("Policy".to_owned(), text)),
        None => drop(queue.attributes.remove("Policy")),
    }
}
