//! Every member of every operation, wrong in every way, over both protocols: each is answered as AWS answers it (`said.rs`).

#![allow(clippy::unwrap_used, reason = "tests")]

#[path = "../support/mod.rs"]
mod support;

mod cases;
mod form;
mod right;
mod said;

use std::collections::BTreeMap;

use cases::{Case, Wrong};
use greenroom_aws_wire::Model;
use said::{By, Line, Says};
use serde_json::Value;
use support::World;

/// The published model: what of it the service has otherwise is not asked here.
const PUBLISHED: &str = include_str!("../../src/model/sqs.model");

/// What was answered: status, code and text; of a batch that was taken, code and text of the entry that was not.
#[derive(Debug, PartialEq, Eq)]
struct Answer {
    status: u16,
    code: String,
    text: String,
}

fn answer(status: u16, (code, text): (String, String)) -> Answer {
    let code = code.rsplit('#').next().unwrap_or_default().to_owned();
    Answer { status, code, text }
}

fn of_json((status, body): (u16, &Value)) -> Answer {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let failed = &body["Failed"][0];
    let said = if failed.is_null() {
        (text(&body["__type"]), format!("{}{}", text(&body["message"]), text(&body["Message"])))
    } else {
        (text(&failed["Code"]), text(&failed["Message"]))
    };
    answer(status, said)
}

fn of_query((status, body): (u16, &str)) -> Answer {
    let inside = |name: &str| {
        body.split_once(&format!("<{name}>")).and_then(|(_, rest)| rest.split_once(&format!("</{name}>"))).map(|(inside, _)| inside)
    };
    let plain = |text: &str| text.replace("&quot;", "\"").replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&");
    let refused = body.contains("<ErrorResponse") || body.contains("<BatchResultErrorEntry>");
    let said = |name: &str| inside(name).filter(|_| refused).map(plain).unwrap_or_default();
    answer(status, (said("Code"), said("Message")))
}

fn expected(says: Says, by: By, case: &Case) -> Answer {
    let text = |text: &str| text.replace("{form}", &case.form).replace("{value}", case.value.as_deref().unwrap_or_default());
    match says {
        Says::Done => Answer { status: 200, code: String::new(), text: String::new() },
        Says::Entry(code, said) => Answer { status: 200, code: code.to_owned(), text: text(said) },
        Says::Refused(status, json, query, said) => {
            let code = if by == By::Json { json } else { query };
            Answer { status, code: code.to_owned(), text: text(said) }
        }
    }
}

fn is_same(got: &Answer, wanted: &Answer) -> bool {
    let fits = match wanted.text.split_once('…') {
        Some((before, after)) => got.text.starts_with(before) && got.text.ends_with(after),
        None => got.text == wanted.text,
    };
    fits && (got.status, &got.code) == (wanted.status, &wanted.code)
}

/// What a form can say: it has no types, no `null`, and an empty list is none at all.
fn has_form(case: &Case) -> bool {
    use Wrong::{Base64, Empty, EmptyKey, High, Letters, Long, LongKey, Low, Missing, Text, Word, WordKey};
    let is_whole = case.of == cases::Of::Whole;
    match case.wrong {
        Text => is_whole,
        Empty => case.required || !matches!(case.of, cases::Of::List | cases::Of::Map),
        wrong => [Base64, EmptyKey, High, Letters, Long, LongKey, Low, Missing, Word, WordKey].contains(&wrong),
    }
}

/// Asks by JSON for `input`, or by a form for `fields`.
async fn asked(world: &World, by: By, operation: &str, input: Value, fields: &[(String, String)]) -> Answer {
    if by == By::Json {
        let (status, body) = world.ask(operation, input).await;
        return of_json((status, &body));
    }
    let (status, body) = world.form(fields).await;
    of_query((status, &body))
}

struct Checked {
    lines: Vec<Line>,
    used: Vec<bool>,
    wrong: Vec<String>,
    count: BTreeMap<&'static str, usize>,
}

impl Checked {
    /// What a line says to a case. Of what has to be there, `null` is as good as nothing.
    fn says(&mut self, case: &mut Case, by: By) -> Says {
        let before = case.wrong;
        if before == Wrong::Null && case.required {
            case.wrong = Wrong::Missing;
        }
        let at = self.lines.iter().position(|line| line.fits(case, by));
        let at = at.unwrap_or_else(|| panic!("nothing says what AWS answers to {} {:?}", case.path, case.wrong));
        case.wrong = before;
        self.used[at] = true;
        *self.count.entry(if self.lines[at].source == "unverified" { "unverified" } else { "with a source" }).or_default() += 1;
        self.lines[at].says
    }

    async fn check(&mut self, case: &mut Case, by: By, operation: &str, fields: &[(String, String)], refusing: &World) {
        let says = self.says(case, by);
        // What is done changes the state, so it has one of its own.
        let own;
        let world = match says {
            Says::Refused(..) => refusing,
            _ => {
                own = World::new();
                right::fill(&own).await;
                &own
            }
        };
        let got = asked(world, by, operation, case.input.clone(), fields).await;
        let wanted = expected(says, by, case);
        if !is_same(&got, &wanted) {
            let short = |answer: &Answer| format!("{} {} {:.300}", answer.status, answer.code, answer.text);
            self.wrong.push(format!("{by:?} {} {:?}\n  got     {}\n  instead {}", case.path, case.wrong, short(&got), short(&wanted)));
        }
    }
}

#[tokio::test]
async fn each_mistake_is_answered_as_aws_answers_it() {
    let model = Model::parse(&[PUBLISHED]).unwrap();
    let refusing = World::new();
    let rights = right::fill(&refusing).await;
    let lines = said::lines();
    let mut checked = Checked { used: vec![false; lines.len()], lines, wrong: Vec::new(), count: BTreeMap::new() };
    for operation in &model.operations {
        let right = rights.get(operation.name.as_str()).unwrap_or_else(|| panic!("no right request of {}", operation.name));
        for mut case in cases::of_operation(&model, &operation.name, right) {
            checked.check(&mut case, By::Json, &operation.name, &[], &refusing).await;
            if has_form(&case) {
                let fields = form::of(&model, &operation.name, &case.input);
                checked.check(&mut case, By::Query, &operation.name, &fields, &refusing).await;
            }
        }
    }
    println!("{:?}", checked.count);
    assert!(checked.wrong.is_empty(), "{} of {:?}:\n{}", checked.wrong.len(), checked.count, checked.wrong.join("\n"));
    let unused: Vec<_> =
        checked.lines.iter().zip(&checked.used).filter(|(_, used)| !**used).map(|(line, _)| (line.path, line.wrong)).collect();
    assert!(unused.is_empty(), "lines that say nothing: {unused:?}");
}

#[tokio::test]
async fn right_requests_are_done() {
    let model = Model::parse(&[PUBLISHED]).unwrap();
    for operation in &model.operations {
        for by in [By::Json, By::Query] {
            let world = World::new();
            let input = right::fill(&world).await.remove(operation.name.as_str()).unwrap();
            let got = asked(&world, by, &operation.name, input.clone(), &form::of(&model, &operation.name, &input)).await;
            assert_eq!(got, Answer { status: 200, code: String::new(), text: String::new() }, "{by:?} {}", operation.name);
        }
    }
}
