//! Physical names, and the patterns of the table of types.

use sha2::{Digest, Sha256};

use super::{Resource, Stack};
use crate::tree::Node;
use crate::types::{Naming, ResourceType, find};

const ALPHANUMERIC: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
const LOWER: &[u8] = b"abcdefghijklmnopqrstuvwxyz0123456789";
const HEX: &[u8] = b"0123456789abcdef";

/// `length` characters of `alphabet` that follow from `seed`. The vendor's are random; these are the same in every run.
fn letters(seed: &str, alphabet: &[u8], length: usize) -> String {
    let digests = (0_u8..).flat_map(|round| Sha256::new().chain_update([round]).chain_update(seed).finalize());
    digests.take(length).map(|byte| char::from(alphabet[usize::from(byte) % alphabet.len()])).collect()
}

/// The suffix of a generated name.
pub(crate) fn suffix(seed: &str) -> String {
    letters(seed, ALPHANUMERIC, 12)
}

/// An id as resources of REST APIs have it.
pub(crate) fn resource_id(seed: &str) -> String {
    letters(seed, LOWER, 6)
}

pub(super) fn uuid(seed: &str) -> String {
    let digits = letters(seed, HEX, 32);
    format!("{}-{}-4{}-a{}-{}", &digits[..8], &digits[8..12], &digits[13..16], &digits[17..20], &digits[20..])
}

impl Stack<'_> {
    /// The name of `resource`: as given, or as the vendor would make one.
    pub(crate) fn physical_name(&self, resource: &Resource<'_>) -> String {
        let row = find(resource.kind);
        let given = row.filter(|row| !row.named_by.is_empty()).and_then(|row| self.property(resource, row.named_by));
        given
            .and_then(|node| node.scalar())
            .unwrap_or_else(|| self.generated(resource.id, row.map_or(Naming::Stack(128), |row| row.naming)))
    }

    fn generated(&self, id: &str, naming: Naming) -> String {
        let seed = format!("{}/{id}", self.origin.name);
        match naming {
            Naming::Id(length) => letters(&seed, LOWER, length),
            Naming::Uuid => uuid(&seed),
            Naming::Stack(longest) => joined(&self.origin.name, id, &suffix(&seed), longest),
            Naming::Lower(longest) => joined(&self.origin.name, id, &suffix(&seed), longest).to_lowercase(),
        }
    }

    /// The resolved value of a property of `resource`.
    pub(crate) fn property(&self, resource: &Resource<'_>, name: &str) -> Option<Node> {
        self.resolve(resource.body.object("Properties")?.get(name)?)
    }

    /// What `Ref` gives for the resource `id`; none where it is left out or its name depends on itself.
    pub(crate) fn reference_of(&self, id: &str) -> Option<String> {
        let resource = self.resource(id)?;
        let pattern = find(resource.kind).map_or("{name}", |row| row.reference);
        self.guarded(id, |stack| stack.fill(pattern, &resource))
    }

    /// What `Fn::GetAtt` gives for the resource `id`; an attribute that the table does not have is made up from the names.
    pub(crate) fn attribute_of(&self, id: &str, attribute: &str) -> Option<String> {
        let resource = self.resource(id)?;
        let pattern = find(resource.kind).and_then(|row| attribute_pattern(row, attribute));
        match pattern {
            Some(pattern) => self.guarded(id, |stack| stack.fill(pattern, &resource)),
            None if attribute == "Arn" => Some(self.unknown_arn(&resource)),
            None => Some(format!("{id}.{attribute}")),
        }
    }

    fn unknown_arn(&self, resource: &Resource<'_>) -> String {
        let options = &self.cx.options;
        let service = resource.kind.split("::").nth(1).unwrap_or_default().to_lowercase();
        let name = self.generated(resource.id, Naming::Stack(128));
        format!("arn:{}:{service}:{}:{}:{name}", options.partition(), options.region(), options.account())
    }

    /// Runs `work` unless it is about `id` already, further up.
    fn guarded<T>(&self, id: &str, work: impl FnOnce(&Self) -> T) -> Option<T> {
        if self.naming.borrow().iter().any(|busy| busy == id) {
            return None;
        }
        self.naming.borrow_mut().push(id.to_owned());
        let result = work(self);
        self.naming.borrow_mut().pop();
        Some(result)
    }

    fn fill(&self, pattern: &str, resource: &Resource<'_>) -> String {
        let mut filled = String::new();
        let mut rest = pattern;
        while let Some((before, after)) = rest.split_once('{') {
            let (name, tail) = after.split_once('}').unwrap_or((after, ""));
            filled.push_str(before);
            filled.push_str(&self.placeholder(name, resource));
            rest = tail;
        }
        filled + rest
    }

    fn placeholder(&self, name: &str, resource: &Resource<'_>) -> String {
        let options = &self.cx.options;
        match name {
            "name" => self.physical_name(resource),
            "region" => options.region().to_owned(),
            "account" => options.account().to_owned(),
            "partition" => options.partition().to_owned(),
            "endpoint" => options.endpoint().to_owned(),
            "suffix" => options.url_suffix().to_owned(),
            "version" => self.version_number(resource).to_string(),
            _ => match name.strip_suffix("|arn") {
                Some(property) => self.function_arn(&self.scalar_property(resource, property)),
                None => self.scalar_property(resource, name),
            },
        }
    }

    /// The number that a version of a function gets: they are published in the order of the template.
    fn version_number(&self, version: &Resource<'_>) -> usize {
        let function =
            |resource: &Resource<'_>| resource.body.object("Properties").and_then(|all| all.get("FunctionName")).map(Node::to_json);
        let before = self.active().take_while(|other| other.id != version.id);
        before.filter(|other| other.kind == version.kind && function(other) == function(version)).count() + 1
    }

    fn scalar_property(&self, resource: &Resource<'_>, name: &str) -> String {
        self.property(resource, name).and_then(|node| node.scalar()).unwrap_or_default()
    }

    /// The ARN of the function that `name` names, be it a name or an ARN.
    pub(crate) fn function_arn(&self, name: &str) -> String {
        let options = &self.cx.options;
        if name.starts_with("arn:") {
            return name.to_owned();
        }
        format!("arn:{}:lambda:{}:{}:function:{name}", options.partition(), options.region(), options.account())
    }
}

