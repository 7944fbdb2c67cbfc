//! Our options in rolldown's terms.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use oxc_resolver::{ExtendsField, FileSystem as _, TsConfig as ParsedTsConfig};
use rolldown::{
    AttachDebugInfo, BundlerOptions, BundlerTransformOptions, ChecksOptions, CodeSplittingMode, CommentsOptions, Either,
    ExperimentalOptions, InputItem, JsxOptions, OutputFormat, Platform, ResolveOptions, SourceMapType, TsConfig,
};
use rolldown_fs::OsFileSystem;
use rolldown_resolver::Resolver;

use crate::options::BundleOptions;

/// The newest language version that all engines run; newer syntax is rewritten. Wrangler's own target
/// (<https://github.com/cloudflare/workers-sdk/blob/main/packages/wrangler/src/deployment-bundle/bundle.ts>).
const TARGET: &str = "es2024";

/// The project's compiler settings: what the entry's `tsconfig.json` says of JSX, and the files that say it.
#[derive(Debug, Default)]
pub(crate) struct Compiler {
    /// `compilerOptions.jsx` asks for imports of a JSX runtime (`react-jsx`, `react-jsxdev`).
    automatic_jsx: bool,
    /// The `tsconfig.json` and those that it extends by a relative path.
    pub(crate) files: Vec<PathBuf>,
}

impl Compiler {
    /// Reads the settings that hold for the entry. A faulty `tsconfig.json` counts as none here: the build itself reports it.
    pub(crate) fn read(options: &BundleOptions) -> Self {
        let resolver =
            Resolver::new(OsFileSystem::new(false), options.dir.clone(), platform(options), &tsconfig(options), ResolveOptions::default());
        let resolver = resolver.clone_default_resolver();
        let Ok(Some(found)) = resolver.find_tsconfig(&options.entry) else {
            return Self { automatic_jsx: false, files: options.tsconfig.iter().cloned().collect() };
        };
        let automatic_jsx = matches!(found.compiler_options.jsx.as_deref(), Some("react-jsx" | "react-jsxdev"));
        let mut files = Vec::new();
        let mut next: Vec<Arc<ParsedTsConfig>> = vec![found];
        while let Some(config) = next.pop() {
            if !files.contains(&config.path) {
                next.extend(extended_paths(&config).iter().filter_map(|path| resolver.resolve_tsconfig(path).ok()));
                files.push(config.path.clone());
            }
        }
        Self { automatic_jsx, files }
    }
}

/// The files that a `tsconfig.json` extends by a relative or absolute path; packages are left out, as they do not change under edit.
fn extended_paths(config: &ParsedTsConfig) -> Vec<PathBuf> {
    let written: &[String] = match &config.extends {
        Some(ExtendsField::Single(one)) => std::slice::from_ref(one),
        Some(ExtendsField::Multiple(many)) => many,
        None => &[],
    };
    let folder = config.path.parent().unwrap_or(Path::new("/"));
    let paths = written.iter().filter(|path| path.starts_with('.') || Path::new(path).is_absolute());
    paths
        .map(|path| {
            let path = folder.join(path);
            if path.is_file() { path } else { path.with_added_extension("json") }
        })
        .collect()
}

/// Where the settings for TypeScript come from.
fn tsconfig(options: &BundleOptions) -> TsConfig {
    options.tsconfig.clone().map_or(TsConfig::Auto(true), TsConfig::Manual)
}

fn platform(options: &BundleOptions) -> Platform {
    if options.node { Platform::Node } else { Platform::Browser }
}

/// The stem of the main module's name: `index` for `src/index.ts`.
pub(crate) fn main_stem(entry: &Path) -> String {
    entry.file_stem().map_or_else(|| "index".into(), |stem| stem.to_string_lossy().into_owned())
}

/// rolldown's options for these of ours.
pub(crate) fn rolldown_options(options: &BundleOptions, compiler: &Compiler) -> BundlerOptions {
    BundlerOptions {
        input: Some(vec![InputItem { name: Some(main_stem(&options.entry)), import: options.entry.to_string_lossy().into_owned() }]),
        cwd: Some(options.dir.clone()),
        // Nothing is written; the folder is what the sources of the source map are relative to.
        dir: Some(options.dir.to_string_lossy().into_owned()),
        entry_filenames: Some("[name].js".to_string().into()),
        format: Some(OutputFormat::Esm),
        platform: Some(platform(options)),
        code_splitting: Some(CodeSplittingMode::Bool(false)),
        sourcemap: Some(SourceMapType::Hidden),
        // Functions keep the name they have in the source although the bundle may have to rename them.
        keep_names: Some(true),
        define: Some(options.define.iter().cloned().collect()),
        resolve: Some(resolve_options(options)),
        transform: Some(transform_options(options, compiler)),
        tsconfig: Some(tsconfig(options)),
        // Comments cost the engine time and serve nobody: stack traces and frames show the sources.
        comments: Some(CommentsOptions { legal: false, annotation: false, jsdoc: false }),
        experimental: Some(ExperimentalOptions { attach_debug_info: Some(AttachDebugInfo::None), ..ExperimentalOptions::default() }),
        checks: Some(checks()),
        ..BundlerOptions::default()
    }
}

fn resolve_options(options: &BundleOptions) -> ResolveOptions {
    let plug_and_play = options.dir.ancestors().any(|folder| folder.join(".pnp.cjs").is_file());
    ResolveOptions { condition_names: Some(options.conditions.clone()), yarn_pnp: Some(plug_and_play), ..ResolveOptions::default() }
}

/// Without a word in `tsconfig.json`, JSX becomes calls of `React.createElement`, as esbuild has it (<https://esbuild.github.io/api/#jsx>);
/// rolldown left alone would import a JSX runtime.
fn transform_options(options: &BundleOptions, compiler: &Compiler) -> BundlerTransformOptions {
    let jsx = JsxOptions {
        runtime: (!compiler.automatic_jsx).then(|| "classic".to_string()),
        pragma: options.jsx_factory.clone(),
        pragma_frag: options.jsx_fragment.clone(),
        ..JsxOptions::default()
    };
    BundlerTransformOptions {
        jsx: Some(Either::Right(jsx)),
        target: Some(Either::Left(TARGET.to_string())),
        ..BundlerTransformOptions::default()
    }
}

/// Warnings about style, about rolldown's own options and about legal cycles are off.
fn checks() -> ChecksOptions {
    ChecksOptions {
        circular_dependency: Some(false),
        invalid_annotation: Some(false),
        tolerated_transform: Some(false),
        configuration_field_conflict: Some(false),
        prefer_builtin_feature: Some(false),
        plugin_timings: Some(false),
        duplicate_shebang: Some(false),
        ineffective_dynamic_import: Some(false),
        large_barrel_modules: Some(false),
        sourcemap_broken: Some(false),
        ..ChecksOptions::default()
    }
}
