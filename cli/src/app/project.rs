//! Reading a project and bundling its code.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use greenroom_bindings::{Bindings, GuestBinding};
use greenroom_bundle::{AsIs, BundleOptions, Bundler, SourceMaps};
use greenroom_channel::message::{BindingHead, Load, ModuleHead};
use greenroom_host::{Bundle, Clock, Diagnostic, Limits, Profile};
use greenroom_platforms::{GivenVars, LoadOptions, Platform, Project};
use greenroom_supervisor::Version;

/// A project folder with the platform that reads it.
#[derive(Clone)]
pub(crate) struct Folder {
    pub(crate) dir: PathBuf,
    pub(crate) platform: &'static dyn Platform,
    pub(crate) environment: Option<String>,
    /// What the command line says of variables.
    pub(crate) given: GivenVars,
}

impl Folder {
    /// Finds out which platform the folder is for.
    pub(crate) fn open(dir: &Path, environment: Option<String>) -> Result<Self, Diagnostic> {
        let dir = std::path::absolute(dir).unwrap_or_else(|_| dir.to_owned());
        let dir = dir.canonicalize().unwrap_or(dir);
        let platform = greenroom_platforms::detect(&dir)?;
        Ok(Self { dir, platform, environment, given: GivenVars::default() })
    }

    /// The same with variables of the command line.
    pub(crate) fn with(self, given: GivenVars) -> Self {
        Self { given, ..self }
    }

    /// Reads the configuration.
    pub(crate) fn read(&self, clock: &Clock) -> Result<Project, Vec<Diagnostic>> {
        let options = LoadOptions {
            environment: self.environment.clone(),
            process_env: std::env::vars().collect(),
            now: Some(clock.now()),
            given: self.given.clone(),
        };
        self.platform.load_project(&self.dir, &options)
    }
}

/// The bundler of a project, with its settings.
pub(crate) fn bundler(project: &Project) -> Bundler {
    let mut options = BundleOptions::new(&project.app.main, &project.app.dir);
    let from = &project.bundling;
    options.conditions.clone_from(&from.conditions);
    options.rules.clone_from(&project.app.module_rules);
    options.externals.clone_from(&from.externals);
    options.builtin_hint.clone_from(&from.builtin_hint);
    options.define.clone_from(&from.define);
    options.alias.clone_from(&from.alias);
    options.tsconfig.clone_from(&from.tsconfig);
    options.jsx_factory.clone_from(&from.jsx_factory);
    options.jsx_fragment.clone_from(&from.jsx_fragment);
    options.as_is = from.no_bundle.then(|| AsIs { root: from.base_dir.clone(), additional: from.find_additional_modules });
    Bundler::new(options)
}

/// What a guest is given of a project and its bundle.
pub(crate) fn version(platform: &dyn Platform, project: &Project, bundle: &Bundle, bindings: &Bindings, profile: Profile) -> Version {
    let app = &project.app;
    let limits = Limits::of(profile, app.limits);
    let binding = |bound: GuestBinding| BindingHead { name: bound.name, kind: bound.kind.to_owned(), options: bound.options };
    let module = |module: &greenroom_host::Module| ModuleHead { name: module.name.clone(), kind: format!("{:?}", module.kind) };
    let head = Load {
        app: app.name.clone(),
        platform: app.platform.to_owned(),
        compatibility_date: app.compatibility_date.clone(),
        compatibility_flags: app.compatibility_flags.clone(),
        vars: app.vars.iter().map(|var| (var.name.clone(), var.value.clone())).collect(),
        bindings: bindings.for_guest().into_iter().map(binding).collect(),
        cpu_ms: limits.cpu_ms,
        cpu_per_invocation: limits.cpu_per_invocation,
        startup_cpu_ms: limits.startup_cpu_ms,
        heap_bytes: limits.heap_bytes,
        wait_until_ms: platform.limits().wait_until.most * 1000,
        profile,
        exports: bundle.exports.clone(),
        guest: 0,
        modules: bundle.modules.iter().map(module).collect(),
    };
    Version { head, contents: bundle.modules.iter().map(|module| module.content.clone()).collect() }
}

/// Rewrites stack traces of a bundle into places in the sources.
pub(crate) fn stack_map(bundle: &mut Bundle) -> Arc<dyn Fn(&str) -> String + Send + Sync> {
    let maps = SourceMaps::new(std::mem::take(&mut bundle.source_maps));
    Arc::new(move |stack| maps.rewrite(stack))
}
