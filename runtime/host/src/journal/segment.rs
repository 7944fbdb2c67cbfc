//! Where lines of the journal are kept: files that are only ever appended to, or the same in memory.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom, Write};
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
        Self { number, size: 0, written: Clock::wall(), kept: Kept::Memory(Vec::new()) }
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
        Ok(Self { number, size, written, kept: Kept::File { path, file, waiting: Vec::new() } })
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
        if let Kept::File { path, .. } = self.kept {
            // What cannot be deleted is tried again by the next run.
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
        let mut bytes = Vec::new();
        file.seek(SeekFrom::Start(0))?;
        file.read_to_end(&mut bytes)?;
        let mut end = bytes.len();
        // The last line that ends and is JSON; a machine that lost power may leave zeros.
        while end > 0 {
            let whole = bytes[end - 1] == b'\n';
            let start = bytes[..end - 1].iter().rposition(|byte| *byte == b'\n').map_or(0, |before| before + 1);
            if whole && serde_json::from_slice::<serde::de::IgnoredAny>(&bytes[start..end - 1]).is_ok() {
                break;
            }
            end = start;
        }
        let lost = size - end as u64;
        if lost > 0 {
            file.set_len(end as u64)?;
            self.size = u32::try_from(end).unwrap_or(u32::MAX);
        }
        Ok(lost)
    }
}

fn file_name(number: u32) -> String {
    format!("{number:08}.jsonl")
}

/// The segments in `folder`, by number.
pub(super) fn files(folder: &Path) -> std::io::Result<Vec<(u32, PathBuf)>> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        let number = path.file_name().and_then(|name| name.to_str()?.strip_suffix(".jsonl")?.parse().ok());
        found.extend(number.map(|number| (number, path)));
    }
    found.sort_unstable_by_key(|(number, _)| *number);
    Ok(found)
}
