//! Every member of every operation whose shape has bounds, wrong in every way: each is answered with AWS's sentence for it.
//!
//! The sentences are those that were recorded from AWS, `Member must …` and where it stands:
//! <https://github.com/localstack/localstack/blob/main/tests/aws/services/lambda_/test_lambda_api.snapshot.json>

#![allow(clippy::unwrap_used, reason = "tests")]

#[path = "support/fake.rs"]
#[allow(dead_code, reason = "other tests ask for more")]
mod fake;
#[path = "support/world.rs"]
#[allow(dead_code, reason = "other tests ask for more")]
mod world;

use std::collections::BTreeMap;

use greenroom_aws_wire::{Kind, Model, Place, Shape};
use greenroom_host::Profile;
use serde_json::{Map, Value, json};
use world::{Answered, World};

const PUBLISHED: &str = include_str!("../src/model/lambda.model");
/// Where the service has other bounds than its published model.
const OVERRIDES: &str = include_str!("../src/model/overrides.model");

/// Values of which one fits each member that has to be there.
const FITTING: &[&str] = &[
    "f",
    "1",
    "0",
    "000000000000",
    "python3.13",
    "lambda:InvokeFunction",
    "lambda:GetLayerVersion",
    "arn:aws:iam::000000000000:role/r",
    "arn:aws:lambda:us-east-1:000000000000:function:f",
    "arn:aws:lambda:us-east-1:000000000000:layer:l:1",
    "arn:aws:lambda:us-east-1:000000000000:code-signing-config:csc-0123456789abcdef0",
    "arn:aws:lambda:us-east-1:000000000000:capacity-provider:c",
    "arn:aws:lambda:us-east-1:000000000000:function:f:1/durable-execution/e/1",
    "arn:aws:sqs:us-east-1:000000000000:q",
    "Auto",
    "NONE",
    "Allow",
];

/// Fits no pattern but the one that takes all.
const ODD: &str = "\u{1} /";

/// One member with a value that it cannot have.
struct Case {
    /// `vpcConfig.subnetIds`
    path: String,
    /// The members of the input, with that one.
    input: Value,
    /// What is said of it, of which the words of a list may come in any order.
    said: String,
}

fn lower_first(name: &str) -> String {
    name[..1].to_lowercase() + &name[1..]
}

/// What breaks a shape, with the constraint that it breaks.
fn breaches(model: &Model, shape: &Shape) -> Vec<(Value, String)> {
    let mut found = Vec::new();
    let (least, most) = (shape.least.as_ref(), shape.most.as_ref());
    let number = |bound: &greenroom_aws_wire::Bound| bound.text.parse::<i64>().ok();
    match &shape.kind {
        Kind::Text(text) => {
            if !text.words.is_empty() {
                found.push((json!("wrong"), format!("Member must satisfy enum value set: [{}]", text.words.join(", "))));
            } else if let Some(most) = most.and_then(number).filter(|most| *most < 10_000) {
                let long = "x".repeat(usize::try_from(most).unwrap() + 1);
                found.push((json!(long), format!("Member must have length less than or equal to {most}")));
            }
            if let Some(pattern) = text.pattern.as_ref().filter(|pattern| *pattern != ".*") {
                found.push((json!(ODD), format!("Member must satisfy regular expression pattern: {pattern}")));
            }
        }
        Kind::Integer => {
            found.extend(
                least.and_then(number).map(|least| (json!(least - 1), format!("Member must have value greater than or equal to {least}"))),
            );
            found.extend(
                most.and_then(number).map(|most| (json!(most + 1), format!("Member must have value less than or equal to {most}"))),
            );
        }
        Kind::List(items) if matches!(model.shape(&items.item).unwrap().kind, Kind::Text(_)) => {
            if let Some(most) = most.and_then(number).filter(|most| *most < 100) {
                let long = vec![Value::from("x"); usize::try_from(most).unwrap() + 1];
                found.push((long.into(), format!("Member must have length less than or equal to {most}")));
            }
        }
        _ => {}
    }
    found
}

fn shown(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(items) => format!("[{}]", items.iter().map(shown).collect::<Vec<_>>().join(", ")),
        other => other.to_string(),
    }
}

/// The cases of the members of a structure, of which those in bodies may be structures, too.
fn cases(model: &Model, structure: &str, before: &str, put: &dyn Fn(Value) -> Value) -> Vec<Case> {
    let mut all = Vec::new();
    for member in &model.structure(structure).unwrap().members {
        let Some(shape) = model.shape(&member.shape) else { continue };
        let path = format!("{before}{}", lower_first(&member.name));
        let named = |value: Value| put(json!({ member.name.as_str(): value }));
        for (value, constraint) in breaches(model, shape) {
            // What is no number, or cannot stand in a header, never comes so far.
            let is_odd = value == json!(ODD);
            if is_odd && member.place == Place::Header || value.is_array() && member.place != Place::Body {
                continue;
            }
            let said = format!("Value '{}' at '{path}' failed to satisfy constraint: {constraint}", shown(&value));
            all.push(Case { path: path.clone(), input: named(value), said });
        }
        if member.required && member.place == Place::Body && !matches!(shape.kind, Kind::Blob) {
            let said = format!("Value null at '{path}' failed to satisfy constraint: Member must not be null");
            all.push(Case { path: path.clone(), input: named(Value::Null), said });
        }
        let is_structure = matches!(shape.kind, Kind::Structure(_)) && member.place == Place::Body && before.matches('.').count() < 2;
        if is_structure && member.shape != structure {
            all.extend(cases(model, &member.shape, &format!("{path}."), &named));
        }
    }
    all
}

