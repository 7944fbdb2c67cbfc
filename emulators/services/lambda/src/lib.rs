//! AWS Lambda: its API, what it keeps, and how functions are called. <https://docs.aws.amazon.com/lambda/latest/api/>
//!
//! `ops/` has a file for each operation; `record/` what is kept and `store.rs` where; `code/` unpacks what was sent; `dispatch/` is the one
//! place where functions are called. Who runs them is a [`FunctionRuntime`](greenroom_host::FunctionRuntime) that is passed in.

mod arn;
mod code;
mod declare;
mod deliver;
mod direct;
mod dispatch;
mod error;
mod layers;
mod limits;
mod mappings;
mod model;
mod ops;
mod overview;
mod provision;
mod record;
mod service;
mod store;
mod unused;
mod url;
mod versions;

pub use arn::{Key, Named};
pub use declare::{AliasDecl, EventsDecl, FunctionDecl, UrlDecl, VersionDecl};
pub use direct::{Direct, Ran};
pub use dispatch::FUNCTION;
pub use mappings::{EventSources, MappingDecl, MappingWatch};
pub use overview::Overview;
pub use record::APP;
pub use service::LambdaService;
pub use url::{Url, UrlCors, url_address};
