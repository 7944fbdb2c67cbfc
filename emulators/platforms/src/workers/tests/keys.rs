use super::super::keys::{KEYS, Scope, Treatment};
use super::Folder;

/// The keys that `wrangler` 4.164's own schema has, and those of its sources of August 2026.
const SCHEMA: &str = "$schema access account_id addresses agent_memory ai ai_search ai_search_namespaces alias analytics \
    analytics_engine_datasets artifacts assets base_dir browser build cache cloudchamber compatibility_date compatibility_flags \
    compliance_region connect containers d1_databases data_blobs define dependencies_instrumentation dev dispatch_namespaces durable_objects env \
    exports find_additional_modules first_party_worker flagship hyperdrive images jsx_factory jsx_fragment k2 keep_names keep_vars kv_namespaces \
    limits logfwdr logpush main media migrations minify mtls_certificates name no_bundle observability pages_build_output_dir pipelines placement \
    preserve_file_names preview_urls previews python_modules queues r2_buckets ratelimits route routes rules secrets secrets_store_secrets \
    send_email send_metrics services site stream streaming_tail_consumers tail_consumers text_blobs triggers tsconfig unsafe unsafe_hello_world \
    upload_source_maps vars vectorize version_metadata vpc_networks vpc_services wasm_modules websearch worker_loaders workers_dev workflows";

#[test]
fn the_table_has_every_key_of_the_schema() {
    let mut known: Vec<_> = KEYS.iter().filter(|key| !matches!(key.treatment, Treatment::Removed(_))).map(|key| key.name).collect();
    known.sort_unstable();
    assert_eq!(known, SCHEMA.split_whitespace().collect::<Vec<_>>());
}

#[test]
fn keys_of_deployment_are_taken_silently() {
    let folder = Folder::with(
        r#""$schema": "node_modules/wrangler/config-schema.json", "account_id": "x", "workers_dev": true, "routes": ["a.b/*"],
           "observability": { "enabled": true }, "placement": { "mode": "smart" }, "logpush": false, "send_metrics": false,
           "upload_source_maps": true, "keep_vars": true, "preview_urls": false, "triggers": {}, "build": { "cwd": "." }, "migrations": []"#,
    );
    assert!(folder.warnings().is_empty(), "{:?}", folder.warnings());
}

#[test]
fn every_irrelevant_key_is_taken_silently() {
    for key in KEYS.iter().filter(|key| key.treatment == Treatment::Irrelevant && key.name != "pages_build_output_dir") {
        let folder = Folder::with(&format!("\"{}\": \"x\"", key.name));
        assert!(folder.warnings().is_empty(), "{}: {:?}", key.name, folder.warnings());
    }
}

#[test]
fn every_binding_that_is_not_emulated_is_declared_and_warned_of() {
    for key in KEYS {
        let Some(binding) = key.binding.filter(|binding| !binding.emulated) else { continue };
        let one = format!("{{ \"{}\": \"NAME\" }}", binding.name);
        let value = match binding.shape {
            super::super::keys::Shape::List => format!("[{one}]"),
            super::super::keys::Shape::ListIn(part) => format!("{{ \"{part}\": [{one}] }}"),
            super::super::keys::Shape::Single => one,
            super::super::keys::Shape::Map => "{ \"NAME\": \"file\" }".to_owned(),
        };
        let folder = Folder::with(&format!("\"{}\": {value}", key.name));
        let app = folder.project().app;
        assert_eq!((app.bindings[0].name.as_str(), app.bindings[0].kind.as_str()), ("NAME", binding.kind), "{}", key.name);
        assert!(folder.warnings().iter().any(|warning| warning.contains("not emulated yet: the binding `NAME`")), "{}", key.name);
    }
}

#[test]
fn every_key_that_is_not_emulated_is_warned_of() {
    for key in KEYS {
        let Treatment::NotEmulated(missing) = key.treatment else { continue };
        let folder = Folder::with(&format!("\"{}\": {{ \"x\": 1 }}", key.name));
        let expected = format!("wrangler.jsonc:5:1 warning: not emulated yet: `{}` ({missing})", key.name);
        assert_eq!(folder.warnings(), [expected]);
        assert!(Folder::with(&format!("\"{}\": {{}}", key.name)).warnings().is_empty(), "{}", key.name);
    }
}

#[test]
fn unknown_keys_are_warnings() {
    let folder = Folder::with("\"kv-namespaces\": [],\n\"zzz\": 1");
    let expected = [
        "wrangler.jsonc:5:1 warning: `kv-namespaces` is not a known key; it is ignored -> did you mean `kv_namespaces`?",
        "wrangler.jsonc:6:1 warning: `zzz` is not a known key; it is ignored -> remove it, or correct its name",
    ];
    assert_eq!(folder.warnings(), expected);
}

#[test]
fn keys_that_the_vendor_took_away() {
    let folder = Folder::with("\"node_compat\": true,\n\"legacy_env\": false");
    let expected = [
        "wrangler.jsonc:5:1 error: `node_compat` is no longer supported -> use the compatibility flag `nodejs_compat` in its place",
        "wrangler.jsonc:6:1 error: `legacy_env` is no longer supported \
         -> remove it: each environment is a Worker of its own, as with `legacy_env = true`",
    ];
    assert_eq!(folder.problems(), expected);
}

#[test]
fn a_key_given_twice_is_a_warning() {
    let folder = Folder::with("\"vars\": { \"A\": \"1\" },\n\"vars\": { \"A\": \"2\" }");
    let expected = "wrangler.jsonc:6:1 warning: `vars` stands here for the second time, first on line 5; the first is ignored \
                    -> remove one of the two";
    assert_eq!(folder.warnings(), [expected]);
    assert_eq!(folder.project().app.vars[0].value, "2");
}

#[test]
fn parts_that_are_not_emulated() {
    let folder = Folder::with(
        r#""build": { "command": "make" }, "access": { "dev": { "aud": "x" } }, "cache": { "enabled": true }, "triggers": { "events": [{}] }"#,
    );
    let missing: Vec<_> = folder.warnings().iter().map(|warning| warning.split('`').nth(1).unwrap().to_owned()).collect();
    assert_eq!(missing, ["triggers.events", "build.command", "access.dev", "cache.enabled"]);
}

#[test]
fn only_top_level_keys_are_unknown_to_environments() {
    let top: Vec<_> =
        KEYS.iter().filter(|key| key.scope == Scope::TopLevel && key.treatment == Treatment::Used).map(|key| key.name).collect();
    assert_eq!(top, ["env", "dev", "wasm_modules", "text_blobs", "data_blobs", "alias"]);
}

/// The page of what works, differs and is refused has a row for each key, with the word that fits what is done with it.
#[test]
fn the_page_on_compatibility_has_every_key() {
    const PAGE: &str = include_str!("../../../../../docs/workers-compatibility.md");
    for key in KEYS {
        let words: &[&str] = match key.treatment {
            Treatment::Used if key.binding.is_some_and(|binding| !binding.emulated) => &["refused"],
            Treatment::Used => &["works", "differs"],
            Treatment::Irrelevant => &["accepted"],
            Treatment::NotEmulated(_) => &["warned about"],
            Treatment::Removed(_) => &["refused"],
        };
        let rows = words.iter().map(|word| format!("\n| `{}` | {word} |", key.name));
        assert!(rows.into_iter().any(|row| PAGE.contains(&row)), "`{}` has no row with one of {words:?}", key.name);
    }
}
