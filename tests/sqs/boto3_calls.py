"""What SDKs verify and users do: run by tests against `greenroom dev`, with a frozen clock."""

import sys

import boto3
from botocore.exceptions import ClientError

sqs = boto3.client("sqs")

url = sqs.create_queue(QueueName="made", Attributes={"VisibilityTimeout": "5"})["QueueUrl"]
# The SDK checks all digests by itself.
attributes = {
    "text": {"DataType": "String", "StringValue": "häß"},
    "number": {"DataType": "Number.int", "StringValue": "7"},
    "bytes": {"DataType": "Binary", "BinaryValue": b"\x00\x01\xff"},
}
sent = sqs.send_message(QueueUrl=url, MessageBody="hällo \U0001f680", MessageAttributes=attributes)
got = sqs.receive_message(QueueUrl=url, AttributeNames=["All"], MessageAttributeNames=["All"])["Messages"][0]
assert got["MessageId"] == sent["MessageId"] and got["Body"] == "hällo \U0001f680", got
assert got["MessageAttributes"]["bytes"]["BinaryValue"] == b"\x00\x01\xff", got
assert got["Attributes"]["ApproximateReceiveCount"] == "1", got
sqs.change_message_visibility(QueueUrl=url, ReceiptHandle=got["ReceiptHandle"], VisibilityTimeout=0)
again = sqs.receive_message(QueueUrl=url, MessageAttributeNames=["nu.*"])["Messages"][0]
assert list(again["MessageAttributes"]) == ["number"], again
sqs.delete_message(QueueUrl=url, ReceiptHandle=again["ReceiptHandle"])
assert "Messages" not in sqs.receive_message(QueueUrl=url), "it was deleted"

entries = [{"Id": str(at), "MessageBody": str(at)} for at in range(10)]
assert len(sqs.send_message_batch(QueueUrl=url, Entries=entries)["Successful"]) == 10
messages = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10)["Messages"]
handles = [{"Id": str(at), "ReceiptHandle": message["ReceiptHandle"]} for at, message in enumerate(messages)]
handles[3]["ReceiptHandle"] = "forged"
done = sqs.delete_message_batch(QueueUrl=url, Entries=handles)
assert len(done["Successful"]) == 9 and done["Failed"][0]["Code"] == "ReceiptHandleIsInvalid", done

# Codes are those of the query protocol, as this SDK has always had them.
try:
    sqs.send_message(QueueUrl=url + "x", MessageBody="a")
    raise SystemExit("there is no such queue")
except ClientError as error:
    assert error.response["Error"]["Code"] == "AWS.SimpleQueueService.NonExistentQueue", error.response
    assert isinstance(error, sqs.exceptions.QueueDoesNotExist) or boto3.__version__ < "1.29", error

fifo = sqs.create_queue(QueueName="made.fifo", Attributes={"FifoQueue": "true", "ContentBasedDeduplication": "true"})["QueueUrl"]
for body in ["1", "1", "2"]:
    sqs.send_message(QueueUrl=fifo, MessageBody=body, MessageGroupId="g")
got = sqs.receive_message(QueueUrl=fifo, MaxNumberOfMessages=10, AttributeNames=["All"])["Messages"]
assert [message["Body"] for message in got] == ["1", "2"], got
assert "SequenceNumber" in got[0]["Attributes"], got

sqs.tag_queue(QueueUrl=url, Tags={"team": "a"})
assert sqs.list_queue_tags(QueueUrl=url)["Tags"] == {"team": "a"}
pages = sqs.get_paginator("list_queues").paginate(PaginationConfig={"PageSize": 2})
urls = [found for page in pages for found in page.get("QueueUrls", [])]
assert url in urls and fifo in urls, urls
sqs.purge_queue(QueueUrl=url)
counts = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
assert counts["ApproximateNumberOfMessages"] == "0" and counts["ApproximateNumberOfMessagesNotVisible"] == "0", counts
for made in (url, fifo):
    sqs.delete_queue(QueueUrl=made)
print("well", boto3.__version__, file=sys.stderr)
