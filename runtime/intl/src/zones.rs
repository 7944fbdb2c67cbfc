//! Time zones: offsets by ICU's own file of the IANA database.

use std::sync::LazyLock;

use zoneinfo64::{ZONEINFO64_RES_FOR_TESTING, Zone, ZoneInfo64};

// The name is the crate's; the file is the one that ICU ships.
static ZONES: LazyLock<Option<ZoneInfo64<'static>>> = LazyLock::new(|| ZoneInfo64::try_from_u32s(ZONEINFO64_RES_FOR_TESTING).ok());

/// A number for the zone of this name, spelled as the database spells it. Links have numbers of their own.
#[must_use]
pub fn find(name: &str) -> Option<u16> {
    Some(ZONES.as_ref()?.get(name)?.into_raw_parts().0)
}

/// The offset from UTC in seconds at a time in seconds since 1970, and whether daylight saving applies.
#[must_use]
pub fn offset(zone: u16, seconds: i64) -> (i32, bool) {
    let Some(zones) = ZONES.as_ref() else { return (0, false) };
    let offset = Zone::from_raw_parts((zone, zones)).for_timestamp(seconds);
    (offset.offset.seconds(), offset.rule_applies)
}
