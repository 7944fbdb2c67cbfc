//! The journal's memory: the index, what is not over yet, and the segments with everything else.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet, VecDeque};
use std::fs::File;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::entry::{Ending, Entry};
use super::index::{Names, Row};
use super::lineage::Lineage;
use super::message::{Message, What};
use super::segment::{Place, Segment};
use crate::diagnostic::Diagnostic;
use crate::event::{Captured, Event, Outcome, Payload};
use crate::ids::EventId;

/// How many events may have an outcome without being over before the first of them is written down all the same.
const CLOSING: usize = 256;
/// Into how many pieces the whole is cut: what is thrown away is one of them.
const PIECES: u64 = 16;
/// The most of one piece, so that places fit into 32 bits with much to spare.
const LARGEST_PIECE: u64 = 64 * 1024 * 1024;
/// How many ends are remembered in the order in which they came, for those who follow them.
const ENDS: usize = 65_536;
/// What is said of events that an earlier run left behind.
const ABANDONED: &str = "the program ended before it was over";

/// How much is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bounds {
    /// Bytes, on disk or in memory.
    pub size: u64,
    /// How long ago by the machine's clock; none: for ever.
    pub age: Option<Duration>,
}

/// A line of a segment.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Line<'a> {
    /// The event, when it was appended.
    Event(Cow<'a, Event>),
    /// What became of it. A later one counts instead.
    End(End<'a>),
}

#[derive(Serialize, Deserialize)]
pub(super) struct End<'a> {
    id: EventId,
    /// What came with the event, where that was not there yet when it was appended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    body: Option<Captured>,
    ending: Cow<'a, Ending>,
}

/// An event that is not over.
pub(super) struct Open {
    entry: Entry,
    /// Its row.
    number: i64,
    /// Its body came later than the event.
    late_body: bool,
    /// Nothing of it runs any more; its outcome is on the way.
    over: bool,
}

pub(super) struct Store {
    pub(super) bounds: Bounds,
    /// Where it is to be kept from the first event on: a run that serves nothing leaves no folder behind.
    pub(super) pending: Option<PathBuf>,
    pub(super) folder: Option<PathBuf>,
    /// Held while the folder is ours.
    pub(super) lock: Option<File>,
    /// In the order in which they were appended.
    pub(super) rows: VecDeque<Row>,
    /// The number of the first row: those of this run count from 0, those of earlier ones down from -1.
    pub(super) first: i64,
    pub(super) names: Names,
    pub(super) open: HashMap<EventId, Open>,
    /// Those that have an outcome and are not over.
    closing: VecDeque<EventId>,
    pub(super) segments: VecDeque<Segment>,
    /// The first segment of this run.
    pub(super) own: u32,
    /// Segments of earlier runs wait to be read into the index.
    pub(super) unread: bool,
    /// The rows of what has ended in this run, in that order, and how many are no longer in it.
    pub(super) ends: VecDeque<i64>,
    pub(super) forgotten: u64,
    /// Segments of which it has been said that they no longer have what they had.
    pub(super) lost: HashSet<u32>,
    pub(super) problems: Vec<Diagnostic>,
}

impl Store {
    /// An empty one in memory.
    pub(super) fn memory(bounds: Bounds) -> Self {
        Self {
            bounds,
            pending: None,
            folder: None,
            lock: None,
            rows: VecDeque::new(),
            first: 0,
            names: Names::default(),
            open: HashMap::new(),
            closing: VecDeque::new(),
            segments: VecDeque::new(),
            own: 0,
            unread: false,
            ends: VecDeque::new(),
            forgotten: 0,
            lost: HashSet::new(),
            problems: Vec::new(),
        }
    }

    /// One that goes on with what is in `folder`.
    pub(super) fn folder(folder: &Path, bounds: Bounds) -> Self {
        Self { pending: Some(folder.to_owned()), ..Self::memory(bounds) }
    }

