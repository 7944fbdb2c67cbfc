"""Queues as boto3 uses them, whichever protocol it speaks. Run with the origin of `examples/sqs.rs`."""

import hashlib
import json
import sys
import urllib.error
import urllib.request

import boto3
from botocore.client import Config
from botocore.exceptions import ClientError

origin = sys.argv[1]
sqs = boto3.client(
    "sqs",
    endpoint_url=origin,
    region_name="us-east-1",
    aws_access_key_id="test",
    aws_secret_access_key="test",
    # What has to be there is checked here first, otherwise, and never sent.
    config=Config(retries={"total_max_attempts": 1}, parameter_validation=False),
)


def refused(code, message, call, **arguments):
    try:
        call(**arguments)
    except ClientError as error:
        assert error.response["Error"]["Code"] == code, error.response
        assert message in error.response["Error"]["Message"], error.response
        return
    raise AssertionError(f"not refused: {code}")


def get(url):
    try:
        return urllib.request.urlopen(url).read().decode()
    except urllib.error.HTTPError as error:
        return f"{error.code} {error.read().decode()}"


url = sqs.create_queue(QueueName="orders", Attributes={"VisibilityTimeout": "600"}, tags={"team": "a"})["QueueUrl"]
assert sqs.create_queue(QueueName="orders", Attributes={"VisibilityTimeout": "600"})["QueueUrl"] == url
refused(
    "QueueAlreadyExists",
    "A queue already exists with the same name and a different value for attribute VisibilityTimeout",
    sqs.create_queue,
    QueueName="orders",
    Attributes={"VisibilityTimeout": "601"},
)
assert sqs.get_queue_url(QueueName="orders")["QueueUrl"] == url
assert sqs.list_queues(QueueNamePrefix="ord")["QueueUrls"] == [url]
assert sqs.list_queue_tags(QueueUrl=url)["Tags"] == {"team": "a"}
shown = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
assert shown["VisibilityTimeout"] == "600" and shown["QueueArn"].endswith(":orders"), shown

body = 'a<b>\r\n"é" & c'
sent = sqs.send_message(
    QueueUrl=url,
    MessageBody=body,
    MessageAttributes={
        "kind": {"DataType": "String", "StringValue": "new"},
        "raw": {"DataType": "Binary", "BinaryValue": b"\x00\x01"},
    },
)
assert sent["MD5OfMessageBody"] == hashlib.md5(body.encode()).hexdigest(), sent
[message] = sqs.receive_message(QueueUrl=url, AttributeNames=["All"], MessageAttributeNames=["All"])["Messages"]
assert message["Body"] == body and message["MessageId"] == sent["MessageId"], message
assert message["MD5OfMessageAttributes"] == sent["MD5OfMessageAttributes"], message
assert message["MessageAttributes"]["raw"]["BinaryValue"] == b"\x00\x01", message
assert message["Attributes"]["ApproximateReceiveCount"] == "1", message
sqs.change_message_visibility(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"], VisibilityTimeout=0)
[again] = sqs.receive_message(QueueUrl=url, AttributeNames=["All"])["Messages"]
assert again["Attributes"]["ApproximateReceiveCount"] == "2", again
sqs.delete_message(QueueUrl=url, ReceiptHandle=again["ReceiptHandle"])
assert "Messages" not in sqs.receive_message(QueueUrl=url)

entries = [{"Id": f"m{number}", "MessageBody": f"body {number}"} for number in range(10)]
batch = sqs.send_message_batch(QueueUrl=url, Entries=entries)
assert [entry["Id"] for entry in batch["Successful"]] == [entry["Id"] for entry in entries], batch
got = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10)["Messages"]
assert len(got) == 10, got
handles = [{"Id": str(at), "ReceiptHandle": message["ReceiptHandle"]} for at, message in enumerate(got)]
assert len(sqs.delete_message_batch(QueueUrl=url, Entries=handles)["Successful"]) == 10

refused(
    "AWS.SimpleQueueService.NonExistentQueue",
    "The specified queue does not exist",
    sqs.send_message,
    QueueUrl=url + "-gone",
    MessageBody="x",
)
refused("MissingParameter", "The request must contain the parameter MessageBody.", sqs.send_message, QueueUrl=url)
refused(
    "MissingParameter",
    "The request must contain the parameter SendMessageBatchRequestEntry.2.MessageBody.",
    sqs.send_message_batch,
    QueueUrl=url,
    Entries=[{"Id": "a", "MessageBody": "x"}, {"Id": "b"}],
)
refused("InvalidParameterValue", "Value 11 for parameter MaxNumberOfMessages is invalid.", sqs.receive_message, QueueUrl=url, MaxNumberOfMessages=11)
refused("InvalidAttributeName", "Unknown Attribute Foobar.", sqs.get_queue_attributes, QueueUrl=url, AttributeNames=["Foobar"])
refused("AWS.SimpleQueueService.EmptyBatchRequest", "at least one", sqs.send_message_batch, QueueUrl=url, Entries=[])
refused("AWS.SimpleQueueService.TooManyEntriesInBatchRequest", "You have sent 11.", sqs.send_message_batch, QueueUrl=url, Entries=entries + [{"Id": "x", "MessageBody": "x"}])

# Without a client, as scripts do.
assert "<MessageId>" in get(url + "?Action=SendMessage&MessageBody=by+hand&Version=2012-11-05")
assert "<Body>by hand</Body>" in get(url + "?Action=ReceiveMessage")
assert get(url + "?Action=FooBar").startswith("400 ") and "<Code>InvalidAction</Code>" in get(url + "?Action=FooBar")
assert get(url).startswith("404 <UnknownOperationException/>"), get(url)
answer = urllib.request.urlopen(
    urllib.request.Request(
        origin,
        data=json.dumps({"QueueUrl": url}).encode(),
        headers={"content-type": "application/x-amz-json-1.0", "x-amz-target": "AmazonSQS.PurgeQueue"},
    )
)
assert answer.status == 200
sqs.delete_queue(QueueUrl=url)
refused("AWS.SimpleQueueService.QueueDeletedRecently", "60 seconds", sqs.create_queue, QueueName="orders")
print("ok")
