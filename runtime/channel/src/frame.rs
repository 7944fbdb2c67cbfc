//! The kinds of frames.

use bytes::Bytes;

/// One message between host and guest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Frame {
    /// What it is.
    pub kind: FrameKind,
    /// The invocation, call or stream it is about; 0 where it is about none.
    pub id: u32,
    /// The rest, as its kind says.
    pub payload: Bytes,
}

macro_rules! frame_kinds {
    ($($(#[doc = $doc:literal])+ $name:ident = $byte:literal,)+) => {
        /// What a frame is. Direction in brackets: `→` to the guest, `←` from it, `↔` both.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        #[repr(u8)]
        pub enum FrameKind { $($(#[doc = $doc])+ $name = $byte,)+ }

        impl FrameKind {
            /// The kind that `byte` stands for.
            #[must_use]
            pub fn from_byte(byte: u8) -> Option<Self> {
                match byte { $($byte => Some(Self::$name),)+ _ => None }
            }
        }
    };
}

frame_kinds! {
    /// [→] Scripts of bindings, evaluated while the guest still waits for its code: [`crate::message::Prepare`].
    Prepare = b'P',
    /// [←] The guest is up and waits for code.
    Ready = b'y',
    /// [→] Code: [`crate::message::Load`].
    Load = b'L',
    /// [←] The code is loaded, or why not: [`crate::message::Loaded`].
    Loaded = b'l',
    /// [→] An event for the code; id: the invocation. [`crate::message::RequestHead`].
    Invoke = b'I',
    /// [→] Whoever asked no longer waits; id: the invocation. No payload.
    Cancel = b'X',
    /// [←] The head of the answer; id: the invocation. [`crate::message::ResponseHead`].
    Respond = b'O',
    /// [←] The invocation failed: [`crate::message::Failure`] as JSON.
    Failed = b'o',
    /// [←] Nothing of the invocation runs any more; id: the invocation. Microseconds of CPU time as u64, where that was measured.
    Done = b'W',
    /// [←] A call to a service; id: the call. [`crate::message::encode_call`].
    Call = b'c',
    /// [←] The same, and the guest stands still until it has the answer.
    CallSync = b'k',
    /// [→] The answer to a call: [`crate::message::encode_result`].
    Result = b'R',
    /// [→] A call failed: [`crate::CallError`] as JSON.
    ResultError = b'r',
    /// [↔] Bytes of a body; id: the stream.
    Data = b'D',
    /// [↔] A body is complete; id: the stream.
    End = b'E',
    /// [↔] A body broke off; id: the stream, payload: why, as text.
    Fail = b'F',
    /// [↔] The receiver has taken so many bytes: `u32`; id: the stream.
    Credit = b'C',
    /// [↔] The receiver wants no more of a body; id: the stream.
    Stop = b'S',
    /// [←] Work goes on though the time for it after the answer is over; id: the invocation. No payload.
    Overdue = b'v',
    /// [→] That work has to end; id: the invocation. No payload.
    CutOff = b'x',
    /// [←] A line of output; id: the invocation or 0. Payload: [`crate::message::LogLevel`] as one byte, then text.
    Log = b'g',
    /// [←] The guest is about to end and says why, as text: [`crate::message::Fatal`] as JSON.
    Fatal = b'!',
    /// [←] The guest has used up much of what it cannot give back: a fresh one should take its place. No payload.
    Worn = b'w',
    /// [←] The guest's own JavaScript no longer works: it takes no more events, and ends. No payload.
    Broken = b'b',
    /// [→] What time it is from now on: [`crate::message::Time`]. Nothing runs because of it.
    Clock = b'T',
    /// [→] Timers that are due by the time of the last [`Self::Clock`] may run. No payload.
    RunDue = b'u',
    /// [→] Asks for the timers of the code; id: the question. Payload: none to have them at once; else a number
    /// of 64 bits, to be answered once nothing runs, or when more than so many timers without delay have run by themselves.
    Timers = b'q',
    /// [←] The answer: [`crate::message::TimerList`].
    TimerList = b's',
    /// [→] No more events come: end when nothing runs any more.
    Drain = b'Q',
}
