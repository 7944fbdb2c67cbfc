//! `sample-apps/worker-geo-routing`, as visitors from all over the world would use it.

use greenroom_tests::{Project, Reply, Server, Site, SiteRequest, respond};
use serde_json::{Value, json};

/// The app with its packages, and one server in place of those of all regions, which answers with what it was asked; none where the
/// packages cannot be had, or where this build has no `request.cf` to tell places by.
fn shop() -> Option<(Server, Site)> {
    let project = Project::sample("worker-geo-routing")?;
    let site = Site::start(|request: &SiteRequest, stream| {
        respond(stream, "200 OK", "content-type: application/json\r\n", request.path.as_bytes());
    });
    let config = std::fs::read_to_string(project.file("wrangler.jsonc")).expect("the configuration can be read");
    let local = ["eu", "us", "ap"]
        .iter()
        .fold(config, |text, region| text.replace(&format!("https://{region}.api.shop.example"), &format!("{}/{region}", site.url())));
    project.write("wrangler.jsonc", local);
    let server = Server::start(&project, &["--ephemeral"]);
    assert_eq!(server.errors(), "", "it starts without a warning");
    if from(&server, "DE", "/where").json()["country"].is_null() {
        eprintln!("skipped: this build has no `request.cf`");
        return None;
    }
    Some((server, site))
}

/// What a visitor sees at a place such as `country=DE,city=Berlin`, or from a country.
fn from(server: &Server, place: &str, path: &str) -> Reply {
    send(server, "GET", path, place, &[], "")
}

fn send(server: &Server, method: &str, path: &str, place: &str, headers: &[(&str, &str)], body: &str) -> Reply {
    let place = if place.contains('=') { place.to_owned() } else { format!("country={place}") };
    server.request(method, path, &[&[("greenroom-geo", place.as_str())], headers].concat(), body.as_bytes())
}

/// The shown price of tea, spaces that do not break made plain.
fn tea(list: &Reply) -> String {
    let shown = list.json()["prices"][0]["shown"].as_str().expect("a price is shown").to_owned();
    shown.replace(['\u{a0}', '\u{202f}'], " ")
}

#[test]
fn prices_are_those_of_the_country_in_its_currency_and_with_its_tax() {
    let Some((server, _)) = shop() else { return };
    for (country, market, price) in [
        ("DE", "eu", "10,59 €"),
        ("FR", "eu", "10,68 €"),
        ("FI", "eu", "11,17 €"),
        ("GB", "uk", "£9.18"),
        ("US", "us", "$9.79"),
        ("JP", "jp", "￥1,615"),
        ("IN", "in", "₹966.18"),
        ("BR", "us", "$9.79"),
        ("RO", "eu", "10,59 €"),
    ] {
        let entry = from(&server, country, "/");
        assert_eq!((entry.status, entry.header("location")), (302, Some(format!("/{market}").as_str())), "{country}");
        assert_eq!(tea(&from(&server, country, &format!("/{market}/prices"))), price, "{country}");
    }
    assert_eq!(tea(&from(&server, "FR", "/us/prices")), "$9.79", "who chose another market has the terms of its home");
    assert_eq!(from(&server, "DE", "/mars/prices").status, 404);
    assert_eq!(from(&server, "DE", "/toString").status, 404);
}

#[test]
fn a_choice_of_market_is_remembered_and_another_site_cannot_make_it() {
    let Some((server, _)) = shop() else { return };
    let origin = format!("http://{}", server.address());
    let form = ("content-type", "application/x-www-form-urlencoded");
    let choose =
        |origin: &str, market: &str| send(&server, "POST", "/market", "DE", &[form, ("origin", origin)], &format!("market={market}"));
    let chosen = choose(&origin, "jp");
    assert_eq!((chosen.status, chosen.header("location")), (303, Some("/jp")), "{}", chosen.text());
    let cookie = chosen.header("set-cookie").and_then(|cookie| cookie.split(';').next()).expect("a cookie").to_owned();
    assert_eq!(send(&server, "GET", "/", "DE", &[("cookie", &cookie)], "").header("location"), Some("/jp"));
    assert_eq!(send(&server, "GET", "/", "DE", &[("cookie", "market=constructor")], "").header("location"), Some("/eu"));
    assert_eq!(choose("https://elsewhere.example", "jp").status, 403);
    assert_eq!(choose(&origin, "mars").status, 400);
}

