/** Queues of Amazon SQS, whoever declares or makes them. */
import { GreenroomError } from "./control.js";

/** A queue, by its name, ARN or URL. */
export class Queue {
  #control;

  constructor(control, name) {
    this.#control = control;
    this.name = name;
  }

  /** Sends text; anything else as JSON. Gives the message's id. A FIFO queue's message gets a deduplication id of its own. */
  async send(body, { attributes, groupId, deduplicationId, delaySeconds } = {}) {
    const text = typeof body === "string" ? body : JSON.stringify(body);
    const message = { queue: this.name, body: text, attributes, groupId, deduplicationId, delaySeconds };
    return (await this.#control.ask("POST", "/v1/sqs/send", message)).messageId;
  }

  /** The first messages, also those that are not to be seen now. Nothing happens to them. */
  async peek(most = 10) {
    const query = new URLSearchParams({ queue: this.name, most });
    return (await this.#control.ask("GET", `/v1/sqs/messages?${query}`)).messages;
  }

  /** How many messages there are: `{ visible, inFlight, delayed }`. */
  async counts() {
    const all = await queues(this.#control);
    const name = this.name.split("/").pop();
    const found = all.find((queue) => queue.name === name || queue.arn === name);
    if (found === undefined) {
      throw new GreenroomError(`there is no queue ${this.name}; there are: ${all.map((queue) => queue.name).join(", ") || "none"}`, { code: "not-found" });
    }
    const { visible, inFlight, delayed } = found;
    return { visible, inFlight, delayed };
  }

  /** Takes all messages out of it. Gives how many there were. */
  async purge() {
    return (await this.#control.ask("POST", "/v1/sqs/purge", { queue: this.name })).messages;
  }

  /**
   * Starts moving the messages of this dead letter queue to where they came from, or to another queue, so many a second. Gives how many
   * there are; they move by the run's clock, where it stands still with the next `advance`.
   */
  async redrive({ to, rate } = {}) {
    return (await this.#control.ask("POST", "/v1/sqs/redrive", { queue: this.name, to, rate })).messages;
  }
}

/** The queues of the run, or of one of its apps. */
export async function queues(control, app) {
  const query = app === undefined ? "" : `?${new URLSearchParams({ app })}`;
  return (await control.ask("GET", `/v1/sqs${query}`)).queues;
}
