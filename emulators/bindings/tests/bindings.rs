//! Bindings through `call`, as the guest's side of the channel uses them.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

use std::path::Path;

use bytes::Bytes;
use greenroom_bindings::{Bindings, Services, scripts};
use greenroom_channel::{Call, CallError, CallResult};
use greenroom_host::{BindingDecl, Clock, Host, Ids, Profile, Timestamp};
use serde_json::{Value, json};

fn services(folder: Option<&Path>) -> Services {
    let clock = Clock::frozen(Timestamp(1_700_000_000_000));
    Services::new(Host::new(clock, Ids::from_seed(1), Profile::Relaxed, folder.map(Path::to_owned)))
}

fn decl(name: &str, kind: &str, id: &str, config: Value) -> BindingDecl {
    BindingDecl {
        name: name.to_owned(),
        kind: kind.to_owned(),
        id: id.to_owned(),
        config,
        file: "/project/wrangler.jsonc".into(),
        position: None,
    }
}

fn kv(name: &str, id: &str) -> BindingDecl {
    decl(name, "kv_namespace", id, Value::Null)
}

fn d1(name: &str, id: &str) -> BindingDecl {
    decl(name, "d1_database", id, Value::Null)
}

async fn call(bindings: &Bindings, binding: &str, method: &str, args: Value, body: Option<&'static [u8]>) -> Result<CallResult, CallError> {
    raw_call(bindings, binding, method, args.to_string(), body).await
}

async fn raw_call(
    bindings: &Bindings,
    binding: &str,
    method: &str,
    args: String,
    body: Option<&'static [u8]>,
) -> Result<CallResult, CallError> {
    let call = Call {
        invocation: 1,
        binding: binding.to_owned(),
        method: method.to_owned(),
        args: args.into(),
        body: body.map(Bytes::from_static),
    };
    bindings.call(call, None).await.map(|reply| reply.result)
}

fn value(result: &CallResult) -> Value {
    serde_json::from_slice(&result.value).unwrap()
}

#[tokio::test]
async fn kv_answers_with_the_value_as_body_and_the_metadata_as_value() {
    let bindings = Bindings::attach(&[kv("KV", "one")], &services(None)).ok().unwrap();
    let put = call(&bindings, "KV", "put", json!(["a", null, 60, "{\"m\":1}"]), Some(b"bytes\xff")).await.unwrap();
    assert_eq!(put, CallResult::default());
    let found = call(&bindings, "KV", "get", json!(["a"]), None).await.unwrap();
    assert_eq!((value(&found), found.body.as_deref()), (json!({ "m": 1 }), Some(&b"bytes\xff"[..])));
    call(&bindings, "KV", "put", json!(["empty", null, null, null]), None).await.unwrap();
    let empty = call(&bindings, "KV", "get", json!(["empty", 30]), None).await.unwrap();
    assert_eq!((empty.value.len(), empty.body.as_deref()), (0, Some(&b""[..])));
    assert_eq!(call(&bindings, "KV", "get", json!(["none"]), None).await.unwrap().body, None);
    let list = call(&bindings, "KV", "list", json!([null, 1, null]), None).await.unwrap();
    let expected =
        r#"{"keys":[{"name":"a","expiration":1700000060,"metadata":{"m":1}}],"list_complete":false,"cursor":"YQ==","cacheStatus":null}"#;
    assert_eq!(list.value, expected);
    call(&bindings, "KV", "delete", json!(["a"]), None).await.unwrap();
    assert_eq!(call(&bindings, "KV", "get", json!(["a"]), None).await.unwrap().body, None);
}

#[tokio::test]
async fn kv_reads_several_keys_as_a_flat_list() {
    let bindings = Bindings::attach(&[kv("KV", "one")], &services(None)).ok().unwrap();
    for (key, body) in [("json", &b"{\"a\":[1]}"[..]), ("null", b"null"), ("7", b"7")] {
        call(&bindings, "KV", "put", json!([key, null, null, "5"]), Some(body)).await.unwrap();
    }
    let keys = json!(["json", "none", "7", "null"]);
    let text = call(&bindings, "KV", "bulk", json!([keys, null, false, null]), None).await.unwrap();
    assert_eq!(value(&text), json!(["json", "{\"a\":[1]}", "none", null, "null", "null"]), "keys like array indexes are left out");
    let json = call(&bindings, "KV", "bulk", json!([keys, "json", true, 60]), None).await.unwrap();
    assert_eq!(value(&json), json!(["json", { "value": { "a": [1] }, "metadata": 5 }, "none", null, "null", null]));
}

