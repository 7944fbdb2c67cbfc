//! Just enough of HTTP/1.1 to see each piece as it arrives.

use std::io::{BufRead, Error, ErrorKind, Read, Result};

/// The first line and the headers, names in lower case.
pub(crate) fn head(from: &mut impl BufRead) -> Result<(String, Vec<(String, String)>)> {
    let first = line(from)?;
    let mut headers = Vec::new();
    loop {
        let line = line(from)?;
        if line.is_empty() {
            return Ok((first, headers));
        }
        let (name, value) = line.split_once(':').ok_or_else(|| Error::new(ErrorKind::InvalidData, line.clone()))?;
        headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
    }
}

/// The next chunk of a chunked body; none at its end.
pub(crate) fn chunk(from: &mut impl BufRead) -> Result<Option<Vec<u8>>> {
    let size = line(from)?;
    let size = usize::from_str_radix(size.trim(), 16).map_err(|_| Error::new(ErrorKind::InvalidData, size.clone()))?;
    let mut bytes = vec![0; size];
    from.read_exact(&mut bytes)?;
    line(from)?;
    Ok((size > 0).then_some(bytes))
}

/// The whole body that goes with `headers`; without a length and unless chunked, there is none.
pub(crate) fn body(from: &mut impl BufRead, headers: &[(String, String)]) -> Result<Vec<u8>> {
    let of = |name: &str| headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str());
    let mut body = Vec::new();
    if of("transfer-encoding") == Some("chunked") {
        while let Some(bytes) = chunk(from)? {
            body.extend_from_slice(&bytes);
        }
    } else if let Some(length) = of("content-length").and_then(|length| length.parse().ok()) {
        from.take(length).read_to_end(&mut body)?;
        if body.len() as u64 != length {
            return Err(ErrorKind::UnexpectedEof.into());
        }
    }
    Ok(body)
}

fn line(from: &mut impl BufRead) -> Result<String> {
    let mut bytes = Vec::new();
    from.read_until(b'\n', &mut bytes)?;
    match bytes.strip_suffix(b"\r\n") {
        Some(line) => Ok(String::from_utf8_lossy(line).into_owned()),
        None => Err(ErrorKind::UnexpectedEof.into()),
    }
}
