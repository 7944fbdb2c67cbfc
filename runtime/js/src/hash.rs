//! Digests that take their input piece by piece: what `crypto.DigestStream` of Workers stands on, and MD5, which WebCrypto lacks.

use std::cell::RefCell;
use std::ffi::CStr;

use deno_core::{GarbageCollected, op2, v8};
use deno_error::JsErrorBox;
use md5::Digest;
use md5::digest::DynDigest;

/// A digest under way. Garbage of JavaScript: code that never finishes one leaves nothing behind.
pub(crate) struct Hash(RefCell<Option<State>>);

enum State {
    Digest(Box<dyn DynDigest>),
    Crc(Crc),
}

impl State {
    /// `name` is one of the names that [`op_hash_create`] lists.
    fn named(name: &str) -> Option<Self> {
        Some(match name {
            "MD5" => Self::Digest(Box::new(md5::Md5::new())),
            "SHA-1" => Self::Digest(Box::new(sha1::Sha1::new())),
            "SHA-256" => Self::Digest(Box::new(sha2::Sha256::new())),
            "SHA-384" => Self::Digest(Box::new(sha2::Sha384::new())),
            "SHA-512" => Self::Digest(Box::new(sha2::Sha512::new())),
            "CRC32" => Self::Crc(Crc::new(0xedb8_8320, 4)),
            "CRC32C" => Self::Crc(Crc::new(0x82f6_3b78, 4)),
            "CRC64NVME" => Self::Crc(Crc::new(0x9a6c_9329_ac4b_c9b5, 8)),
            _ => return None,
        })
    }
}

/// A cyclic redundancy check whose bits run from low to high.
struct Crc {
    table: Box<[u64; 256]>,
    value: u64,
    bytes: usize,
}

impl Crc {
    /// `polynomial`: with its bits in reverse; `bytes`: how many the result has.
    fn new(polynomial: u64, bytes: usize) -> Self {
        let mut table = Box::new([0; 256]);
        for (entry, byte) in table.iter_mut().zip(0_u64..) {
            *entry = (0..8).fold(byte, |value, _| if value & 1 == 1 { (value >> 1) ^ polynomial } else { value >> 1 });
        }
        Self { table, value: u64::MAX >> (64 - 8 * bytes), bytes }
    }

    fn update(&mut self, bytes: &[u8]) {
        for byte in bytes {
            let index = usize::from(self.value.to_le_bytes()[0] ^ byte);
            self.value = (self.value >> 8) ^ self.table[index];
        }
    }

    /// The result, most significant byte first.
    fn finish(&self) -> Vec<u8> {
        let inverted = !self.value;
        inverted.to_be_bytes()[8 - self.bytes..].to_vec()
    }
}

// SAFETY: it refers to nothing that JavaScript has.
unsafe impl GarbageCollected for Hash {
    fn trace(&self, _visitor: &mut v8::cppgc::Visitor) {}

    fn get_name(&self) -> &'static CStr {
        c"Hash"
    }
}

/// Begins one: `MD5`, `SHA-1`, `SHA-256`, `SHA-384`, `SHA-512`, `CRC32`, `CRC32C`, `CRC64NVME`.
#[op2]
#[cppgc]
pub(crate) fn op_hash_create(#[string] name: &str) -> Result<Hash, JsErrorBox> {
    State::named(name).map(|state| Hash(RefCell::new(Some(state)))).ok_or_else(|| JsErrorBox::type_error(format!("no digest {name}")))
}

#[op2(fast)]
pub(crate) fn op_hash_update(#[cppgc] hash: &Hash, #[buffer] bytes: &[u8]) {
    match &mut *hash.0.borrow_mut() {
        Some(State::Digest(digest)) => digest.update(bytes),
        Some(State::Crc(crc)) => crc.update(bytes),
        None => {}
    }
}

/// The result; empty if it has been asked for before.
#[op2]
#[buffer]
pub(crate) fn op_hash_finish(#[cppgc] hash: &Hash) -> Vec<u8> {
    match hash.0.borrow_mut().take() {
        Some(State::Digest(digest)) => digest.finalize().into_vec(),
        Some(State::Crc(crc)) => crc.finish(),
        None => Vec::new(),
    }
}

/// Whether two buffers of the same length are equal, in a time that does not depend on what is in them.
#[op2(fast)]
pub(crate) fn op_equal_in_constant_time(#[buffer] a: &[u8], #[buffer] b: &[u8]) -> bool {
    let difference = a.iter().zip(b).fold(0, |difference, (a, b)| std::hint::black_box(difference | (a ^ b)));
    a.len() == b.len() && difference == 0
}

#[cfg(test)]
mod tests {
    use super::{Crc, State};

    fn hex(name: &str, text: &str) -> String {
        let bytes = match State::named(name).unwrap() {
            State::Digest(mut digest) => {
                digest.update(text.as_bytes());
                digest.finalize().into_vec()
            }
            State::Crc(mut crc) => {
                crc.update(text.as_bytes());
                crc.finish()
            }
        };
        bytes.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    #[test]
    fn digests_are_the_known_ones() {
        assert_eq!(hex("MD5", "abc"), "900150983cd24fb0d6963f7d28e17f72");
        assert_eq!(hex("SHA-1", "abc"), "a9993e364706816aba3e25717850c26c9cd0d89d");
        assert_eq!(hex("CRC32", "123456789"), "cbf43926");
        assert_eq!(hex("CRC32C", "123456789"), "e3069283");
        assert_eq!(hex("CRC64NVME", "abc"), "05e5cabb3fc1faeb");
    }

    #[test]
    fn pieces_make_the_same_as_the_whole() {
        let mut crc = Crc::new(0xedb8_8320, 4);
        crc.update(b"1234");
        crc.update(b"56789");
        assert_eq!(crc.finish(), [0xcb, 0xf4, 0x39, 0x26]);
    }
}
