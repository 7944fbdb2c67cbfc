//! What the configuration says about the code: constants, aliases, rules, code that is taken as it is.

use greenroom_tests::{Project, Server, check};
use serde_json::json;

#[test]
fn constants_and_aliases_are_put_in() {
    let code = r#"import tiny from "large-package"; import text from "./note.md";
        export default { fetch: () => Response.json([VERSION, CONFIG.level, process.env.NODE_ENV, process.env.MODE, tiny, text]) };"#;
    let keys = r#""define": { "VERSION": "\"1.2\"", "CONFIG.level": "3", "process.env.MODE": "\"here\"" }, "alias": { "large-package": "./tiny" },
        "rules": [{ "type": "Text", "globs": ["**/*.md"], "fallthrough": true }]"#;
    let project = Project::configured(keys, code);
    project.write("tiny.js", "export default 'tiny';").write("note.md", "a note");
    let server = Server::start(&project, &["--ephemeral"]);
    assert_eq!(server.get("/").json(), json!(["1.2", 3, "development", "here", "tiny", "a note"]));
}

#[test]
fn an_environment_has_constants_of_its_own() {
    let code = "export default { fetch: (request, env) => Response.json([typeof A === 'undefined' ? null : A, B, env.V ?? null, env.W]) };";
    let keys = r#""define": { "A": "1", "B": "1" }, "vars": { "V": "top" }, "env": { "other": { "define": { "B": "2" }, "vars": { "W": "own" } } }"#;
    let project = Project::configured(keys, code);
    project.write(".env", "X=file\nW=no").write(".env.other", "W=${X} of other\nV=set").write(".dev.vars.unused", "W=no");
    let server = Server::start(&project, &["--ephemeral", "--env", "other"]);
    assert_eq!(server.get("/").json(), json!([null, 2, "set", "file of other"]));
}

#[test]
fn only_secrets_that_are_asked_for_come_from_files() {
    let code = "export default { fetch: (request, env) => Response.json(env) };";
    let project = Project::configured(r#""vars": { "V": "top" }, "secrets": { "required": ["KEY", "GONE"] }"#, code);
    project.write(".dev.vars", "KEY=secret\nV=file\nOTHER=no");
    let server = Server::start(&project, &["--ephemeral"]);
    assert_eq!(server.get("/").json(), json!({ "V": "file", "KEY": "secret" }));
    server.wait_errors(&["warning: the required secret `GONE` is not set"]);
}

#[test]
fn code_is_taken_as_it_is() {
    let code = r#"import { add } from "./lib/add.js"; import text from "./note.txt";
        export default { async fetch() { const { name } = await import("./lib/later.js"); return Response.json([add(1, 2), text, name, f.name]); } };
        function f() {} // stays"#;
    let rules = r#""rules": [{ "type": "ESModule", "globs": ["**/*.js"], "fallthrough": true }]"#;
    let project = Project::configured(&format!(r#""no_bundle": true, {rules}"#), code);
    project
        .write("lib/add.js", "export const add = (a, b) => a + b;")
        .write("lib/later.js", "export const name = 'later';")
        .write("note.txt", "text");
    let server = Server::start(&project, &["--ephemeral"]);
    assert_eq!(server.get("/").json(), json!([3, "text", "later", "f"]));
    project.write("lib/add.js", "export const add = (a, b) => a * b * 10;");
    server.wait_reloads(1);
    assert_eq!(server.get("/").json()[0], 20);
    let checked = check(&project, &[]);
    assert!(checked.stdout.contains("0 warnings"), "{checked:?}");
}

#[test]
fn what_is_not_found_without_bundling_is_told() {
    let project = Project::configured(r#""no_bundle": true"#, "import './lib/add.js'; export default { fetch: () => new Response() };");
    project.write("lib/add.js", "");
    let server = Server::start(&project, &["--ephemeral"]);
    let reply = server.get("/");
    assert_eq!(reply.status, 500);
    assert!(reply.text().contains("No such module \"lib/add.js\""), "{}", reply.text());
}
