//! Queues, topics and their subscriptions.

use serde::Serialize;
use serde_json::Value;

use super::LambdaProject;
use super::props::Props;
use crate::sources::Place;

/// A queue.
#[derive(Debug, Clone, Serialize)]
pub struct Queue {
    /// Its logical id.
    pub logical_id: String,
    /// Its name.
    pub queue_name: String,
    /// Its URL.
    pub queue_url: String,
    /// Its ARN.
    pub arn: String,
    /// Whether order is kept.
    pub fifo_queue: bool,
    /// Every other property, as the vendor names it.
    pub attributes: Vec<(String, Value)>,
    /// Its tags.
    pub tags: Vec<(String, String)>,
    /// Where it is declared.
    pub place: Place,
}

/// A topic.
#[derive(Debug, Clone, Serialize)]
pub struct Topic {
    /// Its logical id.
    pub logical_id: String,
    /// Its name.
    pub topic_name: String,
    /// Its ARN.
    pub topic_arn: String,
    /// Whether order is kept.
    pub fifo_topic: bool,
    /// Every other property, as the vendor names it.
    pub attributes: Vec<(String, Value)>,
    /// Where it is declared.
    pub place: Place,
}

/// A subscription to a topic.
#[derive(Debug, Clone, Serialize)]
pub struct Subscription {
    /// Its logical id.
    pub logical_id: String,
    /// The topic.
    pub topic_arn: String,
    /// `lambda`, `sqs`, `https` and the like.
    pub protocol: String,
    /// Who gets the messages.
    pub endpoint: String,
    /// Every other property, as the vendor names it.
    pub attributes: Vec<(String, Value)>,
    /// Where it is declared.
    pub place: Place,
}

/// The properties that are not among `read`, as JSON.
pub(super) fn rest(props: &Props<'_, '_>, read: &[&str]) -> Vec<(String, Value)> {
    let entries = props.all().entries.iter().filter(|entry| !read.contains(&entry.key.as_str()));
    entries.map(|entry| (entry.key.clone(), entry.node.to_json())).collect()
}

pub(super) fn read_queue(props: &Props<'_, '_>, project: &mut LambdaProject) {
    let fifo_queue = props.flag("FifoQueue").unwrap_or(false);
    let mut queue_name = props.physical_name();
    if fifo_queue && props.get("QueueName").is_none() {
        queue_name.push_str(".fifo");
    }
    if fifo_queue != queue_name.to_ascii_lowercase().ends_with(".fifo") {
        let hint = if fifo_queue { "let the name end in `.fifo`" } else { "set `FifoQueue: true`, or take `.fifo` off the name" };
        props.error("QueueName", format!("`{queue_name}`: the name of a FIFO queue ends in `.fifo`, and no other does"), hint);
    }
    project.queues.push(Queue {
        logical_id: props.id.clone(),
        queue_url: props.reference(),
        arn: props.attribute("Arn"),
        queue_name,
        fifo_queue,
        attributes: rest(props, &["QueueName", "FifoQueue", "Tags"]),
        tags: tags(props),
        place: props.place(),
    });
}

fn tags(props: &Props<'_, '_>) -> Vec<(String, String)> {
    let pair = |tag: Props<'_, '_>| Some((tag.text("Key")?, tag.text("Value")?));
    props.objects("Tags").into_iter().filter_map(pair).collect()
}

pub(super) fn read_topic(props: &Props<'_, '_>, project: &mut LambdaProject) {
    let topic_arn = props.reference();
    for inner in props.objects("Subscription") {
        let subscription = Subscription {
            logical_id: props.id.clone(),
            topic_arn: topic_arn.clone(),
            protocol: inner.text("Protocol").unwrap_or_default(),
            endpoint: inner.text("Endpoint").unwrap_or_default(),
            attributes: Vec::new(),
            place: inner.place(),
        };
        project.subscriptions.push(subscription);
    }
    project.topics.push(Topic {
        logical_id: props.id.clone(),
        topic_name: props.physical_name(),
        topic_arn,
        fifo_topic: props.flag("FifoTopic").unwrap_or(false),
        attributes: rest(props, &["TopicName", "FifoTopic", "Subscription", "Tags"]),
        place: props.place(),
    });
}

pub(super) fn read_subscription(props: &Props<'_, '_>, project: &mut LambdaProject) {
    project.subscriptions.push(Subscription {
        logical_id: props.id.clone(),
        topic_arn: props.text("TopicArn").unwrap_or_default(),
        protocol: props.text("Protocol").unwrap_or_default(),
        endpoint: props.text("Endpoint").unwrap_or_default(),
        attributes: rest(props, &["TopicArn", "Protocol", "Endpoint"]),
        place: props.place(),
    });
}
