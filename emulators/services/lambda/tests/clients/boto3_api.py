"""The rest of the API: versions, aliases, concurrency, URLs, layers, permissions, tags, mappings, streams."""

import json

from boto3_basic import ROLE, client, create, message, refused, zipped

ARN = "arn:aws:lambda:us-east-1:000000000000:function:"


def versions(aws):
    create(aws, "v", Description="one")
    first = aws.publish_version(FunctionName="v", Description="first")
    assert (first["Version"], first["FunctionArn"], first["Description"]) == ("1", ARN + "v:1", "first")
    assert aws.publish_version(FunctionName="v")["Version"] == "1", "nothing has changed"
    updated = aws.update_function_configuration(FunctionName="v", Description="two", Timeout=9)
    assert updated["LastUpdateStatus"] == "InProgress" and updated["Timeout"] == 9
    aws.get_waiter("function_updated_v2").wait(FunctionName="v", WaiterConfig={"Delay": 0, "MaxAttempts": 2})
    assert aws.publish_version(FunctionName="v")["Version"] == "2"
    code = aws.update_function_code(FunctionName="v", ZipFile=zipped({"index.py": "pass"}), Publish=True)
    assert code["Version"] == "3" and code["CodeSha256"] != first["CodeSha256"]
    listed = aws.list_versions_by_function(FunctionName="v")["Versions"]
    assert [v["Version"] for v in listed] == ["$LATEST", "1", "2", "3"]
    wrong = refused("PreconditionFailedException", aws.publish_version, FunctionName="v", RevisionId="x")
    assert wrong["ResponseMetadata"]["HTTPStatusCode"] == 412
    wrong = refused("InvalidParameterValueException", aws.publish_version, FunctionName="v", CodeSha256="somenonexistentsha256")
    assert message(wrong).startswith("CodeSHA256 (somenonexistentsha256) is different from current CodeSHA256 in $LATEST ("), wrong
    gone = refused("ResourceNotFoundException", aws.get_function, FunctionName="v", Qualifier="9")
    assert gone["Message"] == "Function not found: " + ARN + "v:9"
    paged = aws.get_paginator("list_functions").paginate(PaginationConfig={"PageSize": 1})
    assert "v" in [f["FunctionName"] for page in paged for f in page["Functions"]]


def aliases(aws):
    made = aws.create_alias(FunctionName="v", Name="live", FunctionVersion="1", RoutingConfig={"AdditionalVersionWeights": {"2": 0.5}})
    assert made["AliasArn"] == ARN + "v:live" and made["RoutingConfig"] == {"AdditionalVersionWeights": {"2": 0.5}}
    seen = {aws.invoke(FunctionName="v:live")["ExecutedVersion"] for _ in range(60)}
    assert seen == {"1", "2"}, seen
    assert aws.update_alias(FunctionName="v", Name="live", RoutingConfig={"AdditionalVersionWeights": {}}).get("RoutingConfig") is None
    assert {aws.invoke(FunctionName="v", Qualifier="live")["ExecutedVersion"] for _ in range(20)} == {"1"}
    assert aws.get_function(FunctionName="v", Qualifier="live")["Configuration"]["FunctionArn"] == ARN + "v:live"
    wrong = refused("ResourceConflictException", aws.create_alias, FunctionName="v", Name="live", FunctionVersion="1")
    assert message(wrong) == "Alias already exists: " + ARN + "v:live"
    wrong = refused("ResourceNotFoundException", aws.get_alias, FunctionName="v", Name="no")
    assert message(wrong) == "Cannot find alias arn: " + ARN + "v:no"
    wrong = refused("ValidationException", aws.create_alias, FunctionName="v", Name="2024", FunctionVersion="1")
    assert message(wrong) == ("1 validation error detected: Value '2024' at 'name' failed to satisfy constraint: Member must satisfy "
                              "regular expression pattern: (?!^[0-9]+$)([a-zA-Z0-9-_]+)"), wrong
    wrong = refused("InvalidParameterValueException", aws.create_alias, FunctionName="v", Name="x", FunctionVersion="1",
                    RoutingConfig={"AdditionalVersionWeights": {"1": 0.5}})
    assert message(wrong) == "Invalid function version 1. Function version 1 is already included in routing configuration."
    refused("ResourceConflictException", aws.delete_function, FunctionName="v", Qualifier="1")
    assert [a["Name"] for a in aws.list_aliases(FunctionName="v")["Aliases"]] == ["live"]


