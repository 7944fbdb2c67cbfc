//! The shapes of a service: what its operations take and give, and where on the wire each part stands. Declared once, as text; requests are
//! read, checked and answered by them.

mod text;
mod uri;
mod validate;

use std::collections::BTreeMap;
use std::sync::OnceLock;

use crate::error::ApiError;

pub use text::Malformed;
pub use uri::{Captures, Uri};
pub use validate::{Violation, sentence};

/// How requests and answers of a service are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Protocol {
    /// JSON bodies, with parameters in paths, queries and headers.
    RestJson,
    /// The same with XML.
    RestXml,
    /// `X-Amz-Target` and a JSON body, media type `application/x-amz-json-1.0`.
    Json10,
    /// The same, `application/x-amz-json-1.1`.
    Json11,
    /// Form fields in, XML out.
    Query,
    /// Smithy's RPC v2: the operation in the path, CBOR in and out.
    Cbor,
}

impl Protocol {
    /// Every protocol by the name that models have for it.
    pub const ALL: &[(Self, &str)] = &[
        (Self::RestJson, "rest-json"),
        (Self::RestXml, "rest-xml"),
        (Self::Json10, "json-1.0"),
        (Self::Json11, "json"),
        (Self::Query, "query"),
        (Self::Cbor, "smithy-rpc-v2-cbor"),
    ];
}

/// A service's shapes.
#[derive(Debug)]
pub struct Model {
    /// The name in the scope of signatures: `lambda`.
    pub service: String,
    /// What its own clients speak.
    pub protocol: Protocol,
    /// `2015-03-31`.
    pub version: String,
    /// What stands before the dot in `X-Amz-Target`; empty where there is no such header.
    pub target: String,
    /// What it answers to beside that: what clients of another time, or of another language, speak.
    pub also: Vec<Protocol>,
    /// The namespace of its XML; empty where it has none.
    pub namespace: String,
    /// What stands before the `#` in the types of its errors: `com.amazonaws.sqs`; empty where there is no `#`.
    pub errors: String,
    /// The member that the request's own address is, where a form says none: `QueueUrl`.
    pub address: Option<String>,
    /// Operations that are not to be had at the address of one thing: those that make things, or list them.
    pub elsewhere: Vec<String>,
    /// What a host has before the service's name is the first part of the path: `bucket.s3.us-east-1.amazonaws.com`.
    pub hosted: bool,
    /// What it says to a request that breaks its shapes. Most say AWS's sentence; some have texts of their own.
    pub refuse: fn(&[Violation]) -> ApiError,
    /// In the order of the text.
    pub operations: Vec<OperationShape>,
    shapes: BTreeMap<String, Shape>,
}

/// An operation as its callers see it.
#[derive(Debug)]
pub struct OperationShape {
    /// `CreateFunction`.
    pub name: String,
    /// `POST`.
    pub method: http::Method,
    /// `/2015-03-31/functions/{FunctionName}`.
    pub uri: Uri,
    /// The status of an answer that says nothing else.
    pub status: u16,
    /// The structure that it takes.
    pub input: Option<String>,
    /// The structure that it gives.
    pub output: Option<String>,
}

/// A type with its bounds.
#[derive(Debug)]
pub struct Shape {
    /// What it is.
    pub kind: Kind,
    /// The least length, size or value, as written.
    pub least: Option<Bound>,
    /// The greatest.
    pub most: Option<Bound>,
}

/// A bound, as it was written and as a number.
#[derive(Debug, Clone)]
pub struct Bound {
    /// `0.0`
    pub text: String,
    /// Its value.
    pub value: f64,
}

/// What a shape is.
#[derive(Debug)]
pub enum Kind {
    /// Members by name.
    Structure(Structure),
    /// Items of one shape.
    List(List),
    /// Keys of one shape, values of another.
    Map(Map),
    /// A text.
    Text(Text),
    /// A whole number.
    Integer,
    /// A number.
    Double,
    /// True or false.
    Boolean,
    /// Bytes; in JSON as base64.
    Blob,
    /// An instant.
    Timestamp,
}

/// Items.
#[derive(Debug)]
pub struct List {
    /// Their shape.
    pub item: String,
    /// What one is called in forms and XML; none: `member`.
    pub name: Option<String>,
    /// In forms and XML they stand without anything around them all.
    pub flat: bool,
}

/// Keys with values.
#[derive(Debug)]
pub struct Map {
    /// The shape of keys.
    pub key: String,
    /// The shape of values.
    pub value: String,
    /// What a key is called in forms and XML, and what a value.
    pub names: (String, String),
    /// In forms and XML they stand without anything around them all.
    pub flat: bool,
}

