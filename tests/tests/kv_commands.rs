//! `greenroom kv`: what it prints, what it stores, and that a running app sees it. The texts are wrangler's.

use greenroom_tests::{Finished, Project, Server, greenroom};
use serde_json::{Value, json};

const KEYS: &str = r#""kv_namespaces": [{ "binding": "KV", "id": "k" }, { "binding": "BARE" }, { "binding": "TWO", "id": "p", "preview_id": "pp" }],
    "env": { "other": { "kv_namespaces": [{ "binding": "KV", "id": "ok" }] } }"#;

const CODE: &str = r#"
    export default {
      async fetch(request, env) {
        const { pathname, searchParams } = new URL(request.url);
        const key = pathname.slice(1);
        if (request.method === "PUT") await env.KV.put(key, request.body, { metadata: { by: "app" } });
        const { value, metadata } = await env.KV.getWithMetadata(key, searchParams.get("type") ?? "text");
        return Response.json([value, metadata]);
      },
    };"#;

fn project() -> Project {
    Project::configured(KEYS, CODE)
}

/// The command, which has to succeed; what it printed.
fn kv(project: &Project, arguments: &[&str]) -> String {
    let done = run(project, arguments);
    assert_eq!(done.code, Some(0), "{arguments:?}: {done:?}");
    done.stdout
}

fn run(project: &Project, arguments: &[&str]) -> Finished {
    greenroom(project, &[&["kv"], arguments].concat())
}

/// The command, which has to fail; what it said.
fn refused(project: &Project, arguments: &[&str]) -> String {
    let done = run(project, arguments);
    assert_eq!(done.code, Some(1), "{arguments:?}: {done:?}");
    done.stderr
}

fn parsed(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("no JSON ({error}): {text}"))
}

