//! Changes to what was made, by path: names and numbers with points between them.

use serde_json::{Value, json};

use super::GenerateError;

/// Sets what is at `path`, and makes the objects on the way where there are none.
pub(super) fn set(value: &mut Value, path: &str, to: &Value) -> Result<(), GenerateError> {
    let (first, rest) = path.split_once('.').map_or((path, None), |(first, rest)| (first, Some(rest)));
    let slot = step(value, first)?;
    match rest {
        None => to.clone_into(slot),
        Some(rest) => {
            if slot.is_null() {
                *slot = json!({});
            }
            set(slot, rest, to)?;
        }
    }
    Ok(())
}

fn step<'v>(value: &'v mut Value, name: &str) -> Result<&'v mut Value, GenerateError> {
    match value {
        Value::Object(object) => Ok(object.entry(name).or_insert(Value::Null)),
        Value::Array(items) => match name.parse::<usize>() {
            Ok(index) => {
                let length = items.len();
                items.get_mut(index).ok_or_else(|| GenerateError(format!("there is no item {index}; there are {length}")))
            }
            // Pairs of names and values, such as headers.
            Err(_) if items.iter().all(|item| item.as_array().is_some_and(|pair| pair.len() == 2)) => {
                let index = items.iter().position(|item| item[0].as_str().is_some_and(|known| known.eq_ignore_ascii_case(name)));
                let index = index.unwrap_or_else(|| {
                    items.push(json!([name, null]));
                    items.len() - 1
                });
                Ok(&mut items[index][1])
            }
            Err(_) => Err(GenerateError(format!("`{name}` is no number, and items are counted"))),
        },
        other => Err(GenerateError(format!("there is no `{name}` in {other}"))),
    }
}
