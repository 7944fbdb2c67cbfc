//! `serverless.yml`.

mod support;

use greenroom_lambda_projects::{Code, Kind, LoadOptions, detect};
use support::Project;

const SERVICE: &str = "\
service: shop
frameworkVersion: '4'
useDotenv: true
custom:
  table: ${self:service}-${sls:stage}
  limits: ${file(limits.yml):${sls:stage}, ${file(limits.yml):default}}
params:
  default: {domain: example.test}
  prod: {domain: example.com}
provider:
  name: aws
  runtime: nodejs24.x
  region: eu-central-1
  stage: ${opt:stage, 'dev'}
  environment:
    TABLE: ${self:custom.table}
    DOMAIN: ${param:domain}
    SECRET: ${env:SECRET, 'none'}
    ARN: !Sub 'arn:aws:sns:${AWS::Region}:${aws:accountId}:x'
  httpApi:
    cors: true
    authorizers:
      tokens: {identitySource: $request.header.Authorization, issuerUrl: https://issuer.test, audience: [shop]}
      own: {type: request, functionName: check, enableSimpleResponses: true}
functions:
  list-items:
    handler: src/items.list
    timeout: ${self:custom.limits.timeout}
    events:
      - httpApi: GET /items/{id}
      - httpApi: {method: post, path: /items, authorizer: {name: tokens, scopes: [write]}}
      - httpApi: {method: '*', path: /own, authorizer: own}
      - http: {path: old/items, method: get, cors: true, private: true}
      - http: 'any admin/{proxy+}'
      - schedule: {rate: [rate(5 minutes), cron(0 12 * * ? *)], input: {a: 1}}
      - sqs: {arn: !GetAtt Jobs.Arn, batchSize: 5, functionResponseType: ReportBatchItemFailures}
      - stream: {type: dynamodb, arn: !GetAtt Table.StreamArn, filterPatterns: [{eventName: [INSERT]}]}
      - sns: news
      - s3: {bucket: uploads, event: s3:ObjectCreated:*, rules: [{prefix: in/}, {suffix: .png}]}
      - websocket: $connect
      - eventBridge: {pattern: {source: [shop]}, eventBus: orders}
    url: {cors: true, invokeMode: RESPONSE_STREAM}
    maximumRetryAttempts: 1
    destinations: {onFailure: check}
  check:
    handler: src/check.handler
    memorySize: 256
resources:
  Resources:
    Jobs: {Type: AWS::SQS::Queue}
    Table: {Type: AWS::DynamoDB::Table, Properties: {TableName: '${self:custom.table}', StreamSpecification: {StreamViewType: NEW_IMAGE}}}
  Outputs:
    Queue: {Value: !Ref Jobs}
  extensions:
    CheckLambdaFunction: {Properties: {Timeout: 29}}
";

fn project() -> Project {
    Project::new(&[
        ("serverless.yml", SERVICE),
        ("limits.yml", "default: {timeout: 7}\nprod: {timeout: 20}\n"),
        (".env", "SECRET=\"from file\"\n"),
        ("src/items.ts", "export const list = 1"),
        ("src/check.js", "exports.handler = 1"),
    ])
}

#[test]
fn functions_with_their_variables() {
    let files = project();
    assert_eq!(detect(files.dir()).unwrap().0, Kind::Serverless);
    let project = files.load_with(LoadOptions { stack_name: Some("s".into()), ..LoadOptions::default() }).unwrap();
    assert_eq!((project.region.as_str(), project.functions.len()), ("eu-central-1", 2));
    let function = &project.functions[0];
    assert_eq!((function.function_name.as_str(), function.logical_id.as_str()), ("shop-dev-list-items", "ListDashitemsLambdaFunction"));
    assert_eq!((function.timeout, function.memory_size, function.handler.as_str()), (7, 1024, "src/items.list"));
    assert_eq!(function.code, Code::Folder { path: files.dir().to_owned(), build_method: None, build: None });
    let environment: Vec<(&str, &str)> = function.environment.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let expected =
        [("TABLE", "shop-dev"), ("DOMAIN", "example.test"), ("SECRET", "from file"), ("ARN", "arn:aws:sns:eu-central-1:000000000000:x")];
    assert_eq!(environment, expected);
    let config = &function.event_invoke_configs[0];
    assert_eq!(
        (config.maximum_retry_attempts, config.on_failure.as_ref().unwrap().destination.as_str()),
        (Some(1), "arn:aws:lambda:eu-central-1:000000000000:function:shop-dev-check")
    );
    assert_eq!((project.functions[1].timeout, project.functions[1].memory_size), (29, 256));
    assert_eq!(project.function_urls[0].invoke_mode, "RESPONSE_STREAM");
}

#[test]
fn another_stage() {
    let options = LoadOptions { environment: Some("prod".into()), ..LoadOptions::default() };
    let project = project().load_with(options).unwrap();
    assert_eq!((project.functions[0].timeout, project.functions[0].environment[1].1.as_str()), (20, "example.com"));
    assert_eq!(project.functions[0].function_name, "shop-prod-list-items");
}

#[test]
fn every_event_ends_in_the_model() {
    let project = project().load().unwrap();
    let api = &project.http_apis[0];
    let routes: Vec<(&str, &str)> = api.routes.iter().map(|route| (route.route_key.as_str(), route.authorization_type.as_str())).collect();
    assert_eq!(routes, [("GET /items/{id}", "NONE"), ("POST /items", "JWT"), ("ANY /own", "CUSTOM")]);
    assert_eq!(api.cors_configuration.as_ref().unwrap().allow_origins, ["*"]);
    assert_eq!(api.authorizers[0].jwt_configuration.as_ref().unwrap().audience, ["shop"]);
    assert_eq!(api.authorizers[1].function.as_ref().unwrap().function_name, "shop-dev-check");
    assert_eq!(api.routes[1].authorizer_id.as_deref(), Some(api.authorizers[0].authorizer_id.as_str()));
    let rest = &project.rest_apis[0];
    let mut methods: Vec<(&str, &str, bool)> =
        rest.methods.iter().map(|m| (m.http_method.as_str(), m.path.as_str(), m.api_key_required)).collect();
    methods.sort_unstable();
    assert_eq!(methods, [("ANY", "/admin/{proxy+}", false), ("GET", "/old/items", true), ("OPTIONS", "/old/items", false)]);
    assert_eq!(rest.stages[0].stage_name, "dev");
    assert_eq!(project.rules.len(), 3);
    assert_eq!(project.rules[0].targets[0].input.as_deref(), Some(r#"{"a":1}"#));
    assert_eq!((project.rules[2].event_bus_name.as_str(), project.buses[0].name.as_str()), ("orders", "orders"));
    let [queue, stream] = &project.event_source_mappings[..] else { panic!("{:?}", project.event_source_mappings) };
    assert_eq!((queue.batch_size, queue.function_response_types.as_slice()), (Some(5), &["ReportBatchItemFailures".to_owned()][..]));
    assert_eq!((stream.starting_position.as_deref(), stream.filters[0].as_str()), (Some("TRIM_HORIZON"), r#"{"eventName":["INSERT"]}"#));
    assert_eq!((project.topics[0].topic_name.as_str(), project.subscriptions[0].protocol.as_str()), ("news", "lambda"));
    let notification = &project.buckets[0].notifications[0];
    assert_eq!((notification.prefix.as_deref(), notification.suffix.as_deref()), (Some("in/"), Some(".png")));
    assert_eq!(project.websocket_apis[0].routes[0].route_key, "$connect");
    assert_eq!(project.tables[0].table_name, "shop-dev");
}

fn errors(text: &str) -> Vec<String> {
    Project::new(&[("serverless.yml", text), ("h.js", "")]).load().expect_err("it should not load")
}

#[test]
fn variables_without_a_value() {
    let text = |value: &str| {
        format!(
            "service: a\nprovider: {{name: aws, runtime: nodejs24.x}}\ncustom:\n  a: {value}\n  b: ${{self:custom.a}}\nfunctions: {{f: {{handler: h.x}}}}\n"
        )
    };
    let one = |value: &str| errors(&text(value))[0].clone();
    assert_eq!(
        one("${env:NOPE}"),
        "serverless.yml:4:6: the variable `${env:NOPE}` has no value (set the variable `NOPE`, or add a fallback: `${env:NOPE, 'value'}`)"
    );
    assert!(one("${selff:x}").contains("(did you mean `self`?)"));
    assert!(one("${self:custom.b}").contains("depends on itself"));
    assert!(
        one("${ssm:/a/b}")
            .contains("`${ssm:/a/b}` asks something outside of the project, which is not done (add a fallback: `${ssm:/a/b, 'value'}`)")
    );
    assert!(one("${file(x.js):a}").contains("is code, and no code is run to read a project"));
    assert!(one("x-${self:provider}").contains("stands inside of a text"));
}

#[test]
fn files_that_are_code_and_keys_that_are_unknown() {
    let error = Project::new(&[("serverless.ts", "export default {}")]).load().unwrap_err();
    assert!(error[0].contains("`serverless.ts` is code"), "{error:?}");
    let text = "service: a\nprovider: {name: aws, runtime: nodejs24.x}\nplugins: [serverless-offline, serverless-step-functions]\nfunctoins: {}\nfunctions:\n  f:\n    handler: h.x\n    events: [{iot: {sql: a}}, {htpApi: '*'}]\n";
    let project = Project::new(&[("serverless.yml", text), ("h.js", "")]);
    let expected = [
        "serverless.yml:4:1: `functoins` is no key of `serverless.yml` that is known; it is ignored (did you mean `functions`?)",
        "serverless.yml:3:31: the plugin `serverless-step-functions` does not run here (what it adds to the service is missing)",
        "serverless.yml:8:15: `iot` events are not emulated (the function runs, and nothing of that kind calls it)",
        "serverless.yml:8:32: function `f` has an event of a kind that is not known: `htpApi` (did you mean `httpApi`?)",
    ];
    assert_eq!(project.warnings(), expected);
}

#[test]
fn a_handler_that_is_not_there() {
    let text = "service: a\nprovider: {name: aws, runtime: python3.13}\nfunctions:\n  f:\n    handler: src/app.main\n";
    assert!(errors(text)[0].contains("serverless.yml:5:14: the handler of function `FLambdaFunction` is not there"), "{:?}", errors(text));
}
