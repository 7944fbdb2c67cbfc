//! What people get wrong, and what they read then.

mod support;

use greenroom_lambda_projects::LoadOptions;
use support::Project;

/// The errors of a template, which has its code in `src/index.mjs`.
fn errors(template: &str) -> Vec<String> {
    let project = Project::new(&[("template.yaml", template), ("src/index.mjs", "export const handler = 1")]);
    project.load().expect_err("it should not load")
}

/// A template with one function whose properties are `properties`, indented by six blanks.
fn function(properties: &str) -> String {
    let code = if properties.contains("CodeUri") { "" } else { "      CodeUri: src\n" };
    let handler = if properties.contains("Handler") { "" } else { "      Handler: index.handler\n" };
    let runtime = if properties.contains("Runtime") { "" } else { "      Runtime: nodejs24.x\n" };
    format!(
        "Transform: AWS::Serverless-2016-10-31\nResources:\n  F:\n    Type: AWS::Serverless::Function\n    Properties:\n{code}{handler}{runtime}{properties}"
    )
}

#[test]
fn a_syntax_error() {
    let text = "Resources:\n  F:\n    Type: [AWS::Lambda::Function\n  G: x\n";
    assert_eq!(errors(text), ["template.yaml:4:4: not YAML: invalid indentation (correct the file at the place shown)"]);
}

#[test]
fn a_tag_that_is_no_function() {
    let text = "Resources:\n  F:\n    Type: AWS::SQS::Queue\n    Properties:\n      QueueName: !Subb x\n";
    assert_eq!(errors(text), ["template.yaml:5:18: `!Subb` is no function of CloudFormation (did you mean `Sub`?)"]);
}

#[test]
fn names_that_nothing_has() {
    let text = function(
        "      Environment:\n        Variables:\n          A: !Ref Tabel\n          B: !GetAtt Nothing.Arn\n          C: !Sub '${AWS::Regoin}'\n",
    ) + "  Table:\n    Type: AWS::DynamoDB::Table\n";
    let expected = [
        "template.yaml:11:14: `Ref` names `Tabel`, which is no resource and no parameter (did you mean `Table`?)",
        "template.yaml:12:14: `Fn::GetAtt` names `Nothing`, which is no resource (declare it under `Resources`)",
        "template.yaml:13:14: `Fn::Sub` names `AWS::Regoin`, which is no resource and no parameter (did you mean `AWS::Region`?)",
    ];
    assert_eq!(errors(&text), expected);
}

#[test]
fn a_circle() {
    let text = "Resources:\n  A:\n    Type: AWS::SQS::Queue\n    Properties:\n      QueueName: !GetAtt B.QueueName\n  B:\n    Type: AWS::SQS::Queue\n    DependsOn: A\n";
    let hint = "take out one of the references or `DependsOn`, so that one can be created first";
    assert_eq!(errors(text), [format!("template.yaml:2:3: circular dependency between resources `A` and `B` ({hint})")]);
}

#[test]
fn the_circle_of_an_api_that_its_function_names() {
    let text = function(
        "      Environment:\n        Variables:\n          URL: !Sub 'https://${ServerlessHttpApi}.execute-api'\n      Events:\n        E: {Type: HttpApi}\n",
    );
    assert!(errors(&text)[0].contains("circular dependency between resources `F` and `ServerlessHttpApi`"), "{:?}", errors(&text));
}

#[test]
fn conditions_that_are_wrong() {
    let text =
        "Conditions:\n  A: !Not [!Condition B]\n  B: !Not [!Condition A]\nResources:\n  Q:\n    Type: AWS::SQS::Queue\n    Condition: A\n";
    assert!(errors(text)[0].starts_with("template.yaml:2:3: condition `A` depends on itself"), "{:?}", errors(text));
    let text = "Resources:\n  Q:\n    Type: AWS::SQS::Queue\n    Condition: Nope\n";
    assert_eq!(errors(text), ["template.yaml:2:3: there is no condition `Nope` (declare it under `Conditions`)"]);
}