    /// What went wrong since this was last asked.
    pub(super) fn take_problems(&mut self) -> Vec<Diagnostic> {
        std::mem::take(&mut self.problems)
    }

    /// How many events have ended in this run.
    pub(super) fn position(&self) -> u64 {
        self.forgotten + self.ends.len() as u64
    }

    /// Takes what came in.
    pub(super) fn apply(&mut self, messages: impl Iterator<Item = Message>) {
        for message in messages {
            self.take(message);
        }
        while self.closing.len() > CLOSING {
            if let Some(id) = self.closing.pop_front() {
                self.close(id);
            }
        }
        self.flush();
        self.trim();
    }

    /// Writes down everything that has an outcome.
    pub(super) fn close_all(&mut self) {
        while let Some(id) = self.closing.pop_front() {
            self.close(id);
        }
        self.flush();
        self.index_last();
    }

    fn take(&mut self, Message { id, what }: Message) {
        match (what, self.open.get_mut(&id)) {
            (What::Append(event), _) => self.append(*event),
            (What::Over(cpu), Some(open)) => {
                open.entry.ending.cpu = cpu;
                open.over = true;
                if open.entry.ending.outcome.is_some() {
                    self.close(id);
                }
            }
            (What::Over(None), None) => {}
            (What::Finish(outcome, took), Some(open)) => {
                open.entry.ending.outcome = Some(outcome);
                open.entry.ending.took = Some(took);
                let (number, over) = (open.number, open.over);
                self.ended(number, id);
                if over {
                    self.close(id);
                } else {
                    self.closing.push_back(id);
                }
            }
            (What::Body(body), Some(open)) => {
                set_body(&mut open.entry.event.payload, body);
                open.late_body = true;
            }
            (what, Some(open)) => what.change(&mut open.entry.ending),
            (what, None) => self.amend(id, what),
        }
    }

    fn append(&mut self, event: Event) {
        let start = self.line(&Line::Event(Cow::Borrowed(&event)));
        let row = self.names.row(&event, start);
        let number = self.first + signed(self.rows.len());
        self.rows.push_back(row);
        let id = event.id;
        let entry = Entry { event, ending: Ending::default() };
        self.open.insert(id, Open { entry, number, late_body: false, over: false });
    }

    fn ended(&mut self, number: i64, id: EventId) {
        let outcome = self.open.get(&id).and_then(|open| open.entry.ending.outcome.as_ref());
        let place = usize::try_from(number - self.first).ok();
        if let Some(row) = place.and_then(|place| self.rows.get_mut(place)) {
            row.set_outcome(outcome);
        }
        if self.ends.len() == ENDS {
            self.ends.pop_front();
            self.forgotten += 1;
        }
        self.ends.push_back(number);
    }

    /// Writes down what became of an event, and keeps it in memory no longer.
    fn close(&mut self, id: EventId) {
        let Some(open) = self.open.remove(&id) else { return };
        let body = if open.late_body { body_of(&open.entry.event.payload) } else { None };
        let place = self.line(&Line::End(End { id, body, ending: Cow::Borrowed(&open.entry.ending) }));
        if let Some(row) = self.row_mut(open.number) {
            row.end = place;
        }
    }

    /// Adds to an event that has been written down already: what became of it is written once more.
    fn amend(&mut self, id: EventId, what: What) {
        let Some(place) = self.rows.iter().rposition(|row| row.id == id) else { return };
        let Some(mut entry) = self.entry(self.rows[place]) else { return };
        let mut body = body_of(&entry.event.payload);
        match what {
            What::Body(late) => body = Some(late),
            What::Over(cpu) => entry.ending.cpu = cpu,
            what => what.change(&mut entry.ending),
        }
        self.rows[place].end = self.line(&Line::End(End { id, body, ending: Cow::Owned(entry.ending) }));
    }

    pub(super) fn row_mut(&mut self, number: i64) -> Option<&mut Row> {
        usize::try_from(number - self.first).ok().and_then(|place| self.rows.get_mut(place))
    }

