//! Where requests come from, as code sees it.

use greenroom_tests::{Project, Server};
use serde_json::{Value, json};

const CODE: &str = r"export default { fetch(request) {
  const { country, city, timezone, isEUCountry, asn, continent } = request.cf;
  return Response.json({ country, city, timezone, isEUCountry, asn, continent, headers: Object.fromEntries(request.headers) });
} };";

fn place(reply: &Value) -> [&Value; 4] {
    ["country", "city", "timezone", "isEUCountry"].map(|name| &reply[name])
}

#[test]
fn requests_come_from_austin_unless_said_otherwise() {
    let server = Server::start(&Project::worker(CODE), &[]);
    let reply = server.get("/").json();
    assert_eq!(place(&reply), [&json!("US"), &json!("Austin"), &json!("America/Chicago"), &Value::Null]);
    let headers = &reply["headers"];
    assert_eq!([&headers["cf-ipcountry"], &headers["accept-encoding"], &headers["x-forwarded-proto"]], ["US", "br, gzip", "http"]);
    assert_eq!(
        [&headers["cf-connecting-ip"], &headers["x-real-ip"], &headers["cf-visitor"]],
        ["127.0.0.1", "127.0.0.1", r#"{"scheme":"http"}"#]
    );
    assert!(headers["cf-ray"].as_str().is_some_and(|ray| ray.len() == 20 && ray.ends_with("-DFW")), "{headers}");
    assert_eq!(headers.get("cf-ipcity"), None);
}

#[test]
fn a_place_is_chosen_for_all_requests_or_for_one() {
    let server = Server::start(&Project::worker(CODE), &["--geo", "DE", "--location-headers"]);
    let reply = server.get("/").json();
    assert_eq!(place(&reply), [&json!("DE"), &json!("Berlin"), &json!("Europe/Berlin"), &json!("1")]);
    assert_eq!([&reply["headers"]["cf-ipcountry"], &reply["headers"]["cf-timezone"]], ["DE", "Europe/Berlin"]);

    let chosen =
        [("greenroom-geo", "country=jp,city=Osaka,asn=2497,ip=203.0.113.7"), ("cf-ipcountry", "FR"), ("cf-connecting-ip", "1.2.3.4")];
    let reply = server.request("GET", "/", &chosen, b"").json();
    assert_eq!(place(&reply), [&json!("JP"), &json!("Osaka"), &json!("Asia/Tokyo"), &Value::Null]);
    assert_eq!(reply["asn"], 2497);
    let headers = &reply["headers"];
    assert_eq!([&headers["cf-ipcountry"], &headers["cf-connecting-ip"], &headers["x-real-ip"]], ["JP", "203.0.113.7", "203.0.113.7"]);
    assert_eq!(headers.get("greenroom-geo"), None);

    for (text, country, header) in [("XX", Value::Null, "XX"), ("T1", json!("T1"), "T1")] {
        let reply = server.request("GET", "/", &[("greenroom-geo", text)], b"").json();
        assert_eq!((&reply["country"], &reply["continent"], &reply["headers"]["cf-ipcountry"]), (&country, &Value::Null, &json!(header)));
    }
}

#[test]
fn a_place_that_is_none_is_refused_by_name() {
    let server = Server::start(&Project::worker(CODE), &[]);
    for (text, names) in [("ZZ", "`ZZ`"), ("country=DE,planet=Mars", "`planet`"), ("asn=many", "`asn`"), ("Germany", "`Germany`")] {
        let reply = server.request("GET", "/", &[("greenroom-geo", text)], b"");
        assert_eq!(reply.status, 400);
        assert!(reply.text().starts_with("greenroom-geo: ") && reply.text().contains(names), "{}", reply.text());
    }
    let project = Project::worker(CODE);
    let Err(errors) = Server::try_start(&project, &["--geo", "Atlantis"]) else { panic!("it started") };
    assert!(errors.contains("`--geo` names no place: `Atlantis` is no field") && errors.contains("--geo DE"), "{errors}");
}

#[test]
fn requests_that_code_makes_have_the_cf_that_it_gives_them() {
    let code = r#"export default { async fetch(request) {
      const cf = { cacheTtl: 5, nested: { a: 1 } };
      const own = new Request(request, { cf });
      cf.nested.a = 2;
      return Response.json([
        own.cf, new Request(request).cf.country, request.clone().cf.city, new Request("http://a.b").cf ?? null,
        Object.isFrozen(request.cf), request.cf === request.cf, new Request("http://a.b", request).cf.country,
      ]);
    } };"#;
    let server = Server::start(&Project::worker(code), &[]);
    let expected = json!([{ "cacheTtl": 5, "nested": { "a": 1 } }, "US", "Austin", null, true, true, "US"]);
    assert_eq!(server.get("/").json(), expected);
}
