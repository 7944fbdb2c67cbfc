//! `sample-apps/worker-notes`, as somebody would use it.

use greenroom_tests::{Project, Reply, Server, wait_for};
use serde_json::{Value, json};

const JSON: (&str, &str) = ("content-type", "application/json");
const FORM: (&str, &str) = ("content-type", "application/x-www-form-urlencoded");

/// The app in a folder of its own with its packages; none where they cannot be had.
fn worker_notes() -> Option<Server> {
    let project = Project::sample("worker-notes")?;
    let server = Server::start(&project, &["--ephemeral"]);
    assert!(server.ready()["notes"].to_string().contains("applied 0001_notes.sql, 0002_pins_and_search.sql"), "{}", server.ready());
    assert_eq!(server.errors(), "", "it starts without a warning");
    Some(server)
}

fn post(server: &Server, note: &Value) -> Reply {
    server.request("POST", "/api/notes", &[JSON], note.to_string().as_bytes())
}

fn titles(list: &Reply) -> Vec<String> {
    let list = list.json();
    let notes = list["notes"].as_array().expect("a list of notes").iter();
    notes.map(|note| note["title"].as_str().unwrap_or_default().to_owned()).collect()
}

#[test]
fn notes_are_made_listed_found_changed_and_deleted() {
    let Some(server) = worker_notes() else { return };
    assert_eq!(server.get("/api/notes").json(), json!({ "notes": [], "total": 0 }));
    let made = post(&server, &json!({ "title": " Groceries ", "body": "milk, bread" }));
    assert_eq!((made.status, made.header("location")), (201, Some("/api/notes/1")));
    assert_eq!((&made.json()["title"], &made.json()["pinned"]), (&json!("Groceries"), &json!(false)));
    assert_eq!(post(&server, &json!({ "title": "Pinned", "body": "Grüße an Zoë", "pinned": true })).status, 201);
    assert_eq!(titles(&server.get("/api/notes")), ["Pinned", "Groceries"]);
    assert_eq!(server.get("/api/notes?limit=1").json()["total"], 2);
    assert_eq!(titles(&server.get("/api/notes?q=bre+mil")), ["Groceries"]);
    assert_eq!(titles(&server.get("/api/notes?q=zo%C3%AB")), ["Pinned"]);
    assert_eq!(titles(&server.get("/api/notes?q=%22+OR+*")), Vec::<String>::new(), "operators of the search are words");
    let changed = server.request("PUT", "/api/notes/1", &[JSON], br#"{"title":"Shopping","body":"tea"}"#);
    assert_eq!((changed.status, &changed.json()["title"]), (200, &json!("Shopping")));
    assert_eq!(titles(&server.get("/api/notes?q=tea")), ["Shopping"]);
    assert_eq!(server.request("DELETE", "/api/notes/1", &[], b"").status, 204);
    let missing = server.get("/api/notes/1");
    assert_eq!((missing.status, missing.json()), (404, json!({ "error": { "code": "not_found", "message": "there is no such note" } })));
}

#[test]
fn wrong_notes_are_refused_with_their_faults() {
    let Some(server) = worker_notes() else { return };
    let refused = post(&server, &json!({ "title": "", "body": 5, "colour": "red" }));
    assert_eq!(refused.status, 400);
    assert_eq!(refused.json()["error"]["faults"], json!({ "colour": "is not known", "body": "must be a string" }));
    assert_eq!(
        post(&server, &json!({ "title": "x".repeat(121) })).json()["error"]["faults"],
        json!({ "title": "must have 120 characters at most" })
    );
    assert_eq!(server.request("POST", "/api/notes", &[JSON], b"{").json()["error"]["code"], "bad_json");
    assert_eq!(server.request("POST", "/api/notes", &[], b"{}").status, 415);
    assert_eq!(server.get("/api/notes?limit=0").json()["error"]["faults"], json!({ "limit": "must be a whole number from 1 to 100" }));
    assert_eq!(server.get("/api/notes").json()["total"], 0);
}

#[test]
fn pages_and_forms_work_in_a_browser_and_the_cached_list_is_dropped_after_a_change() {
    let Some(server) = worker_notes() else { return };
    let first = server.get("/");
    assert_eq!(
        (first.status, first.header("content-type"), first.header("x-list-cache")),
        (200, Some("text/html; charset=UTF-8"), Some("miss"))
    );
    assert!(first.text().starts_with("<!doctype html>") && first.text().contains("<title>Notes</title>"), "{}", first.text());
    // The list is stored after the answer has gone out.
    wait_for("the cached list", || (server.get("/").header("x-list-cache") == Some("hit")).then_some(()));
    let origin = format!("http://{}", server.address());
    let sent = server.request("POST", "/notes", &[FORM, ("origin", &origin)], b"title=%3Cb%3EBold%3C%2Fb%3E&body=two%0D%0Alines&pinned=on");
    assert_eq!((sent.status, sent.header("location")), (303, Some("/")));
    let list = server.get("/");
    assert_eq!(list.header("x-list-cache"), Some("miss"), "a change drops the list");
    assert!(list.text().contains("&lt;b&gt;Bold&lt;/b&gt;") && !list.text().contains("<b>Bold"), "{}", list.text());
    let note = server.get("/notes/1");
    assert!(note.text().contains("<h1>&lt;b&gt;Bold&lt;/b&gt;</h1>") && note.text().contains("1 view"), "{}", note.text());
    // Views are counted after the answer has gone out: this page and the one before it.
    let views = || {
        let page = server.get("/notes/1").text();
        let (before, _) = page.split_once(" views")?;
        before.rsplit(|letter: char| !letter.is_ascii_digit()).next()?.parse::<u32>().ok()
    };
    wait_for("the views to be counted", || views().filter(|views| *views >= 3).map(drop));
    let wrong = server.request("POST", "/notes", &[FORM, ("origin", &origin)], b"title=&body=kept");
    assert!(
        wrong.status == 400 && wrong.text().contains("The title must not be empty.") && wrong.text().contains("kept"),
        "{}",
        wrong.text()
    );
    let foreign = server.request("POST", "/notes", &[FORM, ("origin", "https://elsewhere.example")], b"title=x");
    assert_eq!(foreign.status, 403, "another site's form is refused");
    let deleted = server.request("POST", "/notes/1/delete", &[FORM, ("origin", &origin)], b"");
    assert_eq!((deleted.status, server.get("/notes/1").status), (303, 404));
    assert!(server.get("/style.css").header("content-type").is_some_and(|kind| kind.starts_with("text/css")));
}
