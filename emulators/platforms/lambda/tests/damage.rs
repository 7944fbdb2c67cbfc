//! Files that are damaged in every place are read to their end or refused, and never more than that.

mod support;

use std::path::Path;

use greenroom_lambda_projects::LoadOptions;
use support::Project;

const TEMPLATE: &str = "\
Transform: [AWS::LanguageExtensions, AWS::Serverless-2016-10-31]
Parameters:
  Names: {Type: CommaDelimitedList, Default: 'a,b'}
Globals: {Function: {Runtime: nodejs24.x, Timeout: 5, Environment: {Variables: {AA: !Sub '${AWS::Region}'}}}}
Conditions: {Is: !Equals [1, 1]}
Resources:
  Fn::ForEach::F:
    - N
    - !Ref Names
    - F${N}:
        Type: AWS::Serverless::Function
        Condition: Is
        Properties:
          CodeUri: .
          Handler: index.handler
          Policies: [S3ReadPolicy: {BucketName: b}]
          Events:
            E: {Type: Api, Properties: {Path: !Sub '/${N}', Method: get, Auth: {ApiKeyRequired: true}}}
            H: {Type: HttpApi, Properties: {Path: !Sub '/h/${N}/{p}', Method: post}}
            Q: {Type: SQS, Properties: {Queue: !GetAtt Q.Arn, FilterCriteria: {Filters: [{Pattern: '{}'}]}}}
            S: {Type: S3, Properties: {Bucket: !Ref B, Events: s3:ObjectCreated:*}}
          EventInvokeConfig: {DestinationConfig: {OnFailure: {Type: SQS}}}
  B: {Type: AWS::S3::Bucket}
  Q: {Type: AWS::SQS::Queue, Properties: {QueueName: !Join ['-', [!Select [0, !Ref Names], q]]}}
Outputs: {O: {Value: !If [Is, !GetAtt Q.Arn, !Ref 'AWS::NoValue']}}
";

const SERVICE: &str = "\
service: s
custom: {a: '${self:custom.b, ''x''}', c: '${file(o.yml):k, ${env:E, 1}}'}
provider: {name: aws, runtime: nodejs24.x, environment: {AA: '${self:custom.a}'}, httpApi: {cors: true, authorizers: {j: {issuerUrl: i, audience: a}}}}
functions:
  f-1:
    handler: index.handler
    events: [{httpApi: {path: /a, method: get, authorizer: {name: j}}}, {http: 'GET b/{c}'}, {schedule: rate(1 minute)}, {sqs: !GetAtt Q.Arn}, {s3: b}]
resources: [{Resources: {Q: {Type: AWS::SQS::Queue}}}, {Outputs: {O: {Value: !Ref Q}}}]
";

/// Reads `text` with each of its characters replaced, and with each of its lines gone.
fn damage(name: &str, text: &str) {
    let project = Project::new(&[(name, text), ("index.js", ""), ("o.yml", "k: 1")]);
    project.load().unwrap_or_else(|errors| panic!("{errors:?}"));
    let read = |damaged: &str| {
        project.write(name, damaged);
        let options = LoadOptions { template: Some(Path::new(name).to_owned()), ..LoadOptions::default() };
        let _ = greenroom_lambda_projects::load(project.dir(), &options);
    };
    for (at, character) in text.char_indices() {
        let (before, after) = (&text[..at], &text[at + character.len_utf8()..]);
        read(&format!("{before}{{{after}"));
        read(before);
    }
    let lines: Vec<&str> = text.lines().collect();
    for index in 0..lines.len() {
        let left: Vec<&str> = lines.iter().enumerate().filter(|(other, _)| *other != index).map(|(_, line)| *line).collect();
        read(&left.join("\n"));
    }
}

#[test]
fn templates() {
    damage("template.yaml", TEMPLATE);
}

#[test]
fn services() {
    damage("serverless.yml", SERVICE);
}
