//! Says when something that an app was made of has changed.

use std::collections::BTreeSet;
use std::fs::Metadata;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use greenroom_host::{Clock, Diagnostic, Timestamp};
use notify::{EventKind, RecommendedWatcher, RecursiveMode, Watcher};
use tokio::sync::mpsc;

/// Silence after which a burst of changes counts as over: editors write, truncate, rename and touch within a few milliseconds.
const QUIET: Duration = Duration::from_millis(10);
/// How many paths are remembered.
const MOST: usize = 10_000;
/// The longest a burst is waited for.
const BURST: Duration = Duration::from_millis(300);

/// Watches the folders of an app's files.
pub(crate) struct Watch {
    watcher: RecommendedWatcher,
    folders: BTreeSet<PathBuf>,
    filter: Arc<Mutex<Filter>>,
    changes: mpsc::UnboundedReceiver<Change>,
    touched: Arc<Mutex<Touched>>,
}

/// What was touched in the folders that are watched.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Touched {
    /// These files.
    Paths(BTreeSet<PathBuf>),
    /// Nobody knows.
    Anything,
}

impl Touched {
    /// Whether something in `folder` may have been.
    pub(crate) fn within(&self, folder: &Path) -> bool {
        match self {
            Self::Paths(paths) => paths.iter().any(|path| path.starts_with(folder)),
            Self::Anything => true,
        }
    }

    fn add(&mut self, event: &notify::Event) {
        match self {
            Self::Paths(paths) if !event.need_rescan() && paths.len() < MOST => paths.extend(event.paths.iter().cloned()),
            _ => *self = Self::Anything,
        }
    }
}

impl Default for Touched {
    fn default() -> Self {
        Self::Paths(BTreeSet::new())
    }
}

/// What has changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Change {
    /// A file that the app was made of.
    Watched,
    /// Something beside them, after a build that failed.
    Beside,
}

#[derive(Default)]
struct Filter {
    files: BTreeSet<PathBuf>,
    /// After a build that failed nobody knows which file will mend it.
    anything: bool,
}

impl Filter {
    fn judge(&self, path: &Path) -> Option<Change> {
        let hidden = || path.components().any(|part| part.as_os_str().as_encoded_bytes().starts_with(b"."));
        if self.files.contains(path) { Some(Change::Watched) } else { (self.anything && !hidden()).then_some(Change::Beside) }
    }
}

impl Watch {
    /// Watches nothing yet.
    pub(crate) fn new() -> Result<Self, Diagnostic> {
        let filter = Arc::new(Mutex::new(Filter::default()));
        let (sender, changes) = mpsc::unbounded_channel();
        let (wanted, touched) = (Arc::clone(&filter), Arc::<Mutex<Touched>>::default());
        let touches = Arc::clone(&touched);
        let watcher = notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
            let Ok(event) = event else { return };
            if matches!(event.kind, EventKind::Access(_)) {
                return;
            }
            touches.lock().unwrap_or_else(PoisonError::into_inner).add(&event);
            let filter = wanted.lock().unwrap_or_else(PoisonError::into_inner);
            let judged = event.paths.iter().filter_map(|path| filter.judge(path));
            let change = if event.need_rescan() { Some(Change::Watched) } else { judged.min_by_key(|change| *change as u8) };
            if let Some(change) = change {
                let _ = sender.send(change);
            }
        })
        .map_err(|error| cannot_watch(&error, None))?;
        Ok(Self { watcher, folders: BTreeSet::new(), filter, changes, touched })
    }

    /// Watches `files` and no others; folders rather than files, since editors replace files. `anything`: every file beside them too.
    pub(crate) fn set(&mut self, files: impl Iterator<Item = PathBuf>, anything: bool) -> Vec<Diagnostic> {
        let files: BTreeSet<PathBuf> = files.collect();
        let folders: BTreeSet<PathBuf> = files.iter().filter_map(|file| nearest_folder(file)).collect();
        let mut problems = Vec::new();
        for gone in self.folders.difference(&folders) {
            let _ = self.watcher.unwatch(gone);
        }
        for new in folders.difference(&self.folders) {
            if let Err(error) = self.watcher.watch(new, RecursiveMode::NonRecursive) {
                problems.push(cannot_watch(&error, Some(new)));
            }
        }
        self.folders = folders;
        *self.filter.lock().unwrap_or_else(PoisonError::into_inner) = Filter { files, anything };
        problems
    }

    /// What was touched since this was asked last.
    pub(crate) fn touched(&self) -> Touched {
        std::mem::take(&mut *self.touches())
    }

    fn touches(&self) -> MutexGuard<'_, Touched> {
        self.touched.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether a watched file was written, or put there by another name, at `since` or later: such a change may have come before it was watched.
    pub(crate) fn missed(&self, since: Timestamp) -> bool {
        // File systems stamp with a clock that may lag behind by a few milliseconds.
        let since = UNIX_EPOCH + Duration::from_millis(since.0.saturating_sub(5));
        let filter = self.filter.lock().unwrap_or_else(PoisonError::into_inner);
        filter.files.iter().any(|file| file.metadata().is_ok_and(|data| changed_at(&data) >= since))
    }

    /// Waits for a change, and for the burst it belongs to to be over. `missed`: one has been already.
    pub(crate) async fn changed(&mut self, clock: &Clock, missed: bool) -> Change {
        let mut change = Change::Watched;
        if missed {
            *self.touches() = Touched::Anything;
        } else {
            let Some(first) = self.changes.recv().await else { return std::future::pending().await };
            change = first;
        }
        let started = clock.uptime();
        // Real time, not the emulated: it is about editors.
        while clock.uptime().saturating_sub(started) < BURST {
            match tokio::time::timeout(QUIET, self.changes.recv()).await {
                Ok(Some(Change::Watched)) => change = Change::Watched,
                Ok(_) => {}
                Err(_) => break,
            }
        }
        while let Ok(more) = self.changes.try_recv() {
            change = if more == Change::Watched { more } else { change };
        }
        change
    }
}

/// When the file's content or its name changed last: one that was written elsewhere and renamed keeps the time at which it was written.
fn changed_at(data: &Metadata) -> SystemTime {
    let (seconds, nanos) = (u64::try_from(data.ctime()).unwrap_or(0), u32::try_from(data.ctime_nsec()).unwrap_or(0));
    UNIX_EPOCH + Duration::new(seconds, nanos)
}

/// The folder of `file`, or the nearest one above that is there.
fn nearest_folder(file: &Path) -> Option<PathBuf> {
    file.ancestors().skip(1).find(|folder| folder.is_dir()).map(Path::to_owned)
}

fn cannot_watch(error: &notify::Error, folder: Option<&Path>) -> Diagnostic {
    let diagnostic = Diagnostic::warning(format!("changes to files cannot be seen: {error}"));
    let diagnostic = match folder {
        Some(folder) => diagnostic.in_file(folder),
        None => diagnostic,
    };
    match error.kind {
        notify::ErrorKind::MaxFilesWatch => diagnostic.hint("raise the limit: `sysctl fs.inotify.max_user_watches=524288`"),
        _ => diagnostic.hint("restart the server after a change"),
    }
}
