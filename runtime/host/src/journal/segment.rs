//! Where lines of the journal are kept: files that are only ever appended to, or the same in memory.

use std::fs::File;
use std::io::Write;
use std::os::unix::fs::{FileExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use crate::clock::{Clock, Timestamp};

/// Where a line is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Place {
    pub(super) segment: u32,
    pub(super) offset: u32,
    /// Without the line's end; 0 stands for no line.
    pub(super) length: u32,
}

/// One piece of the journal.
pub(super) struct Segment {
    pub(super) number: u32,
    /// Bytes in it, with those that wait to be written.
    pub(super) size: u32,
    /// Bytes of the index in a file beside it.
    pub(super) indexed: u64,
    /// When it was last written to, by the machine's clock.
    pub(super) written: Timestamp,
    kept: Kept,
}

enum Kept {
    Memory(Vec<u8>),
    File { path: PathBuf, file: File, waiting: Vec<u8> },
}

impl Segment {
    /// An empty one, in `folder` or in memory.
    ///
    /// # Errors
    /// When the file cannot be made.
    pub(super) fn new(number: u32, folder: Option<&Path>) -> std::io::Result<Self> {
        let kept = match folder {
            None => Kept::Memory(Vec::new()),
            Some(folder) => {
                let path = folder.join(file_name(number));
                // For this user alone: it has what clients sent, secrets too.
                let file = File::options().read(true).append(true).create_new(true).mode(0o600).open(&path)?;
                Kept::File { path, file, waiting: Vec::new() }
            }
        };
        Ok(Self { kept, ..Self::in_memory(number) })
    }

    /// An empty one in memory.
    pub(super) fn in_memory(number: u32) -> Self {
        Self { number, size: 0, indexed: 0, written: Clock::wall(), kept: Kept::Memory(Vec::new()) }
    }

    /// One that an earlier run wrote.
    ///
    /// # Errors
    /// When it cannot be read, or is larger than any that this program writes.
    pub(super) fn open(number: u32, path: PathBuf) -> std::io::Result<Self> {
        let file = File::options().read(true).append(true).open(&path)?;
        let data = file.metadata()?;
        let size = u32::try_from(data.len()).map_err(std::io::Error::other)?;
        let since = data.modified()?.duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
        let written = Timestamp(u64::try_from(since.as_millis()).unwrap_or(u64::MAX));
        let indexed = path.with_extension(INDEX).metadata().map_or(0, |data| data.len());
        Ok(Self { number, size, indexed, written, kept: Kept::File { path, file, waiting: Vec::new() } })
    }

    /// Its file; none where it is in memory.
    pub(super) fn path(&self) -> Option<&Path> {
        match &self.kept {
            Kept::Memory(_) => None,
            Kept::File { path, .. } => Some(path),
        }
    }

    /// Where its index is, or would be.
    pub(super) fn index_path(&self) -> Option<PathBuf> {
        self.path().map(|path| path.with_extension(INDEX))
    }

    /// When its file was last written to, in nanoseconds since 1970.
    pub(super) fn modified(&self) -> Option<u64> {
        let Kept::File { file, .. } = &self.kept else { return None };
        let since = file.metadata().ok()?.modified().ok()?.duration_since(std::time::UNIX_EPOCH).ok()?;
        u64::try_from(since.as_nanos()).ok()
    }

    /// Appends what `write` writes as a line. It can be read at once, and is on disk after [`Segment::flush`].
    pub(super) fn line(&mut self, write: impl FnOnce(&mut Vec<u8>)) -> Place {
        let bytes = match &mut self.kept {
            Kept::Memory(bytes) => bytes,
            Kept::File { waiting, .. } => waiting,
        };
        let before = bytes.len();
        write(bytes);
        let length = u32::try_from(bytes.len() - before).unwrap_or(u32::MAX);
        bytes.push(b'\n');
        let offset = self.size;
        self.size += length + 1;
        Place { segment: self.number, offset, length }
    }

    /// Writes what waits.
    ///
    /// # Errors
    /// When the disk takes no more.
    pub(super) fn flush(&mut self) -> std::io::Result<()> {
        if let Kept::File { file, waiting, .. } = &mut self.kept
            && !waiting.is_empty()
        {
            file.write_all(waiting)?;
            waiting.clear();
            waiting.shrink_to(1 << 20);
            self.written = Clock::wall();
        }
        Ok(())
    }

