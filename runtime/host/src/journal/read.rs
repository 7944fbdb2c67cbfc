//! What readers get of the journal.

use std::collections::HashSet;

use memchr::memmem::Finder;

use super::entry::Entry;
use super::index::{Filter, Row};
use super::query::{Page, Query};
use super::store::Store;
use crate::ids::{EventId, TraceId};

impl Store {
    /// The newest events that `query` means, at most `most`, from before the event `before` on.
    pub(super) fn list(&mut self, query: &Query, before: Option<EventId>, most: usize) -> Page {
        self.catch_up();
        let filter = Filter::of(query, &self.names);
        let text = Text::of(query);
        let end = match before {
            None => self.rows.len(),
            Some(id) => self.rows.iter().rposition(|row| row.id == id).unwrap_or(0),
        };
        let mut page = Page { position: self.position(), ..Page::default() };
        let (mut last, mut lost) = (None, Vec::new());
        for row in self.rows.range(..end).rev().filter(|row| filter.takes(row)) {
            if !text.is_in(self, *row) {
                continue;
            }
            if page.entries.len() == most {
                page.next = last;
                break;
            }
            last = Some(row.id);
            match self.entry(*row) {
                Some(entry) => page.entries.push(entry),
                None => lost.push(row.start.segment),
            }
        }
        self.say_lost(lost.into_iter());
        page
    }

    /// The newest event of this run.
    pub(super) fn newest(&self) -> Option<EventId> {
        self.rows.back().map(|row| row.id)
    }

    /// One event.
    pub(super) fn find(&mut self, id: EventId) -> Option<Entry> {
        let found = self.rows.iter().rev().find(|row| row.id == id).copied();
        let found = found.or_else(|| {
            self.catch_up();
            self.rows.iter().find(|row| row.id == id).copied()
        });
        self.entry(found?)
    }

    /// The events of a trace, oldest first.
    pub(super) fn trace(&mut self, trace: TraceId) -> Vec<Entry> {
        self.catch_up();
        let rows: Vec<_> = self.rows.iter().filter(|row| row.trace == trace).copied().collect();
        let found: Vec<_> = rows.iter().filter_map(|row| self.entry(*row)).collect();
        if found.len() < rows.len() {
            let lost = rows.iter().filter(|row| found.iter().all(|entry| entry.event.id != row.id)).map(|row| row.start.segment);
            self.say_lost(lost);
        }
        found
    }

    /// The event `id` and everything that it caused, oldest first.
    pub(super) fn chain(&mut self, id: EventId) -> Vec<Entry> {
        let Some(first) = self.find(id) else { return Vec::new() };
        let trace = first.event.trace;
        let mut caused = HashSet::from([id]);
        let mut chain = self.trace(trace);
        chain.retain(|entry| {
            entry.event.id == id || entry.event.cause.is_some_and(|cause| caused.contains(&cause)) && caused.insert(entry.event.id)
        });
        chain
    }

    /// What `query` means of that which ended after `position`, in the order in which it did, at most `most`; with the position behind it.
    pub(super) fn ended_since(&self, position: u64, query: &Query, most: usize) -> (Vec<Entry>, u64) {
        let (filter, text) = (Filter::of(query, &self.names), Text::of(query));
        let skipped = usize::try_from(position.saturating_sub(self.forgotten)).unwrap_or(usize::MAX);
        let (mut found, mut seen) = (Vec::new(), position.max(self.forgotten));
        for number in self.ends.iter().skip(skipped) {
            if found.len() == most {
                break;
            }
            seen += 1;
            let row = usize::try_from(number - self.first).ok().and_then(|place| self.rows.get(place));
            if let Some(row) = row.filter(|row| filter.takes(row) && text.is_in(self, **row)) {
                found.extend(self.entry(*row));
            }
        }
        (found, seen)
    }
}

/// A text to look for, as it stands in JSON.
struct Text(Option<Finder<'static>>);

impl Text {
    fn of(query: &Query) -> Self {
        let escaped = query.text.as_ref().and_then(|text| serde_json::to_string(text).ok());
        Self(escaped.map(|text| Finder::new(&text[1..text.len() - 1]).into_owned()))
    }

    fn is_in(&self, store: &Store, row: Row) -> bool {
        self.0.as_ref().is_none_or(|finder| finder.find(&store.raw(row)).is_some())
    }
}
