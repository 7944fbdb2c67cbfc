//! The vendor's numbers.

use greenroom_host::Limit;

/// A message with its attributes, and all messages of a batch, in bytes.
/// <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html>
pub(crate) const MESSAGE: usize = 1_048_576;
/// Entries of a batch, and messages of one receive. Same page.
pub(crate) const BATCH: usize = 10;
/// Attributes of a message. Same page.
pub(crate) const ATTRIBUTES: usize = 10;
/// A name or type of an attribute, in bytes. Same page.
pub(crate) const ATTRIBUTE_NAME: usize = 256;
/// The longest that a message stays invisible after it was received, in seconds. Same page.
pub(crate) const VISIBILITY: u64 = 43_200;
/// The longest delay, in seconds. Same page.
pub(crate) const DELAY: u64 = 900;
/// The longest poll, in seconds. Same page.
pub(crate) const WAIT: u64 = 20;
/// How long a deduplication id is remembered, in milliseconds.
/// <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/using-messagededuplicationid-property.html>
pub(crate) const DEDUPLICATION: u64 = 5 * 60 * 1000;
/// How long a receive can be repeated, in milliseconds.
/// <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/using-receiverequestattemptid-request-parameter.html>
pub(crate) const ATTEMPT: u64 = 5 * 60 * 1000;
/// How long the name of a deleted queue is not to be had, in milliseconds.
/// <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_DeleteQueue.html>
pub(crate) const DELETED: u64 = 60 * 1000;
/// How long after a purge the next one is refused, in milliseconds.
/// <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_PurgeQueue.html>
pub(crate) const PURGE: u64 = 60 * 1000;
/// Tags of a queue. <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-queue-tags.html>
pub(crate) const TAGS: usize = 50;
/// The key of a tag, in characters. <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-queue-tags.html>
pub(crate) const TAG_KEY: usize = 128;
/// The value of a tag, in characters. Same page.
pub(crate) const TAG_VALUE: usize = 256;
/// The label of a permission, in letters. <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_AddPermission.html>
pub(crate) const LABEL: usize = 80;
/// Actions of one permission. <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_AddPermission.html>
pub(crate) const ACTIONS: usize = 7;
/// Queues of one page of a list. <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ListQueues.html>
pub(crate) const PAGE: usize = 1000;
/// Source queues that a redrive allow policy may name.
/// <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html>
pub(crate) const SOURCES: usize = 10;
/// Messages that a move task moves in a second, at most.
/// <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_StartMessageMoveTask.html>
pub(crate) const MOVED: u64 = 500;
/// Tasks of a queue that are listed, at most.
/// <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ListMessageMoveTasks.html>
pub(crate) const TASKS: usize = 10;

/// Messages of a queue that are in flight.
pub(crate) const IN_FLIGHT: Limit = Limit {
    name: "sqs.in-flight",
    of: "messages of an SQS queue in flight",
    most: 120_000,
    url: "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html",
};
