//! Choices by chance, the same for the same seed.

use greenroom_host::{Ids, Timestamp};

/// Where what is made up comes from.
pub struct Draw {
    ids: Ids,
}

/// 2027, in which what is made up happens: it does not depend on when it is made.
const YEAR: (u64, u64) = (1_798_761_600_000, 31_536_000_000);

impl Draw {
    pub(super) fn new(ids: Ids) -> Self {
        Self { ids }
    }

    /// A number from 0 to below `below`.
    #[must_use]
    pub fn number(&self, below: u64) -> u64 {
        self.ids.random() % below.max(1)
    }

    /// One of `from`.
    #[must_use]
    pub fn one<'a>(&self, from: &[&'a str]) -> &'a str {
        from.get(usize::try_from(self.number(from.len() as u64)).unwrap_or(0)).copied().unwrap_or_default()
    }

    /// An instant.
    #[must_use]
    pub fn instant(&self) -> Timestamp {
        Timestamp(YEAR.0 + self.number(YEAR.1))
    }

    /// So many of these, again and again.
    pub(super) fn some_of(&self, from: &[u8], count: usize) -> String {
        let one = |_| {
            usize::try_from(self.number(from.len() as u64)).ok().and_then(|place| from.get(place)).map_or('0', |byte| char::from(*byte))
        };
        (0..count).map(one).collect()
    }

    /// Lower-case letters and digits: the id of an API.
    #[must_use]
    pub fn letters(&self, count: usize) -> String {
        self.some_of(b"abcdefghijklmnopqrstuvwxyz0123456789", count)
    }

    /// Hexadecimal digits.
    #[must_use]
    pub fn hex(&self, count: usize) -> String {
        self.some_of(b"0123456789abcdef", count)
    }

    /// A UUID of version 4.
    #[must_use]
    pub fn uuid(&self) -> String {
        format!("{}-{}-4{}-{}{}-{}", self.hex(8), self.hex(4), self.hex(3), self.some_of(b"89ab", 1), self.hex(3), self.hex(12))
    }
}
