"""Calls the functions of ``lambda_clients.rs`` by boto3, of which the environment says where."""

import base64
import json

import boto3
from botocore.exceptions import ClientError

aws = boto3.client("lambda")


def invoke(event, **more):
    answer = aws.invoke(FunctionName="greets", Payload=json.dumps(event), **more)
    return answer, json.loads(answer["Payload"].read() or "null")


answer, said = invoke({"who": "Zoë"}, LogType="Tail")
assert said["hello"] == "Zoë" and answer["StatusCode"] == 200 and answer["ExecutedVersion"] == "$LATEST", answer
assert "greeting Zoë" in base64.b64decode(answer["LogResult"]).decode()
context = {"custom": {"tenant": "t"}}
_, said = invoke({"who": "x"}, ClientContext=base64.b64encode(json.dumps(context).encode()).decode())
assert said["custom"] == {"tenant": "t"}, said
answer, said = invoke({})
assert answer["FunctionError"] == "Unhandled" and said["errorType"] == "KeyError", said
assert invoke({"who": "x"}, InvocationType="Event")[0]["StatusCode"] == 202
assert invoke({"who": "x"}, InvocationType="DryRun")[0]["StatusCode"] == 204

stream = aws.invoke_with_response_stream(FunctionName="greets", Payload=b'{"who": "stream"}')["EventStream"]
chunks = list(stream)
payload = b"".join(chunk["PayloadChunk"]["Payload"] for chunk in chunks if "PayloadChunk" in chunk)
assert json.loads(payload)["hello"] == "stream" and "InvokeComplete" in chunks[-1], chunks

assert [page["FunctionName"] for page in aws.get_paginator("list_functions").paginate().build_full_result()["Functions"]] == ["greets"]
aws.update_function_configuration(FunctionName="greets", Environment={"Variables": {"GREETING": "moin"}})
aws.get_waiter("function_updated_v2").wait(FunctionName="greets")
assert invoke({"who": "x"})[1]["greeting"] == "moin"
version = aws.publish_version(FunctionName="greets")["Version"]
assert invoke({"who": "x"}, Qualifier=version)[0]["ExecutedVersion"] == version == "1"
try:
    invoke({}, Qualifier="2")
    raise AssertionError("there is no version 2")
except ClientError as error:
    assert error.response["Error"]["Code"] == "ResourceNotFoundException", error.response
    assert error.response["Error"]["Message"].endswith("function:greets:2"), error.response
