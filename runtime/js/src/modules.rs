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
    /// What is said of modules that code has asked for by `import()` and that are not there.
    missing: Rc<RefCell<HashMap<String, String>>>,
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
        Self { sources: Rc::default(), missing: Rc::default(), cache: cache.map(Rc::from) }
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

    /// A module that is not there. `import()` finds one in its place that throws, since the engine's glue would make a `TypeError` with a `code`
    /// of what is said here.
    fn missing(&self, name: &str, referrer: &str, kind: ResolutionKind) -> ModuleResolveResponse {
        let message = missing(name, shown(referrer), kind);
        let path = path_of(name, shown(referrer)).unwrap_or_else(|| format!("?{name}"));
        // Below the root also where it looks like a URL of its own.
        let place = specifier("").join(&format!("./{path}")).unwrap_or_else(|_| specifier(""));
        if kind != ResolutionKind::DynamicImport || self.sources.borrow().contains_key(place.as_str()) {
            return Err(JsErrorBox::generic(message));
        }
        self.missing.borrow_mut().insert(place.to_string(), message);
        Ok(place)
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
    fn resolve(&self, name: &str, referrer: &str, kind: ResolutionKind) -> ModuleResolveResponse {
        let missing = || self.missing(name, referrer, kind);
        let known = self.sources.borrow();
        if known.contains_key(name) {
            return ModuleSpecifier::parse(name).or_else(|_| missing());
        }
        let relative = if name.starts_with('.') || name.starts_with('/') { name.to_owned() } else { format!("./{name}") };
        let resolved = ModuleSpecifier::parse(referrer).and_then(|base| base.join(&relative));
        resolved.ok().filter(|resolved| known.contains_key(resolved.as_str())).map_or_else(missing, Ok)
    }

    fn load(&self, module: &ModuleSpecifier, _: Option<&ModuleLoadReferrer>, _: ModuleLoadOptions) -> ModuleLoadResponse {
        let known = self.sources.borrow().get(module.as_str()).cloned();
        let code = known.or_else(|| self.missing.borrow().get(module.as_str()).map(|message| throwing(message)));
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

/// A module that fails with that message.
fn throwing(message: &str) -> String {
    format!("throw new Error({});", serde_json::Value::from(message))
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

/// What names modules of the platform, whoever imports them.
const SCHEMES: &[&str] = &["node:", "cloudflare:", "workerd:"];

/// What is said of a module that is not there: it is called by the name that it would have had.
/// <https://github.com/cloudflare/workerd/blob/main/src/workerd/jsg/modules.c++>
fn missing(name: &str, referrer: &str, kind: ResolutionKind) -> String {
    let builtin = SCHEMES.iter().any(|scheme| name.starts_with(scheme));
    let wanted = if builtin { Some(name.to_owned()) } else { path_of(name, referrer) };
    match (wanted, kind) {
        (None, _) => format!("No such module \"{name}\""),
        (Some(wanted), ResolutionKind::DynamicImport) => format!("No such module \"{wanted}\"."),
        (Some(wanted), _) => format!("No such module \"{wanted}\".\n  imported from \"{referrer}\""),
    }
}

/// The path of `name` as `referrer` sees it; none where it leads out of the root.
fn path_of(name: &str, referrer: &str) -> Option<String> {
    let folder = referrer.rsplit_once('/').map_or("", |(folder, _)| folder);
    let mut path: Vec<&str> = if name.starts_with('/') { Vec::new() } else { folder.split('/').filter(|part| !part.is_empty()).collect() };
    for part in name.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                path.pop()?;
            }
            part => path.push(part),
        }
    }
    Some(if path.is_empty() { ".".to_owned() } else { path.join("/") })
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

    #[test]
    fn what_is_missing_is_called_as_workerd_calls_it() {
        let expected = [
            ("./gone.mjs", "No such module \"src/gone.mjs\"."),
            ("../up.mjs", "No such module \"up.mjs\"."),
            ("../../x.mjs", "No such module \"../../x.mjs\""),
            ("/abs.mjs", "No such module \"abs.mjs\"."),
            ("bare", "No such module \"src/bare\"."),
            ("node:fs", "No such module \"node:fs\"."),
            ("http://x/y", "No such module \"src/http:/x/y\"."),
        ];
        for (name, text) in expected {
            assert_eq!(missing(name, "src/index.mjs", ResolutionKind::DynamicImport), text, "{name}");
        }
        assert_eq!(missing("", "index.js", ResolutionKind::DynamicImport), "No such module \".\".");
        assert_eq!(missing("./a.js", "index.js", ResolutionKind::Import), "No such module \"a.js\".\n  imported from \"index.js\"");
    }
}
