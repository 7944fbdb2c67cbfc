//! SAM's transform held against the vendor's own inputs and outputs.
//!
//! They are in the repository `aws/serverless-application-model`, under `tests/translator`; `GREENROOM_SAM_CORPUS` names that folder. Without
//! it the test says so and passes.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use greenroom_lambda_projects::{LoadOptions, transformed};
use serde_json::{Map, Value};

const CORPUS: &str = "GREENROOM_SAM_CORPUS";

/// How many of the inputs must come out equal, in percent.
const AT_LEAST: usize = 94;

/// Types that are compared: those that are emulated, or will be, and that the transform makes.
const COMPARED: &[&str] = &[
    "AWS::Lambda::Function",
    "AWS::Lambda::Version",
    "AWS::Lambda::Alias",
    "AWS::Lambda::Url",
    "AWS::Lambda::LayerVersion",
    "AWS::Lambda::EventSourceMapping",
    "AWS::Lambda::EventInvokeConfig",
    "AWS::ApiGateway::RestApi",
    "AWS::ApiGateway::Stage",
    "AWS::ApiGateway::Deployment",
    "AWS::ApiGateway::UsagePlan",
    "AWS::ApiGateway::UsagePlanKey",
    "AWS::ApiGateway::ApiKey",
    "AWS::ApiGatewayV2::Api",
    "AWS::ApiGatewayV2::Stage",
    "AWS::ApiGatewayV2::Route",
    "AWS::ApiGatewayV2::Integration",
    "AWS::ApiGatewayV2::Authorizer",
    "AWS::Events::Rule",
    "AWS::Scheduler::Schedule",
    "AWS::SQS::Queue",
    "AWS::SNS::Subscription",
    "AWS::DynamoDB::Table",
    "AWS::S3::Bucket",
    "AWS::StepFunctions::StateMachine",
    "AWS::CloudFormation::Stack",
];

/// Values of parameters that the vendor's tests give.
fn options() -> LoadOptions {
    LoadOptions { region: Some("ap-southeast-1".to_owned()), account: Some("123456789012".to_owned()), ..LoadOptions::default() }
}

#[test]
fn the_vendors_inputs_become_the_vendors_outputs() {
    let Some(folder) = std::env::var_os(CORPUS).map(PathBuf::from) else {
        eprintln!("skipped: set {CORPUS} to `tests/translator` of aws/serverless-application-model");
        return;
    };
    let mut names: Vec<PathBuf> = std::fs::read_dir(folder.join("input")).unwrap().map(|entry| entry.unwrap().path()).collect();
    names.retain(|path| path.is_file() && !path.file_name().unwrap().to_string_lossy().starts_with("error_"));
    names.sort();
    let (mut equal, mut all) = (0, 0);
    let mut reasons: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for path in &names {
        let stem = path.file_stem().unwrap().to_string_lossy().into_owned();
        let output = folder.join("output").join(format!("{stem}.json"));
        let Ok(text) = std::fs::read_to_string(output) else { continue };
        all += 1;
        match compare(path, &serde_json::from_str(&text).unwrap()) {
            None => equal += 1,
            Some(reason) => reasons.entry(reason).or_default().push(stem),
        }
    }
    for (reason, stems) in &reasons {
        eprintln!("{:>4}  {reason}: {}", stems.len(), stems.iter().take(4).cloned().collect::<Vec<_>>().join(", "));
    }
    eprintln!("{equal} of {all} inputs come out equal");
    assert!(equal * 100 >= all * AT_LEAST, "{equal} of {all}");
}

/// The first difference, if there is one.
fn compare(path: &Path, expected: &Value) -> Option<String> {
    let ours = match transformed(path, &options()) {
        Ok((resources, _)) => resources,
        Err(problems) => return Some(format!("not read: {}", problems.first().map(ToString::to_string).unwrap_or_default())),
    };
    let (ours, expected) = (plain(&ours), plain(&expected["Resources"]));
    for (id, resource) in &expected {
        let Some(own) = ours.get(id) else { return Some(format!("missing {}", resource["Type"].as_str().unwrap_or_default())) };
        if let Some(difference) = differs("", own, resource) {
            return Some(format!("{}{difference}", resource["Type"].as_str().unwrap_or_default()));
        }
    }
    let extra = ours.iter().find(|(id, _)| !expected.contains_key(*id));
    extra.map(|(_, resource)| format!("one too many: {}", resource["Type"].as_str().unwrap_or_default()))
}

