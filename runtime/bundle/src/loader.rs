//! What this crate adds to rolldown's own finding and reading of modules, as a plugin: externals, aliases, module rules,
//! and a record of every file that went in.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::fs;
use std::path::{Component, Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use greenroom_host::{Module, ModuleKind, ModuleRule};
use rolldown::ModuleType;
use rolldown::plugin::{
    HookLoadArgs, HookLoadOutput, HookLoadReturn, HookNoopReturn, HookResolveIdArgs, HookResolveIdOutput, HookResolveIdReturn, HookUsage,
    Plugin, PluginContext, PluginContextResolveOptions, SharedLoadPluginContext,
};
use rolldown_common::{ImportKind, ModuleInfo, NormalModule, ResolvedExternal};
use rolldown_resolver::ResolveError;
use sha2::{Digest, Sha256};

use crate::bundler::relative;
use crate::node;
use crate::options::BundleOptions;
use crate::rules::{Rules, Verdict};

/// What one build brought to light beside its code.
#[derive(Debug, Default)]
pub(crate) struct Gathered {
    /// Absolute paths of the files read.
    pub(crate) inputs: BTreeSet<PathBuf>,
    /// The binary modules by name.
    pub(crate) modules: BTreeMap<String, Module>,
    /// Built-in modules of Node.js that the runtime does not provide, as they were written, and who imports them.
    pub(crate) builtins: BTreeSet<(String, PathBuf)>,
    /// Imports that a closed module rule covers: what was written, who wrote it, the rule.
    pub(crate) closed: Vec<(String, PathBuf, ModuleRule)>,
    /// Imports that lead nowhere: what was written and who wrote it.
    pub(crate) unresolved: BTreeSet<(String, PathBuf)>,
    /// Files that are imported and no rule covers.
    pub(crate) unknown: BTreeSet<PathBuf>,
    /// The entry neither imports nor exports anything.
    pub(crate) entry_is_script: bool,
    /// The ids that are read as text.
    texts: HashSet<String>,
}

/// The plugin of one build.
#[derive(Debug)]
pub(crate) struct Loader {
    options: BundleOptions,
    rules: Rules,
    gathered: Mutex<Gathered>,
}

impl Loader {
    pub(crate) fn new(options: BundleOptions) -> Self {
        Self { rules: Rules::new(&options.rules), options, gathered: Mutex::default() }
    }

    /// What was gathered so far; the next call starts from nothing.
    pub(crate) fn take(&self) -> Gathered {
        std::mem::take(&mut *self.gathered())
    }

    fn gathered(&self) -> MutexGuard<'_, Gathered> {
        self.gathered.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Where a ruled import leads: through the resolver, or else beside the importer, as wrangler has it.
    async fn locate(&self, context: &PluginContext, args: &HookResolveIdArgs<'_>, importer: &Path) -> Option<PathBuf> {
        let (clean, _) = split_query(args.specifier);
        let options = PluginContextResolveOptions { import_kind: args.kind, ..PluginContextResolveOptions::default() };
        if let Ok(Ok(found)) = context.resolve(clean, args.importer, Some(options)).await {
            return Some(PathBuf::from(found.id.as_str()));
        }
        let beside = lexically_clean(&importer.parent()?.join(clean));
        beside.is_file().then_some(beside)
    }

    /// Makes the module that a rule wants of an import. None if the file is not there: rolldown then says so.
    async fn ruled(&self, context: &PluginContext, args: &HookResolveIdArgs<'_>, importer: &Path, kind: ModuleKind) -> HookResolveIdReturn {
        let Some(path) = self.locate(context, args, importer).await else {
            return Ok(None);
        };
        if kind == ModuleKind::Text {
            let id = path.to_string_lossy().into_owned();
            self.gathered().texts.insert(id.clone());
            return Ok(Some(HookResolveIdOutput::from_id(id)));
        }
        let content = fs::read(&path)?;
        let name = binary_name(&path, &content);
        let mut gathered = self.gathered();
        gathered.inputs.insert(path);
        gathered.modules.insert(name.clone(), Module { name: name.clone(), kind, content: Bytes::from(content) });
        Ok(Some(external(name)))
    }

    /// A module that Node.js has built in, if the specifier names one and no installed package does.
    async fn builtin(&self, context: &PluginContext, args: &HookResolveIdArgs<'_>, importer: &Path) -> HookResolveIdReturn {
        let Some(canonical) = node::builtin(args.specifier) else {
            return Ok(None);
        };
        let options = PluginContextResolveOptions { import_kind: args.kind, ..PluginContextResolveOptions::default() };
        if let Ok(Ok(_)) = context.resolve(args.specifier, args.importer, Some(options)).await {
            return Ok(None);
        }
        if !self.options.is_external(&canonical) {
            self.gathered().builtins.insert((args.specifier.to_string(), importer.to_path_buf()));
        }
        Ok(Some(external(canonical)))
    }

    /// An ordinary import. One that leads nowhere is noted and left in the code, so that the build goes on and finds everything else that
    /// is wrong; rolldown by itself would stop here. `require` and `import()` are its own to judge: they may be guarded.
    async fn ordinary(&self, context: &PluginContext, args: &HookResolveIdArgs<'_>, importer: &Path) -> HookResolveIdReturn {
        if !matches!(args.kind, ImportKind::Import) {
            return Ok(None);
        }
        match context.resolve(args.specifier, args.importer, None).await? {
            Ok(found) => Ok(Some(HookResolveIdOutput::from_resolved_id(found))),
            Err(ResolveError::NotFound(_) | ResolveError::PackagePathNotExported { .. } | ResolveError::PackageImportNotDefined(..)) => {
                self.gathered().unresolved.insert((args.specifier.to_string(), importer.to_path_buf()));
                Ok(Some(external(args.specifier.to_string())))
            }
            Err(_) => Ok(None),
        }
    }

    /// How a file is read, by its name and text; none if rolldown's own choice by the name is right.
    fn module_type(&self, path: &Path, text: &str) -> Option<ModuleType> {
        let extension = path.extension().map(|extension| extension.to_string_lossy());
        match extension.as_deref() {
            Some("js" | "mjs" | "cjs") => Some(if may_hold_new_syntax(path, text) { ModuleType::Jsx } else { ModuleType::Js }),
            Some("ts" | "mts" | "cts" | "tsx" | "jsx" | "json") => None,
            None => Some(ModuleType::Js),
            Some(_) => {
                self.gathered().unknown.insert(path.to_path_buf());
                // Empty keeps the build going, so that everything else that is wrong is said as well.
                Some(ModuleType::Empty)
            }
        }
    }
}

impl Plugin for Loader {
    fn name(&self) -> Cow<'static, str> {
        "greenroom".into()
    }

    fn register_hook_usage(&self) -> HookUsage {
        HookUsage::ResolveId | HookUsage::Load | HookUsage::ModuleParsed
    }

    async fn resolve_id(&self, context: &PluginContext, args: &HookResolveIdArgs<'_>) -> HookResolveIdReturn {
        // An importer that is no file is rolldown's own code.
        let Some(importer) = args.importer.map(Path::new).filter(|path| path.is_absolute()) else {
            return Ok(None);
        };
        // Aliases first: a project may bring a module of its own for one that the platform has.
        if let Some(target) = self.options.alias_of(args.specifier) {
            if self.options.is_external(target) {
                return Ok(Some(external(target.to_string())));
            }
            let found = context.resolve(target, None, None).await?;
            return Ok(found.ok().map(HookResolveIdOutput::from_resolved_id));
        }
        if self.options.is_external(args.specifier) {
            return Ok(Some(external(args.specifier.to_string())));
        }
        let file = args.specifier.starts_with('.').then(|| importer.parent().map(|folder| lexically_clean(&folder.join(args.specifier))));
        let file = file.flatten().map(|path| relative(&self.options.dir, &path));
        match self.rules.judge(args.specifier, file.as_deref()) {
            Verdict::Kind(kind) => self.ruled(context, args, importer, kind).await,
            Verdict::Closed(rule) => {
                self.gathered().closed.push((args.specifier.to_string(), importer.to_path_buf(), rule.clone()));
                Ok(Some(external(args.specifier.to_string())))
            }
            Verdict::Ordinary => match self.builtin(context, args, importer).await? {
                Some(builtin) => Ok(Some(builtin)),
                None => self.ordinary(context, args, importer).await,
            },
        }
    }

    async fn load(&self, _context: SharedLoadPluginContext, args: &HookLoadArgs<'_>) -> HookLoadReturn {
        if !Path::new(args.id).is_absolute() || args.id.contains('\0') {
            return Ok(None);
        }
        let (clean, query) = split_query(args.id);
        let path = Path::new(if query { clean } else { args.id });
        self.gathered().inputs.insert(path.to_path_buf());
        // What cannot be read here (a folder, a file inside yarn's archives) is left to rolldown, whose error names the importer.
        let Ok(content) = fs::read(path) else {
            return Ok(None);
        };
        let text = String::from_utf8(content).unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned());
        let is_text = self.gathered().texts.contains(args.id);
        let module_type = if is_text {
            Some(ModuleType::Text)
        } else if args.asserted_module_type.is_some() {
            None
        } else {
            self.module_type(path, &text)
        };
        Ok(Some(HookLoadOutput { code: text.into(), module_type, ..HookLoadOutput::default() }))
    }

    async fn module_parsed(&self, _context: &PluginContext, info: Arc<ModuleInfo>, module: &NormalModule) -> HookNoopReturn {
        if let Some(package) = &module.originative_resolved_id.package_json {
            self.gathered().inputs.insert(package.realpath().to_path_buf());
        }
        if info.is_entry && !info.input_format.is_esm() {
            self.gathered().entry_is_script = true;
        }
        Ok(())
    }
}

