//! The journal's folder: taken hold of, mended, read into the index, and kept within its bounds.

use std::collections::{HashMap, VecDeque};
use std::fs::File;
use std::path::Path;

use super::index::{Names, Row, Seen};
use super::saved::{self, Found, LateEnd, Unreadable};
use super::segment::{Place, Segment, files};
use super::store::{Store, signed};
use crate::clock::Clock;
use crate::diagnostic::Diagnostic;
use crate::event::Outcome;
use crate::ids::EventId;

impl Store {
    /// Takes hold of the folder if it is there: what a crash left in it is mended and said before anything else happens.
    pub(super) fn look_in(&mut self) {
        if self.pending.as_ref().is_some_and(|folder| folder.exists()) {
            self.settle_in();
        }
    }

    /// Takes hold of the folder, and mends what a crash left there. Where that cannot be, everything is kept in memory.
    pub(super) fn settle_in(&mut self) {
        let Some(folder) = self.pending.take() else { return };
        match self.take_folder(&folder) {
            Ok(()) => {
                self.folder = Some(folder);
                self.trim();
            }
            Err(problem) => self.problems.push(problem.in_file(folder)),
        }
    }

    fn take_folder(&mut self, folder: &Path) -> Result<(), Diagnostic> {
        let unusable = |error: std::io::Error| {
            Diagnostic::warning(format!("the journal cannot be kept here: {error}; events are kept in memory"))
                .hint("make the folder writable, or keep nothing on disk with `--ephemeral`")
        };
        std::fs::create_dir_all(folder).map_err(unusable)?;
        let lock = File::create(folder.join("lock")).map_err(unusable)?;
        if lock.try_lock().is_err() {
            return Err(Diagnostic::warning("another run keeps its journal here; events of this one are kept in memory"));
        }
        let mut segments = VecDeque::new();
        for (number, path) in files(folder).map_err(unusable)? {
            segments.push_back(Segment::open(number, path).map_err(unusable)?);
        }
        if let Some(last) = segments.back_mut() {
            let lost = last.recover().map_err(unusable)?;
            let what = format!("the journal broke off in the middle of an event: {lost} bytes were cut off, what came before is kept");
            self.problems.extend((lost > 0).then(|| about(last, Diagnostic::warning(what))));
        }
        self.unread = !segments.is_empty();
        self.own = segments.back().map_or(0, |last| last.number + 1);
        (self.segments, self.lock) = (segments, Some(lock));
        Ok(())
    }

    /// Throws away what is beyond the bounds, oldest first.
    pub(super) fn trim(&mut self) {
        let now = Clock::wall();
        let takes = |segment: &Segment| u64::from(segment.size) + segment.indexed;
        let mut size: u64 = self.segments.iter().map(takes).sum();
        while self.segments.len() > 1 {
            let Some(oldest) = self.segments.front() else { return };
            let too_old = self.bounds.age.is_some_and(|age| now.since(oldest.written) > age);
            if size <= self.bounds.size && !too_old {
                break;
            }
            size -= takes(oldest);
            if let Some(oldest) = self.segments.pop_front() {
                oldest.delete();
            }
        }
        let Some(oldest) = self.segments.front().map(|segment| segment.number) else { return };
        while let Some(row) = self.rows.front().filter(|row| row.start.segment < oldest) {
            self.open.remove(&row.id);
            self.rows.pop_front();
            self.first += 1;
        }
    }

    /// Reads what earlier runs left into the index.
    pub(super) fn catch_up(&mut self) {
        self.look_in();
        if !std::mem::take(&mut self.unread) {
            return;
        }
        let (mut found, mut buffer) = (Found::default(), Vec::new());
        for segment in self.segments.iter_mut().filter(|segment| segment.number < self.own) {
            if saved::load(segment, &mut self.names, &mut found, &mut buffer).is_some() {
                continue;
            }
            let (rows, ends) = (found.rows.len(), found.ends.len());
            let unreadable = read(segment, &mut self.names, &mut found);
            saved::save(segment, &self.names, found.rows[rows..].iter(), &found.ends[ends..], unreadable);
            self.problems.extend(said(segment, unreadable));
        }
        let rows = found.settled();
        self.first -= signed(rows.len());
        let own = std::mem::replace(&mut self.rows, rows.into());
        self.rows.extend(own);
    }

