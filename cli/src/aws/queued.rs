//! Queues as the control API lists them, looks into them and fills them.

use futures::FutureExt;
use futures::future::BoxFuture;
use greenroom_control::{Emptied, MessageInfo, Problem, QueueInfo, Queued, SqsQueues, ToQueue};
use greenroom_host::Timestamp;
use greenroom_sqs::{APP, AttributeValue, Outgoing, Overview, QueueKey, Queues, Received};

use super::AllFunctions;
use super::called::refused;

/// The queues of the run, once it has any. Cheap to clone.
#[derive(Clone)]
pub(crate) struct AllQueues(pub(crate) AllFunctions);

impl AllQueues {
    fn queues(&self) -> Option<Queues> {
        self.0.aws().map(|aws| aws.queues.clone())
    }

    /// The queue that is meant: by ARN, by URL, or by a name that one has.
    fn meant(&self, asked: &str) -> Result<(Queues, QueueKey), Problem> {
        let queues = self.queues().ok_or_else(|| Problem::not_found("this run has no queues"))?;
        let all = queues.overview();
        let name = asked.rsplit('/').next().unwrap_or(asked);
        let is_meant = |queue: &&Overview| match QueueKey::of_arn(asked) {
            Some(key) => queue.key == key,
            None => queue.key.name == name,
        };
        let mut found = all.iter().filter(is_meant);
        match (found.next(), found.next()) {
            (Some(queue), None) => Ok((queues, queue.key.clone())),
            (Some(_), Some(_)) => {
                Err(Problem::invalid(format!("several queues are named `{name}`; say the ARN of one")).hint(there_are(&all)))
            }
            (None, _) => Err(Problem::not_found(format!("there is no queue `{asked}`")).hint(there_are(&all))),
        }
    }
}

fn there_are(all: &[Overview]) -> String {
    if all.is_empty() {
        return "`aws sqs create-queue` makes one, and so does an `AWS::SQS::Queue` of a template".to_owned();
    }
    format!("there are {}", all.iter().map(|queue| format!("`{}`", queue.key.arn())).collect::<Vec<_>>().join(", "))
}

fn info(queue: Overview) -> QueueInfo {
    let Overview { key, app, visible, in_flight, delayed, dead_letter } = queue;
    let (dead_letter, max_receive_count) = dead_letter.map(|(target, most)| (target.arn(), most)).unzip();
    let (arn, app) = (key.arn(), app.unwrap_or_else(|| APP.to_owned()));
    QueueInfo { name: key.name, arn, app, visible, in_flight, delayed, dead_letter, max_receive_count }
}

fn shown(message: Received) -> MessageInfo {
    let text = |value: AttributeValue| value.string_value.or(value.binary_value).unwrap_or_default();
    MessageInfo {
        message_id: message.id,
        body: message.body,
        sent: Timestamp(message.sent).iso_8601(),
        receive_count: message.count,
        visible_at: message.due.map(|due| Timestamp(due).iso_8601()),
        group_id: message.group,
        attributes: message.extra.attributes.into_iter().map(|(name, value)| (name, text(value))).collect(),
        source: message.source,
    }
}

impl SqsQueues for AllQueues {
    fn list(&self, app: Option<&str>) -> BoxFuture<'static, Result<Vec<QueueInfo>, Problem>> {
        let all = self.queues().map(|queues| queues.overview()).unwrap_or_default();
        let all = all.into_iter().map(info).filter(|queue| app.is_none_or(|app| queue.app == app));
        std::future::ready(Ok(all.collect())).boxed()
    }

    fn peek(&self, queue: &str, most: usize) -> BoxFuture<'static, Result<Vec<MessageInfo>, Problem>> {
        let meant = self.meant(queue);
        async move {
            let (queues, key) = meant?;
            let messages = queues.peek(&key, most).await.map_err(|error| refused(&error))?;
            Ok(messages.into_iter().map(shown).collect())
        }
        .boxed()
    }

    fn send(&self, message: ToQueue) -> BoxFuture<'static, Result<Queued, Problem>> {
        let meant = self.meant(&message.queue);
        async move {
            let (queues, key) = meant?;
            let ToQueue { body, attributes, group_id, deduplication_id, delay_seconds, .. } = message;
            let text = |text: String| AttributeValue { data_type: "String".to_owned(), string_value: Some(text), binary_value: None };
            let attributes = attributes.into_iter().map(|(name, value)| (name, text(value))).collect();
            let deduplication = deduplication_id.or_else(|| key.is_fifo().then(|| queues.new_id()));
            let message = Outgoing { body, attributes, group: group_id, deduplication, delay: delay_seconds, ..Outgoing::default() };
            let sent = queues.send_one(&key, message).await.map_err(|error| refused(&error))?;
            Ok(Queued { queue: key.name, message_id: sent.id })
        }
        .boxed()
    }

    fn purge(&self, queue: &str) -> BoxFuture<'static, Result<Emptied, Problem>> {
        let meant = self.meant(queue);
        async move {
            let (queues, key) = meant?;
            let count = queues.purge(&key).await.map_err(|error| refused(&error))?;
            Ok(Emptied { queue: key.name, messages: count as u64 })
        }
        .boxed()
    }

    fn redrive(&self, queue: &str, to: Option<&str>, rate: Option<u64>) -> BoxFuture<'static, Result<Emptied, Problem>> {
        let (meant, to) = (self.meant(queue), to.map(|to| self.meant(to)).transpose());
        async move {
            let ((queues, key), to) = (meant?, to?);
            let task = queues.start_move(&key, to.as_ref().map(|(_, key)| key), rate).await.map_err(|error| refused(&error))?;
            Ok(Emptied { queue: key.name, messages: task.to_move })
        }
        .boxed()
    }
}
