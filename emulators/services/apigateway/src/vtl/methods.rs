//! What texts, lists and maps can do: the methods of Java that templates use.

use regex::Regex;

use super::value::Value;

/// `value.name`.
pub(crate) fn property(value: &Value, name: &str) -> Value {
    match (value, name) {
        (Value::Map(_), _) => value.get(name).unwrap_or(Value::Null),
        (Value::List { items, .. }, "size") => Value::number(items.borrow().len()),
        _ => Value::Null,
    }
}

/// `value[index]`; null where there is nothing.
pub(crate) fn at(value: &Value, index: &Value) -> Value {
    match value {
        Value::List { items, .. } => position(index, items.borrow().len()).map_or(Value::Null, |at| items.borrow()[at].clone()),
        Value::Map(_) => value.get(&index.text()).unwrap_or(Value::Null),
        _ => Value::Null,
    }
}

/// `value[index] = …`
pub(crate) fn set_at(value: &Value, index: &Value, item: Value) {
    match value {
        Value::List { items, .. } => {
            let length = items.borrow().len();
            if let Some(at) = position(index, length) {
                items.borrow_mut()[at] = item;
            }
        }
        other => drop(other.put(&index.text(), item)),
    }
}

fn position(index: &Value, length: usize) -> Option<usize> {
    let index = index.as_i64()?;
    let index = if index < 0 { index + i64::try_from(length).ok()? } else { index };
    usize::try_from(index).ok().filter(|index| *index < length)
}

/// `value.name(arguments)`. Of null everything is null.
pub(crate) fn call(value: &Value, name: &str, arguments: &[Value]) -> Result<Value, String> {
    let found = match (value, name, arguments) {
        (Value::Null, ..) => Some(Value::Null),
        (_, "toString", []) => Some(Value::Text(value.text())),
        (_, "equals", [other]) => Some(Value::Bool(value.same(other))),
        (Value::Text(text), ..) => of_text(text, name, arguments)?,
        (Value::List { items, .. }, ..) => {
            if matches!(name, "add" | "addAll" | "remove" | "set") {
                changed(value, &mut items.borrow_mut(), name, arguments)
            } else {
                of_list(value, &items.borrow(), name, arguments)
            }
        }
        (Value::Map(_), ..) => of_map(value, name, arguments),
        (Value::Number(_), "intValue" | "longValue", []) => value.as_f64().map(|number| {
            #[expect(clippy::cast_possible_truncation, reason = "what the method is for")]
            Value::number(number as i64)
        }),
        _ => None,
    };
    found.ok_or_else(|| format!("mapping template: the method `{name}` with {} arguments is not emulated here", arguments.len()))
}

fn of_text(text: &str, name: &str, arguments: &[Value]) -> Result<Option<Value>, String> {
    let argument = |at: usize| arguments.get(at).map(Value::text).unwrap_or_default();
    let regex =
        || Regex::new(&argument(0)).map_err(|error| format!("mapping template: `{}` is no regular expression: {error}", argument(0)));
    let index = |at: Option<usize>| at.map_or(Value::number(-1), |at| Value::number(text[..at].chars().count()));
    Ok(Some(match (name, arguments.len()) {
        ("length", 0) => Value::number(text.chars().count()),
        ("isEmpty", 0) => Value::Bool(text.is_empty()),
        ("trim", 0) => Value::Text(text.trim().to_owned()),
        ("toLowerCase", 0) => Value::Text(text.to_lowercase()),
        ("toUpperCase", 0) => Value::Text(text.to_uppercase()),
        ("contains", 1) => Value::Bool(text.contains(&argument(0))),
        ("startsWith", 1) => Value::Bool(text.starts_with(&argument(0))),
        ("endsWith", 1) => Value::Bool(text.ends_with(&argument(0))),
        ("equalsIgnoreCase", 1) => Value::Bool(text.to_lowercase() == argument(0).to_lowercase()),
        ("concat", 1) => Value::Text(format!("{text}{}", argument(0))),
        ("indexOf", 1) => index(text.find(&argument(0))),
        ("lastIndexOf", 1) => index(text.rfind(&argument(0))),
        ("matches", 1) => Value::Bool(Regex::new(&format!("^(?:{})$", argument(0))).map_err(|error| error.to_string())?.is_match(text)),
        ("replace", 2) => Value::Text(text.replace(&argument(0), &argument(1))),
        ("replaceAll", 2) => Value::Text(regex()?.replace_all(text, argument(1).as_str()).into_owned()),
        ("replaceFirst", 2) => Value::Text(regex()?.replace(text, argument(1).as_str()).into_owned()),
        ("split", 1) => Value::list(regex()?.split(text).map(|part| Value::Text(part.to_owned())).collect()),
        ("substring", 1 | 2) => {
            let whole = |at: usize| arguments.get(at).and_then(Value::as_i64).and_then(|at| usize::try_from(at).ok());
            let (from, to) = (whole(0).unwrap_or(0), whole(1).unwrap_or(usize::MAX));
            Value::Text(text.chars().skip(from).take(to.saturating_sub(from)).collect())
        }
        _ => return Ok(None),
    }))
}

