//! Who may depend on whom. The table is the one of `ARCHITECTURE.md`, "Who may call whom".

use std::collections::{HashMap, VecDeque};
use std::path::Path;

use crate::Report;
use crate::metadata::{Metadata, Package};

/// One row: the crates in a folder, and what they may depend on.
#[derive(Debug)]
pub(crate) struct Layer {
    /// The crate's folder, from the workspace root; a last part of `*` stands for every crate in the folder before it.
    pub(crate) at: &'static str,
    /// The folders of the crates that it may name in `[dependencies]` or `[build-dependencies]`.
    pub(crate) may_call: MayCall,
    /// Whether a JavaScript or WebAssembly engine may be among its dependencies, however far down.
    pub(crate) engine: Engine,
    /// The reason, for whoever meets the error.
    pub(crate) rule: &'static str,
}

/// What a layer may depend on inside the workspace.
#[derive(Debug)]
pub(crate) enum MayCall {
    /// Any crate.
    Everything,
    /// The crates in these folders, written as in [`Layer::at`].
    Only(&'static [&'static str]),
}

/// Whether a layer may stand on an engine.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Engine {
    /// It may.
    Allowed,
    /// It may not: its tests must build in seconds, and on a machine where the engine does not build.
    Never,
}

use Engine::{Allowed, Never};
use MayCall::{Everything, Only};

const HOST: &str = "runtime/host";
const CHANNEL: &str = "runtime/channel";
const WEBSOCKET: &str = "runtime/websocket";
const TRIGGERS: &str = "emulators/triggers";
const AWS_WIRE: &str = "emulators/aws-wire";
const EVENT_PATTERNS: &str = "emulators/event-patterns";
const SERVICES: &str = "emulators/services/*";

/// Every crate of the workspace falls under exactly one row.
pub(crate) const LAYERS: &[Layer] = &[
    Layer { at: HOST, may_call: Only(&[]), engine: Never, rule: "`host` depends on nothing in the workspace" },
    Layer { at: CHANNEL, may_call: Only(&[HOST]), engine: Never, rule: "`channel` is the protocol alone: it may call `host`" },
    Layer {
        at: "runtime/supervisor",
        may_call: Only(&[CHANNEL, HOST]),
        engine: Never,
        rule: "`supervisor` sees guests through `channel` only, so that every kind of guest looks alike to it",
    },
    Layer {
        at: "runtime/js",
        may_call: Only(&[CHANNEL, "runtime/wasm", "runtime/intl"]),
        engine: Allowed,
        rule: "`js` is the guest side: no service, no storage, no journal; it reaches the host through `channel`",
    },
    Layer {
        at: "runtime/js/snapshot",
        may_call: Only(&["runtime/js"]),
        engine: Allowed,
        rule: "`js/snapshot` is what `js` makes when it is built, and nothing else",
    },
    Layer { at: "runtime/wasm", may_call: Only(&[]), engine: Allowed, rule: "`wasm` depends on nothing in the workspace" },
    Layer { at: "runtime/intl", may_call: Only(&[]), engine: Never, rule: "`intl` depends on nothing in the workspace, and on no engine" },
    Layer { at: WEBSOCKET, may_call: Only(&[]), engine: Never, rule: "`websocket` depends on nothing in the workspace" },
    Layer { at: "runtime/bundle", may_call: Only(&[HOST]), engine: Never, rule: "`bundle` may call `host`" },
    Layer {
        at: "runtime/lambda-api",
        may_call: Only(&[HOST]),
        engine: Never,
        rule: "`lambda-api` runs the user's own processes over the vendor's API: it may call `host`",
    },
    Layer {
        at: "runtime/lambda-isolate",
        may_call: Only(&["runtime/lambda-api", "runtime/supervisor", CHANNEL, HOST]),
        engine: Never,
        rule: "`lambda-isolate` runs handlers in guests: it may call `lambda-api`, whose part it does, `supervisor`, `channel` and `host`",
    },
    Layer {
        at: "emulators/control",
        may_call: Only(&[HOST]),
        engine: Never,
        rule: "`control` knows no service and no guest: it asks `host`, and the program that serves through its own trait",
    },
    Layer {
        at: "emulators/gateway",
        may_call: Only(&[HOST, CHANNEL, WEBSOCKET, "runtime/supervisor"]),
        engine: Never,
        rule: "`gateway` knows no service, no binding and no platform: it hands events to `supervisor`",
    },
    Layer {
        at: TRIGGERS,
        may_call: Only(&[HOST, EVENT_PATTERNS]),
        engine: Never,
        rule: "`triggers` say when something is due: they may call `host`, and whoever is to run gets in through what they are given",
    },
    Layer {
        at: "emulators/platforms",
        may_call: Only(&[HOST, "runtime/bundle", TRIGGERS]),
        engine: Never,
        rule: "`platforms` turn a vendor's configuration into an `App`: they may call `host`, `bundle`, and `triggers` for the vendor's own rules",
    },
    Layer {
        at: "emulators/platforms/lambda",
        may_call: Only(&[HOST]),
        engine: Never,
        rule: "`platforms/lambda` turns templates into declarations: it may call `host`, and bundles and starts nothing",
    },
    Layer {
        at: "emulators/bindings",
        may_call: Only(&[SERVICES, CHANNEL, HOST]),
        engine: Never,
        rule: "`bindings` are a JavaScript text and a handler on the host: they may call services, `channel` and `host`",
    },
    Layer {
        at: AWS_WIRE,
        may_call: Only(&[HOST]),
        engine: Never,
        rule: "`aws-wire` is what AWS services stand on: it knows none of them, and calls `host` alone",
    },
    Layer {
        at: EVENT_PATTERNS,
        may_call: Only(&[]),
        engine: Never,
        rule: "`event-patterns` is a language: it depends on nothing in the workspace",
    },
    Layer {
        at: SERVICES,
        may_call: Only(&[HOST, WEBSOCKET, AWS_WIRE, EVENT_PATTERNS]),
        engine: Never,
        rule: "a service calls `host` alone (and `websocket` and `aws-wire`, which are protocols, and `event-patterns`, a language): never another service (that goes through `host`), never an engine",
    },
    Layer { at: "harness/rust", may_call: Only(&[]), engine: Never, rule: "a test client knows the control API by its wire alone" },
    Layer { at: "cli", may_call: Everything, engine: Allowed, rule: "`cli` puts everything together" },
    Layer { at: "tests", may_call: Everything, engine: Allowed, rule: "tests may use everything" },
    Layer { at: "xtask", may_call: Everything, engine: Allowed, rule: "xtask is no part of the product" },
];

