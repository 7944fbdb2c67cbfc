//! Where queues and messages are kept: tables in SQLite. `load.rs` reads them, `change.rs` changes them, `commit.rs` does so for all who wait
//! with one write to the disk.

mod change;
mod commit;
mod load;

pub(crate) use change::{Change, Content, QueueRow, SWEPT, key};
pub(crate) use commit::{Committer, Job};
pub(crate) use load::{Loaded, Range, load};

/// Schema, by version.
///
/// The key of a message has its queue in the upper 24 bits and its number in the lower 40, so that the messages of a queue lie together and in
/// order. `message` is written once; what receives change is in `received`, so that no text is written again.
pub(crate) const MIGRATIONS: &[&str] = &[
    "
CREATE TABLE queue (
    id INTEGER PRIMARY KEY, account TEXT NOT NULL, region TEXT NOT NULL, name TEXT NOT NULL, salt INTEGER NOT NULL,
    reserved INTEGER NOT NULL, body TEXT NOT NULL);
CREATE TABLE deleted (
    account TEXT NOT NULL, region TEXT NOT NULL, name TEXT NOT NULL, at INTEGER NOT NULL,
    PRIMARY KEY (account, region, name)) WITHOUT ROWID;
CREATE TABLE message (
    key INTEGER PRIMARY KEY, id TEXT NOT NULL, sent INTEGER NOT NULL, delayed INTEGER NOT NULL, moved INTEGER NOT NULL,
    grouped TEXT, source TEXT, event TEXT, body TEXT NOT NULL, extra TEXT);
CREATE TABLE received (
    key INTEGER PRIMARY KEY, due INTEGER NOT NULL, count INTEGER NOT NULL, first INTEGER NOT NULL, last INTEGER NOT NULL,
    nonce INTEGER NOT NULL);
CREATE TABLE dedup (
    queue INTEGER NOT NULL, key TEXT NOT NULL, message TEXT NOT NULL, number INTEGER NOT NULL, at INTEGER NOT NULL,
    PRIMARY KEY (queue, key)) WITHOUT ROWID;
CREATE INDEX dedup_at ON dedup (queue, at);
CREATE TABLE task (id INTEGER PRIMARY KEY, body TEXT NOT NULL);
",
    "
-- How often a message was received before it came into its queue.
ALTER TABLE received ADD COLUMN earlier INTEGER NOT NULL DEFAULT 0;
",
];
