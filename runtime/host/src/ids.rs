//! Ids and randomness. Everything random in the host comes from here, so that a seed makes a run repeatable.

use std::sync::{Arc, Mutex, PoisonError};

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::clock::Timestamp;

/// The source of ids and random numbers. Cheap to clone; all clones draw from one stream.
#[derive(Clone)]
pub struct Ids {
    state: Arc<Mutex<State>>,
}

struct State {
    random: SplitMix,
    /// Breaks ties between ids of one millisecond, so that ids sort in the order in which they were made.
    last: (u64, u16),
}

impl Ids {
    /// Ids that nobody can foresee, seeded by the operating system.
    ///
    /// # Errors
    /// When the operating system gives no randomness.
    pub fn from_entropy() -> std::io::Result<Self> {
        let mut seed = [0_u8; 8];
        // SAFETY: `seed` is valid for writes of its whole length for the duration of the call.
        let read = unsafe { libc::getrandom(seed.as_mut_ptr().cast(), seed.len(), 0) };
        if read != 8 {
            return Err(std::io::Error::last_os_error());
        }
        Ok(Self::from_seed(u64::from_le_bytes(seed)))
    }

    /// The same ids in the same order for the same seed.
    #[must_use]
    pub fn from_seed(seed: u64) -> Self {
        Self { state: Arc::new(Mutex::new(State { random: SplitMix(seed), last: (0, 0) })) }
    }

    /// The next random number.
    #[must_use]
    pub fn random(&self) -> u64 {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).random.next()
    }

    /// A sortable id: 12 hex digits of milliseconds, 4 of a counter, 16 random.
    #[must_use]
    pub fn next_id(&self, now: Timestamp) -> EventId {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let at = now.0 & 0xffff_ffff_ffff;
        let count = if state.last.0 == at { state.last.1.wrapping_add(1) } else { 0 };
        state.last = (at, count);
        EventId { high: (at << 16) | u64::from(count), low: state.random.next() }
    }

    /// A W3C trace id: 16 random bytes, not all zero.
    #[must_use]
    pub fn trace_id(&self) -> TraceId {
        TraceId((u128::from(self.random()) << 64) | u128::from(self.random() | 1))
    }
}

/// Ids are texts of hex digits in JSON.
macro_rules! hex_in_json {
    ($id:ident, $digits:literal) => {
        impl Serialize for $id {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $id {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = String::deserialize(deserializer)?;
                Self::parse(&text).ok_or_else(|| serde::de::Error::custom(format!("`{text}` is not {} hex digits", $digits)))
            }
        }
    };
}

hex_in_json!(EventId, 32);
hex_in_json!(TraceId, 32);
hex_in_json!(SpanId, 16);

fn hex(text: &str, digits: usize) -> Option<u128> {
    (text.len() == digits && text.bytes().all(|byte| byte.is_ascii_hexdigit())).then(|| u128::from_str_radix(text, 16).ok())?
}

/// The id of an event. Sorts in the order of creation; shown as 32 hex digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EventId {
    high: u64,
    low: u64,
}

impl EventId {
    /// Reads what is shown of one.
    #[must_use]
    #[expect(clippy::cast_possible_truncation, reason = "halves of a number are taken apart")]
    pub fn parse(text: &str) -> Option<Self> {
        hex(text, 32).map(|bits| Self { high: (bits >> 64) as u64, low: bits as u64 })
    }

    /// All of it.
    pub(crate) fn to_bytes(self) -> [u8; 16] {
        (u128::from(self.high) << 64 | u128::from(self.low)).to_le_bytes()
    }

    /// The one with these bytes.
    #[expect(clippy::cast_possible_truncation, reason = "halves of a number are taken apart")]
    pub(crate) fn from_bytes(bytes: [u8; 16]) -> Self {
        let bits = u128::from_le_bytes(bytes);
        Self { high: (bits >> 64) as u64, low: bits as u64 }
    }

    /// The part of a trace that the event is: its random half, which no other event of the trace has.
    #[must_use]
    pub fn span(self) -> SpanId {
        SpanId(self.low | 1)
    }
}

impl std::fmt::Display for EventId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:016x}{:016x}", self.high, self.low)
    }
}

/// A W3C trace id. <https://www.w3.org/TR/trace-context/#trace-id>
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct TraceId(pub u128);

impl TraceId {
    /// Reads what is shown of one.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        hex(text, 32).map(Self)
    }
}

impl std::fmt::Display for TraceId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:032x}", self.0)
    }
}

/// The id of one part of a trace, never zero. <https://www.w3.org/TR/trace-context/#parent-id>
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct SpanId(pub u64);

impl SpanId {
    /// Reads what is shown of one.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        hex(text, 16).and_then(|bits| u64::try_from(bits).ok()).map(Self)
    }
}

impl std::fmt::Display for SpanId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}

/// `SplitMix64`: small, fast, and enough for ids; nothing here is a secret.
#[derive(Debug)]
pub(crate) struct SplitMix(pub(crate) u64);

impl SplitMix {
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_repeats_and_ids_sort_by_creation() {
        let (a, b) = (Ids::from_seed(7), Ids::from_seed(7));
        let made: Vec<_> = [1, 1, 2, 2, 3].map(|at| a.next_id(Timestamp(at))).into();
        assert!(made.windows(2).all(|pair| pair[0] < pair[1]));
        assert_eq!(made[0], b.next_id(Timestamp(1)));
        assert_eq!(made[0].to_string().len(), 32);
        assert_eq!(EventId::parse(&made[4].to_string()), Some(made[4]));
        for wrong in ["", "0", "+0000000000000000000000000000000", &"g".repeat(32)] {
            assert_eq!(EventId::parse(wrong), None);
        }
    }
}