#[tokio::test]
async fn kv_errors_name_the_class_and_have_the_vendors_text() {
    let bindings = Bindings::attach(&[kv("KV", "one")], &services(None)).ok().unwrap();
    let error = call(&bindings, "KV", "get", json!([""]), None).await.unwrap_err();
    assert_eq!(error, CallError::type_error("Key name cannot be empty."));
    let error = call(&bindings, "KV", "put", json!(["a", null, 59, null]), Some(b"v")).await.unwrap_err();
    assert_eq!(error, CallError::error("KV PUT failed: 400 Invalid expiration_ttl of 59. Expiration TTL must be at least 60."));
    let error = raw_call(&bindings, "KV", "get", r#"["a\ud800"]"#.to_owned(), None).await.unwrap_err();
    assert_eq!(error, CallError::error("KV GET failed: 400 Could not URL-decode key name"));
    assert_eq!(call(&bindings, "KV", "nonsense", json!([]), None).await.unwrap_err().name, "TypeError");
    assert_eq!(call(&bindings, "NONE", "get", json!(["a"]), None).await.unwrap_err().message, "there is no binding `NONE`");
}

#[tokio::test]
async fn d1_answers_in_the_shape_that_the_worker_gets() {
    let bindings = Bindings::attach(&[d1("DB", "one")], &services(None)).ok().unwrap();
    call(&bindings, "DB", "exec", json!([["CREATE TABLE item (id INTEGER PRIMARY KEY, data)"]]), None).await.unwrap();
    let wrote = call(&bindings, "DB", "all", json!(["INSERT INTO item (data) VALUES (?) RETURNING *", [[1, 255]]]), None).await.unwrap();
    let wrote = value(&wrote);
    let keys: Vec<&String> = wrote.as_object().unwrap().keys().collect();
    assert_eq!(keys, ["success", "meta", "results"]);
    assert_eq!((&wrote["results"], &wrote["meta"]["changes"]), (&json!([{ "id": 1, "data": [1, 255] }]), &json!(1)));
    let first = call(&bindings, "DB", "first", json!(["SELECT id FROM item", []]), None).await.unwrap();
    assert_eq!((first.value, first.body), (Bytes::from_static(b"{\"id\":1}"), None));
    let raw = call(&bindings, "DB", "raw", json!(["SELECT id FROM item", []]), None).await.unwrap();
    assert_eq!(value(&raw), json!({ "columns": ["id"], "rows": [[1]] }));
    let batch = call(&bindings, "DB", "batch", json!([[["SELECT 1 AS a", []], ["SELECT ? AS a", ["x"]]]]), None).await.unwrap();
    assert_eq!(value(&batch)[1]["results"], json!([{ "a": "x" }]));
    let error = call(&bindings, "DB", "all", json!(["SELECT * FROM nowhere", []]), None).await.unwrap_err();
    assert_eq!(error, CallError::error("no such table: nowhere: SQLITE_ERROR"));
    let text = raw_call(&bindings, "DB", "first", r#"["SELECT ? AS a", ["\udc00"]]"#.to_owned(), None).await.unwrap();
    assert_eq!(value(&text), json!({ "a": "\u{fffd}\u{fffd}\u{fffd}" }));
}

#[tokio::test]
async fn d1_sessions_get_a_bookmark_as_body() {
    let bindings = Bindings::attach(&[d1("DB", "one")], &services(None)).ok().unwrap();
    let bookmark = async |method: &str, args: Value| {
        let answer = call(&bindings, "DB", method, args, None).await.unwrap();
        String::from_utf8(answer.body.unwrap().to_vec()).unwrap()
    };
    let before = bookmark("first", json!(["SELECT 1", [], true])).await;
    let after = bookmark("batch", json!([[["CREATE TABLE a (b)", []]], true])).await;
    assert!(before < after && after.len() == 59, "{before} {after}");
}

#[tokio::test]
async fn bindings_of_one_id_share_it_across_apps_and_versions() {
    let services = services(None);
    let first = Bindings::attach(&[kv("A", "shared"), kv("B", "shared"), kv("C", "other"), d1("DB", "shared")], &services).ok().unwrap();
    call(&first, "A", "put", json!(["key", null, null, null]), Some(b"here")).await.unwrap();
    call(&first, "DB", "exec", json!([["CREATE TABLE a (b)"]]), None).await.unwrap();
    assert!(call(&first, "B", "get", json!(["key"]), None).await.unwrap().body.is_some());
    assert!(call(&first, "C", "get", json!(["key"]), None).await.unwrap().body.is_none());
    drop(first);
    let next = Bindings::attach(&[kv("X", "shared"), d1("DB", "shared")], &services).ok().unwrap();
    assert!(call(&next, "X", "get", json!(["key"]), None).await.unwrap().body.is_some(), "a reload keeps what is in memory");
    assert!(call(&next, "DB", "first", json!(["SELECT * FROM a", []]), None).await.is_ok());
}

#[tokio::test]
async fn a_kind_that_is_not_emulated_fails_on_use_and_says_so() {
    let bindings = Bindings::attach(&[decl("BUCKET", "r2_bucket", "b", Value::Null), kv("KV", "one")], &services(None)).ok().unwrap();
    let guest = serde_json::to_value(bindings.for_guest()).unwrap();
    let expected = json!([
        { "name": "BUCKET", "kind": "unsupported", "options": { "kind": "r2_bucket" } },
        { "name": "KV", "kind": "kv_namespace", "options": null },
    ]);
    assert_eq!(guest, expected);
    let people = bindings.for_people();
    assert_eq!((people[0].kind.as_str(), &people[0].place), ("r2_bucket", &None));
    assert_eq!(people[1].place.as_deref(), Some("memory"));
    let error = call(&bindings, "BUCKET", "get", json!([]), None).await.unwrap_err();
    assert!(error.message.contains("`env.BUCKET`") && error.message.contains("`r2_bucket`"), "{error}");
    assert_eq!(scripts().map(|(kind, _)| kind).collect::<Vec<_>>(), ["kv_namespace", "d1_database", "service", "unsupported"]);
}

#[test]
fn every_binding_that_cannot_be_opened_is_reported() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["kv", "d1"] {
        let state = folder.path().join("state").join(name);
        std::fs::create_dir_all(&state).unwrap();
        std::fs::write(state.join("bad.sqlite"), vec![7; 4096]).unwrap();
    }
    let wrong = decl("TYPED", "d1_database", "typed", json!({ "migrations_dir": 5 }));
    let services = services(Some(folder.path()));
    let errors = Bindings::attach(&[kv("A", "bad"), d1("B", "bad"), kv("C", "good"), wrong], &services).err().unwrap();
    let messages: Vec<&str> = errors.iter().map(|error| error.message.as_str()).collect();
    assert_eq!(messages.len(), 3);
    assert!(messages[0].contains("this state file cannot be used") && messages[1].contains("this state file cannot be used"));
    assert_eq!(messages[2], "`migrations_dir` of `TYPED` has to be a string and is `5`");
}

fn project(migrations: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join(migrations)).unwrap();
    std::fs::write(folder.path().join(migrations).join("0001_a.sql"), "CREATE TABLE a (b)").unwrap();
    folder
}

