//! Code that is taken as it is: the entry module, and every file below its folder that a rule makes a module.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use bytes::Bytes;
use greenroom_host::{Bundle, Diagnostic, Module, ModuleKind};
use oxc_allocator::Allocator;
use oxc_parser::Parser;
use oxc_span::SourceType;

use crate::bundler::{Built, relative};
use crate::options::{AsIs, BundleOptions};
use crate::rules::Rules;

/// Folders that hold no module of the user's.
const LEFT_OUT: &[&str] = &[".greenroom", ".wrangler", ".git"];

/// Reads the modules; none of them is changed.
pub(crate) fn build(options: &BundleOptions, how: &AsIs) -> Built {
    let mut inputs = vec![options.entry.clone()];
    let outcome = read(options, how, &mut inputs).map_err(|error| vec![error]);
    inputs.sort();
    let outcome = outcome.map(|bundle| Bundle { inputs: inputs.clone(), ..bundle });
    Built { outcome, inputs }
}

fn read(options: &BundleOptions, how: &AsIs, inputs: &mut Vec<PathBuf>) -> Result<Bundle, Diagnostic> {
    let root = how.root.clone().or_else(|| options.entry.parent().map(Path::to_owned)).unwrap_or_else(|| options.dir.clone());
    let content = file(&options.entry)?;
    let exports = exports(&options.entry, &options.dir, &content)?;
    let mut modules = vec![Module { name: relative(&root, &options.entry), kind: ModuleKind::ESModule, content }];
    if how.additional {
        let rules = Rules::new(&options.rules);
        let mut found = Vec::new();
        collect(&root, &mut found)?;
        found.sort();
        for path in found.into_iter().filter(|path| *path != options.entry) {
            let name = relative(&root, &path);
            if let Some(kind) = rules.kind_of(&name) {
                modules.push(Module { name, kind, content: file(&path)? });
                inputs.push(path);
            }
        }
    }
    if let Some(module) = modules.iter().find(|module| module.kind == ModuleKind::CommonJS) {
        let message = format!("not emulated yet: a module of the type `CommonJS` that is not bundled: `{}`", module.name);
        return Err(Diagnostic::error(message).in_file(root.join(&module.name)).hint("make it an ES module, or let the code be bundled"));
    }
    Ok(Bundle { modules, exports, source_maps: BTreeMap::new(), inputs: Vec::new(), warnings: Vec::new() })
}

fn file(path: &Path) -> Result<Bytes, Diagnostic> {
    let read = std::fs::read(path).map(Bytes::from);
    read.map_err(|error| Diagnostic::error(format!("the file cannot be read: {error}")).in_file(path).hint("check the file"))
}

fn collect(folder: &Path, found: &mut Vec<PathBuf>) -> Result<(), Diagnostic> {
    let entries = std::fs::read_dir(folder)
        .map_err(|error| Diagnostic::error(format!("the folder cannot be read: {error}")).in_file(folder).hint("check the folder"))?;
    for entry in entries.flatten() {
        let path = entry.path();
        if path.is_file() {
            found.push(path);
        } else if path.is_dir() && !LEFT_OUT.iter().any(|name| entry.file_name() == *name) {
            collect(&path, found)?;
        }
    }
    Ok(())
}

/// What the entry exports; nothing if it is a script.
fn exports(path: &Path, dir: &Path, content: &[u8]) -> Result<Vec<String>, Diagnostic> {
    let text = String::from_utf8_lossy(content);
    let allocator = Allocator::default();
    let parsed = Parser::new(&allocator, &text, SourceType::mjs()).parse();
    if parsed.panicked {
        let message = format!("`{}` is no JavaScript, and is not bundled", relative(dir, path));
        return Err(Diagnostic::error(message).in_file(path).hint("build it first, or let it be bundled"));
    }
    let record = parsed.module_record;
    let entries = record.local_export_entries.iter().chain(&record.indirect_export_entries);
    let names = entries.filter_map(|entry| {
        let span = entry.export_name.span()?;
        let written = text.get(span.start as usize..span.end as usize)?;
        Some(if entry.export_name.is_default() { "default" } else { written.trim_matches(['"', '\'']) }.to_owned())
    });
    let mut exports: Vec<String> = names.collect();
    exports.sort();
    exports.dedup();
    Ok(exports)
}
