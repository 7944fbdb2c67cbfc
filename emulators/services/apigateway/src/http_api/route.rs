//! Which route a request takes.
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-routes.html#http-api-develop-routes.evaluation>

use crate::config::HttpRoute;
use crate::inbound::decode;
use crate::routing::{self, Parameters};

/// A route and what its path took from the request's.
#[derive(Debug, PartialEq)]
pub(crate) struct Matched<'a> {
    pub(crate) route: &'a HttpRoute,
    /// Values of the path's variables, decoded.
    pub(crate) parameters: Parameters,
}

/// The route for a request.
pub(crate) fn find<'a>(routes: &'a [HttpRoute], method: &str, path: &str) -> Option<Matched<'a>> {
    let fit = |route: &'a HttpRoute| {
        let (rank, parameters) = routing::fit(route.key.split_once(' ')?, (method, path), decode)?;
        Some((rank, Matched { route, parameters }))
    };
    let fitting = routes.iter().filter_map(fit);
    let best = fitting.min_by(|(a, _), (b, _)| a.cmp(b)).map(|(_, matched)| matched);
    best.or_else(|| routes.iter().find(|route| route.key == "$default").map(|route| Matched { route, parameters: Vec::new() }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{HttpAuthorization, HttpIntegration, ParameterMapping};

    fn chosen(keys: &[&str], method: &str, path: &str) -> Option<(String, Vec<(String, String)>)> {
        let route = |key: &&str| HttpRoute {
            key: (*key).to_owned(),
            integration: HttpIntegration::Unsupported(String::new()),
            authorization: HttpAuthorization::None,
            mapping: ParameterMapping::default(),
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
