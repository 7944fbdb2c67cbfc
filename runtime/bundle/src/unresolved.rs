//! Why an import leads nowhere, and what to do about it.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rolldown_common::ImportKind;
use rolldown_resolver::{ResolveError, Resolver};

use crate::bundler::relative;
use crate::options::BundleOptions;

/// An import that could not be resolved.
pub(crate) struct Unresolved<'a> {
    pub(crate) options: &'a BundleOptions,
    pub(crate) resolver: Option<&'a Arc<Resolver>>,
    /// As written.
    pub(crate) specifier: &'a str,
    /// Absolute path of the file that imports it.
    pub(crate) importer: &'a Path,
}

impl Unresolved<'_> {
    /// What to do about it, most likely first.
    pub(crate) fn hints(&self) -> Vec<String> {
        if self.specifier.starts_with('.') || self.specifier.starts_with('/') {
            return vec![self.missing_file()];
        }
        let Some(package) = package_name(self.specifier) else {
            return vec![self.not_a_package()];
        };
        match self.installed(package) {
            Some(folder) => vec![self.closed_package(package, &folder)],
            None => vec![self.install(package)],
        }
    }

    /// Files and folders that would have made it resolve.
    pub(crate) fn looked_for(&self) -> Vec<PathBuf> {
        if self.specifier.starts_with('.') {
            let target = self.target();
            let extensions = ["", "ts", "tsx", "js", "jsx", "json", "mjs", "mts"];
            return extensions
                .iter()
                .map(|extension| if extension.is_empty() { target.clone() } else { target.with_added_extension(extension) })
                .collect();
        }
        let package = package_name(self.specifier).unwrap_or(self.specifier);
        vec![self.options.dir.join("package.json"), self.options.dir.join("node_modules").join(package).join("package.json")]
    }

    /// Where a relative import points to.
    fn target(&self) -> PathBuf {
        let joined = self.importer.parent().unwrap_or(Path::new("/")).join(self.specifier);
        let mut target = PathBuf::new();
        for part in joined.components() {
            match part {
                std::path::Component::ParentDir => {
                    target.pop();
                }
                std::path::Component::CurDir => {}
                other => target.push(other),
            }
        }
        target
    }

    fn missing_file(&self) -> String {
        let target = self.target();
        let shown = relative(&self.options.dir, &target);
        match near_miss(&target) {
            Some(name) => format!("there is no `{shown}`: did you mean `{name}` in the same folder?"),
            None => format!("there is no `{shown}`, nor with `.ts`, `.tsx`, `.js`, `.jsx` or `.json` behind it"),
        }
    }

    fn not_a_package(&self) -> String {
        if self.specifier.starts_with('#') {
            return format!("`{}` is to be defined under `imports` in package.json", self.specifier);
        }
        let prefix = self.specifier.split_inclusive('/').next().unwrap_or(self.specifier);
        format!("`{prefix}` is not the name of a package: if it stands for a folder, define `{prefix}*` under `paths` in tsconfig.json")
    }

    /// The folder of the package as the importer sees it.
    fn installed(&self, package: &str) -> Option<PathBuf> {
        self.importer.ancestors().skip(1).map(|folder| folder.join("node_modules").join(package)).find(|folder| folder.is_dir())
    }

    /// The package is there, but nothing in it answers to the specifier.
    fn closed_package(&self, package: &str, folder: &Path) -> String {
        let manifest = relative(&self.options.dir, &folder.join("package.json"));
        let reason = self.resolver.map(|resolver| resolver.resolve(Some(self.importer), self.specifier, ImportKind::Import, false));
        match reason {
            Some(Err(ResolveError::PackagePathNotExported { subpath, .. })) => {
                format!("`{package}` is installed, but `exports` in `{manifest}` does not list `{subpath}` for this runtime")
            }
            Some(Err(ResolveError::NotFound(_)) | Ok(_)) | None => {
                format!("`{package}` is installed, but nothing in it answers to `{}`: see `{manifest}`", self.specifier)
            }
            Some(Err(other)) => format!("`{package}` is installed, but not usable: {other}"),
        }
    }

    /// The command that installs the package, by the package manager whose lock file is there.
    fn install(&self, package: &str) -> String {
        let dir = &self.options.dir;
        let has = |file: &str| dir.ancestors().any(|folder| folder.join(file).is_file());
        let (all, one) = if has("pnpm-lock.yaml") {
            ("pnpm install", "pnpm add")
        } else if has("yarn.lock") {
            ("yarn install", "yarn add")
        } else if has("bun.lock") || has("bun.lockb") {
            ("bun install", "bun add")
        } else {
            ("npm install", "npm install")
        };
        if is_declared(&dir.join("package.json"), package) {
            format!("`{package}` stands in package.json but is not installed: run `{all}`")
        } else {
            format!("the package is not installed: run `{one} {package}`")
        }
    }
}

/// The package that a specifier asks for (`@scope/name/sub` asks for `@scope/name`), or none if it cannot be the name of one.
fn package_name(specifier: &str) -> Option<&str> {
    let slash = usize::from(specifier.starts_with('@'));
    let end = specifier.match_indices('/').nth(slash).map_or(specifier.len(), |(at, _)| at);
    let name = &specifier[..end];
    let plain = name.strip_prefix('@').unwrap_or(name);
    let usable =
        |part: &str| !part.is_empty() && part.chars().all(|character| character.is_ascii_alphanumeric() || "-_.~".contains(character));
    let scoped = name.starts_with('@');
    let parts: Vec<&str> = plain.split('/').collect();
    let shape = if scoped { parts.len() == 2 } else { parts.len() == 1 && !name.starts_with(['~', '.']) };
    (shape && parts.into_iter().all(usable)).then_some(name)
}

/// Whether a `package.json` lists the package as a dependency of any sort.
fn is_declared(manifest: &Path, package: &str) -> bool {
    let Ok(text) = fs::read_to_string(manifest) else {
        return false;
    };
    let Ok(manifest) = serde_json::from_str::<serde_json::Value>(&text) else {
        return false;
    };
    ["dependencies", "devDependencies", "peerDependencies", "optionalDependencies"].iter().any(|key| manifest[key].get(package).is_some())
}

/// A file in the same folder whose name differs in case or extension only.
fn near_miss(target: &Path) -> Option<String> {
    let wanted = target.file_stem()?.to_string_lossy().to_lowercase();
    let entries = fs::read_dir(target.parent()?).ok()?;
    let mut names: Vec<String> = entries.flatten().map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names.into_iter().find(|name| Path::new(name).file_stem().is_some_and(|stem| stem.to_string_lossy().to_lowercase() == wanted))
}

#[cfg(test)]
mod tests {
    use super::package_name;

    #[test]
    fn package_names_are_told_from_folders() {
        assert_eq!(package_name("hono"), Some("hono"));
        assert_eq!(package_name("hono/jsx"), Some("hono"));
        assert_eq!(package_name("@scope/name/sub/path"), Some("@scope/name"));
        assert_eq!(package_name("@/lib/db"), None);
        assert_eq!(package_name("~/lib/db"), None);
        assert_eq!(package_name("@scope"), None);
        assert_eq!(package_name("virtual:thing"), None);
    }
}
