//! Mistakes in a project: each is told with its file, its place and what to do.

use greenroom_tests::{Project, Server, check};
use serde_json::json;

const FINE: &str = r#"export default { fetch: () => new Response("fine") };"#;

/// The project must be refused by `check` with `message` at `place`, and by `dev` before it serves anything.
fn refused(project: &Project, arguments: &[&str], place: &str, message: &str, hint: &str) {
    let checked = check(project, arguments);
    assert_eq!(checked.code, Some(1), "{checked:?}");
    for said in [&checked.stderr, &Server::try_start(project, arguments).err().expect("dev refuses it too")] {
        assert!(said.contains(&format!("error: {message}")), "expected `{message}`: {said}");
        assert!(said.contains(&format!("\n  at {place}")), "expected `{place}`: {said}");
        assert!(said.contains("\n  hint: ") && said.contains(hint), "expected `{hint}`: {said}");
    }
    let listed = check(project, &[&["--json"], arguments].concat()).json();
    assert_eq!((&listed["ok"], &listed["app"]), (&json!(false), &json!(null)));
    assert!(
        listed["problems"].as_array().is_some_and(|problems| problems.iter().any(|problem| problem["severity"] == "error")),
        "{listed}"
    );
}

#[test]
fn a_sound_project_passes_the_check() {
    let project = Project::worker(FINE);
    let checked = check(&project, &[]);
    assert_eq!(checked.code, Some(0), "{checked:?}");
    assert!(checked.stdout.starts_with("ok app: 1 KiB from 1 file") && checked.stdout.contains("0 warnings"), "{checked:?}");
    let listed = check(&project, &["--json"]).json();
    assert_eq!((&listed["ok"], &listed["app"]["name"], &listed["problems"]), (&json!(true), &json!("app"), &json!([])));
}

#[test]
fn a_file_that_is_no_json_is_refused_at_its_place() {
    let project = Project::worker(FINE);
    project.write("wrangler.jsonc", "{\n  \"name\": \"app\"\n  \"main\": \"index.js\"\n}\n");
    refused(&project, &[], "wrangler.jsonc:2:16", "not JSON: expected comma", "correct the file at the place shown");
    project.write("wrangler.jsonc", "");
    refused(&project, &[], "wrangler.jsonc", "the file is empty", "start with `{");
}

#[test]
fn a_file_that_is_no_toml_is_refused_at_its_place() {
    let project = Project::empty();
    project.write("index.js", FINE).write("wrangler.toml", "name = \"app\"\nmain = index.js\n");
    refused(&project, &[], "wrangler.toml:2:", "not TOML: ", "correct the file at the place shown");
}

#[test]
fn values_of_wrong_types_are_all_told_at_once() {
    let project = Project::worker(FINE);
    project.write("wrangler.jsonc", "{\n  \"name\": 5,\n  \"main\": [\"index.js\"],\n  \"vars\": \"x\",\n  \"kv_namespaces\": {}\n}\n");
    refused(&project, &[], "wrangler.jsonc:2:11", "`name` must be a string, not ", "make `name` a string, or remove it");
    let checked = check(&project, &[]).stderr;
    for expected in ["`main` must be a string, not ", "`vars` must be an object, not ", "`kv_namespaces` must be an array, not "] {
        assert!(checked.contains(expected), "expected `{expected}`: {checked}");
    }
}