def concurrency(aws):
    assert aws.put_function_concurrency(FunctionName="v", ReservedConcurrentExecutions=0)["ReservedConcurrentExecutions"] == 0
    wrong = refused("TooManyRequestsException", aws.invoke, FunctionName="v")
    assert wrong["Reason"] == "ReservedFunctionConcurrentInvocationLimitExceeded" and message(wrong) == "Rate Exceeded."
    wrong = refused("InvalidParameterValueException", aws.put_function_concurrency, FunctionName="v", ReservedConcurrentExecutions=901)
    assert message(wrong).endswith("UnreservedConcurrentExecution below its minimum value of [100]."), wrong
    aws.put_function_concurrency(FunctionName="v", ReservedConcurrentExecutions=10)
    assert aws.get_account_settings()["AccountLimit"]["UnreservedConcurrentExecutions"] == 990
    put = aws.put_provisioned_concurrency_config(FunctionName="v", Qualifier="live", ProvisionedConcurrentExecutions=2)
    assert put["Status"] == "IN_PROGRESS"
    assert aws.get_provisioned_concurrency_config(FunctionName="v", Qualifier="live")["Status"] == "READY"
    wrong = refused("ResourceConflictException", aws.put_provisioned_concurrency_config, FunctionName="v", Qualifier="1",
                    ProvisionedConcurrentExecutions=1)
    assert message(wrong) == "Version is pointed by a Provisioned Concurrency alias"
    wrong = refused("InvalidParameterValueException", aws.put_function_concurrency, FunctionName="v", ReservedConcurrentExecutions=1)
    assert message(wrong) == " ReservedConcurrentExecutions  1 should not be lower than function's total provisioned concurrency [2]."
    assert len(aws.list_provisioned_concurrency_configs(FunctionName="v")["ProvisionedConcurrencyConfigs"]) == 1
    aws.delete_provisioned_concurrency_config(FunctionName="v", Qualifier="live")
    refused("ProvisionedConcurrencyConfigNotFoundException", aws.get_provisioned_concurrency_config, FunctionName="v", Qualifier="live")
    aws.delete_function_concurrency(FunctionName="v")
    assert "ReservedConcurrentExecutions" not in aws.get_function_concurrency(FunctionName="v")


def urls_and_events(aws):
    made = aws.create_function_url_config(FunctionName="v", AuthType="NONE", Cors={"AllowOrigins": ["*"]})
    assert ".lambda-url.us-east-1." in made["FunctionUrl"] and made["InvokeMode"] == "BUFFERED"
    refused("ResourceConflictException", aws.create_function_url_config, FunctionName="v", AuthType="NONE")
    assert aws.update_function_url_config(FunctionName="v", AuthType="AWS_IAM")["AuthType"] == "AWS_IAM"
    assert aws.list_function_url_configs(FunctionName="v")["FunctionUrlConfigs"][0]["Cors"] == {"AllowOrigins": ["*"]}
    aws.delete_function_url_config(FunctionName="v")
    refused("ResourceNotFoundException", aws.get_function_url_config, FunctionName="v")
    put = aws.put_function_event_invoke_config(FunctionName="v", MaximumRetryAttempts=0)
    assert put["DestinationConfig"] == {"OnSuccess": {}, "OnFailure": {}} and put["FunctionArn"] == ARN + "v:$LATEST", put
    changed = aws.update_function_event_invoke_config(FunctionName="v", MaximumEventAgeInSeconds=60)
    assert (changed["MaximumRetryAttempts"], changed["MaximumEventAgeInSeconds"]) == (0, 60)
    wrong = refused("InvalidParameterValueException", aws.put_function_event_invoke_config, FunctionName="v",
                    DestinationConfig={"OnFailure": {"Destination": ARN + "v"}})
    assert message(wrong) == "You can't specify the function as a destination for itself."
    assert len(aws.list_function_event_invoke_configs(FunctionName="v")["FunctionEventInvokeConfigs"]) == 1
    aws.delete_function_event_invoke_config(FunctionName="v")
    wrong = refused("ResourceNotFoundException", aws.get_function_event_invoke_config, FunctionName="v")
    assert message(wrong) == f"The function {ARN}v:$LATEST doesn't have an EventInvokeConfig"