fn attribute_pattern(row: &ResourceType, attribute: &str) -> Option<&'static str> {
    row.attributes.iter().find(|(name, _)| *name == attribute).map(|(_, pattern)| *pattern)
}

/// `stack-id-suffix`, the first two cut so that all of it is at most `longest` characters.
fn joined(stack: &str, id: &str, suffix: &str, longest: usize) -> String {
    let room = longest.saturating_sub(suffix.len() + 2);
    let id_room = id.chars().count().min(room.saturating_sub(stack.chars().count().min(room / 2)));
    let cut = |text: &str, most: usize| text.chars().take(most).collect::<String>();
    let id = cut(id, id_room);
    format!("{}-{id}-{suffix}", cut(stack, room - id_room))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_cut_and_the_same_in_every_run() {
        assert_eq!(joined("shop", "Hello", "123456789012", 64), "shop-Hello-123456789012");
        let long = joined(&"s".repeat(80), &"L".repeat(80), "123456789012", 64);
        assert_eq!((long.len(), long.matches('s').count(), long.matches('L').count()), (64, 25, 25));
        assert_eq!(joined(&"s".repeat(80), "Hi", "123456789012", 64).len(), 64);
        assert_eq!((suffix("a"), suffix("a").len()), (suffix("a"), 12));
        assert_ne!(suffix("a"), suffix("b"));
        assert_eq!(uuid("a").len(), 36);
    }
}
