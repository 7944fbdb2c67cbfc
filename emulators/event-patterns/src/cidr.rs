//! Networks: `10.0.0.0/24`.

use std::net::IpAddr;

/// A network of addresses of one version.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Cidr {
    address: IpAddr,
    /// Bits of the address that do not count.
    free: u32,
}

impl Cidr {
    /// Reads one.
    ///
    /// # Errors
    /// AWS's words for what is wrong.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let Some((address, mask)) = text.split_once('/').filter(|(_, mask)| !mask.contains('/')) else {
            return Err("Malformed CIDR, one '/' required".into());
        };
        let mask: i32 = mask.parse().map_err(|_| "Malformed CIDR, mask bits must be an integer")?;
        let mask = u32::try_from(mask).map_err(|_| "Malformed CIDR, mask bits must not be negative")?;
        let address: IpAddr = address.parse().map_err(|_| format!("Nonstandard IP address: {address}"))?;
        let (bits, refusal) = match address {
            IpAddr::V4(_) => (32, "IPv4 mask bits must be < 32"),
            IpAddr::V6(_) => (128, "IPv6 mask bits must be < 128"),
        };
        if mask >= bits {
            return Err(refusal.into());
        }
        Ok(Self { address, free: bits - mask })
    }

    /// Whether a text is an address in this network.
    pub(crate) fn has(self, text: &str) -> bool {
        match (self.address, text.parse()) {
            (IpAddr::V4(own), Ok(IpAddr::V4(other))) => self.same(own.to_bits().into(), other.to_bits().into()),
            (IpAddr::V6(own), Ok(IpAddr::V6(other))) => self.same(own.to_bits(), other.to_bits()),
            _ => false,
        }
    }

    fn same(self, left: u128, right: u128) -> bool {
        left.checked_shr(self.free) == right.checked_shr(self.free)
    }
}
