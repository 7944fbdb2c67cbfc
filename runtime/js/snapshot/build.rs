//! Makes the snapshot, so that no user's machine needs the JavaScript of the extensions.

use std::path::Path;

fn main() {
    let out = std::env::var_os("OUT_DIR").expect("invariant: cargo sets OUT_DIR");
    let folder = std::env::var_os("CARGO_MANIFEST_DIR").expect("invariant: cargo sets CARGO_MANIFEST_DIR");
    let isolate = Path::new(&folder).parent().expect("invariant: this crate is a folder of the isolate's");
    let made = greenroom_js::snapshot(isolate).unwrap_or_else(|error| panic!("the snapshot cannot be made: {error}"));
    for input in made.inputs {
        // Of this checkout by its place from here, so that another one that shares the target folder looks at its own.
        let input = input.strip_prefix(isolate).map_or_else(|_| input.clone(), |within| Path::new("..").join(within));
        println!("cargo:rerun-if-changed={}", input.display());
    }
    std::fs::write(Path::new(&out).join("snapshot.bin"), made.bytes).expect("the snapshot can be written to OUT_DIR");
}
