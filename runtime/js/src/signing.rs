//! Signatures with keys that are parsed once: what most tokens are signed with. The engine's `crypto.subtle` takes a key apart for every
//! operation, computes on curves in portable code, and does each on another thread; it still does what is not here. PBKDF2 is here since
//! what it costs is up to the code: on the isolate's own thread, as in workerd, it counts as the code's CPU time and ends with the code.

use std::ffi::CStr;
use std::num::NonZeroU32;

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{
    self, EcdsaKeyPair, EcdsaSigningAlgorithm, EcdsaVerificationAlgorithm, ParsedPublicKey, RsaEncoding, RsaKeyPair, RsaParameters,
    VerificationAlgorithm,
};
use aws_lc_rs::{digest, hmac, pbkdf2};
use deno_core::{GarbageCollected, op2, v8};
use deno_error::JsErrorBox;

/// A key with the one algorithm that it is used with.
pub(crate) enum SigningKey {
    Hmac(Box<hmac::Key>),
    Ecdsa(EcdsaKeyPair),
    Rsa(RsaKeyPair, &'static dyn RsaEncoding),
    Public(ParsedPublicKey),
}

/// By the name of the algorithm, the curve, the digest: what signs and what verifies.
type Curves = &'static [(&'static str, &'static EcdsaSigningAlgorithm, &'static EcdsaVerificationAlgorithm)];

const CURVES: Curves = &[
    ("ECDSA P-256 SHA-256", &signature::ECDSA_P256_SHA256_FIXED_SIGNING, &signature::ECDSA_P256_SHA256_FIXED),
    ("ECDSA P-384 SHA-384", &signature::ECDSA_P384_SHA384_FIXED_SIGNING, &signature::ECDSA_P384_SHA384_FIXED),
    ("ECDSA P-521 SHA-512", &signature::ECDSA_P521_SHA512_FIXED_SIGNING, &signature::ECDSA_P521_SHA512_FIXED),
];

/// With keys of 2,048 to 8,192 bits; the salt of RSA-PSS is as long as the digest.
const RSA: &[(&str, &dyn RsaEncoding, &RsaParameters)] = &[
    ("RSASSA-PKCS1-v1_5 SHA-256", &signature::RSA_PKCS1_SHA256, &signature::RSA_PKCS1_2048_8192_SHA256),
    ("RSASSA-PKCS1-v1_5 SHA-384", &signature::RSA_PKCS1_SHA384, &signature::RSA_PKCS1_2048_8192_SHA384),
    ("RSASSA-PKCS1-v1_5 SHA-512", &signature::RSA_PKCS1_SHA512, &signature::RSA_PKCS1_2048_8192_SHA512),
    ("RSA-PSS SHA-256", &signature::RSA_PSS_SHA256, &signature::RSA_PSS_2048_8192_SHA256),
    ("RSA-PSS SHA-384", &signature::RSA_PSS_SHA384, &signature::RSA_PSS_2048_8192_SHA384),
    ("RSA-PSS SHA-512", &signature::RSA_PSS_SHA512, &signature::RSA_PSS_2048_8192_SHA512),
];

const HMAC: &[(&str, hmac::Algorithm)] = &[
    ("HMAC SHA-1", hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY),
    ("HMAC SHA-256", hmac::HMAC_SHA256),
    ("HMAC SHA-384", hmac::HMAC_SHA384),
    ("HMAC SHA-512", hmac::HMAC_SHA512),
];

impl SigningKey {
    /// `key`: PKCS#8 of a private key, SPKI of a public one, the bytes of a secret one. None: not with this algorithm or key.
    fn open(algorithm: &str, private: bool, key: &[u8]) -> Option<Self> {
        if let Some((_, hash)) = HMAC.iter().find(|(name, _)| *name == algorithm) {
            return Some(Self::Hmac(hmac::Key::new(*hash, key).into()));
        }
        if let Some((_, signing, verifying)) = CURVES.iter().find(|(name, ..)| *name == algorithm) {
            return if private { EcdsaKeyPair::from_pkcs8(signing, key).ok().map(Self::Ecdsa) } else { Self::public(*verifying, key) };
        }
        let (_, encoding, verifying) = RSA.iter().find(|(name, ..)| *name == algorithm)?;
        if private { Some(Self::Rsa(RsaKeyPair::from_pkcs8(key).ok()?, *encoding)) } else { Self::public(*verifying, key) }
    }

