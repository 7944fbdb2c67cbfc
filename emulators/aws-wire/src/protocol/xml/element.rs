//! Documents as trees of elements.

use quick_xml::Reader;
use quick_xml::XmlVersion;
use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::{BytesStart, Event};

use crate::error::ApiError;

/// How deep elements may stand in one another. No service's shapes come near it.
const DEEPEST: usize = 128;

/// An element.
#[derive(Debug, Default)]
pub(in crate::protocol) struct Element {
    /// Its name, without a prefix.
    pub(super) name: String,
    /// Its attributes, with whatever prefix they have.
    pub(super) attributes: Vec<(String, String)>,
    /// The elements in it.
    pub(super) inner: Vec<Element>,
    /// The text in it.
    pub(super) text: String,
}

/// The outermost element of a document.
///
/// # Errors
/// What is no XML, what has entities of its own, and what is too deep.
pub(in crate::protocol) fn parse(document: &[u8]) -> Result<Element, ApiError> {
    let text = std::str::from_utf8(document).map_err(|_| malformed())?;
    tree(text.trim_start_matches('\u{feff}')).ok_or_else(malformed)
}

fn malformed() -> ApiError {
    let message = "The XML you provided was not well-formed or did not validate against our published schema";
    ApiError::new("MalformedXML", 400, message)
}

fn tree(text: &str) -> Option<Element> {
    let mut reader = Reader::from_str(text);
    // The first one is what stands around the document's own.
    let mut open = vec![Element::default()];
    loop {
        match reader.read_event().ok()? {
            Event::Start(_) if open.len() > DEEPEST => return None,
            Event::Start(start) => open.push(element(&start)?),
            Event::Empty(start) => open.last_mut()?.inner.push(element(&start)?),
            Event::End(_) => {
                let done = open.pop()?;
                open.last_mut()?.inner.push(done);
            }
            Event::Text(text) => open.last_mut()?.text.push_str(&text.xml10_content()),
            Event::CData(text) => open.last_mut()?.text.push_str(&text.xml10_content()),
            Event::GeneralRef(entity) => match entity.resolve_char_ref().ok()? {
                Some(letter) => open.last_mut()?.text.push(letter),
                None => open.last_mut()?.text.push_str(resolve_predefined_entity(&entity)?),
            },
            Event::DocType(_) => return None,
            Event::Eof => break,
            _ => {}
        }
    }
    let mut around = open.pop().filter(|_| open.is_empty())?;
    around.inner.pop().filter(|_| around.inner.is_empty())
}

fn element(start: &BytesStart<'_>) -> Option<Element> {
    let mut attributes = Vec::new();
    for attribute in start.attributes() {
        let attribute = attribute.ok()?;
        let value = attribute.normalized_value(XmlVersion::Implicit1_0).ok()?.into_owned();
        attributes.push((AsRef::<str>::as_ref(&attribute.key).to_owned(), value));
    }
    let name = AsRef::<str>::as_ref(&start.local_name()).to_owned();
    Some(Element { name, attributes, ..Element::default() })
}
