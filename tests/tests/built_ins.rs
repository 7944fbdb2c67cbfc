//! Code may change the language's built-ins for good, and must find the platform as it was: each change is tried in a guest of its own, with
//! the probes of `built_ins/probes.js`. What code does to the platform's own classes is its own affair, and not tried.

use greenroom_tests::{Project, Server};

const PROBES: &str = include_str!("built_ins/probes.js");

/// Code that changes something, where `broken` throws; and the probes that are left out, each for a reason.
struct Change {
    code: &'static str,
    except: &'static [&'static str],
}

const fn change(code: &'static str) -> Change {
    Change { code, except: &[] }
}

/// What is set on objects that have no such property of their own, as those that the platform makes for itself may, would come here.
const SETTERS: &str = "for (const name of ['answered', 'after', 'body', 'bytes', 'callback', 'chunks', 'controller', 'data', 'delay', 'due', 'ended', 'engine', 'entry', \
     'failure', 'id', 'invocation', 'lastEventId', 'method', 'needs', 'over', 'params', 'ports', 'refed', 'repeat', 'request', 'sending', 'size', 'source', 'statement', 'stream', \
     'streamOrStatic', 'waiting', 'wake', '_timerId']) Object.defineProperty(Object.prototype, name, { set() {}, get() {}, configurable: true });";

/// `concat` of texts is left as it is, since one of the engines makes texts of templates by it.
const CHANGES: &[Change] = &[
    change(
        "for (const Class of [Map, Set, WeakMap, WeakSet]) for (const name of ['get', 'set', 'has', 'add', 'delete', 'forEach']) if (name in Class.prototype) Class.prototype[name] = broken;",
    ),
    change("Array.prototype[Symbol.iterator] = Array.prototype.values = Array.prototype.keys = Array.prototype.entries = broken;"),
    change(
        "for (const it of [[][Symbol.iterator](), someMap.entries(), new Set().values(), ''[Symbol.iterator](), ''.matchAll(/a/g)]) Object.getPrototypeOf(it).next = broken;",
    ),
    change(
        "Map.prototype[Symbol.iterator] = Map.prototype.entries = Set.prototype[Symbol.iterator] = Set.prototype.values = String.prototype[Symbol.iterator] = Object.getPrototypeOf(Uint8Array.prototype)[Symbol.iterator] = broken;",
    ),
    change(
        "for (const kind of [function* () {}, async function* () {}]) Object.getPrototypeOf(kind).prototype.next = Object.getPrototypeOf(kind).prototype.return = broken;",
    ),
    change(
        "for (const name of ['push', 'map', 'join', 'includes', 'some', 'filter', 'find', 'shift', 'splice', 'slice', 'unshift', 'indexOf', 'concat', 'forEach', 'reduce', 'every', 'at']) Array.prototype[name] = broken;",
    ),
    change(
        "for (const name of Object.getOwnPropertyNames(String.prototype)) if (!['length', 'constructor', 'concat'].includes(name)) String.prototype[name] = broken; String.fromCharCode = broken;",
    ),
    change(
        "for (const name of ['exec', 'test', 'toString', Symbol.match, Symbol.matchAll, Symbol.replace, Symbol.search, Symbol.split]) RegExp.prototype[name] = broken; for (const name of ['flags', 'global', 'source', 'sticky', 'unicode']) Object.defineProperty(RegExp.prototype, name, { get: broken });",
    ),
    change("Promise.prototype.then = Promise.prototype.catch = Promise.prototype.finally = broken;"),
    change("Promise.prototype.then = () => {};"),
    change("delete Promise.prototype.then;"),
    change("Promise.resolve = Promise.reject = Promise.all = Promise.race = Promise.withResolvers = broken;"),
    change(
        "for (const Class of [Array, Promise, RegExp, Uint8Array, ArrayBuffer, Map]) Class.prototype.constructor = class { constructor() { broken(); } };",
    ),
    change("Function.prototype.call = Function.prototype.apply = Function.prototype.bind = broken;"),
    change("delete Function.prototype.call;"),
    change("Object.defineProperty(Function.prototype, 'call', { get: broken, configurable: true });"),
    // The engine makes objects for its keys with some of these.
    Change {
        code: "Object.defineProperty = Object.keys = Object.entries = Object.assign = Object.create = Object.getPrototypeOf = broken;",
        except: &["sealed", "pair", "signed", "derived"],
    },
    change("Reflect.apply = Reflect.ownKeys = Reflect.get = Reflect.construct = broken;"),
    change(SETTERS),
    change("Object.prototype.get = Object.prototype.set = undefined; Object.prototype.writable = false;"),
    change("JSON.parse = JSON.stringify = broken;"),
    change(
        "Number.prototype.toString = Number.isNaN = Number.isInteger = Math.min = Math.max = Math.floor = Math.trunc = Math.ceil = Date.prototype.getTime = globalThis.parseInt = globalThis.Number = broken;",
    ),
];

#[test]
fn what_code_changes_of_the_language_does_not_reach_the_platform() {
    let wrong: Vec<_> = CHANGES.iter().flat_map(differences).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What the probes come to before the change and after it, where that is not the same.
fn differences(change: &Change) -> Vec<String> {
    let Change { code, except } = change;
    let worker = format!(
        r#"{PROBES}
           for (const name of {except:?}) delete probes[name];
           const names = Object.keys(probes), count = names.length;
           const broken = () => {{ throw new Error("changed"); }};
           const change = () => {{ {code} }};
           export default {{
             async fetch(request, env) {{
               if (new URL(request.url).pathname === "/inner") return new Response("inner");
               let before = "", after = "";
               const run = async (name) => {{ try {{ return name + "=" + await probes[name](env); }} catch (error) {{ return name + " fails: " + error.message; }} }};
               for (let at = 0; at < count; at++) before += await run(names[at]) + "\n";
               change();
               for (let at = 0; at < count; at++) after += await run(names[at]) + "\n";
               return new Response(before + "---\n" + after);
             }},
           }};"#
    );
    let bindings = r#""kv_namespaces": [{ "binding": "KV", "id": "kv" }], "d1_databases": [{ "binding": "DB", "database_name": "db", "database_id": "db" }],
        "services": [{ "binding": "SELF", "service": "app" }, { "binding": "RPC", "service": "app", "entrypoint": "Rpc" }]"#;
    let server = Server::start(&Project::configured(bindings, &worker), &["--ephemeral"]);
    let text = server.get("/").text();
    let Some((before, after)) = text.split_once("---\n") else { return vec![format!("{code}:\n  {text}")] };
    let failing = before.lines().filter(|line| line.contains(" fails: ")).map(|line| format!("before anything is changed: {line}"));
    let differing = before.lines().zip(after.lines()).filter(|(before, after)| before != after);
    failing.chain(differing.map(|(before, after)| format!("{code}:\n  {before}, then {after}"))).collect()
}
