//! The payloads. What a request needs on its way is packed by hand; what happens once per version is JSON.

use bytes::Bytes;
use serde::{Deserialize, Serialize};

use crate::call::{Call, CallResult};
use crate::codec::{CodecError, Reader, put_block};

/// What a guest evaluates while it waits for code.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Prepare {
    /// Scripts of bindings and of the platform: name and source.
    pub scripts: Vec<(String, String)>,
}

/// A version of an app.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Load {
    /// The app's name, for messages.
    pub app: String,
    /// The platform: which of the prepared scripts takes events.
    pub platform: String,
    /// `YYYY-MM-DD`.
    pub compatibility_date: Option<String>,
    /// Flags as the user wrote them.
    pub compatibility_flags: Vec<String>,
    /// Plain values of the environment.
    pub vars: Vec<(String, serde_json::Value)>,
    /// Bindings of the environment.
    pub bindings: Vec<BindingHead>,
    /// What it may use.
    pub cpu_ms: u64,
    /// Whether that is for a whole invocation, or for each turn of the event loop.
    #[serde(default)]
    pub cpu_per_invocation: bool,
    /// CPU time for the top level of its modules, in milliseconds.
    pub startup_cpu_ms: u64,
    /// Heap, in bytes.
    pub heap_bytes: usize,
    /// How long work may go on after an answer before the guest says so, in milliseconds.
    pub wait_until_ms: u64,
    /// How strictly limits are held that a script of the platform counts.
    #[serde(default)]
    pub profile: greenroom_host::Profile,
    /// What the entry module exports.
    pub exports: Vec<String>,
    /// The number of the guest that is loaded; no other of this run has it. Set by the supervisor.
    pub guest: u64,
    /// Modules: name, kind; contents follow in the same order behind the JSON.
    pub modules: Vec<ModuleHead>,
}

/// A binding as the guest needs to know it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct BindingHead {
    /// Its name in the environment.
    pub name: String,
    /// Its kind: which of the prepared scripts makes it.
    pub kind: String,
    /// What its script needs to know beside that.
    #[serde(default)]
    pub options: serde_json::Value,
}

/// A module as the guest needs to know it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ModuleHead {
    /// Its specifier.
    pub name: String,
    /// `ESModule`, `Text`, `Data`, `CompiledWasm`.
    pub kind: String,
}

impl Load {
    /// Appends the payload: this as JSON, then each module's content.
    ///
    /// # Panics
    /// Never: everything in it is JSON.
    pub fn encode(&self, contents: &[Bytes], out: &mut Vec<u8>) {
        put_block(out, &serde_json::to_vec(self).expect("invariant: a load is JSON"));
        for content in contents {
            put_block(out, content);
        }
    }

    /// Takes the payload apart.
    pub fn decode(payload: &Bytes) -> Result<(Self, Vec<Bytes>), CodecError> {
        let mut reader = Reader::new(payload, "load");
        let head: Self = serde_json::from_slice(reader.block()?).map_err(|_| CodecError::Payload("load"))?;
        let contents = head.modules.iter().map(|_| Ok(payload.slice_ref(reader.block()?))).collect::<Result<_, _>>()?;
        Ok((head, contents))
    }
}

/// Whether code could be loaded.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Loaded {
    /// Why not.
    pub error: Option<Failure>,
    /// The handlers that the code exports: `fetch`, `scheduled`.
    pub handlers: Vec<String>,
}

/// Why an invocation or a load came to nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    /// What kind of failure.
    pub kind: FailureKind,
    /// The error's class: `TypeError`.
    pub name: String,
    /// The error's text.
    pub message: String,
    /// The stack as the engine gives it, first line included.
    pub stack: String,
    /// The error itself as the platform's scripts hand it to the app that called; none where nobody did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub carried: Option<String>,
}

/// What kind of failure.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum FailureKind {
    /// The code threw.
    #[default]
    Threw,
    /// Nothing will ever settle the promise that it returned.
    Hung,
    /// Stopped for using too much CPU time.
    Cpu,
    /// Stopped for using too much memory.
    Memory,
}

/// The last words of a guest.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Fatal {
    /// Why it ends.
    pub kind: FailureKind,
    /// In words.
    pub message: String,
}

/// What time it is for the code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Time {
    /// That of the machine.
    Runs,
    /// It stands still at so many milliseconds since 1970.
    Stands(u64),
}

impl Time {
    /// Appends the payload.
    pub fn encode(self, out: &mut Vec<u8>) {
        if let Self::Stands(at) = self {
            out.extend_from_slice(&at.to_le_bytes());
        }
    }

