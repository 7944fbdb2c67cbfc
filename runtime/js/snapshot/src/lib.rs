//! The snapshot that every isolate starts from, made when this crate is built.

/// The snapshot; what `greenroom_js::run` takes.
pub static SNAPSHOT: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/snapshot.bin"));
