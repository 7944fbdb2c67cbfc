//! `greenroom events generate aws sqs`: messages of a queue that are made up, as functions get them.

use std::io::Read as _;

use clap::{Args as ClapArgs, ValueEnum};
use greenroom_host::Diagnostic;
use greenroom_sqs::{AttributeValue, Extra, QueueKey, Received, of_body};
use greenroom_triggers::catalogue::{Change, Draw, Envelope, GenerateError, Inside, Kind};
use serde_json::{Value, json};

use crate::aws::record_of_queue;

pub(super) const KIND: Kind = Kind {
    platform: "aws",
    name: "sqs",
    what: "messages of a queue, in one batch",
    kind: "invoke",
    source: "event-source-mapping",
    is_request: false,
    make: |draw| Plan::default().event(draw).unwrap_or_default(),
    summary,
};

/// The queue, where no other is named.
const QUEUE: &str = "orders";
/// The most messages that a batch of a standard queue may have:
/// <https://docs.aws.amazon.com/lambda/latest/api/API_CreateEventSourceMapping.html#lambda-CreateEventSourceMapping-request-BatchSize>
const MOST: i64 = 10_000;

fn summary(made: &Value) -> String {
    let records = made["Records"].as_array().map_or(0, Vec::len);
    let queue = made["Records"][0]["eventSourceARN"].as_str().and_then(|arn| arn.rsplit(':').next()).unwrap_or_default();
    format!("{records} of {queue}")
}

/// What messages say.
#[derive(Debug, ClapArgs)]
#[command(next_help_heading = "Messages of `aws sqs`")]
pub(super) struct Messages {
    /// What a message says: text, `@file`, or `-` for standard input; again for more. Without it, orders are made up
    #[arg(value_name = "TEXT|@FILE|-")]
    bodies: Vec<String>,
    /// So many messages in each event, which say the same or, where there are several texts, these in turn
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=MOST))]
    records: Option<u32>,
    /// The queue's name or ARN; one that ends in `.fifo` is a FIFO queue
    #[arg(long, value_name = "QUEUE")]
    queue: Option<String>,
    /// The messages' group
    #[arg(long, value_name = "ID")]
    group: Option<String>,
    /// The deduplication id of messages of a FIFO queue; without it, each has one of its own
    #[arg(long, value_name = "ID")]
    dedup: Option<String>,
    /// An attribute; again for more. Of another type than String: `total:Number=5`, `photo:Binary=<base64>`
    #[arg(long, short, value_name = "NAME[:TYPE]=VALUE")]
    attribute: Vec<String>,
    /// How often the messages were received
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    receive_count: Option<u32>,
    /// The text comes by this service, which puts its envelope around it
    #[arg(long, value_name = "SERVICE")]
    via: Option<Via>,
    /// Set a value of the envelope: `Subject=new`, `detail-type=order placed`, `Records.0.s3.object.key=cat.png`
    #[arg(long, value_name = "PATH=VALUE", requires = "via")]
    envelope: Vec<String>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Via {
    Sns,
    S3,
    Eventbridge,
}

/// What a message is made from.
struct Body {
    text: String,
    /// The file it was read from.
    name: Option<String>,
}

/// What messages are made from.
pub(super) struct Plan {
    /// None: made up.
    bodies: Vec<Body>,
    records: usize,
    queue: QueueKey,
    group: Option<String>,
    dedup: Option<String>,
    /// Name, type, value.
    attributes: Vec<(String, String, String)>,
    count: u32,
    envelope: Option<(Envelope, Vec<Change>)>,
}

impl Default for Plan {
    fn default() -> Self {
        let (bodies, attributes) = (Vec::new(), Vec::new());
        Self { bodies, records: 1, queue: queue(QUEUE), group: None, dedup: None, attributes, count: 1, envelope: None }
    }
}