#[test]
fn a_resource_that_its_condition_leaves_out() {
    let text = "Conditions:\n  Never: !Equals [a, b]\nResources:\n  Q:\n    Type: AWS::SQS::Queue\n    Condition: Never\nOutputs:\n  Url:\n    Value: !Ref Q\n";
    let expected = "template.yaml:9:12: `Q` is used here, but its condition `Never` does not hold, so that it is not created (choose with `Fn::If` and `Never`)";
    assert_eq!(errors(text), [expected]);
}

#[test]
fn a_handler_that_is_not_there() {
    let expected = "template.yaml:8:16: the handler of function `F` is not there: `app.handler` needs a file `app` in `./src` \
                    (create `./src/app.js`, or correct `Handler`: the folder has `index`)";
    let text = function("      Handler: app.handler\n");
    let normal = |lines: Vec<String>| lines.iter().map(|line| line.replace("`src", "`./src")).collect::<Vec<_>>();
    assert_eq!(normal(errors(&text)), [expected]);
    assert!(errors(&function("      Handler: index\n"))[0].contains("`index` is no handler"));
    assert!(errors(&function("      CodeUri: nowhere\n"))[0].contains("the code of function `F` is not there: `nowhere`"));
}

#[test]
fn what_lambda_refuses() {
    let one = |properties: &str| {
        let errors = errors(&function(properties));
        assert_eq!(errors.len(), 1, "{errors:?}");
        errors[0].clone()
    };
    assert_eq!(one("      Timeout: 901\n"), "template.yaml:9:16: `F.Timeout` must be 1 to 900 seconds, not `901` (set it to 1 to 900)");
    assert_eq!(
        one("      MemorySize: 127\n"),
        "template.yaml:9:19: `F.MemorySize` must be 128 to 10240 MB, not `127` (set it to 128 to 10240)"
    );
    assert_eq!(
        one("      Timeout: soon\n"),
        "template.yaml:9:16: `F.Timeout` must be a whole number, not `soon` (make it a whole number, or remove it)"
    );
    assert!(one("      Runtime: nodejs23.x\n").contains("Lambda has no runtime `nodejs23.x` (did you mean `nodejs26.x`?)"));
    assert!(one("      FunctionName: has blanks\n").contains("`has blanks` is no name of a function"));
    assert!(one("      Environment: {Variables: {AWS_REGION: x}}\n").contains("sets `AWS_REGION`, which Lambda sets itself"));
    let large = format!("      Environment: {{Variables: {{LARGE: {}}}}}\n", "x".repeat(4096));
    assert!(one(&large).contains("the environment variables of function `F` are 4101 bytes; Lambda takes 4096"));
    let fits = format!("      Environment: {{Variables: {{LARGE: {}}}}}\n", "x".repeat(4091));
    let project = Project::new(&[("template.yaml", &function(&fits)), ("src/index.mjs", "")]);
    assert_eq!(project.warnings(), [""; 0]);
}

#[test]
fn parameters_that_are_wrong() {
    let text = "Parameters:\n  Size:\n    Type: Number\n  Stage:\n    Type: String\n    Default: x\n    AllowedValues: [dev, prod]\nResources:\n  Q:\n    Type: AWS::SQS::Queue\n";
    let project = Project::new(&[("template.yaml", text)]);
    let hint = "give it with `--parameter Size=…` or in samconfig.toml's `parameter_overrides`, or add a `Default`";
    let expected = [
        format!("template.yaml:2:3: parameter `Size` has no value ({hint})"),
        "template.yaml:6:14: parameter `Stage` must be one of `dev` and `prod`, not `x` (give another value, with `--parameter` or in samconfig.toml)".to_owned(),
    ];
    assert_eq!(project.load().unwrap_err(), expected);
    let given = |pairs: &[(&str, &str)]| LoadOptions {
        parameters: pairs.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect(),
        ..LoadOptions::default()
    };
    assert!(
        project.load_with(given(&[("Size", "many"), ("Stage", "dev")])).unwrap_err()[0]
            .contains("parameter `Size` must be a number, not `many`")
    );
    project.load_with(given(&[("Size", "3"), ("Stage", "prod")])).unwrap();
}

