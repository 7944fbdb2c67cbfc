"""Functions that are really run, by the Python that runs this."""

import base64
import json
import sys
from concurrent.futures import ThreadPoolExecutor

from boto3_basic import ROLE, client, zipped

CODE = """
import os
def handler(event, context):
    print("got", event)
    if event.get("fail"):
        raise ValueError("as asked")
    return {"event": event, "variable": os.environ["AB"], "arn": context.invoked_function_arn, "id": context.aws_request_id}
"""

if __name__ == "__main__":
    aws = client()
    aws.create_function(FunctionName="real", Runtime=f"python3.{sys.version_info.minor}", Role=ROLE, Handler="index.handler",
                        Code={"ZipFile": zipped({"index.py": CODE})}, Environment={"Variables": {"AB": "x"}}, Timeout=30)
    answer = aws.invoke(FunctionName="real", Payload=b'{"a": 1}', LogType="Tail")
    log, body = base64.b64decode(answer["LogResult"]).decode(), json.load(answer["Payload"])
    assert body["event"] == {"a": 1} and body["variable"] == "x" and body["arn"].endswith(":function:real"), body
    assert body["id"] == answer["ResponseMetadata"]["RequestId"]
    assert "got {'a': 1}" in log and "REPORT RequestId: " + body["id"] in log, log
    answer = aws.invoke(FunctionName="real", Payload=b'{"fail": true}')
    assert answer["FunctionError"] == "Unhandled" and json.load(answer["Payload"])["errorType"] == "ValueError"
    with ThreadPoolExecutor(8) as pool:
        bodies = list(pool.map(lambda i: json.load(aws.invoke(FunctionName="real", Payload=json.dumps({"i": i}))["Payload"]), range(24)))
    assert [body["event"]["i"] for body in bodies] == list(range(24))
    aws.update_function_code(FunctionName="real", ZipFile=zipped({"index.py": "def handler(event, context): return 'new'"}))
    assert json.load(aws.invoke(FunctionName="real")["Payload"]) == "new"
    print("ok")
