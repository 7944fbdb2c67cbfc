//! What is known of a snapshot beside its content.

use serde::{Deserialize, Serialize};

use super::image::Resource;
use crate::clock::Timestamp;

/// The version of snapshots that this program writes.
pub(crate) const VERSION: u32 = 1;

/// The world of a snapshot beside its state.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Moment {
    /// What time it was in the run, in milliseconds since 1970.
    pub at: u64,
    /// Whether time stood still there.
    pub frozen: bool,
    /// When it was made, by the machine's clock.
    pub wall: u64,
    /// The last event before it in the journal; none if there was none.
    pub event: Option<String>,
}

impl Moment {
    /// Where a restored clock has to stand; none where it ran.
    #[must_use]
    pub fn frozen_at(&self) -> Option<Timestamp> {
        self.frozen.then_some(Timestamp(self.at))
    }
}

/// One app's part of a snapshot.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Part {
    pub(crate) version: u32,
    pub(crate) app: String,
    #[serde(flatten)]
    pub(crate) moment: Moment,
    pub(crate) resources: Vec<Stored>,
}

/// A resource with its size.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stored {
    /// Which.
    #[serde(flatten)]
    pub resource: Resource,
    /// Bytes of its database.
    pub bytes: u64,
}

/// A snapshot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Snapshot {
    /// Its name.
    pub name: String,
    /// When it was made.
    pub moment: Moment,
    /// Each app of this run that has a part in it, and what is in that.
    pub apps: Vec<(String, Vec<Stored>)>,
}
