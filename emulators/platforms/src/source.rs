//! A file of configuration as read: its path, its text, and diagnostics that point into it.

use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use greenroom_host::{Diagnostic, Position};

/// A file and its text. Offsets into it count bytes of `text`.
#[derive(Debug, Clone)]
pub(crate) struct Source {
    pub(crate) path: PathBuf,
    /// The text, without byte order mark.
    pub(crate) text: String,
}

/// Byte order marks of encodings that are not UTF-8. The longer ones come first: UTF-32 starts as UTF-16 does.
const FOREIGN_MARKS: &[(&[u8], &str)] =
    &[(&[0x00, 0x00, 0xFE, 0xFF], "UTF-32"), (&[0xFF, 0xFE, 0x00, 0x00], "UTF-32"), (&[0xFE, 0xFF], "UTF-16"), (&[0xFF, 0xFE], "UTF-16")];

impl Source {
    /// Reads `path`, which must be there and be UTF-8 text.
    pub(crate) fn read(path: &Path) -> Result<Self, Diagnostic> {
        let bytes = std::fs::read(path).map_err(|error| unreadable(path, &error))?;
        for (mark, encoding) in FOREIGN_MARKS {
            if bytes.starts_with(mark) {
                return Err(Diagnostic::error(format!("the file is encoded as {encoding}")).in_file(path).hint("save it as UTF-8"));
            }
        }
        match String::from_utf8(bytes) {
            Ok(text) => Ok(Self { path: path.to_owned(), text: without_mark(text) }),
            Err(error) => {
                let valid = error.utf8_error().valid_up_to();
                let text = String::from_utf8_lossy(error.as_bytes());
                Err(Diagnostic::error("the file is not UTF-8 text").in_file(path).at(&text, valid).hint("save it as UTF-8"))
            }
        }
    }

    /// An error at byte `offset`.
    pub(crate) fn error(&self, offset: usize, message: impl Into<String>) -> Diagnostic {
        Diagnostic::error(message).in_file(&self.path).at(&self.text, offset)
    }

    /// A warning at byte `offset`.
    pub(crate) fn warning(&self, offset: usize, message: impl Into<String>) -> Diagnostic {
        Diagnostic::warning(message).in_file(&self.path).at(&self.text, offset)
    }

    /// Line and column of byte `offset`.
    pub(crate) fn position(&self, offset: usize) -> Position {
        Position::of(&self.text, offset)
    }

    /// The file's own name, for messages about another place in the same file.
    pub(crate) fn name(&self) -> String {
        self.path.file_name().map_or_else(|| self.path.display().to_string(), |name| name.to_string_lossy().into_owned())
    }
}

/// `text` without the byte order mark of UTF-8.
pub(crate) fn without_mark(text: String) -> String {
    match text.strip_prefix('\u{FEFF}') {
        Some(rest) => rest.to_owned(),
        None => text,
    }
}

/// Why `path` cannot be read, and what to do.
pub(crate) fn unreadable(path: &Path, error: &io::Error) -> Diagnostic {
    let (message, hint) = match error.kind() {
        ErrorKind::NotFound => ("the file is not there".to_owned(), "create it, or correct the path"),
        ErrorKind::IsADirectory => ("there is a folder where a file is expected".to_owned(), "remove the folder, or rename it"),
        ErrorKind::PermissionDenied => ("the file may not be read".to_owned(), "allow yourself to read it (`chmod u+r`)"),
        _ => (format!("the file cannot be read: {error}"), "check the file and the disk it is on"),
    };
    Diagnostic::error(message).in_file(path).hint(hint)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: &[u8]) -> Result<Source, Diagnostic> {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("file");
        std::fs::write(&path, bytes).unwrap();
        Source::read(&path)
    }

    #[test]
    fn drops_the_mark_of_utf_8() {
        let source = read("\u{FEFF}{}".as_bytes()).unwrap();
        assert_eq!((source.text.as_str(), source.position(0)), ("{}", Position { line: 1, column: 1 }));
    }

    #[test]
    fn names_other_encodings() {
        assert_eq!(read(b"\xFF\xFE{\0}\0").unwrap_err().message, "the file is encoded as UTF-16");
        assert_eq!(read(b"\xFE\xFF\0{\0}").unwrap_err().message, "the file is encoded as UTF-16");
        assert_eq!(read(b"\xFF\xFE\0\0{\0\0\0").unwrap_err().message, "the file is encoded as UTF-32");
    }

    #[test]
    fn shows_where_text_stops_being_utf_8() {
        let error = read(b"{\n  \"a\": \"\xE9\"\n}").unwrap_err();
        assert_eq!((error.message.as_str(), error.position), ("the file is not UTF-8 text", Some(Position { line: 2, column: 9 })));
    }

    #[test]
    fn says_why_a_file_cannot_be_read() {
        let denied = unreadable(Path::new("wrangler.json"), &ErrorKind::PermissionDenied.into());
        assert_eq!((denied.message.as_str(), denied.hints.len()), ("the file may not be read", 1));
        let other = unreadable(Path::new("wrangler.json"), &io::Error::other("disk on fire"));
        assert_eq!(other.message, "the file cannot be read: disk on fire");
    }

    #[test]
    fn tells_a_folder_from_a_missing_file() {
        let dir = tempfile::tempdir().unwrap();
        assert_eq!(Source::read(dir.path()).unwrap_err().message, "there is a folder where a file is expected");
        assert_eq!(Source::read(&dir.path().join("x")).unwrap_err().message, "the file is not there");
    }
}
