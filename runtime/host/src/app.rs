//! An application as every platform describes it to the rest of the program: vendor configuration in, this out.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::diagnostic::{Diagnostic, Position};

/// One deployable thing: a Worker, a function, a project. Built by a platform from the user's own configuration.
#[derive(Debug, Clone)]
pub struct App {
    /// The vendor's name for it (`name` in `wrangler.jsonc`); the folder's name where none is given.
    pub name: String,
    /// Absolute path of the project folder.
    pub dir: PathBuf,
    /// The platform that read it: `workers`, `deno`, `vercel`, `lambda`.
    pub platform: &'static str,
    /// Absolute path of the entry module.
    pub main: PathBuf,
    /// `YYYY-MM-DD`, or none where the platform has no such notion or the user gave none.
    pub compatibility_date: Option<String>,
    /// Compatibility flags, as written.
    pub compatibility_flags: Vec<String>,
    /// Plain values that the code sees in its environment, in order.
    pub vars: Vec<Var>,
    /// Everything else that the code sees in its environment.
    pub bindings: Vec<BindingDecl>,
    /// When its code is to run without a request: cron expressions as written, in the vendor's own language, which the platform has checked.
    pub crons: Vec<String>,
    /// How files that are not JavaScript become modules. First match wins.
    pub module_rules: Vec<ModuleRule>,
    /// Limits that the configuration itself sets.
    pub limits: LimitOverrides,
    /// Files that were read to make this (configuration, environment files): a change to one means loading it again.
    /// Includes files that were looked for and were not there.
    pub watch: Vec<PathBuf>,
    /// What the user should know although the app can run.
    pub warnings: Vec<Diagnostic>,
}

/// A plain value in the guest's environment.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Var {
    /// Its name in the environment.
    pub name: String,
    /// A string, or whatever JSON the vendor allows there.
    pub value: serde_json::Value,
    /// Came from a file of secrets: never printed.
    pub secret: bool,
}

/// A named door from guest code to a service.
#[derive(Debug, Clone)]
pub struct BindingDecl {
    /// Its name in the environment.
    pub name: String,
    /// The vendor's word for its kind, as its configuration key in the singular: `kv_namespace`, `d1_database`.
    pub kind: String,
    /// Which resource it opens: a namespace id, a database id. Two bindings with one id share one resource.
    pub id: String,
    /// Everything its configuration says, as written; the binding parses what it needs.
    pub config: serde_json::Value,
    /// The file it stands in and where, for messages.
    pub file: PathBuf,
    /// Where it stands in `file`.
    pub position: Option<Position>,
}

/// What a file becomes when it is imported.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum ModuleKind {
    /// An ECMAScript module.
    ESModule,
    /// A CommonJS module.
    CommonJS,
    /// Its default export is the text.
    Text,
    /// Its default export is an `ArrayBuffer`.
    Data,
    /// Its default export is a `WebAssembly.Module`.
    CompiledWasm,
}

/// Files matching one of `globs` become modules of `kind`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ModuleRule {
    /// What they become.
    pub kind: ModuleKind,
    /// Globs relative to the project folder, such as `**/*.wasm`.
    pub globs: Vec<String>,
    /// Whether later rules of the same kind still apply.
    pub fallthrough: bool,
}

/// Limits that the app's own configuration sets, over those of the profile.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct LimitOverrides {
    /// CPU time for one invocation, in milliseconds.
    pub cpu_ms: Option<u64>,
    /// Calls to services and to the outside in one invocation.
    pub subrequests: Option<u64>,
}

/// One module as it is handed to a guest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Module {
    /// The specifier by which other modules of the version import it, and which stack traces show.
    pub name: String,
    /// What it is.
    pub kind: ModuleKind,
    /// Its bytes: UTF-8 source for code and text.
    pub content: bytes::Bytes,
}

/// Code ready to run: the outcome of a successful bundle.
#[derive(Debug, Clone)]
pub struct Bundle {
    /// The modules; the first is the entry.
    pub modules: Vec<Module>,
    /// What the entry exports; nothing if it is a script.
    pub exports: Vec<String>,
    /// Source maps (JSON, version 3) by module name.
    pub source_maps: BTreeMap<String, String>,
    /// Absolute paths of every file that went in, for watching.
    pub inputs: Vec<PathBuf>,
    /// What the user should know although it can run.
    pub warnings: Vec<Diagnostic>,
}
