//! Which files become modules of another kind than JavaScript.

use greenroom_host::{ModuleKind, ModuleRule};

use crate::glob;

/// The rules that hold after the user's own: text, binary data and WebAssembly by the usual file names, as in wrangler
/// (<https://developers.cloudflare.com/workers/wrangler/bundling/#including-non-javascript-modules>).
#[must_use]
pub fn default_rules() -> Vec<ModuleRule> {
    let rule = |kind, globs: &[&str]| ModuleRule { kind, globs: globs.iter().map(ToString::to_string).collect(), fallthrough: false };
    vec![
        rule(ModuleKind::Text, &["**/*.txt", "**/*.html", "**/*.sql"]),
        rule(ModuleKind::Data, &["**/*.bin"]),
        rule(ModuleKind::CompiledWasm, &["**/*.wasm", "**/*.wasm?module"]),
    ]
}

/// What the rules say of an import.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Verdict<'a> {
    /// Not covered: an ordinary module.
    Ordinary,
    /// It becomes a module of this kind.
    Kind(ModuleKind),
    /// Only this rule covers it, and an earlier rule of the same kind closed the kind.
    Closed(&'a ModuleRule),
}

/// The user's rules and the default ones after them, sorted into those that hold and those that an earlier one closed.
#[derive(Debug)]
pub(crate) struct Rules {
    open: Vec<ModuleRule>,
    closed: Vec<ModuleRule>,
}

impl Rules {
    /// Keeps of each kind the rules up to and including the first without `fallthrough`.
    pub(crate) fn new(user: &[ModuleRule]) -> Self {
        let mut rules = Self { open: Vec::new(), closed: Vec::new() };
        for rule in user.iter().cloned().chain(default_rules()) {
            if rules.open.iter().any(|earlier| earlier.kind == rule.kind && !earlier.fallthrough) {
                rules.closed.push(rule);
            } else {
                rules.open.push(rule);
            }
        }
        rules
    }

    /// What the file of this name becomes where nothing is bundled; none where no rule covers it.
    pub(crate) fn kind_of(&self, name: &str) -> Option<ModuleKind> {
        // A pattern that starts in any folder covers the files of the first one too.
        let beside = format!("./{name}");
        let covers = |rule: &&ModuleRule| rule.globs.iter().any(|glob| glob::matches(glob, name) || glob::matches(glob, &beside));
        self.open.iter().find(covers).map(|rule| rule.kind)
    }

    /// What becomes of an import written as `specifier`, of the file `relative` to the project folder if that can be told.
    pub(crate) fn judge(&self, specifier: &str, relative: Option<&str>) -> Verdict<'_> {
        let covers = |rule: &&ModuleRule| {
            // JavaScript is bundled whatever a rule calls it.
            !matches!(rule.kind, ModuleKind::ESModule | ModuleKind::CommonJS)
                && rule.globs.iter().any(|glob| glob::matches(glob, specifier) || relative.is_some_and(|path| glob::matches(glob, path)))
        };
        if let Some(rule) = self.open.iter().find(covers) {
            return Verdict::Kind(rule.kind);
        }
        self.closed.iter().find(covers).map_or(Verdict::Ordinary, Verdict::Closed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text_rule(glob: &str, fallthrough: bool) -> ModuleRule {
        ModuleRule { kind: ModuleKind::Text, globs: vec![glob.into()], fallthrough }
    }

    #[test]
    fn default_rules_hold_without_user_rules() {
        let rules = Rules::new(&[]);
        assert_eq!(rules.judge("./a.sql", None), Verdict::Kind(ModuleKind::Text));
        assert_eq!(rules.judge("./a.wasm?module", None), Verdict::Kind(ModuleKind::CompiledWasm));
        assert_eq!(rules.judge("./a.bin", None), Verdict::Kind(ModuleKind::Data));
        assert_eq!(rules.judge("./a.ts", None), Verdict::Ordinary);
    }

    #[test]
    fn a_user_rule_without_fallthrough_closes_its_kind_only() {
        let rules = Rules::new(&[text_rule("**/*.md", false)]);
        assert_eq!(rules.judge("./a.md", None), Verdict::Kind(ModuleKind::Text));
        assert_eq!(rules.judge("./a.txt", None), Verdict::Closed(&default_rules()[0]));
        assert_eq!(rules.judge("./a.bin", None), Verdict::Kind(ModuleKind::Data));
    }

    #[test]
    fn a_user_rule_with_fallthrough_adds_to_the_default() {
        let rules = Rules::new(&[text_rule("**/*.md", true)]);
        assert_eq!(rules.judge("./a.md", None), Verdict::Kind(ModuleKind::Text));
        assert_eq!(rules.judge("./a.txt", None), Verdict::Kind(ModuleKind::Text));
    }

    #[test]
    fn a_glob_may_name_a_folder_of_the_project() {
        let rules = Rules::new(&[text_rule("src/pages/*.tpl", true)]);
        assert_eq!(rules.judge("./home.tpl", Some("src/pages/home.tpl")), Verdict::Kind(ModuleKind::Text));
        assert_eq!(rules.judge("./home.tpl", Some("src/other/home.tpl")), Verdict::Ordinary);
    }

    #[test]
    fn javascript_rules_change_nothing() {
        let rule = ModuleRule { kind: ModuleKind::ESModule, globs: vec!["**/*.js".into()], fallthrough: false };
        assert_eq!(Rules::new(&[rule]).judge("./a.js", None), Verdict::Ordinary);
    }
}
