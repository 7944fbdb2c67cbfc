//! Attributes of messages, and values that are too long, too small, too large, or of other words.

use super::{
    ACTION, ATTEMPT, BODY, By, DEDUPLICATION, DELAY, GROUP, LABEL, LETTERS, LONG_NAME, LONG_TYPE, Line, NO_HANDLE, NO_NAME, NO_TRACE,
    NO_TYPE, NO_VALUE, OTHER_TYPE, QUEUE_NAME, Says, TAG_KEYS, TAG_VALUES, UNVERIFIED, VISIBILITY, invalid, line, unknown_attribute,
};
use crate::cases::Wrong::{Empty, EmptyKey, High, Letters, Long, LongKey, Low, Null, Word, WordKey};

/// Attributes of messages.
pub(super) fn attributes() -> Vec<Line> {
    let unsupported = |text| Says::Refused(400, "UnsupportedOperation", "AWS.SimpleQueueService.UnsupportedOperation", text);
    let listed = "https://github.com/ruby-shoryuken/shoryuken/issues/769";
    let lists = |path, text| Line { by: By::Json, ..line(path, &[Empty], unsupported(text), listed) };
    let (alone, many) = (
        "Message attribute list values in SendMessage operation are not supported.",
        "Message attribute list values in SendMessageBatch operation are not supported.",
    );
    vec![
        lists("SendMessage.MessageAttributes{}.StringListValues", alone),
        lists("SendMessage.MessageAttributes{}.BinaryListValues", alone),
        lists("SendMessage.MessageSystemAttributes{}.StringListValues", alone),
        lists("SendMessage.MessageSystemAttributes{}.BinaryListValues", alone),
        lists("SendMessageBatch.Entries[].MessageAttributes{}.StringListValues", many),
        lists("SendMessageBatch.Entries[].MessageAttributes{}.BinaryListValues", many),
        lists("SendMessageBatch.Entries[].MessageSystemAttributes{}.StringListValues", many),
        lists("SendMessageBatch.Entries[].MessageSystemAttributes{}.BinaryListValues", many),
        line("*.MessageAttributes", &[EmptyKey], invalid(NO_NAME), "https://github.com/aws/aws-sdk-php/issues/694"),
        line("*.MessageAttributes", &[LongKey], invalid(LONG_NAME), UNVERIFIED),
        line("*.MessageAttributes{}", &[Empty], invalid(NO_TYPE), "https://github.com/aws/aws-sdk-java/issues/1692"),
        line("*.MessageAttributes{}.DataType", &[Empty], invalid(NO_TYPE), "https://github.com/aws/aws-sdk-java/issues/1692"),
        line("*.MessageAttributes{}.DataType", &[Long], invalid(LONG_TYPE), UNVERIFIED),
        line("*.MessageAttributes{}.DataType", &[Word], invalid(OTHER_TYPE), "https://github.com/grafana/k6-jslib-aws/pull/65"),
        line(
            "*.MessageAttributes{}.StringValue",
            &[Empty, Null],
            invalid(NO_VALUE),
            recorded!("test_send_message_with_empty_string_attribute"),
        ),
        line(
            "*.MessageAttributes{}.StringValue",
            &[Letters],
            invalid(LETTERS),
            "code: localstack/localstack test_invalid_string_attributes_cause_invalid_parameter_value_error, run against AWS; text: unverified",
        ),
        line("*.MessageSystemAttributes", &[WordKey], invalid("Message system attribute name 'Wrong' is invalid."), UNVERIFIED),
        line("*.MessageSystemAttributes{}", &[Empty], NO_TRACE, UNVERIFIED),
        line("*.MessageSystemAttributes{}.DataType", &[Empty], NO_TRACE, UNVERIFIED),
        line(
            "*Queue.Attributes",
            &[WordKey],
            unknown_attribute("Unknown Attribute Wrong."),
            recorded!("test_set_unsupported_attribute_standard"),
        ),
        line(
            "SetQueueAttributes.Attributes",
            &[WordKey],
            unknown_attribute("Unknown Attribute Wrong."),
            recorded!("test_set_unsupported_attribute_standard"),
        ),
        line(
            "*Attributes{}",
            &[Empty],
            Says::Refused(400, "InvalidAttributeValue", "InvalidAttributeValue", "Invalid value for the parameter DelaySeconds."),
            UNVERIFIED,
        ),
        line(
            "*AttributeNames[]",
            &[Word],
            unknown_attribute("Unknown Attribute Wrong."),
            "localstack/localstack test_get_queue_attributes_with_invalid_arg_returns_error, run against AWS",
        ),
        line("ReceiveMessage.MessageAttributeNames[]", &[Empty], Says::Done, UNVERIFIED),
        line("*AttributeNames[]", &[Empty], unknown_attribute("Unknown Attribute ."), moto!("test_get_queue_attributes_errors")),
    ]
}

