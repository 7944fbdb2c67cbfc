//! CDK assemblies.

mod support;

use greenroom_lambda_projects::{Code, Kind, detect};
use support::Project;

const MANIFEST: &str = r#"{
  "version": "48.0.0",
  "artifacts": {
    "Api.assets": {"type": "cdk:asset-manifest", "properties": {"file": "Api.assets.json"}},
    "Api": {
      "type": "aws:cloudformation:stack",
      "environment": "aws://unknown-account/unknown-region",
      "dependencies": ["Data"],
      "properties": {"templateFile": "Api.template.json", "stackName": "shop-api"}
    },
    "Data": {"type": "aws:cloudformation:stack", "properties": {"templateFile": "Data.template.json"}},
    "Tree": {"type": "cdk:tree", "properties": {"file": "tree.json"}}
  }
}"#;

const API: &str = r#"{
  "Resources": {
    "Hello4A628BD4": {
      "Type": "AWS::Lambda::Function",
      "Properties": {
        "Code": {"S3Bucket": {"Fn::Sub": "cdk-hnb659fds-assets-${AWS::AccountId}-${AWS::Region}"}, "S3Key": "abc.zip"},
        "Handler": "index.handler",
        "Runtime": "nodejs24.x",
        "Environment": {"Variables": {"QUEUE": {"Fn::ImportValue": "Data:Queue"}}},
        "Role": {"Fn::GetAtt": ["HelloRole", "Arn"]}
      },
      "DependsOn": ["HelloRole"],
      "Metadata": {"aws:cdk:path": "Api/Hello/Resource", "aws:asset:path": "asset.abc", "aws:asset:is-bundled": true, "aws:asset:property": "Code"}
    },
    "HelloRole": {"Type": "AWS::IAM::Role", "Properties": {}},
    "Api": {"Type": "AWS::ApiGateway::RestApi", "Properties": {"Name": "Api"}},
    "ApiProxy": {"Type": "AWS::ApiGateway::Resource", "Properties": {
      "ParentId": {"Fn::GetAtt": ["Api", "RootResourceId"]}, "PathPart": "{proxy+}", "RestApiId": {"Ref": "Api"}}},
    "ApiProxyAny": {"Type": "AWS::ApiGateway::Method", "Properties": {
      "AuthorizationType": "NONE", "HttpMethod": "ANY", "ResourceId": {"Ref": "ApiProxy"}, "RestApiId": {"Ref": "Api"},
      "Integration": {"IntegrationHttpMethod": "POST", "Type": "AWS_PROXY", "Uri": {"Fn::Join": ["", [
        "arn:", {"Ref": "AWS::Partition"}, ":apigateway:", {"Ref": "AWS::Region"}, ":lambda:path/2015-03-31/functions/",
        {"Fn::GetAtt": ["Hello4A628BD4", "Arn"]}, "/invocations"]]}}}},
    "Deployment1": {"Type": "AWS::ApiGateway::Deployment", "Properties": {"RestApiId": {"Ref": "Api"}}, "DependsOn": ["ApiProxyAny"]},
    "Stage": {"Type": "AWS::ApiGateway::Stage", "Properties": {"RestApiId": {"Ref": "Api"}, "DeploymentId": {"Ref": "Deployment1"}, "StageName": "prod"}},
    "CDKMetadata": {"Type": "AWS::CDK::Metadata", "Properties": {"Analytics": "v2"}, "Condition": "CDKMetadataAvailable"}
  },
  "Conditions": {"CDKMetadataAvailable": {"Fn::Or": [{"Fn::Equals": [{"Ref": "AWS::Region"}, "us-east-1"]}, {"Fn::Equals": [{"Ref": "AWS::Region"}, "eu-west-1"]}]}},
  "Parameters": {"BootstrapVersion": {"Type": "AWS::SSM::Parameter::Value<String>", "Default": "/cdk-bootstrap/hnb659fds/version"}},
  "Rules": {"CheckBootstrapVersion": {"Assertions": []}}
}"#;

