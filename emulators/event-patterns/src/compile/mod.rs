//! A pattern's tree as rules.

mod anything_but;
mod field;
mod numeric;

use crate::rule::Rule;
use crate::source::{Kind, Node, Place};
use crate::test::{Test, TextTest};
use crate::wildcard;

/// So many rules `$or` may make of one pattern.
/// <https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html#eb-filtering-complex-example-or>
const MOST_RULES: usize = 1_000;

const OR: &str = "$or";

/// Names that stand for operators, and so are no fields inside of `$or`: <https://github.com/aws/event-ruler#or-matching>.
const RESERVED: [&str; 9] = ["exactly", "equals-ignore-case", "prefix", "suffix", "anything-but", "exists", "wildcard", "numeric", "cidr"];

/// What is wrong, and where.
#[derive(Debug)]
pub(crate) struct Wrong {
    pub(crate) reason: String,
    pub(crate) place: Place,
}

pub(crate) type Result<T> = std::result::Result<T, Wrong>;

/// `reason`, at the start of a node.
pub(crate) fn wrong<T>(node: &Node, reason: impl Into<String>) -> Result<T> {
    Err(Wrong { reason: reason.into(), place: Place::Start(node.number) })
}

/// `reason`, at the end of a list or an object.
pub(crate) fn wrong_end<T>(node: &Node, reason: impl Into<String>) -> Result<T> {
    Err(Wrong { reason: reason.into(), place: Place::End(node.number) })
}

/// The rules of a pattern.
pub(crate) fn pattern(root: &Node) -> Result<Vec<Rule>> {
    let rules = object(root, "", vec![Rule::default()], false)?;
    for rule in &rules {
        if rule.paths.iter().any(|(_, tests)| wildcard::too_complex(&wildcards(tests))) {
            let reason = "Rule is too complex - try using fewer wildcard characters or fewer repeating character sequences after a wildcard character";
            return wrong_end(root, reason);
        }
    }
    Ok(rules)
}

fn wildcards(tests: &[Test]) -> Vec<&wildcard::Wildcard> {
    let texts = tests.iter().flat_map(|test| match test {
        Test::Text(text) => std::slice::from_ref(text),
        Test::NoTextLike(texts) => texts,
        _ => &[],
    });
    texts.filter_map(|text| if let TextTest::Wildcard(wildcard) = text { Some(wildcard) } else { None }).collect()
}

/// Adds what an object wants to each of `rules`.
fn object(node: &Node, path: &str, mut rules: Vec<Rule>, inside_or: bool) -> Result<Vec<Rule>> {
    let Kind::Object(members) = &node.kind else {
        return wrong(node, "Filter is not an object");
    };
    if members.is_empty() {
        return wrong_end(node, "Empty objects are not allowed");
    }
    for (name, member) in members {
        rules = if name == OR { either(member, path, &rules)? } else { named(name, member, path, rules, inside_or)? };
    }
    Ok(rules)
}

fn named(name: &str, member: &Node, path: &str, mut rules: Vec<Rule>, inside_or: bool) -> Result<Vec<Rule>> {
    if inside_or && RESERVED.contains(&name) {
        return wrong(member, format!("{name} is Ruler reserved fieldName which cannot be used inside {OR}."));
    }
    let path = if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") };
    match &member.kind {
        Kind::Object(_) => object(member, &path, rules, inside_or),
        Kind::List(_) => {
            let tests = field::tests(member)?;
            for rule in &mut rules {
                if rule.paths.iter().any(|(other, _)| *other == path) {
                    return wrong_end(member, format!("Path `{path}` cannot be allowed multiple times"));
                }
                rule.paths.push((path.clone(), tests.clone()));
            }
            Ok(rules)
        }
        _ => wrong(member, format!("\"{name}\" must be an object or an array")),
    }
}

/// `$or`: each of `rules` once with each of the alternatives.
fn either(node: &Node, path: &str, rules: &[Rule]) -> Result<Vec<Rule>> {
    let Kind::List(alternatives) = &node.kind else {
        return wrong(node, format!("It must be an Array followed with {OR}."));
    };
    let mut all = Vec::new();
    for alternative in alternatives {
        if !matches!(alternative.kind, Kind::Object(_)) {
            return wrong(alternative, format!("Only JSON object is allowed in array of {OR} relationship."));
        }
        all.extend(object(alternative, path, rules.to_vec(), true)?);
        if all.len() > MOST_RULES {
            return wrong_end(node, format!("Rule is too complex - the combinations of {OR} make more than {MOST_RULES} rules"));
        }
    }
    if alternatives.len() < 2 {
        return wrong_end(node, format!("There must have at least 2 Objects in {OR} relationship."));
    }
    Ok(all)
}