/// Leaves the import in the code, of this specifier.
fn external(specifier: String) -> HookResolveIdOutput {
    HookResolveIdOutput {
        external: Some(ResolvedExternal::Bool(true)),
        normalize_external_id: Some(false),
        ..HookResolveIdOutput::from_id(specifier)
    }
}

/// `./<hash of the content>-<file name>`: one module however many import it, another when it changes.
fn binary_name(path: &Path, content: &[u8]) -> String {
    let digest = Sha256::digest(content);
    let hash: String = digest.iter().take(20).map(|byte| format!("{byte:02x}")).collect();
    let file = path.file_name().unwrap_or_default().to_string_lossy();
    format!("./{hash}-{file}")
}

/// The path without its query, and whether it has one that is not part of a file's name.
fn split_query(id: &str) -> (&str, bool) {
    match id.split_once('?') {
        Some((clean, _)) => (clean, !Path::new(id).exists()),
        None => (id, false),
    }
}

/// Whether a JavaScript file may hold JSX (esbuild as wrangler sets it up reads it in `.js`, too) or `using`, which have to be rewritten.
/// A false alarm only costs time.
fn may_hold_new_syntax(path: &Path, text: &str) -> bool {
    let installed = path.components().any(|part| part.as_os_str() == "node_modules");
    text.contains("using ") || (!installed && (text.contains("</") || text.contains("/>")))
}

/// `a/./b/../c` as `a/c`, without asking the file system.
fn lexically_clean(path: &Path) -> PathBuf {
    let mut clean = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => {
                clean.pop();
            }
            other => clean.push(other),
        }
    }
    clean
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn binary_names_follow_the_content() {
        let one = binary_name(Path::new("/p/add.wasm"), b"a");
        assert_eq!(one, "./ca978112ca1bbdcafac231b39a23dc4da786eff8-add.wasm");
        assert_ne!(one, binary_name(Path::new("/p/add.wasm"), b"b"));
        assert_eq!(one, binary_name(Path::new("/q/add.wasm"), b"a"));
    }

    #[test]
    fn paths_are_cleaned() {
        assert_eq!(lexically_clean(Path::new("/a/./b/../c")), Path::new("/a/c"));
    }
}
