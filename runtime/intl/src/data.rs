//! CLDR's data: JSON texts, each compressed alone. `data/README.md` says where they come from.

use std::collections::HashMap;
use std::sync::LazyLock;

static ARCHIVE: &[u8] = include_bytes!("../data/cldr.bin");

/// Name of a chunk → where it is in the archive.
static INDEX: LazyLock<HashMap<&'static str, &'static [u8]>> = LazyLock::new(|| index().unwrap_or_default());

/// Reads the head: `count u32`, then for each chunk `name length u8, name, length u32`; the chunks follow in the same order.
fn index() -> Option<HashMap<&'static str, &'static [u8]>> {
    let (count, mut head) = take_u32(ARCHIVE)?;
    let mut entries = Vec::with_capacity(count);
    for _ in 0..count {
        let (&length, rest) = head.split_first()?;
        let (name, rest) = rest.split_at_checked(usize::from(length))?;
        let (size, rest) = take_u32(rest)?;
        entries.push((std::str::from_utf8(name).ok()?, size));
        head = rest;
    }
    let mut chunks = HashMap::with_capacity(count);
    for (name, size) in entries {
        let (chunk, rest) = head.split_at_checked(size)?;
        chunks.insert(name, chunk);
        head = rest;
    }
    Some(chunks)
}

fn take_u32(bytes: &[u8]) -> Option<(usize, &[u8])> {
    let (number, rest) = bytes.split_first_chunk()?;
    Some((usize::try_from(u32::from_le_bytes(*number)).ok()?, rest))
}

/// The JSON text of a chunk, such as `de/numbers` or `plurals`. `None`: there is none of that name.
#[must_use]
pub fn text(name: &str) -> Option<String> {
    let mut compressed = *INDEX.get(name)?;
    let mut plain = Vec::with_capacity(compressed.len() * 5);
    brotli_decompressor::BrotliDecompress(&mut compressed, &mut plain).ok()?;
    String::from_utf8(plain).ok()
}
