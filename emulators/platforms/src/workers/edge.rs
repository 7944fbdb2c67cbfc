//! Cloudflare's edge: `request.cf` and the headers that a request has when it reaches a Worker.
//!
//! Always there are `cf-connecting-ip`, `cf-ipcountry`, `cf-ray`, `cf-visitor`, `x-forwarded-proto`, `x-real-ip` and `accept-encoding: br, gzip`
//! (<https://developers.cloudflare.com/fundamentals/reference/http-headers/>); the headers of a place only on demand, since production adds
//! them where a zone asks for it (<https://developers.cloudflare.com/rules/transform/managed-transforms/reference/>).

use greenroom_host::geo::{Arriving, Country, Edge, Place, find};
use serde_json::{Map, Value, json};

/// Cloudflare's edge.
#[derive(Debug, Clone, Copy)]
pub(super) struct CloudflareEdge;

/// Fields that are text in `request.cf`. <https://developers.cloudflare.com/workers/runtime-apis/request/#incomingrequestcfproperties>
const TEXTS: &[&str] = &[
    "asOrganization",
    "city",
    "clientAcceptEncoding",
    "colo",
    "continent",
    "country",
    "httpProtocol",
    "isEUCountry",
    "latitude",
    "longitude",
    "metroCode",
    "postalCode",
    "region",
    "regionCode",
    "requestPriority",
    "timezone",
    "tlsCipher",
    "tlsVersion",
];

/// Fields that are numbers.
const NUMBERS: &[&str] = &["asn", "clientTcpRtt", "clientTrustScore", "edgeRequestKeepAliveStatus"];

/// Continents as Cloudflare writes them.
const CONTINENTS: &[&str] = &["AF", "AN", "AS", "EU", "NA", "OC", "SA"];

/// Headers of the Managed Transform, and the field that each of them repeats.
const LOCATION_HEADERS: &[(&str, &str)] = &[
    ("cf-ipcity", "city"),
    ("cf-ipcontinent", "continent"),
    ("cf-iplongitude", "longitude"),
    ("cf-iplatitude", "latitude"),
    ("cf-region", "region"),
    ("cf-region-code", "regionCode"),
    ("cf-metro-code", "metroCode"),
    ("cf-postal-code", "postalCode"),
    ("cf-timezone", "timezone"),
];

impl Edge for CloudflareEdge {
    fn place(&self, fields: &[(String, String)], location_headers: bool) -> Result<Place, String> {
        if let Some((name, _)) = fields.iter().enumerate().find_map(|(at, field)| fields[..at].iter().find(|(name, _)| *name == field.0)) {
            return Err(format!("`{name}` is given twice"));
        }
        let country = fields.iter().find(|(name, _)| name == "country").map(|(_, code)| code.to_ascii_uppercase());
        let chosen = country.is_some();
        let mut cf = match country.as_deref() {
            None => default_place(),
            // Unknown and Tor: https://developers.cloudflare.com/fundamentals/reference/http-headers/#cf-ipcountry
            Some("XX") => nowhere(),
            Some("T1") => {
                let mut cf = nowhere();
                cf.insert("country".into(), "T1".into());
                cf
            }
            Some(code) => place_in(&find(code).ok_or_else(|| format!("`{code}` is no country of ISO 3166-1"))?),
        };
        let moved = |field: &str| fields.iter().any(|(name, value)| name == field && cf.get(field) != Some(&json!(value)));
        if moved("city") || moved("region") || moved("regionCode") {
            // Elsewhere in the country: what is known of the one city says nothing about it.
            for field in ["city", "region", "regionCode", "metroCode", "postalCode", "latitude", "longitude"] {
                cf.remove(field);
            }
        }
        connection(&mut cf);
        let mut ip = None;
        for (name, value) in fields.iter().filter(|(name, _)| name != "country") {
            if name == "ip" {
                ip = Some(value.parse().map_err(|_| format!("`ip` is an IP address, and `{value}` is none"))?);
            } else {
                set(&mut cf, name, value)?;
            }
        }
        let known = if chosen { cf.get("country").and_then(Value::as_str) } else { Some("US") };
        let mut headers = vec![("cf-ipcountry", known.unwrap_or("XX").to_owned())];
        if location_headers {
            let value = |field: &str| cf.get(field).and_then(Value::as_str).map(str::to_owned);
            headers.extend(LOCATION_HEADERS.iter().filter_map(|(header, field)| Some((*header, value(field)?))));
        }
        let colo = cf.get("colo").and_then(Value::as_str).unwrap_or_default().to_owned();
        let mut extra = Value::Object(cf).to_string();
        extra.pop();
        Ok(Place { headers, extra, colo, ip })
    }

