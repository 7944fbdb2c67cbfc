use bytes::Bytes;
use futures::StreamExt;

use super::*;
use crate::{Body, FetchError, Outbound, RedirectMode, Request};

fn rule(name: &str, host: &str, action: Action) -> Rule {
    Rule { name: name.into(), app: None, host: Some(host.into()), methods: Vec::new(), path: None, times: None, action }
}

fn reply(status: u16, headers: &[(&str, &str)], body: &'static str) -> Action {
    let headers = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    Action::Reply(Reply { status, headers, body: Content::Bytes(Bytes::from_static(body.as_bytes())) })
}

#[expect(clippy::needless_pass_by_value, reason = "made where it is asked about")]
fn decide(rules: &Rules, method: Method, url: &str) -> Option<String> {
    rules.decide("shop", &method, &Url::parse(url).unwrap()).rule
}

async fn fetch(rules: &Rules, method: &str, url: &str, body: Option<&'static str>) -> Result<(u16, Vec<String>, String), FetchError> {
    let body =
        body.map(|body| Body::Stream { bytes: futures::stream::iter([Ok(Bytes::from_static(body.as_bytes()))]).boxed(), length: None });
    let request =
        Request { url: url.into(), method: method.into(), headers: Vec::new(), redirect: RedirectMode::Follow, body, caller: None };
    let outbound = Outbound::new(rules.clone(), "shop").unwrap();
    let mut answer = outbound.fetch(request).await?;
    let mut whole = Vec::new();
    while let Some(chunk) = answer.body.next().await {
        whole.extend_from_slice(&chunk.unwrap());
    }
    Ok((answer.status, answer.urls, String::from_utf8(whole).unwrap()))
}

#[test]
fn rules_are_for_apps_hosts_methods_and_paths() {
    let rules = Rules::default();
    rules.add("file", rule("port", "localhost:3000", Action::Pass));
    rules.add("file", Rule { methods: vec!["POST".into()], path: Some("/users/*".into()), ..rule("users", "*.Example.com", Action::Deny) });
    rules.add("file", Rule { app: Some("other".into()), ..rule("other", "*", Action::Deny) });
    rules.add(ADDED, Rule { path: Some("/q?a=*".into()), times: Some(1), ..rule("once", "a.com", Action::Deny) });
    assert_eq!(decide(&rules, Method::GET, "http://localhost:3000/x").as_deref(), Some("port"));
    assert_eq!(decide(&rules, Method::GET, "http://localhost:3001/x"), None);
    assert_eq!(decide(&rules, Method::POST, "https://api.example.com/users/1?x=1").as_deref(), Some("users"));
    assert_eq!(decide(&rules, Method::GET, "https://api.example.com/users/1"), None);
    assert_eq!(decide(&rules, Method::POST, "https://example.com/users/1"), None);
    assert_eq!(decide(&rules, Method::GET, "https://a.com/q?a=1").as_deref(), Some("once"));
    assert_eq!(decide(&rules, Method::GET, "https://a.com/q?a=1"), None);
    let order: Vec<_> = rules.list().into_iter().map(|listed| (listed.rule.name, listed.matched)).collect();
    assert_eq!(order, [("once".into(), 1), ("port".into(), 1), ("users".into(), 1), ("other".into(), 0)]);
}

#[test]
fn the_policy_is_what_was_said_last_else_what_the_file_of_the_app_says() {
    let rules = Rules::default();
    let denies = |app: &str| rules.decide(app, &Method::GET, &Url::parse("http://a.com/").unwrap()).action == Action::Deny;
    assert!(!denies("shop"));
    rules.replace("shop/greenroom.toml", Vec::new(), Some("shop".into()), Some(Policy::Deny));
    assert!(denies("shop") && !denies("other"));
    rules.set_policy(Some(Policy::Pass));
    assert!(!denies("shop"));
    rules.set_policy(None);
    assert!(denies("shop"));
    rules.replace("shop/greenroom.toml", Vec::new(), Some("shop".into()), None);
    assert!(!denies("shop"));
}

#[tokio::test]
async fn replies_need_no_network_and_redirects_meet_the_rules_too() {
    let rules = Rules::default();
    rules.set_policy(Some(Policy::Deny));
    rules.add(ADDED, rule("away", "a.invalid", reply(302, &[("location", "https://b.invalid/there")], "")));
    rules.add(ADDED, rule("there", "b.invalid", reply(200, &[], "hello")));
    let (status, urls, body) = fetch(&rules, "GET", "https://a.invalid/", None).await.unwrap();
    assert_eq!((status, body.as_str()), (200, "hello"));
    assert_eq!(urls, ["https://a.invalid/", "https://b.invalid/there"]);
    rules.add(ADDED, rule("there", "b.invalid", Action::Deny));
    let error = fetch(&rules, "GET", "https://a.invalid/", None).await.unwrap_err();
    assert_eq!(error.to_string(), "Network connection lost. (the outbound rule `there` denies GET https://b.invalid/there)");
    let error = fetch(&rules, "GET", "https://c.invalid/", None).await.unwrap_err();
    assert_eq!(error.to_string(), "Network connection lost. (no outbound rule is for it, and all else is denied: GET https://c.invalid/)");
}

