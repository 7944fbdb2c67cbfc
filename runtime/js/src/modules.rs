//! The modules of a version: all of them came with it, so loading asks nobody.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use bytes::Bytes;
use deno_core::{
    ModuleLoadOptions, ModuleLoadReferrer, ModuleLoadResponse, ModuleLoader, ModuleResolveResponse, ModuleSource, ModuleSourceCode,
    ModuleSpecifier, ModuleType, ResolutionKind,
};
use deno_error::JsErrorBox;

/// Modules of the app live below this, so that stack traces name them as files.
const ROOT: &str = "file:///";

/// The modules of the loaded version by specifier.
#[derive(Default, Clone)]
pub(crate) struct Modules(Rc<RefCell<HashMap<String, String>>>);

/// The specifier under which a module named by the bundler is known.
pub(crate) fn specifier(name: &str) -> ModuleSpecifier {
    let path = name.trim_start_matches("./").trim_start_matches('/');
    let root = ModuleSpecifier::parse(ROOT).expect("invariant: the root is a URL");
    root.join(path).unwrap_or(root)
}

impl Modules {
    /// Adds a module; `code` is JavaScript.
    pub(crate) fn add(&self, name: &str, code: String) {
        self.0.borrow_mut().insert(specifier(name).to_string(), code);
    }

    /// Adds a module that a platform provides under a name of its own, such as `cloudflare:workers`.
    pub(crate) fn add_builtin(&self, name: &str, code: String) {
        self.0.borrow_mut().insert(name.to_owned(), code);
    }
}

/// JavaScript whose default export is what a module of `kind` is: the bytes themselves are asked for when it is evaluated.
pub(crate) fn source_of(name: &str, kind: &str, content: &Bytes) -> Result<String, String> {
    let take = format!("globalThis[Symbol.for(\"greenroom.data-module\")]({})", serde_json::Value::from(name));
    Ok(match kind {
        "ESModule" => String::from_utf8(content.to_vec()).map_err(|_| format!("module `{name}` is not UTF-8"))?,
        "Text" => {
            let text = String::from_utf8_lossy(content);
            format!("export default {};", serde_json::Value::from(text))
        }
        "Data" => format!("export default {take};"),
        "CompiledWasm" => format!("export default new WebAssembly.Module({take});"),
        other => return Err(format!("module `{name}` is of a kind that cannot be loaded: `{other}`")),
    })
}

impl ModuleLoader for Modules {
    fn resolve(&self, name: &str, referrer: &str, _kind: ResolutionKind) -> ModuleResolveResponse {
        let missing = || JsErrorBox::generic(format!("No such module \"{name}\".\n  imported from \"{}\"", shown(referrer)));
        let known = self.0.borrow();
        if known.contains_key(name) {
            return ModuleSpecifier::parse(name).map_err(|_| missing());
        }
        let relative = if name.starts_with('.') || name.starts_with('/') { name.to_owned() } else { format!("./{name}") };
        let base = ModuleSpecifier::parse(referrer).map_err(|_| missing())?;
        let resolved = base.join(&relative).map_err(|_| missing())?;
        if known.contains_key(resolved.as_str()) { Ok(resolved) } else { Err(missing()) }
    }

    fn load(&self, module: &ModuleSpecifier, _: Option<&ModuleLoadReferrer>, _: ModuleLoadOptions) -> ModuleLoadResponse {
        let code = self.0.borrow().get(module.as_str()).cloned();
        ModuleLoadResponse::Sync(match code {
            Some(code) => Ok(ModuleSource::new(ModuleType::JavaScript, ModuleSourceCode::String(code.into()), module, None)),
            None => Err(JsErrorBox::generic(format!("No such module \"{}\".", shown(module.as_str())))),
        })
    }
}

fn shown(specifier: &str) -> &str {
    specifier.strip_prefix(ROOT).unwrap_or(specifier)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn modules_resolve_among_themselves_and_to_builtins_only() {
        let modules = Modules::default();
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
