//! Compilation: errors and the cache.

use super::{World, bits};
use crate::abi::RawVec;
use crate::module::wasm_module_validate;

fn error(bytes: &[u8]) -> String {
    World::new().compile(bytes).err().unwrap()
}

#[test]
fn headers_that_are_wrong_are_described_as_v8_does() {
    assert_eq!(error(b""), "BufferSource argument is empty");
    assert_eq!(error(b"\0as"), "expected 4 bytes, fell off end @+0");
    assert_eq!(error(b"<!DOCTYPE"), "expected magic word 00 61 73 6d, found 3c 21 44 4f @+0");
    assert_eq!(error(b"(module)"), "expected magic word 00 61 73 6d, found 28 6d 6f 64 @+0");
    assert_eq!(error(b"\0asm\x02\0\0\0"), "expected version 01 00 00 00, found 02 00 00 00 @+4");
}

#[test]
fn sections_that_are_cut_off_are_described_as_v8_does() {
    let mut bytes = wat::parse_str("(module (func i32.const 1 drop))").unwrap();
    bytes.pop();
    assert_eq!(error(&bytes), "section (code 10, \"Code\") extends past end of the module (length 7, remaining bytes 6) @+18");
    assert_eq!(error(b"\0asm\x01\0\0\0\x44\x00"), "unknown section code #0x44 @+10");
}

#[test]
fn an_error_in_a_function_names_it_and_the_place() {
    let text = r#"(module (import "a" "b" (func)) (func $bad (result i32) i64.const 1))"#;
    let bytes = wat::parse_str(text).unwrap();
    let message = error(&bytes);
    assert!(message.starts_with("Compiling function #1:\"bad\" failed: type mismatch"), "{message}");
    assert!(message.contains(" @+"), "{message}");
}

#[test]
fn validation_agrees_with_compilation() {
    let world = World::new();
    let valid = wat::parse_str("(module (func (result i32) i32.const 1))").unwrap();
    let invalid = wat::parse_str("(module (func (result i32) i64.const 1))").unwrap();
    // SAFETY: views of live vectors.
    let validate = |bytes: &[u8]| unsafe { wasm_module_validate(world.store, &RawVec::view(bytes)) };
    assert!(validate(&valid) && world.compile(&valid).is_ok());
    assert!(!validate(&invalid) && world.compile(&invalid).is_err());
}

#[test]
fn features_that_v8_has_on_compile() {
    let world = World::new();
    for text in [
        "(module (func (result v128) v128.const i32x4 1 2 3 4))",
        "(module (func (param f32) (result i32) local.get 0 i32.trunc_sat_f32_s))",
        "(module (func (result i32 i32) i32.const 1 i32.const 2))",
        "(module (func $f return_call $f))",
        "(module (memory 1) (memory 1))",
        "(module (memory i64 1))",
        "(module (tag (param i32)) (func i32.const 1 throw 0))",
        "(module (type $s (struct (field i32))) (func (result (ref $s)) i32.const 1 struct.new $s))",
    ] {
        assert!(world.compile(&wat::parse_str(text).unwrap()).is_ok(), "{text}");
    }
}

#[test]
fn a_large_module_is_compiled_fast_and_runs() {
    use std::fmt::Write;
    let mut text = String::from("(module ");
    for index in 0..9000 {
        write!(text, r#"(func (export "f{index}") (param i32) (result i32) local.get 0 i32.const {index} i32.add i32.const 3 i32.mul)"#)
            .unwrap();
    }
    text.push(')');
    assert!(wat::parse_str(&text).unwrap().len() > 128 * 1024);
    let exports = World::new().instance(&text, &[]);
    assert_eq!(bits(exports.call("f8999", &[super::i32_value(1)]).unwrap()), [27_000]);
}

#[test]
fn the_cache_gives_back_a_module_that_runs() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("made/on/demand");
    crate::set_cache_dir(Some(path.clone()));
    let text = r#"(module (func (export "f") (result i32) i32.const 123456))"#;
    let bytes = wat::parse_str(text).unwrap();
    let name = format!("{:x}", <sha2::Sha256 as sha2::Digest>::digest(&bytes));
    let files = || -> Vec<_> {
        let entries = std::fs::read_dir(&path).into_iter().flatten().map(|entry| entry.unwrap().path());
        entries.filter(|path| path.file_name().unwrap().to_str().unwrap().starts_with(&name)).collect()
    };
    assert_eq!(bits(World::new().instance(text, &[]).call("f", &[]).unwrap()), [123_456]);
    let written = files();
    assert_eq!(written.len(), 1, "one complete file, no temporary one");
    let before = std::fs::metadata(&written[0]).unwrap().modified().unwrap();
    assert_eq!(bits(World::new().instance(text, &[]).call("f", &[]).unwrap()), [123_456]);
    assert_eq!(std::fs::metadata(&written[0]).unwrap().modified().unwrap(), before, "the second compilation took the file");

    std::fs::remove_file(&written[0]).unwrap();
    std::fs::write(&written[0], b"not machine code").unwrap();
    assert_eq!(bits(World::new().instance(text, &[]).call("f", &[]).unwrap()), [123_456], "a file that does not fit is replaced");
    assert!(std::fs::metadata(&written[0]).unwrap().len() > 1000);
    crate::set_cache_dir(None);
}
