//! Receipt handles: which message of which queue, and which receive of it.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use md5::{Digest, Md5};

/// What a handle begins with, so that it looks as the vendor's do: `AQEB…`.
const MARK: [u8; 3] = [1, 1, 1];
const LENGTH: usize = MARK.len() + 8 + 4 + 16;

/// A receive of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Receipt {
    pub(crate) number: u64,
    pub(crate) nonce: u32,
}

impl Receipt {
    /// The handle of this receive of a message of the queue with that salt.
    pub(crate) fn handle(self, salt: u64) -> String {
        let mut bytes = Vec::with_capacity(LENGTH);
        bytes.extend_from_slice(&MARK);
        bytes.extend_from_slice(&self.number.to_be_bytes());
        bytes.extend_from_slice(&self.nonce.to_be_bytes());
        bytes.extend_from_slice(&self.seal(salt));
        STANDARD.encode(bytes)
    }

    /// Reads a handle; none where it is not of the queue with that salt.
    pub(crate) fn read(handle: &str, salt: u64) -> Option<Self> {
        let bytes = STANDARD.decode(handle).ok().filter(|bytes| bytes.len() == LENGTH)?;
        let rest = bytes.strip_prefix(&MARK)?;
        let (number, rest) = rest.split_first_chunk::<8>()?;
        let (nonce, seal) = rest.split_first_chunk::<4>()?;
        let receipt = Self { number: u64::from_be_bytes(*number), nonce: u32::from_be_bytes(*nonce) };
        (receipt.seal(salt) == seal).then_some(receipt)
    }

    fn seal(self, salt: u64) -> [u8; 16] {
        let digest = Md5::new().chain_update(salt.to_be_bytes()).chain_update(self.number.to_be_bytes());
        digest.chain_update(self.nonce.to_be_bytes()).finalize().into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn handles_are_of_one_queue() {
        let receipt = Receipt { number: 7, nonce: 9 };
        let handle = receipt.handle(1);
        assert!(handle.starts_with("AQEB"));
        assert_eq!(Receipt::read(&handle, 1), Some(receipt));
        assert_eq!(Receipt::read(&handle, 2), None);
        assert_eq!(Receipt::read("forged", 1), None);
        assert_eq!(Receipt::read(&STANDARD.encode([1; LENGTH]), 1), None);
    }
}
