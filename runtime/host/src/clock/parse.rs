//! Dates as people and programs write them: ISO 8601 in the forms that are in use.

/// Milliseconds since 1970; none for what is no date, or one before 1970.
pub(super) fn instant(text: &str) -> Option<u64> {
    let (date, time) = match text.split_once(['T', 't', ' ']) {
        Some((date, time)) => (date, Some(time)),
        None => (text, None),
    };
    let days = days_of(date)?;
    let milliseconds = match time {
        Some(time) => time_and_offset(time)?,
        None => 0,
    };
    u64::try_from(days * 86_400_000 + milliseconds).ok()
}

/// A whole number of exactly `digits` digits.
fn number(text: &str, digits: usize) -> Option<i64> {
    (text.len() == digits && text.bytes().all(|byte| byte.is_ascii_digit())).then(|| text.parse().ok())?
}

fn days_of(date: &str) -> Option<i64> {
    let mut parts = date.splitn(3, '-');
    let (year, month, day) = (number(parts.next()?, 4)?, number(parts.next()?, 2)?, number(parts.next()?, 2)?);
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let days = [31, if leap { 29 } else { 28 }, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    let length = *days.get(usize::try_from(month - 1).ok()?)?;
    if day < 1 || day > length {
        return None;
    }
    // Years that begin in March, as in `Timestamp::iso_8601`.
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    Some(year * 365 + year / 4 - year / 100 + year / 400 + (153 * month + 2) / 5 + day - 1 - 719_468)
}

/// Milliseconds from the day's midnight UTC.
fn time_and_offset(text: &str) -> Option<i64> {
    let (time, offset) = if let Some(time) = text.strip_suffix(['Z', 'z']) {
        (time, 0)
    } else if let Some(at) = text.rfind(['+', '-']) {
        let (hours, minutes) = text[at + 1..].split_once(':').or_else(|| text[at + 1..].split_at_checked(2))?;
        let minutes = number(hours, 2)? * 60 + number(minutes, 2)?;
        (&text[..at], if text[at..].starts_with('-') { -minutes } else { minutes })
    } else {
        (text, 0)
    };
    let (whole, fraction) = time.split_once('.').unwrap_or((time, "0"));
    let mut parts = whole.splitn(3, ':');
    let (hours, minutes) = (number(parts.next()?, 2)?, number(parts.next()?, 2)?);
    let seconds = parts.next().map_or(Some(0), |seconds| number(seconds, 2))?;
    let fine = fraction.bytes().all(|byte| byte.is_ascii_digit()) && !fraction.is_empty();
    if hours > 23 || minutes > 59 || seconds > 59 || !fine {
        return None;
    }
    let thousandths: i64 = format!("{fraction:0<3}")[..3].parse().ok()?;
    Some(((hours * 60 + minutes - offset) * 60 + seconds) * 1000 + thousandths)
}
