//! Ids and dates as the vendor writes them.

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use greenroom_host::{Ids, Timestamp};

/// A UUID of version 4: the id of a request.
pub(crate) fn uuid(ids: &Ids) -> String {
    let (high, low) = (ids.random(), ids.random());
    format!(
        "{:08x}-{:04x}-4{:03x}-{:04x}-{:012x}",
        high >> 32,
        high >> 16 & 0xffff,
        high & 0xfff,
        low >> 48 & 0x3fff | 0x8000,
        low & 0xffff_ffff_ffff
    )
}

/// Eleven bytes in base64, which end in `=`: the extended id of a request, the id of a connection (`JKJaXmPLvHcESHA=`).
pub(crate) fn extended(ids: &Ids) -> String {
    let bytes: Vec<u8> = [ids.random().to_be_bytes(), ids.random().to_be_bytes()].concat();
    BASE64.encode(&bytes[..11])
}

/// The root of a trace: `1-<seconds>-<24 digits>`.
pub(crate) fn trace_root(ids: &Ids, now: Timestamp) -> String {
    format!("1-{:08x}-{:016x}{:08x}", now.seconds(), ids.random(), ids.random() >> 32)
}

/// As logs of web servers have it: `09/Feb/2024:18:23:28 +0000`.
pub(crate) fn log_time(at: Timestamp) -> String {
    let iso = at.iso_8601();
    format!("{}/{}/{}:{} +0000", &iso[8..10], month(&iso), &iso[..4], at.time_of_day())
}

/// As Java writes dates: `Fri Feb 09 18:23:28 UTC 2024`.
pub(crate) fn java_date(at: Timestamp) -> String {
    // 1970-01-01 was a Thursday.
    const DAYS: [&str; 7] = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"];
    let iso = at.iso_8601();
    let day = usize::try_from(at.seconds() / 86_400 % 7).unwrap_or_default();
    format!("{} {} {} {} UTC {}", DAYS[day], month(&iso), &iso[8..10], at.time_of_day(), &iso[..4])
}

/// The name of the month of a date.
fn month(iso: &str) -> &'static str {
    const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let month = iso.get(5..7).and_then(|digits| digits.parse::<usize>().ok()).unwrap_or(1);
    MONTHS[month.clamp(1, 12) - 1]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_and_dates_look_like_the_vendors() {
        let ids = Ids::from_seed(1);
        let uuid = uuid(&ids);
        assert_eq!((uuid.len(), uuid.as_bytes()[14]), (36, b'4'));
        assert!(matches!(uuid.as_bytes()[19], b'8' | b'9' | b'a' | b'b'), "{uuid}");
        assert_eq!((extended(&ids).len(), extended(&ids).ends_with('=')), (16, true));
        assert_eq!(log_time(Timestamp(1_707_503_008_941)), "09/Feb/2024:18:23:28 +0000");
        assert_eq!(java_date(Timestamp(1_518_535_881_000)), "Tue Feb 13 15:31:21 UTC 2018");
        assert!(trace_root(&ids, Timestamp(1_587_481_701_000)).starts_with("1-5e9f0c65-"));
        assert_eq!(trace_root(&ids, Timestamp(0)).len(), 35);
    }
}
