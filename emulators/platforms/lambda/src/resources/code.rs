//! Where a function's code is.

use std::path::{Path, PathBuf};

use serde::Serialize;

use super::FunctionDecl;
use super::props::Props;
use super::runtime::Runtime;
use crate::tree::Object;

/// The code of a function.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub enum Code {
    /// A folder, used as it is or bundled.
    Folder {
        /// The folder.
        path: PathBuf,
        /// How the project's own tools build it (`Metadata.BuildMethod`).
        build_method: Option<String>,
        /// How esbuild bundles it, where `build_method` is `esbuild`.
        build: Option<Box<BuildProperties>>,
    },
    /// A zip file.
    Zip {
        /// The file.
        path: PathBuf,
    },
    /// Written in the template.
    Inline {
        /// The text of the one file.
        text: String,
    },
    /// In a bucket, from where it can be had once there is one.
    S3 {
        /// The bucket.
        bucket: String,
        /// The key.
        key: String,
    },
    /// A container image, which does not run here.
    Image {
        /// The image's name.
        uri: String,
    },
    /// Nowhere: an error was reported.
    None,
}

/// How esbuild is asked to bundle, as SAM and Serverless name it.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
#[expect(clippy::struct_excessive_bools, reason = "each is a key of a configuration, independent of the others")]
pub struct BuildProperties {
    /// Entry modules, relative to the folder.
    pub entry_points: Vec<String>,
    /// Specifiers that stay imports.
    pub external: Vec<String>,
    /// `cjs` or `esm`.
    pub format: Option<String>,
    /// Whether to make the code small.
    pub minify: bool,
    /// Whether to make a source map.
    pub sourcemap: bool,
    /// The JavaScript version, such as `es2022`.
    pub target: Option<String>,
    /// Fields of `package.json` that name a package's entry.
    pub main_fields: Vec<String>,
    /// Extensions and what files of them become: `.png` → `file`.
    pub loader: Vec<(String, String)>,
    /// Extensions that output gets: `.js` → `.mjs`.
    pub out_extension: Vec<(String, String)>,
    /// Text before the output, by kind of file.
    pub banner: Vec<(String, String)>,
    /// Identifiers to replace.
    pub define: Vec<(String, String)>,
    /// Conditions under which `exports` of packages are resolved.
    pub conditions: Vec<String>,
    /// Whether functions keep their names.
    pub keep_names: bool,
    /// Whether unused code is kept (`TreeShaking: false` does).
    pub no_tree_shaking: bool,
}

/// The bucket by which a folder is mounted rather than copied, as other local emulators name it.
const HOT_RELOAD: &str = "hot-reload";

pub(super) fn read(props: &Props<'_, '_>, image: bool, name: &str) -> Code {
    // An image's asset is the folder that it is built from, and no code.
    let asset = asset(props, &["Code"]).filter(|_| !image);
    let Some(node) = props.get("Code").cloned() else {
        props.missing("Code", "name the folder that the code is in");
        return Code::None;
    };
    if let Some(path) = asset.or_else(|| node.text().map(str::to_owned)) {
        return local(props, &path, name);
    }
    let Some(code) = props.object("Code") else { return Code::None };
    code.no_effect(&["SourceKMSKeyArn", "S3ObjectVersion"]);
    let uri = code.text("ImageUri");
    if image || uri.is_some() {
        return Code::Image { uri: uri.unwrap_or_default() };
    }
    if let Some(text) = code.text("ZipFile") {
        return Code::Inline { text };
    }
    match (code.text("S3Bucket"), code.text("S3Key")) {
        (Some(bucket), Some(key)) if bucket == HOT_RELOAD => local(props, &key, name),
        (Some(bucket), Some(key)) => {
            let message =
                format!("the code of function `{}` is in a bucket (`s3://{bucket}/{key}`), and nothing is fetched from there", props.id);
            props.cx().not_emulated(node.at, message, "name the local folder, as before `sam package` or `cdk deploy`");
            Code::S3 { bucket, key }
        }
        _ => {
            props.error("Code", format!("`{}` names no code", props.full("Code")), "name a folder, or write `ZipFile:` with the code");
            Code::None
        }
    }
}

/// What the CDK says of where an asset is: the folder or file in `cdk.out`.
pub(super) fn asset(props: &Props<'_, '_>, properties: &[&str]) -> Option<String> {
    let metadata = props.body.object("Metadata")?;
    let of = metadata.text("aws:asset:property");
    let path = metadata.text("aws:asset:path")?;
    of.is_none_or(|of| properties.iter().any(|property| of.starts_with(property))).then(|| path.to_owned())
}

