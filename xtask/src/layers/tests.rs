use serde_json::{Value, json};

use super::*;

/// A workspace of the given crates: folder and dependencies (a crate's name, with a kind other than normal before a colon).
/// A crate is named after its folder's last part; names that no folder has are crates from the registry.
fn workspace(crates: &[(&str, &[&str])]) -> Metadata {
    let name = |folder: &str| folder.rsplit('/').next().unwrap_or_default().to_owned();
    let packages: Vec<Value> = crates.iter().map(|(folder, dependencies)| package(folder, &name(folder), dependencies)).collect();
    let nodes: Vec<Value> = crates.iter().map(|(folder, dependencies)| node(&name(folder), dependencies)).collect();
    let members: Vec<_> = crates.iter().filter(|(folder, _)| !folder.starts_with("registry/")).map(|(folder, _)| name(folder)).collect();
    let json = json!({ "packages": packages, "workspace_members": members, "workspace_root": "/w", "resolve": { "nodes": nodes } });
    Metadata::parse(json.to_string().as_bytes()).unwrap()
}

fn split(dependency: &str) -> (Option<&str>, &str) {
    dependency.split_once(':').map_or((None, dependency), |(kind, name)| (Some(kind), name))
}

fn package(folder: &str, name: &str, dependencies: &[&str]) -> Value {
    let declared = dependencies.iter().map(|dependency| {
        let (kind, name) = split(dependency);
        json!({ "name": name, "kind": kind })
    });
    json!({ "name": name, "id": name, "manifest_path": format!("/w/{folder}/Cargo.toml"), "dependencies": declared.collect::<Vec<_>>() })
}

fn node(name: &str, dependencies: &[&str]) -> Value {
    let edges = dependencies.iter().map(|dependency| {
        let (kind, name) = split(dependency);
        json!({ "pkg": name, "dep_kinds": [{ "kind": kind }] })
    });
    json!({ "id": name, "deps": edges.collect::<Vec<_>>() })
}

fn problems(crates: &[(&str, &[&str])]) -> Vec<String> {
    check(&workspace(crates), LAYERS).problems
}

#[test]
fn a_workspace_in_order_passes_and_its_edges_are_counted() {
    let metadata = workspace(&[
        ("runtime/host", &[]),
        ("emulators/services/kv", &["host"]),
        ("emulators/bindings", &["kv", "host"]),
        ("cli", &["bindings", "kv"]),
    ]);
    let report = check(&metadata, LAYERS);
    assert_eq!(report.problems, Vec::<String>::new());
    assert_eq!(report.summary, "layers: 4 crates, 5 dependencies between them, all allowed");
}

#[test]
fn a_service_that_calls_a_service_is_refused_by_name_edge_and_rule() {
    let problems = problems(&[("runtime/host", &[]), ("emulators/services/kv", &["host"]), ("emulators/services/d1", &["host", "kv"])]);
    let [problem] = &problems[..] else { panic!("one problem, not {problems:?}") };
    assert!(problem.contains("`emulators/services/d1` (crate `d1`) depends on `emulators/services/kv`"), "{problem}");
    assert!(problem.contains("never another service"), "{problem}");
}

#[test]
fn the_guest_side_may_not_call_the_host() {
    let problems = problems(&[("runtime/host", &[]), ("runtime/js", &["host"])]);
    assert_eq!(problems.len(), 1, "{problems:?}");
    assert!(problems[0].contains("it reaches the host through `channel`"), "{}", problems[0]);
}

#[test]
fn host_calls_nothing() {
    let problems = problems(&[("runtime/channel", &["host"]), ("runtime/host", &["channel"])]);
    assert_eq!(problems.len(), 1, "{problems:?}");
    assert!(problems[0].contains("it may call no crate of the workspace"), "{}", problems[0]);
}

#[test]
fn a_build_dependency_counts_and_a_dev_dependency_does_not() {
    let as_kind = |dependency| problems(&[("runtime/host", &[]), ("runtime/wasm", &[dependency])]).len();
    assert_eq!(as_kind("build:host"), 1);
    assert_eq!(as_kind("dev:host"), 0);
}

#[test]
fn an_engine_is_found_however_far_down_and_the_way_is_shown() {
    let problems = problems(&[
        ("emulators/services/kv", &["codec"]),
        ("registry/codec", &["deno_core"]),
        ("registry/deno_core", &["v8x"]),
        ("registry/v8x", &[]),
    ]);
    let [problem] = &problems[..] else { panic!("one problem, not {problems:?}") };
    assert!(problem.contains("reaches an engine: `kv` → `codec` → `deno_core`"), "{problem}");
}

#[test]
fn an_engine_that_only_tests_use_is_no_problem() {
    assert_eq!(problems(&[("emulators/services/kv", &["dev:wasmtime"]), ("registry/wasmtime", &[])]), Vec::<String>::new());
}

#[test]
fn the_guest_crates_and_the_binary_may_stand_on_engines() {
    let metadata = [("runtime/wasm", &["wasmtime"][..]), ("cli", &["wasm"]), ("registry/wasmtime", &[])];
    assert_eq!(problems(&metadata), Vec::<String>::new());
}

#[test]
fn a_crate_without_a_row_is_refused() {
    let problems = problems(&[("emulators/nowhere", &[])]);
    assert_eq!(problems.len(), 1, "{problems:?}");
    assert!(problems[0].contains("`emulators/nowhere` (crate `nowhere`) has no row"), "{}", problems[0]);
}

#[test]
fn a_star_stands_for_one_folder_level() {
    assert!(covers(SERVICES, "emulators/services/kv"));
    assert!(!covers(SERVICES, "emulators/services"));
    assert!(!covers(SERVICES, "emulators/services/kv/fuzz"));
}

#[test]
fn no_two_rows_cover_one_folder() {
    for layer in LAYERS {
        let folder = layer.at.replace('*', "x");
        assert_eq!(LAYERS.iter().filter(|other| covers(other.at, &folder)).count(), 1, "{folder}");
    }
}
