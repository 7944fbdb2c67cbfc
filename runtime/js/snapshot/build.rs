//! Makes the snapshot, so that no user's machine needs the JavaScript of the extensions.

use std::path::Path;

fn main() {
    let out = std::env::var_os("OUT_DIR").expect("invariant: cargo sets OUT_DIR");
    let made = greenroom_js::snapshot().unwrap_or_else(|error| panic!("the snapshot cannot be made: {error}"));
    for input in made.inputs {
        println!("cargo:rerun-if-changed={}", input.display());
    }
    std::fs::write(Path::new(&out).join("snapshot.bin"), made.bytes).expect("the snapshot can be written to OUT_DIR");
}
