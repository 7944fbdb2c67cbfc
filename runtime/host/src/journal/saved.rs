//! The index of a segment in a file beside it, so that the next run need not read the segment: rows as they are in memory, and the ends of
//! events of earlier segments. It is no more than a copy: where it is missing, damaged, or not about the segment as it is now, the segment
//! is read and the file written again.

use std::fs::File;
use std::io::{Read, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::index::{Names, PACKED, Row, SeenEnd, Words, outcome_byte};
use super::segment::{HALF, Place, Segment};
use crate::event::{EventKind, Outcome};
use crate::ids::EventId;

/// Of this form of the file.
const VERSION: u32 = 1;
/// Bytes of an end.
const PACKED_END: usize = 25;

/// What segments are found to have, in their order.
#[derive(Default)]
pub(super) struct Found {
    pub(super) rows: Vec<Row>,
    pub(super) ends: Vec<LateEnd>,
}

/// The end of an event of an earlier segment.
pub(super) struct LateEnd {
    pub(super) id: EventId,
    pub(super) place: Place,
    pub(super) outcome: u8,
}

/// Lines that are none of this program's, or no longer.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Unreadable {
    pub(super) lines: u64,
    pub(super) bytes: u64,
}

/// The first line. Behind it, in bytes: the rows, the ends, and a sum of all that stands before the sum.
#[derive(Serialize, Deserialize)]
struct Head {
    version: u32,
    /// Of the segment.
    size: u32,
    /// When the segment was last written to, in nanoseconds since 1970.
    modified: u64,
    rows: usize,
    ends: usize,
    /// What the numbers stand for.
    apps: Vec<String>,
    kinds: Vec<String>,
    outcomes: Vec<String>,
    unreadable: Unreadable,
}

impl Head {
    fn words(&self, names: &mut Names) -> Option<Words> {
        Some(Words {
            apps: self.apps.iter().map(|name| names.number(name)).collect(),
            kinds: self.kinds.iter().map(|word| EventKind::of(word)).collect::<Option<_>>()?,
            outcomes: self.outcomes.iter().map(|word| outcome_byte(word)).collect::<Option<_>>()?,
        })
    }
}

impl LateEnd {
    pub(super) fn of(seen: &SeenEnd, place: Place) -> Self {
        let outcome = seen.ending.outcome.as_ref().and_then(|outcome| outcome_byte(outcome.word())).unwrap_or(0);
        Self { id: seen.id, place, outcome }
    }

    fn pack(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.id.to_bytes());
        out.extend_from_slice(&self.place.offset.to_le_bytes());
        out.extend_from_slice(&self.place.length.to_le_bytes());
        out.push(self.outcome);
    }

    fn unpack(bytes: &[u8; PACKED_END], segment: u32, words: &Words) -> Option<Self> {
        let (id, rest) = bytes.split_first_chunk()?;
        let (offset, rest) = rest.split_first_chunk()?;
        let (length, rest) = rest.split_first_chunk()?;
        let place = Place { segment, offset: u32::from_le_bytes(*offset), length: u32::from_le_bytes(*length) };
        Some(Self { id: EventId::from_bytes(*id), place, outcome: words.outcome(*rest.first()?)? })
    }
}

/// Writes the file about `segment`. Without it everything works, only slower.
pub(super) fn save<'a>(
    segment: &mut Segment,
    names: &Names,
    rows: impl Iterator<Item = &'a Row>,
    ends: &[LateEnd],
    unreadable: Unreadable,
) {
    let (Some(path), Some(modified)) = (segment.index_path(), segment.modified()) else { return };
    let (mut body, mut count) = (Vec::new(), 0);
    for row in rows {
        row.pack(&mut body);
        count += 1;
    }
    for end in ends {
        end.pack(&mut body);
    }
    let head = Head {
        version: VERSION,
        size: segment.size,
        modified,
        rows: count,
        ends: ends.len(),
        apps: names.all().iter().map(ToString::to_string).collect(),
        kinds: EventKind::ALL.iter().map(|(_, word)| (*word).to_owned()).collect(),
        outcomes: Outcome::WORDS.iter().map(|word| (*word).to_owned()).collect(),
        unreadable,
    };
    let Ok(mut bytes) = serde_json::to_vec(&head) else { return };
    bytes.push(b'\n');
    bytes.append(&mut body);
    let sum = crc32fast::hash(&bytes);
    bytes.extend_from_slice(&sum.to_le_bytes());
    if write(&path, &bytes).is_ok() {
        segment.indexed = bytes.len() as u64;
    }
}

/// In one step: what a crash leaves is the file of before, or none.
fn write(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let beside = path.with_extension(HALF);
    let mut file = File::options().write(true).create(true).truncate(true).mode(0o600).open(&beside)?;
    file.write_all(bytes)?;
    std::fs::rename(beside, path)
}

/// Adds what the file about `segment` says to `found`. None, and nothing is added: there is no such file, or it is about something else.
/// `buffer`: memory to read it into.
pub(super) fn load(segment: &Segment, names: &mut Names, found: &mut Found, buffer: &mut Vec<u8>) -> Option<()> {
    buffer.clear();
    File::open(segment.index_path()?).ok()?.read_to_end(buffer).ok()?;
    let (covered, sum) = buffer.split_last_chunk()?;
    if crc32fast::hash(covered) != u32::from_le_bytes(*sum) {
        return None;
    }
    let end = memchr::memchr(b'\n', covered)?;
    let head: Head = serde_json::from_slice(&covered[..end]).ok()?;
    if head.version != VERSION || head.size != segment.size || Some(head.modified) != segment.modified() {
        return None;
    }
    let (rows, ends) = covered[end + 1..].split_at_checked(head.rows.checked_mul(PACKED)?)?;
    if Some(ends.len()) != head.ends.checked_mul(PACKED_END) {
        return None;
    }
    let words = head.words(names)?;
    let (rows_before, ends_before) = (found.rows.len(), found.ends.len());
    let (rows, ends) = (rows.as_chunks().0, ends.as_chunks().0);
    found.rows.extend(rows.iter().map_while(|bytes| Row::unpack(bytes, segment.number, &words)));
    found.ends.extend(ends.iter().map_while(|bytes| LateEnd::unpack(bytes, segment.number, &words)));
    if (found.rows.len() - rows_before, found.ends.len() - ends_before) != (rows.len(), ends.len()) {
        found.rows.truncate(rows_before);
        found.ends.truncate(ends_before);
        return None;
    }
    Some(())
}
