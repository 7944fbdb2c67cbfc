//! `.greenroom/run.json`: what runs in a folder, for whoever wants to look in.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

/// What a run says of itself.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct RunFile {
    /// Where the control API is.
    pub(crate) control: String,
    /// The token that it asks for; none where only this machine can connect.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) token: Option<String>,
    /// The process.
    pub(crate) pid: u32,
    /// The apps: name and address.
    pub(crate) apps: Vec<RunApp>,
}

/// An app of a run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct RunApp {
    pub(crate) name: String,
    pub(crate) url: String,
}

/// Files that are deleted with this, if they are still this run's.
pub(crate) struct Written {
    files: Vec<PathBuf>,
    pid: u32,
}

fn path(dir: &Path) -> PathBuf {
    dir.join(".greenroom").join("run.json")
}

impl RunFile {
    /// Reads that of the run that serves `dir`; none where none runs.
    pub(crate) fn read(dir: &Path) -> Option<Self> {
        let file: Self = serde_json::from_slice(&std::fs::read(path(dir)).ok()?).ok()?;
        is_alive(file.pid).then_some(file)
    }

    /// Writes it into each of `dirs`. A folder that cannot be written to goes without, and one that another run serves keeps that one's.
    pub(crate) fn write(&self, dirs: &[PathBuf]) -> Written {
        let text = serde_json::to_string_pretty(self).unwrap_or_default();
        let free = |dir: &&PathBuf| Self::read(dir).is_none_or(|run| run.pid == self.pid);
        let files = dirs.iter().filter(free).map(|dir| path(dir)).filter(|file| put(file, &text).is_ok());
        Written { files: files.collect(), pid: self.pid }
    }
}

/// Readable for this user alone, since it may hold a token; whole or not at all.
fn put(file: &Path, text: &str) -> std::io::Result<()> {
    use std::io::Write;
    use std::os::unix::fs::OpenOptionsExt;
    if let Some(folder) = file.parent() {
        std::fs::create_dir_all(folder)?;
    }
    let fresh = file.with_extension(format!("{}.new", std::process::id()));
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create(true).truncate(true).mode(0o600).open(&fresh)?.write_all(text.as_bytes())?;
    std::fs::rename(fresh, file)
}

impl Drop for Written {
    fn drop(&mut self) {
        for file in &self.files {
            let ours = std::fs::read(file).ok().and_then(|text| serde_json::from_slice::<RunFile>(&text).ok());
            if ours.is_some_and(|run| run.pid == self.pid) {
                let _ = std::fs::remove_file(file);
                // Where there was nothing else to keep; a folder that holds something stays.
                if let Some(folder) = file.parent() {
                    let _ = std::fs::remove_dir(folder);
                }
            }
        }
    }
}

fn is_alive(pid: u32) -> bool {
    // SAFETY: signal 0 is sent to nobody; the call only says whether the process is there.
    i32::try_from(pid).is_ok_and(|pid| pid > 0 && unsafe { libc::kill(pid, 0) } == 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_there_while_the_run_is() {
        let folder = tempfile::tempdir().unwrap();
        let dirs = [folder.path().to_owned()];
        let run = RunFile { control: "http://127.0.0.1:1".into(), pid: std::process::id(), ..RunFile::default() };
        let written = run.write(&dirs);
        assert_eq!(RunFile::read(folder.path()), Some(run.clone()));
        drop(written);
        assert_eq!(RunFile::read(folder.path()), None);
    }

    #[test]
    fn that_of_another_run_stays() {
        let folder = tempfile::tempdir().unwrap();
        let dirs = [folder.path().to_owned()];
        // The parent of this process is alive.
        let first = RunFile { control: "http://127.0.0.1:1".into(), pid: std::os::unix::process::parent_id(), ..RunFile::default() };
        let _first = first.write(&dirs);
        let second = RunFile { control: "http://127.0.0.1:2".into(), pid: std::process::id(), ..RunFile::default() };
        drop(second.write(&dirs));
        assert_eq!(RunFile::read(folder.path()), Some(first.clone()));
    }

    #[test]
    fn one_of_a_run_that_is_over_counts_for_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let run = RunFile { pid: u32::MAX, ..RunFile::default() };
        let _written = run.write(&[folder.path().to_owned()]);
        assert_eq!(RunFile::read(folder.path()), None);
    }
}