/// The resources that are compared, without what is a digest of something that is only equal as the vendor's language writes it.
fn plain(resources: &Value) -> Map<String, Value> {
    let mut text = resources.to_string();
    let ids: Vec<String> = resources.as_object().unwrap().keys().cloned().collect();
    for id in &ids {
        let kind = resources[id]["Type"].as_str().unwrap_or_default();
        let digest = id.len() > 10 && id[id.len() - 10..].bytes().all(|byte| byte.is_ascii_hexdigit());
        if digest && matches!(kind, "AWS::ApiGateway::Deployment" | "AWS::Lambda::LayerVersion" | "AWS::Lambda::Version") {
            text = text.replace(id, &format!("{}HASH", &id[..id.len() - 10]));
        }
    }
    let resources: Map<String, Value> = serde_json::from_str(&text).unwrap();
    let kept = resources.into_iter().filter(|(_, resource)| COMPARED.contains(&resource["Type"].as_str().unwrap_or_default()));
    kept.map(|(id, resource)| (id, without_noise(resource))).collect()
}

fn without_noise(mut resource: Value) -> Value {
    let kind = resource["Type"].as_str().unwrap_or_default().to_owned();
    if let Some(object) = resource.as_object_mut() {
        // Permissions are not made, so that nothing depends on them; metadata has no effect on the result.
        object.remove("Metadata");
        object.remove("UpdatePolicy");
        if matches!(kind.as_str(), "AWS::S3::Bucket" | "AWS::Lambda::Function") {
            object.remove("DependsOn");
        }
    }
    if let Some(properties) = resource.get_mut("Properties").and_then(Value::as_object_mut) {
        if kind == "AWS::ApiGateway::Deployment" {
            properties.remove("Description");
        }
        properties.remove("Tags");
        if kind == "AWS::StepFunctions::StateMachine" {
            // The definition stays an object here; see `sam/state_machine.rs`.
            for key in ["Definition", "DefinitionString", "DefinitionSubstitutions"] {
                properties.remove(key);
            }
        }
        if let Some(body) = properties.get_mut("Body").and_then(Value::as_object_mut) {
            body.remove("x-amazon-apigateway-policy");
        }
        if properties.is_empty() {
            resource.as_object_mut().unwrap().remove("Properties");
        }
    }
    resource
}

/// Where two values differ; lists are compared without regard to order, as the vendor's own test does.
fn differs(path: &str, ours: &Value, expected: &Value) -> Option<String> {
    match (ours, expected) {
        (Value::Object(ours), Value::Object(expected)) => {
            for (key, value) in expected {
                let Some(own) = ours.get(key) else { return Some(format!("{path}.{} is missing", generic(key))) };
                if let Some(difference) = differs(&format!("{path}.{}", generic(key)), own, value) {
                    return Some(difference);
                }
            }
            ours.keys().find(|key| !expected.contains_key(*key)).map(|key| format!("{path}.{} is too many", generic(key)))
        }
        (Value::Array(ours), Value::Array(expected)) if ours.len() == expected.len() => {
            let (mut ours, mut expected) = (ours.clone(), expected.clone());
            let key = |value: &Value| sorted(value);
            ours.sort_by_key(key);
            expected.sort_by_key(key);
            ours.iter().zip(&expected).find_map(|(own, value)| differs(&format!("{path}[]"), own, value))
        }
        _ if same(ours, expected) => None,
        _ => Some(if std::env::var_os("SAM_CORPUS_VALUES").is_some() {
            format!("{path} differs: {ours} and {expected}")
        } else {
            format!("{path} differs")
        }),
    }
}

fn same(ours: &Value, expected: &Value) -> bool {
    let number = |value: &Value| value.as_f64();
    ours == expected || (number(ours).is_some() && number(ours) == number(expected))
}

fn sorted(value: &Value) -> String {
    match value {
        Value::Object(map) => {
            let ordered: BTreeMap<&String, String> = map.iter().map(|(key, value)| (key, sorted(value))).collect();
            format!("{ordered:?}")
        }
        other => other.to_string(),
    }
}

/// A key without what is peculiar to one input.
fn generic(key: &str) -> &str {
    if key.starts_with('/') { "/…" } else { key }
}
