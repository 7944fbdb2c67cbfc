//! Queues that a project declares.

use greenroom_host::Diagnostic;
use greenroom_lambda_projects as projects;
use greenroom_sqs::{Make, QueueKey};
use serde_json::Value;

use super::Functions;

impl Functions {
    /// Makes the queues of the project, or sets them as it says. Gives what is wrong with them.
    pub(super) async fn declare_queues(&self) -> Vec<Diagnostic> {
        let made = self.project.queues.iter().filter_map(make).collect();
        let refused = self.aws.queues.declare(&self.project.stack_name, made).await;
        let place = |key: &QueueKey| self.project.queues.iter().find(|queue| queue.arn == key.arn()).map(|queue| queue.logical_id.as_str());
        let said = |key: &QueueKey| place(key).unwrap_or(key.name.as_str()).to_owned();
        refused
            .into_iter()
            .map(|(key, error)| Diagnostic::error(format!("the queue `{}` is not as it is declared: {}", said(&key), error.message)))
            .collect()
    }
}

fn make(queue: &projects::Queue) -> Option<Make> {
    let mut attributes: std::collections::BTreeMap<String, String> =
        queue.attributes.iter().map(|(name, value)| (name.clone(), text(value))).collect();
    if queue.fifo_queue {
        attributes.insert("FifoQueue".to_owned(), "true".to_owned());
    }
    Some(Make { key: QueueKey::of_arn(&queue.arn)?, attributes, tags: queue.tags.iter().cloned().collect(), app: None })
}

/// A property as an attribute has it: numbers and documents as text.
fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}
