//! Paths with places for parameters: `/layers/{LayerName}/versions?find=LayerVersion`.

use crate::encoding::{pairs, percent_decode};

/// What a path says, by the name of the place.
pub type Captures = Vec<(String, String)>;

/// A path with places, and what the query must have beside it.
#[derive(Debug)]
pub struct Uri {
    parts: Vec<Part>,
    query: Vec<(String, String)>,
}

#[derive(Debug)]
enum Part {
    Literal(String),
    /// One part of a path.
    Place(String),
    /// The rest of a path.
    Rest(String),
}

impl Uri {
    pub(super) fn new(text: &str) -> Self {
        let (path, query) = text.split_once('?').unwrap_or((text, ""));
        let part = |part: &str| match part.strip_prefix('{').and_then(|part| part.strip_suffix('}')) {
            None => Part::Literal(part.to_owned()),
            Some(name) => match name.strip_suffix('+') {
                None => Part::Place(name.to_owned()),
                Some(name) => Part::Rest(name.to_owned()),
            },
        };
        Self { parts: segments(path).map(part).collect(), query: pairs(query) }
    }

    /// How much of it is no place.
    pub(super) fn literal(&self) -> usize {
        self.parts.iter().filter(|part| matches!(part, Part::Literal(_))).count() + self.query.len()
    }

    /// What `path`, which is still encoded, says in the places; none where it is another path.
    pub(super) fn captures(&self, path: &str, query: &str) -> Option<Captures> {
        let mut captures = Vec::new();
        let mut rest = segments(path);
        for part in &self.parts {
            match part {
                Part::Rest(name) => {
                    let all: Vec<_> = rest.by_ref().collect();
                    captures.push((name.clone(), percent_decode(&all.join("/"))));
                }
                Part::Place(name) => captures.push((name.clone(), percent_decode(rest.next()?))),
                Part::Literal(literal) => (rest.next()? == literal).then_some(())?,
            }
        }
        let given = pairs(query);
        let complete = self.query.iter().all(|wanted| given.contains(wanted));
        (rest.next().is_none() && complete).then_some(captures)
    }
}

/// The parts of a path. A slash at the end makes no difference: old clients send one.
fn segments(path: &str) -> std::str::Split<'_, char> {
    path.trim_start_matches('/').trim_end_matches('/').split('/')
}
