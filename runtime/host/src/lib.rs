//! What everything else stands on: the clock, ids, the journal, storage, limits, and the words in which apps and events are described.
//!
//! Nothing in this program reads the system clock, sleeps, or makes an id or a random number except through [`Host`].

mod app;
mod callers;
mod clock;
mod delivery;
mod diagnostic;
mod event;
pub mod faults;
mod function;
pub mod geo;
pub mod glob;
mod host;
mod ids;
mod journal;
mod limit;
mod limits;
mod meant;
pub mod rest;
mod runtimes;
pub mod secrets;
pub mod state;
pub mod storage;
pub mod test_path;
mod words;

pub use app::{App, BindingDecl, Bundle, LimitOverrides, Module, ModuleKind, ModuleRule, Var};
pub use callers::{Caller, Callers, Calling};
pub use clock::{
    Advance, AdvanceError, Advanced, Bound, Busy, Clock, Flight, Label, Member, Pending, Place, Ran, Stillness, Stopped, Timestamp,
};
pub use delivery::{ByteStream, Content, Delivery, FunctionCall, Parcel, ParcelRequest, QueueMessage, Recipient, Reply, Undelivered};
pub use diagnostic::{Diagnostic, Position, Severity, source_frame};
pub use event::{Answer, Call, Captured, Event, EventKind, Headers, Outcome, Payload, Request, Text};
pub use function::{
    Ended, Function, FunctionRuntime, Invocation, InvokeReport, Invoked, MOST_ENVIRONMENT, MOST_LAYERS, Mishap, NotInvoked,
    RESERVED_VARIABLES, runtime_version_arn,
};
pub use host::Host;
pub use ids::{EventId, Ids, SpanId, TraceId};
pub use journal::{Bounds, Ending, Entry, Journal, Lineage, LogLine, Page, Query, RUNNING, ServiceCall};
pub use limit::{Beyond, Limit, LimitWatch};
pub use limits::{Limits, Profile};
pub use meant::{closest, did_you_mean};
pub use runtimes::{FORMER_RUNTIMES, RUNTIMES};
pub use words::Words;
