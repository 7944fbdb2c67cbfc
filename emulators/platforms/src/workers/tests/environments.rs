use super::{Folder, worker};

const TOP: &str = r#""vars": { "A": "top", "B": "top" }, "kv_namespaces": [{ "binding": "KV", "id": "top" }], "limits": { "cpu_ms": 10 },
"define": { "X": "1" }, "alias": { "a": "b" },
"env": {
"staging": { "compatibility_flags": ["one"], "vars": { "A": "own" }, "kv_namespaces": [{ "binding": "KV", "id": "own" }], "define": { "X": "2" } },
"named": { "name": "other", "main": "src/other.ts" },
"empty": {}
}"#;

fn staging(keys: &str) -> Folder {
    Folder::with(&TOP.replace("\"staging\": {", &format!("\"staging\": {{ {keys}"))).environment("staging")
}

#[test]
fn what_an_environment_inherits() {
    let project = staging("").project();
    let app = project.app;
    assert_eq!((app.name.as_str(), app.limits.cpu_ms), ("app-staging", Some(10)));
    assert_eq!(app.compatibility_flags, ["one"]);
    assert_eq!(app.vars.iter().map(|var| (var.name.as_str(), var.value.as_str().unwrap())).collect::<Vec<_>>(), [("A", "own")]);
    assert_eq!(app.bindings[0].id, "own");
    assert!(project.bundling.define.contains(&("X".into(), "2".into())));
    assert_eq!(project.bundling.alias, [("a".into(), "b".into())]);
    let expected = "wrangler.jsonc:8:47 warning: `B` of `vars` at the top level: not in `env.staging.vars`, which does not inherit from it \
                    -> add to `env.staging.vars` what this environment needs";
    assert_eq!(staging("").warnings(), [expected]);
}

#[test]
fn without_an_environment_the_top_level_counts() {
    let app = Folder::with(TOP).project().app;
    assert_eq!((app.name.as_str(), app.vars.len(), app.bindings[0].id.as_str()), ("app", 2, "top"));
    assert!(app.warnings.is_empty());
    assert_eq!(Folder::with(TOP).environment("").project().app.name, "app");
}

#[test]
fn the_process_may_choose_the_environment() {
    let folder = Folder::with(TOP).process_env(&[("CLOUDFLARE_ENV", "staging")]);
    assert_eq!(folder.project().app.name, "app-staging");
    assert_eq!(folder.environment("empty").project().app.name, "app-empty");
}

#[test]
fn a_section_may_set_name_and_main() {
    let folder = Folder::with(TOP).environment("named");
    let expected =
        "wrangler.jsonc:9:37 error: `env.named.main` names a file that is not there: `src/other.ts` -> set `main` to `src/index.ts`";
    assert_eq!(folder.problems()[0], expected);
    folder.write("src/other.ts", "");
    let app = folder.project().app;
    assert_eq!((app.name.as_str(), app.main), ("other", folder.dir.path().join("src/other.ts")));
}

#[test]
fn an_empty_section_is_told_what_it_lacks() {
    let folder = Folder::with(TOP).environment("empty");
    let lacks = |key: &str| {
        format!(
            "wrangler.jsonc:10:1 warning: `{key}` is set at the top level, but not in `env.empty`, which does not inherit it \
             -> add `{key}` to `env.empty`"
        )
    };
    assert_eq!(folder.warnings(), [lacks("define"), lacks("vars"), lacks("kv_namespaces")]);
    let app = folder.project().app;
    assert!(app.vars.is_empty() && app.bindings.is_empty());
}

#[test]
fn an_unknown_environment() {
    let folder = Folder::with(TOP).environment("prod");
    let expected = "wrangler.jsonc:7:1 error: there is no environment `prod` -> the environments are `staging`, `named`, `empty`";
    assert_eq!(folder.problems(), [expected]);
    let none = Folder::with("\"env\": {}").environment("prod");
    assert_eq!(none.problems(), ["wrangler.jsonc:5:1 error: there is no environment `prod` -> add a section `env.prod`"]);
    let not_an_object = Folder::with("\"env\": { \"prod\": 1 }").environment("prod");
    assert!(not_an_object.problems()[0].starts_with("wrangler.jsonc:5:18 error: `env.prod` must be an object, not `1`"));
}

#[test]
fn where_there_are_no_environments_the_top_level_serves() {
    let folder = Folder::with(r#""vars": { "A": "1" }"#).environment("prod");
    let expected = "wrangler.jsonc:1:1 warning: there is no environment `prod`, nor any other; the top level serves for it \
                    -> add a section `env.prod`, or leave the environment out";
    assert_eq!(folder.warnings(), [expected]);
    let app = folder.project().app;
    assert_eq!((app.name.as_str(), app.vars.len()), ("app-prod", 1));
}

#[test]
fn keys_in_the_wrong_section() {
    let expected = [
        "wrangler.jsonc:8:14 warning: `alias` counts at the top level only; `env.staging.alias` is ignored -> move `alias` to the top level",
        "wrangler.jsonc:8:27 warning: `env.staging.routs` is not a known key; it is ignored -> did you mean `routes`?",
    ];
    assert_eq!(staging("\"alias\": {}, \"routs\": [],").warnings()[..2], expected);
}

#[test]
fn a_define_only_the_environment_has() {
    let folder = Folder::with(&TOP.replace(r#""X": "2""#, r#""Y": "2""#)).environment("staging");
    let warnings = folder.warnings().join("\n");
    assert!(warnings.contains("warning: `X` of `define` at the top level: not in `env.staging.define`"), "{warnings}");
    assert!(warnings.contains("warning: `Y` is in `env.staging.define`, but not in `define` at the top level"), "{warnings}");
}

#[test]
fn durable_objects_missing_from_a_section() {
    let object = |name: &str| format!("\"durable_objects\": {{ \"bindings\": [{{ \"name\": \"{name}\", \"class_name\": \"C\" }}] }}");
    let text = worker(&format!("{}, \"env\": {{ \"dev\": {{ {} }} }}", object("A"), object("B")));
    let warnings = Folder::json(&text).environment("dev").warnings();
    assert!(warnings[0].contains("`A` of `durable_objects` at the top level: not in `env.dev.durable_objects`"), "{warnings:?}");
}
