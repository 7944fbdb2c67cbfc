//! `greenroom sqs …`: the queues of a run.

use std::process::ExitCode;

use clap::{Args as ClapArgs, Subcommand};
use greenroom_host::Diagnostic;
use http::Method;
use serde_json::{Map, Value, json};

use super::{array, print, text};
use crate::control::client::{Client, ControlArgs, query};

/// `greenroom sqs`
#[derive(Debug, ClapArgs)]
pub(crate) struct Sqs {
    #[command(flatten)]
    pub(crate) control: ControlArgs,
    #[command(subcommand)]
    pub(crate) verb: Verb,
}

/// What to do with them.
#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    /// List them, with how many messages each has
    List {
        /// Those of this app alone
        #[arg(value_name = "APP")]
        app: Option<String>,
    },
    /// Show the first messages of a queue, also those that are not to be seen; nothing happens to them
    Peek {
        /// The queue's name, ARN or URL
        queue: String,
        /// How many
        #[arg(long, short, default_value_t = 10, value_name = "N")]
        number: usize,
    },
    /// Send a message
    Send(Send),
    /// Take all messages out of a queue
    Purge {
        /// The queue's name, ARN or URL
        queue: String,
    },
    /// Move the messages of a dead letter queue to where they came from
    Redrive {
        /// The dead letter queue's name, ARN or URL
        queue: String,
        /// To this queue instead
        #[arg(long, value_name = "QUEUE")]
        to: Option<String>,
        /// So many a second, by the run's clock; else as many as there are
        #[arg(long, value_name = "N")]
        rate: Option<u64>,
    },
}

/// `greenroom sqs send`
#[derive(Debug, ClapArgs)]
pub(crate) struct Send {
    /// The queue's name, ARN or URL
    queue: String,
    /// The message's text; `@file` for what a file has
    body: String,
    /// An attribute of type String; again for more
    #[arg(long, short, value_name = "NAME=TEXT")]
    attribute: Vec<String>,
    /// The message's group
    #[arg(long, value_name = "ID")]
    group: Option<String>,
    /// The deduplication id; a FIFO queue's message gets one of its own
    #[arg(long, value_name = "ID")]
    dedup: Option<String>,
    /// Seconds until it is to be seen
    #[arg(long, value_name = "SECONDS")]
    delay: Option<i64>,
}

pub(super) fn run(args: &Sqs) -> ExitCode {
    let as_json = args.control.json;
    super::ask_run(&args.control, async |client| {
        let (answer, said) = match &args.verb {
            Verb::List { app } => {
                let app = app.as_ref().map(|app| format!("?app={}", query(app))).unwrap_or_default();
                let list = client.ask(Method::GET, &format!("/v1/sqs{app}"), None).await?;
                let said = table(&list);
                (list, said)
            }
            Verb::Peek { queue, number } => {
                let path = format!("/v1/sqs/messages?queue={}&most={number}", query(queue));
                let list = client.ask(Method::GET, &path, None).await?;
                let said = messages(&list);
                (list, said)
            }
            Verb::Send(send) => sent(&client, send).await?,
            Verb::Purge { queue } => {
                let purged = client.ask(Method::POST, "/v1/sqs/purge", Some(&json!({ "queue": queue }))).await?;
                let said = format!("took {} out of {}", counted(&purged), text(&purged, "queue"));
                (purged, said)
            }
            Verb::Redrive { queue, to, rate } => {
                let body = json!({ "queue": queue, "to": to, "rate": rate });
                let moved = client.ask(Method::POST, "/v1/sqs/redrive", Some(&body)).await?;
                let said = format!("{} of {} on their way", counted(&moved), text(&moved, "queue"));
                (moved, said)
            }
        };
        print(as_json, &answer, &said);
        Ok(ExitCode::SUCCESS)
    })
}

fn counted(answer: &Value) -> String {
    match answer["messages"].as_u64().unwrap_or_default() {
        1 => "1 message".to_owned(),
        count => format!("{count} messages"),
    }
}

async fn sent(client: &Client, send: &Send) -> Result<(Value, String), Diagnostic> {
    let content = match send.body.strip_prefix('@') {
        Some(path) => std::fs::read_to_string(path).map_err(|error| Diagnostic::error(format!("`{path}` cannot be read: {error}")))?,
        None => send.body.clone(),
    };
    let pair = |text: &String| text.split_once('=').map(|(name, value)| (name.to_owned(), Value::from(value)));
    let attributes = send.attribute.iter().map(|text| pair(text).ok_or(text)).collect::<Result<Map<_, _>, _>>();
    let attributes =
        attributes.map_err(|text| Diagnostic::error(format!("`{text}` is no attribute")).hint("write `--attribute name=text`"))?;
    let body = json!({
        "queue": send.queue, "body": content, "attributes": attributes, "groupId": send.group, "deduplicationId": send.dedup,
        "delaySeconds": send.delay,
    });
    let sent = client.ask(Method::POST, "/v1/sqs/send", Some(&body)).await?;
    let said = format!("sent {} to {}", text(&sent, "messageId"), text(&sent, "queue"));
    Ok((sent, said))
}

fn table(list: &Value) -> String {
    let row = |queue: &Value| {
        let number = |key: &str| queue[key].to_string();
        let dead = text(queue, "deadLetter").rsplit(':').next().unwrap_or_default().to_owned();
        let dead = if dead.is_empty() { dead } else { format!("{dead} after {}", queue["maxReceiveCount"]) };
        let (name, app) = (text(queue, "name").to_owned(), text(queue, "app").to_owned());
        vec![name, app, number("visible"), number("inFlight"), number("delayed"), dead]
    };
    let rows: Vec<Vec<String>> = array(list, "queues").iter().map(row).collect();
    let head = ["queue", "app", "visible", "in flight", "delayed", "dead letters"];
    if rows.is_empty() { "there are no queues".to_owned() } else { crate::print::table(&head, &rows) }
}

fn messages(list: &Value) -> String {
    let row = |message: &Value| {
        let word = |key: &str| text(message, key).to_owned();
        vec![word("messageId"), word("sent"), message["receiveCount"].to_string(), word("visibleAt"), word("groupId"), word("body")]
    };
    let rows: Vec<Vec<String>> = array(list, "messages").iter().map(row).collect();
    let head = ["message", "sent", "received", "visible at", "group", "body"];
    if rows.is_empty() { "there are no messages".to_owned() } else { crate::print::table(&head, &rows) }
}
