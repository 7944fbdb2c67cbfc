"""What the Lambda API refuses, of the functions of ``lambda_clients.rs`` in the profile ``production``: status, code and text of each answer.

Payloads and zip files: https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html and
https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html; texts as users of the service report them.
"""

import io
import stat
import zipfile

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

MB = 1 << 20
aws = boto3.client("lambda", config=Config(parameter_validation=False, retries={"total_max_attempts": 1}))


def refused(status, code, text, call, **arguments):
    try:
        answer = call(**arguments)
    except ClientError as error:
        answer = error.response
        found = (answer["ResponseMetadata"]["HTTPStatusCode"], answer["Error"]["Code"])
        assert found == (status, code) and text in answer["Error"]["Message"], (found, answer["Error"]["Message"][:300])
    else:
        raise AssertionError((code, text, answer))


def zipped(fill):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        fill(archive)
    return file.getvalue()


def link(archive):
    entry = zipfile.ZipInfo("link")
    entry.create_system, entry.external_attr = 3, (stat.S_IFLNK | 0o777) << 16
    archive.writestr(entry, "../../etc/passwd")


def large(archive):
    with archive.open("large", "w", force_zip64=True) as file:
        for _ in range(250):
            file.write(bytes(MB))
        file.write(b"x")


def encrypted():
    archive = bytearray(GOOD)
    for flags in (6, archive.find(b"PK\1\2") + 8):
        archive[flags] |= 1
    return bytes(archive)


def text(size):
    return b'"' + b"x" * (size - 2) + b'"'


GOOD = zipped(lambda archive: archive.writestr("app.py", "def handler(event, context): return 1"))
GREETS = {"FunctionName": "greets"}
WANTED = {
    "FunctionName": "f",
    "Runtime": "python3.13",
    "Handler": "app.handler",
    "Role": "arn:aws:iam::000000000000:role/r",
    "Code": {"ZipFile": GOOD},
}

# Payloads.
JSON = "Could not parse request body into json: Could not parse payload into json: "
for payload, why in (
    (b"{", ""),
    (b"hello", ""),
    (b"{} x", ""),
    ('"ä"'.encode("latin-1"), "Invalid UTF-8 middle byte 0x22"),
    (b'"\x97"', "Invalid UTF-8 start byte 0x97"),
):
    for kind in ("RequestResponse", "Event"):
        refused(400, "InvalidRequestContentException", JSON + why, aws.invoke, Payload=payload, InvocationType=kind, **GREETS)
TOO_LARGE = (413, "RequestEntityTooLargeException")
refused(*TOO_LARGE, "Request must be smaller than 6291456 bytes for the InvokeFunction operation", aws.invoke, Payload=text(6 * MB + 1), **GREETS)
why = "1048577 byte payload is too large for the Event invocation type (limit 1048576 bytes)"
refused(*TOO_LARGE, why, aws.invoke, Payload=text(MB + 1), InvocationType="Event", **GREETS)
refused(*TOO_LARGE, "Request must be smaller than 6291456", aws.invoke_with_response_stream, Payload=text(6 * MB + 1), **GREETS)
why = "Client context must be a valid Base64-encoded JSON object."
refused(400, "InvalidRequestContentException", why, aws.invoke, ClientContext="aGVsbG8=", **GREETS)
assert aws.invoke(Payload=text(6 * MB), **GREETS)["FunctionError"] == "Unhandled", "it has no field `who`, but it comes"

# Zip files.
NO_ZIP = "Could not unzip uploaded file. Please check your file, then try to upload again."
for archive, why in (
    (zipped(lambda archive: archive.writestr("../app.py", "")), NO_ZIP),
    (zipped(lambda archive: archive.writestr("/app.py", "")), NO_ZIP),
    (zipped(link), NO_ZIP),
    (encrypted(), NO_ZIP),
    (b"hello", NO_ZIP),
    (zipped(lambda archive: None), "Uploaded file must be a non-empty zip"),
    (zipped(large), "Unzipped size must be smaller than 262144000 bytes"),
):
    refused(400, "InvalidParameterValueException", why, aws.create_function, **WANTED | {"Code": {"ZipFile": archive}})
    refused(400, "InvalidParameterValueException", why, aws.update_function_code, ZipFile=archive, **GREETS)
    refused(400, "InvalidParameterValueException", why, aws.publish_layer_version, LayerName="layer", Content={"ZipFile": archive})

# Configuration.
INVALID, WRONG = (400, "ValidationException"), (400, "InvalidParameterValueException")
for more, refusal, why in (
    ({"Timeout": 901}, INVALID, "Value '901' at 'timeout' failed to satisfy constraint: Member must have value less than or equal to 900"),
    ({"Timeout": 0}, INVALID, "Value '0' at 'timeout' failed to satisfy constraint: Member must have value greater than or equal to 1"),
    ({"MemorySize": 127}, INVALID, "Value '127' at 'memorySize' failed to satisfy constraint: Member must have value greater than or equal to 128"),
    ({"MemorySize": 10241}, INVALID, "Member must have value less than or equal to 10240"),
    ({"Timeout": 901, "MemorySize": 127}, INVALID, "2 validation errors detected: "),
    ({"EphemeralStorage": {"Size": 511}}, INVALID, "at 'ephemeralStorage.size' failed to satisfy constraint"),
    ({"Environment": {"Variables": {"NAME": "x" * 4096}}}, WRONG, "environment variables you have provided exceeded the 4KB limit. String measured: "),
    ({"Environment": {"Variables": {"AWS_REGION": "x"}}}, WRONG, "Reserved keys used in this request: AWS_REGION"),
    ({"Environment": {"Variables": {"1NAME": "x"}}}, INVALID, "at 'environment.variables' failed to satisfy constraint: Map keys must satisfy constraint"),
    ({"Runtime": "python9"}, WRONG, "Value python9 at 'runtime' failed to satisfy constraint: Member must satisfy enum value set: "),
    ({"Role": "me"}, INVALID, "Value 'me' at 'role' failed to satisfy constraint"),
):
    refused(*refusal, why, aws.create_function, **WANTED | more)
    refused(*refusal, why, aws.update_function_configuration, **GREETS | more)
assert aws.get_function_configuration(**GREETS)["Timeout"] == 30, "what is refused changes nothing"
refused(409, "ResourceConflictException", "Function already exist: greets", aws.create_function, **WANTED | GREETS)
