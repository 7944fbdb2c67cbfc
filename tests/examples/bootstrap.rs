//! The bench's custom runtime: the least that a `bootstrap` of `provided.*` can be. It answers each event with what the bench's other functions
//! answer, on one kept connection to the Runtime API, with nothing but the standard library.

use std::error::Error;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::time::Duration;

const PATH: &str = "/2018-06-01/runtime/invocation";

type Failure = Box<dyn Error>;

fn main() -> Result<(), Failure> {
    let api = std::env::var("AWS_LAMBDA_RUNTIME_API")?;
    let mut stream = BufReader::new(TcpStream::connect(&api)?);
    stream.get_ref().set_nodelay(true)?;
    loop {
        stream.get_ref().write_all(format!("GET {PATH}/next HTTP/1.1\r\nhost: {api}\r\n\r\n").as_bytes())?;
        let (id, event) = answer(&mut stream)?;
        if let Some(wait) = number(&event, "\"wait\":") {
            #[expect(clippy::disallowed_methods, reason = "the bench measures real time")]
            std::thread::sleep(Duration::from_millis(wait));
        }
        let body = format!(r#"{{"version":"0","instance":"{}","said":"hello"}}"#, std::process::id());
        let head = format!("POST {PATH}/{id}/response HTTP/1.1\r\nhost: {api}\r\ncontent-length: {}\r\n\r\n", body.len());
        stream.get_ref().write_all(format!("{head}{body}").as_bytes())?;
        answer(&mut stream)?;
    }
}

/// The id of the request that an answer of the API names, and its body.
fn answer(stream: &mut BufReader<TcpStream>) -> Result<(String, String), Failure> {
    let (mut id, mut length) = (String::new(), 0);
    loop {
        let mut line = String::new();
        stream.read_line(&mut line)?;
        if line.trim().is_empty() {
            break;
        }
        match line.split_once(':').map(|(name, value)| (name.to_ascii_lowercase(), value.trim())) {
            Some((name, value)) if name == "lambda-runtime-aws-request-id" => value.clone_into(&mut id),
            Some((name, value)) if name == "content-length" => length = value.parse()?,
            _ => {}
        }
    }
    let mut body = vec![0; length];
    stream.read_exact(&mut body)?;
    Ok((id, String::from_utf8(body)?))
}

/// The number behind a field of a flat object.
fn number(json: &str, field: &str) -> Option<u64> {
    let rest = json.split_once(field)?.1;
    rest.split(|byte: char| !byte.is_ascii_digit()).next()?.parse().ok()
}