    /// What an event hands down that is not over.
    pub(super) fn lineage(&self, id: EventId) -> Option<Lineage> {
        self.open.get(&id).map(|open| Lineage::of(&open.entry.event))
    }

    /// The whole of what is kept of an event.
    pub(super) fn entry(&self, row: Row) -> Option<Entry> {
        if let Some(open) = self.open.get(&row.id) {
            return Some(open.entry.clone());
        }
        let Line::Event(event) = serde_json::from_slice(&self.read(row.start)?).ok()? else { return None };
        let mut entry = Entry { event: event.into_owned(), ending: Ending::default() };
        if row.end.length == 0 {
            entry.ending.outcome = Some(Outcome::Dropped { message: ABANDONED.to_owned() });
            return Some(entry);
        }
        let Line::End(end) = serde_json::from_slice(&self.read(row.end)?).ok()? else { return None };
        if let Some(body) = end.body {
            set_body(&mut entry.event.payload, body);
        }
        entry.ending = end.ending.into_owned();
        Some(entry)
    }

    /// What is kept of an event as bytes, to look for texts in.
    pub(super) fn raw(&self, row: Row) -> Vec<u8> {
        if let Some(open) = self.open.get(&row.id) {
            return serde_json::to_vec(&open.entry).unwrap_or_default();
        }
        let end = if row.end.length > 0 { self.read(row.end) } else { None };
        [self.read(row.start).unwrap_or_default(), end.unwrap_or_default()].concat()
    }

    pub(super) fn read(&self, place: Place) -> Option<Vec<u8>> {
        let first = self.segments.front()?.number;
        // Numbers have gaps where somebody deleted a file.
        let guess = usize::try_from(place.segment.checked_sub(first)?).ok()?;
        let segment = self.segments.get(guess).filter(|segment| segment.number == place.segment);
        segment.or_else(|| self.segments.iter().find(|segment| segment.number == place.segment))?.read(place)
    }

    fn line(&mut self, line: &Line<'_>) -> Place {
        self.settle_in();
        let piece = (self.bounds.size / PIECES).clamp(1, LARGEST_PIECE);
        let full = self.segments.back().is_none_or(|last| last.number < self.own || u64::from(last.size) >= piece);
        if full {
            self.flush();
            self.index_last();
            self.begin_segment();
        }
        let write =
            |bytes: &mut Vec<u8>| serde_json::to_writer(bytes, line).expect("invariant: events are JSON, and memory takes all writes");
        self.segments.back_mut().map_or_else(Place::default, |segment| segment.line(write))
    }

    fn begin_segment(&mut self) {
        let number = self.segments.back().map_or(self.own, |last| (last.number + 1).max(self.own));
        let segment = Segment::new(number, self.folder.as_deref()).unwrap_or_else(|error| {
            self.fails(&error);
            Segment::in_memory(number)
        });
        self.segments.push_back(segment);
    }

    fn flush(&mut self) {
        if let Some(Err(error)) = self.segments.back_mut().map(Segment::flush) {
            self.fails(&error);
        }
    }

    /// The disk takes no more: what comes from here on is kept in memory.
    fn fails(&mut self, error: &std::io::Error) {
        let Some(folder) = self.folder.take() else { return };
        let what = format!("the journal cannot be written: {error}; events are kept in memory alone from here on");
        self.problems.push(Diagnostic::warning(what).in_file(folder).hint("make room, then start again"));
    }
}

pub(super) fn signed(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

fn body_of(payload: &Payload) -> Option<Captured> {
    match payload {
        Payload::Request(request) => request.body.clone(),
        Payload::Call(call) => call.body.clone(),
        Payload::None | Payload::Data(_) => None,
    }
}

fn set_body(payload: &mut Payload, body: Captured) {
    match payload {
        Payload::Request(request) => request.body = Some(body),
        Payload::Call(call) => call.body = Some(body),
        Payload::None | Payload::Data(_) => {}
    }
}
