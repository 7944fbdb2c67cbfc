//! A run with a function that does what messages tell it, and queues and mappings by AWS's API.

#![expect(clippy::needless_pass_by_value, reason = "inputs are made where they are sent")]

use greenroom_tests::{Project, Reply, Server};
use serde_json::{Value, json};

const TEMPLATE: &str = "Transform: AWS::Serverless-2016-10-31
Resources:
  Works:
    Type: AWS::Serverless::Function
    Properties: { FunctionName: works, Runtime: nodejs22.x, CodeUri: code/, Handler: index.handler, Timeout: 20 }
";

/// Takes as many seconds as the slowest order of the batch says; the first order that is to fail fails, with all after it, or the whole
/// batch where it is to throw. Isolates wait by the run's clock.
const WORKS: &str = r"export async function handler({ Records }) {
  const orders = Records.map(({ body, messageId, attributes }) => ({ ...JSON.parse(body), messageId, count: Number(attributes.ApproximateReceiveCount) }));
  const seconds = Math.max(...orders.map(({ takes = 0 }) => takes));
  if (seconds) await new Promise((done) => setTimeout(done, seconds * 1000));
  if (orders.some(({ count, throws = 0 }) => count <= throws)) throw new RangeError('as told');
  const first = orders.findIndex(({ count, fails = 0 }) => count <= fails);
  return { batchItemFailures: orders.slice(first < 0 ? orders.length : first).map(({ messageId }) => ({ itemIdentifier: messageId })) };
}
";

pub(crate) const MAPPINGS: &str = "/2015-03-31/event-source-mappings";

/// A call of the function: seconds since the start, the orders of the batch, how it ended.
pub(crate) type Call = (u64, String, String);

pub(crate) struct Rig {
    pub(crate) project: Project,
    pub(crate) server: Server,
}

impl Rig {
    pub(crate) fn new() -> Self {
        let project = Project::empty();
        project.write("template.yaml", TEMPLATE).write("code/index.mjs", WORKS);
        let server = Server::start(&project, &["--aws-port", "0", "--engine", "isolate", "--ephemeral"]);
        server.control().freeze("2027-01-01T00:00:00Z");
        Self { project, server }
    }

    /// Writes the template anew: as it is, or without the function.
    pub(crate) fn declare(&self, function: bool) {
        let other = "  Other: { Type: AWS::SQS::Queue, Properties: { QueueName: other } }\n";
        let (head, _) = TEMPLATE.split_once("  Works:").expect("it is there");
        self.project.write("template.yaml", if function { TEMPLATE.to_owned() } else { format!("{head}{other}") });
    }

    /// Makes a queue whose messages are hidden for 30 seconds.
    pub(crate) fn queue(&self, name: &str, attributes: Value) {
        let mut all = json!({ "VisibilityTimeout": "30" });
        all.as_object_mut().expect("it is one").extend(attributes.as_object().cloned().unwrap_or_default());
        if is_fifo(name) {
            all["FifoQueue"] = "true".into();
        }
        self.sqs("CreateQueue", &json!({ "QueueName": name, "Attributes": all }));
    }

    pub(crate) fn sqs(&self, operation: &str, input: &Value) -> Value {
        let answer = self.server.aws().sqs(operation, input);
        assert_eq!(answer.status, 200, "{operation} {input}: {}", answer.text());
        if answer.body.is_empty() { Value::Null } else { answer.json() }
    }

    /// Sends an order: `{"name":"a1","takes":10}`. The group of a FIFO queue is the name's first letter.
    pub(crate) fn send(&self, queue: &str, order: &Value) {
        let name = order["name"].as_str().expect("an order has a name");
        let mut message = json!({ "QueueUrl": url(queue), "MessageBody": order.to_string() });
        if is_fifo(queue) {
            message["MessageGroupId"] = name[..1].into();
            message["MessageDeduplicationId"] = name.into();
        }
        self.sqs("SendMessage", &message);
    }

