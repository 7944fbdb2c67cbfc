//! Functions, conditions, loops, includes and nested stacks, seen in outputs.

mod support;

use greenroom_lambda_projects::{LambdaProject, LoadOptions};
use serde_json::{Value, json};
use support::Project;

fn output(project: &LambdaProject, name: &str) -> Value {
    project.outputs.iter().find(|output| output.name == name).unwrap_or_else(|| panic!("no output {name}")).value.clone()
}

/// The value of an expression in a template that has some things to refer to.
fn value(expression: &str) -> Value {
    let template = format!("{BASE}Outputs:\n  Out:\n    Value: {expression}\n");
    output(&Project::new(&[("template.yaml", &template)]).load().unwrap_or_else(|errors| panic!("{expression}: {errors:?}")), "Out")
}

const BASE: &str = "\
Parameters:
  Stage: {Type: String, Default: dev}
  Zones: {Type: CommaDelimitedList, Default: 'a, b,c'}
Mappings:
  Sizes: {dev: {Memory: 256}, prod: {Memory: 1024}}
Conditions:
  IsProd: !Equals [!Ref Stage, prod]
  IsDev: !Not [!Condition IsProd]
  Both: !And [!Condition IsDev, !Equals [1, '1']]
  Either: !Or [!Condition IsProd, !Condition IsDev]
Resources:
  Queue:
    Type: AWS::SQS::Queue
    Properties: {QueueName: !Sub 'jobs-${Stage}'}
  Table: {Type: AWS::DynamoDB::Table, Properties: {TableName: t, StreamSpecification: {StreamViewType: NEW_IMAGE}}}
";

#[test]
fn every_function_gives_what_the_vendor_gives() {
    assert_eq!(value("!Ref Queue"), "http://localhost:4566/000000000000/jobs-dev");
    assert_eq!(value("!GetAtt Queue.Arn"), "arn:aws:sqs:us-east-1:000000000000:jobs-dev");
    assert_eq!(value("!GetAtt [Table, Arn]"), "arn:aws:dynamodb:us-east-1:000000000000:table/t");
}