/// What a text may be.
#[derive(Debug, Default)]
pub struct Text {
    /// One of these words; empty: no list of words.
    pub words: Vec<String>,
    /// The whole of it matches this.
    pub pattern: Option<String>,
    compiled: OnceLock<Option<fancy_regex::Regex>>,
}

/// Members of a structure, and what it is beside that.
#[derive(Debug, Default)]
pub struct Structure {
    /// In order.
    pub members: Vec<Member>,
    /// The member that is the whole body.
    pub payload: Option<String>,
    /// Its members are events of a stream.
    pub stream: bool,
    /// It is an error: status and code. The code is that of the query protocol, where the service speaks that.
    pub error: Option<(u16, String)>,
    /// What it is called as the outermost element of XML; none: by its own name.
    pub xml: Option<String>,
}

/// One member of a structure.
#[derive(Debug)]
pub struct Member {
    /// Its name.
    pub name: String,
    /// Its shape.
    pub shape: String,
    /// Whether it has to be there.
    pub required: bool,
    /// Where it stands.
    pub place: Place,
    /// What it is called there.
    pub wire: String,
    /// What it is called in forms and XML; mostly the same.
    pub form: String,
    /// A list or map that stands in forms and XML without anything around it, here if not everywhere.
    pub flat: bool,
    /// In XML it is an attribute.
    pub attribute: bool,
}

/// Where on the wire a member stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// In the body.
    Body,
    /// In the path.
    Uri,
    /// In the query.
    Query,
    /// In a header.
    Header,
    /// In headers that begin so.
    Headers,
    /// It is the status.
    Status,
}

impl Model {
    /// The same, saying something else to a request that breaks the shapes.
    #[must_use]
    pub fn refusing(self, refuse: fn(&[Violation]) -> ApiError) -> Self {
        Self { refuse, ..self }
    }

    /// The shape of that name; none where the model has no such shape.
    #[must_use]
    pub fn shape(&self, name: &str) -> Option<&Shape> {
        self.shapes.get(name)
    }

    /// The structure of that name.
    #[must_use]
    pub fn structure(&self, name: &str) -> Option<&Structure> {
        match &self.shapes.get(name)?.kind {
            Kind::Structure(structure) => Some(structure),
            _ => None,
        }
    }

    /// The error of that code, with its name: it may stand in the model with a namespace of its own before it.
    #[must_use]
    pub fn error(&self, code: &str) -> Option<(&str, &Structure)> {
        let named = |name: &str| name == code || name.strip_suffix(code).is_some_and(|before| before.ends_with('#'));
        self.shapes.iter().find_map(|(name, shape)| match &shape.kind {
            Kind::Structure(structure) if structure.error.is_some() && named(name) => Some((name.as_str(), structure)),
            _ => None,
        })
    }

    /// What forms call a member: with nothing around them all, items' own name stands where the member's would.
    #[must_use]
    pub fn form_name<'a>(&'a self, member: &'a Member) -> &'a str {
        match self.shape(&member.shape).map(|shape| &shape.kind) {
            Some(Kind::List(list)) if list.flat || member.flat => list.name.as_ref().unwrap_or(&member.form),
            _ => &member.form,
        }
    }

    /// Whether the service answers to that.
    #[must_use]
    pub fn speaks(&self, protocol: Protocol) -> bool {
        self.protocol == protocol || self.also.contains(&protocol)
    }

    /// The operation of that name.
    #[must_use]
    pub fn operation(&self, name: &str) -> Option<&OperationShape> {
        self.operations.iter().find(|operation| operation.name == name)
    }

    /// The operation that a request is for, by its path, with what the path says. The more literal one wins.
    #[must_use]
    pub fn route(&self, method: &http::Method, path: &str, query: &str) -> Option<(&OperationShape, Captures)> {
        let of_method = self.operations.iter().filter(|operation| operation.method == method);
        let matching = of_method.filter_map(|operation| operation.uri.captures(path, query).map(|captures| (operation, captures)));
        matching.max_by_key(|(operation, _)| operation.uri.literal())
    }
}

impl Text {
    /// Whether the whole of `text` matches the pattern; so does everything where there is none.
    fn matches(&self, text: &str) -> bool {
        let Some(pattern) = &self.pattern else { return true };
        let compile = || fancy_regex::Regex::new(&format!("^(?:{pattern})$")).ok();
        // A pattern that this engine does not know refuses nothing.
        self.compiled.get_or_init(compile).as_ref().is_none_or(|compiled| compiled.is_match(text).unwrap_or(true))
    }
}

#[cfg(test)]
mod tests;
