//! rolldown's errors and warnings in our words.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use greenroom_host::{Diagnostic, Position};
use rolldown_error::{BuildDiagnostic, DiagnosticOptions, EventKind};
use rolldown_resolver::Resolver;

use crate::bundler::relative;
use crate::loader::Gathered;
use crate::options::BundleOptions;
use crate::unresolved::Unresolved;

/// Turns what rolldown says of one build into diagnostics.
pub(crate) struct Reporter<'a> {
    options: &'a BundleOptions,
    resolver: Option<&'a Arc<Resolver>>,
    gathered: &'a Gathered,
    looked_for: BTreeSet<PathBuf>,
}

impl<'a> Reporter<'a> {
    pub(crate) fn new(options: &'a BundleOptions, resolver: Option<&'a Arc<Resolver>>, gathered: &'a Gathered) -> Self {
        Self { options, resolver, gathered, looked_for: BTreeSet::new() }
    }

    /// The files whose absence made an import fail.
    pub(crate) fn looked_for(self) -> BTreeSet<PathBuf> {
        self.looked_for
    }

    /// All errors of a build that failed.
    pub(crate) fn errors(&mut self, errors: &[BuildDiagnostic]) -> Vec<Diagnostic> {
        let mut diagnostics = self.own_errors();
        for error in errors {
            push_new(&mut diagnostics, self.convert(error, Diagnostic::error));
        }
        diagnostics
    }

    /// The errors and the warnings of a build that produced code. rolldown leaves a package that it cannot find to the runtime
    /// with a warning; here that is an error.
    pub(crate) fn sort(&mut self, warnings: &[BuildDiagnostic]) -> (Vec<Diagnostic>, Vec<Diagnostic>) {
        let mut errors = self.own_errors();
        let mut others = Vec::new();
        if self.options.refuse_builtins {
            errors.extend(self.builtins(Diagnostic::error));
        } else {
            others.extend(self.builtins(Diagnostic::warning));
        }
        for warning in warnings {
            let installed = warning.id().is_some_and(|id| is_installed(Path::new(&id)));
            match warning.kind() {
                EventKind::UnresolvedImport if installed && self.is_dynamic(warning) => {
                    push_new(&mut others, self.convert(warning, Diagnostic::warning));
                }
                EventKind::UnresolvedImport => push_new(&mut errors, self.convert(warning, Diagnostic::error)),
                // Nobody can act on the style of a package.
                _ if installed => {}
                _ => push_new(&mut others, self.convert(warning, Diagnostic::warning)),
            }
        }
        (errors, others)
    }

    /// What the loader found to be wrong.
    fn own_errors(&mut self) -> Vec<Diagnostic> {
        let mut errors = Vec::new();
        for (specifier, importer) in &self.gathered.unresolved {
            let error = self.at_specifier(Diagnostic::error(format!("could not resolve `{specifier}`")), importer, specifier);
            errors.push(self.explain(error, importer, specifier));
        }
        let closed = self.gathered.closed.iter().map(|(specifier, importer, rule)| {
            let message = format!(
                "`{specifier}` is covered by a {:?} rule that an earlier {:?} rule without `fallthrough` closed",
                rule.kind, rule.kind
            );
            self.at_specifier(Diagnostic::error(message), importer, specifier).hint(format!(
                "set `fallthrough` to true on the earlier {:?} rule, or add `{}` to its globs",
                rule.kind,
                rule.globs.join("`, `")
            ))
        });
        let unknown = self.gathered.unknown.iter().map(|file| {
            let shown = relative(&self.options.dir, file);
            let extension = file.extension().unwrap_or_default().to_string_lossy();
            Diagnostic::error(format!("no module rule covers `.{extension}` files, of which `{shown}` is imported"))
                .in_file(shown)
                .hint(format!("add a rule of type Text, Data or CompiledWasm with the glob `**/*.{extension}`"))
        });
        errors.extend(closed.chain(unknown));
        errors
    }