#[test]
fn texts() {
    assert_eq!(value("!Sub '${Queue.QueueName} in ${AWS::Region}, ${!literal}'"), "jobs-dev in us-east-1, ${literal}");
    assert_eq!(value("!Sub ['${a}-${Stage}', {a: !Ref 'AWS::AccountId'}]"), "000000000000-dev");
    assert_eq!(value("!Join ['/', [a, !Ref Stage, 3]]"), "a/dev/3");
    assert_eq!(value("!Split [',', 'a,b']"), json!(["a", "b"]));
    assert_eq!(value("!Base64 hi"), "aGk=");
    assert_eq!(value("!ToJsonString {a: [1, !Ref Stage]}"), r#"{"a":[1,"dev"]}"#);
    assert_eq!(value("!Join [',', !Ref Zones]"), "a,b,c");
}

#[test]
fn choices() {
    assert_eq!(value("!Select [1, [a, b]]"), "b");
    assert_eq!(value("!Select ['2', !Ref Zones]"), "c");
    assert_eq!(value("!FindInMap [Sizes, !Ref Stage, Memory]"), 256);
    assert_eq!(value("!FindInMap [Sizes, test, Memory, {DefaultValue: 64}]"), 64);
    assert_eq!(value("!If [IsProd, large, small]"), "small");
    assert_eq!(value("!If [Both, !If [Either, yes, no], no]"), true);
    assert_eq!(value("[a, !If [IsProd, b, !Ref 'AWS::NoValue']]"), json!(["a"]));
    assert_eq!(value("{'Fn::Length': !Ref Zones}"), 3);
    assert_eq!(value("!Select [0, !GetAZs '']"), "us-east-1a");
    assert_eq!(value("!Select [1, !Cidr [10.0.0.0/16, 2, 8]]"), "10.0.1.0/24");
}

#[test]
fn what_is_asked_for_from_outside_of_the_project_is_refused() {
    let template = format!("{BASE}Outputs:\n  Out: {{Value: !ImportValue shared-bucket}}\n");
    let errors = Project::new(&[("template.yaml", &template)]).load().unwrap_err();
    assert!(errors[0].contains("`Fn::ImportValue` asks for `shared-bucket`, which no stack of this project exports"), "{errors:?}");
}

#[test]
fn account_region_and_partition_are_options() {
    let options = LoadOptions { account: Some("123456789012".into()), region: Some("cn-north-1".into()), ..LoadOptions::default() };
    let template = format!("{BASE}Outputs:\n  Out: {{Value: !Sub '${{AWS::Partition}} ${{AWS::URLSuffix}} ${{Queue.Arn}}'}}\n");
    let project = Project::new(&[("template.yaml", &template)]).load_with(options).unwrap();
    assert_eq!(output(&project, "Out"), "aws-cn amazonaws.com.cn arn:aws-cn:sqs:cn-north-1:123456789012:jobs-dev");
}

#[test]
fn loops_make_copies() {
    let template = "\
Transform: AWS::LanguageExtensions
Parameters: {Names: {Type: CommaDelimitedList, Default: 'Orders,Users'}}
Resources:
  Fn::ForEach::Queues:
    - Name
    - !Ref Names
    - Queue${Name}:
        Type: AWS::SQS::Queue
        Properties: {QueueName: !Sub 'q-${Name}'}
Outputs:
  Fn::ForEach::Urls:
    - Name
    - [Orders, Users]
    - Url${Name}: {Value: !Ref Name}
";
    let project = Project::new(&[("template.yaml", template)]).load().unwrap();
    let names: Vec<&str> = project.queues.iter().map(|queue| queue.queue_name.as_str()).collect();
    assert_eq!((names, output(&project, "UrlUsers")), (vec!["q-Orders", "q-Users"], json!("Users")));
    let errors = Project::new(&[("template.yaml", &template.replace("Transform: AWS::LanguageExtensions\n", ""))]).load().unwrap_err();
    assert!(errors[0].contains("`Fn::ForEach` needs the language extensions"), "{errors:?}");
}

#[test]
fn includes_of_local_files() {
    let template = "\
Resources:
  Api:
    Type: AWS::ApiGateway::RestApi
    Properties:
      Body:
        Fn::Transform: {Name: AWS::Include, Parameters: {Location: api/openapi.yaml}}
Outputs:
  Out: {Value: !Ref Api}
";
    let open_api = "openapi: 3.0.1\ninfo: {title: Shop, version: '1'}\npaths:\n  /a:\n    get:\n      x-amazon-apigateway-integration: {type: http_proxy, httpMethod: GET, uri: !Sub 'https://${AWS::Region}.example.com'}\n";
    let project = Project::new(&[("template.yaml", template), ("api/openapi.yaml", open_api)]).load().unwrap();
    let api = &project.rest_apis[0];
    assert_eq!((api.name.as_str(), api.methods[0].path.as_str()), ("Shop", "/a"));
    assert_eq!(api.methods[0].integration.integration_uri.as_deref(), Some("https://us-east-1.example.com"));
    assert!(project.watch_files.iter().any(|file| file.ends_with("api/openapi.yaml")));
}

#[test]
fn nested_stacks_with_parameters_and_outputs() {
    let outer = "\
Resources:
  Data:
    Type: AWS::CloudFormation::Stack
    Properties:
      TemplateURL: nested/data.yaml
      Parameters: {Prefix: !Ref AWS::StackName}
Outputs:
  Queue: {Value: !GetAtt Data.Outputs.QueueArn}
";
    let inner = "\
Parameters: {Prefix: {Type: String}}
Resources:
  Queue: {Type: AWS::SQS::Queue, Properties: {QueueName: !Sub '${Prefix}-jobs'}}
Outputs:
  QueueArn: {Value: !GetAtt Queue.Arn}
";
    let files = Project::new(&[("template.yaml", outer), ("nested/data.yaml", inner)]);
    let project = files.load().unwrap();
    assert_eq!(output(&project, "Queue"), "arn:aws:sqs:us-east-1:000000000000:app-jobs");
    assert_eq!(project.queues.len(), 1);
    files.write("template.yaml", &outer.replace("QueueArn", "QueueAr"));
    assert!(files.load().unwrap_err()[0].contains("has no output `QueueAr` (did you mean `QueueArn`?)"));
    files.write("nested/data.yaml", &outer.replace("nested/data.yaml", "data.yaml"));
    assert!(files.load().unwrap_err().iter().any(|error| error.contains("stacks nest more than 10 deep")));
}

#[test]
fn json_is_a_template_too() {
    let text = r#"{"Resources": {"Q": {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": {"Fn::Sub": "${AWS::StackName}-q"}}}}}"#;
    assert_eq!(Project::new(&[("template.json", text)]).load().unwrap().queues[0].queue_name, "app-q");
}

#[test]
fn samconfig_gives_parameters_and_the_command_line_wins() {
    let config = "[default.deploy.parameters]\nparameter_overrides = \"Stage=prod Unknown=1\"\nregion = \"eu-west-1\"\n";
    let template = format!("{BASE}Outputs:\n  Out: {{Value: !Sub '${{Stage}} ${{AWS::Region}}'}}\n");
    let files = Project::new(&[("template.yaml", &template), ("samconfig.toml", config)]);
    let project = files.load().unwrap();
    assert_eq!(output(&project, "Out"), "prod eu-west-1");
    assert!(files.warnings()[0].contains("the template has no parameter `Unknown`"), "{:?}", files.warnings());
    let options = LoadOptions { parameters: vec![("Stage".into(), "test".into())], ..LoadOptions::default() };
    assert_eq!(output(&files.load_with(options).unwrap(), "Out"), "test eu-west-1");
}

#[test]
fn versions_are_numbered_in_order() {
    let template = "\
Resources:
  F: {Type: AWS::Lambda::Function, Properties: {FunctionName: f, Code: {ZipFile: x}, Runtime: nodejs24.x, Handler: index.handler}}
  V1: {Type: AWS::Lambda::Version, Properties: {FunctionName: !Ref F}}
  V2: {Type: AWS::Lambda::Version, Properties: {FunctionName: !Ref F}}
  A: {Type: AWS::Lambda::Alias, Properties: {FunctionName: !Ref F, FunctionVersion: !GetAtt V2.Version, Name: live}}
Outputs:
  Alias: {Value: !Ref A}
  Version: {Value: !Ref V2}
";
    let project = Project::new(&[("template.yaml", template)]).load().unwrap();
    let versions: Vec<&str> = project.functions[0].versions.iter().map(|version| version.version.as_str()).collect();
    assert_eq!((versions, project.functions[0].aliases[0].function_version.as_str()), (vec!["1", "2"], "2"));
    assert_eq!(output(&project, "Version"), "arn:aws:lambda:us-east-1:000000000000:function:f:2");
    assert_eq!(output(&project, "Alias"), "arn:aws:lambda:us-east-1:000000000000:function:f:live");
}