fn database_of(project: &Path, name: &str, config: Value) -> BindingDecl {
    BindingDecl { file: project.join("wrangler.jsonc"), ..decl(name, "d1_database", name, config) }
}

#[tokio::test]
async fn migrations_are_applied_where_they_are_configured() {
    let project = project("schema");
    let config = json!({ "migrations_dir": "./schema", "migrations_table": "done", "migrations_pattern": "schema/*.sql" });
    let decls = [kv("KV", "kv"), database_of(project.path(), "DB", config), database_of(project.path(), "OTHER", Value::Null)];
    let bindings = Bindings::attach(&decls, &services(None)).ok().unwrap();
    let applied = bindings.apply_migrations().await;
    assert_eq!(applied.len(), 1);
    assert_eq!(
        (applied[0].binding.as_str(), applied[0].names.as_slice(), &applied[0].failed),
        ("DB", &["0001_a.sql".to_owned()][..], &None)
    );
    let done = call(&bindings, "DB", "first", json!(["SELECT name FROM done", []]), None).await.unwrap();
    assert_eq!(value(&done), json!({ "name": "0001_a.sql" }));
    assert!(bindings.apply_migrations().await[0].names.is_empty());
}

#[tokio::test]
async fn the_usual_folder_is_taken_only_where_it_is_clear_whose_it_is() {
    let project = project("migrations");
    let one = Bindings::attach(&[database_of(project.path(), "DB", Value::Null)], &services(None)).ok().unwrap();
    assert_eq!(one.apply_migrations().await[0].names, ["0001_a.sql"]);
    let both = ["DB", "TWO"].map(|name| database_of(project.path(), name, Value::Null));
    assert!(Bindings::attach(&both, &services(None)).ok().unwrap().apply_migrations().await.is_empty());
    let stray = database_of(project.path(), "DB", json!({ "migrations_dir": "migrations", "migrations_pattern": "other/*.sql" }));
    let error = Bindings::attach(&[stray], &services(None)).err().unwrap().remove(0);
    assert_eq!(error.message, "`migrations_pattern` of `DB` does not begin with `migrations/`: `other/*.sql`");
    let alone = database_of(project.path(), "DB", json!({ "migrations_pattern": "migrations/*.sql" }));
    assert!(Bindings::attach(&[alone], &services(None)).err().unwrap()[0].message.contains("needs `migrations_dir`"));
}
