"""Signatures are checked: the right ones pass, the others are refused in AWS's words."""

from boto3_basic import client, create, refused

if __name__ == "__main__":
    aws = client()
    create(aws, "signed")
    assert aws.invoke(FunctionName="signed", Payload=b'{"a": "b"}')["StatusCode"] == 200
    assert aws.get_function(FunctionName="arn:aws:lambda:us-east-1:000000000000:function:signed")
    refused("InvalidSignatureException", client(secret="wrong").list_functions)
    refused("UnrecognizedClientException", client(key="111122223333").list_functions)
    print("ok")
