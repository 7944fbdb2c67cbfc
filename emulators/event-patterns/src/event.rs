//! An event as paths and values.

use std::collections::HashMap;

use serde_json::Value;

/// The elements of arrays that a value is inside of: the array's number, the element's index.
pub(crate) type Membership = Vec<(usize, usize)>;

/// A value that holds no others.
#[derive(Debug)]
pub(crate) struct Leaf<'e> {
    pub(crate) value: &'e Value,
    pub(crate) inside: Membership,
}

/// All values of an event that hold no others, by their paths: the names joined by dots, arrays left out. So `{"a.b": 1}` and
/// `{"a": {"b": 1}}` are the same to a pattern, as at AWS.
#[derive(Debug, Default)]
pub(crate) struct Fields<'e> {
    leaves: HashMap<String, Vec<Leaf<'e>>>,
    arrays: usize,
}

impl<'e> Fields<'e> {
    pub(crate) fn of(event: &'e Value) -> Self {
        let mut fields = Self::default();
        fields.add(String::new(), event, &Vec::new());
        fields
    }

    /// The values at a path.
    pub(crate) fn at(&self, path: &str) -> &[Leaf<'e>] {
        self.leaves.get(path).map_or(&[], Vec::as_slice)
    }

    fn add(&mut self, path: String, value: &'e Value, inside: &Membership) {
        match value {
            Value::Object(members) => {
                for (name, member) in members {
                    let path = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
                    self.add(path, member, inside);
                }
            }
            Value::Array(elements) => {
                let array = self.arrays;
                self.arrays += 1;
                for (index, element) in elements.iter().enumerate() {
                    let mut inside = inside.clone();
                    inside.push((array, index));
                    self.add(path.clone(), element, &inside);
                }
            }
            leaf => self.leaves.entry(path).or_default().push(Leaf { value: leaf, inside: inside.clone() }),
        }
    }
}
