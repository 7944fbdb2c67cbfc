//! What patterns want, and how wrong ones are refused.

use greenroom_event_patterns::EventPattern;
use serde_json::{Value, json};

fn matches(pattern: &Value, event: &Value) -> bool {
    EventPattern::parse(&pattern.to_string()).unwrap_or_else(|error| panic!("{pattern}: {error}")).matches(event)
}

fn refusal(pattern: &str) -> String {
    EventPattern::parse(pattern).expect_err("it is no pattern").to_string()
}

#[test]
fn paths_into_one_array_want_one_element() {
    let pattern = json!({"items": {"name": ["tea"], "price": [{"numeric": ["<", 5]}]}});
    assert!(matches(&pattern, &json!({"items": [{"name": "tea", "price": 4}, {"name": "pot", "price": 30}]})));
    assert!(!matches(&pattern, &json!({"items": [{"name": "tea", "price": 9}, {"name": "spoon", "price": 4}]})));
    assert!(matches(&json!({"tags": ["b"]}), &json!({"tags": [["a"], ["b"]]})), "arrays in arrays are one");
}

#[test]
fn alternatives_stand_beside_what_is_always_wanted() {
    let pattern = json!({"source": ["shop"], "$or": [{"detail": {"kind": ["a"]}}, {"detail": {"size": [{"numeric": [">", 2]}]}}]});
    assert!(matches(&pattern, &json!({"source": "shop", "detail": {"kind": "a"}})));
    assert!(matches(&pattern, &json!({"source": "shop", "detail": {"kind": "b", "size": 3}})));
    assert!(!matches(&pattern, &json!({"source": "shop", "detail": {"kind": "b", "size": 2}})));
    assert!(!matches(&pattern, &json!({"source": "other", "detail": {"kind": "a"}})));
}

#[test]
fn what_is_absent_and_what_is_null_differ() {
    let absent = json!({"a": {"b": [{"exists": false}]}});
    assert!(matches(&absent, &json!({"a": {}})));
    assert!(matches(&absent, &json!({})));
    assert!(!matches(&absent, &json!({"a": {"b": null}})));
    assert!(matches(&json!({"a": [null]}), &json!({"a": null})));
    assert!(!matches(&json!({"a": [null]}), &json!({})));
}

#[test]
fn numbers_are_compared_by_value() {
    assert!(matches(&json!({"n": [300]}), &json!({"n": 300.0})));
    assert!(!matches(&json!({"n": [9_007_199_254_740_993_u64]}), &json!({"n": 9_007_199_254_740_992_u64})));
    assert!(matches(&json!({"n": [{"numeric": ["=", 3.018e2]}]}), &json!({"n": 301.8})));
    assert!(!matches(&json!({"n": [{"numeric": [">", 0, "<", 5]}]}), &json!({"n": "3"})));
}

#[test]
fn wildcards_find_their_way_back() {
    let pattern = json!({"path": [{"wildcard": "a*bc*d\\*"}]});
    assert!(matches(&pattern, &json!({"path": "a-b-bc-d-d*"})));
    assert!(!matches(&pattern, &json!({"path": "a-b-bc-d-d"})));
    let long = "ab".repeat(20_000);
    assert!(!matches(&json!({"path": [{"wildcard": "*aba*ac"}]}), &json!({"path": long})));
}

#[test]
fn networks_hold_addresses_of_their_version() {
    let pattern = json!({"ip": [{"cidr": "10.0.0.0/24"}]});
    assert!(matches(&pattern, &json!({"ip": "10.0.0.255"})));
    assert!(!matches(&pattern, &json!({"ip": "10.0.1.0"})));
    assert!(!matches(&pattern, &json!({"ip": "::a00:1"})));
    assert!(matches(&json!({"ip": [{"cidr": "0.0.0.0/0"}]}), &json!({"ip": "255.1.2.3"})));
    assert!(matches(&json!({"ip": [{"cidr": "2001:db8::/32"}]}), &json!({"ip": "2001:db8:ffff::1"})));
}

#[test]
fn errors_have_aws_words_and_places() {
    let pattern = "{\n  \"detail-type\": [\"Build Started\", \"Build Finished\"],\n  \"detail\": {\n    \"pipeline\": {\n      \"slug\": \"some-pipeline\"\n    }\n  }\n}";
    let error = refusal(pattern);
    assert!(error.starts_with("\"slug\" must be an object or an array at [Source: (String)\"{"), "{error}");
    assert!(error.ends_with("\"; line: 5, column: 16]"), "{error}");
    let cases = [
        ("[]", "Filter is not an object at [Source: (String)\"[]\"; line: 1, column: 2]"),
        (r#"{"source":[]}"#, "Empty arrays are not allowed at [Source: (String)\"{\"source\":[]}\"; line: 1, column: 13]"),
        (r#"{"a":[{"numeric":[">",5,"<",1]}]}"#, "Bottom must be less than top"),
        (r#"{"a":[{"prefix":"x","suffix":"y"}]}"#, "Only one key allowed in match expression"),
        (r#"{"a":[{"EXISTS":true}]}"#, "Unrecognized match type EXISTS"),
        (r#"{"a":[{"wildcard":"x**"}]}"#, "Consecutive wildcard characters at pos 2"),
        (r#"{"$or":[{"a":["b"]}]}"#, "There must have at least 2 Objects in $or relationship."),
        (r#"{"$or":[{"prefix":["b"]},{"a":["b"]}]}"#, "prefix is Ruler reserved fieldName which cannot be used inside $or."),
        (r#"{"a.b":["b"],"a":{"b":["c"]}}"#, "Path `a.b` cannot be allowed multiple times"),
        (r#"{"a":{}}"#, "Empty objects are not allowed"),
    ];
    for (pattern, start) in cases {
        let error = refusal(pattern);
        assert!(error.starts_with(start), "{pattern}: {error}");
    }
    assert!(refusal("{\"a\"").contains("line: 1"));
    assert!(refusal(&"[".repeat(100_000)).contains("recursion limit"));
    assert!(refusal(&format!("{{\"a\": \"{}\"}}", "x".repeat(600))).contains("[truncated 109 chars]"));
}

#[test]
fn patterns_that_cost_too_much_are_refused() {
    let stacks = |count: usize| json!({"id": (0..count).map(|n| json!({"wildcard": format!("*:stack/{n}/*")})).collect::<Vec<_>>()});
    EventPattern::parse(&stacks(3).to_string()).expect("three are taken by AWS");
    assert!(refusal(&stacks(4).to_string()).starts_with("Rule is too complex - try using fewer wildcard characters"));
    let either = json!({"$or": (0..40).map(|n| json!({"a": [n]})).collect::<Vec<_>>(), "d": {"$or": (0..40).map(|n| json!({"b": [n]})).collect::<Vec<_>>()}});
    assert!(refusal(&either.to_string()).starts_with("Rule is too complex"));
}
