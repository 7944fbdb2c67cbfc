// Timers that follow the host's clock. While time runs, the engine keeps them; while it stands still, they wait here until the host says that
// they may run. Everything that makes timers (`setTimeout`, `AbortSignal.timeout()`) gets them from here, so this is
// imported before it.
import { core, internals, primordials } from "ext:core/mod.js";

const {
  ArrayPrototypePop,
  ArrayPrototypePush,
  ArrayPrototypeShift,
  DateNow,
  MathMax,
  MathTrunc,
  ObjectSetPrototypeOf,
  PromisePrototypeThen,
  ReflectApply,
  SafeSet,
  SetPrototypeAdd,
  SetPrototypeDelete,
  SetPrototypeForEach,
} = primordials;
const { op_defer, op_timer_at_once } = core.ops;
const engine = { create: core.createTimer, cancel: core.cancelTimer, ref: core.refTimer, unref: core.unrefTimer };

/** The longest delay; a longer one is none, as in browsers and on servers. https://html.spec.whatwg.org/multipage/timers-and-user-prompts.html */
const LONGEST = 2 ** 31 - 1;

let frozen = false;
/** Timers that are due by this instant may run. */
let released = -Infinity;
let last = 0;
let turn = false;
let report = (error) => {
  throw error;
};
/** Every timer that is not over. */
const live = new SafeSet();
/** Those that wait for the host: a heap, soonest first. */
const waiting = [];
/** Those without any delay: they run by themselves, in order. */
const soon = [];

class Timer {
  constructor(callback, after, args, repeat, refed, system) {
    // What asks for timers knows them by this.
    this._timerId = ++last;
    this.callback = callback;
    this.args = args;
    this.delay = after >= 1 && after <= LONGEST ? MathTrunc(after) : 0;
    this.repeat = repeat;
    this.refed = refed;
    this.system = system;
    this.due = DateNow() + this.delay;
    this.over = false;
    this.engine = undefined;
    /** Whose code made it. */
    this.invocation = core.getAsyncContext()?.invocation;
    /** No timer of the code: people are not told of it. */
    this.unlisted = false;
  }
}

// What code puts on `Object.prototype`, setters too, is not met by what is set here.
ObjectSetPrototypeOf(Timer.prototype, null);

function createTimer(callback, after, args, repeat, refed, system) {
  const timer = new Timer(callback, after === undefined ? 1 : +after, args, !!repeat, !!refed, system);
  SetPrototypeAdd(live, timer);
  arm(timer);
  return timer;
}

/** A timer of the guest's own, which keeps nothing alive. */
export function privateTimer(callback, after) {
  const timer = createTimer(callback, after, undefined, false, false, true);
  timer.unlisted = true;
  return timer;
}

/** Ends the timers that the code of an invocation has made. */
export function cancelTimersOf(invocation) {
  SetPrototypeForEach(live, (timer) => timer.invocation === invocation && !timer.unlisted && cancelTimer(timer));
}

export function cancelTimer(timer) {
  if (timer.over) return;
  end(timer);
  if (timer.engine !== undefined) engine.cancel(timer.engine);
}

function end(timer) {
  timer.over = true;
  SetPrototypeDelete(live, timer);
}

function refTimer(timer) {
  timer.refed = true;
  if (timer.engine !== undefined) engine.ref(timer.engine);
}

function unrefTimer(timer) {
  timer.refed = false;
  if (timer.engine !== undefined) engine.unref(timer.engine);
}

function arm(timer) {
  if (frozen) {
    if (timer.delay === 0 && !timer.repeat) ArrayPrototypePush(soon, timer);
    else insert(timer);
    pump();
    return;
  }
  const left = timer.repeat || timer.delay === 0 ? timer.delay : MathMax(timer.due - DateNow(), 0);
  timer.engine = engine.create(() => fire(timer), left, undefined, false, timer.refed, timer.system);
}