impl Messages {
    /// What is to be made; none where nothing is said of it.
    ///
    /// # Errors
    /// A file that cannot be read; an attribute that is none; what does not go together.
    pub(super) fn plan(&self) -> Result<Option<Plan>, Diagnostic> {
        let Self { bodies, records, queue: named, group, dedup, attribute, receive_count, via, envelope } = self;
        let is_silent = bodies.is_empty() && attribute.is_empty() && records.or(*receive_count).is_none() && via.is_none();
        if is_silent && [named, group, dedup].iter().all(|one| one.is_none()) {
            return Ok(None);
        }
        let queue = queue(named.as_deref().unwrap_or(QUEUE));
        if dedup.is_some() && !queue.is_fifo() {
            let problem = Diagnostic::error("messages of a standard queue have no deduplication id");
            return Err(problem.hint("name a FIFO queue: `--queue orders.fifo`"));
        }
        let via = via.map(|via| match via {
            Via::Sns => Envelope::Sns,
            Via::S3 => Envelope::S3,
            Via::Eventbridge => Envelope::EventBridge,
        });
        if !attribute.is_empty() && via.is_some_and(|via| !via.has_attributes()) {
            return Err(Diagnostic::error("S3 and EventBridge send messages without attributes").hint("leave `--attribute` or `--via` out"));
        }
        let changes: Result<_, _> = envelope.iter().map(|change| Change::parse(change)).collect();
        let changes = changes.map_err(|error| Diagnostic::error(error.to_string()))?;
        let bodies = bodies.iter().map(|body| read(body)).collect::<Result<Vec<_>, _>>()?;
        Ok(Some(Plan {
            records: records.map_or(bodies.len().max(1), |records| records as usize),
            bodies,
            queue,
            group: group.clone(),
            dedup: dedup.clone(),
            attributes: attribute.iter().map(|text| pair(text)).collect::<Result<_, _>>()?,
            count: receive_count.unwrap_or(1),
            envelope: via.map(|via| (via, changes)),
        }))
    }
}

impl Plan {
    /// An event with the messages.
    ///
    /// # Errors
    /// What an envelope cannot be around.
    pub(super) fn event(&self, draw: &Draw) -> Result<Value, GenerateError> {
        let records: Result<Vec<_>, _> = (0..self.records).map(|place| self.record(draw, place)).collect();
        Ok(json!({ "Records": records? }))
    }

    fn record(&self, draw: &Draw, place: usize) -> Result<Value, GenerateError> {
        let made_up = || Body { text: order(draw), name: None };
        let body = match self.bodies.get(place % self.bodies.len().max(1)) {
            Some(Body { text, name }) => Body { text: text.clone(), name: name.clone() },
            None => made_up(),
        };
        let fifo = self.queue.is_fifo();
        let text = match &self.envelope {
            None => body.text,
            Some((envelope, changes)) => {
                let digest = of_body(&body.text);
                let inside = Inside { text: &body.text, digest: &digest, name: body.name.as_deref(), attributes: &self.attributes, fifo };
                envelope.around(draw, &inside, changes)?
            }
        };
        let sent = draw.instant().0;
        let own = || fifo.then(|| draw.uuid());
        let attributes = self.attributes.iter().filter(|_| self.envelope.is_none()).cloned().map(value).collect();
        let message = Received {
            handle: format!("AQEB{}", draw.hex(56)),
            count: self.count,
            first: sent + 1 + draw.number(50),
            group: self.group.clone().or_else(|| fifo.then(|| QUEUE.to_owned())),
            sequence: fifo.then(|| (18_849_000_000_000_000_000 + 256 * u128::from(draw.number(1 << 48))).to_string()),
            extra: Extra { attributes, deduplication: self.dedup.clone().or_else(own), sender: self.queue.account.clone(), trace: None },
            ..Received::of(draw.uuid(), text, sent)
        };
        Ok(record_of_queue(&message, &self.queue))
    }
}

