//! How well a path of a configuration fits a request.

/// How well one fits; the least is taken. A full match goes before a greedy one; then what is written out goes before a variable, from left
/// to right, and a method before `ANY`.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Rank {
    greedy: bool,
    segments: Vec<u8>,
    any: bool,
}

/// Names and values of a path's variables.
pub(crate) type Parameters = Vec<(String, String)>;

/// Holds `method` and `path` against `verb` and `pattern`. What is in the path is shown, and compared, as `decode` makes it.
pub(crate) fn fit((verb, pattern): (&str, &str), (method, path): (&str, &str), decode: fn(&str) -> String) -> Option<(Rank, Parameters)> {
    let any = verb.eq_ignore_ascii_case("ANY");
    if !any && !verb.eq_ignore_ascii_case(method) {
        return None;
    }
    let (wanted, given): (Vec<&str>, Vec<&str>) = (segments(pattern), segments(path));
    let mut parameters = Vec::new();
    let mut ranks = Vec::new();
    for (at, segment) in wanted.iter().enumerate() {
        if let Some(name) = variable(segment, "+}") {
            let rest = given.get(at..).filter(|rest| rest.iter().any(|segment| !segment.is_empty()))?;
            parameters.push((name.to_owned(), decode(&rest.join("/"))));
            ranks.push(2);
            return Some((Rank { greedy: true, segments: ranks, any }, parameters));
        }
        let here = *given.get(at)?;
        match variable(segment, "}") {
            Some(name) if !here.is_empty() => {
                parameters.push((name.to_owned(), decode(here)));
                ranks.push(1);
            }
            None if *segment == decode(here) => ranks.push(0),
            _ => return None,
        }
    }
    (wanted.len() == given.len()).then_some((Rank { greedy: false, segments: ranks, any }, parameters))
}

fn segments(path: &str) -> Vec<&str> {
    path.strip_prefix('/').unwrap_or(path).split('/').collect()
}

fn variable<'a>(segment: &'a str, end: &str) -> Option<&'a str> {
    segment.strip_prefix('{')?.strip_suffix(end)
}
