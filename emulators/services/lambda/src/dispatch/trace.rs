//! Traces as the vendor passes them on.
//! <https://docs.aws.amazon.com/xray/latest/devguide/xray-concepts.html#xray-concepts-tracingheader>

use greenroom_host::{Event, SpanId, Timestamp, TraceId};

/// `Root=1-67…-…;Parent=…;Sampled=1;Lineage=a87bd80c:3`
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct TraceHeader {
    pub(crate) root: Option<TraceId>,
    pub(crate) parent: Option<SpanId>,
    pub(crate) sampled: Option<bool>,
    /// Functions that the chain has been through, by hash, and how often.
    pub(crate) lineage: Vec<(String, u32)>,
}

impl TraceHeader {
    /// Reads what a caller sent; what cannot be read is left out.
    pub(crate) fn parse(text: &str) -> Self {
        let field = |name: &str| text.split(';').find_map(|part| part.trim().strip_prefix(name)?.strip_prefix('='));
        let root = field("Root").and_then(|root| {
            let mut parts = root.strip_prefix("1-")?.splitn(2, '-');
            TraceId::parse(&format!("{}{}", parts.next()?, parts.next()?))
        });
        let pair = |pair: &str| pair.rsplit_once(':').and_then(|(hash, count)| Some((hash.to_owned(), count.parse().ok()?)));
        Self {
            root,
            parent: field("Parent").and_then(SpanId::parse),
            sampled: field("Sampled").and_then(|sampled| match sampled {
                "1" => Some(true),
                "0" => Some(false),
                _ => None,
            }),
            lineage: field("Lineage").map(|lineage| lineage.split('|').filter_map(pair).collect()).unwrap_or_default(),
        }
    }

    /// The same after one call of the function `arn` more, and how often the chain has been through that now.
    pub(crate) fn through(mut self, arn: &str) -> (Self, u32) {
        let hash = format!("{:08x}", crc(arn));
        let known = self.lineage.iter_mut().find(|(known, _)| *known == hash);
        let count = match known {
            Some((_, count)) => {
                *count = count.saturating_add(1);
                *count
            }
            None => {
                self.lineage.push((hash, 1));
                1
            }
        };
        (self, count)
    }

    /// The header as it was sent.
    pub(crate) fn sent(&self) -> String {
        let root = self.root.map(|root| root.to_string());
        let mut parts: Vec<String> = root.into_iter().map(|hex| format!("Root=1-{}-{}", &hex[..8], &hex[8..])).collect();
        parts.extend(self.parent.map(|parent| format!("Parent={parent}")));
        parts.extend(self.sampled.map(|sampled| format!("Sampled={}", u8::from(sampled))));
        if !self.lineage.is_empty() {
            parts.push(format!("Lineage={}", self.shown_lineage()));
        }
        parts.join(";")
    }

    fn shown_lineage(&self) -> String {
        self.lineage.iter().map(|(hash, count)| format!("{hash}:{count}")).collect::<Vec<_>>().join("|")
    }

    /// The header that the code of `event` gets.
    pub(crate) fn of_event(&self, event: &Event, traced: bool) -> String {
        let hex = event.trace.to_string();
        let sampled = u8::from(self.sampled.unwrap_or(traced));
        format!("Root=1-{}-{};Parent={};Sampled={sampled};Lineage={}", &hex[..8], &hex[8..], event.span, self.shown_lineage())
    }
}

/// A trace that begins at `at`, whose id begins with the time as the vendor's do.
pub(crate) fn begun(at: Timestamp, random: TraceId) -> TraceId {
    let seconds = u128::from(at.seconds() & 0xffff_ffff);
    TraceId(seconds << 96 | random.0 & (u128::MAX >> 32))
}

/// A hash of a function's name, short as the vendor's.
fn crc(text: &str) -> u32 {
    text.bytes().fold(0x811c_9dc5, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_are_read_and_chains_counted() {
        let text = "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1;Lineage=a87bd80c:1|68fd508a:5";
        let header = TraceHeader::parse(text);
        assert_eq!(header.root.unwrap().to_string(), "5759e988bd862e3fe1be46a994272793");
        assert_eq!((header.parent.unwrap().to_string().as_str(), header.sampled), ("53995c3f42cd8ad8", Some(true)));
        let (header, count) = header.through("arn:x");
        assert_eq!((count, header.lineage.len()), (1, 3));
        assert_eq!(header.through("arn:x").1, 2);
        assert_eq!(TraceHeader::parse("nonsense"), TraceHeader::default());
        let begun = begun(Timestamp(0x5759_e988 * 1000), TraceId(u128::MAX)).to_string();
        assert_eq!(&begun[..8], "5759e988");
    }
}