    /// Adds why an import leads nowhere and what to do about it.
    fn explain(&mut self, diagnostic: Diagnostic, importer: &Path, specifier: &str) -> Diagnostic {
        let unresolved = Unresolved { options: self.options, resolver: self.resolver, specifier, importer };
        self.looked_for.extend(unresolved.looked_for());
        unresolved.hints().into_iter().fold(diagnostic, Diagnostic::hint)
    }

    /// What there is to say of each module of Node.js that the runtime does not provide.
    fn builtins(&self, severity: fn(String) -> Diagnostic) -> Vec<Diagnostic> {
        let say = |(specifier, importer): &(String, PathBuf)| {
            let message = format!("`{specifier}` is built into Node.js and not provided by this runtime");
            let hint = self.options.builtin_hint.as_deref();
            let hint = hint.unwrap_or("importing it fails when the code runs: use a web API or an npm package in its place");
            self.at_specifier(severity(message), importer, specifier).hint(hint)
        };
        self.gathered.builtins.iter().map(say).collect()
    }

    fn convert(&mut self, error: &BuildDiagnostic, severity: fn(String) -> Diagnostic) -> Diagnostic {
        let opts = DiagnosticOptions { cwd: self.options.dir.clone() };
        match error.kind() {
            EventKind::UnresolvedImport | EventKind::ResolveError => {
                let specifier = error.exporter().unwrap_or_default();
                let importer = PathBuf::from(error.id().unwrap_or_default());
                let diagnostic = self.at_label(severity(format!("could not resolve `{specifier}`")), error, &opts);
                self.explain(diagnostic, &importer, &specifier)
            }
            EventKind::MissingExportError => {
                let message = error.to_message_with(&opts);
                let message = message.split(", imported by ").next().unwrap_or(&message);
                self.at_label(severity(house_style(message)), error, &opts)
            }
            _ => self.at_label(severity(house_style(&error.to_message_with(&opts))), error, &opts),
        }
    }

    /// Whether all that is wrong is TypeScript that imports or exports types without saying `type`. Compiling file by file, rolldown takes
    /// them for values; esbuild lets them pass, so that projects count on it.
    pub(crate) fn only_untold_types(&self, errors: &[BuildDiagnostic]) -> bool {
        let opts = DiagnosticOptions { cwd: self.options.dir.clone() };
        let is_type = |error: &BuildDiagnostic| {
            let message = error.to_message_with(&opts);
            let (Some(name), Some(exporter), Some(importer)) = (message.split('"').nth(1), error.exporter(), error.id()) else {
                return false;
            };
            is_typescript(&importer)
                && is_typescript(&exporter)
                && fs::read_to_string(&exporter).is_ok_and(|text| declares_type(&text, name))
        };
        !errors.is_empty() && errors.iter().all(|error| matches!(error.kind(), EventKind::MissingExportError) && is_type(error))
    }

    /// Points the diagnostic at the place that rolldown points at, with the lines around it.
    fn at_label(&self, diagnostic: Diagnostic, error: &BuildDiagnostic, opts: &DiagnosticOptions) -> Diagnostic {
        let Some((file, line, column, utf16)) = error.to_diagnostic_with(opts).get_primary_location() else {
            let file = error.id().filter(|id| Path::new(id).is_absolute());
            return match file {
                Some(file) => diagnostic.in_file(relative(&self.options.dir, Path::new(&file))),
                None => diagnostic,
            };
        };
        let path = self.options.dir.join(&file);
        let mut diagnostic = diagnostic.in_file(file);
        match fs::read_to_string(path) {
            Ok(text) => diagnostic.at(&text, byte_of_utf16(&text, utf16)),
            Err(_) => {
                diagnostic.position = Some(Position { line, column: column + 1 });
                diagnostic
            }
        }
    }

