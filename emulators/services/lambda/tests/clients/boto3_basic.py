"""Drives the Lambda API with boto3. Arguments: the endpoint. Prints `ok` at the end."""

import base64
import io
import json
import sys
import zipfile

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

ROLE = "arn:aws:iam::000000000000:role/r"


def client(service="lambda", key="test", region="us-east-1", secret="test"):
    config = Config(retries={"max_attempts": 0}, read_timeout=30, parameter_validation=False)
    return boto3.client(service, endpoint_url=sys.argv[1], region_name=region, aws_access_key_id=key,
                        aws_secret_access_key=secret, config=config)


def zipped(files=None):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in (files or {"index.py": "def handler(event, context): return event"}).items():
            archive.writestr(name, text)
    return buffer.getvalue()


def create(aws, name, handler="echoes", **more):
    return aws.create_function(FunctionName=name, Runtime="python3.13", Role=ROLE, Handler=handler,
                               Code={"ZipFile": zipped()}, **more)


def refused(code, call, **arguments):
    try:
        call(**arguments)
    except ClientError as error:
        assert error.response["Error"]["Code"] == code, error.response
        return error.response
    raise AssertionError(f"{code} was expected")


def message(response):
    return response.get("Message") or response.get("message") or response["Error"]["Message"]


def functions(aws):
    made = create(aws, "first", Environment={"Variables": {"AB": "b"}}, Timeout=5, Tags={"team": "x"})
    assert made["State"] == "Pending" and made["Version"] == "$LATEST", made
    assert made["FunctionArn"] == "arn:aws:lambda:us-east-1:000000000000:function:first"
    aws.get_waiter("function_active_v2").wait(FunctionName="first", WaiterConfig={"Delay": 0, "MaxAttempts": 2})
    shown = aws.get_function(FunctionName="first")
    assert shown["Configuration"]["Timeout"] == 5 and shown["Tags"] == {"team": "x"}, shown
    assert shown["Configuration"]["LoggingConfig"] == {"LogFormat": "Text", "LogGroup": "/aws/lambda/first"}
    import urllib.request
    code = urllib.request.urlopen(shown["Code"]["Location"]).read()
    assert zipfile.ZipFile(io.BytesIO(code)).namelist() == ["index.py"]
    assert [f["FunctionName"] for f in aws.list_functions()["Functions"]] == ["first"]
    conflict = refused("ResourceConflictException", create, aws=aws, name="first")
    assert message(conflict) == "Function already exist: first"
    missing = refused("ResourceNotFoundException", aws.get_function, FunctionName="other")
    assert missing["Message"] == "Function not found: arn:aws:lambda:us-east-1:000000000000:function:other", missing
    assert missing["Type"] == "User" and missing["ResponseMetadata"]["HTTPStatusCode"] == 404


def invocations(aws):
    answer = aws.invoke(FunctionName="first", Payload=b'{"n": 1}', LogType="Tail")
    assert json.load(answer["Payload"]) == {"n": 1} and answer["StatusCode"] == 200, answer
    assert answer["ExecutedVersion"] == "$LATEST" and base64.b64decode(answer["LogResult"]) == b"START\nEND\n"
    assert answer["ResponseMetadata"]["RequestId"]
    assert aws.invoke(FunctionName="first", InvocationType="DryRun")["StatusCode"] == 204
    assert aws.invoke(FunctionName="first", InvocationType="Event", Payload=b"{}")["StatusCode"] == 202
    create(aws, "broken", "fails")
    answer = aws.invoke(FunctionName="broken")
    assert answer["FunctionError"] == "Unhandled" and json.load(answer["Payload"])["errorMessage"] == "intended"
    create(aws, "shows", "shows", Environment={"Variables": {"AB": "b"}})
    context = base64.b64encode(b'{"custom": {"a": 1}}').decode()
    shown = json.load(aws.invoke(FunctionName="shows", ClientContext=context)["Payload"])
    assert shown["client"] == {"custom": {"a": 1}} and shown["environment"] == [["AB", "b"]] and shown["code"] == 1, shown
    assert shown["trace"].startswith("Root=1-") and shown["arn"].endswith(":function:shows"), shown
    wrong = refused("InvalidRequestContentException", aws.invoke, FunctionName="first", Payload=b"{no")
    assert wrong["ResponseMetadata"]["HTTPStatusCode"] == 400
    large = refused("RequestEntityTooLargeException", aws.invoke, FunctionName="first", Payload=b'"' + b"a" * (6 << 20) + b'"')
    assert message(large) == "Request must be smaller than 6291456 bytes for the InvokeFunction operation", large
    refused("ResourceNotFoundException", aws.invoke, FunctionName="first", Qualifier="live")


def folders(aws):
    import tempfile
    folder = tempfile.mkdtemp()
    made = aws.create_function(FunctionName="folder", Runtime="python3.13", Role=ROLE, Handler="shows",
                               Code={"S3Bucket": "hot-reload", "S3Key": folder})
    assert made["CodeSize"] == 0, made
    open(folder + "/index.py", "w").close()
    assert json.load(aws.invoke(FunctionName="folder")["Payload"])["code"] == 1, "taken as it is"
    wrong = refused("InvalidParameterValueException", aws.update_function_code, FunctionName="folder", S3Bucket="some-bucket", S3Key="k")
    assert message(wrong) == ("Error occurred while GetObject. S3 Error Code: NoSuchBucket. S3 Error Message: The specified bucket does "
                              "not exist"), wrong
    aws.delete_function(FunctionName="folder")


