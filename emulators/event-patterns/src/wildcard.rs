//! Texts with `*`, which stands for any number of characters.

use std::collections::{BTreeSet, HashSet};

/// How many parts of wildcards may have taken the same byte of a text. AWS publishes no number: patterns where nine can are known to be
/// taken, and where eleven can to be refused.
/// <https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html#eb-filtering-wildcard-matching-complexity>
const MOST_AT_ONCE: usize = 10;

/// So many states are looked at before a pattern is taken to be simple enough.
const MOST_STATES: usize = 2_000;

/// A text with wildcards.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Wildcard {
    parts: Vec<Part>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    Byte(u8),
    Any,
}

impl Wildcard {
    /// Reads one. `\*` is an asterisk and `\\` a backslash.
    ///
    /// # Errors
    /// AWS's words for what is wrong.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let mut parts = Vec::with_capacity(text.len());
        let mut bytes = text.bytes().enumerate().peekable();
        while let Some((at, byte)) = bytes.next() {
            let next = bytes.peek().map(|(_, next)| *next);
            parts.push(match (byte, next) {
                // AWS counts the quote before the text.
                (b'*', Some(b'*')) => return Err(format!("Consecutive wildcard characters at pos {}", at + 1)),
                (b'*', _) => Part::Any,
                (b'\\', Some(escaped @ (b'*' | b'\\'))) => {
                    bytes.next();
                    Part::Byte(escaped)
                }
                (b'\\', _) => return Err(format!("Invalid escape character at pos {}", at + 1)),
                _ => Part::Byte(byte),
            });
        }
        Ok(Self { parts })
    }

    /// Whether a text is like this. Takes time by the product of both lengths at most.
    pub(crate) fn matches(&self, text: &str) -> bool {
        let (text, mut at, mut part) = (text.as_bytes(), 0, 0);
        // Where the last `*` is, and where the text goes on behind it.
        let mut retry = None;
        while at < text.len() {
            match self.parts.get(part) {
                Some(Part::Byte(byte)) if *byte == text[at] => (at, part) = (at + 1, part + 1),
                Some(Part::Any) => {
                    retry = Some((part, at));
                    part += 1;
                }
                _ => match retry {
                    Some((any, from)) => {
                        retry = Some((any, from + 1));
                        (at, part) = (from + 1, any + 1);
                    }
                    None => return false,
                },
            }
        }
        self.parts[part..].iter().all(|rest| *rest == Part::Any)
    }
}

/// The parts that can have taken the last byte of a text, of all wildcards. There is no last byte at the beginning.
type State = BTreeSet<(usize, Option<usize>)>;

/// Whether matching these wildcards of one path is more work than AWS takes on: whether many of their parts can have taken the same
/// byte of some text.
pub(crate) fn too_complex(wildcards: &[&Wildcard]) -> bool {
    let start: State = (0..wildcards.len()).map(|wildcard| (wildcard, None)).collect();
    let (mut seen, mut open) = (HashSet::from([start.clone()]), vec![start]);
    while let Some(state) = open.pop() {
        for byte in bytes_after(wildcards, &state) {
            let next = after(wildcards, &state, byte);
            if next.len() > MOST_AT_ONCE {
                return true;
            }
            if seen.len() < MOST_STATES && seen.insert(next.clone()) {
                open.push(next);
            }
        }
    }
    false
}

/// The parts that may take the next byte.
fn candidates(parts: &[Part], taken: Option<usize>) -> impl Iterator<Item = (usize, Part)> + '_ {
    let at = match taken {
        None => 0,
        // It may take more.
        Some(any) if parts[any] == Part::Any => any,
        Some(byte) => byte + 1,
    };
    // Behind a `*` the part after it may begin at once.
    let many = if parts.get(at) == Some(&Part::Any) { 2 } else { 1 };
    parts.iter().copied().enumerate().skip(at).take(many)
}

/// The bytes on which more happens in a state than on all others.
fn bytes_after(wildcards: &[&Wildcard], state: &State) -> BTreeSet<u8> {
    let parts = state.iter().flat_map(|(wildcard, taken)| candidates(&wildcards[*wildcard].parts, *taken));
    let byte = |(_, part)| match part {
        Part::Byte(byte) => Some(byte),
        Part::Any => None,
    };
    parts.filter_map(byte).collect()
}

fn after(wildcards: &[&Wildcard], state: &State, byte: u8) -> State {
    let takes = |part: Part| part == Part::Any || part == Part::Byte(byte);
    let next = |(wildcard, taken): &(usize, Option<usize>)| {
        let wildcard = *wildcard;
        let takers = candidates(&wildcards[wildcard].parts, *taken).filter(move |(_, part)| takes(*part));
        takers.map(move |(at, _)| (wildcard, Some(at))).collect::<Vec<_>>()
    };
    state.iter().flat_map(next).collect()
}
