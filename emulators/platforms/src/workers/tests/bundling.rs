use super::{Folder, Workers};
use crate::Platform;
use greenroom_host::ModuleKind::{self, CompiledWasm, Data, Text};

fn rules(folder: &Folder) -> Vec<(ModuleKind, String, bool)> {
    let rules = folder.project().app.module_rules;
    rules.into_iter().map(|rule| (rule.kind, rule.globs.join(" "), rule.fallthrough)).collect()
}

#[test]
fn defaults() {
    let bundling = Workers.bundling();
    assert_eq!(bundling.conditions, ["workerd", "worker", "browser"]);
    assert_eq!(bundling.externals, ["cloudflare:*", "node:async_hooks"]);
    assert!(bundling.keep_names && !bundling.minify && !bundling.no_bundle);
    let folder = Folder::with("");
    let expected = [
        (Text, "**/*.txt **/*.html **/*.sql".to_owned(), false),
        (Data, "**/*.bin".to_owned(), false),
        (CompiledWasm, "**/*.wasm **/*.wasm?module".to_owned(), false),
    ];
    assert_eq!(rules(&folder), expected);
    assert_eq!(folder.project().bundling.module_rules, bundling.module_rules);
}

#[test]
fn a_rule_ends_its_kind_unless_it_falls_through() {
    let folder =
        Folder::with("\"rules\": [{ \"type\": \"Text\", \"globs\": [\"**/*.md\"] },\n{ \"type\": \"Text\", \"globs\": [\"**/*.x\"] }]");
    let expected = [(Text, "**/*.md"), (Data, "**/*.bin"), (CompiledWasm, "**/*.wasm **/*.wasm?module")];
    assert_eq!(rules(&folder).iter().map(|(kind, globs, _)| (*kind, globs.as_str())).collect::<Vec<_>>(), expected);
    let ignored = |what: &str| {
        format!(
            "wrangler.jsonc:5:11 warning: `rules[0]` ends the rules of its type: {what} is ignored \
             -> add `fallthrough: true` to use both, or `fallthrough: false` to say that this is meant"
        )
    };
    assert_eq!(folder.warnings(), [ignored("`rules[1]`"), ignored("the default one for `**/*.txt`, `**/*.html`, `**/*.sql`")]);

    let decided = Folder::with(r#""rules": [{ "type": "Text", "globs": ["**/*.md"], "fallthrough": false }]"#);
    assert_eq!((rules(&decided).len(), decided.warnings().len()), (3, 0));

    let through = Folder::with(r#""rules": [{ "type": "Text", "globs": ["**/*.md"], "fallthrough": true }]"#);
    assert_eq!(rules(&through)[0], (Text, "**/*.md".to_owned(), true));
    assert_eq!((rules(&through).len(), through.warnings().len()), (4, 0));
}

#[test]
fn rules_of_wrong_types() {
    let folder = Folder::with(
        "\"rules\": [\n{ \"type\": \"text\", \"globs\": \"x\" },\n{ \"globs\": [1], \"fallthrough\": 1 },\n{ \"type\": \"Data\" },\n\"x\"]",
    );
    let kinds = "-> use one of `ESModule`, `CommonJS`, `CompiledWasm`, `Text`, `Data`";
    let expected = [
        "wrangler.jsonc:6:28 error: `rules[0].globs` must be an array, not `\"x\"` -> make `rules[0].globs` an array, or remove it"
            .to_owned(),
        format!("wrangler.jsonc:6:11 error: `rules[0].type` is no type of module: `text` {kinds}"),
        "wrangler.jsonc:7:32 error: `rules[1].fallthrough` must be true or false, not `1` \
         -> make `rules[1].fallthrough` true or false, or remove it"
            .to_owned(),
        "wrangler.jsonc:7:13 error: `rules[1].globs[0]` must be a string, not `1` -> make `rules[1].globs[0]` a string, or remove it"
            .to_owned(),
        format!("wrangler.jsonc:7:1 error: `rules[1].type` is missing {kinds}"),
        "wrangler.jsonc:8:1 error: `rules[2].globs` is missing -> add the files it is for, such as `[\"**/*.txt\"]`".to_owned(),
        "wrangler.jsonc:9:1 error: `rules[3]` must be an object, not `\"x\"` -> make `rules[3]` an object, or remove it".to_owned(),
    ];
    assert_eq!(folder.problems()[..7], expected);
    assert_eq!(rules(&Folder::with("\"rules\": null")).len(), 3);
}

#[test]
fn settings_of_the_bundle() {
    let folder = Folder::with(
        r#""define": { "VERSION": "\"1\"" }, "alias": { "react": "preact/compat" }, "tsconfig": "./config/../tsconfig.app.json",
           "jsx_factory": "h", "jsx_fragment": "Fragment", "minify": true, "keep_names": false, "no_bundle": true"#,
    )
    .process_env(&[("NODE_ENV", "test"), ("WRANGLER_BUILD_CONDITIONS", "a,b")]);
    let bundling = folder.project().bundling;
    let names: Vec<_> = bundling.define.iter().map(|(name, value)| format!("{name}={value}")).collect();
    let expected = [
        "process.env.NODE_ENV=\"test\"",
        "global.process.env.NODE_ENV=\"test\"",
        "globalThis.process.env.NODE_ENV=\"test\"",
        "VERSION=\"1\"",
    ];
    assert_eq!(names, expected);
    assert_eq!(bundling.alias, [("react".into(), "preact/compat".into())]);
    assert_eq!(bundling.tsconfig, Some(folder.dir.path().join("tsconfig.app.json")));
    assert_eq!((bundling.jsx_factory.as_deref(), bundling.jsx_fragment.as_deref()), (Some("h"), Some("Fragment")));
    assert!(bundling.minify && !bundling.keep_names && bundling.no_bundle);
    assert_eq!(bundling.conditions, ["a", "b"]);
}

#[test]
fn the_mode_is_development_unless_defined() {
    let mode = |folder: &Folder| folder.project().bundling.define[0].clone();
    assert_eq!(mode(&Folder::with("")), ("process.env.NODE_ENV".into(), "\"development\"".into()));
    let own = Folder::with(r#""define": { "process.env.NODE_ENV": "\"x\"" }"#);
    assert_eq!(mode(&own).1, "\"x\"");
}
