//! Values from elements.

use serde_json::{Map, Value};

use super::element::Element;
use crate::error::ApiError;
use crate::model::{Kind, Member, Model, Place, Structure};
use crate::protocol::coerce;

/// The members of `structure` that stand in `element`.
///
/// # Errors
/// Text that is not of its shape.
pub(in crate::protocol) fn members(model: &Model, structure: &Structure, element: &Element) -> Result<Map<String, Value>, ApiError> {
    let mut members = Map::new();
    for member in structure.members.iter().filter(|member| member.place == Place::Body) {
        if let Some(value) = member_of(model, member, element)? {
            members.insert(member.name.clone(), value);
        }
    }
    Ok(members)
}

fn member_of(model: &Model, member: &Member, element: &Element) -> Result<Option<Value>, ApiError> {
    if member.attribute {
        let given = element.attributes.iter().find(|(name, _)| *name == member.form);
        return given.map(|(_, text)| coerce::text(model, &member.shape, text)).transpose();
    }
    match model.shape(&member.shape).map(|shape| &shape.kind) {
        Some(Kind::List(list)) if list.flat || member.flat => {
            let name = list.name.as_ref().unwrap_or(&member.form);
            let items = element.named(name).map(|item| value(model, &list.item, item)).collect::<Result<Vec<_>, _>>()?;
            Ok((!items.is_empty()).then_some(Value::Array(items)))
        }
        Some(Kind::Map(map)) if map.flat || member.flat => {
            let entries = entries(model, map, element.named(&member.form))?;
            Ok((!entries.is_empty()).then_some(Value::Object(entries)))
        }
        _ => element.named(&member.form).next().map(|inner| value(model, &member.shape, inner)).transpose(),
    }
}

fn value(model: &Model, name: &str, element: &Element) -> Result<Value, ApiError> {
    match model.shape(name).map(|shape| &shape.kind) {
        Some(Kind::Structure(inner)) => Ok(Value::Object(members(model, inner, element)?)),
        Some(Kind::List(list)) => {
            let items = element.named(list.name.as_deref().unwrap_or("member"));
            Ok(Value::Array(items.map(|item| value(model, &list.item, item)).collect::<Result<_, _>>()?))
        }
        Some(Kind::Map(map)) => Ok(Value::Object(entries(model, map, element.named("entry"))?)),
        Some(Kind::Text(_)) | None => Ok(Value::from(element.text.as_str())),
        Some(_) => coerce::text(model, name, element.text.trim()),
    }
}

fn entries<'a>(
    model: &Model,
    map: &crate::model::Map,
    elements: impl Iterator<Item = &'a Element>,
) -> Result<Map<String, Value>, ApiError> {
    let mut entries = Map::new();
    for element in elements {
        let key = element.named(&map.names.0).next().map(|key| key.text.clone()).unwrap_or_default();
        let item = element.named(&map.names.1).next().map(|item| value(model, &map.value, item)).transpose()?;
        entries.insert(key, item.unwrap_or_default());
    }
    Ok(entries)
}

impl Element {
    fn named<'a>(&'a self, name: &str) -> impl Iterator<Item = &'a Element> {
        self.inner.iter().filter(move |element| element.name == name)
    }
}
