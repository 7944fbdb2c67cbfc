//! Projects read as a user would have them read: files in a folder.

mod support;

use greenroom_lambda_projects::{Code, Kind, LoadOptions, detect, load};
use support::Project;

#[test]
fn a_function_with_an_http_api_event() {
    let project = Project::new(&[("template.yaml", SMALL), ("src/index.mjs", "export const handler = async () => 'hi'")]);
    assert_eq!(detect(project.dir()).unwrap().0, Kind::Template);
    let read = load(project.dir(), &LoadOptions { stack_name: Some("shop".to_owned()), ..LoadOptions::default() }).unwrap();
    assert_eq!(read.warnings, []);
    let [function] = &read.functions[..] else { panic!("{:?}", read.functions) };
    assert_eq!(function.logical_id, "Hello");
    assert!(function.function_name.starts_with("shop-Hello-") && function.function_name.len() == 11 + 12, "{}", function.function_name);
    assert_eq!(function.function_arn, format!("arn:aws:lambda:us-east-1:000000000000:function:{}", function.function_name));
    assert_eq!((function.timeout, function.memory_size, function.handler.as_str()), (10, 128, "index.handler"));
    assert_eq!(function.environment, [("STAGE".to_owned(), "dev".to_owned())]);
    assert_eq!(function.code, Code::Folder { path: project.dir().join("src"), build_method: None, build: None });
    assert_eq!((function.place.position.line, function.place.position.column), (12, 3));
    let [api] = &read.http_apis[..] else { panic!("{:?}", read.http_apis) };
    assert_eq!((api.routes[0].route_key.as_str(), api.stages[0].stage_name.as_str()), ("GET /hello/{name}", "$default"));
    let integration = &api.routes[0].integration;
    assert_eq!((integration.integration_type.as_str(), integration.payload_format_version.as_deref()), ("AWS_PROXY", Some("2.0")));
    assert_eq!(integration.function.as_ref().unwrap().arn, function.function_arn);
    assert_eq!(read.outputs[0].value, format!("https://{}.execute-api.us-east-1.amazonaws.com/", api.api_id));
}

const SMALL: &str = "\
Transform: AWS::Serverless-2016-10-31
Parameters:
  Stage: {Type: String, Default: dev}
Globals:
  Function:
    Runtime: nodejs24.x
    Timeout: 10
    Environment:
      Variables:
        STAGE: !Ref Stage
Resources:
  Hello:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: src/
      Handler: index.handler
      Events:
        Get:
          Type: HttpApi
          Properties: {Path: '/hello/{name}', Method: get}
Outputs:
  Url:
    Value: !Sub 'https://${ServerlessHttpApi}.execute-api.${AWS::Region}.${AWS::URLSuffix}/'
";
