//! `sample-apps/worker-flags-ab`, as visitors and those who change its flags would use it.

use greenroom_tests::{Project, Reply, Server};
use serde_json::{Value, json};

const ADMIN: (&str, &str) = ("authorization", "Bearer change-me");

/// The app with its packages; none where those cannot be had.
fn shop() -> Option<Server> {
    let project = Project::sample("worker-flags-ab")?;
    std::fs::copy(project.file(".dev.vars.example"), project.file(".dev.vars")).expect("the example can be copied");
    let server = Server::start(&project, &["--ephemeral"]);
    assert_eq!(server.errors(), "", "it starts without a warning");
    Some(server)
}

/// The cookie of one of many visitors.
fn visitor(number: usize) -> String {
    format!("visitor=00000000-0000-0000-0000-{number:012x}")
}

fn see(server: &Server, path: &str, number: usize) -> Reply {
    server.request("GET", path, &[("cookie", &visitor(number))], b"")
}

/// What each of the first `count` visitors sees of a flag.
fn variants(server: &Server, flag: &str, count: usize) -> Vec<String> {
    let seen = (0..count).map(|number| see(server, "/flags.json", number).json()["variants"][flag].clone());
    seen.map(|variant| variant.as_str().expect("a variant has a name").to_owned()).collect()
}

fn set(server: &Server, name: &str, flag: &Value) -> Reply {
    server.request("PUT", &format!("/admin/flags/{name}"), &[ADMIN], flag.to_string().as_bytes())
}

fn share_of(all: &[String], variant: &str) -> usize {
    all.iter().filter(|each| *each == variant).count()
}

#[test]
fn visitors_are_shared_out_by_weight_and_keep_their_variant() {
    let Some(server) = shop() else { return };
    let first = variants(&server, "checkout", 300);
    assert!((120..=180).contains(&share_of(&first, "express")), "about half of 300: {}", share_of(&first, "express"));
    assert_eq!(variants(&server, "checkout", 300), first);
    for (number, variant) in first.iter().enumerate().take(5) {
        let page = see(&server, "/checkout", number);
        assert_eq!(page.text().contains("Buy now"), variant == "express", "the page is that of the variant: {}", page.text());
        assert_eq!((page.header("set-cookie"), page.header("cache-control")), (None, Some("private, no-store")));
    }
}

#[test]
fn a_test_that_is_opened_to_more_visitors_leaves_the_others_where_they_are() {
    let Some(server) = shop() else { return };
    let flag = |share: u32, salt: &str| {
        json!({ "on": true, "share": share, "salt": salt,
                "variants": [{ "name": "control", "weight": 0 }, { "name": "blue", "weight": 1 }, { "name": "red", "weight": 3 }] })
    };
    let at = |share, salt| {
        assert_eq!(set(&server, "colour", &flag(share, salt)).status, 200);
        variants(&server, "colour", 200)
    };
    let (none, some, all) = (at(0, ""), at(40, ""), at(100, ""));
    assert_eq!(share_of(&none, "control"), 200);
    assert!((90..=150).contains(&share_of(&some, "control")), "about 120 do not take part: {}", share_of(&some, "control"));
    let moved = some.iter().zip(&all).filter(|(before, after)| *before != "control" && before != after).count();
    assert_eq!((moved, share_of(&all, "control")), (0, 0));
    assert!((30..=70).contains(&share_of(&all, "blue")), "about a quarter of 200: {}", share_of(&all, "blue"));
    assert_ne!(at(100, "again"), all, "another salt shares out anew");
}

