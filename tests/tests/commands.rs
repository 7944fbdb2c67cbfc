//! The command line as a person meets it: the banner, the request log, `doctor`, and what it says to wrong arguments.

use std::io::{BufRead, BufReader, Read};
use std::process::{Command, Stdio};

use greenroom_tests::{Client, Project, binary, greenroom, kill};
use serde_json::json;

#[test]
fn the_banner_names_app_address_bindings_places_engine_and_time() {
    let keys = r#""vars": { "TITLE": "t" }, "kv_namespaces": [{ "binding": "CACHE", "id": "c" }], "r2_buckets": [{ "binding": "BUCKET", "bucket_name": "b" }]"#;
    let project = Project::configured(keys, "export default { fetch() { console.log('from the code'); throw new Error('on purpose'); } };");
    let mut command = Command::new(binary());
    command.args(["dev", "--port", "0"]).current_dir(project.path()).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("the binary runs");
    let mut lines = BufReader::new(child.stdout.take().expect("stdout is piped"));
    let mut banner = String::new();
    while !banner.contains("ready in ") {
        assert!(lines.read_line(&mut banner).expect("it can be read") > 0, "it ended: {banner}");
    }
    let url = banner.split_whitespace().find_map(|word| word.strip_prefix("http://")).expect("an address");
    assert_eq!(Client::new(url.parse().expect("host and port")).get("/path?x=1").status, 500);
    kill(child.id(), "INT");
    assert_eq!(child.wait().expect("it ends").code(), Some(0));
    let mut log = String::new();
    lines.read_to_string(&mut log).expect("it can be read");
    let mut errors = String::new();
    child.stderr.take().expect("stderr is piped").read_to_string(&mut errors).expect("it can be read");
    for expected in [
        "greenroom ",
        "engine ",
        "  app  http://127.0.0.1:",
        "CACHE",
        "kv_namespace",
        ".greenroom/state/kv/c.sqlite",
        "BUCKET",
        "not emulated",
        "vars TITLE",
    ] {
        assert!(banner.contains(expected), "expected `{expected}`: {banner}");
    }
    for expected in ["from the code", "GET /path?x=1 500 ", "Error: on purpose", "index.js:1:"] {
        assert!(log.contains(expected), "expected `{expected}`: {log}");
    }
    assert!(errors.contains("warning: not emulated yet: the binding `BUCKET`"), "{errors}");
    assert!(
        ![&banner, &log, &errors].iter().any(|text| text.contains('\u{1b}')),
        "no colours where nobody sees them: {banner}{log}{errors}"
    );
}

#[test]
fn doctor_says_what_this_build_is_and_whether_a_guest_starts() {
    let said = greenroom(&Project::worker(""), &["doctor", "--json"]).json();
    let of = |what: &str| {
        said["findings"].as_array().and_then(|all| all.iter().find(|finding| finding["what"] == what)).cloned().unwrap_or_default()
    };
    assert!(["quickjs", "v8"].contains(&said["engine"].as_str().unwrap_or_default()), "{said}");
    assert_eq!(of("guest")["ok"], json!(true), "{said}");
    assert!(of("project")["detail"].as_str().is_some_and(|detail| detail.contains("workers")), "{said}");
    let text = greenroom(&Project::empty(), &["doctor"]);
    assert!(text.stdout.contains("ok guest") && text.stdout.contains("no project here"), "{text:?}");
}

#[test]
fn the_version_names_the_engine() {
    let said = greenroom(&Project::empty(), &["--version"]);
    assert!(said.stdout.starts_with("greenroom ") && said.stdout.contains("(engine "), "{said:?}");
    assert_eq!(said.code, Some(0));
}

#[test]
fn wrong_arguments_are_told_and_nothing_is_started() {
    for (arguments, expected) in [
        (&["dev", "--port", "70000"][..], "70000"),
        (&["dev", "--profile", "strict"], "production"),
        (&["dev", "--prot", "1"], "--port"),
        (&["serve"], "serve"),
        (&["dev", "nowhere"], "nowhere"),
    ] {
        let said = greenroom(&Project::worker(""), arguments);
        assert!(said.code.is_some_and(|code| code > 0) && said.stderr.contains(expected), "{said:?}");
    }
}