    fn public(algorithm: &'static dyn VerificationAlgorithm, key: &[u8]) -> Option<Self> {
        ParsedPublicKey::new(algorithm, key).ok().map(Self::Public)
    }

    fn sign(&self, data: &[u8]) -> Option<Vec<u8>> {
        match self {
            Self::Hmac(key) => Some(hmac::sign(key, data).as_ref().to_vec()),
            Self::Ecdsa(pair) => Some(pair.sign(&SystemRandom::new(), data).ok()?.as_ref().to_vec()),
            Self::Rsa(pair, encoding) => {
                let mut signed = vec![0; pair.public_modulus_len()];
                pair.sign(*encoding, &SystemRandom::new(), data, &mut signed).ok().map(|()| signed)
            }
            Self::Public(_) => None,
        }
    }

    fn verify(&self, signature: &[u8], data: &[u8]) -> bool {
        match self {
            Self::Hmac(key) => hmac::verify(key, data, signature).is_ok(),
            Self::Public(key) => key.verify_sig(data, signature).is_ok(),
            Self::Ecdsa(_) | Self::Rsa(..) => false,
        }
    }
}

// SAFETY: it refers to nothing that JavaScript has.
unsafe impl GarbageCollected for SigningKey {
    fn trace(&self, _visitor: &mut v8::cppgc::Visitor) {}

    fn get_name(&self) -> &'static CStr {
        c"SigningKey"
    }
}

/// A key for [`op_signing_sign`] and [`op_signing_verify`]. An error says that the engine's own operations have to do.
#[op2]
#[cppgc]
pub(crate) fn op_signing_key(#[string] algorithm: &str, private: bool, #[buffer] key: &[u8]) -> Result<SigningKey, JsErrorBox> {
    SigningKey::open(algorithm, private, key).ok_or_else(|| JsErrorBox::generic(format!("no {algorithm} with this key")))
}

#[op2]
#[arraybuffer]
pub(crate) fn op_signing_sign(#[cppgc] key: &SigningKey, #[buffer] data: &[u8]) -> Result<Vec<u8>, JsErrorBox> {
    key.sign(data).ok_or_else(|| JsErrorBox::generic("the key does not sign"))
}

#[op2(fast)]
pub(crate) fn op_signing_verify(#[cppgc] key: &SigningKey, #[buffer] signature: &[u8], #[buffer] data: &[u8]) -> bool {
    key.verify(signature, data)
}

/// `SHA-1`, `SHA-256`, `SHA-384` or `SHA-512` of all the bytes.
#[op2]
#[arraybuffer]
pub(crate) fn op_digest(#[string] name: &str, #[buffer] data: &[u8]) -> Result<Vec<u8>, JsErrorBox> {
    let algorithm = match name {
        "SHA-1" => &digest::SHA1_FOR_LEGACY_USE_ONLY,
        "SHA-256" => &digest::SHA256,
        "SHA-384" => &digest::SHA384,
        "SHA-512" => &digest::SHA512,
        _ => return Err(JsErrorBox::type_error(format!("no digest {name}"))),
    };
    Ok(digest::digest(algorithm, data).as_ref().to_vec())
}

/// `length` bytes of PBKDF2 with HMAC and `SHA-1`, `SHA-256`, `SHA-384` or `SHA-512`.
#[op2]
#[arraybuffer]
pub(crate) fn op_pbkdf2(
    #[string] hash: &str,
    iterations: u32,
    #[buffer] secret: &[u8],
    #[buffer] salt: &[u8],
    length: u32,
) -> Result<Vec<u8>, JsErrorBox> {
    derive(hash, iterations, secret, salt, length as usize).ok_or_else(|| JsErrorBox::type_error(format!("no PBKDF2 with {hash}")))
}