#[test]
fn nothing_is_served_where_it_may_not_be() {
    let Some((server, _)) = shop() else { return };
    for place in ["KP", "country=UA,regionCode=43"] {
        for path in ["/", "/eu", "/api/orders"] {
            let blocked = from(&server, place, path);
            assert_eq!((blocked.status, &blocked.json()["error"]), (451, &json!("unavailable_for_legal_reasons")), "{place} {path}");
            assert!(
                blocked.header("link").is_some_and(|link| link.ends_with("/legal>; rel=\"blocked-by\"")),
                "{:?}",
                blocked.header("link")
            );
        }
    }
    assert_eq!(from(&server, "country=UA,regionCode=30", "/eu").status, 200);
    let skus = |country: &str| from(&server, country, "/eu/prices").json()["prices"].as_array().map_or(0, Vec::len);
    assert_eq!((skus("DE"), skus("FI"), skus("T1")), (4, 3, 3), "what needs a licence is sold where there is one");
    assert_eq!(from(&server, "DE", "/eu/prices/rum").status, 200);
    let refused = from(&server, "FI", "/eu/prices/rum");
    assert_eq!((refused.status, &refused.json()["country"]), (451, &json!("FI")));
    assert_eq!(from(&server, "KP", "/legal").json()["embargoed"][0], "KP", "why is told everywhere");
}

#[test]
fn consent_is_asked_for_where_the_law_wants_it() {
    let Some((server, _)) = shop() else { return };
    let page = |country: &str, cookie: &str| send(&server, "GET", "/eu", country, &[("cookie", cookie)], "").text();
    let (asks, counts) = ("May we count your visit?", "/count.js");
    for country in ["DE", "CH", "NO"] {
        assert!(page(country, "").contains(asks) && !page(country, "").contains(counts), "{country}");
    }
    assert!(!page("US", "").contains(asks) && page("US", "").contains(counts));
    assert!(page("DE", "consent=yes").contains(counts) && !page("DE", "consent=yes").contains(asks));
    assert!(!page("DE", "consent=no").contains(counts) && !page("DE", "consent=no").contains(asks));
}

#[test]
fn the_api_is_passed_on_to_the_region_of_the_visitor() {
    let Some((server, site)) = shop() else { return };
    for (country, region) in [("DE", "eu"), ("CY", "eu"), ("ZA", "eu"), ("US", "us"), ("BR", "us"), ("JP", "ap"), ("AU", "ap")] {
        let reply = send(&server, "GET", "/api/orders?page=2", country, &[("cookie", "market=eu")], "");
        assert_eq!((reply.status, reply.text()), (200, format!("/{region}/api/orders?page=2")), "{country}");
        let seen = site.seen().pop().expect("a request");
        assert_eq!((seen.header("x-visitor-country"), seen.header("cookie")), (Some(country), None));
    }
    let posted = send(&server, "POST", "/api/orders", "DE", &[], "an order");
    assert_eq!((posted.status, site.seen().pop().map(|request| request.body)), (200, Some(b"an order".to_vec())));
}

#[test]
fn places_are_what_cloudflare_says_and_escaped_on_pages() {
    let Some((server, _)) = shop() else { return };
    let place = from(&server, "country=DE,city=Berlin", "/where").json();
    let expected = json!({ "country": "DE", "city": "Berlin", "continent": "EU", "isEu": true, "region": "europe", "market": "eu" });
    for (name, value) in expected.as_object().into_iter().flatten() {
        assert_eq!(&place[name], value, "{name} of {place}");
    }
    assert_eq!(from(&server, "T1", "/where").json()["country"], Value::Null);
    let page = from(&server, "country=DE,city=<b>", "/eu").text();
    assert!(page.contains("Tea for &lt;b&gt;") && page.contains("lang=\"de-DE\""), "{page}");
}