    /// Takes the payload apart.
    #[must_use]
    pub fn decode(payload: &[u8]) -> Self {
        payload.first_chunk::<8>().map_or(Self::Runs, |at| Self::Stands(u64::from_le_bytes(*at)))
    }
}

/// The timers of a guest's code.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TimerList {
    /// How many there are.
    pub count: u32,
    /// How many without delay ran by themselves since the question.
    pub ran: u64,
    /// When the first of them are due, in milliseconds since 1970, soonest first.
    pub due: Vec<u64>,
}

impl TimerList {
    /// Appends the payload.
    pub fn encode(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.count.to_le_bytes());
        out.extend_from_slice(&self.ran.to_le_bytes());
        for due in &self.due {
            out.extend_from_slice(&due.to_le_bytes());
        }
    }

    /// Takes the payload apart.
    pub fn decode(payload: &Bytes) -> Result<Self, CodecError> {
        let mut reader = Reader::new(payload, "timers");
        let (count, ran) = (reader.u32()?, reader.u64()?);
        let due = reader.bytes(reader.left())?.chunks_exact(8).filter_map(|due| Some(u64::from_le_bytes(*due.first_chunk()?)));
        Ok(Self { count, ran, due: due.collect() })
    }
}

/// How grave a line of output is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum LogLevel {
    /// `console.debug`
    Debug = 0,
    /// `console.log`, `console.info`
    Info = 1,
    /// `console.warn`
    Warn = 2,
    /// `console.error`
    Error = 3,
}

impl LogLevel {
    /// The level that `byte` stands for; anything unknown is `Info`.
    #[must_use]
    pub fn from_byte(byte: u8) -> Self {
        match byte {
            0 => Self::Debug,
            2 => Self::Warn,
            3 => Self::Error,
            _ => Self::Info,
        }
    }
}

/// A body as its head announces it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Body {
    /// There is none.
    Empty,
    /// It is here, whole.
    Inline(Bytes),
    /// It comes as a stream under the id of the message.
    Stream,
}

const BODY_EMPTY: u8 = 0;
const BODY_INLINE: u8 = 1;
const BODY_STREAM: u8 = 2;

fn put_body(out: &mut Vec<u8>, body: &Body) {
    match body {
        Body::Empty => out.push(BODY_EMPTY),
        Body::Stream => out.push(BODY_STREAM),
        Body::Inline(bytes) => {
            out.push(BODY_INLINE);
            out.extend_from_slice(bytes);
        }
    }
}

fn take_body(reader: &mut Reader<'_>, payload: &Bytes) -> Result<Body, CodecError> {
    Ok(match reader.u8()? {
        BODY_EMPTY => Body::Empty,
        BODY_STREAM => Body::Stream,
        BODY_INLINE => Body::Inline(payload.slice_ref(reader.bytes(reader.left())?)),
        _ => return Err(CodecError::Payload("body")),
    })
}

/// Headers in the order in which they came: `count: u16`, then name and value, each preceded by its length as `u32`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct HeaderBlock(pub Bytes);

impl HeaderBlock {
    /// Packs headers.
    pub fn encode<'a>(out: &mut Vec<u8>, count: usize, headers: impl Iterator<Item = (&'a [u8], &'a [u8])>) {
        out.extend_from_slice(&u16::try_from(count).unwrap_or(u16::MAX).to_le_bytes());
        for (name, value) in headers {
            put_block(out, name);
            put_block(out, value);
        }
    }

    /// Every name and value, in order.
    pub fn iter(&self) -> impl Iterator<Item = (&[u8], &[u8])> {
        let mut reader = Reader::new(&self.0, "headers");
        let count = reader.u16().unwrap_or(0);
        (0..count).map_while(move |_| Some((reader.block().ok()?, reader.block().ok()?)))
    }
}

/// Stands in place of a length: what is meant is what the last request had.
const AS_BEFORE: u32 = u32::MAX;

/// A request that a guest is to answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestHead {
    /// `GET`.
    pub method: Bytes,
    /// The whole URL.
    pub url: Bytes,
    /// Its headers.
    pub headers: HeaderBlock,
    /// What the platform adds as JSON text (Workers: `request.cf`); empty if nothing.
    pub extra: Bytes,
    /// What in the code is meant, as JSON text of the platform's scripts; empty for what takes requests from outside.
    pub entry: Bytes,
    /// Its body.
    pub body: Body,
}

