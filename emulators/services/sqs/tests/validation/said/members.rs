//! What has to be there, and what stands in the entries of batches.

use super::{
    BATCH_ID, BODY, By, DEDUPLICATION, DELAY, GROUP, INVALID, LETTERS, LONG_NAME, LONG_TYPE, Line, NO_HANDLE, NO_NAME, NO_TRACE,
    NO_TRACE_TEXT, NO_TYPE, NO_VALUE, OTHER_TYPE, Says, TAG_KEYS, UNVERIFIED, VISIBILITY, invalid, line, missing,
};
use crate::cases::Wrong::{self, Empty, EmptyKey, High, Letters, Long, LongKey, Low, Missing, Null, Word};

/// What has to be there.
pub(super) fn members() -> Vec<Line> {
    let nothing: &[Wrong] = &[Missing, Empty];
    let no_batch = |what: &'static str, text, source| {
        line(what, nothing, Says::Refused(400, "EmptyBatchRequest", "AWS.SimpleQueueService.EmptyBatchRequest", text), source)
    };
    let address =
        Says::Refused(404, "InvalidAddress", "InvalidAddress", "The address http://127.0.0.1:4566/ is not valid for this endpoint.");
    vec![
        Line {
            by: By::Query,
            ..line(
                "*.QueueUrl",
                &[Missing],
                address,
                "https://github.com/jegesh/python-sqs-listener/issues/30, https://github.com/aws/aws-sdk-net/issues/437",
            )
        },
        line("*.QueueUrl", &[Empty], missing("The request must contain the parameter QueueUrl."), UNVERIFIED),
        line(
            "DeleteMessage.ReceiptHandle",
            &[Missing],
            missing("The request must contain the parameter MessageHandle."),
            "https://github.com/aws/aws-sdk-js-v3/issues/5478, https://github.com/aws/aws-sdk-js-v3/issues/6092",
        ),
        line(
            "SetQueueAttributes.Attributes",
            nothing,
            missing("The request must contain the parameter Attribute.Name."),
            "https://github.com/pulumi/pulumi-aws/issues/5959",
        ),
        line("TagQueue.Tags", nothing, missing("The request must contain the parameter Tags."), moto!("test_tag_queue_errors")),
        line("UntagQueue.TagKeys", nothing, TAG_KEYS, moto!("test_untag_queue_errors")),
        line(
            "AddPermission.Actions",
            nothing,
            missing("The request must contain the parameter Actions."),
            moto!("test_add_permission_errors"),
        ),
        line(
            "AddPermission.AWSAccountIds",
            nothing,
            invalid("Value [] for parameter PrincipalId is invalid. Reason: Unable to verify."),
            moto!("test_add_permission_errors"),
        ),
        no_batch(
            "SendMessageBatch.Entries",
            "There should be at least one SendMessageBatchRequestEntry in the request.",
            moto!("test_send_message_batch_errors, run against AWS"),
        ),
        no_batch(
            "DeleteMessageBatch.Entries",
            "There should be at least one DeleteMessageBatchRequestEntry in the request.",
            moto!("test_delete_message_batch_with_zero_entries, run against AWS"),
        ),
        no_batch(
            "ChangeMessageVisibilityBatch.Entries",
            "There should be at least one ChangeMessageVisibilityBatchRequestEntry in the request.",
            UNVERIFIED,
        ),
        line(
            "SendMessage.MessageBody",
            nothing,
            missing("The request must contain the parameter MessageBody."),
            recorded!("test_send_empty_message"),
        ),
        line("SendMessage.MessageAttributes{}.DataType", &[Missing], invalid(NO_TYPE), "https://github.com/aws/aws-sdk-java/issues/1692"),
        line("SendMessage.MessageSystemAttributes{}.DataType", &[Missing], NO_TRACE, UNVERIFIED),
        line("*.Entries[].MessageAttributes{}.DataType", &[Missing], Says::Entry(INVALID, NO_TYPE), UNVERIFIED),
        line("*.Entries[].MessageSystemAttributes{}.DataType", &[Missing], Says::Entry(INVALID, NO_TRACE_TEXT), UNVERIFIED),
        // Of entries: https://github.com/aws/aws-sdk-js/issues/2388; of members at the top: recorded for `MessageBody` and `MessageGroupId`.
        line("*", &[Missing], missing("The request must contain the parameter {form}."), "https://github.com/aws/aws-sdk-js/issues/2388"),
    ]
}

