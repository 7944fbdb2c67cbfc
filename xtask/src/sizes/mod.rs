//! How long a hand-written source file may be. Functions are clippy's job (`too_many_lines`).

use std::fs;
use std::io;
use std::path::Path;

use crate::Report;

/// The caps, and where they hold.
#[derive(Debug)]
pub(crate) struct Policy {
    /// Folders from the workspace root; one that is not there is passed over.
    pub(crate) folders: &'static [&'static str],
    /// Names of folders, at any depth, that hold nothing written by hand.
    pub(crate) skipped: &'static [&'static str],
    /// Extensions, without the dot, of what counts as source.
    pub(crate) extensions: &'static [&'static str],
    /// A file with more lines than this is named in a warning: time to look for the seam.
    pub(crate) review: usize,
    /// A file with more lines than this fails the check, unless it is in `exceptions`.
    pub(crate) cap: usize,
    /// Files that may be longer than `cap`.
    pub(crate) exceptions: &'static [Exception],
}

/// A file that may be longer than the cap.
#[derive(Debug)]
pub(crate) struct Exception {
    /// The file, from the workspace root, written with `/`.
    pub(crate) file: &'static str,
    /// How many lines it may have.
    pub(crate) up_to: usize,
    /// Why splitting it would make it worse.
    pub(crate) reason: &'static str,
}

/// What `cargo xtask check-sizes` holds the repository against.
pub(crate) const POLICY: Policy = Policy {
    folders: &["cli", "runtime", "emulators", "console", "harness", "tests", "xtask"],
    skipped: &["node_modules", "target", "results", ".greenroom", ".wrangler"],
    extensions: &["rs", "js", "mjs", "ts", "tsx", "jsx"],
    review: 400,
    cap: 800,
    exceptions: &[],
};

const HERE: &str = "xtask/src/sizes/mod.rs";

/// Counts the lines of every source file under `root`. Fails only where a folder or file cannot be read.
pub(crate) fn check(root: &Path, policy: &Policy) -> io::Result<Report> {
    let mut files = Vec::new();
    for folder in policy.folders.iter().map(|folder| root.join(folder)).filter(|folder| folder.is_dir()) {
        collect(&folder, root, policy, &mut files)?;
    }
    files.sort_by(|(a, lines_a), (b, lines_b)| lines_b.cmp(lines_a).then_with(|| a.cmp(b)));
    let summary = format!("sizes: {} files, none over {} lines without a reason", files.len(), policy.cap);
    let mut report = Report { summary, ..Report::default() };
    for (file, lines) in &files {
        judge(file, *lines, policy, &mut report);
    }
    for exception in policy.exceptions {
        if !files.iter().any(|(file, lines)| file == exception.file && *lines > policy.cap) {
            report.problems.push(needless(exception.file));
        }
    }
    Ok(report)
}

fn judge(file: &str, lines: usize, policy: &Policy, report: &mut Report) {
    let Policy { review, cap, .. } = *policy;
    let exception = policy.exceptions.iter().find(|exception| exception.file == file);
    match exception {
        Some(exception) if lines <= exception.up_to => {
            report.notes.push(format!("`{file}` has {lines} lines, allowed up to {}: {}", exception.up_to, exception.reason));
        }
        Some(Exception { up_to: most, .. }) => report.problems.push(too_long(file, lines, *most)),
        None if lines > cap => report.problems.push(too_long(file, lines, cap)),
        None if lines > review => report.notes.push(format!("`{file}` has {lines} lines, more than {review}")),
        None => {}
    }
}

fn too_long(file: &str, lines: usize, most: usize) -> String {
    format!(
        "`{file}` has {lines} lines, more than {most}\n  = help: split it along its responsibilities, or add an exception \
         with its reason to `POLICY` in {HERE}"
    )
}

fn needless(file: &str) -> String {
    format!("`{file}` needs no exception any more\n  = help: take it out of `POLICY` in {HERE}")
}

fn collect(folder: &Path, root: &Path, policy: &Policy, files: &mut Vec<(String, usize)>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let path = entry.path();
        let kind = entry.file_type()?;
        if kind.is_dir() && !policy.skipped.iter().any(|name| entry.file_name() == *name) {
            collect(&path, root, policy, files)?;
        } else if kind.is_file() && is_source(&path, policy) {
            files.push((name_of(&path, root), lines_of(&fs::read(&path)?)));
        }
    }
    Ok(())
}

fn is_source(path: &Path, policy: &Policy) -> bool {
    path.extension().is_some_and(|extension| policy.extensions.iter().any(|wanted| extension == *wanted))
}

fn name_of(path: &Path, root: &Path) -> String {
    let relative = path.strip_prefix(root).unwrap_or(path);
    relative.components().map(|part| part.as_os_str().to_string_lossy()).collect::<Vec<_>>().join("/")
}

/// The number of lines; a last one without a line feed counts.
fn lines_of(bytes: &[u8]) -> usize {
    let feeds = bytes.split(|byte| *byte == b'\n').count() - 1;
    feeds + usize::from(!bytes.is_empty() && !bytes.ends_with(b"\n"))
}

#[cfg(test)]
mod tests;