def validation(aws):
    wrong = refused("ValidationException", create, aws=aws, name="x y")
    assert message(wrong).startswith("1 validation error detected: Value 'x y' at 'functionName' failed to satisfy constraint: "
                                     "Member must satisfy regular expression pattern: "), wrong
    wrong = refused("ValidationException", create, aws=aws, name="x", Timeout=901, MemorySize=127)
    assert message(wrong) == ("2 validation errors detected: Value '901' at 'timeout' failed to satisfy constraint: Member must have "
                              "value less than or equal to 900; Value '127' at 'memorySize' failed to satisfy constraint: Member must "
                              "have value greater than or equal to 128"), wrong
    big = {"LARGE_VAR": "x" * 4200}
    wrong = refused("InvalidParameterValueException", create, aws=aws, name="x", Environment={"Variables": big})
    assert message(wrong).endswith("exceeded the 4KB limit. String measured: " + json.dumps(big, separators=(",", ":"))), wrong
    wrong = refused("InvalidParameterValueException", aws.create_function, FunctionName="x", Role=ROLE, Runtime="python3.13",
                    Handler="a.b", Code={"ZipFile": b"no zip"})
    assert message(wrong) == "Could not unzip uploaded file. Please check your file, then try to upload again.", wrong
    for files in ({"../out": "x"}, {"/etc/out": "x"}):
        refused("InvalidParameterValueException", aws.create_function, FunctionName="x", Role=ROLE, Runtime="python3.13",
                Handler="a.b", Code={"ZipFile": zipped(files)})
    wrong = refused("InvalidParameterValueException", aws.create_function, FunctionName="x", Role=ROLE, Runtime="python4",
                    Handler="a.b", Code={"ZipFile": zipped()})
    assert message(wrong).startswith("Value python4 at 'runtime' failed to satisfy constraint: Member must satisfy enum value set: ["), wrong


def names(aws):
    """Names and qualifiers, with what AWS answered to them."""
    arn = "arn:aws:lambda:us-east-1:000000000000:function"
    calls = {"get": aws.get_function, "delete": aws.delete_function, "invoke": aws.invoke}

    def answers(which, code, text, name, **more):
        for call in which.split():
            response = refused(code, calls[call], FunctionName=name, **more)
            assert message(response).endswith(text) or text in message(response), (call, name, message(response))

    everything = "get delete invoke"
    pattern = "at 'functionName' failed to satisfy constraint: Member must satisfy regular expression pattern: (arn:"
    for name in ("my-function!", "*", "invalid-account:function:f", "arn:aws:lambda:invalid-region:000000000000:function:f",
                 "arn:aws:ec2:us-east-1:000000000000:instance:i-1", arn + ":f:1:2", "function:f:$LATEST:extra",
                 "arn:aws:lambda::000000000000:function:f", "arn:aws:lambda:us-east-1::function:f", arn + ":f:$LATES"):
        answers(everything, "ValidationException", pattern, name)
    answers(everything, "ValidationException", "at 'qualifier' failed to satisfy constraint: Member must have length less than or equal to 128",
            "f", Qualifier="a" * 129)
    answers(everything, "ValidationException", "Value 'invalid!' at 'qualifier' failed to satisfy", "f", Qualifier="invalid!")
    answers("get delete", "ResourceNotFoundException", f"Function not found: {arn}:" + "a" * 65, "a" * 65)
    answers("invoke", "ResourceNotFoundException", f"Function not found: {arn}:" + "a" * 65 + ":$LATEST", "a" * 65)
    answers("invoke", "ResourceNotFoundException", f"Function not found: {arn}:function:$LATEST", arn)
    answers("get invoke", "ResourceNotFoundException", f"Function not found: {arn}:f:$latest", f"{arn}:f", Qualifier="$latest")
    answers("delete", "ResourceNotFoundException", f"Function not found: {arn}:f", f"{arn}:f", Qualifier="$latest")
    answers(everything, "InvalidParameterValueException", "The derived qualifier from the function name does not match the specified qualifier.",
            f"{arn}:f:$LATEST", Qualifier="1")
    answers("delete", "InvalidParameterValueException", "Deletion of aliases is not currently supported.", "f", Qualifier="live")
    long = refused("InvalidParameterValueException", create, aws=aws, name="a" * 65)
    assert message(long).endswith("at 'functionName' failed to satisfy constraint: Member must have length less than or equal to 64"), long
    answers(everything, "ResourceNotFoundException", "Functions from 'eu-west-1' are not reachable in this region ('us-east-1')",
            "arn:aws:lambda:eu-west-1:000000000000:function:f")


def accounts(aws):
    other = client(key="111122223333")
    assert create(other, "first")["FunctionArn"] == "arn:aws:lambda:us-east-1:111122223333:function:first"
    assert client(region="eu-central-1").list_functions()["Functions"] == []
    aws.delete_function(FunctionName="first")
    refused("ResourceNotFoundException", aws.get_function, FunctionName="first")
    assert other.get_function(FunctionName="first")
    unknown = refused("NotImplemented", client("sqs").list_queues)
    assert message(unknown) == "greenroom does not emulate the service sqs", unknown
    unknown = refused("NotImplemented", aws.list_capacity_providers)
    assert message(unknown) == "greenroom does not emulate ListCapacityProviders of lambda", unknown


if __name__ == "__main__":
    lambdas = client()
    functions(lambdas)
    invocations(lambdas)
    folders(lambdas)
    validation(lambdas)
    names(lambdas)
    accounts(lambdas)
    print("ok")