#[test]
fn exposures_and_conversions_are_logged_for_those_who_count() {
    let Some(server) = shop() else { return };
    let events = |event: &str| {
        let wanted = format!("\"event\":\"{event}\"");
        server.count(|line| line["type"] == "log" && line["message"].as_str().is_some_and(|message| message.contains(&wanted)))
    };
    let first = server.get("/checkout");
    let cookie = first.header("set-cookie").expect("a new visitor gets a cookie").to_owned();
    let (cookie, attributes) = cookie.split_once("; ").expect("a cookie with attributes");
    assert!(attributes.contains("HttpOnly") && attributes.contains("SameSite=Lax") && !attributes.contains("Secure"), "{attributes}");
    let id = cookie.strip_prefix("visitor=").expect("the visitor").to_owned();
    server.wait_message(&format!("\"event\":\"exposure\",\"visitor\":\"{id}\""));
    assert_eq!(events("exposure"), 1, "the banner is off: nobody is counted for it");

    let bought = server.request("POST", "/checkout", &[("cookie", cookie)], b"");
    assert_eq!((bought.status, bought.header("location")), (303, Some("/")));
    let line = server.wait_message("\"event\":\"conversion\"");
    let line: Value = serde_json::from_str(line["message"].as_str().expect("a message")).expect("a line of JSON");
    assert_eq!((&line["goal"], &line["visitor"]), (&json!("purchase"), &json!(id)));
    assert_eq!(line["variants"].as_object().map(|variants| variants.keys().collect::<Vec<_>>()), Some(vec![&"checkout".to_owned()]));

    for (wish, shown) in [("classic", "Order"), ("express", "Buy now")] {
        let forced = server.request("GET", &format!("/checkout?flag.checkout={wish}"), &[("cookie", cookie)], b"");
        assert!(forced.text().contains(shown), "{}", forced.text());
    }
    let unknown = server.request("GET", "/flags.json?flag.checkout=unheard-of", &[("cookie", "visitor=<script>")], b"");
    assert!(["classic", "express"].contains(&unknown.json()["variants"]["checkout"].as_str().unwrap_or_default()), "{}", unknown.text());
    assert!(unknown.header("set-cookie").is_some(), "a cookie that is not ours is replaced");
    server.wait_message(unknown.json()["visitor"].as_str().expect("a visitor"));
    assert_eq!(events("exposure"), 2, "forced variants are not counted");
}

#[test]
fn flags_are_changed_and_reset_while_pages_are_served() {
    let Some(server) = shop() else { return };
    assert!(!see(&server, "/", 1).text().contains("Summer sale"));
    let summer = json!({ "on": true, "variants": [{ "name": "hidden", "weight": 0 }, { "name": "summer", "weight": 1 }] });
    let changed = set(&server, "banner", &summer);
    assert_eq!((changed.status, &changed.json()["share"]), (200, &json!(100)), "{}", changed.text());
    let page = see(&server, "/", 1).text();
    assert!(page.starts_with("<!doctype html>") && page.contains("Summer sale"), "{page}");
    let listed = server.request("GET", "/admin/flags", &[ADMIN], b"").json();
    assert_eq!((&listed["banner"]["on"], &listed["checkout"]["on"]), (&json!(true), &json!(true)));
    assert_eq!(server.request("DELETE", "/admin/flags/banner", &[ADMIN], b"").status, 204);
    assert_eq!(server.request("DELETE", "/admin/flags/banner", &[ADMIN], b"").status, 404);
    assert!(!see(&server, "/", 1).text().contains("Summer sale"));
}

#[test]
fn wrong_changes_are_refused_with_their_faults() {
    let Some(server) = shop() else { return };
    let variants = |weights: [(&str, i64); 2]| weights.map(|(name, weight)| json!({ "name": name, "weight": weight }));
    let refused = |name: &str, flag: Value| {
        let reply = set(&server, name, &flag);
        assert_eq!(reply.status, 400, "{}", reply.text());
        reply.json()["faults"].to_string()
    };
    assert!(refused("Big", json!({})).contains("must be lower-case letters, digits and dashes"));
    assert!(
        refused("a", json!({ "on": true, "variants": variants([("b", 1), ("b", 1)]) })).contains("variants: must have names of their own")
    );
    assert!(
        refused("a", json!({ "on": true, "variants": variants([("b", 0), ("c", 0)]) })).contains("variants: must not all weigh nothing")
    );
    assert!(refused("a", json!({ "on": true, "variants": variants([("b", -1), ("c", 1)]) })).contains("variants.0.weight: "));
    assert!(refused("a", json!({ "on": true, "colour": 1, "variants": variants([("b", 1), ("c", 1)]) })).contains("colour"));
    assert_eq!(server.request("PUT", "/admin/flags/a", &[ADMIN], b"{").status, 400);
    assert_eq!(server.request("PUT", "/admin/flags/a", &[], b"{}").status, 401);
    assert_eq!(server.request("GET", "/admin/flags", &[("authorization", "Bearer wrong")], b"").status, 401);
    assert_eq!(server.get("/nothing").status, 404);
}