/// What stands in the entries of batches.
pub(super) fn entries() -> Vec<Line> {
    let id = moto!("test_send_message_batch_errors, run against AWS");
    let too_many = Says::Refused(
        400,
        "TooManyEntriesInBatchRequest",
        "AWS.SimpleQueueService.TooManyEntriesInBatchRequest",
        "Maximum number of entries per request are 10. You have sent 11.",
    );
    let too_long = Says::Refused(
        400,
        "BatchRequestTooLong",
        "AWS.SimpleQueueService.BatchRequestTooLong",
        // With an attribute of thirteen letters.
        "Batch requests cannot be longer than 1048576 bytes. You have sent 1048590 bytes.",
    );
    let failed = |path, wrong, text| line(path, wrong, Says::Entry(INVALID, text), UNVERIFIED);
    vec![
        line("*.Entries", &[Long], too_many, recorded!("test_too_many_entries_in_batch_request")),
        line("*.Entries[].Id", &[Empty, Long, Letters], BATCH_ID, id),
        line("*.Entries[]", &[Empty], missing("The request must contain the parameter {form}.Id."), UNVERIFIED),
        line("*.Entries[].ReceiptHandle", &[Empty], Says::Entry("ReceiptHandleIsInvalid", NO_HANDLE), UNVERIFIED),
        line(
            "*.Entries[].MessageBody",
            &[Empty],
            Says::Entry("MissingParameter", "The request must contain the parameter MessageBody."),
            UNVERIFIED,
        ),
        line("*.Entries[].MessageBody", &[Long], too_long, recorded!("test_send_message_batch_with_oversized_contents")),
        line(
            "*.Entries[].MessageBody",
            &[Letters],
            Says::Entry("InvalidMessageContents", BODY),
            "code: localstack/localstack test_batch_send_with_invalid_char_should_succeed, run against AWS; text: unverified",
        ),
        failed("*.Entries[].DelaySeconds", &[Low], DELAY.0),
        failed("*.Entries[].DelaySeconds", &[High], DELAY.1),
        failed("*.Entries[].VisibilityTimeout", &[Low], VISIBILITY.0),
        failed("*.Entries[].VisibilityTimeout", &[High], VISIBILITY.1),
        failed("*.Entries[].MessageGroupId", &[Empty, Long, Letters], GROUP),
        failed("*.Entries[].MessageDeduplicationId", &[Empty, Long, Letters], DEDUPLICATION),
        failed("*.Entries[].MessageAttributes", &[EmptyKey], NO_NAME),
        failed("*.Entries[].MessageAttributes", &[LongKey], LONG_NAME),
        failed("*.Entries[].MessageAttributes{}", &[Empty], NO_TYPE),
        failed("*.Entries[].MessageAttributes{}.DataType", &[Empty], NO_TYPE),
        failed("*.Entries[].MessageAttributes{}.DataType", &[Long], LONG_TYPE),
        failed("*.Entries[].MessageAttributes{}.DataType", &[Word], OTHER_TYPE),
        failed("*.Entries[].MessageAttributes{}.StringValue", &[Empty, Null], NO_VALUE),
        failed("*.Entries[].MessageAttributes{}.StringValue", &[Letters], LETTERS),
        failed("*.Entries[].MessageSystemAttributes{}", &[Empty], NO_TRACE_TEXT),
        failed("*.Entries[].MessageSystemAttributes{}.DataType", &[Empty], NO_TRACE_TEXT),
    ]
}
