"""Signatures that are right and wrong: run by tests against `greenroom dev --auth strict`."""

import datetime
import sys

import boto3
import botocore.auth
from botocore import UNSIGNED
from botocore.client import Config
from botocore.exceptions import ClientError

once = {"total_max_attempts": 1}


def client(key="test", secret="test", **config):
    return boto3.client("sqs", aws_access_key_id=key, aws_secret_access_key=secret, config=Config(retries=once, **config))


def refused(code, text, sqs):
    try:
        sqs.list_queues()
    except ClientError as error:
        said = error.response
        assert said["Error"]["Code"] == code and text in said["Error"]["Message"], said
        assert said["ResponseMetadata"]["HTTPStatusCode"] == 403, said
        return
    sys.exit(f"not refused: {code}")


client().list_queues()
refused("InvalidClientTokenId", "The security token included in the request is invalid.", client(key="other"))
refused("SignatureDoesNotMatch", "The request signature we calculated does not match", client(secret="other"))
refused("MissingAuthenticationToken", "Request is missing Authentication Token", client(signature_version=UNSIGNED))

now = botocore.auth.get_current_datetime
for minutes, text in [(-6, "Signature expired: "), (6, "Signature not yet current: ")]:
    botocore.auth.get_current_datetime = lambda *given: now(*given) + datetime.timedelta(minutes=minutes)
    refused("SignatureDoesNotMatch", text, client())
botocore.auth.get_current_datetime = now

# What was signed is made another on its way: the body, a header, the operation.
for name, value in [("body", None), ("X-Amz-Target", "AmazonSQS.CreateQueue"), ("X-Amz-Date", "20200101T000000Z")]:
    sqs = client()

    def other(request, **_):
        if value is None:
            request.body = b'{"QueueNamePrefix": "x"}'
            request.headers["Content-Length"] = str(len(request.body))
        else:
            request.headers[name] = value

    sqs.meta.events.register("before-send.sqs.ListQueues", lambda request, **_: other(request))
    refused("SignatureDoesNotMatch", "", sqs)
print("ok")
