//! Reads an expression.

use super::days::{Days, Weekdays};
use super::field::{DAYS, Field, HOURS, MINUTES, MONTHS, Reader, WEEKDAYS};
use super::{Cron, CronError};

type Oddities<'o> = &'o mut Vec<String>;

pub(super) fn cron(text: &str) -> Result<Cron, CronError> {
    let fields = split(text)?;
    let mut oddities = Vec::new();
    let reader = |field: &'static Field, index: usize| Reader::new(field, fields[index].1, fields[index].0);
    Ok(Cron {
        minutes: simple(reader(&MINUTES, 0), &mut oddities)?,
        hours: simple(reader(&HOURS, 1), &mut oddities)?,
        days: days(reader(&DAYS, 2), &mut oddities)?,
        months: simple(reader(&MONTHS, 3), &mut oddities)?,
        weekdays: weekdays(reader(&WEEKDAYS, 4), &mut oddities)?,
        text: text.to_owned(),
        oddities,
    })
}

/// The fields with their places.
fn split(text: &str) -> Result<Vec<(usize, &str)>, CronError> {
    let blank = |c: char| c == ' ' || c == '\t';
    if text.starts_with(blank) || text.ends_with(blank) {
        let at = if text.starts_with(blank) { 0 } else { text.len() - 1 };
        return Err(CronError { at, message: "an expression neither begins nor ends with a space".to_owned() });
    }
    let at = |field: &str| field.as_ptr() as usize - text.as_ptr() as usize;
    let fields: Vec<_> = text.split(blank).filter(|field| !field.is_empty()).map(|field| (at(field), field)).collect();
    if fields.len() == 5 {
        return Ok(fields);
    }
    let message = match (fields.len(), text.starts_with('@')) {
        (1, true) => format!("there are no expressions by name such as `{text}`; it must have five fields"),
        (1, _) => "it has one field and must have five: minute, hour, day of the month, month, day of the week".to_owned(),
        (count, _) => format!("it has {count} fields and must have five: minute, hour, day of the month, month, day of the week"),
    };
    Err(CronError { at: fields.get(5).map_or(0, |(at, _)| *at), message })
}

/// A field of lists, ranges and steps alone, as bits.
fn simple(mut reader: Reader<'_>, oddities: Oddities<'_>) -> Result<u64, CronError> {
    let bits = match every(&mut reader)? {
        Some(Every::Value) => (reader.field.least..=reader.field.most).fold(0, |bits, value| bits | 1 << value),
        Some(Every::Step(step)) => stepped(&mut reader, step, oddities)?,
        None => {
            let first = reader.value()?;
            let first = reader.after(first)?;
            reader.list(first, oddities)?
        }
    };
    reader.end()?;
    Ok(bits)
}

/// What a field begins with that begins with `*`.
enum Every {
    /// `*`
    Value,
    /// `*/5`
    Step(u64),
}

fn every(reader: &mut Reader<'_>) -> Result<Option<Every>, CronError> {
    if !reader.take('*') {
        return Ok(None);
    }
    Ok(Some(if reader.take('/') { Every::Step(reader.step()?) } else { Every::Value }))
}

fn stepped(reader: &mut Reader<'_>, step: u64, oddities: Oddities<'_>) -> Result<u64, CronError> {
    let Field { least, most, .. } = *reader.field;
    reader.list(super::field::Item { from: least, to: most, step: Some(step) }, oddities)
}

fn days(mut reader: Reader<'_>, oddities: Oddities<'_>) -> Result<Days, CronError> {
    let days = match every(&mut reader)? {
        Some(Every::Value) => Days::Every,
        Some(Every::Step(step)) => Days::Set(stepped(&mut reader, step, oddities)?),
        None if reader.take('L') => last(&mut reader)?,
        None => {
            let first = reader.value()?;
            if reader.take('W') {
                Days::NextTo(first)
            } else {
                let first = reader.after(first)?;
                Days::Set(reader.list(first, oddities)?)
            }
        }
    };
    reader.end()?;
    Ok(days)
}

fn last(reader: &mut Reader<'_>) -> Result<Days, CronError> {
    if reader.take('W') {
        return Ok(Days::LastWorkday);
    }
    if !reader.take('-') {
        return Ok(Days::BeforeLast(0));
    }
    let by = reader.number("number of days before the last", 1, 30)?;
    Ok(if reader.take('W') { Days::NextToBeforeLast(by) } else { Days::BeforeLast(by) })
}

fn weekdays(mut reader: Reader<'_>, oddities: Oddities<'_>) -> Result<Weekdays, CronError> {
    let weekdays = match every(&mut reader)? {
        Some(Every::Value) => Weekdays::Every,
        Some(Every::Step(step)) => Weekdays::Set(stepped(&mut reader, step, oddities)?),
        // The last day of a week.
        None if reader.take('L') => Weekdays::Set(1 << WEEKDAYS.most),
        None => {
            let first = reader.value()?;
            if reader.take('L') {
                Weekdays::Last(first)
            } else if reader.take('#') {
                Weekdays::Nth(first, reader.number("week of the month", 1, 5)?)
            } else {
                let first = reader.after(first)?;
                Weekdays::Set(reader.list(first, oddities)?)
            }
        }
    };
    reader.end()?;
    Ok(weekdays)
}