    /// Writes the index of the last segment beside it: nothing more is written there, or not for now.
    pub(super) fn index_last(&mut self) {
        let Some(segment) = self.segments.back_mut().filter(|last| last.number >= self.own && last.path().is_some()) else { return };
        let first = self.rows.partition_point(|row| row.start.segment < segment.number);
        let late = self.rows.range(..first).filter(|row| row.end.length > 0 && row.end.segment == segment.number);
        let ends: Vec<_> = late.map(|row| LateEnd { id: row.id, place: row.end, outcome: row.outcome() }).collect();
        saved::save(segment, &self.names, self.rows.range(first..), &ends, Unreadable::default());
    }

    /// Says of segments that they no longer have what they had when they were read into the index.
    pub(super) fn say_lost(&mut self, numbers: impl Iterator<Item = u32>) {
        for number in numbers {
            let segment = self.segments.iter().find(|segment| segment.number == number);
            if let Some(segment) = segment.filter(|_| self.lost.insert(number)) {
                let what = "events that were in this file can no longer be read; they are left out";
                self.problems.push(about(segment, Diagnostic::warning(what)));
            }
        }
    }
}

impl Found {
    /// The rows, with all that is known of how they ended.
    fn settled(self) -> Vec<Row> {
        let Self { mut rows, ends } = self;
        if !ends.is_empty() {
            let late: HashMap<EventId, LateEnd> = ends.into_iter().map(|end| (end.id, end)).collect();
            for row in &mut rows {
                if let Some(end) = late.get(&row.id) {
                    row.ends(end.place, end.outcome);
                }
            }
        }
        let abandoned = Outcome::Dropped { message: String::new() };
        for row in rows.iter_mut().filter(|row| row.is_running()) {
            row.set_outcome(Some(&abandoned));
        }
        rows
    }
}

/// Adds what the lines of `segment` say to `found`.
fn read(segment: &Segment, names: &mut Names, found: &mut Found) -> Unreadable {
    let (mut known, mut offset, mut unreadable) = (HashMap::new(), 0, Unreadable::default());
    for line in segment.contents().unwrap_or_default().split(|byte| *byte == b'\n') {
        let place = Place { segment: segment.number, offset, length: length(line) };
        offset += place.length + 1;
        match serde_json::from_slice(line) {
            Ok(Seen::Event(event)) => {
                known.insert(event.id, found.rows.len());
                found.rows.push(names.row_of(&event, place));
            }
            Ok(Seen::End(end)) => match known.get(&end.id) {
                Some(row) => {
                    let row: &mut Row = &mut found.rows[*row];
                    row.set_outcome(end.ending.outcome.as_ref());
                    row.end = place;
                }
                None => found.ends.push(LateEnd::of(&end, place)),
            },
            // A line of another version, or a damaged one: the others are as good as before.
            Err(_) if !line.is_empty() => {
                unreadable.lines += 1;
                unreadable.bytes += line.len() as u64;
            }
            Err(_) => {}
        }
    }
    unreadable
}

fn said(segment: &Segment, Unreadable { lines, bytes }: Unreadable) -> Option<Diagnostic> {
    let lines = match lines {
        0 => return None,
        1 => "a line".to_owned(),
        several => format!("{several} lines"),
    };
    let what = format!("{lines} of the journal, {bytes} bytes, cannot be read and will be left out; all others are kept");
    Some(about(segment, Diagnostic::warning(what)).hint("the file is damaged, or was written by a newer version"))
}

fn about(segment: &Segment, problem: Diagnostic) -> Diagnostic {
    match segment.path() {
        Some(path) => problem.in_file(path),
        None => problem,
    }
}

fn length(line: &[u8]) -> u32 {
    u32::try_from(line.len()).unwrap_or(u32::MAX)
}