#[test]
fn an_entry_module_that_is_not_there_is_told_with_those_that_are() {
    let project = Project::worker(FINE);
    project.write("wrangler.jsonc", r#"{ "name": "app", "main": "src/worker.ts", "compatibility_date": "2026-08-01" }"#);
    refused(&project, &[], "wrangler.jsonc:1:26", "`main` names a file that is not there: `src/worker.ts`", "set `main` to `index.js`");
    project.write("wrangler.jsonc", r#"{ "name": "app" }"#);
    refused(&project, &[], "wrangler.jsonc:1:1", "`main` is missing", "set `main` to `index.js`");
}

#[test]
fn two_bindings_of_one_name_are_told_with_both_places() {
    let keys = "\"vars\": { \"THING\": \"x\" },\n\"kv_namespaces\": [{ \"binding\": \"THING\", \"id\": \"k\" }]";
    let project = Project::configured(keys, FINE);
    refused(
        &project,
        &[],
        "wrangler.jsonc:2:",
        "the name `THING` is taken twice: by `vars.THING` at wrangler.jsonc:1:",
        "give one of the two another name",
    );
}

#[test]
fn an_unknown_environment_is_told_with_those_there_are() {
    let project = Project::configured(r#""env": { "staging": {}, "live": {} }"#, FINE);
    refused(&project, &["--env", "nope"], "wrangler.jsonc:1:", "there is no environment `nope`", "the environments are `staging`, `live`");
}

#[test]
fn an_environment_has_its_own_values() {
    let code = "export default { fetch: (_, env) => new Response([env.A, env.B].join()) };";
    let project = Project::configured(r#""vars": { "A": "top", "B": "top" }, "env": { "staging": { "vars": { "A": "staging" } } }"#, code);
    assert_eq!(Server::start(&project, &[]).get("/").text(), "top,top");
    assert_eq!(Server::start(&project, &["--env", "staging"]).get("/").text(), "staging,");
}

#[test]
fn a_project_in_toml_is_served() {
    let project = Project::empty();
    project.write("index.js", "export default { fetch: (_, env) => new Response(env.A) };");
    project
        .write("wrangler.toml", "name = \"toml\"\nmain = \"index.js\"\ncompatibility_date = \"2026-08-01\"\n[vars]\nA = \"from toml\"\n");
    let server = Server::start(&project, &[]);
    assert_eq!((server.get("/").text().as_str(), &server.ready()["app"]), ("from toml", &json!("toml")));
}

#[test]
fn an_unknown_key_is_a_warning_with_its_place() {
    let project = Project::configured("\n\"kv-namespaces\": []", FINE);
    let checked = check(&project, &[]);
    assert_eq!(checked.code, Some(0));
    assert!(checked.stderr.contains("warning: `kv-namespaces` is not a known key; it is ignored\n  at wrangler.jsonc:2:1"), "{checked:?}");
    assert!(checked.stderr.contains("hint: did you mean `kv_namespaces`?"), "{checked:?}");
    let server = Server::start(&project, &[]);
    assert_eq!(server.get("/").text(), "fine");
    server.wait_errors(&["warning: `kv-namespaces` is not a known key"]);
}

#[test]
fn a_binding_that_is_not_emulated_is_a_warning_and_an_error_when_it_is_used() {
    let code = r#"
        export default {
          async fetch(request, env) {
            if (new URL(request.url).pathname === "/unused") return new Response(typeof env.BUCKET);
            return new Response(await env.BUCKET.get("x"));
          },
        };"#;
    let project = Project::configured(r#""r2_buckets": [{ "binding": "BUCKET", "bucket_name": "b" }]"#, code);
    let checked = check(&project, &[]);
    assert_eq!(checked.code, Some(0));
    assert!(checked.stderr.contains("warning: not emulated yet: the binding `BUCKET` (`r2_buckets[0]"), "{checked:?}");
    let server = Server::start(&project, &[]);
    assert_eq!(server.get("/unused").status, 200);
    let reply = server.get("/");
    assert_eq!(reply.status, 500);
    assert!(
        reply.text().contains("BUCKET") && reply.text().contains("r2_bucket") && reply.text().contains("not emulate"),
        "{}",
        reply.text()
    );
}

#[test]
fn a_syntax_error_is_shown_in_its_source() {
    let project = Project::worker("export default {\n  fetch() { return new Response(\"x\" },\n};\n");
    let checked = check(&project, &[]);
    assert_eq!(checked.code, Some(1));
    assert!(checked.stderr.contains("\n  at index.js:2:"), "{checked:?}");
    assert!(checked.stderr.contains("fetch() { return new Response(\"x\" },"), "{checked:?}");
    assert!(checked.stderr.contains("failed 1 errors, 0 warnings"), "{checked:?}");
}

#[test]
fn imports_that_lead_nowhere_say_what_to_do() {
    for (import, hint) in [
        ("./nowhere", "there is no `nowhere`, nor with `.ts`, `.tsx`, `.js`, `.jsx` or `.json` behind it"),
        ("./Helper", "there is no `Helper`: did you mean `helper.js` in the same folder?"),
        ("left-pad", "the package is not installed: run `npm install left-pad`"),
        ("@scope/listed/part", "`@scope/listed` stands in package.json but is not installed: run `npm install`"),
    ] {
        let project =
            Project::worker(&format!("// A comment.\nimport x from \"{import}\";\nexport default {{ fetch: () => new Response(x) }};"));
        project.write("helper.js", "export default 1;").write("package.json", r#"{ "dependencies": { "@scope/listed": "1" } }"#);
        let checked = check(&project, &[]);
        assert_eq!(checked.code, Some(1), "{checked:?}");
        assert!(checked.stderr.contains(&format!("error: could not resolve `{import}`\n  at index.js:2:")), "{checked:?}");
        assert!(checked.stderr.contains(hint), "expected `{hint}`: {checked:?}");
    }
}

#[test]
fn a_name_that_a_module_does_not_export_is_told() {
    let project = Project::worker("import { b } from \"./a.js\";\nexport default { fetch: () => new Response(b) };");
    project.write("a.js", "export const a = 1;");
    let checked = check(&project, &[]);
    assert_eq!(checked.code, Some(1));
    assert!(checked.stderr.contains("index.js:1:") && checked.stderr.contains('b') && checked.stderr.contains("a.js"), "{checked:?}");
}

#[test]
fn modules_that_import_each_other_work_unless_they_need_each_other_at_once() {
    let project = Project::worker("import { even } from \"./even.js\";\nexport default { fetch: () => new Response(String(even(10))) };");
    project.write("even.js", "import { odd } from \"./odd.js\";\nexport const even = (n) => n === 0 || odd(n - 1);");
    project.write("odd.js", "import { even } from \"./even.js\";\nexport const odd = (n) => n !== 0 && even(n - 1);");
    assert_eq!(Server::start(&project, &[]).get("/").text(), "true");
    project.write("even.js", "import { odd } from \"./odd.js\";\nexport const even = () => odd;");
    project.write("odd.js", "import { even } from \"./even.js\";\nexport const odd = even();");
    let reply = Server::start(&project, &[]).get("/");
    assert!(reply.status == 500 && reply.text().contains("the code cannot be loaded"), "{}", reply.text());
}

#[test]
fn a_folder_without_a_project_says_what_was_looked_for() {
    let project = Project::empty();
    project.write("index.js", FINE);
    for said in [check(&project, &[]).stderr, Server::try_start(&project, &[]).err().expect("dev refuses it too")] {
        assert!(said.contains("error: no project in `") && said.contains("looked for ") && said.contains("`wrangler.jsonc`"), "{said}");
        assert!(!said.contains("at \n"), "a place that is the folder itself has a name too: {said}");
        assert!(said.contains("hint: "), "{said}");
    }
    let said = check(&project, &["nowhere"]);
    assert!(said.code == Some(1) && said.stderr.contains("is not there"), "{said:?}");
}

#[test]
fn secrets_reach_the_environment_and_are_never_printed() {
    let code = "export default { fetch: (_, env) => new Response([env.SECRET, env.PLAIN].join()) };";
    let project = Project::configured(r#""vars": { "PLAIN": "plain-4711", "SECRET": "overridden" }"#, code);
    project.write(".dev.vars", "# A comment\nSECRET=\"hush-4711\"\n");
    let server = Server::start(&project, &[]);
    assert_eq!(server.get("/").text(), "hush-4711,plain-4711");
    project.write(".dev.vars", "SECRET=hush-4712\n");
    server.wait_reloads(1);
    assert_eq!(server.get("/").text(), "hush-4712,plain-4711");
    let names = server.ready()["vars"].to_string();
    assert!(names.contains("SECRET") && names.contains("PLAIN"), "the banner names them: {names}");
    assert!(!server.transcript().contains("hush-471"), "{}", server.transcript());
    assert!(!format!("{:?}", check(&project, &[])).contains("hush-471"));
}

#[test]
fn files_and_variables_of_the_command_line_count_before_the_project_s_own() {
    let code = "export default { fetch: (_, env) => new Response([env.A, env.B, env.C, env.D].join()) };";
    let project = Project::configured(r#""vars": { "A": "config", "B": "config", "C": "config", "D": "config" }"#, code);
    project.write(".dev.vars", "A=dev\nB=dev\n").write("first", "B=first\nC=first\n").write("second", "C=second\n");
    let options = ["--env-file", "first", "--env-file", "second", "--var", "D:a:b", "--var", "NEW:"];
    let server = Server::start(&project, &options);
    assert_eq!(server.get("/").text(), "config,first,second,a:b");
    project.write("second", "C=saved\nD=saved\n");
    server.wait_reloads(1);
    assert_eq!(server.get("/").text(), "config,first,saved,a:b");
    let checked = check(&project, &["--env-file", "none", "--var", "D:1"]);
    assert_eq!(checked.code, Some(0), "{checked:?}");
    assert!(checked.stderr.contains("warning: `--env-file` is left out: the file is not there\n  at none"), "{checked:?}");
    let wrong = check(&project, &["--var", "D=1"]);
    assert!(wrong.code == Some(2) && wrong.stderr.contains("write `NAME:VALUE`"), "{wrong:?}");
}

#[test]
fn an_import_of_a_module_of_node_is_told_with_its_place_and_its_flag() {
    let project = Project::worker("import pad from \"left\";\nexport default { fetch: () => new Response(pad(\"x\")) };");
    project.write("node_modules/left/package.json", r#"{ "name": "left", "version": "1.0.0", "main": "index.js" }"#);
    project
        .write("node_modules/left/index.js", "const { format } = require(\"util\");\nmodule.exports = (text) => format(\"%s\", text);\n");
    let checked = check(&project, &[]);
    assert_eq!(checked.code, Some(0), "the code may never come there: {checked:?}");
    for expected in
        ["warning: `util` is built into Node.js", "\n  at node_modules/left/index.js:1:28", "compatibility flag `nodejs_compat`"]
    {
        assert!(checked.stderr.contains(expected), "expected `{expected}`: {checked:?}");
    }
}