fn of_list(list: &Value, items: &[Value], name: &str, arguments: &[Value]) -> Option<Value> {
    Some(match (name, arguments) {
        ("size", []) => Value::number(items.len()),
        ("isEmpty", []) => Value::Bool(items.is_empty()),
        ("get", [index]) => at(list, index),
        ("contains", [item]) => Value::Bool(items.iter().any(|known| known.same(item))),
        ("indexOf", [item]) => items.iter().position(|known| known.same(item)).map_or(Value::number(-1), Value::number),
        _ => return None,
    })
}

/// The methods that change a list.
fn changed(list: &Value, items: &mut Vec<Value>, name: &str, arguments: &[Value]) -> Option<Value> {
    match (name, arguments) {
        ("add", [item]) => {
            items.push(item.clone());
            Some(Value::Bool(true))
        }
        ("addAll", [more @ Value::List { items: added, .. }]) => {
            let added = if std::ptr::eq(list, more) { items.clone() } else { added.try_borrow().ok()?.clone() };
            items.extend(added);
            Some(Value::Bool(true))
        }
        ("remove", [index]) => {
            let at = position(index, items.len())?;
            Some(items.remove(at))
        }
        ("set", [index, item]) => {
            let at = position(index, items.len())?;
            Some(std::mem::replace(&mut items[at], item.clone()))
        }
        _ => None,
    }
}

fn of_map(map: &Value, name: &str, arguments: &[Value]) -> Option<Value> {
    let Value::Map(pairs) = map else { return None };
    Some(match (name, arguments) {
        ("get", [key]) => map.get(&key.text()).unwrap_or(Value::Null),
        ("getOrDefault", [key, other]) => map.get(&key.text()).unwrap_or_else(|| other.clone()),
        ("put", [key, value]) => map.put(&key.text(), value.clone()),
        ("putAll", [more]) => {
            let Value::Map(added) = more else { return None };
            let added = added.borrow().clone();
            for (key, value) in added {
                map.put(&key, value);
            }
            Value::Null
        }
        ("remove", [key]) => {
            let key = key.text();
            let at = pairs.borrow().iter().position(|(known, _)| *known == key);
            at.map_or(Value::Null, |at| pairs.borrow_mut().remove(at).1)
        }
        ("size", []) => Value::number(pairs.borrow().len()),
        ("isEmpty", []) => Value::Bool(pairs.borrow().is_empty()),
        ("containsKey", [key]) => Value::Bool(map.get(&key.text()).is_some()),
        ("containsValue", [value]) => Value::Bool(pairs.borrow().iter().any(|(_, known)| known.same(value))),
        ("keySet", []) => Value::list(pairs.borrow().iter().map(|(key, _)| Value::Text(key.clone())).collect()),
        ("values", []) => Value::list(pairs.borrow().iter().map(|(_, value)| value.clone()).collect()),
        ("entrySet", []) => {
            let entry = |(key, value): &(String, Value)| {
                Value::map(vec![("key".to_owned(), Value::Text(key.clone())), ("value".to_owned(), value.clone())])
            };
            Value::list(pairs.borrow().iter().map(entry).collect())
        }
        ("getKey", []) => map.get("key").unwrap_or(Value::Null),
        ("getValue", []) => map.get("value").unwrap_or(Value::Null),
        _ => return None,
    })
}
