use std::time::Duration;

use greenroom_host::Position;
use greenroom_host::faults::{Action, When};

use super::*;

fn said(text: &str) -> Said {
    parse(Path::new("greenroom.toml"), text, None).unwrap_or_else(|problems| panic!("{problems:?}"))
}

fn wrong(text: &str) -> (String, Option<Position>) {
    let mut problems = parse(Path::new("greenroom.toml"), text, None).expect_err(text);
    assert_eq!(problems.len(), 1, "{problems:?}");
    let problem = problems.remove(0);
    (problem.message, problem.position)
}

#[test]
fn rules_are_read_in_order() {
    let said = said(
        "outbound_default = \"deny\"\n\
         [[faults]]\nservice = \"kv\"\noperation = \"get\"\naction = \"stale\"\nwindow = \"30s\"\n\
         [[faults]]\nname = \"slow\"\nevery = 3\nlatency = 250\n\
         [[outbound]]\nhost = \"api.example.com\"\nmethods = [\"get\"]\njson = { a = [1, { b = true }] }\n\
         [events]\nredact = ['sk_\\w+']\n",
    );
    let names: Vec<_> = said.faults.iter().map(|rule| rule.name.as_str()).collect();
    assert_eq!(names, ["fault-1", "slow"]);
    assert_eq!(said.faults[0].action, Action::Stale(Duration::from_secs(30)));
    assert_eq!((said.faults[1].when, said.faults[1].latency), (When::Every(3), Duration::from_millis(250)));
    assert_eq!((said.outbound[0].methods.clone(), said.policy), (vec!["GET".to_owned()], Some(Policy::Deny)));
    let greenroom_outbound::rules::Action::Reply(reply) = &said.outbound[0].action else { panic!("{said:?}") };
    assert_eq!(reply.headers, [("content-type".to_owned(), "application/json".to_owned())]);
    assert_eq!(reply.body, greenroom_outbound::rules::Content::Bytes(r#"{"a":[1,{"b":true}]}"#.into()));
    assert_eq!(said.secrets, [r"sk_\w+"]);
    assert_eq!(parse(Path::new("f"), "", None).unwrap(), Said::default());
}

#[test]
fn rules_of_an_apps_folder_are_for_that_app() {
    let text = "[[faults]]\naction = \"crash\"\n[[faults]]\napp = \"*\"\naction = \"crash\"\n[[outbound]]\naction = \"deny\"\n";
    let said = parse(Path::new("f"), text, Some("shop")).unwrap();
    assert_eq!((said.faults[0].name.as_str(), said.faults[0].scope.app.as_deref()), ("shop-fault-1", Some("shop")));
    assert_eq!(said.faults[1].scope.app, None);
    assert_eq!(said.outbound[0].app.as_deref(), Some("shop"));
}

#[test]
fn what_is_wrong_is_told_with_its_place() {
    let cases = [
        ("events = 1\n", "`events` has to be a table", (1, 10)),
        ("[events]\nredacted = []\n", "there is no key `redacted` here", (2, 1)),
        ("[events]\nredact = \"x\"\n", "`redact` has to be a list of regular expressions", (2, 10)),
        ("[events]\nredact = [\"a\", \"(\"]\n", "`redact`: `(` is no regular expression", (2, 16)),
        ("[events]\nredact = [1]\n", "`redact` has to be a list of regular expressions, each a text", (2, 11)),
        ("x = 1\n", "there is no key `x` here", (1, 1)),
        ("faults = 1\n", "`faults` has to be tables of its own", (1, 10)),
        ("outbound_default = \"maybe\"\n", "`outbound_default` has to be `\"pass\"` or `\"deny\"`", (1, 20)),
        ("[[faults]]\nservce = \"kv\"\n", "unknown field `servce`, expected one of", (2, 1)),
        ("[[faults]]\naction = \"error\"\nprobability = 2.0\n", "`probability`: 2 is not from 0 to 1", (3, 1)),
        ("[[faults]]\naction = \"eror\"\n", "`action`: there is no `eror`", (2, 1)),
        ("[[faults]]\naction = \"throttle\"\ncode = \"locked\"\n", "`code`: means nothing with the action `throttle`", (3, 1)),
        ("[[faults]]\nservice = \"kv\"\n", "`action`: the rule does nothing", (1, 1)),
        ("[[faults]]\naction = \"crash\"\nfirst = 1\nevery = 2\n", "`first`, `every` and `probability` exclude each other", (3, 1)),
        ("[[faults]]\nlatency = \"soon\"\n", "`latency`: `soon` is no duration", (2, 1)),
        ("[[faults]]\nname = \"a\"\naction = \"crash\"\n[[faults]]\naction = \"drop\"\nname = \"a\"\n", "`name`: another rule", (6, 1)),
        ("[[outbound]]\nhost = \"https://a.com\"\naction = \"deny\"\n", "`host`: `https://a.com` is no host", (2, 1)),
        ("[[outbound]]\nhost = \"a.com\"\n", "`action`: the rule does nothing", (1, 1)),
        ("[[outbound]]\nfile = \"nowhere.txt\"\n", "`file`: there is no file `nowhere.txt`", (2, 1)),
        ("[[outbound]]\naction = \"deny\"\nto = \"x\"\n", "`to`: means nothing with the action `deny`", (3, 1)),
        ("[[outbound]]\nstatus = 101\n", "`status`: 101 is no status of an answer", (2, 1)),
    ];
    for (text, message, (line, column)) in cases {
        let (said, position) = wrong(text);
        assert!(said.starts_with(message), "{text}: {said}");
        assert_eq!(position, Some(Position { line, column }), "{text}: {said}");
    }
    let (said, position) = wrong("[[outbound]\n");
    assert!(said.starts_with("not TOML: ") && position.is_some(), "{said}");
}