#[test]
fn a_key_is_put_got_listed_and_deleted_with_wranglers_words() {
    let project = project();
    let said = kv(&project, &["key", "put", "--binding", "KV", "a", "hello", "--metadata", r#"{"x": 1}"#, "--expiration", "2000000000"]);
    assert_eq!(said, "Writing the value \"hello\" to key \"a\" on namespace binding: \"KV\" (id: \"k\") with metadata \"{\"x\":1}\".\n");
    assert_eq!(kv(&project, &["key", "get", "--binding", "KV", "a"]), "hello");
    assert_eq!(kv(&project, &["key", "get", "--namespace-id", "k", "a", "--text"]), "hello\n");
    assert_eq!(kv(&project, &["key", "get", "--binding", "KV", "none"]), "Value not found\n");
    let listed = "[\n  {\n    \"name\": \"a\",\n    \"expiration\": 2000000000,\n    \"metadata\": {\n      \"x\": 1\n    }\n  }\n]\n";
    assert_eq!(kv(&project, &["key", "list", "--binding", "KV"]), listed);
    assert_eq!(kv(&project, &["key", "list", "--binding", "KV", "--prefix", "b"]), "[]\n");
    let said = kv(&project, &["key", "delete", "--binding", "KV", "a"]);
    assert_eq!(said, "Deleting the key \"a\" on namespace binding: \"KV\" (id: \"k\").\n");
    assert_eq!(kv(&project, &["key", "list", "--binding", "KV"]), "[]\n");
}

#[test]
fn a_value_may_come_from_a_file_and_be_bytes() {
    let project = project();
    project.write("value.bin", [0, 255, 13, 10]);
    let said = kv(&project, &["key", "put", "--binding", "KV", "bytes", "--path", "value.bin"]);
    assert_eq!(said, "Writing the contents of value.bin to the key \"bytes\" on namespace binding: \"KV\" (id: \"k\").\n");
    let server = Server::start(&project, &[]);
    assert_eq!(server.get("/bytes?type=json").status, 500);
    assert_eq!(server.get("/bytes").json(), json!(["\0\u{fffd}\r\n", null]));
    let said = refused(&project, &["key", "put", "--binding", "KV", "bytes", "--path", "nowhere.bin"]);
    assert!(said.contains("error: Could not read file: nowhere.bin"), "{said}");
}

#[test]
fn commands_and_a_running_app_see_what_the_other_writes() {
    let project = project();
    let server = Server::start(&project, &[]);
    assert_eq!(server.get("/shared").json(), json!([null, null]));
    kv(&project, &["key", "put", "--binding", "KV", "shared", "by hand", "--metadata", r#"{"by":"hand"}"#]);
    assert_eq!(server.get("/shared").json(), json!(["by hand", { "by": "hand" }]));
    assert_eq!(server.request("PUT", "/shared", &[], b"by the app").status, 200);
    assert_eq!(kv(&project, &["key", "get", "--binding", "KV", "shared"]), "by the app");
    kv(&project, &["key", "delete", "--binding", "KV", "shared"]);
    assert_eq!(server.get("/shared").json(), json!([null, null]));
}

#[test]
fn several_keys_are_put_got_and_deleted() {
    let project = project();
    project.write(
        "put.json",
        r#"[{ "key": "one", "value": "1" }, { "key": "two", "value": "AP8=", "base64": true, "odd": 1, "metadata": { "m": 2 } }]"#,
    );
    project.write("keys.json", r#"["one", { "name": "two" }, "none"]"#);
    let done = run(&project, &["bulk", "put", "put.json", "--binding", "KV"]);
    assert_eq!((done.code, done.stdout.as_str()), (Some(0), "Success!\n"));
    let warning =
        "warning: Unexpected key-value properties in \"put.json\".\nThe item at index 1 contains unexpected properties: [\"odd\"].";
    assert!(done.stderr.contains(warning), "{done:?}");
    let got = kv(&project, &["bulk", "get", "keys.json", "--binding", "KV"]);
    assert_eq!(parsed(&got), json!({ "one": { "value": "1" }, "two": { "value": "\0\u{fffd}" }, "none": { "value": null } }));
    let said = kv(&project, &["bulk", "delete", "keys.json", "--binding", "KV"]);
    let question = "? Are you sure you want to delete all the keys read from \"keys.json\" from kv-namespace binding: \"KV\" (id: \"k\")?";
    assert!(said.starts_with(question) && said.ends_with("Success!\n"), "{said}");
    assert_eq!(kv(&project, &["bulk", "delete", "keys.json", "--force", "--binding", "KV"]), "Success!\n");
    assert_eq!(kv(&project, &["key", "list", "--binding", "KV"]), "[]\n");
}

#[test]
fn files_that_are_not_what_they_should_be_are_told_and_nothing_is_stored() {
    let project = project();
    for (content, command, expected) in [
        (r#"{ "key": "a" }"#, "put", "Expected an array of key-value objects but got type \"object\"."),
        (r#"[{ "key": "a", "value": "v" }, { "key": "b", "value": 5 }]"#, "put", "The item at index 1 is {\"key\":\"b\",\"value\":5}"),
        (r#""a""#, "get", "Expected an array of strings but got:\na"),
        (r#"["a", 5]"#, "get", "The item at index 1 is type: \"number\" - 5"),
        (r"[{}]", "delete", "The item at index 0 is type: \"object\" - {}"),
    ] {
        project.write("bad.json", content);
        let said = refused(&project, &["bulk", command, "bad.json", "--binding", "KV"]);
        assert!(said.contains("error: Unexpected JSON input from \"bad.json\".") && said.contains(expected), "{said}");
    }
    project.write("bad.json", "[\"a\",\n x]");
    let said = refused(&project, &["bulk", "get", "bad.json", "--binding", "KV"]);
    assert!(said.contains("at bad.json:2:2"), "{said}");
    project.write("late.json", r#"[{ "key": "a", "value": "v" }, { "key": "b", "value": "v", "expiration_ttl": 5 }]"#);
    let said = refused(&project, &["bulk", "put", "late.json", "--binding", "KV"]);
    assert!(said.contains("Invalid expiration_ttl of 5.") && said.contains("index 1, with the key `b`"), "{said}");
    assert_eq!(parsed(&kv(&project, &["key", "list", "--binding", "KV"])), json!([{ "name": "a" }]));
}

#[test]
fn limits_have_the_vendors_words() {
    let project = project();
    let put = |rest: &[&str]| refused(&project, &[&["key", "put", "--binding", "KV"], rest].concat());
    let long = "k".repeat(513);
    for (arguments, expected) in [
        (&["a", "b", "--ttl", "59"][..], "error: KV PUT failed: 400 Invalid expiration_ttl of 59. Expiration TTL must be at least 60."),
        (&["a", "b", "--ttl", "-1"], "error: KV PUT failed: 400 Invalid expiration_ttl of -1. Please specify integer greater than 0."),
        (&[&long, "b"], "error: KV PUT failed: 414 UTF-8 encoded length of 513 exceeds key length limit of 512."),
        (&["..", "b"], "error: \"..\" is not allowed as a key name."),
        (&["", "b"], "error: Key name cannot be empty."),
        (&["a", "b", "--metadata", "x"], "error: --metadata must be valid JSON. Received: x"),
        (&["a", "b", "--metadata", "[1]"], "error: --metadata must be a JSON object. Received: [1]"),
        (&["a", "b", "--path", "f"], "error: Conflicting options: <value> and --path cannot be used together. Please provide only one."),
        (&["a"], "error: Missing required option: exactly one of <value> and --path must be provided"),
    ] {
        let said = put(arguments);
        assert!(said.contains(expected), "{said}");
    }
    let metadata = format!(r#"{{"m":"{}"}}"#, "x".repeat(1025 - 8));
    let said = put(&["a", "b", "--metadata", &metadata]);
    assert!(said.contains("error: KV PUT failed: 413 Metadata length of 1025 exceeds limit of 1024."), "{said}");
    project.write("large", vec![0; 25 * 1024 * 1024 + 1]);
    let said = put(&["a", "--path", "large"]);
    assert!(said.contains("error: KV PUT failed: 413 Value length of 26214401 exceeds limit of 26214400."), "{said}");
    assert_eq!(kv(&project, &["key", "list", "--binding", "KV"]), "[]\n");
}

#[test]
fn the_namespace_is_found_as_wrangler_finds_it() {
    let project = project();
    let list = |rest: &[&str]| kv(&project, &[&["key", "list"], rest].concat());
    kv(&project, &["key", "put", "--binding", "BARE", "bare", "v"]);
    assert_eq!(parsed(&list(&["--namespace-id", "BARE"])), json!([{ "name": "bare" }]));
    let said = refused(&project, &["key", "put", "--binding", "TWO", "a", "v"]);
    assert!(said.contains("The binding \"TWO\" has both an \"id\" and a \"preview_id\" configured."), "{said}");
    kv(&project, &["key", "put", "--binding", "TWO", "--preview", "pre", "v"]);
    kv(&project, &["key", "put", "--binding", "TWO", "--preview", "false", "pro", "v"]);
    assert_eq!(parsed(&list(&["--binding", "TWO"])), json!([{ "name": "pro" }]));
    assert_eq!(parsed(&list(&["--binding", "TWO", "--preview"])), json!([{ "name": "pre" }]));
    kv(&project, &["key", "put", "--env", "other", "--binding", "KV", "in another", "v"]);
    assert_eq!(
        (list(&["--binding", "KV"]).as_str(), parsed(&list(&["--namespace-id", "ok"]))),
        ("[]\n", json!([{ "name": "in another" }]))
    );
    let said = refused(&project, &["key", "list", "--binding", "KV", "--preview"]);
    assert!(said.contains("No preview namespace ID is configured for binding \"KV\"."), "{said}");
    let said = refused(&project, &["key", "list", "--binding", "NONE"]);
    assert!(
        said.contains("No KV namespace with binding \"NONE\" was found")
            && said.contains("hint: the bindings of namespaces are: KV, BARE, TWO"),
        "{said}"
    );
    let said = refused(&project, &["key", "list"]);
    assert!(said.contains("exactly one of --binding and --namespace-id must be provided"), "{said}");
    let namespaces = parsed(&kv(&project, &["namespace", "list"]));
    let ids: Vec<_> = namespaces.as_array().into_iter().flatten().map(|namespace| (&namespace["id"], &namespace["stored"])).collect();
    let stored = |id: &'static str| (json!(id), json!(true));
    assert_eq!(
        ids.iter().map(|(id, stored)| ((*id).clone(), (*stored).clone())).collect::<Vec<_>>(),
        ["k", "BARE", "p", "pp", "ok"].map(stored)
    );
}

#[test]
fn a_folder_without_configuration_has_namespaces_by_id() {
    let project = Project::empty();
    kv(&project, &["key", "put", "--namespace-id", "../a b", "k", "v", "--persist-to", "state"]);
    assert_eq!(kv(&project, &["key", "get", "--namespace-id", "../a b", "k", "--persist-to", "state"]), "v");
    let listed = parsed(&kv(&project, &["namespace", "list", "--persist-to", "state"]));
    assert_eq!(listed, json!([{ "id": "../a b", "title": "../a b", "binding": null, "stored": true }]));
    let said = refused(&project, &["key", "get", "--binding", "KV", "k"]);
    assert!(said.contains("No wrangler config file found."), "{said}");
    let said = refused(&project, &["key", "get", "--namespace-id", "k", "k", "--remote"]);
    assert!(said.contains("Greenroom has local state only"), "{said}");
}

#[test]
fn for_programs_everything_is_json() {
    let project = project();
    let of = |arguments: &[&str]| parsed(&run(&project, &[arguments, &["--json"]].concat()).stdout);
    assert_eq!(of(&["key", "put", "--binding", "KV", "a", "v"]), json!({ "ok": true, "namespace": "k", "key": "a", "bytes": 1 }));
    assert_eq!(of(&["key", "get", "--binding", "KV", "a"]), json!({ "key": "a", "value": "v", "metadata": null, "expiration": null }));
    assert_eq!(of(&["key", "get", "--binding", "KV", "none"]), json!(null));
    assert_eq!(of(&["key", "delete", "--binding", "KV", "a"]), json!({ "ok": true, "namespace": "k", "key": "a" }));
    let failed = of(&["key", "get", "--binding", "KV", ""]);
    assert_eq!((&failed["ok"], &failed["problems"][0]["message"]), (&json!(false), &json!("Key name cannot be empty.")));
}
