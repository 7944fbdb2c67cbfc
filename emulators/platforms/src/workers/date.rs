//! Compatibility dates.

use greenroom_host::Timestamp;

/// Days from 1970-01-01 to the date `text`, which must be `YYYY-MM-DD` and in the calendar.
pub(super) fn days(text: &str) -> Option<i64> {
    let mut parts = text.split('-');
    let (year, month, day) = (digits(parts.next()?, 4)?, digits(parts.next()?, 2)?, digits(parts.next()?, 2)?);
    let valid = parts.next().is_none() && (1..=12).contains(&month) && (1..=days_in_month(year, month)).contains(&day);
    valid.then(|| days_from_civil(year, month, day))
}

/// Days from 1970-01-01 to the day of `now`, UTC.
pub(super) fn today(now: Timestamp) -> i64 {
    i64::try_from(now.seconds() / 86_400).unwrap_or(i64::MAX)
}

fn digits(text: &str, count: usize) -> Option<i64> {
    (text.len() == count && text.bytes().all(|byte| byte.is_ascii_digit())).then(|| text.parse().ok())?
}

fn days_in_month(year: i64, month: i64) -> i64 {
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    match month {
        2 if leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Counts in eras of 400 years whose years start in March, so that the leap day comes last.
fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_days() {
        assert_eq!(days("1970-01-01"), Some(0));
        assert_eq!(days("1969-12-31"), Some(-1));
        assert_eq!(days("2000-02-29"), Some(11_016));
        assert_eq!(days("2024-12-31"), Some(20_088));
        assert_eq!(today(Timestamp(20_088 * 86_400_000 + 86_399_999)), 20_088);
    }

    #[test]
    fn takes_dates_of_the_calendar_only() {
        for text in
            ["2023-02-29", "1900-02-29", "2024-13-01", "2024-00-10", "2024-04-31", "2024-1-1", "24-01-01", "2024-01-01T00:00:00Z", ""]
        {
            assert_eq!(days(text), None, "{text}");
        }
    }
}