/// Values that are too long, too small, too large, or of other words.
pub(super) fn values() -> Vec<Line> {
    let handle = Says::Refused(400, "ReceiptHandleIsInvalid", "ReceiptHandleIsInvalid", NO_HANDLE);
    let contents = Says::Refused(400, "InvalidMessageContents", "InvalidMessageContents", BODY);
    let refused = |path, wrong, text, source| line(path, wrong, invalid(text), source);
    let source_arn = "You must use this format to specify the SourceArn: arn:<partition>:<service>:<region>:<account-id>:<resource-id>";
    let target_arn =
        "You must use this format to specify the DestinationArn: arn:<partition>:<service>:<region>:<account-id>:<resource-id>";
    let no_such = |text| Says::Refused(400, "QueueDoesNotExist", "AWS.SimpleQueueService.NonExistentQueue", text);
    let nowhere = |path, wrong| {
        let recorded = recorded!("test_non_existent_queue");
        [
            Line { by: By::Json, ..line(path, wrong, no_such("The specified queue does not exist."), recorded) },
            Line { by: By::Query, ..line(path, wrong, no_such("The specified queue does not exist for this wsdl version."), recorded) },
        ]
    };
    let mut lines = vec![
        line(
            "*Message.ReceiptHandle",
            &[Empty],
            handle,
            "the form: localstack/localstack test_delete_message_with_illegal_receipt_handle, run against AWS",
        ),
        line("ChangeMessageVisibility.ReceiptHandle", &[Empty], handle, UNVERIFIED),
        line("CreateQueue.QueueName", &[Empty, Long, Letters], QUEUE_NAME, moto!("test_create_fifo_queue_invalid_name")),
        line(
            "SendMessage.MessageBody",
            &[Long],
            invalid("One or more parameters are invalid. Reason: Message must be shorter than 1048576 bytes."),
            recorded!("test_send_oversized_message"),
        ),
        line(
            "SendMessage.MessageBody",
            &[Letters],
            contents,
            "code: localstack/localstack test_send_message_with_invalid_payload_characters, run against AWS; text: unverified",
        ),
        refused(
            "SendMessage.MessageGroupId",
            &[Empty, Long, Letters],
            GROUP,
            recorded!("test_send_message_to_standard_queue_with_invalid_message_group_id"),
        ),
        refused(
            "SendMessage.MessageDeduplicationId",
            &[Empty, Long, Letters],
            DEDUPLICATION,
            recorded!("test_message_deduplication_id_invalid"),
        ),
        refused("ReceiveMessage.ReceiveRequestAttemptId", &[Empty, Long], ATTEMPT, UNVERIFIED),
        refused("*.SourceArn", &[Empty], source_arn, UNVERIFIED),
        refused("*.DestinationArn", &[Empty], target_arn, UNVERIFIED),
        refused(
            "CancelMessageMoveTask.TaskHandle",
            &[Empty],
            "Value for parameter TaskHandle is invalid.",
            recorded!("test_cancel_with_invalid_task_handle"),
        ),
        line("TagQueue.Tags", &[EmptyKey, LongKey], TAG_KEYS, UNVERIFIED),
        line("CreateQueue.tags", &[EmptyKey, LongKey], TAG_KEYS, UNVERIFIED),
        line("TagQueue.Tags{}", &[Long], TAG_VALUES, UNVERIFIED),
        line("CreateQueue.tags{}", &[Long], TAG_VALUES, UNVERIFIED),
    ];
    lines.extend(nowhere("GetQueueUrl.QueueName", &[Empty, Letters]));
    lines.extend(nowhere("GetQueueUrl.QueueOwnerAWSAccountId", &[Empty]));
    lines
}

/// Permissions.
pub(super) fn permissions() -> Vec<Line> {
    let refused = |path, wrong, text, source| line(path, wrong, invalid(text), source);
    vec![
        line("AddPermission.Label", &[Empty, Long, Letters], LABEL, UNVERIFIED),
        refused(
            "RemovePermission.Label",
            &[Empty, Letters],
            "Value {value} for parameter Label is invalid. Reason: can't find label.",
            recorded!("test_sqs_permission_lifecycle"),
        ),
        refused(
            "AddPermission.AWSAccountIds[]",
            &[Empty],
            "Value [] for parameter PrincipalId is invalid. Reason: Unable to verify.",
            UNVERIFIED,
        ),
        line(
            "AddPermission.Actions",
            &[Long],
            Says::Refused(403, "OverLimit", "OverLimit", "8 Actions were found, maximum allowed is 7."),
            moto!("test_add_permission_errors"),
        ),
        refused("AddPermission.Actions[]", &[Empty, Word], ACTION, UNVERIFIED),
    ]
}

/// Numbers that are too small or too large.
pub(super) fn numbers() -> Vec<Line> {
    let refused = |path, wrong, text, source| line(path, wrong, invalid(text), source);
    vec![
        refused("*.DelaySeconds", &[Low], DELAY.0, UNVERIFIED),
        refused("*.DelaySeconds", &[High], DELAY.1, UNVERIFIED),
        refused("*.VisibilityTimeout", &[Low], VISIBILITY.0, UNVERIFIED),
        refused("*.VisibilityTimeout", &[High], VISIBILITY.1, UNVERIFIED),
        refused(
            "*.WaitTimeSeconds",
            &[Low, High],
            "Value {value} for parameter WaitTimeSeconds is invalid. Reason: Must be >= 0 and <= 20, if provided.",
            recorded!("test_send_receive_wait_time_seconds"),
        ),
        refused(
            "*.MaxNumberOfMessages",
            &[Low, High],
            "Value {value} for parameter MaxNumberOfMessages is invalid. Reason: Must be between 1 and 10, if provided.",
            recorded!("test_send_receive_max_number_of_messages"),
        ),
        refused(
            "ListMessageMoveTasks.MaxResults",
            &[Low, High],
            "Value for parameter MaxResults is invalid. Reason: Must be between 1 and 10, if provided.",
            UNVERIFIED,
        ),
        refused(
            "*.MaxResults",
            &[Low, High],
            "Value {value} for parameter MaxResults is invalid. Reason: Must be an integer between 1 and 1000.",
            UNVERIFIED,
        ),
        refused(
            "*.MaxNumberOfMessagesPerSecond",
            &[Low, High],
            "Value {value} for parameter MaxNumberOfMessagesPerSecond is invalid. Reason: Must be between 1 and 500, if provided.",
            UNVERIFIED,
        ),
    ]
}
