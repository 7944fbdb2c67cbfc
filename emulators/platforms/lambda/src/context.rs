//! What one load carries along: its options, the files read, and everything found wrong or doubtful.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, HashSet};
use std::path::{Path, PathBuf};

use greenroom_host::{Diagnostic, Severity};

use crate::LoadOptions;
use crate::sources::{Mark, Place, Source, Sources};
use crate::tree::{Located, Node, parse};

/// One load.
pub(crate) struct Context {
    pub(crate) options: LoadOptions,
    sources: RefCell<Sources>,
    problems: RefCell<Vec<Diagnostic>>,
    named: RefCell<HashSet<String>>,
    failed: Cell<bool>,
    also_watched: RefCell<Vec<PathBuf>>,
    /// What the stacks of this load export, by name.
    pub(crate) exports: RefCell<BTreeMap<String, Node>>,
}

impl Context {
    pub(crate) fn new(options: LoadOptions) -> Self {
        Self {
            options,
            sources: RefCell::default(),
            problems: RefCell::default(),
            named: RefCell::default(),
            failed: Cell::new(false),
            also_watched: RefCell::default(),
            exports: RefCell::default(),
        }
    }

    /// Reads and parses the file at `path`; what is wrong with it is reported.
    pub(crate) fn read(&self, path: &Path) -> Option<Node> {
        let (mark, source) = self.read_text(path)?;
        self.parsed(&source, mark)
    }

    fn parsed(&self, source: &Source, mark: Mark) -> Option<Node> {
        parse(source, mark).map_err(|error| self.add(error.mark, error.diagnostic)).ok()
    }

    /// Reads the file at `path`; that it cannot be read is reported.
    pub(crate) fn read_text(&self, path: &Path) -> Option<(Mark, Source)> {
        let read = self.sources.borrow_mut().read(path);
        read.map_err(|error| {
            self.watch(path);
            self.fail(error);
        })
        .ok()
    }

    /// Makes `path` a file that the result depends on, though it is not read here.
    pub(crate) fn watch(&self, path: &Path) {
        self.also_watched.borrow_mut().push(path.to_owned());
    }

    /// Takes `path` as a file without content, for what a whole folder says.
    pub(crate) fn unread(&self, path: &Path) -> Mark {
        self.sources.borrow_mut().add(path, "").0
    }

    /// An error at `mark`.
    pub(crate) fn error(&self, mark: Mark, message: impl Into<String>, hint: impl Into<String>) {
        self.add(mark, Diagnostic::error(message).hint(hint));
    }

    /// A warning at `mark`.
    pub(crate) fn warn(&self, mark: Mark, message: impl Into<String>, hint: impl Into<String>) {
        self.add(mark, Diagnostic::warning(message).hint(hint));
    }

    /// Something that is not emulated, said once for each `message`: a warning, with `strict` an error.
    pub(crate) fn not_emulated(&self, mark: Mark, message: impl Into<String>, hint: impl Into<String>) {
        let message = message.into();
        if self.named.borrow_mut().insert(message.clone()) {
            let severity = if self.options.strict { Severity::Error } else { Severity::Warning };
            self.push(mark, Diagnostic { severity, ..Diagnostic::warning(message).hint(hint) });
        }
    }

    /// The same about a place of what has been read.
    pub(crate) fn not_emulated_at(&self, place: &Place, message: impl Into<String>, hint: impl Into<String>) {
        self.not_emulated(self.sources.borrow().mark(place), message, hint);
    }

    /// Adds `diagnostic`, which is about `mark`.
    pub(crate) fn add(&self, mark: Mark, diagnostic: Diagnostic) {
        self.failed.set(self.failed.get() || diagnostic.severity == Severity::Error);
        self.push(mark, diagnostic);
    }

    /// The same sentence about the same place is kept once.
    fn push(&self, mark: Mark, diagnostic: Diagnostic) {
        let located = self.sources.borrow().locate(diagnostic, mark);
        let mut problems = self.problems.borrow_mut();
        if !problems.contains(&located) {
            problems.push(located);
        }
    }

    /// Adds an error that has no place in a file.
    pub(crate) fn fail(&self, diagnostic: Diagnostic) {
        self.failed.set(true);
        self.problems.borrow_mut().push(diagnostic);
    }

    /// File, line and column of `mark`.
    pub(crate) fn place(&self, mark: Mark) -> Place {
        self.sources.borrow().place(mark)
    }

    /// Whether something is wrong with the project. What is not emulated does not count, `strict` or not.
    pub(crate) fn failed(&self) -> bool {
        self.failed.get()
    }

    /// Everything reported, errors first, and every file that the result depends on.
    pub(crate) fn finish(self) -> (Vec<Diagnostic>, Vec<PathBuf>) {
        let mut problems = self.problems.into_inner();
        problems.sort_by_key(|problem| problem.severity != Severity::Error);
        let mut files: Vec<PathBuf> = self.sources.into_inner().paths().chain(self.also_watched.into_inner()).collect();
        files.sort();
        files.dedup();
        (problems, files)
    }
}

impl From<Box<Located>> for Diagnostic {
    fn from(located: Box<Located>) -> Self {
        located.diagnostic
    }
}