const DATA: &str = r#"{
  "Resources": {"Queue": {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": "jobs"}}},
  "Outputs": {"Export": {"Value": {"Ref": "Queue"}, "Export": {"Name": "Data:Queue"}}}
}"#;

fn project() -> Project {
    Project::new(&[
        ("cdk.json", r#"{"app": "node app.js"}"#),
        ("cdk.out/manifest.json", MANIFEST),
        ("cdk.out/Api.template.json", API),
        ("cdk.out/Data.template.json", DATA),
        ("cdk.out/asset.abc/index.js", "exports.handler = 1"),
    ])
}

#[test]
fn stacks_in_the_order_of_what_they_import_with_their_assets() {
    let files = project();
    assert_eq!(detect(files.dir()).unwrap().0, Kind::Cdk);
    let project = files.load().unwrap();
    let function = &project.functions[0];
    assert!(function.function_name.starts_with("shop-api-Hello4A628BD4-"), "{}", function.function_name);
    assert_eq!(function.code, Code::Folder { path: files.dir().join("cdk.out/asset.abc"), build_method: None, build: None });
    assert_eq!(function.environment, [("QUEUE".to_owned(), "http://localhost:4566/000000000000/jobs".to_owned())]);
    let api = &project.rest_apis[0];
    assert_eq!((api.methods[0].http_method.as_str(), api.methods[0].path.as_str()), ("ANY", "/{proxy+}"));
    assert_eq!(api.methods[0].integration.function.as_ref().unwrap().arn, function.function_arn);
    assert_eq!(api.stages[0].stage_name, "prod");
    let warnings: Vec<&str> = project.warnings.iter().map(|warning| warning.message.as_str()).collect();
    assert!(warnings.is_empty(), "{warnings:?}");
}

#[test]
fn an_app_that_is_not_synthesised() {
    let error = Project::new(&[("cdk.json", "{}")]).load().unwrap_err();
    assert_eq!(error, ["cdk.json: the CDK app has not been synthesised: there is no `cdk.out` (run `cdk synth` first)"]);
}

#[test]
fn nested_stacks_stages_and_images() {
    let manifest = r#"{"version": "48.0.0", "artifacts": {"assembly-Prod": {"type": "cdk:cloud-assembly", "properties": {"directoryName": "assembly-Prod"}}}}"#;
    let inner = r#"{"version": "48.0.0", "artifacts": {"ProdApp": {"type": "aws:cloudformation:stack", "properties": {"templateFile": "App.template.json", "stackName": "Prod-App"}}}}"#;
    let app = r#"{"Resources": {
      "Nested": {"Type": "AWS::CloudFormation::Stack",
        "Properties": {"TemplateURL": {"Fn::Join": ["", ["https://s3.", {"Ref": "AWS::Region"}, ".amazonaws.com/b/x.json"]]}, "Parameters": {"Name": "jobs"}},
        "Metadata": {"aws:cdk:path": "x", "aws:asset:path": "Nested.nested.template.json", "aws:asset:property": "TemplateURL"}},
      "Image": {"Type": "AWS::Lambda::Function", "Properties": {"PackageType": "Image", "Code": {"ImageUri": "repo:tag"}},
        "Metadata": {"aws:asset:path": "asset.image", "aws:asset:dockerfile-path": "Dockerfile", "aws:asset:property": "Code.ImageUri"}}}}"#;
    let nested = r#"{"Parameters": {"Name": {"Type": "String"}}, "Resources": {"Q": {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": {"Ref": "Name"}}}}}"#;
    let files = Project::new(&[
        ("cdk.json", "{}"),
        ("cdk.out/manifest.json", manifest),
        ("cdk.out/assembly-Prod/manifest.json", inner),
        ("cdk.out/assembly-Prod/App.template.json", app),
        ("cdk.out/assembly-Prod/Nested.nested.template.json", nested),
        ("cdk.out/assembly-Prod/asset.image/Dockerfile", ""),
    ]);
    let project = files.load().unwrap();
    assert_eq!((project.stack_name.as_str(), project.queues[0].queue_name.as_str()), ("Prod-App", "jobs"));
    assert_eq!(project.functions[0].code, Code::Image { uri: "repo:tag".to_owned() });
    assert!(
        project.warnings.iter().any(|warning| warning.message == "function `Image` is built from a container image, which is not emulated")
    );
}
