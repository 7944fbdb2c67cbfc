//! The command line as a client of the control API.

use clap::Args as ClapArgs;
use greenroom_host::Diagnostic;
use http::{Method, Request};
use http_body_util::{BodyExt, Full};
use hyper::body::{Bytes, Incoming};
use hyper_util::rt::TokioIo;
use serde_json::Value;
use tokio::net::TcpStream;

use crate::control::run_file::RunFile;

/// Which run is meant.
#[derive(Debug, Clone, Default, ClapArgs)]
pub(crate) struct ControlArgs {
    /// Where the run's control API is; without it, that of the run that serves the current folder, else the usual port
    #[arg(long, global = true, value_name = "URL", env = "GREENROOM_CONTROL")]
    pub(crate) control: Option<String>,
    /// Print JSON
    #[arg(long, global = true)]
    pub(crate) json: bool,
}

/// A connection to a run.
#[derive(Debug, Clone)]
pub(crate) struct Client {
    /// `127.0.0.1:4560`
    authority: String,
    token: Option<String>,
}

impl Client {
    /// Finds the run that is meant.
    ///
    /// # Errors
    /// An address that is none.
    pub(crate) fn find(args: &ControlArgs) -> Result<Self, Diagnostic> {
        let here = std::env::current_dir().ok().and_then(|dir| RunFile::read(&dir));
        match &args.control {
            Some(url) => {
                let token = here.filter(|run| run.control == *url).and_then(|run| run.token);
                Ok(Self { authority: authority(url)?, token: token.or_else(|| std::env::var("GREENROOM_TOKEN").ok()) })
            }
            None => match here {
                Some(run) => Ok(Self { authority: authority(&run.control)?, token: run.token }),
                None => Ok(Self { authority: format!("127.0.0.1:{}", greenroom_control::PORT), token: None }),
            },
        }
    }

    /// Asks, and gives the answer's JSON.
    ///
    /// # Errors
    /// When nobody answers, or with what the run says is wrong.
    pub(crate) async fn ask(&self, method: Method, path: &str, body: Option<&Value>) -> Result<Value, Diagnostic> {
        let response = self.send(method, path, body).await?;
        let status = response.status();
        let bytes = response.into_body().collect().await.map_err(|error| self.broke_off(&error))?.to_bytes();
        let value = serde_json::from_slice(&bytes).unwrap_or(Value::Null);
        if status.is_success() { Ok(value) } else { Err(self.problem(status, &value)) }
    }

    /// Asks, and gives the answer as it comes.
    ///
    /// # Errors
    /// When nobody answers, or with what the run says is wrong.
    pub(crate) async fn stream(&self, path: &str) -> Result<Incoming, Diagnostic> {
        let response = self.send(Method::GET, path, None).await?;
        let status = response.status();
        if status.is_success() {
            return Ok(response.into_body());
        }
        let bytes = response.into_body().collect().await.map_err(|error| self.broke_off(&error))?.to_bytes();
        Err(self.problem(status, &serde_json::from_slice(&bytes).unwrap_or(Value::Null)))
    }

    async fn send(&self, method: Method, path: &str, body: Option<&Value>) -> Result<http::Response<Incoming>, Diagnostic> {
        let stream = TcpStream::connect(&self.authority).await.map_err(|error| self.nobody(&error))?;
        let (mut sender, connection) =
            hyper::client::conn::http1::handshake(TokioIo::new(stream)).await.map_err(|error| self.broke_off(&error))?;
        tokio::spawn(connection);
        let mut request = Request::builder().method(method).uri(path).header(http::header::HOST, &self.authority);
        if let Some(token) = &self.token {
            request = request.header(http::header::AUTHORIZATION, format!("Bearer {token}"));
        }
        if body.is_some() {
            request = request.header(http::header::CONTENT_TYPE, "application/json");
        }
        let bytes = body.map_or_else(Bytes::new, |body| body.to_string().into());
        let request = request.body(Full::new(bytes)).map_err(|error| Diagnostic::error(error.to_string()))?;
        sender.send_request(request).await.map_err(|error| self.broke_off(&error))
    }

    fn nobody(&self, error: &std::io::Error) -> Diagnostic {
        Diagnostic::error(format!("nothing answers at http://{}: {error}", self.authority))
            .hint("start `greenroom dev`, or say where the run is: `--control URL`, or `GREENROOM_CONTROL`")
    }

    fn broke_off(&self, error: &hyper::Error) -> Diagnostic {
        Diagnostic::error(format!("the connection to http://{} broke off: {error}", self.authority))
    }

    fn problem(&self, status: http::StatusCode, value: &Value) -> Diagnostic {
        match value["error"]["message"].as_str() {
            Some(message) => {
                let problem = Diagnostic::error(message.to_owned());
                value["error"]["hint"].as_str().map_or(problem.clone(), |hint| problem.hint(hint.to_owned()))
            }
            None => Diagnostic::error(format!("http://{} answered {status}, as no run of this program does", self.authority))
                .hint("is another program at that port? Say where the run is: `--control URL`"),
        }
    }
}

/// A value as part of a query.
pub(crate) fn query(value: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    value.bytes().fold(String::new(), |mut out, byte| {
        if plain(byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
        out
    })
}

fn authority(url: &str) -> Result<String, Diagnostic> {
    let rest = url.strip_prefix("http://").unwrap_or(url).trim_end_matches('/');
    let wrong = rest.is_empty() || rest.contains(['/', '@', ' ']) || url.starts_with("https:");
    match rest.parse::<http::uri::Authority>() {
        Ok(authority) if !wrong && authority.port().is_some() => Ok(rest.to_owned()),
        _ => Err(Diagnostic::error(format!("`{url}` is no address of a control API")).hint("write it as `http://127.0.0.1:4560`")),
    }
}

#[cfg(test)]
mod tests {
    use super::authority;

    #[test]
    fn addresses() {
        assert_eq!(authority("http://127.0.0.1:4560/").unwrap(), "127.0.0.1:4560");
        assert_eq!(authority("localhost:4560").unwrap(), "localhost:4560");
        for wrong in ["", "http://", "https://localhost:4560", "localhost", "http://a b:1", "http://localhost:4560/v1"] {
            assert!(authority(wrong).is_err(), "{wrong}");
        }
    }
}
