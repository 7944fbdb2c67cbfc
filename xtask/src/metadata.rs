//! The part of `cargo metadata` that the layer check reads.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde::Deserialize;

/// Every package of the workspace and of its dependency graph.
/// The format: <https://doc.rust-lang.org/cargo/commands/cargo-metadata.html#json-format>
#[derive(Debug, Deserialize)]
pub(crate) struct Metadata {
    /// The workspace's own packages and everything they pull in.
    pub(crate) packages: Vec<Package>,
    /// Ids of the packages that the workspace holds.
    pub(crate) workspace_members: Vec<String>,
    /// Absolute path of the folder with the root `Cargo.toml`.
    pub(crate) workspace_root: PathBuf,
    /// Which package ends up depending on which.
    pub(crate) resolve: Resolve,
}

/// One package, with its dependencies as its manifest declares them (optional ones too).
#[derive(Debug, Deserialize)]
pub(crate) struct Package {
    /// The name in the manifest.
    pub(crate) name: String,
    /// Cargo's id, unique in the graph.
    pub(crate) id: String,
    /// Absolute path of its `Cargo.toml`.
    pub(crate) manifest_path: PathBuf,
    /// What `[dependencies]`, `[dev-dependencies]` and `[build-dependencies]` list.
    pub(crate) dependencies: Vec<Dependency>,
}

/// One line of a manifest's dependency tables.
#[derive(Debug, Deserialize)]
pub(crate) struct Dependency {
    /// The package's name, not the name it may be renamed to.
    pub(crate) name: String,
    /// `None` for a normal dependency, else `dev` or `build`.
    pub(crate) kind: Option<String>,
}

/// The resolved graph for the features of a plain build.
#[derive(Debug, Deserialize)]
pub(crate) struct Resolve {
    /// One node for each package.
    pub(crate) nodes: Vec<Node>,
}

/// A package in the resolved graph.
#[derive(Debug, Deserialize)]
pub(crate) struct Node {
    /// The package's id.
    pub(crate) id: String,
    /// Its edges.
    pub(crate) deps: Vec<Edge>,
}

/// A resolved dependency.
#[derive(Debug, Deserialize)]
pub(crate) struct Edge {
    /// The id of the package depended on.
    pub(crate) pkg: String,
    /// One entry for each table that the dependency stands in.
    pub(crate) dep_kinds: Vec<EdgeKind>,
}

/// Which table a resolved dependency stands in.
#[derive(Debug, Deserialize)]
pub(crate) struct EdgeKind {
    /// `None` for a normal dependency, else `dev` or `build`.
    pub(crate) kind: Option<String>,
}

impl Metadata {
    /// Reads what `cargo metadata --format-version 1` has written. The error says what does not fit.
    pub(crate) fn parse(json: &[u8]) -> Result<Self, String> {
        serde_json::from_slice(json).map_err(|error| format!("`cargo metadata` gave something unexpected: {error}"))
    }
}

/// Asks cargo. Without `--offline`: on a fresh clone, cargo has yet to download the manifests of the dependencies; later it
/// reads them from its cache. The platform filter keeps it from asking for crates that no build here uses.
pub(crate) fn read(root: &Path) -> Result<Metadata, String> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let platform = host_platform()?;
    let mut command = Command::new(cargo);
    command.args(["metadata", "--format-version", "1", "--filter-platform", &platform]).current_dir(root);
    Metadata::parse(&output_of(&mut command)?)
}

/// The target triple that this machine builds for.
fn host_platform() -> Result<String, String> {
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let version = output_of(Command::new(rustc).arg("-vV"))?;
    let version = String::from_utf8_lossy(&version).into_owned();
    let host = version.lines().find_map(|line| line.strip_prefix("host: "));
    host.map(str::to_owned).ok_or_else(|| format!("`rustc -vV` names no host: {version}"))
}

fn output_of(command: &mut Command) -> Result<Vec<u8>, String> {
    let program = command.get_program().to_string_lossy().into_owned();
    let output = command.output().map_err(|error| format!("cannot run `{program}`: {error}"))?;
    if output.status.success() {
        return Ok(output.stdout);
    }
    Err(format!("`{program}` failed with {}: {}", output.status, String::from_utf8_lossy(&output.stderr).trim()))
}
