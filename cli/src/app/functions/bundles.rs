//! Handlers that are bundled before they run: TypeScript, and what the project wants built by esbuild. The result lies in a folder of its
//! own for every state of the code, so that what is under way goes on with the files that it began with.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use greenroom_bundle::{BundleOptions, Bundler};
use greenroom_host::{Bundle, Diagnostic};
use greenroom_lambda_projects::{BuildProperties, FunctionDecl};
use sha2::{Digest, Sha256};

/// Extensions of what node cannot run, and of what esbuild takes, in the order in which a handler's module is looked for.
const SOURCES: &[&str] = &["ts", "mts", "cts", "tsx", "mjs", "js", "cjs", "jsx"];

/// Where a handler's code lies once it is built.
pub(crate) struct Built {
    /// The folder that is the function's code.
    pub(crate) code: PathBuf,
    /// Another one for other code.
    pub(crate) revision: String,
    /// The files that it was made of.
    pub(crate) inputs: Vec<PathBuf>,
    /// What is doubtful.
    pub(crate) warnings: Vec<Diagnostic>,
}

/// The bundles of an app's functions.
pub(crate) struct Bundles {
    folder: PathBuf,
    dir: PathBuf,
    bundlers: BTreeMap<String, (BundleOptions, Bundler)>,
}

impl Bundles {
    /// They are written to `folder`; `dir` is the project's.
    pub(crate) fn new(folder: PathBuf, dir: PathBuf) -> Self {
        Self { folder, dir, bundlers: BTreeMap::new() }
    }

    /// The folder of all of them.
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// The files that were read for that function's last bundle, also where it failed.
    pub(crate) fn inputs(&self, function: &str) -> Vec<PathBuf> {
        self.bundlers.get(function).map(|(_, bundler)| bundler.inputs().to_vec()).unwrap_or_default()
    }

    /// Bundles the handler of `function`, whose module is `entry`.
    pub(crate) async fn build(
        &mut self,
        function: &FunctionDecl,
        entry: &Path,
        properties: &BuildProperties,
    ) -> Result<Built, Vec<Diagnostic>> {
        let options = options(entry, &self.dir, properties);
        let known = self.bundlers.remove(&function.logical_id).filter(|(before, _)| *before == options);
        let (_, bundler) =
            self.bundlers.entry(function.logical_id.clone()).or_insert(known.unwrap_or_else(|| (options.clone(), Bundler::new(options))));
        let built = bundler.build().await;
        let inputs = bundler.inputs().to_vec();
        let bundle = built?;
        let revision = revision(&bundle);
        let parent = self.folder.join(&function.logical_id);
        let code = parent.join(&revision);
        if !code.is_dir() {
            write(&bundle, &code, module(&function.handler), properties.sourcemap).map_err(|error| {
                vec![Diagnostic::error(format!(
                    "the bundle of `{}` cannot be written to `{}`: {error}",
                    function.logical_id,
                    code.display()
                ))]
            })?;
            forget_older(&parent, &code);
        }
        Ok(Built { code, revision, inputs, warnings: bundle.warnings })
    }
}

/// The module of a handler: `src/app` of `src/app.handler`.
pub(crate) fn module(handler: &str) -> &str {
    let name = handler.rfind('/').map_or(0, |slash| slash + 1);
    handler[name..].find('.').map_or(handler, |dot| &handler[..name + dot])
}

/// The source of a handler's module in `folder`, if it has to be bundled: the first entry that the project names, else the file beside
/// which there is none that node runs.
pub(crate) fn entry(folder: &Path, handler: &str, properties: Option<&BuildProperties>) -> Option<PathBuf> {
    let named = properties.and_then(|properties| properties.entry_points.first()).map(|name| folder.join(name));
    if let Some(named) = named {
        return Some(if named.is_file() { named } else { source(&named, SOURCES).unwrap_or(named) });
    }
    let module = folder.join(module(handler));
    let runs = ["js", "mjs", "cjs"].iter().any(|extension| module.with_added_extension(extension).is_file());
    if properties.is_some() { source(&module, SOURCES) } else { (!runs).then(|| source(&module, SOURCES)).flatten() }
}

/// The source of a handler's module in `folder`.
pub(crate) fn source_of(folder: &Path, handler: &str) -> Option<PathBuf> {
    source(&folder.join(module(handler)), SOURCES)
}

fn source(module: &Path, extensions: &[&str]) -> Option<PathBuf> {
    extensions.iter().map(|extension| module.with_added_extension(extension)).find(|path| path.is_file())
}

fn options(entry: &Path, dir: &Path, properties: &BuildProperties) -> BundleOptions {
    let mut options = BundleOptions::new(entry, dir);
    options.node = true;
    options.conditions.clone_from(&properties.conditions);
    options.externals.clone_from(&properties.external);
    options.define.clone_from(&properties.define);
    options
}

fn revision(bundle: &Bundle) -> String {
    let mut hash = Sha256::new();
    for module in &bundle.modules {
        hash.update(format!("{}\0{}\0", module.name, module.content.len()));
        hash.update(&module.content);
    }
    hash.finalize().iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}

/// Writes the main module to where the handler looks for it, and all others beside it.
fn write(bundle: &Bundle, folder: &Path, module: &str, mapped: bool) -> std::io::Result<()> {
    let temporary = folder.with_added_extension("new");
    let _ = std::fs::remove_dir_all(&temporary);
    let main = temporary.join(module).with_added_extension("mjs");
    let beside = main.parent().unwrap_or(&temporary).to_owned();
    std::fs::create_dir_all(&beside)?;
    for (index, module) in bundle.modules.iter().enumerate() {
        let mut content = module.content.to_vec();
        let path = if index == 0 { main.clone() } else { beside.join(&module.name) };
        if let (true, Some(map)) = (mapped, bundle.source_maps.get(&module.name)) {
            let name = path.with_added_extension("map");
            std::fs::write(&name, map)?;
            content.extend(format!("\n//# sourceMappingURL={}\n", name.file_name().unwrap_or_default().to_string_lossy()).into_bytes());
        }
        std::fs::write(path, content)?;
    }
    std::fs::rename(temporary, folder)
}

/// Keeps the newest and the one before it: instances that are at work may still read from that.
fn forget_older(parent: &Path, newest: &Path) {
    let Ok(entries) = std::fs::read_dir(parent) else { return };
    let mut others: Vec<_> = entries
        .flatten()
        .filter(|entry| entry.path() != newest)
        .filter_map(|entry| Some((entry.metadata().ok()?.modified().ok()?, entry.path())))
        .collect();
    others.sort();
    others.pop();
    for (_, path) in others {
        let _ = std::fs::remove_dir_all(path);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_handler_names_a_module() {
        assert_eq!(["app.handler", "src/app.v2.run", "./a.b/c.d", "bootstrap"].map(module), ["app", "src/app", "./a.b/c", "bootstrap"]);
    }

    #[test]
    fn what_node_runs_is_not_bundled() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("a.ts"), "").unwrap();
        assert_eq!(entry(dir.path(), "a.handler", None), Some(dir.path().join("a.ts")));
        std::fs::write(dir.path().join("a.js"), "").unwrap();
        assert_eq!(entry(dir.path(), "a.handler", None), None);
        let asked = BuildProperties { entry_points: vec!["a".to_owned()], ..BuildProperties::default() };
        assert_eq!(entry(dir.path(), "b.handler", Some(&asked)), Some(dir.path().join("a.ts")));
    }
}
