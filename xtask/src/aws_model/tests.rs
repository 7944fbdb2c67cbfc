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
    let text = write(&model).unwrap();
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
