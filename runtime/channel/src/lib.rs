//! The one protocol between the host and a guest, over one stream socket.
//!
//! A frame is `length: u32 | kind: u8 | id: u32 | payload`, numbers little-endian, `length` counting everything after itself. What `id`
//! names depends on the kind: an invocation, a call, or a body stream. [`frame`] has the kinds, [`codec`] turns bytes into frames,
//! [`message`] has the payloads, [`call`] what a binding sees of a call; [`rest`] is for both ends when nothing is to be said.
//!
//! Bodies are streams with credit: a sender may have [`WINDOW`] bytes on the way that the receiver has not taken yet. The body of an
//! invocation has the invocation's id, the body of a call has the call's id with [`CALL_STREAM`] set; both directions of one id are
//! different streams.

pub mod call;
pub mod codec;
pub mod frame;
pub mod message;

pub use call::{Call, CallError, CallResult};
pub use codec::{Decoder, encode};
pub use frame::{Frame, FrameKind};
pub use greenroom_host::rest;

/// Bytes of one body that may be on the way without the receiver having taken them.
pub const WINDOW: usize = 256 * 1024;

/// Set in the id of a stream that belongs to a call and not to an invocation.
pub const CALL_STREAM: u32 = 1 << 31;

/// Bodies up to this size that are known whole travel in the frame that announces them.
pub const INLINE_BODY: usize = 64 * 1024;

/// Exit code of a guest that used too much CPU time.
pub const EXIT_CPU: i32 = 70;
/// Exit code of a guest that used too much memory.
pub const EXIT_MEMORY: i32 = 71;
/// Exit code of a guest that could not make sense of the host, or lost it.
pub const EXIT_PROTOCOL: i32 = 72;

/// Exit code of a guest whose code held its thread for long and did nothing.
pub const EXIT_BLOCKED: i32 = 74;
/// Exit code of a guest whose own JavaScript or native code no longer works.
pub const EXIT_BROKEN: i32 = 73;

/// The descriptor on which a guest finds its socket.
pub const GUEST_FD: i32 = 3;
