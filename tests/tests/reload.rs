//! Saving a file: the next answer is the new code's, whatever way the file was written, and nothing that was stored or begun is lost.

use greenroom_tests::{Project, Server};

fn saying(text: &str) -> String {
    format!("export default {{ fetch: () => new Response({text:?}) }};")
}

/// Waits for the reload of this number, then for nothing more: whatever came of the saves before is counted when the next one is through.
fn reload_number(server: &Server, number: usize, text: &str) {
    server.wait_reloads(number);
    assert_eq!(server.get("/").text(), text);
}

#[test]
fn a_save_is_answered_by_the_new_code() {
    let project = Project::worker(&saying("first"));
    let server = Server::start(&project, &[]);
    assert_eq!(server.get("/").text(), "first");
    for (number, text) in ["second", "third", "fourth"].into_iter().enumerate() {
        project.write("index.js", saying(text));
        reload_number(&server, number + 1, text);
    }
    assert_eq!(server.reloads(), 3);
}

#[test]
fn the_ways_in_which_editors_write_cause_one_reload_each() {
    let project = Project::worker(&saying("0"));
    let server = Server::start(&project, &[]);
    let write = |text: &str| {
        project.write_in_place("index.js", text);
    };
    let ways: [&dyn Fn(&str); 5] = [
        // In place.
        &|text| write(&saying(text)),
        // A file beside, renamed over the old one.
        &|text| {
            project.replace("index.js", saying(text));
        },
        // The old one moved away first, the new one written, the old one removed: vim with a backup.
        &|text| {
            std::fs::rename(project.file("index.js"), project.file("index.js~")).expect("a rename");
            write(&saying(text));
            std::fs::remove_file(project.file("index.js~")).expect("a removal");
        },
        // Emptied, then written.
        &|text| {
            write("");
            write(&saying(text));
        },
        // Written twice.
        &|text| {
            write(&saying("not this"));
            write(&saying(text));
        },
    ];
    for (index, way) in ways.into_iter().enumerate() {
        let text = (index + 1).to_string();
        server.paused(|| way(&text));
        reload_number(&server, index + 1, &text);
    }
    // Had one of them caused two, the sum would show it by now.
    project.write("index.js", saying("last"));
    reload_number(&server, ways.len() + 1, "last");
    assert_eq!(server.reloads(), ways.len() + 1);
}

