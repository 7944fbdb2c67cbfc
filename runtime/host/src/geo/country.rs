//! The countries of ISO 3166-1.

/// One line for each; the first lines say what the fields are.
const TABLE: &str = include_str!("countries.txt");

/// A country or territory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Country {
    /// ISO 3166-1 alpha-2: `DE`.
    pub code: &'static str,
    /// In English.
    pub name: &'static str,
    /// `AF`, `AN`, `AS`, `EU`, `NA`, `OC`, `SA`.
    pub continent: &'static str,
    /// Whether it is a member of the European Union.
    pub in_eu: bool,
    /// Its capital, or what comes near to one.
    pub capital: &'static str,
    /// Of the capital, in degrees with five decimals.
    pub latitude: &'static str,
    /// Of the capital, in degrees with five decimals.
    pub longitude: &'static str,
    /// The subdivision that the capital is in; empty where there is none.
    pub region: &'static str,
    /// Its code in ISO 3166-2 without the country's; empty where there is none.
    pub region_code: &'static str,
    /// The IATA code of a data centre near by.
    pub colo: &'static str,
    /// IANA's time zones with spaces between them, the capital's first; empty where nobody lives.
    pub time_zones: &'static str,
}

impl Country {
    /// The time zone of the capital.
    #[must_use]
    pub fn time_zone(&self) -> Option<&'static str> {
        self.time_zones.split(' ').next().filter(|zone| !zone.is_empty())
    }
}

/// All of them, by code.
pub fn all() -> impl Iterator<Item = Country> {
    TABLE.lines().filter(|line| !line.starts_with('#')).filter_map(read)
}

/// The country of a code, in either case.
#[must_use]
pub fn find(code: &str) -> Option<Country> {
    all().find(|country| country.code.eq_ignore_ascii_case(code))
}

fn read(line: &'static str) -> Option<Country> {
    let mut fields = line.split('|');
    let mut next = || fields.next();
    Some(Country {
        code: next()?,
        name: next()?,
        continent: next()?,
        in_eu: next()? == "EU",
        capital: next()?,
        latitude: next()?,
        longitude: next()?,
        region: next()?,
        region_code: next()?,
        colo: next()?,
        time_zones: next()?,
    })
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use super::*;

    #[test]
    fn every_line_is_a_country() {
        assert_eq!(all().count(), 249);
        assert_eq!(all().count(), TABLE.lines().filter(|line| !line.starts_with('#')).count());
        for country in all() {
            assert!(country.code.len() == 2 && country.colo.len() == 3, "{country:?}");
            assert!(["AF", "AN", "AS", "EU", "NA", "OC", "SA"].contains(&country.continent), "{country:?}");
            let (latitude, longitude) = (country.latitude.parse::<f64>().unwrap(), country.longitude.parse::<f64>().unwrap());
            assert!(latitude.abs() <= 90.0 && longitude.abs() <= 180.0, "{country:?}");
        }
        let codes: Vec<_> = all().map(|country| country.code).collect();
        assert!(codes.is_sorted(), "they are in order, each once");
    }

    #[test]
    fn the_european_union_has_27_members() {
        assert_eq!(all().filter(|country| country.in_eu).count(), 27);
        assert!(find("de").unwrap().in_eu && !find("GB").unwrap().in_eu && find("XX").is_none());
    }

    /// Held against the time zone database of the machine.
    #[test]
    fn codes_and_time_zones_are_those_of_the_time_zone_database() {
        let read = |name: &str| std::fs::read_to_string(format!("/usr/share/zoneinfo/{name}"));
        let (Ok(codes), Ok(zones)) = (read("iso3166.tab"), read("zone.tab")) else {
            eprintln!("skipped: this machine has no time zone database");
            return;
        };
        let rows = |text: &'static str| text.lines().filter(|line| !line.starts_with('#')).map(|line| line.split('\t').collect::<Vec<_>>());
        let (codes, zones): (&'static str, &'static str) = (codes.leak(), zones.leak());
        assert_eq!(all().map(|country| country.code).collect::<BTreeSet<_>>(), rows(codes).map(|row| row[0]).collect());
        let mut known = BTreeMap::<&str, BTreeSet<&str>>::new();
        for row in rows(zones) {
            known.entry(row[0]).or_default().insert(row[2]);
        }
        for country in all() {
            let here: BTreeSet<_> = country.time_zones.split(' ').filter(|zone| !zone.is_empty()).collect();
            assert!(here.is_subset(&known.remove(country.code).unwrap_or_default()), "{country:?}");
        }
    }
}
