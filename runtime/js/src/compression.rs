//! Compression as the `CompressionStream`s have it: zlib's formats, each write giving what is ready by then.

use std::cell::RefCell;

use deno_core::convert::Uint8Array;
use deno_core::{GarbageCollected, op2, v8};
use flate2::{Compress, Compression, Decompress, FlushCompress, FlushDecompress, Status};

/// zlib's largest window, 32 KiB.
const WINDOW_BITS: u8 = 15;
/// How much room the output is given at a time.
const ROOM: usize = 16 * 1024;

/// What can go wrong, in the words that guest code sees.
#[derive(Debug, thiserror::Error, deno_error::JsError)]
#[class(type)]
pub(crate) enum ZlibError {
    #[error("Decompression failed.")]
    Corrupt,
    #[error("Trailing bytes after end of compressed data")]
    Trailing,
    #[error("Called close() on a decompression stream with incomplete data")]
    Incomplete,
    #[error("Compression failed.")]
    Compression,
}

enum Codec {
    Deflate(Compress),
    Inflate { codec: Decompress, ended: bool },
}

/// One direction of one stream.
pub(crate) struct Zlib(RefCell<Codec>);

// SAFETY: it refers to nothing of the isolate's heap.
unsafe impl GarbageCollected for Zlib {
    fn trace(&self, _visitor: &mut v8::cppgc::Visitor) {}

    fn get_name(&self) -> &'static std::ffi::CStr {
        c"Zlib"
    }
}

/// `format` is one of the three that `CompressionStream` knows.
#[op2]
#[cppgc]
pub(crate) fn op_zlib_new(#[string] format: &str, decompress: bool) -> Zlib {
    let codec = match (format, decompress) {
        ("gzip", true) => Codec::inflate(Decompress::new_gzip(WINDOW_BITS)),
        ("gzip", false) => Codec::Deflate(Compress::new_gzip(Compression::default(), WINDOW_BITS)),
        (_, true) => Codec::inflate(Decompress::new(format == "deflate")),
        (_, false) => Codec::Deflate(Compress::new(Compression::default(), format == "deflate")),
    };
    Zlib(RefCell::new(codec))
}

/// Takes `input`, and gives the output that it makes; `last`: nothing comes after it.
#[op2]
pub(crate) fn op_zlib_write(#[cppgc] zlib: &Zlib, #[buffer] input: &[u8], last: bool) -> Result<Uint8Array, ZlibError> {
    zlib.0.borrow_mut().write(input, last).map(Into::into)
}

impl Codec {
    fn inflate(codec: Decompress) -> Self {
        Self::Inflate { codec, ended: false }
    }

    fn write(&mut self, input: &[u8], last: bool) -> Result<Vec<u8>, ZlibError> {
        match self {
            Self::Deflate(codec) => deflate(codec, input, last),
            Self::Inflate { codec, ended } => inflate(codec, ended, input, last),
        }
    }
}

fn deflate(codec: &mut Compress, mut input: &[u8], last: bool) -> Result<Vec<u8>, ZlibError> {
    let flush = if last { FlushCompress::Finish } else { FlushCompress::None };
    let mut output = Vec::new();
    loop {
        output.reserve(ROOM);
        let (read, written) = (codec.total_in(), codec.total_out());
        let status = codec.compress_vec(input, &mut output, flush).map_err(|_| ZlibError::Compression)?;
        input = rest(input, codec.total_in() - read);
        let idle = codec.total_in() == read && codec.total_out() == written;
        let full = output.len() == output.capacity();
        if status == Status::StreamEnd || idle || (!last && input.is_empty() && !full) {
            return Ok(output);
        }
    }
}

fn inflate(codec: &mut Decompress, ended: &mut bool, mut input: &[u8], last: bool) -> Result<Vec<u8>, ZlibError> {
    let mut output = Vec::new();
    while !*ended {
        output.reserve(ROOM);
        let (read, written) = (codec.total_in(), codec.total_out());
        let status = codec.decompress_vec(input, &mut output, FlushDecompress::None).map_err(|_| ZlibError::Corrupt)?;
        input = rest(input, codec.total_in() - read);
        *ended = status == Status::StreamEnd;
        if codec.total_in() == read && codec.total_out() == written {
            break;
        }
    }
    if *ended && !input.is_empty() {
        return Err(ZlibError::Trailing);
    }
    if last && !*ended {
        return Err(ZlibError::Incomplete);
    }
    Ok(output)
}

fn rest(input: &[u8], taken: u64) -> &[u8] {
    &input[usize::try_from(taken).unwrap_or(input.len()).min(input.len())..]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pack(parts: &[&[u8]]) -> Vec<u8> {
        let mut codec = Codec::Deflate(Compress::new_gzip(Compression::default(), WINDOW_BITS));
        let mut output: Vec<u8> = parts.iter().flat_map(|part| codec.write(part, false).unwrap()).collect();
        output.extend(codec.write(&[], true).unwrap());
        output
    }

    fn unpack(parts: &[&[u8]]) -> Result<Vec<u8>, ZlibError> {
        let mut codec = Codec::inflate(Decompress::new_gzip(WINDOW_BITS));
        let mut output = Vec::new();
        for part in parts {
            output.extend(codec.write(part, false)?);
        }
        output.extend(codec.write(&[], true)?);
        Ok(output)
    }

    #[test]
    fn what_is_packed_comes_out_again() {
        let large: Vec<u8> = (0..200_000_u32).flat_map(u32::to_le_bytes).collect();
        let packed = pack(&[&large, b"end"]);
        let parts: Vec<&[u8]> = packed.chunks(1000).collect();
        let mut expected = large;
        expected.extend(b"end");
        assert_eq!(unpack(&parts).unwrap(), expected);
        assert_eq!(unpack(&[&pack(&[])]).unwrap(), b"");
    }

    #[test]
    fn what_is_wrong_is_said() {
        let packed = pack(&[b"text"]);
        assert!(matches!(unpack(&[&packed[..packed.len() - 1]]), Err(ZlibError::Incomplete)));
        assert!(matches!(unpack(&[&packed, b"x"]), Err(ZlibError::Trailing)));
        assert!(matches!(unpack(&[b"no gzip at all"]), Err(ZlibError::Corrupt)));
        assert!(matches!(unpack(&[]), Err(ZlibError::Incomplete)));
    }
}