fn local(props: &Props<'_, '_>, written: &str, name: &str) -> Code {
    let path = props.stack.path(written.strip_prefix("file://").unwrap_or(written));
    props.cx().watch(&path);
    if path.is_file() {
        return Code::Zip { path };
    }
    if !path.is_dir() {
        let message = format!("the code of function `{}` is not there: `{written}`", props.id);
        props.error("Code", message, format!("create `{}`, or correct the path", path.display()));
        return Code::None;
    }
    let metadata = props.body.object("Metadata").cloned().unwrap_or_default();
    let build_method = metadata.text("BuildMethod").map(str::to_owned);
    let bundled = build_method.as_deref() == Some("esbuild");
    let build = bundled.then(|| Box::new(build_properties(props, &metadata)));
    let path = if bundled { path } else { built(props, path, name) };
    Code::Folder { path, build_method, build }
}

/// What the project's own tools have built, where the folder itself holds sources of a compiled language.
fn built(props: &Props<'_, '_>, folder: PathBuf, name: &str) -> PathBuf {
    let compiled =
        props.text("Runtime").is_some_and(|runtime| matches!(Runtime::new(&runtime).family(), "provided" | "go" | "java" | "dotnet"));
    if !compiled || folder.join("bootstrap").is_file() {
        return folder;
    }
    let candidates = [
        props.stack.path(".aws-sam/build").join(&props.id),
        folder.join("target/lambda").join(name),
        folder.join("target/lambda").join(&props.id),
    ];
    let found = candidates.into_iter().find(|candidate| candidate.is_dir());
    found.or_else(|| only_folder(&folder.join("target/lambda"))).unwrap_or(folder)
}

/// The one folder inside of `folder`, if there is one.
fn only_folder(folder: &Path) -> Option<PathBuf> {
    let mut folders = std::fs::read_dir(folder).ok()?.flatten().map(|entry| entry.path()).filter(|path| path.join("bootstrap").is_file());
    let first = folders.next()?;
    folders.next().is_none().then_some(first)
}

fn build_properties(props: &Props<'_, '_>, metadata: &Object) -> BuildProperties {
    let Some(node) = metadata.get("BuildProperties").and_then(|node| props.stack.resolve(node)) else { return BuildProperties::default() };
    let Some(object) = node.object().cloned() else { return BuildProperties::default() };
    let build = props.below("Metadata.BuildProperties".to_owned(), node.at, object);
    let pairs = |key: &str| -> Vec<(String, String)> {
        let written = build.items(key);
        let split =
            |text: String| text.split_once('=').map(|(from, to)| (from.trim_matches('"').to_owned(), to.trim_matches('"').to_owned()));
        if written.iter().any(|node| node.object().is_some()) {
            build.map(key)
        } else {
            written.iter().filter_map(|node| split(node.scalar()?)).collect()
        }
    };
    let read = BuildProperties {
        entry_points: build.texts("EntryPoints"),
        external: build.texts("External"),
        format: build.text("Format"),
        minify: build.flag("Minify").unwrap_or(false),
        sourcemap: build.get("Sourcemap").and_then(crate::tree::Node::boolean).unwrap_or(false),
        target: build.text("Target"),
        main_fields: build
            .texts("MainFields")
            .iter()
            .flat_map(|list| list.split(',').map(|field| field.trim().to_owned()).collect::<Vec<_>>())
            .collect(),
        loader: pairs("Loader"),
        out_extension: pairs("OutExtension"),
        banner: pairs("Banner"),
        define: pairs("Define"),
        conditions: build.texts("Conditions"),
        keep_names: build.flag("KeepNames").unwrap_or(false),
        no_tree_shaking: build.flag("TreeShaking") == Some(false),
    };
    build.no_effect(&["UseNpmCi", "SourcesContent", "LegalComments", "Platform", "Bundle"]);
    build.finish();
    read
}

/// Endings that a module's file may have, by language.
const NODE: &[&str] = &["js", "mjs", "cjs", "ts", "mts", "cts", "tsx", "jsx"];

