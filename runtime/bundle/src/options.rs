//! What to bundle, and for what kind of runtime.

use std::path::PathBuf;

use greenroom_host::ModuleRule;

use crate::glob;

/// What to bundle, and for what kind of runtime.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct BundleOptions {
    /// Absolute path of the entry module. The main module of the bundle is named after it: `src/index.ts` becomes `index.js`.
    pub entry: PathBuf,
    /// Absolute path of the project folder. Source maps and diagnostics name files relative to it, and [`Self::alias`] resolves from it.
    pub dir: PathBuf,
    /// Conditions under which `exports` and `imports` of a `package.json` are read, such as `workerd`. Beside them `browser` and `default`
    /// always hold, and `import` or `require` as the import is written. The order does not matter: that of the package's keys does.
    pub conditions: Vec<String>,
    /// The user's own module rules. [`crate::default_rules`] come after them, for the kinds that no user rule without `fallthrough` closed.
    pub rules: Vec<ModuleRule>,
    /// Modules that the runtime provides: a specifier (`cloudflare:workers`; its subpaths are included) or a pattern with `*` (`node:*`).
    /// Imports of them stay imports.
    pub externals: Vec<String>,
    /// What to do about an import of a module that Node.js has built in and [`Self::externals`] does not list; a general hint if none.
    pub builtin_hint: Option<String>,
    /// An import of such a module is an error, not a warning.
    pub refuse_builtins: bool,
    /// Global expressions to replace and the JavaScript expression to put there: (`process.env.NODE_ENV`, `"production"` with its quotes).
    /// `process.env.NODE_ENV` is `"development"` if not listed.
    pub define: Vec<(String, String)>,
    /// Specifiers to import something else for: (`lodash`, `./src/tiny-lodash.ts`). The replacement resolves from [`Self::dir`].
    pub alias: Vec<(String, String)>,
    /// The `tsconfig.json` to use for every file. Without it, each file has the nearest one above it that includes it.
    pub tsconfig: Option<PathBuf>,
    /// What JSX elements call in the classic transform, over what `tsconfig.json` says. `React.createElement` if neither says.
    pub jsx_factory: Option<String>,
    /// The code runs on Node.js: its built-in modules stay imports, `node` holds in place of `browser`, `require` stays what it is there.
    pub node: bool,
    /// The code is taken as it is, without bundling.
    pub as_is: Option<AsIs>,
    /// What JSX fragments call in the classic transform, over what `tsconfig.json` says. `React.Fragment` if neither says.
    pub jsx_fragment: Option<String>,
}

/// How code that is not bundled is found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AsIs {
    /// Absolute path of the folder that modules are named from, and looked for in; without it, that of the entry.
    pub root: Option<PathBuf>,
    /// Whether files that a rule covers become modules beside the entry.
    pub additional: bool,
}

impl BundleOptions {
    /// Options for this entry in this project folder (both absolute), all else empty.
    pub fn new(entry: impl Into<PathBuf>, dir: impl Into<PathBuf>) -> Self {
        Self { entry: entry.into(), dir: dir.into(), ..Self::default() }
    }

    /// The same with the project folder as the file system knows it: the resolver follows links, and all paths have to agree.
    pub(crate) fn canonical(&self) -> Self {
        let dir = self.dir.canonicalize().unwrap_or_else(|_| self.dir.clone());
        let entry = self.entry.strip_prefix(&self.dir).map_or_else(|_| self.entry.clone(), |inside| dir.join(inside));
        Self { entry, dir, ..self.clone() }
    }

    /// Whether the runtime provides the module of this specifier.
    pub(crate) fn is_external(&self, specifier: &str) -> bool {
        let built_in = self.node && crate::node::builtin(specifier).is_some();
        built_in
            || self.externals.iter().any(|external| {
                glob::matches(external, specifier) || specifier.strip_prefix(external.as_str()).is_some_and(|rest| rest.starts_with('/'))
            })
    }

    /// What to import in place of this specifier.
    pub(crate) fn alias_of(&self, specifier: &str) -> Option<&str> {
        self.alias.iter().find(|(from, _)| from == specifier).map(|(_, to)| to.as_str())
    }
}