def layers(aws):
    made = aws.publish_layer_version(LayerName="l", Content={"ZipFile": zipped({"python/x.py": ""})}, CompatibleRuntimes=["python3.13"])
    arn = "arn:aws:lambda:us-east-1:000000000000:layer:l"
    assert (made["LayerArn"], made["LayerVersionArn"], made["Version"]) == (arn, arn + ":1", 1)
    assert aws.publish_layer_version(LayerName="l", Content={"ZipFile": zipped()})["Version"] == 2
    assert aws.get_layer_version_by_arn(Arn=arn + ":1")["Version"] == 1
    assert [v["Version"] for v in aws.list_layer_versions(LayerName="l")["LayerVersions"]] == [2, 1]
    assert aws.list_layers()["Layers"][0]["LatestMatchingVersion"]["Version"] == 2
    aws.create_function(FunctionName="layered", Runtime="python3.13", Role=ROLE, Handler="shows", Code={"ZipFile": zipped()}, Layers=[arn + ":1"])
    assert aws.get_function_configuration(FunctionName="layered")["Layers"] == [{"Arn": arn + ":1", "CodeSize": made["Content"]["CodeSize"]}]
    aws.delete_layer_version(LayerName="l", VersionNumber=1)
    shown = json.load(aws.invoke(FunctionName="layered")["Payload"])
    assert shown["layers"] == 1, "a function keeps its layer"
    wrong = refused("InvalidParameterValueException", aws.update_function_configuration, FunctionName="layered", Layers=[arn + ":1"])
    assert message(wrong) == f"Layer version {arn}:1 does not exist."
    wrong = refused("InvalidParameterValueException", aws.get_layer_version, LayerName="l", VersionNumber=0)
    assert message(wrong) == "Layer Version Cannot be less than 1"
    added = aws.add_layer_version_permission(LayerName="l", VersionNumber=2, StatementId="s", Action="lambda:GetLayerVersion", Principal="*")
    assert json.loads(added["Statement"])["Resource"] == arn + ":2"
    assert json.loads(aws.get_layer_version_policy(LayerName="l", VersionNumber=2)["Policy"])["Statement"][0]["Sid"] == "s"
    aws.remove_layer_version_permission(LayerName="l", VersionNumber=2, StatementId="s")
    refused("ResourceNotFoundException", aws.get_layer_version_policy, LayerName="l", VersionNumber=2)


