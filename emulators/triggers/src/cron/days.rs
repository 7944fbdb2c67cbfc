//! The two fields that choose days.

use super::calendar::Day;
use super::has;

/// Days of the month.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Days {
    /// `*`, which leaves the choice to the other field.
    Every,
    /// A bit for each.
    Set(u64),
    /// `L-3`: so many days before the last.
    BeforeLast(u64),
    /// `LW`: the last day from Monday to Friday.
    LastWorkday,
    /// `L-3W`: the day from Monday to Friday next to that day.
    NextToBeforeLast(u64),
    /// `15W`: the day from Monday to Friday next to the 15th.
    NextTo(u64),
}

/// Days of the week.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Weekdays {
    /// `*`
    Every,
    /// A bit for each, 1 for Sunday.
    Set(u64),
    /// `6L`: the last Friday of the month.
    Last(u64),
    /// `2#1`: the first Monday of the month.
    Nth(u64, u64),
}

const SUNDAY: u64 = 1;
const SATURDAY: u64 = 7;

impl Days {
    pub(super) fn has(self, day: &Day) -> bool {
        match self {
            Self::Every => true,
            Self::Set(days) => has(days, day.day),
            Self::BeforeLast(by) => day.day + by == day.days_in_month,
            Self::LastWorkday => next_to(day, day.days_in_month) == Some(day.day),
            Self::NextToBeforeLast(by) => by < day.days_in_month && next_to(day, day.days_in_month - by) == Some(day.day),
            Self::NextTo(wanted) => next_to(day, wanted) == Some(day.day),
        }
    }
}

/// The day from Monday to Friday next to `wanted`, in the month of `day`. A Saturday is given to the Friday before, a Sunday to the Monday
/// after, but never to another month. A day that the month has not got counts as if the month went on.
fn next_to(day: &Day, wanted: u64) -> Option<u64> {
    let chosen = match day.weekday_of(wanted) {
        SATURDAY if wanted == 1 => 3,
        SATURDAY => wanted - 1,
        SUNDAY if wanted == day.days_in_month => wanted - 2,
        SUNDAY => wanted + 1,
        _ => wanted,
    };
    (chosen <= day.days_in_month).then_some(chosen)
}

impl Weekdays {
    pub(super) fn has(self, day: &Day) -> bool {
        match self {
            Self::Every => true,
            Self::Set(days) => has(days, day.weekday),
            Self::Last(weekday) => weekday == day.weekday && day.day + 7 > day.days_in_month,
            Self::Nth(weekday, nth) => weekday == day.weekday && day.day.div_ceil(7) == nth,
        }
    }
}
