use serde_json::json;

use super::write;

#[test]
fn a_model_becomes_text() {
    let model = json!({
        "metadata": { "signingName": "lambda", "protocol": "rest-json", "apiVersion": "2015-03-31" },
        "operations": { "Invoke": {
            "http": { "method": "POST", "requestUri": "/functions/{FunctionName}/invocations" },
            "input": { "shape": "InvocationRequest" }, "documentation": "<p>…</p>",
        } },
        "shapes": {
            "InvocationRequest": { "type": "structure", "required": ["FunctionName"], "payload": "Payload", "members": {
                "FunctionName": { "shape": "Name", "location": "uri", "locationName": "FunctionName" },
                "Payload": { "shape": "Blob" },
            } },
            "Name": { "type": "string", "min": 1, "max": 140, "pattern": "[a-z]+" },
            "Blob": { "type": "blob" },
            "Kind": { "type": "string", "enum": ["A", "B"] },
            "Kinds": { "type": "list", "member": { "shape": "Kind" }, "max": 5 },
            "Gone": { "type": "structure", "exception": true, "error": { "httpStatusCode": 410 }, "members": { "Message": { "shape": "Name" } } },
        },
    });
    let text = write(&model, None).unwrap();
    let lines: Vec<_> = text.lines().skip(2).collect();
    assert_eq!(
        lines,
        [
            "service lambda rest-json 2015-03-31 -",
            "",
            "operation Invoke POST /functions/{FunctionName}/invocations 200 InvocationRequest -",
            "",
            "blob Blob",
            "exception Gone 410 Gone",
            "  Message Name",
            "structure InvocationRequest payload=Payload",
            "  FunctionName! Name @uri=FunctionName",
            "  Payload Blob",
            "string Kind = A B",
            "list Kinds Kind ..5",
            "string Name 1..140 ~ [a-z]+",
        ]
    );
}

#[test]
fn names_of_the_query_protocol_come_from_the_older_model() {
    let model = json!({
        "metadata": { "endpointPrefix": "sqs", "protocol": "json", "jsonVersion": "1.0", "targetPrefix": "AmazonSQS", "apiVersion": "2012-11-05" },
        "operations": {},
        "shapes": {
            "Input": { "type": "structure", "members": { "Attributes": { "shape": "Attributes" }, "New": { "shape": "Words" } } },
            "Attributes": { "type": "map", "key": { "shape": "Word" }, "value": { "shape": "Word" }, "flattened": true },
            "Words": { "type": "list", "member": { "shape": "Word" } },
            "Gone": { "type": "structure", "exception": true, "members": {} },
        },
    });
    let older = json!({
        "metadata": { "xmlNamespace": "http://queue/" },
        "shapes": {
            "Input": { "type": "structure", "members": { "Attributes": { "shape": "Attributes", "locationName": "Attribute" } } },
            "Attributes": {
                "type": "map", "flattened": true,
                "key": { "shape": "Word", "locationName": "Name" }, "value": { "shape": "Word", "locationName": "Value" },
            },
            "Gone": { "type": "structure", "exception": true, "error": { "code": "AWS.Gone", "httpStatusCode": 403 }, "members": {} },
        },
    });
    let text = write(&model, Some(&older)).unwrap();
    let lines: Vec<_> = text.lines().skip(2).filter(|line| !line.is_empty()).collect();
    assert_eq!(
        lines,
        [
            "service sqs json-1.0 2012-11-05 AmazonSQS",
            "also query",
            "namespace http://queue/",
            "map Attributes Word Word flattened key=Name value=Value",
            "exception Gone 403 AWS.Gone",
            "structure Input",
            "  Attributes Attributes form=Attribute",
            "  New Words",
            "list Words Word",
        ]
    );
}