impl RequestHead {
    /// Appends the payload.
    ///
    /// `before`: what went along as `extra` with the last request to the same guest that had any. Where it is this one's, the same bytes in
    /// the same place, it is only mentioned.
    pub fn encode(&self, out: &mut Vec<u8>, before: &mut Bytes) {
        put_block(out, &self.method);
        put_block(out, &self.url);
        put_block(out, &self.headers.0);
        if self.extra.is_empty() {
            put_block(out, &[]);
        } else if self.extra.as_ptr_range() == before.as_ptr_range() {
            out.extend_from_slice(&AS_BEFORE.to_le_bytes());
        } else {
            put_block(out, &self.extra);
            before.clone_from(&self.extra);
        }
        put_block(out, &self.entry);
        put_body(out, &self.body);
    }

    /// Takes the payload apart.
    ///
    /// `before`: the `extra` of the last request that had any, kept for those that only mention it.
    pub fn decode(payload: &Bytes, before: &mut Bytes) -> Result<Self, CodecError> {
        let mut reader = Reader::new(payload, "request");
        let part = |reader: &mut Reader<'_>| Ok(payload.slice_ref(reader.block()?));
        let (method, url, headers) = (part(&mut reader)?, part(&mut reader)?, HeaderBlock(part(&mut reader)?));
        let extra = match reader.u32()? {
            AS_BEFORE => before.clone(),
            0 => Bytes::new(),
            length => {
                // A copy: what else came with the request is not to be kept for so long.
                *before = Bytes::copy_from_slice(reader.bytes(length as usize)?);
                before.clone()
            }
        };
        let entry = part(&mut reader)?;
        Ok(Self { method, url, headers, extra, entry, body: take_body(&mut reader, payload)? })
    }
}

/// The head of an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResponseHead {
    /// The status code.
    pub status: u16,
    /// How long the guest took for it, in microseconds.
    pub took: u32,
    /// Names and values, each on a line of its own: `name\nvalue\n…`. A reason other than the status' own comes first,
    /// under an empty name.
    pub headers: Bytes,
    /// Its body.
    pub body: Body,
}

/// Bytes of an answer beside its headers and its body.
const HEAD: usize = 11;

impl ResponseHead {
    /// Appends the payload.
    pub fn encode(out: &mut Vec<u8>, status: u16, took: u32, headers: &[u8], body: &Body) {
        Self::begin(out, status, took, headers);
        put_body(out, body);
    }

    fn begin(out: &mut Vec<u8>, status: u16, took: u32, headers: &[u8]) {
        out.extend_from_slice(&status.to_le_bytes());
        out.extend_from_slice(&took.to_le_bytes());
        put_block(out, headers);
    }

    /// The same for a body that is whole.
    pub fn encode_whole(out: &mut Vec<u8>, status: u16, took: u32, headers: &[u8], body: &[u8]) {
        out.reserve(HEAD + headers.len() + body.len());
        Self::begin(out, status, took, headers);
        out.push(if body.is_empty() { BODY_EMPTY } else { BODY_INLINE });
        out.extend_from_slice(body);
    }

    /// Takes the payload apart.
    pub fn decode(payload: &Bytes) -> Result<Self, CodecError> {
        let mut reader = Reader::new(payload, "response");
        let status = reader.u16()?;
        let took = reader.u32()?;
        let headers = payload.slice_ref(reader.block()?);
        Ok(Self { status, took, headers, body: take_body(&mut reader, payload)? })
    }

    /// The headers as bytes.
    pub fn header_pairs(&self) -> impl Iterator<Item = (Vec<u8>, Vec<u8>)> {
        let mut lines = self.headers.split(|byte| *byte == b'\n').map(<[u8]>::to_vec);
        std::iter::from_fn(move || Some((lines.next()?, lines.next()?)))
    }
}

/// How the body of a call travels.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CallFrame {
    /// The call; its `body` is what came inline.
    pub call: Call,
    /// The body comes as a stream under the call's id with [`crate::CALL_STREAM`].
    pub streams_body: bool,
}

/// Appends the payload of a call.
pub fn encode_call(out: &mut Vec<u8>, invocation: u32, binding: &str, method: &str, args: &[u8], body: &Body) {
    out.extend_from_slice(&invocation.to_le_bytes());
    put_block(out, binding.as_bytes());
    put_block(out, method.as_bytes());
    put_block(out, args);
    put_body(out, body);
}