fn order(draw: &Draw) -> String {
    let product = draw.one(&["tea", "cup", "pot"]);
    json!({ "id": draw.uuid(), "product": product, "quantity": 1 + draw.number(5) }).to_string()
}

/// The queue of that name or ARN.
fn queue(named: &str) -> QueueKey {
    QueueKey::of_arn(named).unwrap_or_else(|| QueueKey {
        account: greenroom_aws_wire::DEFAULT_ACCOUNT.to_owned(),
        region: greenroom_aws_wire::DEFAULT_REGION.to_owned(),
        name: named.to_owned(),
    })
}

fn read(body: &str) -> Result<Body, Diagnostic> {
    if body == "-" {
        let mut text = String::new();
        std::io::stdin().read_to_string(&mut text).map_err(|error| Diagnostic::error(format!("standard input cannot be read: {error}")))?;
        return Ok(Body { text, name: None });
    }
    let Some(path) = body.strip_prefix('@') else { return Ok(Body { text: body.to_owned(), name: None }) };
    let text = std::fs::read_to_string(path).map_err(|error| Diagnostic::error(format!("`{path}` cannot be read: {error}")))?;
    Ok(Body { text, name: std::path::Path::new(path).file_name().map(|name| name.to_string_lossy().into_owned()) })
}

fn pair(text: &str) -> Result<(String, String, String), Diagnostic> {
    let wrong = || Diagnostic::error(format!("`{text}` is no attribute")).hint("write `--attribute name=text`, or `name:Number=5`");
    let (name, value) = text.split_once('=').ok_or_else(wrong)?;
    let (name, kind) = name.split_once(':').unwrap_or((name, "String"));
    let is_kind = ["String", "Number", "Binary"].contains(&kind.split('.').next().unwrap_or_default());
    if name.is_empty() || !is_kind { Err(wrong()) } else { Ok((name.to_owned(), kind.to_owned(), value.to_owned())) }
}

fn value((name, data_type, value): (String, String, String)) -> (String, AttributeValue) {
    let (string_value, binary_value) = if data_type.starts_with("Binary") { (None, Some(value)) } else { (Some(value), None) };
    (name, AttributeValue { data_type, string_value, binary_value })
}

#[cfg(test)]
mod tests {
    use super::*;
    use greenroom_triggers::catalogue::generate;

    fn records(kind: &Kind, count: usize, seed: u64) -> Vec<Value> {
        generate(kind, count, seed, &[]).unwrap()
    }

    #[test]
    fn messages_are_made_up_the_same_for_the_same_seed() {
        assert_eq!(records(&KIND, 3, 1), records(&KIND, 3, 1));
        assert_ne!(records(&KIND, 3, 1), records(&KIND, 3, 2));
        let made = &records(&KIND, 1, 1)[0];
        assert_eq!((&made["summary"], &made["kind"]), (&json!("1 of orders"), &json!("invoke")));
        let record = &made["payload"]["data"]["Records"][0];
        let keys: Vec<_> = record.as_object().unwrap().keys().map(String::as_str).collect();
        let shape = "messageId receiptHandle body attributes messageAttributes md5OfBody eventSource eventSourceARN awsRegion";
        assert_eq!(keys.join(" "), shape);
        assert_eq!(record["md5OfBody"], of_body(record["body"].as_str().unwrap()));
    }

    #[test]
    fn attributes_have_types() {
        let read = |text: &str| pair(text).map_err(|problem| problem.message);
        assert_eq!(read("kind=new=1").unwrap(), ("kind".into(), "String".into(), "new=1".into()));
        assert_eq!(read("total:Number.cents=5").unwrap(), ("total".into(), "Number.cents".into(), "5".into()));
        for wrong in ["kind", "=1", "kind:Date=1"] {
            assert_eq!(read(wrong).unwrap_err(), format!("`{wrong}` is no attribute"));
        }
    }
}
