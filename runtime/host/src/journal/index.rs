//! What is known of every event without reading it: small, so that a million of them fit and can be gone through.

use std::borrow::Cow;
use std::sync::Arc;

use serde::Deserialize;

use super::query::Query;
use super::segment::Place;
use crate::clock::Timestamp;
use crate::event::{Event, EventKind, Outcome, iso};
use crate::ids::{EventId, TraceId};

/// One event.
#[derive(Debug, Clone, Copy)]
pub(super) struct Row {
    pub(super) id: EventId,
    pub(super) trace: TraceId,
    pub(super) at: u64,
    /// The line of the event.
    pub(super) start: Place,
    /// The line of what became of it.
    pub(super) end: Place,
    kind: EventKind,
    /// 0: none yet; else one more than its place in [`Outcome::WORDS`].
    outcome: u8,
    app: u16,
}

/// Bytes of a row in a file.
pub(super) const PACKED: usize = 60;

impl Row {
    /// Appends it as it stands in the file about the segment where the event is. An end that is in a later segment is told there.
    pub(super) fn pack(&self, out: &mut Vec<u8>) {
        let is_here = self.end.length > 0 && self.end.segment == self.start.segment;
        let (end, outcome) = if is_here { (self.end, self.outcome) } else { (Place::default(), 0) };
        out.extend_from_slice(&self.id.to_bytes());
        out.extend_from_slice(&self.trace.0.to_le_bytes());
        out.extend_from_slice(&self.at.to_le_bytes());
        for number in [self.start.offset, self.start.length, end.offset, end.length] {
            out.extend_from_slice(&number.to_le_bytes());
        }
        out.extend_from_slice(&self.app.to_le_bytes());
        out.push(u8::try_from(EventKind::ALL.iter().position(|(kind, _)| *kind == self.kind).unwrap_or(0)).unwrap_or(0));
        out.push(outcome);
    }

    /// The same back again; none where it names what is not in `words`.
    pub(super) fn unpack(bytes: &[u8; PACKED], segment: u32, words: &Words) -> Option<Self> {
        let (id, rest) = bytes.split_first_chunk()?;
        let (trace, rest) = rest.split_first_chunk()?;
        let (at, rest) = rest.split_first_chunk()?;
        let number = |place: usize| Some(u32::from_le_bytes(*rest.get(4 * place..)?.first_chunk()?));
        let [app @ .., kind, outcome] = *rest.last_chunk::<4>()?;
        Some(Self {
            id: EventId::from_bytes(*id),
            trace: TraceId(u128::from_le_bytes(*trace)),
            at: u64::from_le_bytes(*at),
            start: Place { segment, offset: number(0)?, length: number(1)? },
            end: Place { segment, offset: number(2)?, length: number(3)? },
            kind: *words.kinds.get(usize::from(kind))?,
            outcome: words.outcome(outcome)?,
            app: *words.apps.get(usize::from(u16::from_le_bytes(app)))?,
        })
    }

    /// The byte for the outcome.
    pub(super) fn outcome(&self) -> u8 {
        self.outcome
    }

    /// It ended here.
    pub(super) fn ends(&mut self, place: Place, outcome: u8) {
        (self.end, self.outcome) = (place, outcome);
    }
    pub(super) fn set_outcome(&mut self, outcome: Option<&Outcome>) {
        self.outcome = outcome.and_then(|outcome| outcome_byte(outcome.word())).unwrap_or(0);
    }

    pub(super) fn is_running(&self) -> bool {
        self.outcome == 0
    }
}

/// What the numbers in a file stand for, in this run's own.
pub(super) struct Words {
    pub(super) apps: Vec<u16>,
    pub(super) kinds: Vec<EventKind>,
    pub(super) outcomes: Vec<u8>,
}

impl Words {
    /// None: there is no such outcome.
    pub(super) fn outcome(&self, byte: u8) -> Option<u8> {
        match byte.checked_sub(1) {
            None => Some(0),
            Some(place) => self.outcomes.get(usize::from(place)).copied(),
        }
    }
}