    /// Points the diagnostic at the first place where the importer writes this specifier.
    fn at_specifier(&self, diagnostic: Diagnostic, importer: &Path, specifier: &str) -> Diagnostic {
        let diagnostic = diagnostic.in_file(relative(&self.options.dir, importer));
        let Ok(text) = fs::read_to_string(importer) else {
            return diagnostic;
        };
        let quoted = ['"', '\'', '`'].map(|quote| format!("{quote}{specifier}{quote}"));
        let mut places: Vec<usize> =
            quoted.iter().flat_map(|quoted| text.match_indices(quoted.as_str())).map(|(offset, _)| offset).collect();
        places.sort_unstable();
        // The text may stand in a comment before it is imported.
        let is_import = |offset: &&usize| ["from", "import", "("].iter().any(|before| text[..**offset].trim_end().ends_with(before));
        let quoted = places.iter().find(is_import).or(places.first()).copied();
        match quoted {
            Some(offset) => diagnostic.at(&text, offset),
            None => diagnostic,
        }
    }

    /// Whether an unresolved import is a call of `import()`: packages guard those with `catch` to go without.
    fn is_dynamic(&self, warning: &BuildDiagnostic) -> bool {
        let opts = DiagnosticOptions { cwd: self.options.dir.clone() };
        let Some((file, _, _, utf16)) = warning.to_diagnostic_with(&opts).get_primary_location() else {
            return false;
        };
        fs::read_to_string(self.options.dir.join(file))
            .is_ok_and(|text| text[..byte_of_utf16(&text, utf16)].trim_end().ends_with("import("))
    }
}

/// Adds a diagnostic unless the same one is there: rolldown reports some once per import.
fn push_new(diagnostics: &mut Vec<Diagnostic>, diagnostic: Diagnostic) {
    if !diagnostics.contains(&diagnostic) {
        diagnostics.push(diagnostic);
    }
}

/// Whether a file belongs to an installed package.
pub(crate) fn is_installed(path: &Path) -> bool {
    path.components().any(|part| part.as_os_str() == "node_modules")
}

fn is_typescript(file: &str) -> bool {
    Path::new(file).extension().is_some_and(|extension| ["ts", "tsx", "mts", "cts"].iter().any(|typescript| extension == *typescript))
}

/// Whether the text declares an interface or a type of this name.
fn declares_type(text: &str, name: &str) -> bool {
    text.match_indices(name).any(|(at, _)| {
        let ends = !text[at + name.len()..].starts_with(|next: char| next.is_alphanumeric() || next == '_' || next == '$');
        let before = text[..at].trim_end();
        ends && before.len() < at && (before.ends_with("interface") || before.ends_with("type"))
    })
}

/// The byte offset of a UTF-16 offset; the end if past it.
fn byte_of_utf16(text: &str, utf16: usize) -> usize {
    let mut units = 0;
    for (byte, character) in text.char_indices() {
        if units >= utf16 {
            return byte;
        }
        units += character.len_utf16();
    }
    text.len()
}

/// A message of rolldown in house style: starts in lower case, no full stop, values in backticks.
fn house_style(message: &str) -> String {
    let message = message.trim().trim_end_matches('.').replace('"', "`");
    let mut characters = message.chars();
    match (characters.next(), characters.clone().next()) {
        // An acronym keeps its capitals.
        (Some(first), Some(second)) if second.is_lowercase() || second == ' ' => first.to_lowercase().chain(characters).collect(),
        _ => message,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_get_house_style() {
        assert_eq!(house_style("Unexpected token."), "unexpected token");
        assert_eq!(house_style("A class has no name"), "a class has no name");
        assert_eq!(house_style("JSX is off"), "JSX is off");
        assert_eq!(house_style("\"a\" is not exported by \"b.ts\"."), "`a` is not exported by `b.ts`");
    }

    #[test]
    fn declared_types_are_found() {
        assert!(declares_type("export interface Thing<T> {}", "Thing"));
        assert!(declares_type("export type Thing = 1", "Thing"));
        assert!(!declares_type("export type Things = 1", "Thing"));
        assert!(!declares_type("export const Thing = 1", "Thing"));
    }

    #[test]
    fn utf16_offsets_become_bytes() {
        assert_eq!(byte_of_utf16("é😀x", 3), 6);
        assert_eq!(byte_of_utf16("abc", 99), 3);
    }
}
