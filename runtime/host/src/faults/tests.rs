use std::time::Duration;

use super::*;
use crate::{Advance, Bound, Clock, Host, Ids, Profile, Timestamp};

const KV: Surface = Surface { service: "kv", operations: &["get", "put"], actions: &["error", "latency", "stale", "throttle"], codes: &[] };
const D1: Surface = Surface { service: "d1", operations: &["all"], actions: &["error", "latency"], codes: &["locked"] };
static KV_SURFACE: &Surface = &KV;
static D1_SURFACE: &Surface = &D1;

fn rule(name: &str, action: Action) -> Rule {
    Rule { name: name.into(), scope: Scope::default(), when: When::Always, seed: 1, latency: Duration::ZERO, action }
}

fn error() -> Action {
    Action::Error(Failure::default())
}

fn get(faults: &Faults, key: &str) -> Option<Struck> {
    let resources = ["NOTES".to_owned(), format!("NOTES/{key}")];
    faults.at(&Site { app: "shop", surface: KV_SURFACE, operation: "get", resources: &resources })
}

/// Which of `count` calls are struck.
fn pattern(faults: &Faults, count: usize) -> String {
    (0..count).map(|_| if get(faults, "a").is_some() { 'x' } else { '.' }).collect()
}

#[test]
fn counts_are_kept_rule_by_rule() {
    let faults = Faults::default();
    faults.add("api", Rule { when: When::First(2), ..rule("first", error()) });
    faults.add("api", Rule { when: When::Every(3), ..rule("third", Action::Throttle) });
    assert_eq!(pattern(&faults, 7), "xxx..x.");
    let counts: Vec<_> = faults.list().iter().map(|listed| (listed.matched, listed.applied)).collect();
    assert_eq!(counts, [(7, 2), (7, 2)]);
    // The same rule anew begins anew.
    faults.add("api", Rule { when: When::First(1), ..rule("first", error()) });
    assert_eq!(pattern(&faults, 3), "xx.");
}

#[test]
fn a_seed_repeats_whatever_other_rules_there_are() {
    let chance = |seed| Rule { when: When::Chance(0.5), seed, ..rule("chance", error()) };
    let alone = Faults::default();
    alone.add("api", chance(7));
    let expected = pattern(&alone, 200);
    let hits = expected.matches('x').count();
    assert!((60..140).contains(&hits), "{hits}");
    let beside = Faults::default();
    beside.add("api", Rule { when: When::Chance(0.0), seed: 9, ..rule("never", error()) });
    beside.add("api", chance(7));
    assert_eq!(pattern(&beside, 200), expected);
    let other = Faults::default();
    other.add("api", chance(8));
    assert_ne!(pattern(&other, 200), expected);
    let always = Faults::default();
    always.add("api", Rule { when: When::Chance(1.0), ..rule("always", error()) });
    assert_eq!(pattern(&always, 50), "x".repeat(50));
}

#[test]
fn latencies_add_up_and_the_first_action_counts() {
    let faults = Faults::default();
    let slow = |name: &str| Rule { latency: Duration::from_millis(250), ..rule(name, Action::Latency) };
    faults.add("api", slow("slow"));
    faults.add("api", Rule { latency: Duration::from_secs(1), ..rule("refused", Action::Throttle) });
    faults.add("api", rule("late", error()));
    let struck = get(&faults, "a").unwrap();
    assert_eq!((struck.latency, struck.action), (Duration::from_millis(1250), Some(Action::Throttle)));
    assert_eq!(struck.notes, ["slow: latency of 250ms", "refused: throttle after 1s"]);
}

#[test]
fn a_rule_is_for_what_its_patterns_cover_and_what_can_happen_there() {
    let scoped = |app: &str, service: &str, operation: &str, resource: &str| {
        let faults = Faults::default();
        let scope = Scope {
            app: Some(app.into()),
            service: Some(service.into()),
            operation: Some(operation.into()),
            resource: Some(resource.into()),
        };
        faults.add("api", Rule { scope, ..rule("r", error()) });
        get(&faults, "user/1").is_some()
    };
    assert!(scoped("sh*", "kv", "GET", "NOTES") && scoped("*", "k?", "*", "NOTES/user/*"));
    assert!(!scoped("shops", "kv", "get", "NOTES") && !scoped("shop", "d1", "get", "NOTES"));
    assert!(!scoped("shop", "kv", "put", "NOTES") && !scoped("shop", "kv", "get", "NOTES/post/*"));
    let faults = Faults::default();
    faults.add("api", rule("crash", Action::Crash));
    faults.add("api", rule("locked", Action::Error(Failure { code: Some("locked".into()), ..Failure::default() })));
    assert_eq!(get(&faults, "a"), None);
}