/// The byte for an outcome.
pub(super) fn outcome_byte(word: &str) -> Option<u8> {
    let place = Outcome::WORDS.iter().position(|known| *known == word)?;
    u8::try_from(place + 1).ok()
}

/// The names of apps, as small numbers.
#[derive(Default)]
pub(super) struct Names(Vec<Arc<str>>);

impl Names {
    /// Every name, by its number.
    pub(super) fn all(&self) -> &[Arc<str>] {
        &self.0
    }

    pub(super) fn number(&mut self, name: &str) -> u16 {
        let known = self.0.iter().position(|known| **known == *name);
        let place = known.unwrap_or_else(|| {
            self.0.push(name.into());
            self.0.len() - 1
        });
        u16::try_from(place).unwrap_or(u16::MAX)
    }

    pub(super) fn row(&mut self, event: &Event, start: Place) -> Row {
        let app = self.number(&event.target);
        let (id, trace, at, kind) = (event.id, event.trace, event.at.0, event.kind);
        Row { id, trace, at, start, end: Place::default(), kind, outcome: 0, app }
    }

    pub(super) fn row_of(&mut self, seen: &SeenEvent<'_>, start: Place) -> Row {
        let app = self.number(&seen.target);
        Row { id: seen.id, trace: seen.trace, at: seen.at.0, start, end: Place::default(), kind: seen.kind, outcome: 0, app }
    }
}

/// What the index needs of a line, so that files of earlier runs are gone through in a moment.
#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Seen<'a> {
    #[serde(borrow)]
    Event(SeenEvent<'a>),
    End(SeenEnd),
}

#[derive(Deserialize)]
pub(super) struct SeenEvent<'a> {
    pub(super) id: EventId,
    trace: TraceId,
    #[serde(with = "iso")]
    at: Timestamp,
    kind: EventKind,
    #[serde(borrow)]
    target: Cow<'a, str>,
}

#[derive(Deserialize)]
pub(super) struct SeenEnd {
    pub(super) id: EventId,
    pub(super) ending: SeenEnding,
}

#[derive(Deserialize)]
pub(super) struct SeenEnding {
    pub(super) outcome: Option<Outcome>,
}

/// A query in the index's own terms.
pub(super) struct Filter {
    apps: Option<Vec<u16>>,
    kinds: Option<Vec<EventKind>>,
    outcomes: Option<Vec<u8>>,
    since: u64,
    until: u64,
    trace: Option<TraceId>,
}

impl Filter {
    pub(super) fn of(query: &Query, names: &Names) -> Self {
        let apps = query.apps.iter().filter_map(|app| names.0.iter().position(|known| known == app));
        let apps = apps.filter_map(|place| u16::try_from(place).ok()).collect();
        let outcomes = query.outcomes.iter().filter_map(|word| if word == RUNNING { Some(0) } else { outcome_byte(word) });
        Self {
            apps: (!query.apps.is_empty()).then_some(apps),
            kinds: (!query.kinds.is_empty()).then(|| query.kinds.clone()),
            outcomes: (!query.outcomes.is_empty()).then(|| outcomes.collect()),
            since: query.since.map_or(0, |since| since.0),
            until: query.until.map_or(u64::MAX, |until| until.0),
            trace: query.trace,
        }
    }

    pub(super) fn takes(&self, row: &Row) -> bool {
        row.at >= self.since
            && row.at < self.until
            && self.trace.is_none_or(|trace| trace == row.trace)
            && self.kinds.as_ref().is_none_or(|kinds| kinds.contains(&row.kind))
            && self.outcomes.as_ref().is_none_or(|outcomes| outcomes.contains(&row.outcome))
            && self.apps.as_ref().is_none_or(|apps| apps.contains(&row.app))
    }
}

/// The word for what has no outcome yet.
pub const RUNNING: &str = "running";