def permissions_and_tags(aws):
    added = aws.add_permission(FunctionName="v", StatementId="s3", Action="lambda:InvokeFunction", Principal="s3.amazonaws.com",
                               SourceArn="arn:aws:s3:::b")
    assert json.loads(added["Statement"]) == {
        "Sid": "s3", "Effect": "Allow", "Principal": {"Service": "s3.amazonaws.com"}, "Action": "lambda:InvokeFunction",
        "Resource": ARN + "v", "Condition": {"ArnLike": {"AWS:SourceArn": "arn:aws:s3:::b"}}}
    wrong = refused("ResourceConflictException", aws.add_permission, FunctionName="v", StatementId="s3", Action="lambda:InvokeFunction",
                    Principal="*")
    assert message(wrong).startswith("The statement id (s3) provided already exists.")
    assert json.loads(aws.get_policy(FunctionName="v")["Policy"])["Id"] == "default"
    aws.remove_permission(FunctionName="v", StatementId="s3")
    refused("ResourceNotFoundException", aws.get_policy, FunctionName="v")
    aws.tag_resource(Resource=ARN + "v", Tags={"a": "1", "b": "2"})
    aws.untag_resource(Resource=ARN + "v", TagKeys=["a"])
    assert aws.list_tags(Resource=ARN + "v")["Tags"] == {"b": "2"}
    wrong = refused("InvalidParameterValueException", aws.tag_resource, Resource=ARN + "v", Tags={str(i): "x" for i in range(51)})
    assert message(wrong) == "Number of tags exceeds resource tag limit."
    assert aws.put_function_recursion_config(FunctionName="v", RecursiveLoop="Allow")["RecursiveLoop"] == "Allow"
    assert aws.get_runtime_management_config(FunctionName="v")["UpdateRuntimeOn"] == "Auto"


def mappings(aws):
    source = "arn:aws:sqs:us-east-1:000000000000:q"
    made = aws.create_event_source_mapping(EventSourceArn=source, FunctionName="v", BatchSize=5)
    assert made["State"] == "Creating" and made["FunctionArn"] == ARN + "v" and made["BatchSize"] == 5
    assert aws.get_event_source_mapping(UUID=made["UUID"])["State"] == "Enabled"
    wrong = refused("ResourceConflictException", aws.create_event_source_mapping, EventSourceArn=source, FunctionName="v")
    assert message(wrong).endswith(made["UUID"]), wrong
    assert aws.update_event_source_mapping(UUID=made["UUID"], BatchSize=6)["BatchSize"] == 6
    assert len(aws.list_event_source_mappings(FunctionName="v")["EventSourceMappings"]) == 1
    assert aws.delete_event_source_mapping(UUID=made["UUID"])["State"] == "Deleting"
    refused("ResourceNotFoundException", aws.get_event_source_mapping, UUID=made["UUID"])
    wrong = refused("InvalidParameterValueException", aws.create_event_source_mapping, FunctionName="v")
    assert message(wrong) == "Unrecognized event source."
    signing = aws.create_code_signing_config(AllowedPublishers={"SigningProfileVersionArns": [
        "arn:aws:signer:us-east-1:000000000000:/signing-profiles/test"]})["CodeSigningConfig"]
    aws.put_function_code_signing_config(FunctionName="v", CodeSigningConfigArn=signing["CodeSigningConfigArn"])
    assert aws.list_functions_by_code_signing_config(CodeSigningConfigArn=signing["CodeSigningConfigArn"])["FunctionArns"] == [ARN + "v"]


def streams(aws):
    create(aws, "streams", "streams")
    answer = aws.invoke_with_response_stream(FunctionName="streams", LogType="Tail")
    events = list(answer["EventStream"])
    assert b"".join(e["PayloadChunk"]["Payload"] for e in events if "PayloadChunk" in e) == b"one two three", events
    assert events[-1]["InvokeComplete"]["LogResult"], events
    create(aws, "breaks", "fails")
    events = list(aws.invoke_with_response_stream(FunctionName="breaks")["EventStream"])
    assert events[-1]["InvokeComplete"]["ErrorCode"] == "Error", events
    assert aws.invoke_async(FunctionName="streams", InvokeArgs=b"{}")["Status"] == 202


if __name__ == "__main__":
    lambdas = client()
    for part in (versions, aliases, concurrency, urls_and_events, layers, permissions_and_tags, mappings, streams):
        part(lambdas)
    print("ok")