/// Reports a handler whose file is not in the folder.
pub(super) fn check_handler(props: &Props<'_, '_>, function: &FunctionDecl, runtime: &Runtime) {
    let Code::Folder { path, build, .. } = &function.code else { return };
    let family = runtime.family();
    if runtime.is_custom() {
        check_bootstrap(props, path, runtime, &function.handler);
        return;
    }
    let Some(module) = module_of(&function.handler, family) else {
        if matches!(family, "nodejs" | "python" | "ruby") {
            let message = format!("`{}` is no handler: it names a file and what it exports, with a dot between", function.handler);
            props.error("Handler", message, "write `index.handler` or the like");
        }
        return;
    };
    let candidates = match family {
        // An entry point is found by its name: esbuild puts `src/app.ts` out as `app.js`.
        "nodejs" => build
            .iter()
            .flat_map(|build| build.entry_points.iter().map(|entry| path.join(entry)))
            .chain(with_endings(path, module, NODE))
            .collect(),
        "python" => python(path, module),
        "ruby" => vec![path.join(format!("{module}.rb"))],
        _ => return,
    };
    for candidate in &candidates {
        props.cx().watch(candidate);
    }
    if !candidates.iter().any(|candidate| candidate.is_file()) {
        let message = format!(
            "the handler of function `{}` is not there: `{}` needs a file `{module}` in `{}`",
            props.id,
            function.handler,
            path.display()
        );
        props.error("Handler", message, hint(path, family, &candidates));
    }
}

/// The module that a handler names. Python's is all but the last part; elsewhere the file's name ends at its first dot.
fn module_of<'h>(handler: &'h str, family: &str) -> Option<&'h str> {
    let start = handler.rfind('/').map_or(0, |slash| slash + 1);
    let dot = if family == "python" { handler.rfind('.') } else { handler[start..].find('.').map(|dot| start + dot) };
    dot.map(|dot| &handler[..dot]).filter(|module| module.len() > start && module.len() + 1 < handler.len())
}

fn with_endings(folder: &Path, module: &str, endings: &[&str]) -> Vec<PathBuf> {
    endings.iter().map(|ending| folder.join(format!("{module}.{ending}"))).collect()
}

fn python(folder: &Path, module: &str) -> Vec<PathBuf> {
    let plain = module.replace('.', "/");
    vec![folder.join(format!("{plain}.py")), folder.join(plain).join("__init__.py")]
}

/// What is in the folder and might have been meant.
fn hint(folder: &Path, family: &str, candidates: &[PathBuf]) -> String {
    let endings: &[&str] = if family == "nodejs" { NODE } else { &["py", "rb"] };
    let files = std::fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
    let mut stems: Vec<String> = files
        .filter(|path| path.extension().is_some_and(|ending| endings.iter().any(|known| ending == *known)))
        .filter_map(|path| Some(path.file_stem()?.to_string_lossy().into_owned()))
        .collect();
    stems.sort();
    let first = candidates.first().map(|path| path.display().to_string()).unwrap_or_default();
    match stems.as_slice() {
        [] => format!("create `{first}`, or correct `Handler` or the folder"),
        stems => format!("create `{first}`, or correct `Handler`: the folder has {}", crate::words::listed(&stems[..stems.len().min(5)])),
    }
}

fn check_bootstrap(props: &Props<'_, '_>, folder: &Path, runtime: &Runtime, handler: &str) {
    let name = if runtime.family() == "go" { handler } else { "bootstrap" };
    let file = folder.join(name);
    props.cx().watch(&file);
    if file.is_file() {
        return;
    }
    let message = format!("function `{}` has no `{name}` in `{}`", props.id, folder.display());
    let hint = if folder.join("Cargo.toml").is_file() {
        "build it first, with `cargo lambda build` or `sam build`".to_owned()
    } else {
        format!("build it first (`sam build`), or put an executable `{name}` there")
    };
    props.error("Code", message, hint);
}

#[cfg(test)]
mod tests {
    use super::module_of;

    #[test]
    fn modules_of_handlers() {
        assert_eq!(module_of("src/a/index.handler", "nodejs"), Some("src/a/index"));
        assert_eq!(module_of("index.routes.get", "nodejs"), Some("index"));
        assert_eq!(module_of("pkg.mod.handler", "python"), Some("pkg.mod"));
        assert_eq!(module_of("./index.handler", "nodejs"), Some("./index"));
        for none in ["index", "index.", ".handler", "src/.handler"] {
            assert_eq!(module_of(none, "nodejs"), None, "{none}");
        }
    }
}