#[test]
fn several_files_saved_at_once_cause_one_reload() {
    let project =
        Project::worker(r#"import { a } from "./a.js"; import b from "./lib/b.txt"; export default { fetch: () => new Response(a + b) };"#);
    project.write("a.js", "export const a = 'a0';").write("lib/b.txt", "b0");
    let server = Server::start(&project, &[]);
    assert_eq!(server.get("/").text(), "a0b0");
    server.paused(|| {
        project.write("a.js", "export const a = 'a1';").replace("lib/b.txt", "b1");
    });
    reload_number(&server, 1, "a1b1");
    project.write("lib/b.txt", "b2");
    reload_number(&server, 2, "a1b2");
    assert_eq!(server.reloads(), 2);
}

#[test]
fn files_that_the_app_does_not_use_and_saves_that_change_nothing_reload_nothing() {
    let project = Project::worker(&saying("same"));
    project.write("unused.js", "1");
    let server = Server::start(&project, &[]);
    project.write("unused.js", "2").write("notes.txt", "3").write("index.js", saying("same"));
    project.write("wrangler.jsonc", r#"{ /* a comment */ "name": "app", "main": "index.js", "compatibility_date": "2026-08-01" }"#);
    // The next real change is the first reload.
    project.write("index.js", saying("changed"));
    reload_number(&server, 1, "changed");
    assert_eq!(server.reloads(), 1);
}

#[test]
fn a_broken_save_leaves_the_old_version_serving_and_shows_where() {
    let project = Project::worker(&saying("good"));
    let server = Server::start(&project, &[]);
    project.write("index.js", "export default {\n  fetch( => new Response('bad')\n};\n");
    let said = server.wait_message("the version before serves on");
    assert_eq!(said["type"], "app");
    let error = server.wait_message("index.js:2:");
    let error = error["message"].as_str().unwrap_or_default();
    assert!(error.starts_with("error: ") && error.contains("fetch( => new Response('bad')"), "{error}");
    assert_eq!(server.get("/").text(), "good");
    project.write("index.js", saying("better"));
    reload_number(&server, 1, "better");
}

#[test]
fn code_that_throws_while_it_is_loaded_leaves_the_old_version_serving() {
    let project = Project::worker(&saying("good"));
    let server = Server::start(&project, &[]);
    project.write("index.js", "const fine = 1;\nthrow new Error('while loading');\nexport default {};");
    let error = server.wait_message("the code cannot be loaded: ");
    assert!(error["message"].as_str().is_some_and(|text| text.contains("Error: while loading") && text.contains("index.js:2:")), "{error}");
    server.wait_message("the version before serves on");
    assert_eq!(server.count(|line| line["type"] == "log"), 0, "it is told once: {}", server.transcript());
    assert_eq!(server.get("/").text(), "good");
    project.write("index.js", saying("better"));
    reload_number(&server, 1, "better");
}

#[test]
fn a_missing_file_that_appears_mends_the_build() {
    let project = Project::worker(&saying("good"));
    let server = Server::start(&project, &[]);
    project.write("index.js", r#"import { text } from "./new/text.js"; export default { fetch: () => new Response(text) };"#);
    server.wait_message("could not resolve `./new/text.js`");
    assert_eq!(server.get("/").text(), "good");
    project.write("new/text.js", "export const text = 'appeared';");
    reload_number(&server, 1, "appeared");
}

#[test]
fn a_first_build_that_is_broken_answers_with_the_reason_until_it_is_mended() {
    let project = Project::worker("export default { fetch( };");
    let server = Server::start(&project, &[]);
    let reply = server.get("/");
    assert!(reply.status == 500 && reply.text().contains("index.js:1:"), "{} {}", reply.status, reply.text());
    project.write("index.js", "export default { still bad");
    server.wait_line(|line| line["type"] == "app" && line["message"].as_str().is_some_and(|text| text.starts_with("error: ")));
    assert_eq!(server.get("/").status, 500);
    project.write("index.js", saying("mended"));
    reload_number(&server, 1, "mended");
}

#[test]
fn an_entry_module_that_was_deleted_may_come_back() {
    let project = Project::worker(&saying("first"));
    let server = Server::start(&project, &[]);
    std::fs::remove_file(project.file("index.js")).expect("a removal");
    server.wait_message("`main` names a file that is not there: `index.js`");
    assert_eq!(server.get("/").text(), "first");
    project.write("index.js", saying("second"));
    reload_number(&server, 1, "second");
}

#[test]
fn configuration_and_secrets_are_read_again() {
    let code = "export default { fetch: (_, env) => new Response([env.A, env.SECRET, env.C].join()) };";
    let project = Project::configured(r#""vars": { "A": "a0" }"#, code);
    let server = Server::start(&project, &[]);
    assert_eq!(server.get("/").text(), "a0,,");
    project.configure(r#""vars": { "A": "a1" }"#);
    reload_number(&server, 1, "a1,,");
    project.write(".dev.vars", "SECRET=s0\n");
    reload_number(&server, 2, "a1,s0,");
    project.replace(".dev.vars", "SECRET=s1\nC=c\n");
    reload_number(&server, 3, "a1,s1,c");
    std::fs::remove_file(project.file(".dev.vars")).expect("a removal");
    reload_number(&server, 4, "a1,,");
    project.configure(r#""vars": { "A": "#);
    server.wait_message("wrangler.jsonc:1:");
    assert_eq!(server.get("/").text(), "a1,,");
    project.configure(r#""vars": { "A": "a2" }"#);
    reload_number(&server, 5, "a2,,");
}

#[test]
fn another_entry_module_and_new_bindings_are_taken_up() {
    let project = Project::worker(&saying("first"));
    let server = Server::start(&project, &[]);
    project.write(
        "other.js",
        "export default { async fetch(_, env) { await env.KV.put('a', 'b'); return new Response(await env.KV.get('a')); } };",
    );
    let config =
        r#"{ "name": "app", "main": "other.js", "compatibility_date": "2026-08-01", "kv_namespaces": [{ "binding": "KV", "id": "k" }] }"#;
    project.write("wrangler.jsonc", config);
    reload_number(&server, 1, "b");
    project.write("other.js", saying("followed"));
    reload_number(&server, 2, "followed");
}

#[test]
fn a_request_under_way_finishes_on_the_version_that_began_it() {
    let code = |version: &str| {
        format!(
            r#"export default {{
              async fetch(request, env) {{
                if (new URL(request.url).pathname === "/go") {{ await env.KV.put("go", "yes"); return new Response("{version}"); }}
                console.log("{version} began");
                while ((await env.KV.get("go")) !== "yes") await scheduler.wait(1);
                return new Response("{version}");
              }},
            }};"#
        )
    };
    let project = Project::configured(r#""kv_namespaces": [{ "binding": "KV", "id": "k" }]"#, &code("old"));
    let server = Server::start(&project, &[]);
    let mut wire = server.wire();
    wire.ask("GET", "/wait");
    server.wait_message("old began");
    project.write("index.js", code("new"));
    server.wait_reloads(1);
    assert_eq!(server.get("/go").text(), "new");
    assert_eq!(wire.reply().expect("the old version answers").text(), "old");
    greenroom_tests::wait_for("the old guest to end", || (server.guests().len() <= 2).then_some(()));
}

#[test]
fn what_was_stored_survives_a_reload_on_disk_and_in_memory() {
    const KEYS: &str = r#""kv_namespaces": [{ "binding": "KV", "id": "k" }], "d1_databases": [{ "binding": "DB", "database_id": "d" }]"#;
    let code = |version: u32| {
        format!(
            r#"export default {{
              async fetch(request, env) {{
                if (request.method === "POST") {{
                  await env.KV.put("key", "value");
                  await env.DB.batch([env.DB.prepare("CREATE TABLE t (x)"), env.DB.prepare("INSERT INTO t VALUES (5)")]);
                }}
                return new Response([{version}, await env.KV.get("key"), await env.DB.prepare("SELECT x FROM t").first("x")].join());
              }},
            }};"#
        )
    };
    for arguments in [&[][..], &["--ephemeral"]] {
        let project = Project::configured(KEYS, &code(1));
        let server = Server::start(&project, arguments);
        assert_eq!(server.request("POST", "/", &[], b"").text(), "1,value,5");
        project.write("index.js", code(2));
        reload_number(&server, 1, "2,value,5");
    }
}
