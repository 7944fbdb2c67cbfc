//! Why bytes are not a module, in V8's words where it has fixed ones (`src/wasm/module-decoder-impl.h`).
//!
//! `v8x` puts the operation in front ("WebAssembly.Module(): "). Messages about types keep the validator's words, but
//! carry V8's frame: the function and the offset.

use wasmparser::{BinaryReaderError, FunctionBody, KnownCustom, Name, Parser, Payload, Validator, WasmFeatures};

const MAGIC: [u8; 4] = *b"\0asm";
const VERSION: [u8; 4] = [1, 0, 0, 0];
const HEADER: usize = MAGIC.len() + VERSION.len();

/// The text for `bytes`; `fallback` is what the compiler said.
pub(crate) fn text(bytes: &[u8], fallback: &str) -> String {
    header(bytes).or_else(|| section(bytes)).or_else(|| validation(bytes)).unwrap_or_else(|| fallback.to_owned())
}

fn header(bytes: &[u8]) -> Option<String> {
    if bytes.is_empty() {
        return Some("BufferSource argument is empty".to_owned());
    }
    word(bytes, 0, MAGIC, "magic word").or_else(|| word(bytes, MAGIC.len(), VERSION, "version"))
}

fn word(bytes: &[u8], at: usize, expected: [u8; 4], name: &str) -> Option<String> {
    let Some(found) = bytes.get(at..at + 4) else {
        return Some(format!("expected 4 bytes, fell off end @+{at}"));
    };
    (found != expected).then(|| format!("expected {name} {}, found {} @+{at}", hex(&expected), hex(found)))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().join(" ")
}

/// A section that does not fit into the module, or one that V8 does not know.
fn section(bytes: &[u8]) -> Option<String> {
    let mut at = HEADER;
    while at < bytes.len() {
        let code = bytes[at];
        let start = at;
        let Some((length, next)) = leb(bytes, at + 1) else {
            return Some(format!("reached end while decoding section length @+{}", start + 1));
        };
        let Some(name) = section_name(code) else {
            return Some(format!("unknown section code #0x{code:02x} @+{next}"));
        };
        let remaining = bytes.len() - next;
        if length > remaining {
            return Some(format!(
                "section (code {code}, \"{name}\") extends past end of the module (length {length}, remaining bytes {remaining}) @+{start}"
            ));
        }
        at = next + length;
    }
    None
}

fn section_name(code: u8) -> Option<&'static str> {
    const NAMES: [&str; 14] = [
        "Custom",
        "Type",
        "Import",
        "Function",
        "Table",
        "Memory",
        "Global",
        "Export",
        "Start",
        "Element",
        "Code",
        "Data",
        "DataCount",
        "Tag",
    ];
    NAMES.get(usize::from(code)).copied()
}

/// An unsigned LEB128 number of at most 32 bits at `at`, and where it ends.
fn leb(bytes: &[u8], mut at: usize) -> Option<(usize, usize)> {
    let mut value = 0;
    for shift in (0..35).step_by(7) {
        let byte = *bytes.get(at)?;
        at += 1;
        value |= usize::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            return Some((value, at));
        }
    }
    None
}

/// What the validator says, with V8's frame around an error within a function.
fn validation(bytes: &[u8]) -> Option<String> {
    let error = Validator::new_with_features(WasmFeatures::WASM3).validate_all(bytes).err()?;
    if error.message().starts_with("unexpected end") {
        // `v8x` knows this sentence and makes V8's of it.
        return Some("unexpected end".to_owned());
    }
    let what = format!("{} @+{}", error.message(), error.offset());
    Some(match function_at(bytes, &error) {
        Some((index, Some(name))) => format!("Compiling function #{index}:\"{name}\" failed: {what}"),
        Some((index, None)) => format!("Compiling function #{index} failed: {what}"),
        None => what,
    })
}

/// Index and name of the function in whose body the error is.
fn function_at(bytes: &[u8], error: &BinaryReaderError) -> Option<(u32, Option<String>)> {
    let mut index = 0;
    let mut found = None;
    for payload in Parser::new(0).parse_all(bytes).map_while(Result::ok) {
        match payload {
            Payload::ImportSection(imports) => index += imported_functions(imports),
            Payload::CodeSectionEntry(body) => {
                if holds(&body, error.offset()) {
                    found = Some(index);
                }
                index += 1;
            }
            Payload::CustomSection(section) => {
                if let (Some(function), KnownCustom::Name(names)) = (found, section.as_known()) {
                    return Some((function, name_of(names, function)));
                }
            }
            _ => {}
        }
    }
    found.map(|function| (function, None))
}

fn holds(body: &FunctionBody<'_>, offset: usize) -> bool {
    body.range().contains(&offset) || body.range().end == offset
}

fn imported_functions(imports: wasmparser::ImportSectionReader<'_>) -> u32 {
    imports.into_imports().map_while(Result::ok).map(|import| u32::from(matches!(import.ty, wasmparser::TypeRef::Func(_)))).sum()
}

fn name_of(names: wasmparser::NameSectionReader<'_>, function: u32) -> Option<String> {
    let functions = names.into_iter().map_while(Result::ok).find_map(|name| match name {
        Name::Function(functions) => Some(functions),
        _ => None,
    })?;
    functions.into_iter().map_while(Result::ok).find(|naming| naming.index == function).map(|naming| naming.name.to_owned())
}