    fn headers(&self, place: &Place, request: &Arriving<'_>) -> Vec<(&'static str, Option<String>)> {
        let address = place.ip.unwrap_or(request.peer).to_canonical().to_string();
        let mut headers = vec![
            ("accept-encoding", Some("br, gzip".to_owned())),
            ("cf-ray", Some(format!("{:016x}-{}", request.id, place.colo))),
            ("cf-visitor", Some(format!(r#"{{"scheme":"{}"}}"#, request.scheme))),
            ("x-forwarded-proto", Some(request.scheme.to_owned())),
            ("x-real-ip", Some(address.clone())),
            ("cf-connecting-ip", Some(address)),
        ];
        headers.extend(place.headers.iter().map(|(name, value)| (*name, Some(value.clone()))));
        headers
    }

    fn extra(&self, place: &Place, request: &Arriving<'_>) -> String {
        let mut extra = place.extra.clone();
        if !extra.contains("\"httpProtocol\":") {
            extra.push_str(",\"httpProtocol\":");
            extra.push_str(&json!(request.protocol).to_string());
        }
        if !extra.contains("\"clientAcceptEncoding\":") {
            extra.push_str(",\"clientAcceptEncoding\":");
            extra.push_str(&json!(request.accept_encoding).to_string());
        }
        extra.push('}');
        extra
    }
}

/// Where requests come from unless the user says otherwise: the place that miniflare takes, so that the same code sees the same there.
fn default_place() -> Map<String, Value> {
    object(json!({
        "asOrganization": "", "asn": 395_747, "colo": "DFW", "city": "Austin", "region": "Texas", "regionCode": "TX", "metroCode": "635",
        "postalCode": "78701", "country": "US", "continent": "NA", "timezone": "America/Chicago", "latitude": "30.27130",
        "longitude": "-97.74260",
    }))
}

fn nowhere() -> Map<String, Value> {
    object(json!({ "asOrganization": "", "asn": 395_747, "colo": "DFW" }))
}

fn place_in(country: &Country) -> Map<String, Value> {
    let mut cf = object(json!({ "asOrganization": "", "asn": 395_747, "colo": country.colo, "city": country.capital }));
    let mut put = |name: &str, value: &str| {
        if !value.is_empty() {
            cf.insert(name.to_owned(), value.into());
        }
    };
    put("region", country.region);
    put("regionCode", country.region_code);
    put("country", country.code);
    put("isEUCountry", if country.in_eu { "1" } else { "" });
    put("continent", country.continent);
    put("timezone", country.time_zone().unwrap_or_default());
    put("latitude", country.latitude);
    put("longitude", country.longitude);
    cf
}

/// What `request.cf` says of the connection. There is no TLS here; production always has it, and so does what code sees.
fn connection(cf: &mut Map<String, Value>) {
    let empty = [
        "certIssuerDN",
        "certSubjectDN",
        "certIssuerDNRFC2253",
        "certSubjectDNRFC2253",
        "certIssuerDNLegacy",
        "certSubjectDNLegacy",
        "certSerial",
        "certIssuerSerial",
        "certSKI",
        "certIssuerSKI",
        "certFingerprintSHA1",
        "certFingerprintSHA256",
        "certNotBefore",
        "certNotAfter",
        "certRFC9440",
        "certChainRFC9440",
    ];
    let mut certificate = object(json!({ "certPresented": "0", "certVerified": "NONE", "certRevoked": "0" }));
    for name in empty {
        certificate.insert(name.to_owned(), "".into());
        if name.ends_with("RFC9440") {
            certificate.insert(format!("{name}TooLarge"), false.into());
        }
    }
    let rest = json!({
        "clientTcpRtt": 0, "requestPriority": "weight=192;exclusive=0", "tlsCipher": "AEAD-AES128-GCM-SHA256", "tlsVersion": "TLSv1.3",
        "tlsClientAuth": certificate, "edgeRequestKeepAliveStatus": 0, "clientTrustScore": 99,
        "botManagement": {
            "corporateProxy": false, "verifiedBot": false, "ja3Hash": "25b4882c2bcb50cd6b469ff28c596742", "staticResource": false,
            "detectionIds": [], "score": 99,
        },
    });
    cf.extend(object(rest));
}

/// Sets a field as the user gave it; its type is the one that Cloudflare documents.
fn set(cf: &mut Map<String, Value>, name: &str, value: &str) -> Result<(), String> {
    if let Some((group @ ("botManagement" | "tlsClientAuth"), inner)) = name.split_once('.') {
        let object = cf.get_mut(group).and_then(Value::as_object_mut).ok_or_else(|| unknown(name))?;
        let slot = object.get_mut(inner).ok_or_else(|| unknown(name))?;
        *slot = like(slot, name, value)?;
        return Ok(());
    }
    match name {
        "continent" if !CONTINENTS.contains(&value) => {
            return Err(format!("`continent` is one of {}, not `{value}`", CONTINENTS.join(", ")));
        }
        "latitude" | "longitude" => {
            let most = if name == "latitude" { 90.0 } else { 180.0 };
            if !value.parse::<f64>().is_ok_and(|degrees| degrees.abs() <= most) {
                return Err(format!("`{name}` is a number of degrees from -{most} to {most}, not `{value}`"));
            }
            cf.insert(name.to_owned(), value.into());
        }
        "isEUCountry" if value == "0" || value.is_empty() => {
            cf.remove(name);
        }
        "isEUCountry" if value != "1" => return Err("`isEUCountry` is `1`, or `0` for none".to_owned()),
        _ if TEXTS.contains(&name) => {
            cf.insert(name.to_owned(), value.into());
        }
        _ if NUMBERS.contains(&name) => {
            cf.insert(name.to_owned(), like(&json!(0), name, value)?);
        }
        _ => return Err(unknown(name)),
    }
    Ok(())
}

/// `value` as the type of `slot`.
fn like(slot: &Value, name: &str, value: &str) -> Result<Value, String> {
    match slot {
        Value::String(_) => Ok(value.into()),
        Value::Bool(_) => value.parse::<bool>().map(Value::from).map_err(|_| format!("`{name}` is `true` or `false`, not `{value}`")),
        Value::Number(_) => value.parse::<u64>().map(Value::from).map_err(|_| format!("`{name}` is a whole number, not `{value}`")),
        _ => {
            let ids: Result<Vec<u64>, _> = value.split_whitespace().map(str::parse).collect();
            ids.map(Value::from).map_err(|_| format!("`{name}` is whole numbers with spaces between them, not `{value}`"))
        }
    }
}

fn unknown(name: &str) -> String {
    format!("`{name}` is no field of `request.cf` (nor `ip`)")
}

fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(map) => map,
        _ => Map::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(text: &str) -> Result<Value, String> {
        let place = CloudflareEdge.place(&greenroom_host::geo::parse(text)?, true)?;
        let request = Arriving { peer: [127, 0, 0, 1].into(), id: 1, protocol: "HTTP/1.1", scheme: "http", accept_encoding: "x\"y" };
        Ok(serde_json::from_str(&CloudflareEdge.extra(&place, &request)).expect("it is JSON"))
    }

    #[test]
    fn a_country_has_its_capital() {
        let cf = place("de").unwrap();
        let expected = ["DE", "1", "EU", "Berlin", "Europe/Berlin", "BE", "52.52437"];
        let names = ["country", "isEUCountry", "continent", "city", "timezone", "regionCode", "latitude"];
        assert_eq!(names.map(|name| cf[name].as_str().unwrap()), expected);
        assert_eq!(cf["clientAcceptEncoding"], "x\"y");
        assert_eq!(place("GB").unwrap().get("isEUCountry"), None);
    }

    #[test]
    fn another_city_has_no_coordinates_unless_they_are_given() {
        let cf = place("country=DE,city=Bonn,latitude=50.7").unwrap();
        assert_eq!(
            (cf["city"].as_str(), cf["latitude"].as_str(), cf.get("longitude"), cf.get("region")),
            (Some("Bonn"), Some("50.7"), None, None)
        );
    }

    #[test]
    fn another_region_has_no_city_unless_it_is_given() {
        let cf = place("country=US,regionCode=CA").unwrap();
        let known = ["country", "regionCode", "region", "city", "latitude"].map(|name| cf.get(name).and_then(Value::as_str));
        assert_eq!(known, [Some("US"), Some("CA"), None, None, None]);
        let cf = place("country=DE,regionCode=BE").unwrap();
        assert_eq!((cf["city"].as_str(), cf["region"].as_str()), (Some("Berlin"), Some("Land Berlin")));
        let cf = place("city=Oakland,region=California").unwrap();
        assert_eq!((cf["city"].as_str(), cf["region"].as_str(), cf.get("postalCode")), (Some("Oakland"), Some("California"), None));
    }

    #[test]
    fn every_country_and_the_two_that_are_none_can_be_chosen() {
        for country in ["XX", "T1"].into_iter().chain(greenroom_host::geo::all().map(|country| country.code)) {
            let cf = place(country).unwrap();
            assert_eq!(cf.get("country").and_then(Value::as_str), (country != "XX").then_some(country));
        }
    }

    #[test]
    fn fields_have_the_types_of_the_vendor() {
        let cf = place("US,asn=13335,botManagement.score=1,botManagement.verifiedBot=true,tlsVersion=TLSv1.2").unwrap();
        assert_eq!((&cf["asn"], &cf["tlsVersion"]), (&json!(13335), &json!("TLSv1.2")));
        assert_eq!((&cf["botManagement"]["score"], &cf["botManagement"]["verifiedBot"]), (&json!(1), &json!(true)));
    }

    #[test]
    fn what_is_wrong_is_named() {
        for (text, names) in [
            ("ZZ", "`ZZ`"),
            ("country=DE,planet=Mars", "`planet`"),
            ("asn=x", "`asn`"),
            ("ip=1.2.3", "`ip`"),
            ("continent=XY", "`continent`"),
            ("botManagement.x=1", "`botManagement.x`"),
            ("latitude=north", "`latitude`"),
            ("latitude=-90.1", "from -90 to 90"),
            ("longitude=NaN", "from -180 to 180"),
            ("country=DE,city=Bonn,country=FR", "`country` is given twice"),
        ] {
            assert!(place(text).unwrap_err().contains(names), "{text}");
        }
    }
}
