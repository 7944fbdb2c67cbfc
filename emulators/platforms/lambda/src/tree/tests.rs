use std::path::Path;

use serde_json::json;

use super::*;
use crate::sources::Sources;

fn read(name: &str, text: &str) -> Result<Node, (String, usize)> {
    let mut sources = Sources::default();
    let (start, source) = sources.add(Path::new(name), text);
    parse(&source, start).map_err(|error| {
        let located = sources.locate(error.diagnostic, error.mark);
        (located.message, located.position.map_or(0, |position| position.line))
    })
}

fn yaml(text: &str) -> serde_json::Value {
    read("template.yaml", text).unwrap().to_json()
}

#[test]
fn short_tags_become_functions() {
    let text = "a: !Ref X\nb: !GetAtt X.Outputs.Y\nc: !Sub ['${A}', {A: 1}]\nd: !Condition Is\ne: !If [Is, !Base64 x, !Ref AWS::NoValue]\n";
    let expected = json!({
        "a": {"Ref": "X"}, "b": {"Fn::GetAtt": ["X", "Outputs.Y"]}, "c": {"Fn::Sub": ["${A}", {"A": 1}]}, "d": {"Condition": "Is"},
        "e": {"Fn::If": ["Is", {"Fn::Base64": "x"}, {"Ref": "AWS::NoValue"}]}
    });
    assert_eq!(yaml(text), expected);
}

#[test]
fn scalars_are_as_cloudformation_reads_them() {
    let text = "a: 012345678901\nb: 2012-10-17\nc: yes\nd: 1.5\ne: '1'\nf: ~\ng: 30\nh: python3.12\ni: !!str 5\n";
    let expected =
        json!({"a": "012345678901", "b": "2012-10-17", "c": true, "d": 1.5, "e": "1", "f": null, "g": 30, "h": "python3.12", "i": "5"});
    assert_eq!(yaml(text), expected);
}

#[test]
fn anchors_and_merge_keys() {
    assert_eq!(
        yaml("a: &x {p: 1, q: 2}\nb: *x\nc:\n  <<: *x\n  q: 3\n"),
        json!({"a": {"p": 1, "q": 2}, "b": {"p": 1, "q": 2}, "c": {"q": 3, "p": 1}})
    );
}

#[test]
fn a_bomb_of_aliases_is_refused() {
    let mut text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
    for level in 1..9 {
        let names = vec![format!("*a{}", level - 1); 10].join(", ");
        text.push_str(&format!("a{level}: &a{level} [{names}]\n"));
    }
    assert!(read("t.yaml", &text).unwrap_err().0.contains("means more than"));
}

#[test]
fn errors_have_their_place() {
    assert_eq!(read("t.yaml", "a:\n  b: [1\nc: 2\n").unwrap_err().1, 3);
    assert_eq!(read("t.yaml", "é: 1\na: !Reff X\n").unwrap_err(), ("`!Reff` is no function of CloudFormation".to_owned(), 2));
    assert_eq!(read("t.yaml", "a: 1\na: 2\n").unwrap_err(), ("`a` stands in this object for the second time".to_owned(), 2));
    assert_eq!(read("t.json", "{\n  \"a\": 1,\n}").unwrap_err().1, 2);
    assert_eq!(read("t.yaml", "").unwrap_err().0, "the file is empty");
    assert!(read("t.json", &"[".repeat(500)).is_err());
    assert!(read("t.yaml", &"[".repeat(500)).is_err());
}

#[test]
fn json_may_be_indented_by_tabs_and_have_surrogates() {
    assert_eq!(read("t.template.json", "{\n\t\"a\": \"\\ud83d\\ude00\"\n}").unwrap().to_json(), json!({"a": "😀"}));
}
