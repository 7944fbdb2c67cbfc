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

impl Row {
    pub(super) fn set_outcome(&mut self, outcome: Option<&Outcome>) {
        let place = outcome.and_then(|outcome| Outcome::WORDS.iter().position(|word| *word == outcome.word()));
        self.outcome = place.and_then(|place| u8::try_from(place + 1).ok()).unwrap_or(0);
    }

    pub(super) fn is_running(&self) -> bool {
        self.outcome == 0
    }
}

/// The names of apps, as small numbers.
#[derive(Default)]
pub(super) struct Names(Vec<Arc<str>>);

impl Names {
    fn number(&mut self, name: &str) -> u16 {
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
        let outcomes = query.outcomes.iter().filter_map(|word| {
            let place = Outcome::WORDS.iter().position(|known| known == word);
            if word == RUNNING { Some(0) } else { u8::try_from(place? + 1).ok() }
        });
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
