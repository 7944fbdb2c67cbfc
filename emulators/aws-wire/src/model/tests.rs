use serde_json::json;

use super::*;

const TEXT: &str = r"
service lambda rest-json 2015-03-31 -
operation Get GET /layers/{Name}/versions/{Number} 200 Input -
operation ByArn GET /layers?find=LayerVersion 200 Input -
operation List GET /layers 200 Input -
operation Tags GET /tags/{Resource+} 200 Input -
structure Input
  Name! Name @uri=Name
  Kinds Kinds
  Weights Weights
  Inner Inner
string Name 1..5 ~ [a-z0-9-_ ~]+
string Kind = A B
list Kinds Kind ..2
map Weights Digits Weight
string Digits 1..1024 ~ (?!^0$)[0-9]+
double Weight 0.0..1.0
structure Inner
  Count Count
integer Count 1..
";

fn model() -> Model {
    Model::parse(&[TEXT]).unwrap()
}

#[test]
fn paths_find_their_operation() {
    let model = model();
    let route = |path: &str, query: &str| {
        model.route(&http::Method::GET, path, query).map(|(operation, captures)| (operation.name.as_str(), captures))
    };
    let captured = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    assert_eq!(route("/layers/a%3Ab/versions/3", ""), Some(("Get", vec![captured("Name", "a:b"), captured("Number", "3")])));
    assert_eq!(route("/layers/", "x=1"), Some(("List", vec![])));
    assert_eq!(route("/layers", "find=LayerVersion&Arn=x"), Some(("ByArn", vec![])));
    assert_eq!(route("/tags/arn:x/y", "").unwrap().1, vec![captured("Resource", "arn:x/y")]);
    assert_eq!(route("/other", ""), None);
}

#[test]
fn violations_are_said_as_aws_says_them() {
    let found = |input: serde_json::Value| model().violations("Input", &input);
    let said = |input: serde_json::Value| Some(found(input)).filter(|found| !found.is_empty()).map(|found| sentence(&found));
    assert_eq!(said(json!({ "Name": "a~b" })), None);
    assert_eq!(
        said(json!({})).unwrap(),
        "1 validation error detected: Value null at 'name' failed to satisfy constraint: Member must not be null"
    );
    assert_eq!(
        said(json!({ "Name": "ABCDEF", "Inner": { "Count": 0 } })).unwrap(),
        "3 validation errors detected: Value 'ABCDEF' at 'name' failed to satisfy constraint: Member must satisfy regular expression pattern: \
         [a-z0-9-_ ~]+; Value 'ABCDEF' at 'name' failed to satisfy constraint: Member must have length less than or equal to 5; \
         Value '0' at 'inner.count' failed to satisfy constraint: Member must have value greater than or equal to 1"
    );
    assert_eq!(
        said(json!({ "Name": "a", "Kinds": ["A", "c"] })).unwrap(),
        "1 validation error detected: Value '[A, c]' at 'kinds' failed to satisfy constraint: Member must satisfy constraint: \
         [Member must satisfy enum value set: [A, B], Member must not be null]"
    );
    assert_eq!(
        said(json!({ "Name": "a", "Weights": { "2": 2.0 } })).unwrap(),
        "1 validation error detected: Value '{2=2.0}' at 'weights' failed to satisfy constraint: Map value must satisfy constraint: \
         [Member must have value less than or equal to 1.0, Member must have value greater than or equal to 0.0, Member must not be null]"
    );
    assert_eq!(
        said(json!({ "Name": "a", "Weights": { "0": 1.0 } })).unwrap(),
        "1 validation error detected: Value '{0=1.0}' at 'weights' failed to satisfy constraint: Map keys must satisfy constraint: \
         [Member must have length less than or equal to 1024, Member must have length greater than or equal to 1, Member must satisfy \
         regular expression pattern: (?!^0$)[0-9]+]"
    );
}

#[test]
fn violations_say_where_as_forms_do() {
    let text = format!(
        "{TEXT}structure Batch\n  Entries Entries\nlist Entries Inner flattened item=Entry\nstructure Inner\n  Count! Count form=Number"
    );
    let model = Model::parse(&[&text]).unwrap();
    let found = model.violations("Batch", &json!({ "Entries": [{ "Count": 1 }, {}, { "Count": 0 }] }));
    let parts: Vec<_> = found.iter().map(|violation| (violation.path.as_str(), violation.form.as_str(), violation.missing)).collect();
    assert_eq!(parts, [("entries.2.member.count", "Entry.2.Number", true), ("entries.3.member.count", "Entry.3.Number", false)]);
    assert_eq!(
        sentence(&model.violations("Batch", &json!({ "Entries": [{ "Count": 1 }, null] }))),
        "1 validation error detected: Value '[{Count=1}, null]' at 'entries' failed to satisfy constraint: Member must satisfy constraint: \
         [Member must not be null]"
    );
}

#[test]
fn a_line_that_is_none_is_told() {
    assert_eq!(Model::parse(&[TEXT, "wrong"]).unwrap_err(), Malformed("wrong".into()));
    let patched = Model::parse(&[TEXT, "integer Count 1..3"]).unwrap();
    assert_eq!(patched.shape("Count").unwrap().most.as_ref().unwrap().text, "3");
}
