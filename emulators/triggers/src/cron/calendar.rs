//! Days as cron expressions look at them.

/// Milliseconds.
pub(super) const MINUTE: u64 = 60_000;
pub(super) const HOUR: u64 = 60 * MINUTE;
pub(super) const DAY: u64 = 24 * HOUR;

/// A day with everything that a field may ask of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::struct_field_names, reason = "the fields of a cron expression are called so")]
pub(super) struct Day {
    /// From 1.
    pub(super) month: u64,
    /// Of the month, from 1.
    pub(super) day: u64,
    /// How many the month has.
    pub(super) days_in_month: u64,
    /// 1 is Sunday, 7 Saturday.
    pub(super) weekday: u64,
}

impl Day {
    /// The day of this number from 1970-01-01.
    pub(super) fn of(number: u64) -> Self {
        let (year, mut left) = year_of(number);
        let mut month = 1;
        while left >= length(year, month) {
            left -= length(year, month);
            month += 1;
        }
        // 1970-01-01 was a Thursday.
        Self { month, day: left + 1, days_in_month: length(year, month), weekday: (number + 4) % 7 + 1 }
    }

    /// The weekday of another day of its month, or of one before or after that, as if the month went on.
    pub(super) fn weekday_of(&self, day: u64) -> u64 {
        (self.weekday - 1 + 35 + day - self.day) % 7 + 1
    }
}

fn is_leap(year: u64) -> bool {
    year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400))
}

/// The year, and the number of the day in it from 0.
fn year_of(number: u64) -> (u64, u64) {
    // Never too late: no year is longer than 366 days.
    let mut year = 1970 + number / 366;
    loop {
        let start = first_of(year);
        let days = if is_leap(year) { 366 } else { 365 };
        if number < start + days {
            return (year, number - start);
        }
        year += 1;
    }
}

/// The number of the first day of a year.
fn first_of(year: u64) -> u64 {
    let leaps = |year: u64| year / 4 - year / 100 + year / 400;
    (year - 1970) * 365 + leaps(year - 1) - leaps(1969)
}

fn length(year: u64, month: u64) -> u64 {
    match month {
        2 if is_leap(year) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

#[cfg(test)]
mod tests {
    use greenroom_host::Timestamp;

    use super::*;

    #[test]
    fn days_are_those_of_the_calendar() {
        // A day of every month of 400 years, and the days around each end of a year.
        for number in (0..CENTURIES).step_by(27).chain((0..400).map(|year| first_of(1970 + year))) {
            let day = Day::of(number);
            let date = Timestamp(number * DAY).iso_8601();
            assert_eq!(format!("{:02}-{:02}", day.month, day.day), &date[5..10], "{date}");
            let next = Timestamp((number + day.days_in_month - day.day + 1) * DAY).iso_8601();
            assert_eq!(&next[8..10], "01", "{date} has {} days in its month", day.days_in_month);
        }
        assert_eq!((Day::of(0).weekday, Day::of(3).weekday, Day::of(20_783).weekday), (5, 1, 5));
        assert_eq!(Day::of(20_783).weekday_of(4), Day::of(20_761).weekday);
    }

    const CENTURIES: u64 = 146_097;
}