/// Holds the workspace's crates against `layers`. Dev-dependencies do not count: tests may use what they like.
pub(crate) fn check(metadata: &Metadata, layers: &[Layer]) -> Report {
    let members = members(metadata);
    let mut problems = Vec::new();
    let mut edges = 0;
    for (package, folder) in &members {
        let Some(layer) = layers.iter().find(|layer| covers(layer.at, folder)) else {
            problems.push(no_row(package, folder));
            continue;
        };
        for called in called_members(package, &members) {
            edges += 1;
            if !layer.allows(called) {
                problems.push(forbidden(package, folder, called, layer));
            }
        }
        if layer.engine == Never
            && let Some(path) = path_to_engine(metadata, package)
        {
            problems.push(reaches_engine(package, folder, &path, layer));
        }
    }
    let summary = format!("layers: {} crates, {edges} dependencies between them, all allowed", members.len());
    Report { summary, problems, notes: Vec::new() }
}

impl Layer {
    fn allows(&self, folder: &str) -> bool {
        match self.may_call {
            Everything => true,
            Only(patterns) => patterns.iter().any(|pattern| covers(pattern, folder)),
        }
    }
}

fn no_row(package: &Package, folder: &str) -> String {
    format!(
        "`{folder}` (crate `{}`) has no row in the layer table\n  = help: add one to `LAYERS` in xtask/src/layers/mod.rs, and to ARCHITECTURE.md",
        package.name
    )
}

fn forbidden(package: &Package, folder: &str, called: &str, layer: &Layer) -> String {
    let allowed = match layer.may_call {
        Only([]) => "no crate of the workspace".to_owned(),
        Only(patterns) => patterns.iter().map(|pattern| format!("`{pattern}`")).collect::<Vec<_>>().join(", "),
        Everything => "everything".to_owned(),
    };
    format!(
        "`{folder}` (crate `{}`) depends on `{called}`, which its layer may not call\n  = rule: {}\n  = help: it may call {allowed}; \
         take the line out of {folder}/Cargo.toml",
        package.name, layer.rule
    )
}