    /// Feeds the function from a queue, and reports which messages failed. Gives the mapping's id.
    pub(crate) fn map(&self, queue: &str, more: Value) -> String {
        let answer = self.try_map(queue, more);
        assert_eq!(answer.status, 202, "{}", answer.text());
        answer.json()["UUID"].as_str().expect("a mapping has an id").to_owned()
    }

    pub(crate) fn try_map(&self, queue: &str, more: Value) -> Reply {
        let mut input =
            json!({ "EventSourceArn": arn(queue), "FunctionName": "works", "FunctionResponseTypes": ["ReportBatchItemFailures"] });
        input.as_object_mut().expect("it is one").extend(more.as_object().cloned().unwrap_or_default());
        self.server.aws().lambda("POST", MAPPINGS, &input)
    }

    pub(crate) fn update(&self, mapping: &str, input: Value) {
        let answer = self.try_update(mapping, input);
        assert_eq!(answer.status, 202, "{}", answer.text());
    }

    pub(crate) fn try_update(&self, mapping: &str, input: Value) -> Reply {
        self.server.aws().lambda("PUT", &format!("{MAPPINGS}/{mapping}"), &input)
    }

    pub(crate) fn unmap(&self, mapping: &str) {
        let answer = self.server.aws().lambda("DELETE", &format!("{MAPPINGS}/{mapping}"), &Value::Null);
        assert_eq!(answer.status, 202, "{}", answer.text());
    }

    /// Lets everything happen that happens by then.
    pub(crate) fn advance(&self, by: &str) {
        let report = self.server.control().advance(by);
        assert!(report["stopped"].is_null(), "{report}");
    }

    /// Calls of the function so far, oldest first.
    pub(crate) fn calls(&self) -> Vec<Call> {
        let control = self.server.control();
        let list = control.get("/v1/events?kind=invoke&limit=1000");
        let events = list["events"].as_array().expect("a list of events").iter().rev();
        let whole = |event: &Value| control.get(&format!("/v1/events/{}", event["id"].as_str().expect("an event has an id")));
        events.map(|event| call(&whole(event), event["outcome"].as_str().expect("a list says how it ended"))).collect()
    }

    /// The same without how they ended.
    pub(crate) fn batches(&self) -> Vec<(u64, String)> {
        self.calls().into_iter().map(|(at, orders, _)| (at, orders)).collect()
    }

    /// Visible and hidden messages of a queue.
    pub(crate) fn held(&self, queue: &str) -> (u64, u64) {
        let list = self.server.control().get("/v1/sqs");
        let found = list["queues"].as_array().expect("a list of queues").iter().find(|one| one["name"] == queue);
        let found = found.unwrap_or_else(|| panic!("no `{queue}` in {list}"));
        (found["visible"].as_u64().expect("a count"), found["inFlight"].as_u64().expect("a count"))
    }
}

fn call(event: &Value, ended: &str) -> Call {
    let records = event["payload"]["data"]["Records"].as_array().into_iter().flatten();
    let order = |record: &Value| serde_json::from_str::<Value>(record["body"].as_str()?).ok()?["name"].as_str().map(str::to_owned);
    let orders: Vec<String> = records.filter_map(order).collect();
    let at = event["at"].as_str().expect("an event has a time");
    let digits = |from: usize| at[from..from + 2].parse::<u64>().expect("a time has digits");
    (digits(11) * 3600 + digits(14) * 60 + digits(17), orders.join(" "), ended.to_owned())
}

fn is_fifo(queue: &str) -> bool {
    queue.strip_suffix(".fifo").is_some()
}

pub(crate) fn url(queue: &str) -> String {
    format!("http://127.0.0.1/000000000000/{queue}")
}

pub(crate) fn arn(queue: &str) -> String {
    format!("arn:aws:sqs:us-east-1:000000000000:{queue}")
}
