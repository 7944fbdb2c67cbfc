//! Checksums that follow a body in its trailers: `x-amz-checksum-crc64nvme: …`.
//! <https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity-upload.html#trailing-checksums>
//!
//! Those that stand in headers are for the service to check: of `CompleteMultipartUpload`, say, they are not of the body.

use aws_lc_rs::digest;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::HeaderMap;

use crate::error::ApiError;

/// What names of such trailers begin with.
pub(super) const PREFIX: &str = "x-amz-checksum-";

/// Polynomials, reflected. <https://reveng.sourceforge.io/crc-catalogue/all.htm>
const CRC32C: Crc = Crc::new(0x82F6_3B78, 4);
const CRC64NVME: Crc = Crc::new(0x9A6C_9329_AC4B_C9B5, 8);

/// Checks every checksum that `trailers` have against `body`; those of another algorithm are passed over.
///
/// # Errors
/// One that is none: `InvalidRequest`. One of another body: `BadDigest`.
pub(super) fn check(trailers: &HeaderMap, body: &[u8]) -> Result<(), ApiError> {
    for (name, given) in trailers {
        let Some(algorithm) = name.as_str().strip_prefix(PREFIX) else { continue };
        let Some(right) = of(algorithm, body) else { continue };
        let given = STANDARD.decode(given.as_bytes()).ok().filter(|given| given.len() == right.len());
        let given = given.ok_or_else(|| ApiError::new("InvalidRequest", 400, format!("Value for {name} header is invalid.")))?;
        if given != right {
            let said = format!("The {} you specified did not match the calculated checksum.", algorithm.to_ascii_uppercase());
            return Err(ApiError::new("BadDigest", 400, said));
        }
    }
    Ok(())
}

fn of(algorithm: &str, body: &[u8]) -> Option<Vec<u8>> {
    Some(match algorithm {
        "crc32" => crc32fast::hash(body).to_be_bytes().to_vec(),
        "crc32c" => CRC32C.of(body),
        "crc64nvme" => CRC64NVME.of(body),
        "sha1" => digest::digest(&digest::SHA1_FOR_LEGACY_USE_ONLY, body).as_ref().to_vec(),
        "sha256" => digest::digest(&digest::SHA256, body).as_ref().to_vec(),
        _ => return None,
    })
}

/// A cyclic redundancy check that begins with all ones, and ends with all turned over.
struct Crc {
    table: [u64; 256],
    bytes: usize,
}

impl Crc {
    const fn new(polynomial: u64, bytes: usize) -> Self {
        let mut table = [0; 256];
        let mut at = 0;
        while at < table.len() {
            let (mut entry, mut bit) = (at as u64, 0);
            while bit < 8 {
                entry = if entry & 1 == 1 { entry >> 1 ^ polynomial } else { entry >> 1 };
                bit += 1;
            }
            table[at] = entry;
            at += 1;
        }
        Self { table, bytes }
    }

    fn of(&self, body: &[u8]) -> Vec<u8> {
        let ones = u64::MAX >> (64 - 8 * self.bytes);
        let step = |sum: u64, byte: &u8| self.table[usize::from(sum.to_le_bytes()[0] ^ byte)] ^ sum >> 8;
        let sum = body.iter().fold(ones, step) ^ ones;
        sum.to_be_bytes()[8 - self.bytes..].to_vec()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_are_those_of_the_catalogue() {
        // What `123456789` has by each of them.
        let hex = |algorithm: &str| of(algorithm, b"123456789").map(|sum| super::super::verify::hex(&sum));
        let sums = ["crc32", "crc32c", "crc64nvme", "sha1"].map(|algorithm| hex(algorithm).unwrap());
        assert_eq!(sums, ["cbf43926", "e3069283", "ae8b14860a799888", "f7c3bc1d808e04732adf679965ccc34ca7ae3441"]);
        assert_eq!(hex("sha256").unwrap(), "15e2b0d3c33891ebb0f1ef609ec419420c20e320ce94c65fbc8c3312448eb225");
        assert_eq!(hex("blake3"), None);
    }
}
