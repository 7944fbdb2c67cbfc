"""Calls a function of ``lambda_clients.rs`` whose first two answers a fault loses."""

import json

import boto3
from botocore.config import Config
from botocore.exceptions import ConnectionClosedError

once = boto3.client("lambda", config=Config(retries={"total_max_attempts": 1}))
try:
    answer = once.invoke(FunctionName="greets", Payload=b'{"who": "first"}')
    raise AssertionError(answer)
except ConnectionClosedError:
    pass
# What was not answered is called again, by an SDK that is left as it is.
answer = boto3.client("lambda").invoke(FunctionName="greets", Payload=b'{"who": "second"}')
assert json.loads(answer["Payload"].read())["hello"] == "second", answer
