//! Errors that travel through wasmtime from a host callback to the caller of the function.

use std::fmt;

/// The isolate was told to end. `v8x` looks at its own flag and not at this text.
#[derive(Debug)]
pub(crate) struct Terminated;

impl fmt::Display for Terminated {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("execution terminated")
    }
}

impl std::error::Error for Terminated {}

/// A trap that a host callback made with `wasm_trap_new`, or a sentence of ours that is to reach the user as it is.
#[derive(Debug)]
pub(crate) struct HostTrap(pub(crate) String);

impl fmt::Display for HostTrap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for HostTrap {}
