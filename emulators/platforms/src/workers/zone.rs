//! What requests of a Worker say of where they come from.

use super::settings::Settings;
use crate::OwnHeader;
use crate::tree::Node;

/// `CF-Worker` names the zone that owns the Worker: <https://developers.cloudflare.com/fundamentals/reference/http-headers/#cf-worker>.
/// The address of the client is for requests that come in: code cannot claim another.
pub(super) fn outgoing(settings: &Settings<'_>, name: &str) -> Vec<OwnHeader> {
    let zone = zone(settings).unwrap_or_else(|| format!("{name}.example.com"));
    vec![OwnHeader { name: "CF-Worker", value: Some(zone) }, OwnHeader { name: "CF-Connecting-IP", value: None }]
}

/// `dev.host`, else the zone of the first route, as `wrangler dev` has it; without either, it makes one up from the Worker's name.
fn zone(settings: &Settings<'_>) -> Option<String> {
    let host = settings.get("dev").and_then(|dev| dev.node.object()?.text("host"));
    let routes = settings.get("routes").and_then(|routes| routes.node.items()?.first());
    let route = || routes.or_else(|| settings.get("route").map(|route| route.node)).and_then(of_route);
    host.map(str::to_owned).or_else(route)
}

/// A route is a pattern, `*.example.com/path/*`, or an object with one.
fn of_route(route: &Node) -> Option<String> {
    if let Some(zone) = route.object().and_then(|route| route.text("zone_name")) {
        return Some(zone.to_owned());
    }
    let pattern = route.text().or_else(|| route.object()?.text("pattern"))?;
    let pattern = pattern.split_once("://").map_or(pattern, |(_, rest)| rest);
    let host = pattern.split('/').next()?.trim_start_matches('*').trim_start_matches('.');
    (!host.is_empty()).then(|| host.to_owned())
}
