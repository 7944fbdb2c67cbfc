//! Ops: what the JavaScript of the guest asks of its Rust side. User code reaches none of them; it never sees the object they hang on.

use deno_core::{OpState, ToJsBuffer, op2, v8};
use deno_error::JsErrorBox;
use greenroom_channel::FrameKind;
use greenroom_channel::message::{Body, HeaderBlock, LogLevel, ResponseHead, decode_result, encode_call};
use serde::Serialize;

use crate::state::Shared;
use crate::text::with_text;

fn shared(state: &mut OpState) -> &Shared {
    state.borrow::<Shared>()
}

/// Names and values of a request's headers, each on a line; what is not UTF-8 becomes U+FFFD, as the vendor has it.
#[op2]
#[string]
pub(crate) fn op_request_headers(state: &mut OpState, #[smi] invocation: u32) -> Result<String, JsErrorBox> {
    let headers = shared(state).take_headers(invocation);
    let headers = headers.ok_or_else(|| JsErrorBox::generic("The headers of this request can no longer be read: its event is over."))?;
    Ok(header_text(&headers))
}

fn header_text(headers: &HeaderBlock) -> String {
    let mut text = String::with_capacity(headers.0.len());
    for (name, value) in headers.iter() {
        if !text.is_empty() {
            text.push('\n');
        }
        text.push_str(&String::from_utf8_lossy(name));
        text.push('\n');
        text.push_str(&String::from_utf8_lossy(value));
    }
    text
}

#[op2(fast)]
pub(crate) fn op_respond(
    state: &mut OpState,
    scope: &mut v8::PinScope<'_, '_>,
    #[smi] id: u32,
    #[smi] status: u32,
    #[string] headers: &str,
    body: v8::Local<'_, v8::Value>,
) -> Result<(), JsErrorBox> {
    with_text(scope, body, |body| respond(state, id, status, headers, body.as_bytes())).ok_or_else(no_text)
}

/// Strings come here as they are, so that what is missing is memory.
fn no_text() -> JsErrorBox {
    JsErrorBox::range_error("there is no memory for the bytes of a text")
}

#[op2(fast)]
pub(crate) fn op_respond_bytes(state: &mut OpState, #[smi] id: u32, #[smi] status: u32, #[string] headers: &str, #[buffer] body: &[u8]) {
    respond(state, id, status, headers, body);
}

fn respond(state: &mut OpState, id: u32, status: u32, headers: &str, body: &[u8]) {
    let shared = shared(state);
    let took = shared.request_is_answered(id);
    let status = u16::try_from(status).unwrap_or(500);
    shared.link().send(FrameKind::Respond, id, |out| ResponseHead::encode_whole(out, status, took, headers.as_bytes(), body));
}

#[op2(fast)]
pub(crate) fn op_respond_stream(state: &mut OpState, #[smi] id: u32, #[smi] status: u32, #[string] headers: &str) {
    let status = u16::try_from(status).unwrap_or(500);
    let shared = shared(state);
    let took = shared.request_is_answered(id);
    shared.link().send(FrameKind::Respond, id, |out| ResponseHead::encode(out, status, took, headers.as_bytes(), &Body::Stream));
}

#[op2(fast)]
pub(crate) fn op_failed(state: &mut OpState, #[smi] id: u32, #[string] failure: &str) {
    let shared = shared(state);
    shared.link().send(FrameKind::Failed, id, |out| out.extend_from_slice(failure.as_bytes()));
}

#[op2(fast)]
pub(crate) fn op_done(state: &mut OpState, #[smi] id: u32) {
    let shared = shared(state);
    let cpu = shared.cpu_of(id);
    shared.invocation_is_over(id);
    shared.link().send(FrameKind::Done, id, |out| {
        if cpu > 0 {
            out.extend_from_slice(&cpu.to_le_bytes());
        }
    });
}

#[op2(fast)]
pub(crate) fn op_overdue(state: &mut OpState, #[smi] id: u32) {
    shared(state).link().send(FrameKind::Overdue, id, |_| {});
}

#[op2(fast)]
pub(crate) fn op_leave(state: &mut OpState) {
    shared(state).leave();
}

#[op2(fast)]
pub(crate) fn op_timer_at_once(state: &mut OpState) {
    shared(state).timer_runs_at_once();
}

#[op2(fast)]
pub(crate) fn op_log(state: &mut OpState, #[smi] invocation: u32, #[smi] level: u32, #[string] text: &str) {
    let level = LogLevel::from_byte(u8::try_from(level).unwrap_or(1)) as u8;
    shared(state).link().send(FrameKind::Log, invocation, |out| {
        out.push(level);
        out.extend_from_slice(text.as_bytes());
    });
}

#[op2(fast)]
pub(crate) fn op_body_data(state: &mut OpState, id: u32, #[buffer] bytes: &[u8]) {
    shared(state).link().send(FrameKind::Data, id, |out| out.extend_from_slice(bytes));
}