    /// Reads a line; none where the file is not what it was.
    pub(super) fn read(&self, place: Place) -> Option<Vec<u8>> {
        let (start, length) = (place.offset as usize, place.length as usize);
        match &self.kept {
            Kept::Memory(bytes) => bytes.get(start..start + length).map(<[u8]>::to_vec),
            Kept::File { file, waiting, .. } => {
                let on_disk = self.size as usize - waiting.len();
                if start >= on_disk {
                    return waiting.get(start - on_disk..start - on_disk + length).map(<[u8]>::to_vec);
                }
                let mut bytes = vec![0; length];
                file.read_exact_at(&mut bytes, u64::from(place.offset)).ok()?;
                Some(bytes)
            }
        }
    }

    /// Everything that is on disk.
    pub(super) fn contents(&self) -> std::io::Result<Vec<u8>> {
        match &self.kept {
            Kept::Memory(bytes) => Ok(bytes.clone()),
            Kept::File { path, .. } => std::fs::read(path),
        }
    }

    /// Deletes it.
    pub(super) fn delete(self) {
        // What cannot be deleted is tried again by the next run.
        if let Some(index) = self.index_path() {
            let _ = std::fs::remove_file(index);
        }
        if let Kept::File { path, .. } = self.kept {
            let _ = std::fs::remove_file(path);
        }
    }

    /// Cuts off what a crash left half written: everything behind the last line that is whole. How many bytes that was.
    ///
    /// # Errors
    /// When the file cannot be read or shortened.
    pub(super) fn recover(&mut self) -> std::io::Result<u64> {
        let Kept::File { file, .. } = &mut self.kept else { return Ok(0) };
        let size = u64::from(self.size);
        let end = whole_end(file, size)?;
        if end < size {
            file.set_len(end)?;
            self.size = u32::try_from(end).unwrap_or(u32::MAX);
        }
        Ok(size - end)
    }
}

/// Where the last line of a file of `size` bytes ends that ends at all and is JSON: a machine that lost power may leave zeros. The file is
/// read from its end.
fn whole_end(file: &File, size: u64) -> std::io::Result<u64> {
    let mut span = TAIL;
    loop {
        let from = size.saturating_sub(span);
        let mut bytes = vec![0; usize::try_from(size - from).map_err(std::io::Error::other)?];
        file.read_exact_at(&mut bytes, from)?;
        let mut end = bytes.len();
        while end > 0 {
            let start = bytes[..end - 1].iter().rposition(|byte| *byte == b'\n').map_or(0, |before| before + 1);
            if start == 0 && from > 0 {
                break;
            }
            let whole = bytes[end - 1] == b'\n';
            if whole && serde_json::from_slice::<serde::de::IgnoredAny>(&bytes[start..end - 1]).is_ok() {
                return Ok(from + end as u64);
            }
            end = start;
        }
        if from == 0 {
            return Ok(0);
        }
        // The line that is looked for begins before.
        span = span.saturating_mul(8);
    }
}

/// How the names of indexes end.
const INDEX: &str = "index";

/// How the names of indexes end that are being written.
pub(super) const HALF: &str = "index-half";

/// How much of a file is read to find its last line.
const TAIL: u64 = 64 * 1024;

fn file_name(number: u32) -> String {
    format!("{number:08}.jsonl")
}

/// The segments in `folder`, by number. Indexes without a segment, and halves of indexes, are deleted.
pub(super) fn files(folder: &Path) -> std::io::Result<Vec<(u32, PathBuf)>> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        let number = path.file_name().and_then(|name| name.to_str()?.strip_suffix(".jsonl")?.parse().ok());
        let stray = match path.extension().and_then(|kind| kind.to_str()) {
            Some(INDEX) => !path.with_extension("jsonl").exists(),
            Some(HALF) => true,
            _ => false,
        };
        if stray {
            let _ = std::fs::remove_file(&path);
        }
        found.extend(number.map(|number| (number, path)));
    }
    found.sort_unstable_by_key(|(number, _)| *number);
    Ok(found)
}