#[test]
fn rules_of_one_origin_are_replaced_and_unchanged_ones_go_on() {
    let faults = Faults::default();
    let first = Rule { when: When::First(2), ..rule("first", error()) };
    faults.replace("file", vec![first.clone(), rule("stale", Action::Stale(Duration::from_secs(60)))]);
    faults.add("api", rule("mine", Action::Throttle));
    assert!(faults.any() && faults.keeps_past().is_some());
    let _ = get(&faults, "a");
    faults.replace("file", vec![first]);
    let names: Vec<_> = faults.list().into_iter().map(|listed| (listed.rule.name, listed.matched)).collect();
    assert_eq!(names, [("mine".to_owned(), 1), ("first".to_owned(), 1)]);
    assert!(faults.keeps_past().is_none());
    assert_eq!(faults.free_name(), "fault-1");
    assert_eq!(faults.remove(|_, origin| origin == "api"), 1);
    assert_eq!(faults.remove(|name, _| name == "first"), 1);
    assert!(!faults.any());
}

#[test]
fn a_rule_that_is_for_nothing_is_told_so() {
    let faults = Faults::default();
    faults.know("shop", vec![(KV_SURFACE, vec!["NOTES".into(), "0123".into()]), (D1_SURFACE, vec!["DB".into()])]);
    let doubt = |change: &dyn Fn(&mut Rule)| {
        let mut rule = rule("r", error());
        change(&mut rule);
        faults.doubt(&rule).unwrap_or_default()
    };
    assert_eq!(doubt(&|_| ()), "");
    assert_eq!(doubt(&|rule| rule.scope.resource = Some("NOTES/user/*".into())), "");
    assert_eq!(doubt(&|rule| rule.scope.app = Some("shpo".into())), "no app of this run is named `shpo`; did you mean `shop`?");
    assert_eq!(
        doubt(&|rule| rule.scope.service = Some("queues".into())),
        "no code of this run uses a service named `queues`; there is `d1`, `kv`"
    );
    assert_eq!(
        doubt(&|rule| rule.scope.operation = Some("gett".into())),
        "nothing that it is for has an operation `gett`; did you mean `get`?"
    );
    assert_eq!(doubt(&|rule| rule.scope.resource = Some("NOTE".into())), "nothing that it is for is named `NOTE`; did you mean `NOTES`?");
    let d1 = |rule: &mut Rule, action: Action| {
        rule.scope.service = Some("d1".into());
        rule.action = action;
    };
    let failure = Failure { code: Some("lokced".into()), ..Failure::default() };
    assert_eq!(doubt(&|rule| d1(rule, Action::Error(failure.clone()))), "`d1` has no error `lokced`; did you mean `locked`?");
    assert_eq!(doubt(&|rule| d1(rule, Action::Throttle)), "`throttle` cannot happen to `d1`; what can is `error`, `latency`");
}

#[tokio::test]
async fn deliveries_are_slowed_doubled_lost_and_failed() {
    let host = Host::new(Clock::frozen(Timestamp(0)), Ids::from_seed(1), Profile::Relaxed, None);
    let names = ["*/5 * * * *".to_owned()];
    let event = host.ids.next_id(Timestamp(0));
    let of = |name: &str, when, action| Rule {
        when,
        scope: Scope { operation: Some("cron.*".into()), ..Scope::default() },
        ..rule(name, action)
    };
    assert_eq!(host.fate(event, "shop", "cron.tick", &names).await, Fate::Delivered);
    host.faults.add("api", of("failed", When::First(1), Action::Error(Failure { message: Some("no".into()), ..Failure::default() })));
    host.faults.add("api", of("twice", When::First(2), Action::Duplicate));
    host.faults.add("api", of("lost", When::First(3), Action::Drop));
    let mut fates = Vec::new();
    for _ in 0..4 {
        fates.push(host.fate(event, "shop", "cron.tick", &names).await);
    }
    assert_eq!(fates, [Fate::Failed("no".into()), Fate::Twice, Fate::Lost, Fate::Delivered]);
    host.faults.add("api", Rule { latency: Duration::from_secs(5), ..of("slow", When::Always, Action::Latency) });
    let (clock, late) = (host.clock.clone(), host.clone());
    let waiting = tokio::spawn(async move { late.fate(event, "shop", "cron.tick", &["*/5 * * * *".to_owned()]).await });
    while clock.pending().await.is_empty() {
        tokio::task::yield_now().await;
    }
    assert_eq!(clock.pending().await[0].label, "app shop: trigger cron.tick, made slow");
    clock.advance(Advance::Next, Bound::default()).await.unwrap();
    assert_eq!((waiting.await.unwrap(), clock.now()), (Fate::Delivered, Timestamp(5000)));
}
