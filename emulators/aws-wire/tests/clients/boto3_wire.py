"""What boto3 sends is understood, and it understands what it is answered. Run with the origin of `examples/toy.rs`."""

import datetime
import json
import sys
import urllib.request

import boto3
from botocore.client import Config
from botocore.exceptions import ClientError

origin = sys.argv[1]
options = dict(endpoint_url=origin, region_name="eu-west-1", aws_access_key_id="test", aws_secret_access_key="secret")
once = Config(retries={"total_max_attempts": 1}, s3={"addressing_style": "path"})


def client(name, **other):
    return boto3.client(name, config=once, **{**options, **other})


def refused(call, **arguments):
    try:
        call(**arguments)
    except ClientError as error:
        return error.response
    raise AssertionError("not refused")


sqs = client("sqs")
attributes = {
    "a": {"DataType": "String", "StringValue": "x & y"},
    "b": {"DataType": "Binary", "BinaryValue": b"\x01\x02"},
}
url = origin + "/000000000000/q"
sent = sqs.send_message(QueueUrl=url, MessageBody="é\r\n+&=", DelaySeconds=3, MessageAttributes=attributes)
assert json.loads(sent["MessageId"]) == {
    "QueueUrl": url,
    "MessageBody": "é\r\n+&=",
    "DelaySeconds": 3,
    "MessageAttributes": {
        "a": {"DataType": "String", "StringValue": "x & y"},
        "b": {"DataType": "Binary", "BinaryValue": "AQI="},
    },
}, sent
assert sent["SequenceNumber"] == "eu-west-1", sent
assert sent["ResponseMetadata"]["RequestId"] == sent["ResponseMetadata"]["HTTPHeaders"]["x-amzn-requestid"]
[message] = sqs.receive_message(QueueUrl=url, AttributeNames=["All"])["Messages"]
assert message["Body"] == 'a<b>\r\n"c" & é', message
assert message["Attributes"] == {"SentTimestamp": "1"}, message
assert message["MessageAttributes"]["kind"]["BinaryValue"] == b"\x01\x02", message
assert sqs.delete_message(QueueUrl=url, ReceiptHandle="x")["ResponseMetadata"]["HTTPStatusCode"] == 200
gone = refused(sqs.receive_message, QueueUrl="http://nowhere/gone")
assert gone["Error"]["Code"] == "AWS.SimpleQueueService.NonExistentQueue", gone
assert gone["Error"]["Type"] == "Sender", gone
assert gone["ResponseMetadata"]["HTTPStatusCode"] == 400, gone
unknown = refused(sqs.purge_queue, QueueUrl=url)
assert unknown["Error"]["Code"] in ("UnknownOperationException", "InvalidAction"), unknown

metrics = client("cloudwatch")
noon = datetime.datetime(2026, 11, 26, 12, 0, tzinfo=datetime.timezone.utc)
statistics = dict(
    Namespace="n", MetricName="m", StartTime=noon, EndTime=noon + datetime.timedelta(hours=1), Period=60, Statistics=["Average"]
)
got = metrics.get_metric_statistics(**statistics)
assert json.loads(got["Label"]) == {
    "Namespace": "n",
    "MetricName": "m",
    "StartTime": 1795694400.0,
    "EndTime": 1795698000.0,
    "Period": 60,
    "Statistics": ["Average"],
}, got
[point] = got["Datapoints"]
assert point["Timestamp"] == noon and point["Average"] == 2.0 and point["Unit"] == "Count", point
absent = refused(metrics.get_metric_statistics, **{**statistics, "MetricName": "absent"})
assert absent["Error"]["Code"] == "ResourceNotFound" and absent["Error"]["Message"] == "There is none.", absent
invalid = refused(metrics.get_metric_statistics, **{**statistics, "Statistics": ["Average"] * 6})
assert "failed to satisfy constraint: Member must have length less than or equal to 5" in invalid["Error"]["Message"], invalid

s3 = client("s3")
put = s3.put_object(Bucket="bucket", Key="a/b c+é", Body=b"x" * 100_000, Metadata={"k": "v"})
assert put["ETag"] == "'bucket'/'a/b c+é' 100000 {'k':'v'}".encode().decode("latin-1") or "100000 {'k':'v'}" in put["ETag"], put
got = s3.get_object(Bucket="bucket", Key="k")
assert got["Body"].read() == b"hello" and got["LastModified"] == noon and got["Metadata"] == {"a": "b"}, got
s3.put_bucket_tagging(Bucket="bucket", Tagging={"TagSet": [{"Key": "k", "Value": "v"}]})
assert s3.get_bucket_tagging(Bucket="bucket")["TagSet"] == [{"Key": "a&b", "Value": "1"}, {"Key": "c", "Value": "2"}]
gone = refused(s3.get_object, Bucket="bucket", Key="gone")
assert gone["Error"]["Code"] == "NoSuchKey" and gone["ResponseMetadata"]["HTTPStatusCode"] == 404, gone

# A presigned URL, as who has no client uses it.
signer = boto3.client("s3", config=once.merge(Config(signature_version="s3v4")), **options)
presigned = signer.generate_presigned_url("get_object", Params={"Bucket": "bucket", "Key": "k"}, ExpiresIn=60)
assert urllib.request.urlopen(presigned).read() == b"hello"
print("ok")
