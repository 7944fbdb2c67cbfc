//! Collects records until a batch is full.

use super::Record;

/// A synchronous invocation takes so much: <https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html>. A batch that would
/// be longer is closed before.
const MOST_BYTES: usize = 6_291_556;

/// What `{"Records":[]}` takes.
const ENVELOPE: usize = 14;

/// A batch that is being collected.
#[derive(Debug, Default)]
pub(super) struct Batch {
    records: Vec<Record>,
    bytes: usize,
}

impl Batch {
    /// Takes from `records` what still fits. Of one record that is longer than all, a batch of its own is made.
    pub(super) fn fill(&mut self, records: &mut Vec<Record>, most: usize) {
        let fits = |batch: &mut Self, record: &Record| {
            let bytes = batch.bytes + record.document.to_string().len() + 1;
            let fits = batch.records.is_empty() || (batch.records.len() < most && bytes + ENVELOPE <= MOST_BYTES);
            if fits {
                batch.bytes = bytes;
            }
            fits
        };
        let mut rest = Vec::new();
        for record in records.drain(..) {
            if rest.is_empty() && fits(self, &record) {
                self.records.push(record);
            } else {
                rest.push(record);
            }
        }
        *records = rest;
    }

    pub(super) fn len(&self) -> usize {
        self.records.len()
    }

    pub(super) fn records(self) -> Vec<Record> {
        self.records
    }
}
