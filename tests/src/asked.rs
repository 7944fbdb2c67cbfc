//! The server that observations of `fetch` ask; `tests/specs/site.mjs` answers the same. What it answers is in the path: `/raw/<hex>` those
//! bytes and the end of the connection, `/echo` the request's head as it came and its body, `/loop` a redirect to itself, `/down/<n>` n
//! redirects, `/hang` nothing, `/drip` a body that does not end.

use std::io::{BufRead, BufReader, Read, Result, Write};
use std::net::{Shutdown, TcpListener, TcpStream};

use crate::http;

/// Listens on a free port of 127.0.0.1 until the test's process ends; gives its URL.
///
/// # Panics
/// If no port can be had.
#[must_use]
pub fn asked_site() -> String {
    let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a free port");
    let address = listener.local_addr().expect("a listener has an address");
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            // What goes wrong with a connection is what the other side observes.
            std::thread::spawn(move || serve(stream));
        }
    });
    format!("http://{address}")
}

fn serve(stream: TcpStream) -> Result<()> {
    let mut reader = BufReader::new(stream);
    while let Some(head) = head(&mut reader)? {
        let headers: Vec<_> = head.lines().skip(1).filter_map(|line| line.split_once(": ")).collect();
        let headers: Vec<_> = headers.iter().map(|(name, value)| (name.to_ascii_lowercase(), (*value).to_owned())).collect();
        let body = http::body(&mut reader, &headers)?;
        answer(&head, &body, &mut reader)?;
    }
    Ok(())
}

/// Request line and headers, byte for byte but for the ends of lines; none at the end of the connection.
fn head(reader: &mut BufReader<TcpStream>) -> Result<Option<String>> {
    let mut head = String::new();
    loop {
        let mut line = Vec::new();
        if reader.read_until(b'\n', &mut line)? == 0 {
            return Ok(None);
        }
        let line: String = line.iter().copied().map(char::from).collect();
        match line.trim_end_matches(['\r', '\n']) {
            "" => return Ok(Some(head)),
            line => head += &format!("{}{line}", if head.is_empty() { "" } else { "\n" }),
        }
    }
}

fn answer(head: &str, body: &[u8], reader: &mut BufReader<TcpStream>) -> Result<()> {
    let path = head.split(' ').nth(1).unwrap_or_default();
    let mut words = path.split(['/', '?']).skip(1);
    let (verb, argument) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    let stream = reader.get_mut();
    match (verb, argument) {
        ("raw", hex) => {
            stream.write_all(&bytes(hex))?;
            stream.shutdown(Shutdown::Write)
        }
        ("loop", _) => send(stream, "302 Found", "location: /loop\r\n", ""),
        ("down", n) if n != "0" => {
            let left = n.parse::<u32>().unwrap_or(1) - 1;
            send(stream, "302 Found", &format!("location: /down/{left}\r\n"), "")
        }
        ("drip", _) => stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\ndrip"),
        ("hang", _) => reader.read_to_end(&mut Vec::new()).map(drop),
        _ => send(stream, "200 OK", "", &format!("{head}\n\n{}", body.iter().copied().map(char::from).collect::<String>())),
    }
}

fn send(stream: &mut TcpStream, status: &str, headers: &str, text: &str) -> Result<()> {
    let body: Vec<u8> = text.chars().map(|c| u8::try_from(u32::from(c)).unwrap_or(b'?')).collect();
    let head = format!("HTTP/1.1 {status}\r\n{headers}content-length: {}\r\n\r\n", body.len());
    stream.write_all(&[head.as_bytes(), &body].concat())
}

fn bytes(hex: &str) -> Vec<u8> {
    let digits: Vec<u8> = hex.chars().filter_map(|digit| digit.to_digit(16)).map(|digit| u8::try_from(digit).unwrap_or(0)).collect();
    digits.chunks_exact(2).map(|pair| (pair[0] << 4) | pair[1]).collect()
}