#[op2(fast)]
pub(crate) fn op_body_end(state: &mut OpState, id: u32) {
    shared(state).link().send(FrameKind::End, id, |_| {});
}

#[op2(fast)]
pub(crate) fn op_body_fail(state: &mut OpState, id: u32, #[string] why: &str) {
    shared(state).link().send(FrameKind::Fail, id, |out| out.extend_from_slice(why.as_bytes()));
}

#[op2(fast)]
pub(crate) fn op_body_credit(state: &mut OpState, id: u32, #[smi] bytes: u32) {
    shared(state).link().send(FrameKind::Credit, id, |out| out.extend_from_slice(&bytes.to_le_bytes()));
}

#[op2(fast)]
pub(crate) fn op_body_stop(state: &mut OpState, id: u32) {
    shared(state).link().send(FrameKind::Stop, id, |_| {});
}

#[op2(fast)]
pub(crate) fn op_call(
    state: &mut OpState,
    scope: &mut v8::PinScope<'_, '_>,
    #[smi] id: u32,
    #[smi] invocation: u32,
    #[string] binding: &str,
    #[string] method: &str,
    args: v8::Local<'_, v8::Value>,
    as_text: bool,
) -> Result<(), JsErrorBox> {
    with_text(scope, args, |args| call(state, id, &CallHead { invocation, binding, method, args, as_text }, &Body::Empty))
        .ok_or_else(no_text)
}

#[op2(fast)]
pub(crate) fn op_call_body(
    state: &mut OpState,
    #[smi] id: u32,
    #[smi] invocation: u32,
    #[string] binding: &str,
    #[string] method: &str,
    #[string] args: &str,
    #[buffer] body: &[u8],
    as_text: bool,
) {
    let body = Body::Inline(bytes::Bytes::copy_from_slice(body));
    call(state, id, &CallHead { invocation, binding, method, args, as_text }, &body);
}

#[op2(fast)]
pub(crate) fn op_call_stream(
    state: &mut OpState,
    #[smi] id: u32,
    #[smi] invocation: u32,
    #[string] binding: &str,
    #[string] method: &str,
    #[string] args: &str,
) {
    call(state, id, &CallHead { invocation, binding, method, args, as_text: false }, &Body::Stream);
}

struct CallHead<'a> {
    invocation: u32,
    binding: &'a str,
    method: &'a str,
    args: &'a str,
    as_text: bool,
}

fn call(state: &mut OpState, id: u32, head: &CallHead<'_>, body: &Body) {
    let shared = shared(state);
    if head.as_text {
        shared.wants_text(id);
    }
    shared.call_begins(id, head.invocation);
    shared.link().send(FrameKind::Call, id, |out| {
        encode_call(out, head.invocation, head.binding, head.method, head.args.as_bytes(), body);
    });
}

/// What a synchronous call gives back to JavaScript.
#[derive(Serialize)]
pub(crate) struct SyncResult {
    error: Option<String>,
    value: String,
    body: Option<ToJsBuffer>,
}

#[op2]
#[serde]
pub(crate) fn op_call_sync(
    state: &mut OpState,
    #[smi] invocation: u32,
    #[string] binding: &str,
    #[string] method: &str,
    #[string] args: &str,
) -> Result<SyncResult, JsErrorBox> {
    let shared = shared(state);
    let id = shared.next_sync_call();
    let answer = shared
        .link()
        .call_sync(id, |out| encode_call(out, invocation, binding, method, args.as_bytes(), &Body::Empty))
        .map_err(|error| JsErrorBox::generic(format!("the host did not answer: {error}")))?
        .ok_or_else(|| JsErrorBox::generic("the host is gone"))?;
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    if answer.kind == FrameKind::ResultError {
        return Ok(SyncResult { error: Some(text(&answer.payload)), value: String::new(), body: None });
    }
    let (value, body) = decode_result(&answer.payload).map_err(|error| JsErrorBox::generic(error.to_string()))?;
    let body = match body {
        Body::Inline(bytes) => Some(ToJsBuffer::from(bytes.to_vec())),
        Body::Empty | Body::Stream => None,
    };
    Ok(SyncResult { error: None, value: text(&value), body })
}

/// The bytes of a module that is no code.
#[op2]
#[buffer]
pub(crate) fn op_data_module(state: &mut OpState, #[string] name: &str) -> Result<Vec<u8>, JsErrorBox> {
    let content = shared(state).data_module(name);
    content.map(|bytes| bytes.to_vec()).ok_or_else(|| JsErrorBox::generic(format!("No such module \"{name}\".")))
}

/// Allows or refuses code made from strings. False: the engine has no such switch, and JavaScript has to stand in front.
#[op2(fast)]
pub(crate) fn op_allow_code_generation(scope: &mut v8::PinScope<'_, '_>, allow: bool) -> bool {
    crate::engine::allow_code_generation(scope, allow)
}
