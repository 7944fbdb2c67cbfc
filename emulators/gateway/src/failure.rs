//! What a client is told when the app gave no answer.

use greenroom_host::{Outcome, Words};
use greenroom_supervisor::{DeployError, InvokeError, Unanswered};

use crate::response::{OutBody, full};

/// What happened, for the journal and for the client.
pub(crate) fn outcome_of(error: &InvokeError, words: Words) -> Outcome {
    use greenroom_channel::message::FailureKind::{Cpu, Hung, Memory, Threw};
    match error {
        InvokeError::Failed(failure) => {
            let given = |text: &String| (!text.is_empty()).then(|| text.clone());
            match failure.kind {
                Threw => Outcome::Error { class: given(&failure.name), message: failure.message.clone(), stack: given(&failure.stack) },
                Hung => Outcome::error(failure.message.clone()),
                Cpu => Outcome::Exceeded { message: words.cpu.to_owned() },
                Memory => Outcome::Exceeded { message: words.memory.to_owned() },
            }
        }
        InvokeError::Cpu => Outcome::Exceeded { message: words.cpu.to_owned() },
        InvokeError::Memory => Outcome::Exceeded { message: words.memory.to_owned() },
        InvokeError::Blocked => Outcome::Exceeded { message: greenroom_supervisor::in_words(error) },
        InvokeError::Crashed(_) | InvokeError::Untaken(_) => Outcome::Crashed { message: greenroom_supervisor::in_words(error) },
    }
}

/// The same of either kind.
pub(crate) fn outcome_of_unanswered(error: &Unanswered, words: Words) -> Outcome {
    match error {
        Unanswered::Nobody(error) => outcome_of_deploy(error, words),
        Unanswered::Failed(error) => outcome_of(error, words),
    }
}

/// The same for an app that could not be loaded.
fn outcome_of_deploy(error: &DeployError, words: Words) -> Outcome {
    match error {
        DeployError::Failed(failure) => outcome_of(&InvokeError::Failed(failure.clone()), words),
        DeployError::Ended(error) => outcome_of(error, words),
        DeployError::NoGuest(why) => Outcome::Crashed { message: format!("no guest could be started: {why}") },
    }
}

/// The page that says so. Text for programs, a page for browsers; both carry the whole message, since the reader is the developer.
pub(crate) fn page(status: u16, message: &str, wants_html: bool) -> http::Response<OutBody> {
    let (kind, body) =
        if wants_html { ("text/html; charset=utf-8", html(message)) } else { ("text/plain; charset=utf-8", format!("{message}\n")) };
    let mut response = http::Response::new(full(body));
    *response.status_mut() = http::StatusCode::from_u16(status).unwrap_or(http::StatusCode::INTERNAL_SERVER_ERROR);
    response.headers_mut().insert(http::header::CONTENT_TYPE, http::HeaderValue::from_static(kind));
    response
}

/// What a front server answers that looks at no more than the size of a request: the page of nginx, signed by `server`, as Cloudflare's
/// clients report it. <https://github.com/mtlynch/picoshare/issues/599>
pub(crate) fn signed_page(status: http::StatusCode, reason: &str, server: &str) -> http::Response<OutBody> {
    let title = format!("{} {reason}", status.as_u16());
    let lines = [
        "<html>",
        &format!("<head><title>{title}</title></head>"),
        "<body>",
        &format!("<center><h1>{title}</h1></center>"),
        &format!("<hr><center>{server}</center>"),
        "</body>",
        "</html>",
        "",
    ];
    let mut response = http::Response::new(full(lines.join("\r\n")));
    *response.status_mut() = status;
    response.headers_mut().insert(http::header::CONTENT_TYPE, http::HeaderValue::from_static("text/html"));
    response
}

fn html(message: &str) -> String {
    let (title, rest) = message.split_once('\n').unwrap_or((message, ""));
    format!(
        "<!doctype html><meta charset=utf-8><title>{0}</title><style>body{{font:15px/1.5 system-ui,sans-serif;margin:3rem auto;max-width:60rem;padding:0 1rem;\
         color:#222;background:#fff}}h1{{font-size:1.15rem;color:#b3261e;white-space:pre-wrap}}pre{{background:#f5f5f4;padding:1rem;overflow:auto}}\
         @media(prefers-color-scheme:dark){{body{{color:#ddd;background:#1b1b1b}}pre{{background:#272727}}h1{{color:#f2836b}}}}</style>\
         <h1>{0}</h1><pre>{1}</pre>",
        escape(title),
        escape(rest),
    )
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_shows_the_message_and_runs_nothing_of_it() {
        assert!(html("Error: <script>\n  at x").contains("<h1>Error: &lt;script&gt;</h1><pre>  at x</pre>"));
    }
}
