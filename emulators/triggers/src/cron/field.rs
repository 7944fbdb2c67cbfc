//! One field: what it is called, which values it takes, and the lists of values, ranges and steps that all fields have.

use super::CronError;

/// A field.
pub(super) struct Field {
    /// For messages.
    pub(super) name: &'static str,
    pub(super) least: u64,
    pub(super) most: u64,
    /// Names of the values, from the least; none where it has only numbers.
    pub(super) names: &'static [&'static str],
}

pub(super) const MINUTES: Field = Field { name: "minute", least: 0, most: 59, names: &[] };
pub(super) const HOURS: Field = Field { name: "hour", least: 0, most: 23, names: &[] };
pub(super) const DAYS: Field = Field { name: "day of the month", least: 1, most: 31, names: &[] };
pub(super) const MONTHS: Field = Field {
    name: "month",
    least: 1,
    most: 12,
    names: &["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"],
};
pub(super) const WEEKDAYS: Field =
    Field { name: "day of the week", least: 1, most: 7, names: &["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"] };

/// The text of one field while it is read.
pub(super) struct Reader<'a> {
    pub(super) field: &'static Field,
    rest: &'a str,
    /// Where `rest` begins in the whole expression.
    at: usize,
}

impl<'a> Reader<'a> {
    pub(super) fn new(field: &'static Field, text: &'a str, at: usize) -> Self {
        Self { field, rest: text, at }
    }

    /// Takes `token` if it comes next.
    pub(super) fn take(&mut self, token: char) -> bool {
        let Some(rest) = self.rest.strip_prefix(token) else { return false };
        self.at += token.len_utf8();
        self.rest = rest;
        true
    }

    /// That was all.
    pub(super) fn end(&self) -> Result<(), CronError> {
        if self.rest.is_empty() { Ok(()) } else { Err(self.unexpected()) }
    }

    pub(super) fn error(&self, message: impl Into<String>) -> CronError {
        CronError { at: self.at, message: message.into() }
    }

    fn unexpected(&self) -> CronError {
        self.error(format!("`{}` cannot stand there in the {}", self.rest, self.field.name))
    }

    /// A whole number within the bounds. `what`: what it is called if it is not.
    pub(super) fn number(&mut self, what: &str, least: u64, most: u64) -> Result<u64, CronError> {
        let digits = self.rest.bytes().take_while(u8::is_ascii_digit).count();
        if digits == 0 {
            return Err(self.error(match self.rest {
                "" => format!("the {} ends where a number must follow", self.field.name),
                rest => format!("`{rest}` is no {what}"),
            }));
        }
        let (text, rest) = self.rest.split_at(digits);
        let number = text.parse().ok().filter(|number| (least..=most).contains(number));
        let number = number.ok_or_else(|| self.error(format!("the {what} `{text}` is not from {least} to {most}")))?;
        self.at += digits;
        self.rest = rest;
        Ok(number)
    }

    /// One value, by number or name.
    pub(super) fn value(&mut self) -> Result<u64, CronError> {
        let named = |name: &str| self.rest.get(..name.len()).is_some_and(|text| text.eq_ignore_ascii_case(name));
        if let Some(index) = self.field.names.iter().position(|name| named(name)) {
            let length = self.field.names[index].len();
            self.at += length;
            self.rest = &self.rest[length..];
            return Ok(self.field.least + index as u64);
        }
        self.number(self.field.name, self.field.least, self.field.most)
    }

    /// What follows a `/`: at most the width of the field, as there.
    pub(super) fn step(&mut self) -> Result<u64, CronError> {
        self.number("step", 1, self.field.most - self.field.least)
    }

    /// The rest of a list that begins with `first`, as bits. What is odd about it goes to `oddities`.
    pub(super) fn list(&mut self, first: Item, oddities: &mut Vec<String>) -> Result<u64, CronError> {
        let mut bits = first.bits(self.field, oddities);
        while self.take(',') {
            let item = self.item(oddities)?;
            bits |= item.bits(self.field, oddities);
        }
        Ok(bits)
    }

    /// One of a list.
    pub(super) fn item(&mut self, oddities: &mut Vec<String>) -> Result<Item, CronError> {
        let Field { least, most, name, .. } = *self.field;
        if self.take('*') {
            if self.take('/') {
                return Ok(Item { from: least, to: most, step: Some(self.step()?) });
            }
            // The published parser takes it for the least value.
            oddities.push(format!("`*` in a list stands for the {name} {least} alone"));
            return self.after(least);
        }
        let from = self.value()?;
        self.after(from)
    }

    /// What may follow the first value of an item.
    pub(super) fn after(&mut self, from: u64) -> Result<Item, CronError> {
        if self.take('/') {
            return Ok(Item { from, to: self.field.most, step: Some(self.step()?) });
        }
        if !self.take('-') {
            return Ok(Item { from, to: from, step: None });
        }
        let to = self.value()?;
        let step = if self.take('/') { Some(self.step()?) } else { None };
        Ok(Item { from, to, step })
    }
}

/// A value, a range, or steps through one.
#[derive(Debug, Clone, Copy)]
pub(super) struct Item {
    pub(super) from: u64,
    pub(super) to: u64,
    pub(super) step: Option<u64>,
}

impl Item {
    fn bits(self, field: &Field, oddities: &mut Vec<String>) -> u64 {
        let Self { from, to, step } = self;
        let every = usize::try_from(step.unwrap_or(1)).unwrap_or(usize::MAX);
        let bits = |values: &mut dyn Iterator<Item = u64>| values.fold(0, |bits, value| bits | 1 << value);
        if from <= to {
            return bits(&mut (from..=to).step_by(every));
        }
        let mut around = (from..=field.most).chain(field.least..=to).step_by(every);
        if step.is_some_and(|step| step > 1) {
            oddities.push(format!(
                "the range {from}-{to} of the {} runs backwards; what Cloudflare makes of its steps is not known for sure",
                field.name
            ));
            return bits(&mut around);
        }
        // The published parser begins one too early there.
        oddities.push(format!(
            "the range {from}-{to} of the {} runs backwards, and Cloudflare's parser takes {} in too; write two ranges",
            field.name,
            from - 1
        ));
        bits(&mut around) | 1 << (from - 1)
    }
}