#[tokio::test]
async fn where_the_run_is_driven_is_closed_by_every_spelling_and_after_redirects() {
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let (address, rules) = (listener.local_addr().unwrap(), Rules::default());
    let port = address.port();
    rules.close(address);
    rules.add(ADDED, rule("all", "127.0.0.1", Action::Pass));
    rules.add(ADDED, rule("away", "a.invalid", reply(307, &[("location", &format!("http://localhost:{port}/v1/clock"))], "")));
    let spelled =
        ["127.0.0.1", "127.1", "2130706433", "0x7f.1", "localhost", "LOCALHOST", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "0.0.0.0", "0"];
    let urls = spelled.map(|host| format!("http://{host}:{port}/")).into_iter();
    for url in urls.chain([format!("https://127.0.0.1:{port}/"), "http://a.invalid/".to_owned()]) {
        let error = fetch(&rules, "GET", &url, None).await.unwrap_err();
        assert!(matches!(&error, FetchError::Internal(why) if why.contains("is where this run is driven")), "{url}: {error:?}");
    }
    let request = || Request {
        url: format!("ws://localhost:{port}/"),
        method: "GET".into(),
        headers: Vec::new(),
        redirect: RedirectMode::Follow,
        body: None,
        caller: None,
    };
    let error = Outbound::new(rules.clone(), "shop").unwrap().websocket(request()).await.err().unwrap();
    assert!(matches!(&error, FetchError::Internal(_)), "{error:?}");
    rules.add(ADDED, rule("all", "127.0.0.1", reply(200, &[], "made up")));
    assert_eq!(fetch(&rules, "GET", &format!("http://{address}/"), None).await.unwrap().2, "made up", "no connection, nothing to refuse");
}

#[tokio::test]
async fn a_file_is_read_at_each_request() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("body.txt");
    std::fs::write(&file, "one").unwrap();
    let rules = Rules::default();
    rules.add(
        ADDED,
        rule("file", "a.invalid", Action::Reply(Reply { status: 200, headers: Vec::new(), body: Content::File(file.clone()) })),
    );
    assert_eq!(fetch(&rules, "GET", "http://a.invalid/", None).await.unwrap().2, "one");
    std::fs::write(&file, "two").unwrap();
    assert_eq!(fetch(&rules, "GET", "http://a.invalid/", None).await.unwrap().2, "two");
    std::fs::remove_file(&file).unwrap();
    let error = fetch(&rules, "GET", "http://a.invalid/", None).await.unwrap_err();
    assert!(matches!(&error, FetchError::Internal(why) if why.contains("body.txt")), "{error}");
}

#[tokio::test]
async fn what_is_recorded_is_played_back_and_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let rules = Rules::default();
    rules.add(ADDED, rule("tape", "a.invalid", Action::Replay(folder.path().to_owned())));
    let error = fetch(&rules, "GET", "http://a.invalid/x?token=abc", None).await.unwrap_err().to_string();
    assert!(
        error.starts_with("Network connection lost. (the outbound rule `tape` only plays back, and nothing is recorded for GET"),
        "{error}"
    );
    let name = error.split("/get-a.invalid-x-").nth(1).unwrap().trim_end_matches(')').to_owned();
    let file = folder.path().join(format!("get-a.invalid-x-{name}"));
    let recorded = r#"{ "greenroom": 1, "request": { "method": "GET", "url": "http://a.invalid/x?token=REDACTED" },
        "response": { "status": 201, "status_text": "Created", "headers": [], "body": "from the tape" } }"#;
    std::fs::write(&file, recorded).unwrap();
    // Another secret makes no other request.
    let (status, _, body) = fetch(&rules, "GET", "http://a.invalid/x?token=other", None).await.unwrap();
    assert_eq!((status, body.as_str()), (201, "from the tape"));
    assert!(fetch(&rules, "POST", "http://a.invalid/x?token=abc", Some("body")).await.is_err());
    std::fs::write(&file, recorded.replace("\"greenroom\": 1", "\"greenroom\": 2")).unwrap();
    let error = fetch(&rules, "GET", "http://a.invalid/x?token=abc", None).await.unwrap_err();
    assert!(matches!(&error, FetchError::Internal(why) if why.ends_with("`greenroom` is 2, and it knows 1")), "{error}");
    std::fs::write(&file, "{").unwrap();
    assert!(fetch(&rules, "GET", "http://a.invalid/x?token=abc", None).await.is_err());
}