fn derive(hash: &str, iterations: u32, secret: &[u8], salt: &[u8], length: usize) -> Option<Vec<u8>> {
    let algorithm = match hash {
        "SHA-1" => pbkdf2::PBKDF2_HMAC_SHA1,
        "SHA-256" => pbkdf2::PBKDF2_HMAC_SHA256,
        "SHA-384" => pbkdf2::PBKDF2_HMAC_SHA384,
        "SHA-512" => pbkdf2::PBKDF2_HMAC_SHA512,
        _ => return None,
    };
    let mut derived = vec![0; length];
    pbkdf2::derive(algorithm, NonZeroU32::new(iterations)?, salt, secret, &mut derived);
    Some(derived)
}

#[cfg(test)]
mod tests {
    use aws_lc_rs::encoding::{AsDer, PublicKeyX509Der};
    use aws_lc_rs::rsa::KeySize;
    use aws_lc_rs::signature::KeyPair;

    use super::*;

    /// What one of a pair signs, the other verifies, and neither does the other's work.
    fn agree(algorithm: &str, private: &[u8], public: &[u8]) {
        let private = SigningKey::open(algorithm, true, private).expect("the private key opens");
        let public = SigningKey::open(algorithm, false, public).expect("the public key opens");
        let mut signed = private.sign(b"text").unwrap();
        assert!(public.verify(&signed, b"text") && !public.verify(&signed, b"test"), "{algorithm}");
        assert!(public.sign(b"text").is_none() && !private.verify(&signed, b"text"), "{algorithm}");
        assert!(!public.verify(&signed[1..], b"text"), "{algorithm}");
        signed[9] ^= 1;
        assert!(!public.verify(&signed, b"text"), "{algorithm}");
    }

    #[test]
    fn curves_sign_and_verify() {
        for (name, signing, _) in CURVES {
            let pair = EcdsaKeyPair::generate(signing).unwrap();
            let public: PublicKeyX509Der<'_> = pair.public_key().as_der().unwrap();
            agree(name, pair.to_pkcs8v1().unwrap().as_ref(), public.as_ref());
        }
    }

    #[test]
    fn rsa_signs_and_verifies() {
        let pair = RsaKeyPair::generate(KeySize::Rsa2048).unwrap();
        let private = aws_lc_rs::encoding::AsDer::<aws_lc_rs::encoding::Pkcs8V1Der<'_>>::as_der(&pair).unwrap();
        let public: PublicKeyX509Der<'_> = pair.public_key().as_der().unwrap();
        for (name, ..) in RSA {
            agree(name, private.as_ref(), public.as_ref());
        }
    }

    #[test]
    fn hmac_is_that_of_rfc_4231() {
        let key = SigningKey::open("HMAC SHA-256", true, b"Jefe").unwrap();
        let signed = key.sign(b"what do ya want for nothing?").unwrap();
        assert_eq!(signed[..8], [0x5b, 0xdc, 0xc1, 0x46, 0xbf, 0x60, 0x75, 0x4e]);
        assert!(key.verify(&signed, b"what do ya want for nothing?") && !key.verify(&signed[..31], b"what do ya want for nothing?"));
    }

    #[test]
    fn pbkdf2_is_that_of_rfc_6070() {
        let derived = derive("SHA-1", 2, b"password", b"salt", 20).unwrap();
        assert_eq!(derived[..8], [0xea, 0x6c, 0x01, 0x4d, 0xc7, 0x2d, 0x6f, 0x8c]);
        assert!(derive("MD5", 1, b"", b"", 8).is_none() && derive("SHA-1", 0, b"", b"", 8).is_none());
    }

    #[test]
    fn what_is_not_here_is_left_to_the_engine() {
        assert!(SigningKey::open("ECDSA P-256 SHA-512", true, &[]).is_none());
        assert!(SigningKey::open("ECDSA P-256 SHA-256", true, b"no key").is_none());
        assert!(SigningKey::open("RSA-PSS SHA-1", false, &[]).is_none());
    }
}
