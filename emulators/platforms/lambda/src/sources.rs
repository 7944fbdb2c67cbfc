//! The files that a project is read from, and places in them.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use greenroom_host::{Diagnostic, Position};
use serde::Serialize;

/// A place in one of the [`Sources`]: which file, and the byte in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Mark {
    pub(crate) file: u32,
    pub(crate) at: u32,
}

/// Where something of the project is declared.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Place {
    /// The file.
    pub file: PathBuf,
    /// Where in it.
    pub position: Position,
}

/// A file and its text.
#[derive(Debug, Clone)]
pub(crate) struct Source {
    pub(crate) path: Arc<Path>,
    pub(crate) text: Arc<str>,
}

/// Every file read so far. A [`Mark`] counts in this list.
#[derive(Debug, Default)]
pub(crate) struct Sources {
    files: Vec<Source>,
}

impl Sources {
    /// Reads the file at `path`; the mark is its first byte.
    pub(crate) fn read(&mut self, path: &Path) -> Result<(Mark, Source), Diagnostic> {
        let bytes = std::fs::read(path).map_err(|error| unreadable(path, &error))?;
        let text = String::from_utf8(bytes).map_err(|error| {
            let valid = error.utf8_error().valid_up_to();
            let text = String::from_utf8_lossy(error.as_bytes());
            Diagnostic::error("the file is not UTF-8 text").in_file(path).at(&text, valid).hint("save it as UTF-8")
        })?;
        Ok(self.add(path, text.strip_prefix('\u{FEFF}').unwrap_or(&text)))
    }

    /// Takes `text` as the content of `path`.
    pub(crate) fn add(&mut self, path: &Path, text: &str) -> (Mark, Source) {
        let source = Source { path: path.into(), text: text.into() };
        self.files.push(source.clone());
        let file = u32::try_from(self.files.len() - 1).unwrap_or(u32::MAX);
        (Mark { file, at: 0 }, source)
    }

    /// The file of `mark`.
    pub(crate) fn of(&self, mark: Mark) -> &Source {
        &self.files[mark.file as usize]
    }

    /// The paths of all files.
    pub(crate) fn paths(&self) -> impl Iterator<Item = PathBuf> {
        self.files.iter().map(|source| source.path.to_path_buf())
    }

    /// File, line and column of `mark`.
    pub(crate) fn place(&self, mark: Mark) -> Place {
        let source = self.of(mark);
        Place { file: source.path.to_path_buf(), position: Position::of(&source.text, mark.at as usize) }
    }

    /// The mark of a place in one of these files.
    pub(crate) fn mark(&self, place: &Place) -> Mark {
        let file = self.files.iter().position(|source| *source.path == *place.file).unwrap_or_default();
        let text = self.files.get(file).map_or("", |source| &source.text);
        let line: usize = text.split_inclusive('\n').take(place.position.line - 1).map(str::len).sum();
        let column = text[line..].char_indices().nth(place.position.column - 1).map_or(text.len() - line, |(at, _)| at);
        let number = |value: usize| u32::try_from(value).unwrap_or(u32::MAX);
        Mark { file: number(file), at: number(line + column) }
    }

    /// `diagnostic` with the place of `mark`.
    pub(crate) fn locate(&self, diagnostic: Diagnostic, mark: Mark) -> Diagnostic {
        let source = self.of(mark);
        let located = diagnostic.in_file(&*source.path);
        if source.text.is_empty() { located } else { located.at(&source.text, mark.at as usize) }
    }
}

fn unreadable(path: &Path, error: &std::io::Error) -> Diagnostic {
    let (message, hint) = match error.kind() {
        std::io::ErrorKind::NotFound => ("the file is not there".to_owned(), "create it, or correct the path"),
        std::io::ErrorKind::IsADirectory => ("there is a folder where a file is expected".to_owned(), "name a file"),
        std::io::ErrorKind::PermissionDenied => ("the file may not be read".to_owned(), "allow yourself to read it (`chmod u+r`)"),
        _ => (format!("the file cannot be read: {error}"), "check the file and the disk it is on"),
    };
    Diagnostic::error(message).in_file(path).hint(hint)
}