/// Takes the payload of a call apart.
pub fn decode_call(payload: &Bytes) -> Result<CallFrame, CodecError> {
    let mut reader = Reader::new(payload, "call");
    let invocation = reader.u32()?;
    let binding = reader.text()?.to_owned();
    let method = reader.text()?.to_owned();
    let args = payload.slice_ref(reader.block()?);
    let (body, streams_body) = match take_body(&mut reader, payload)? {
        Body::Empty => (None, false),
        Body::Inline(bytes) => (Some(bytes), false),
        Body::Stream => (None, true),
    };
    Ok(CallFrame { call: Call { invocation, binding, method, args, body }, streams_body })
}

/// Appends the payload of an answer to a call. `streams_body`: the body comes as a stream.
pub fn encode_result(out: &mut Vec<u8>, result: &CallResult, streams_body: bool) {
    put_block(out, &result.value);
    match (&result.body, streams_body) {
        (_, true) => out.push(BODY_STREAM),
        (None, _) => out.push(BODY_EMPTY),
        (Some(bytes), _) => {
            out.push(BODY_INLINE);
            out.extend_from_slice(bytes);
        }
    }
}

/// Takes the payload of an answer apart: JSON text and body.
pub fn decode_result(payload: &Bytes) -> Result<(Bytes, Body), CodecError> {
    let mut reader = Reader::new(payload, "result");
    let value = payload.slice_ref(reader.block()?);
    Ok((value, take_body(&mut reader, payload)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_survives_the_way() {
        let mut headers = Vec::new();
        HeaderBlock::encode(&mut headers, 1, [(&b"a"[..], &b"b\xff"[..])].into_iter());
        let request = RequestHead {
            method: "POST".into(),
            url: "http://x/?é".into(),
            headers: HeaderBlock(headers.into()),
            extra: Bytes::new(),
            entry: "{}".into(),
            body: Body::Inline("body".into()),
        };
        let mut payload = Vec::new();
        request.encode(&mut payload, &mut Bytes::new());
        let back = RequestHead::decode(&payload.into(), &mut Bytes::new()).unwrap();
        assert_eq!(back, request);
        assert_eq!(back.headers.iter().collect::<Vec<_>>(), [(&b"a"[..], &b"b\xff"[..])]);
    }

    #[test]
    fn what_requests_are_told_is_sent_when_it_changes() {
        let (here, there) = (Bytes::from("{\"country\":\"DE\"}"), Bytes::from("{\"country\":\"US\"}"));
        let (mut sent, mut known, mut sizes) = (Bytes::new(), Bytes::new(), Vec::new());
        for extra in [here.clone(), here.clone(), Bytes::new(), here.clone(), there.clone(), there, here] {
            let headers = HeaderBlock::default();
            let request = RequestHead { method: "GET".into(), url: "/".into(), headers, extra, entry: Bytes::new(), body: Body::Empty };
            let mut payload = Vec::new();
            request.encode(&mut payload, &mut sent);
            sizes.push(payload.len());
            assert_eq!(RequestHead::decode(&payload.into(), &mut known).unwrap(), request);
        }
        let least = sizes[2];
        assert_eq!(sizes, [16, 0, 0, 0, 16, 0, 16].map(|more| least + more));
    }

    #[test]
    fn a_cut_payload_is_an_error_wherever_it_is_cut() {
        let mut payload = Vec::new();
        encode_call(&mut payload, 1, "KV", "get", b"[\"a\"]", &Body::Empty);
        for end in 0..payload.len() {
            assert!(decode_call(&Bytes::copy_from_slice(&payload[..end])).is_err(), "{end}");
        }
        assert_eq!(decode_call(&payload.into()).unwrap().call.method, "get");
    }

    #[test]
    fn times_and_timers_survive_the_way() {
        for time in [Time::Runs, Time::Stands(0), Time::Stands(1_700_000_000_123)] {
            let mut payload = Vec::new();
            time.encode(&mut payload);
            assert_eq!(Time::decode(&payload), time);
        }
        let timers = TimerList { count: 3, ran: 9, due: vec![1, u64::MAX] };
        let mut payload = Vec::new();
        timers.encode(&mut payload);
        assert_eq!(TimerList::decode(&payload.into()).unwrap(), timers);
    }

    #[test]
    fn header_text_becomes_the_bytes_it_stands_for() {
        let mut payload = Vec::new();
        ResponseHead::encode(&mut payload, 200, 7, "a\né\nb\nc".as_bytes(), &Body::Stream);
        let head = ResponseHead::decode(&payload.into()).unwrap();
        assert_eq!(head.header_pairs().collect::<Vec<_>>(), [(b"a".to_vec(), vec![0xc3, 0xa9]), (b"b".to_vec(), b"c".to_vec())]);
    }
}