/// Members that have to be there, each with a value that fits.
fn right(model: &Model, input: &str) -> Map<String, Value> {
    let mut right = Map::new();
    for member in model.structure(input).unwrap().members.iter().filter(|member| member.required) {
        let path = lower_first(&member.name);
        let fits = |value: &Value| {
            let found = model.violations(input, &json!({ member.name.as_str(): value }));
            !found.iter().any(|violation| violation.path == path || violation.path.starts_with(&format!("{path}.")))
        };
        let kind = &model.shape(&member.shape).unwrap().kind;
        let value = match kind {
            Kind::Integer => json!(1),
            Kind::List(_) => json!(["f"]),
            Kind::Structure(_) | Kind::Map(_) => json!({}),
            Kind::Blob => json!("AAAA"),
            _ => FITTING.iter().map(|text| json!(text)).find(fits).unwrap_or_else(|| panic!("nothing fits {input}.{}", member.name)),
        };
        right.insert(member.name.clone(), value);
    }
    right
}

fn encoded(text: &str) -> String {
    greenroom_aws_wire::encoding::percent_encode(text, false)
}

async fn ask(world: &World, model: &Model, (method, uri, input): (&str, &str, &str), members: &Map<String, Value>) -> Answered {
    let (mut path, mut query, mut body) = (uri.to_owned(), Vec::new(), Map::new());
    for member in &model.structure(input).unwrap().members {
        let Some(value) = members.get(&member.name).filter(|value| !value.is_null()) else { continue };
        match member.place {
            Place::Uri => {
                for place in [format!("{{{}}}", member.wire), format!("{{{}+}}", member.wire)] {
                    path = path.replace(&place, &encoded(&shown(value)));
                }
            }
            Place::Query => {
                let values = value.as_array().cloned().unwrap_or_else(|| vec![value.clone()]);
                query.extend(values.iter().map(|value| format!("{}={}", member.wire, encoded(&shown(value)))));
            }
            Place::Body => drop(body.insert(member.wire.clone(), value.clone())),
            _ => {}
        }
    }
    let headers: Vec<(&'static str, String)> = header_members(model, input, members);
    let headers: Vec<(&'static str, &str)> = headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let mark = if path.contains('?') { "&" } else { "?" };
    world.request(method, &format!("{path}{mark}{}", query.join("&")), &headers, &Value::Object(body).to_string()).await
}

fn header_members(model: &Model, input: &str, members: &Map<String, Value>) -> Vec<(&'static str, String)> {
    let members = model.structure(input).unwrap().members.iter().filter_map(|member| Some((member, members.get(&member.name)?)));
    let headers = members.filter(|(member, value)| member.place == Place::Header && !value.is_null());
    headers.map(|(member, value)| (&*member.wire.to_ascii_lowercase().leak(), shown(value))).collect()
}

/// A sentence whose list of words is in the order of the alphabet: AWS gives them in none.
fn sorted(said: &str) -> String {
    let Some((before, rest)) = said.split_once("enum value set: [") else { return said.to_owned() };
    let (words, after) = rest.split_once(']').unwrap();
    let mut words: Vec<_> = words.split(", ").collect();
    words.sort_unstable();
    format!("{before}enum value set: [{}]{}", words.join(", "), sorted(after))
}

#[tokio::test]
async fn each_breach_of_a_shape_is_said_in_the_sentence_of_aws() {
    let model = Model::parse(&[PUBLISHED, OVERRIDES]).unwrap();
    let world = World::new(Profile::Production);
    let (mut count, mut wrong) = (BTreeMap::<&str, usize>::new(), Vec::new());
    for line in PUBLISHED.lines().filter_map(|line| line.strip_prefix("operation ")) {
        let [name, method, uri, _, input, _] = line.split(' ').collect::<Vec<_>>()[..] else { panic!("{line}") };
        if input == "-" {
            continue;
        }
        let right = right(&model, input);
        for case in cases(&model, input, "", &|value| value) {
            let mut members = right.clone();
            members.extend(case.input.as_object().unwrap().clone());
            let answer = ask(&world, &model, (method, uri, input), &members).await;
            let body: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
            let text = body["message"].as_str().unwrap_or_default();
            let is_said = answer.status == 400
                && answer.header("x-amzn-errortype").as_deref() == Some("ValidationException")
                && text.contains(" detected: ")
                && sorted(text).contains(&sorted(&case.said));
            *count.entry(name).or_default() += 1;
            if !is_said {
                wrong.push(format!("{name} {}\n  got     {} {:.300}\n  instead {:.300}", case.path, answer.status, text, case.said));
            }
        }
    }
    let all: usize = count.values().sum();
    assert!(wrong.is_empty(), "{} of {all}:\n{}", wrong.len(), wrong.join("\n"));
    assert!(all > 300 && count.len() > 60, "{all} cases of {} operations", count.len());
}