#[test]
fn sam_without_its_transform_and_sections_that_are_none() {
    let text = function("").replace("Transform: AWS::Serverless-2016-10-31", "Resource: {}");
    let expected = [
        "template.yaml:1:1: `Resource` is no section of a template (did you mean `Resources`?)",
        "template.yaml:3:3: resource `F` is one of SAM's, and the template does not ask for SAM's transform (add `Transform: AWS::Serverless-2016-10-31` to the template)",
    ];
    assert_eq!(errors(&text), expected);
}

#[test]
fn what_is_not_emulated_is_named_once_and_an_error_when_strict() {
    let text = function("      VpcConfig: {SubnetIds: [a]}\n      Tmeout: 3\n")
        + "  Q:\n    Type: AWS::SNS::Topic\n  Q2:\n    Type: AWS::SNS::Topic\n  C:\n    Type: AWS::Cognito::UserPool\n";
    let project = Project::new(&[("template.yaml", &text), ("src/index.mjs", "")]);
    let expected = [
        "template.yaml:10:7: `Tmeout` is no property of `AWS::Serverless::Function`; it is ignored (did you mean `Timeout`?)",
        "template.yaml:11:3: `AWS::SNS::Topic` is not emulated yet (SNS) (it is read, and nothing starts for it)",
        "template.yaml:15:3: `AWS::Cognito::UserPool` is not emulated (the resource is left out)",
        "template.yaml:9:18: `VpcConfig` of `AWS::Lambda::Function` is not emulated (the property is ignored)",
    ];
    assert_eq!(project.warnings(), expected);
    let strict = LoadOptions { strict: true, ..LoadOptions::default() };
    assert_eq!(project.load_with(strict).unwrap_err(), expected);
}

#[test]
fn a_function_without_bootstrap_says_how_to_build_it() {
    let text = function("      Runtime: provided.al2023\n      Handler: bootstrap\n");
    let project = Project::new(&[("template.yaml", &text), ("src/Cargo.toml", "")]);
    let expected = "function `F` has no `bootstrap` in `src` (build it first, with `cargo lambda build` or `sam build`)";
    assert!(project.load().unwrap_err()[0].contains(expected), "{:?}", project.load());
}

#[test]
fn an_empty_folder_and_one_that_is_none() {
    let project = Project::new(&[("readme.txt", "")]);
    assert!(project.load().unwrap_err()[0].contains("no Lambda project in"));
    let missing = greenroom_lambda_projects::load(&project.dir().join("nowhere"), &LoadOptions::default()).unwrap_err();
    assert!(missing[0].message.ends_with("is not there"));
}

#[test]
fn routes_and_events_that_are_wrong() {
    let event = |event: &str| errors(&function(&format!("      Events:\n        E: {event}\n")))[0].clone();
    assert!(event("{Type: HttpAp}").contains("has a type that SAM does not know: `HttpAp` (did you mean `HttpApi`?)"));
    assert!(event("{Type: Api, Properties: {Path: a, Method: get}}").contains("the path `a` does not start with `/`"));
    assert!(event("{Type: SQS}").contains("event `E` of function `F` has no `Queue`"));
    assert!(
        event("{Type: HttpApi, Properties: {Path: /a, Method: get, Auth: {Authorizer: Who}}}")
            .contains("the authorizer `Who` is none of the API's")
    );
}

#[test]
fn a_condition_that_yaml_takes_for_a_boolean() {
    let text = "Conditions:\n  'Yes': !Equals [1, 1]\nResources:\n  Q:\n    Type: AWS::SQS::Queue\n    Condition: Yes\n";
    assert!(
        errors(text)[0].contains("template.yaml:6:16: the `Condition` of resource `Q` must be a name, not `true`"),
        "{:?}",
        errors(text)
    );
}

#[test]
fn an_attribute_that_a_resource_does_not_have() {
    let text = "Resources:\n  Q:\n    Type: AWS::SQS::Queue\nOutputs:\n  O: {Value: !GetAtt Q.QueueNam}\n";
    let project = Project::new(&[("template.yaml", text)]);
    let expected =
        "template.yaml:5:14: `AWS::SQS::Queue` has no attribute `QueueNam` that is known; its value is made up (did you mean `QueueName`?)";
    assert!(project.warnings().contains(&expected.to_owned()), "{:?}", project.warnings());
}
