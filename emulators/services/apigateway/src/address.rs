//! Addresses of doors at an endpoint that all of them share.

use http::uri::PathAndQuery;

use crate::config::Doors;
use crate::door::{Door, DoorKind};
use crate::gateway::Gateway;

/// Where an API is found by its path.
const BY_PATH: &str = "/_aws/execute-api/";

/// The same as LocalStack's users know it: `/restapis/<id>/<stage>/_user_request_/<path>`.
const REST_BY_PATH: (&str, &str) = ("/restapis/", "/_user_request_");

impl Gateway {
    /// The door that `host` and `target` mean, and what is left of the target for it: hosts such as `<id>.execute-api.localhost:4566`,
    /// `<id>.lambda-url.us-east-1.localhost` and `<name>.elb.localhost`, paths such as `/_aws/execute-api/<id>/<stage>/…`. None: they mean
    /// something else, or what is not there. Whether a function URL is there shows when it is asked.
    #[must_use]
    pub fn door_at(&self, host: &str, target: &PathAndQuery) -> Option<(Door, PathAndQuery)> {
        let doors = self.doors();
        if let Some(door) = by_host(&doors, host) {
            return Some((door, target.clone()));
        }
        let (id, rest) = path_of(target.path())?;
        let door = api(&doors, &id)?;
        let rest = target.query().map_or_else(|| rest.clone(), |query| format!("{rest}?{query}"));
        Some((door, PathAndQuery::try_from(rest).ok()?))
    }
}

fn by_host(doors: &Doors, host: &str) -> Option<Door> {
    let (id, rest) = host.split_once('.')?;
    match rest.split(['.', ':']).next()? {
        "execute-api" => api(doors, id),
        "lambda-url" => {
            let url = doors.function_urls.iter().find(|url| url.id.eq_ignore_ascii_case(id));
            Some(door(DoorKind::FunctionUrl, url.map_or(id, |url| &url.id)))
        }
        "elb" => {
            let balancer = doors.load_balancers.iter().find(|balancer| balancer.name.eq_ignore_ascii_case(id))?;
            Some(door(DoorKind::LoadBalancer, &balancer.name))
        }
        _ => None,
    }
}

/// The API with that id, whatever its case: hosts have none.
fn api(doors: &Doors, id: &str) -> Option<Door> {
    let http = doors.http_apis.iter().map(|api| (DoorKind::HttpApi, &api.id));
    let rest = doors.rest_apis.iter().map(|api| (DoorKind::RestApi, &api.id));
    let sockets = doors.websocket_apis.iter().map(|api| (DoorKind::WebSocketApi, &api.id));
    let (kind, id) = http.chain(rest).chain(sockets).find(|(_, known)| known.eq_ignore_ascii_case(id))?;
    Some(door(kind, id))
}

fn door(kind: DoorKind, id: &str) -> Door {
    Door { kind, id: id.to_owned(), stage: None }
}

/// The id in a path, and the path that the API sees.
fn path_of(path: &str) -> Option<(String, String)> {
    if let Some(rest) = path.strip_prefix(BY_PATH) {
        let (id, rest) = rest.find('/').map_or((rest, "/"), |at| rest.split_at(at));
        return Some((id.to_owned(), rest.to_owned()));
    }
    let (id, rest) = path.strip_prefix(REST_BY_PATH.0)?.split_once('/')?;
    let (stage, rest) = rest.split_once(REST_BY_PATH.1)?;
    Some((id.to_owned(), format!("/{stage}/{}", rest.trim_start_matches('/'))))
}
