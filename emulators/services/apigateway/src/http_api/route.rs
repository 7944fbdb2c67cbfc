//! Which route a request takes.
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-routes.html#http-api-develop-routes.evaluation>

use crate::config::HttpRoute;
use crate::inbound::decode;

/// A route and what its path took from the request's.
#[derive(Debug, PartialEq)]
pub(crate) struct Matched<'a> {
    pub(crate) route: &'a HttpRoute,
    /// Values of the path's variables, decoded.
    pub(crate) parameters: Vec<(String, String)>,
}

/// How well a route fits; the least one is taken. A full match goes before a greedy one; then what is written out goes before a variable,
/// from left to right, and a method before `ANY`. `$default` comes last.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Rank {
    greedy: bool,
    segments: Vec<u8>,
    any: bool,
}

/// The route for a request.
pub(crate) fn find<'a>(routes: &'a [HttpRoute], method: &str, path: &str) -> Option<Matched<'a>> {
    let fitting =
        routes.iter().filter_map(|route| fit(route, method, path).map(|(rank, parameters)| (rank, Matched { route, parameters })));
    let best = fitting.min_by(|(a, _), (b, _)| a.cmp(b)).map(|(_, matched)| matched);
    best.or_else(|| routes.iter().find(|route| route.key == "$default").map(|route| Matched { route, parameters: Vec::new() }))
}

fn fit(route: &HttpRoute, method: &str, path: &str) -> Option<(Rank, Vec<(String, String)>)> {
    let (verb, pattern) = route.key.split_once(' ')?;
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{HttpAuthorization, HttpIntegration};

    fn chosen(keys: &[&str], method: &str, path: &str) -> Option<(String, Vec<(String, String)>)> {
        let route = |key: &&str| HttpRoute {
            key: (*key).to_owned(),
            integration: HttpIntegration::Unsupported(String::new()),
            authorization: HttpAuthorization::None,
        };
        let routes: Vec<_> = keys.iter().map(route).collect();
        find(&routes, method, path).map(|matched| (matched.route.key.clone(), matched.parameters))
    }

    #[test]
    fn the_most_specific_route_is_taken() {
        let keys = ["$default", "ANY /{proxy+}", "GET /pets/{proxy+}", "GET /pets/dog/{id}", "GET /pets/dog/1", "ANY /pets/dog/1", "GET /"];
        let key = |method: &str, path: &str| chosen(&keys, method, path).unwrap().0;
        assert_eq!(key("GET", "/pets/dog/1"), "GET /pets/dog/1");
        assert_eq!(key("POST", "/pets/dog/1"), "ANY /pets/dog/1");
        assert_eq!(key("GET", "/pets/dog/2"), "GET /pets/dog/{id}");
        assert_eq!(key("GET", "/pets/cat/1"), "GET /pets/{proxy+}");
        assert_eq!(key("POST", "/test/5"), "ANY /{proxy+}");
        assert_eq!((key("GET", "/"), key("POST", "/")), ("GET /".to_owned(), "$default".to_owned()));
    }

    #[test]
    fn variables_take_segments_decoded_and_greedy_ones_all_the_rest() {
        let one = chosen(&["GET /a/{id}/c/{rest+}"], "GET", "/a/x%20y/c/d/e//f").unwrap().1;
        assert_eq!(one, [("id".to_owned(), "x y".to_owned()), ("rest".to_owned(), "d/e//f".to_owned())]);
        assert_eq!(chosen(&["GET /a/{id}"], "GET", "/a/"), None);
        assert_eq!(chosen(&["GET /a/{id+}"], "GET", "/a/"), None);
        assert_eq!(chosen(&["GET /a"], "GET", "/a/"), None);
        assert_eq!(chosen(&["GET /a"], "HEAD", "/a"), None);
    }
}
