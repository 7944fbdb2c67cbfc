/** Tests of serverless apps on Greenroom. */

/** What the control API, or the program, says is wrong. */
export class GreenroomError extends Error {
  /** A word that stays the same: `not-frozen`. */
  readonly code: string;
  /** The HTTP status; 0 where there was no answer. */
  readonly status: number;
  /** What to do next. */
  readonly hint?: string;
}

/** An instant: a `Date`, ISO 8601, or milliseconds since 1970. */
export type Instant = Date | string | number;
/** A duration: `"1h 30m"`, or milliseconds. */
export type Duration = string | number;

export interface StartOptions {
  /** Folders of the apps; without them, the current one. */
  dirs?: string | string[];
  /** Where `dirs` begin. */
  cwd?: string;
  /** The program; without it, that of `GREENROOM_BIN` or of the PATH. */
  bin?: string;
  /** Where time stands before the apps start; `true`: where it is. */
  freeze?: Instant | boolean;
  /** What ids are made from: with frozen time, the same requests give the same journal. */
  seed?: number;
  /** The state that `greenroom dev` keeps, not an empty one in memory. */
  keepState?: boolean;
  /** Requests, and what the code logs, are shown on standard error. */
  verbose?: boolean;
  /** More options of `greenroom exec`. */
  args?: string[];
}

/** The run of `GREENROOM_CONTROL`, as `greenroom exec` sets it; where there is none, one is started. */
export function greenroom(options?: StartOptions): Promise<Room>;
/** A run that is there. */
export function attach(url?: string, options?: { token?: string }): Promise<Room>;
/** A run of its own, whatever else there is. */
export function start(options?: StartOptions): Promise<Room>;

