//! The entry module: `main`.

use std::path::{Component, Path, PathBuf};

use super::settings::{Setting, Settings};
use crate::fields::Fields;
use crate::tree::Object;

/// Where people put an entry module, the likeliest first.
const FOLDERS: &[&str] = &["src", ""];
const STEMS: &[&str] = &["index", "main", "worker", "server", "app"];
const EXTENSIONS: &[&str] = &["ts", "tsx", "mts", "js", "mjs", "jsx", "cjs"];

/// The absolute path of the entry module, which is a file.
pub(super) fn read(fields: &mut Fields<'_>, settings: &Settings<'_>, top: &Object, dir: &Path) -> Option<PathBuf> {
    let Some(setting) = settings.get("main") else {
        missing(fields, settings, top, dir);
        return None;
    };
    let text = fields.string(&setting.path, setting.node)?;
    if text.is_empty() {
        wrong(fields, &setting, "is empty", &candidates(dir, ""));
        return None;
    }
    let path = resolve(dir, text);
    let extension = path.extension().map(|extension| extension.to_string_lossy().into_owned()).unwrap_or_default();
    if path.is_dir() {
        wrong(fields, &setting, &format!("names a folder: `{text}`"), &candidates(dir, text));
    } else if !path.is_file() {
        let like = EXTENSIONS.iter().map(|extension| path.with_extension(extension)).find(|path| path.is_file());
        let found = like.map_or_else(|| candidates(dir, ""), |path| vec![relative(dir, &path)]);
        wrong(fields, &setting, &format!("names a file that is not there: `{text}`"), &found);
    } else if extension == "py" {
        fields.error(setting.node.at, "not emulated yet: Workers in Python", "point `main` at a module in JavaScript or TypeScript");
    } else {
        warn_of_outside(fields, &setting, dir, &path);
        return Some(path);
    }
    None
}

/// An entry module beside the project is bundled, but what it is resolved and watched by is not the project's own.
fn warn_of_outside(fields: &mut Fields<'_>, setting: &Setting<'_>, dir: &Path, path: &Path) {
    if !path.starts_with(dir) {
        let message = format!("`{}` names a file outside of the project folder: `{}`", setting.path, path.display());
        fields.warn(setting.node.at, message, "its packages are looked for beside it, not in the project; move it, or the configuration");
    }
}

fn wrong(fields: &mut Fields<'_>, setting: &Setting<'_>, what: &str, candidates: &[String]) {
    fields.error(
        setting.node.at,
        format!("`{}` {what}", setting.path),
        hint(candidates, "create the file, or point `main` at the entry module"),
    );
}

fn missing(fields: &mut Fields<'_>, settings: &Settings<'_>, top: &Object, dir: &Path) {
    if settings.top("pages_build_output_dir").is_some() {
        let at = settings.top("pages_build_output_dir").map_or(0, |setting| setting.key_at);
        return fields.error(at, "not emulated yet: Pages projects", "use a Worker with `main`");
    }
    if let Some(assets) = settings.get("assets") {
        let hint = hint(&candidates(dir, ""), "add a `main` that names the Worker's entry module");
        return fields.error(assets.key_at, "`main` is missing, and a Worker of static files alone is not emulated yet", hint);
    }
    // In TOML, what follows a `[table]` belongs to it.
    let astray = top.entries.iter().find_map(|entry| Some((entry, entry.node.object()?.entry("main")?)));
    if let Some((table, entry)) = astray.filter(|(table, _)| table.key != "env") {
        let message = format!("`main` stands under `{}`, not at the top level", table.key);
        return fields.error(entry.at, message, format!("move `main` before `{}`", table.key));
    }
    fields.error(
        0,
        "`main` is missing: the configuration names no entry module",
        hint(&candidates(dir, ""), "add `main` with its path, such as `src/index.ts`"),
    );
}

fn hint(candidates: &[String], otherwise: &str) -> String {
    if candidates.is_empty() {
        return otherwise.to_owned();
    }
    let list: Vec<String> = candidates.iter().map(|path| format!("`{path}`")).collect();
    format!("set `main` to {}", list.join(" or "))
}

/// Files that look like an entry module, in `folder` of `dir` and, where that is `dir` itself, in its `src`; relative to `dir`.
fn candidates(dir: &Path, folder: &str) -> Vec<String> {
    const MOST: usize = 3;
    let folders = if folder.is_empty() { FOLDERS } else { &[folder][..] };
    let paths = folders.iter().flat_map(|folder| {
        STEMS
            .iter()
            .flat_map(move |stem| EXTENSIONS.iter().map(move |extension| resolve(&dir.join(folder), &format!("{stem}.{extension}"))))
    });
    paths.filter(|path| path.is_file()).take(MOST).map(|path| relative(dir, &path)).collect()
}

fn relative(dir: &Path, path: &Path) -> String {
    path.strip_prefix(dir).unwrap_or(path).display().to_string()
}

/// `path` from `dir`, with `.` and `..` taken out.
pub(super) fn resolve(dir: &Path, path: &str) -> PathBuf {
    let mut resolved = PathBuf::new();
    for component in dir.join(path).components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir => {
                resolved.pop();
            }
            other => resolved.push(other),
        }
    }
    resolved
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_made_plain() {
        assert_eq!(resolve(Path::new("/a/b"), "./c/../d/x.ts"), Path::new("/a/b/d/x.ts"));
        assert_eq!(resolve(Path::new("/a/b"), "../../../x.ts"), Path::new("/x.ts"));
        assert_eq!(resolve(Path::new("/a/b"), "/x.ts"), Path::new("/x.ts"));
    }
}
