//! Cloudflare's cron expressions: five fields, UTC, most of what Quartz adds.
//!
//! The rules are those of the documentation, <https://developers.cloudflare.com/workers/configuration/cron-triggers/#supported-cron-expressions>,
//! and, where that is silent, those of the parser that Cloudflare has published as the one behind Cron Triggers,
//! <https://github.com/cloudflare/saffron>: `tests/data/saffron.txt` has what that one says.

mod calendar;
mod days;
mod field;
mod parse;

use std::fmt;

use greenroom_host::Timestamp;

use calendar::{DAY, Day, HOUR, MINUTE};
use days::{Days, Weekdays};

/// Days after which the calendar repeats itself: what has not come by then never comes.
const CYCLE: u64 = 146_097;

/// The last day that the program's clock can show: 9999-12-31.
const LAST_DAY: u64 = 2_932_896;

/// When something is due, as its author wrote it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cron {
    text: String,
    /// A bit for each minute of an hour, and so on.
    minutes: u64,
    hours: u64,
    months: u64,
    days: Days,
    weekdays: Weekdays,
    oddities: Vec<String>,
}

/// Why a text is no cron expression.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct CronError {
    /// Byte in the text where it goes wrong.
    pub at: usize,
    /// What is wrong, in a sentence.
    pub message: String,
}

/// What an upload with such an expression is refused with.
pub const REFUSAL: &str = "invalid cron string [code: 10100]";

impl Cron {
    /// Reads an expression.
    ///
    /// # Errors
    /// Where it goes wrong and how.
    pub fn parse(text: &str) -> Result<Self, CronError> {
        parse::cron(text)
    }

    /// The expression, character for character as it was written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// What in it means something else than it seems to, each in a sentence.
    #[must_use]
    pub fn oddities(&self) -> &[String] {
        &self.oddities
    }

    /// When it is due next, later than `now`. None: never again.
    #[must_use]
    pub fn next_after(&self, now: Timestamp) -> Option<Timestamp> {
        let from = now.0 - now.0 % MINUTE + MINUTE;
        let first = from / DAY;
        if first > LAST_DAY {
            return None;
        }
        if let Some(time) = self.on(first).then(|| self.time_from(from % DAY)).flatten() {
            return Some(Timestamp(first * DAY + time));
        }
        let mut days = first + 1..=(first + CYCLE).min(LAST_DAY);
        let day = days.find(|day| self.on(*day))?;
        self.time_from(0).map(|time| Timestamp(day * DAY + time))
    }

    /// Whether it is due on the day of this number.
    fn on(&self, number: u64) -> bool {
        let day = Day::of(number);
        if !has(self.months, day.month) {
            return false;
        }
        // Where both are restricted, either will do.
        match (self.days == Days::Every, self.weekdays == Weekdays::Every) {
            (true, true) => true,
            (true, false) => self.weekdays.has(&day),
            (false, true) => self.days.has(&day),
            (false, false) => self.days.has(&day) || self.weekdays.has(&day),
        }
    }

    /// The first time of a day on which it is due that is not before `from`; both in milliseconds from midnight.
    fn time_from(&self, from: u64) -> Option<u64> {
        let (hour, minute) = (from / HOUR, from % HOUR / MINUTE);
        if let Some(minute) = (minute..60).find(|minute| has(self.hours, hour) && has(self.minutes, *minute)) {
            return Some(hour * HOUR + minute * MINUTE);
        }
        let hour = (hour + 1..24).find(|hour| has(self.hours, *hour))?;
        let minute = (0..60).find(|minute| has(self.minutes, *minute))?;
        Some(hour * HOUR + minute * MINUTE)
    }
}

impl fmt::Display for Cron {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// Whether `bits` has the bit of `value`.
fn has(bits: u64, value: u64) -> bool {
    value < 64 && bits & (1 << value) != 0
}

#[cfg(test)]
mod tests;