fn reaches_engine(package: &Package, folder: &str, path: &[String], layer: &Layer) -> String {
    format!(
        "`{folder}` (crate `{}`) reaches an engine: {}\n  = rule: {}\n  = help: cut that path; only `runtime/js` and `runtime/wasm` stand on engines",
        package.name,
        path.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(" → "),
        layer.rule
    )
}

/// The workspace's packages, each with its folder from the root, written with `/`.
fn members(metadata: &Metadata) -> Vec<(&Package, String)> {
    let is_member = |package: &&Package| metadata.workspace_members.contains(&package.id);
    let with_folder = |package| (package, folder_of(package, &metadata.workspace_root));
    metadata.packages.iter().filter(is_member).map(with_folder).collect()
}

fn folder_of(package: &Package, root: &Path) -> String {
    let folder = package.manifest_path.parent().unwrap_or(root);
    let relative = folder.strip_prefix(root).unwrap_or(folder);
    relative.components().map(|part| part.as_os_str().to_string_lossy()).collect::<Vec<_>>().join("/")
}

/// The folders of the workspace's crates that the manifest of `package` names outside `[dev-dependencies]`, optional ones too.
fn called_members<'a>(package: &'a Package, members: &'a [(&Package, String)]) -> impl Iterator<Item = &'a str> {
    let declared = package.dependencies.iter().filter(|dependency| counts(dependency.kind.as_deref()));
    declared.filter_map(|dependency| {
        let member = members.iter().find(|(member, _)| member.name == dependency.name);
        member.map(|(_, folder)| folder.as_str())
    })
}

fn counts(kind: Option<&str>) -> bool {
    kind != Some("dev")
}

fn covers(pattern: &str, folder: &str) -> bool {
    match pattern.strip_suffix("/*") {
        Some(parent) => folder.rsplit_once('/').is_some_and(|(before, _)| before == parent),
        None => pattern == folder,
    }
}

/// Whether this package is a JavaScript or WebAssembly engine, or a part of one.
fn is_engine(name: &str) -> bool {
    const FAMILIES: &[&str] = &["deno_", "wasmtime", "serde_v8"];
    const CRATES: &[&str] = &["v8", "v8x"];
    CRATES.contains(&name) || FAMILIES.iter().any(|family| name.starts_with(family))
}

/// The names on the shortest way from `package` to an engine, both ends included; `None` where there is none.
fn path_to_engine(metadata: &Metadata, package: &Package) -> Option<Vec<String>> {
    let names: HashMap<&str, &str> = metadata.packages.iter().map(|package| (package.id.as_str(), package.name.as_str())).collect();
    let nodes: HashMap<&str, _> = metadata.resolve.nodes.iter().map(|node| (node.id.as_str(), node)).collect();
    let mut came_from: HashMap<&str, Option<&str>> = HashMap::from([(package.id.as_str(), None)]);
    let mut queue = VecDeque::from([package.id.as_str()]);
    while let Some(id) = queue.pop_front() {
        if names.get(id).is_some_and(|name| is_engine(name)) {
            return Some(way_back(id, &came_from, &names));
        }
        for edge in nodes.get(id).map_or(&[][..], |node| &node.deps) {
            let used = edge.dep_kinds.iter().any(|edge| counts(edge.kind.as_deref()));
            if used && !came_from.contains_key(edge.pkg.as_str()) {
                came_from.insert(&edge.pkg, Some(id));
                queue.push_back(&edge.pkg);
            }
        }
    }
    None
}

fn way_back(engine: &str, came_from: &HashMap<&str, Option<&str>>, names: &HashMap<&str, &str>) -> Vec<String> {
    let ids = std::iter::successors(Some(engine), |id| came_from.get(id).copied().flatten());
    let mut path: Vec<String> = ids.map(|id| (*names.get(id).unwrap_or(&id)).to_owned()).collect();
    path.reverse();
    path
}

#[cfg(test)]
mod tests;
