//! A place as a user writes it: `DE`, or `country=DE,city=Berlin,asn=1`.

/// Names and values, in order. A value in double quotes may hold commas; `%20` stands for the byte of that number.
///
/// # Errors
/// A sentence that says what is no field.
pub fn parse(text: &str) -> Result<Vec<(String, String)>, String> {
    let parts = split(text)?;
    let mut fields = Vec::with_capacity(parts.len());
    for part in parts.iter().map(|part| part.trim()).filter(|part| !part.is_empty()) {
        let (name, value) = match part.split_once('=') {
            Some((name, value)) => (name.trim(), value.trim()),
            None if part.len() == 2 && fields.is_empty() => ("country", part),
            None => return Err(format!("`{part}` is no field: write `name=value`")),
        };
        fields.push((name.to_owned(), decoded(unquoted(value))));
    }
    if fields.is_empty() {
        return Err("it names no place: write a country such as `DE`, or `country=DE,city=Berlin`".to_owned());
    }
    Ok(fields)
}

/// Cuts at commas outside of quotes.
fn split(text: &str) -> Result<Vec<&str>, String> {
    let mut parts = Vec::new();
    let (mut start, mut quoted) = (0, false);
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'"' => quoted = !quoted,
            b',' if !quoted => {
                parts.push(&text[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    if quoted {
        return Err("a double quote is not closed".to_owned());
    }
    parts.push(&text[start..]);
    Ok(parts)
}

fn unquoted(value: &str) -> &str {
    value.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or(value)
}

fn decoded(value: &str) -> String {
    let mut bytes = Vec::with_capacity(value.len());
    let mut rest = value.as_bytes();
    while let [first, tail @ ..] = rest {
        let number =
            tail.get(..2).and_then(|digits| std::str::from_utf8(digits).ok()).and_then(|digits| u8::from_str_radix(digits, 16).ok());
        match (first, number) {
            (b'%', Some(byte)) => {
                bytes.push(byte);
                rest = &tail[2..];
            }
            _ => {
                bytes.push(*first);
                rest = tail;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::parse;

    fn fields(text: &str) -> Vec<(String, String)> {
        parse(text).unwrap()
    }

    fn pair(name: &str, value: &str) -> (String, String) {
        (name.to_owned(), value.to_owned())
    }

    #[test]
    fn a_country_alone_or_fields() {
        assert_eq!(fields("de"), [pair("country", "de")]);
        assert_eq!(fields(" DE, city = Berlin ,"), [pair("country", "DE"), pair("city", "Berlin")]);
        assert_eq!(fields(r#"city="Washington, D.C.",asn=1"#), [pair("city", "Washington, D.C."), pair("asn", "1")]);
        assert_eq!(fields("city=M%C3%BCnchen,region=100%"), [pair("city", "München"), pair("region", "100%")]);
    }

    #[test]
    fn what_is_no_field_is_named() {
        assert_eq!(parse("Germany").unwrap_err(), "`Germany` is no field: write `name=value`");
        assert!(parse("city=\"x").unwrap_err().contains("not closed"));
        assert!(parse(" , ").unwrap_err().contains("names no place"));
    }
}