function fire(timer) {
  timer.engine = undefined;
  if (!timer.repeat) end(timer);
  try {
    if (timer.args === undefined) timer.callback();
    else ReflectApply(timer.callback, undefined, timer.args);
  } finally {
    if (timer.repeat && !timer.over) {
      // At least a millisecond on, so that time gets on even with an interval of none.
      timer.due = DateNow() + MathMax(timer.delay, 1);
      arm(timer);
    }
  }
}

/** Lets the next timer run that may, in a turn of the event loop of its own. */
function pump() {
  if (turn || next() === undefined) return;
  turn = true;
  PromisePrototypeThen(op_defer(), () => {
    turn = false;
    if (!frozen) return;
    const timer = next();
    if (timer !== undefined) {
      if (timer === soon[0]) {
        ArrayPrototypeShift(soon);
        op_timer_at_once();
      } else remove();
      try {
        fire(timer);
      } catch (error) {
        report(error);
      }
    }
    pump();
  });
}

function next() {
  while (soon.length > 0 && soon[0].over) ArrayPrototypeShift(soon);
  while (waiting.length > 0 && waiting[0].over) remove();
  if (soon.length > 0) return soon[0];
  return waiting.length > 0 && waiting[0].due <= released ? waiting[0] : undefined;
}

const before = (a, b) => a.due < b.due || (a.due === b.due && a._timerId < b._timerId);

function insert(timer) {
  let at = waiting.length;
  ArrayPrototypePush(waiting, timer);
  while (at > 0) {
    const parent = (at - 1) >> 1;
    if (!before(timer, waiting[parent])) break;
    waiting[at] = waiting[parent];
    at = parent;
  }
  waiting[at] = timer;
}

/** Takes the soonest out of the heap. */
function remove() {
  const timer = ArrayPrototypePop(waiting);
  const size = waiting.length;
  if (size === 0) return;
  let at = 0;
  while (true) {
    let child = 2 * at + 1;
    if (child >= size) break;
    if (child + 1 < size && before(waiting[child + 1], waiting[child])) child++;
    if (!before(waiting[child], timer)) break;
    waiting[at] = waiting[child];
    at = child;
  }
  waiting[at] = timer;
}

/** Time stands still from now on, or runs again. The instant itself is known to `Date` already. */
export function onClock(stands) {
  const stood = frozen;
  frozen = stands === 1;
  if (frozen === stood) return;
  if (frozen) {
    released = -Infinity;
    SetPrototypeForEach(live, (timer) => {
      if (timer.engine === undefined) return;
      engine.cancel(timer.engine);
      timer.engine = undefined;
      insert(timer);
    });
    return;
  }
  waiting.length = 0;
  soon.length = 0;
  SetPrototypeForEach(live, (timer) => {
    if (timer.engine === undefined) arm(timer);
  });
}

/** What is due by now may run. */
export function onRunDue() {
  released = DateNow();
  pump();
}

/** How many timers there are; then, in order, when they are due: the soonest, or so many as `most`. */
export function onTimers(most) {
  if (most === 1 && frozen) {
    next();
    return waiting.length > 0 ? [live.size, waiting[0].due] : [live.size];
  }
  const due = [];
  SetPrototypeForEach(live, (timer) => timer.unlisted || ArrayPrototypePush(due, timer.due));
  primordials.ArrayPrototypeSort(due, (a, b) => a - b);
  return [due.length, ...new primordials.SafeArrayIterator(primordials.ArrayPrototypeSlice(due, 0, most))];
}

/** Whether there are any. */
export function timers() {
  return live.size > 0;
}

/** Whether a timer waits for the host that the code may be waiting for. */
export function timing() {
  if (!frozen) return false;
  let found = false;
  SetPrototypeForEach(live, (timer) => found ||= timer.refed);
  return found;
}

/** Takes what timers throw. */
export function reportTo(reporter) {
  report = reporter;
}

// The scripts of the web's parts find it here; see `patches/02_timers.txt`.
internals.timers = {
  createTimer,
  createSystemTimer: (callback, after, refed) => createTimer(callback, after, undefined, false, refed, true),
  cancelTimer,
  refTimer,
  unrefTimer,
};
