//! The modules of a version: all of them came with it, so loading asks nobody.

use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::HashMap;
use std::hash::{Hash, Hasher};
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::rc::Rc;

use bytes::Bytes;
use deno_core::{
    ModuleLoadOptions, ModuleLoadReferrer, ModuleLoadResponse, ModuleLoader, ModuleResolveResponse, ModuleSource, ModuleSourceCode,
    ModuleSpecifier, ModuleType, ResolutionKind, SourceCodeCacheInfo,
};
use deno_error::JsErrorBox;

/// Modules of the app live below this, so that stack traces name them as files.
const ROOT: &str = "file:///";

/// The modules of the loaded version by specifier.
#[derive(Clone)]
pub(crate) struct Modules {
    sources: Rc<RefCell<HashMap<String, String>>>,
    /// Where compiled code is kept, on an engine that hands it out.
    cache: Option<Rc<Path>>,
}

/// The specifier under which a module named by the bundler is known.
pub(crate) fn specifier(name: &str) -> ModuleSpecifier {
    let path = name.trim_start_matches("./").trim_start_matches('/');
    let root = ModuleSpecifier::parse(ROOT).expect("invariant: the root is a URL");
    root.join(path).unwrap_or(root)
}

impl Modules {
    /// No modules yet. `cache`: a folder for compiled code, made when first used.
    pub(crate) fn new(cache: Option<PathBuf>) -> Self {
        Self { sources: Rc::default(), cache: cache.map(Rc::from) }
    }

    fn cached(&self, code: &str) -> Option<SourceCodeCacheInfo> {
        let folder = self.cache.as_ref()?;
        let mut hasher = std::hash::DefaultHasher::new();
        code.hash(&mut hasher);
        let hash = hasher.finish();
        // The engine checks that it wrote this for this very code, and compiles anew if not.
        let data = std::fs::read(cache_file(folder, hash)).ok().map(Cow::Owned);
        Some(SourceCodeCacheInfo { hash, data })
    }

    /// Adds a module; `code` is JavaScript.
    pub(crate) fn add(&self, name: &str, code: String) {
        self.sources.borrow_mut().insert(specifier(name).to_string(), code);
    }

    /// Adds a module that a platform provides under a name of its own, such as `cloudflare:workers`.
    pub(crate) fn add_builtin(&self, name: &str, code: String) {
        self.sources.borrow_mut().insert(name.to_owned(), code);
    }
}

/// JavaScript whose default export is what a module of `kind` is: the bytes themselves are asked for when it is evaluated.
pub(crate) fn source_of(name: &str, kind: &str, content: &Bytes) -> Result<String, String> {
    let take = |what: &str| format!("export default globalThis[Symbol.for(\"greenroom.{what}\")]({});", serde_json::Value::from(name));
    Ok(match kind {
        "ESModule" => String::from_utf8(content.to_vec()).map_err(|_| format!("module `{name}` is not UTF-8"))?,
        "Text" => {
            let text = String::from_utf8_lossy(content);
            format!("export default {};", serde_json::Value::from(text))
        }
        "Data" => take("data-module"),
        "CompiledWasm" => take("wasm-module"),
        other => return Err(format!("module `{name}` is of a kind that cannot be loaded: `{other}`")),
    })
}

impl ModuleLoader for Modules {
    fn resolve(&self, name: &str, referrer: &str, _kind: ResolutionKind) -> ModuleResolveResponse {
        let missing = || JsErrorBox::generic(format!("No such module \"{name}\".\n  imported from \"{}\"", shown(referrer)));
        let known = self.sources.borrow();
        if known.contains_key(name) {
            return ModuleSpecifier::parse(name).map_err(|_| missing());
        }
        let relative = if name.starts_with('.') || name.starts_with('/') { name.to_owned() } else { format!("./{name}") };
        let base = ModuleSpecifier::parse(referrer).map_err(|_| missing())?;
        let resolved = base.join(&relative).map_err(|_| missing())?;
        if known.contains_key(resolved.as_str()) { Ok(resolved) } else { Err(missing()) }
    }

    fn load(&self, module: &ModuleSpecifier, _: Option<&ModuleLoadReferrer>, _: ModuleLoadOptions) -> ModuleLoadResponse {
        let code = self.sources.borrow().get(module.as_str()).cloned();
        ModuleLoadResponse::Sync(match code {
            Some(code) => {
                let cache = self.cached(&code);
                Ok(ModuleSource::new(ModuleType::JavaScript, ModuleSourceCode::String(code.into()), module, cache))
            }
            None => Err(JsErrorBox::generic(format!("No such module \"{}\".", shown(module.as_str())))),
        })
    }

    fn code_cache_ready(&self, _: ModuleSpecifier, hash: u64, data: &[u8]) -> Pin<Box<dyn Future<Output = ()>>> {
        if let Some(folder) = &self.cache {
            // Without it the code is compiled again next time; nothing else is lost.
            let _ = keep(folder, hash, data);
        }
        Box::pin(std::future::ready(()))
    }
}

fn cache_file(folder: &Path, hash: u64) -> PathBuf {
    folder.join(format!("{hash:016x}.code"))
}

fn keep(folder: &Path, hash: u64, data: &[u8]) -> std::io::Result<()> {
    std::fs::create_dir_all(folder)?;
    // A name of this process alone: two guests may compile the same code at once.
    let temporary = folder.join(format!("{hash:016x}.{}", std::process::id()));
    std::fs::write(&temporary, data)?;
    std::fs::rename(temporary, cache_file(folder, hash))
}

fn shown(specifier: &str) -> &str {
    specifier.strip_prefix(ROOT).unwrap_or(specifier)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn modules_resolve_among_themselves_and_to_builtins_only() {
        let modules = Modules::new(None);
        modules.add("index.js", String::new());
        modules.add("./lib/add.wasm", String::new());
        modules.add_builtin("cloudflare:workers", String::new());
        let resolve = |name| modules.resolve(name, "file:///index.js", ResolutionKind::Import).map(String::from);
        assert_eq!(resolve("./lib/add.wasm").unwrap(), "file:///lib/add.wasm");
        assert_eq!(resolve("cloudflare:workers").unwrap(), "cloudflare:workers");
        assert_eq!(resolve("node:fs").unwrap_err().to_string(), "No such module \"node:fs\".\n  imported from \"index.js\"");
        assert!(resolve("file:///etc/passwd").is_err());
    }
}