/** A run: its apps, its time, its state, what happens in it. */
export class Room implements AsyncDisposable {
  readonly control: Control;
  readonly apps: App[];
  readonly clock: Clock;
  readonly events: Events;
  readonly state: State;
  readonly faults: Faults;
  readonly outbound: Outbound;
  /** Where the first app is served. */
  readonly url: string;
  /** One of its apps, by name; without one, the first. */
  app(name?: string): App;
  /** The first event like this one: `events.expect`. */
  expectEvent(like: Like, options?: { timeoutMs?: number }): Promise<Event>;
  /** A request to the first app; redirects are not followed. */
  fetch(path?: string, init?: RequestInit): Promise<Response>;
  /** The KV namespace that the first app's code has as `binding`. */
  kv(binding: string): Kv;
  /** The D1 database that the first app's code has as `binding`. */
  d1(binding: string): D1;
  /** A queue of Amazon SQS, by its name, ARN or URL. */
  queue(name: string): Queue;
  /** The queues of the run, or of one of its apps. */
  queues(app?: string): Promise<QueueInfo[]>;
  /** Lets every test start from the world as it is now; `afterEach` is the one of the runner. */
  isolate(afterEach: (restore: () => Promise<void>) => unknown, options?: { restart?: boolean }): Promise<Branch>;
  /** Ends the run if it was started here; one that was there goes on. */
  stop(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** An app of a run. */
export class App {
  readonly name: string;
  readonly url: string;
  /** A request to it; redirects are not followed. */
  fetch(path?: string, init?: RequestInit): Promise<Response>;
  /** Reads its files again and lets them serve; whether another version serves now. */
  reload(): Promise<boolean>;
  kv(binding: string): Kv;
  d1(binding: string): D1;
}

/** The control API, for what there is no name for here. */
export class Control {
  readonly url: string;
  ask(method: string, path: string, body?: unknown): Promise<any>;
  send(method: string, path: string, init?: RequestInit): Promise<Response>;
}

/** The clock of a run. */
export class Clock {
  now(): Promise<Date>;
  isFrozen(): Promise<boolean>;
  /** Stops time where it is, or at an instant. What is due by then runs. */
  freeze(at?: Instant): Promise<Date>;
  /** Moves time on, runs what falls due on the way, and waits until it has run. */
  advance(by: Duration, bounds?: Bounds): Promise<Advanced>;
  advanceTo(to: Instant, bounds?: Bounds): Promise<Advanced>;
  /** To the next thing that is due. */
  next(bounds?: Bounds): Promise<Advanced>;
  /** Lets time run with the machine's again. */
  resume(): Promise<void>;
  /** What waits for an instant, the soonest first. */
  pending(): Promise<{ due: Date; label: string }[]>;
}

/** When an advance gives up. */
export interface Bounds {
  maxCount?: number;
  maxWallMs?: number;
  maxSettleMs?: number;
  /** Time goes on when a server outside does not answer within `maxSettleMs`. */
  despiteOutside?: boolean;
}

/** What an advance did. */
export interface Advanced {
  from: Date;
  to: Date;
  /** How many due things ran. */
  count: number;
  ran: { label: string; count: number; first: Date; last: Date }[];
}

/** An event with everything that is kept of it. */
export interface Event {
  id: string;
  cause?: string;
  trace: string;
  at: string;
  kind: string;
  source: string;
  /** The app. */
  target: string;
  /** In one line: `GET /notes`. */
  summary: string;
  outcome: { type: string; message?: string; [key: string]: unknown } | null;
  response?: { status: number; headers: [string, string][]; body?: unknown };
  /** What the code asked of services. */
  calls: { service: string; binding: string; operation: string; resource: string; error?: string; [key: string]: unknown }[];
  /** What the code wrote. */
  logs: { level: string; text: string }[];
  [key: string]: unknown;
}

/** An event in a list. */
export interface EventSummary {
  id: string;
  trace: string;
  at: string;
  kind: string;
  app: string;
  summary: string;
  outcome: string;
  status?: number;
  [key: string]: unknown;
}

/**
 * What an event must be like: an object of which each key must match, or a function. Regular expressions match text; of arrays, each
 * given item must match one that is there; an outcome or a body may be given as its text.
 */
export type Like = { [key: string]: unknown } | ((event: Event) => boolean);

/** Events that can be replayed. */
export interface Fixture {
  greenroom: string;
  version: number;
  events: unknown[];
  [key: string]: unknown;
}

/** What a replay showed. */
export interface Replayed {
  runs: number;
  failed: boolean;
  /** The ids of the new events. */
  events: string[];
  differences: { event: string; what: string; before: unknown; after: unknown }[];
  notes: string[];
}

/** The journal of a run. */
export class Events {
  /** Lets `expect` look from here on. */
  mark(): Promise<void>;
  /** Events in short, the newest first. */
  list(filters?: {
    app?: string;
    kind?: string;
    outcome?: string;
    since?: Instant;
    until?: Instant;
    trace?: string;
    text?: string;
    limit?: number;
  }): Promise<EventSummary[]>;
  get(id: string): Promise<Event>;
  /** The events of a trace, in the order in which they happened; also by the id of one of them. */
  trace(id: string): Promise<Event[]>;
  /** The first event that has ended since the test began, or ends in time, and is like this. */
  expect(like: Like, options?: { timeoutMs?: number }): Promise<Event>;
  export(ids: string | string[], options?: { chain?: boolean; redact?: string[] }): Promise<Fixture>;
  /** Makes recorded events happen again: one by its id, or a fixture (an object, or the path or URL of a file). */
  replay(what: string | URL | Fixture, options?: { mode?: "chain" | "isolate"; untilFails?: number }): Promise<Replayed>;
}

/** A KV namespace. */
export class Kv {
  get(key: string, type?: "text"): Promise<string | null>;
  get<T = unknown>(key: string, type: "json"): Promise<T | null>;
  get(key: string, type: "bytes"): Promise<Uint8Array | null>;
  getWithMetadata<M = unknown>(key: string, type?: "text"): Promise<{ value: string | null; metadata: M | null }>;
  getWithMetadata<M = unknown, T = unknown>(key: string, type: "json"): Promise<{ value: T | null; metadata: M | null }>;
  getWithMetadata<M = unknown>(key: string, type: "bytes"): Promise<{ value: Uint8Array | null; metadata: M | null }>;
  /** Writes text or bytes; anything else as JSON. */
  put(key: string, value: unknown, options?: { expiration?: number; expirationTtl?: number; metadata?: unknown }): Promise<void>;
  delete(key: string): Promise<void>;
  list(options?: { prefix?: string; limit?: number; cursor?: string }): Promise<{
    keys: { name: string; expiration?: number; metadata?: unknown }[];
    list_complete: boolean;
    cursor?: string;
  }>;
  /** The names of all keys. */
  keys(prefix?: string): Promise<string[]>;
}

/** What a D1 statement takes. */
export type Param = string | number | boolean | null | ArrayBuffer | ArrayBufferView;

/** A D1 database. */
export class D1 {
  /** Runs a statement, and gives its rows. */
  query<T = Record<string, unknown>>(sql: string, ...params: Param[]): Promise<T[]>;
  run<T = Record<string, unknown>>(sql: string, ...params: Param[]): Promise<{ success: boolean; meta: Record<string, unknown>; results: T[] }>;
  first<T = Record<string, unknown>>(sql: string, ...params: Param[]): Promise<T | null>;
}

/** A queue of Amazon SQS. */
export class Queue {
  readonly name: string;
  /** Sends text; anything else as JSON. Gives the message's id. */
  send(
    body: unknown,
    options?: { attributes?: Record<string, string>; groupId?: string; deduplicationId?: string; delaySeconds?: number },
  ): Promise<string>;
  /** The first messages, also those that are not to be seen now. */
  peek(most?: number): Promise<QueueMessage[]>;
  counts(): Promise<{ visible: number; inFlight: number; delayed: number }>;
  /** Takes all messages out of it; how many there were. */
  purge(): Promise<number>;
  /** Starts moving the messages of a dead letter queue to where they came from, or to another queue, so many a second. */
  redrive(options?: { to?: string; rate?: number }): Promise<number>;
}

export interface QueueInfo {
  name: string;
  arn: string;
  app: string;
  visible: number;
  inFlight: number;
  delayed: number;
  /** The ARN of the queue where messages go that were received `maxReceiveCount` times. */
  deadLetter?: string;
  maxReceiveCount?: number;
}

export interface QueueMessage {
  messageId: string;
  body: string;
  sent: string;
  receiveCount: number;
  /** When it is to be seen; none: now. */
  visibleAt?: string;
  groupId?: string;
  attributes?: Record<string, string>;
  /** The ARN of the queue that gave it up. */
  source?: string;
}

/** Snapshots: all services of all apps, and the time where it stood still. */
export class State {
  snapshot(name: string, options?: { replace?: boolean }): Promise<Snapshot>;
  restore(name: string, options?: { restart?: boolean; keepClock?: boolean }): Promise<{ snapshot: Snapshot; untouched: string[] }>;
  /** Empties everything; databases have their migrations. */
  reset(options?: { restart?: boolean }): Promise<{ apps: string[] }>;
  list(): Promise<Snapshot[]>;
  remove(name: string): Promise<void>;
  /** What differs between a snapshot and another, or what is there now. */
  diff(from: string, to?: string): Promise<Record<string, unknown>[]>;
  /** Remembers the world as it is now: state, time, faults and rules for the outside. */
  branch(): Promise<Branch>;
}

export interface Snapshot {
  name: string;
  at: string | null;
  frozen: boolean;
  apps: { app: string; resources: { service: string; resource: string; bytes: number }[] }[];
}

/** A world to come back to. */
export class Branch {
  /** Makes it as it was. `restart`: code serves afresh, without what it keeps in its own variables. */
  restore(options?: { restart?: boolean }): Promise<void>;
  /** Forgets it. */
  drop(): Promise<void>;
}

/** A rule that says what goes wrong. Names may have `*` and `?` as wildcards. */
export interface Fault {
  name?: string;
  app?: string;
  /** `kv`, `d1`, `service`, `fetch`; `request` is what comes in, `trigger` what is delivered. */
  service?: string;
  operation?: string;
  /** A binding, `BINDING/key`, a URL or its host, a path. */
  resource?: string;
  /** Only the first so many calls. */
  first?: number;
  /** Only each so-manyth call. */
  every?: number;
  /** Only with this probability, from 0 to 1. */
  probability?: number;
  seed?: number;
  action?: "error" | "throttle" | "drop" | "stale" | "crash" | "timeout" | "duplicate" | "latency";
  code?: string;
  status?: number;
  message?: string;
  latency?: Duration;
  window?: Duration;
}

export interface ListedFault extends Fault {
  name: string;
  origin: string;
  matched: number;
  applied: number;
}

/** The rules of a run that say what goes wrong. */
export class Faults {
  /** Adds a rule. Throws where it can never strike. */
  add(rule: Fault): Promise<ListedFault>;
  list(): Promise<ListedFault[]>;
  /** How many calls a rule has struck. */
  applied(name: string): Promise<number>;
  remove(name: string): Promise<void>;
  /** Removes all that were added; those of files stay. */
  clear(): Promise<void>;
}

/** Which requests a rule is for: `"feeds.example.com/*"`, or its parts. */
export type Which = string | { host?: string; path?: string; methods?: string[]; times?: number; app?: string; name?: string };

export interface ListedOutbound {
  name: string;
  origin: string;
  matched: number;
  [key: string]: unknown;
}

/** The rules of a run for requests to the outside. */
export class Outbound {
  /** They are answered. */
  reply(which: Which, answer?: { status?: number; headers?: Record<string, string>; body?: string; json?: unknown }): Promise<ListedOutbound>;
  /** They go out, whatever later rules say. */
  pass(which: Which): Promise<ListedOutbound>;
  /** They fail, as if nobody were there. */
  deny(which: Which): Promise<ListedOutbound>;
  /** What is recorded in the folder is played back; all else goes out and is recorded. */
  record(which: Which, to?: string): Promise<ListedOutbound>;
  /** What is recorded in the folder is played back; all else fails. */
  replay(which: Which, to?: string): Promise<ListedOutbound>;
  /** Requests that no rule is for fail: no test meets the network. */
  denyOthers(): Promise<void>;
  /** Requests that no rule is for go out. */
  passOthers(): Promise<void>;
  list(): Promise<ListedOutbound[]>;
  /** How many requests a rule was for. */
  matched(name: string): Promise<number>;
  remove(name: string): Promise<void>;
  /** Removes all that was added; what files say holds again. */
  clear(): Promise<void>;
}
