//! A namespace through its handle, in memory and on disk, under a clock that stands still.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

use std::path::Path;
use std::time::Duration;

use bytes::Bytes;
use greenroom_host::faults::{Action, Rule, Scope, When};
use greenroom_host::{Clock, Host, Ids, Profile, Timestamp};
use greenroom_kv::{BulkOptions, KvError, KvNamespace, ListOptions, PutOptions};

const NOW: u64 = 1_700_000_000;

fn host(folder: Option<&Path>) -> Host {
    let clock = Clock::frozen(Timestamp(NOW * 1000));
    Host::new(clock, Ids::from_seed(1), Profile::Relaxed, folder.map(Path::to_owned))
}

fn namespace() -> (Host, KvNamespace) {
    let host = host(None);
    let namespace = KvNamespace::open(&host, "test").unwrap();
    (host, namespace)
}

async fn put(namespace: &KvNamespace, key: &str, value: &'static str) {
    namespace.put(key.to_owned(), Bytes::from_static(value.as_bytes()), PutOptions::default()).await.unwrap();
}

async fn put_with(namespace: &KvNamespace, options: PutOptions) -> Result<(), KvError> {
    namespace.put("key".to_owned(), Bytes::from_static(b"value"), options).await
}

async fn text(namespace: &KvNamespace, key: &str) -> Option<String> {
    let entry = namespace.get(key.to_owned(), None).await.unwrap()?;
    Some(String::from_utf8(entry.value.to_vec()).unwrap())
}

async fn names(namespace: &KvNamespace, prefix: &str) -> Vec<String> {
    let options = ListOptions { prefix: Some(prefix.to_owned()), ..ListOptions::default() };
    namespace.list(options).await.unwrap().keys.into_iter().map(|key| key.name).collect()
}

fn ttl(seconds: i64) -> PutOptions {
    PutOptions { expiration_ttl: Some(seconds), ..PutOptions::default() }
}

fn at(seconds: u64) -> PutOptions {
    PutOptions { expiration: Some(i64::try_from(seconds).unwrap()), ..PutOptions::default() }
}

#[tokio::test]
async fn what_is_put_is_there_until_it_is_deleted() {
    let (_, namespace) = namespace();
    assert_eq!(text(&namespace, "a").await, None);
    put(&namespace, "a", "one").await;
    put(&namespace, "A", "").await;
    assert_eq!(text(&namespace, "a").await.as_deref(), Some("one"));
    assert_eq!(text(&namespace, "A").await.as_deref(), Some(""));
    put(&namespace, "a", "two").await;
    assert_eq!(text(&namespace, "a").await.as_deref(), Some("two"));
    namespace.delete("a".to_owned()).await.unwrap();
    namespace.delete("a".to_owned()).await.unwrap();
    assert_eq!(text(&namespace, "a").await, None);
}

#[tokio::test]
async fn entries_survive_on_disk_and_not_in_memory() {
    let folder = tempfile::tempdir().unwrap();
    for data_dir in [Some(folder.path()), None] {
        put(&KvNamespace::open(&host(data_dir), "some/id").unwrap(), "a", "kept").await;
        let found = text(&KvNamespace::open(&host(data_dir), "some/id").unwrap(), "a").await;
        assert_eq!(found.as_deref(), data_dir.map(|_| "kept"));
    }
    assert!(folder.path().join("state/kv/some%2fid.sqlite").exists());
}

#[tokio::test]
async fn a_value_of_25_mib_is_kept_and_a_byte_more_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let namespace = KvNamespace::open(&host(Some(folder.path())), "large").unwrap();
    let value = Bytes::from(vec![0xa5; 25 * 1024 * 1024]);
    namespace.put("large".to_owned(), value.clone(), PutOptions::default()).await.unwrap();
    assert!(namespace.get("large".to_owned(), None).await.unwrap().unwrap().value == value);
    let error = namespace.put("larger".to_owned(), vec![0; value.len() + 1].into(), PutOptions::default()).await.unwrap_err();
    assert_eq!(error.to_string(), "KV PUT failed: 413 Value length of 26214401 exceeds limit of 26214400.");
    put(&namespace, "one more", "x").await;
    let keys = vec!["large".to_owned(), "one more".to_owned()];
    let error = namespace.get_bulk(keys, &BulkOptions::default()).await.unwrap_err();
    assert_eq!(error.to_string(), "KV GET_BULK failed: 413 Total size of request exceeds the limit of 25MB");
}

#[tokio::test]
async fn entries_expire_when_the_clock_says_so() {
    let (host, namespace) = namespace();
    put_with(&namespace, ttl(60)).await.unwrap();
    let listed = namespace.list(ListOptions::default()).await.unwrap();
    assert_eq!(listed.keys[0].expiration, Some(i64::try_from(NOW).unwrap() + 60));
    host.clock.freeze(Some(host.clock.now() + Duration::from_millis(59_999)));
    assert_eq!(text(&namespace, "key").await.as_deref(), Some("value"));
    assert_eq!(names(&namespace, "").await, ["key"]);
    host.clock.freeze(Some(host.clock.now() + Duration::from_millis(1)));
    assert_eq!(text(&namespace, "key").await, None);
    assert!(names(&namespace, "").await.is_empty());
    // The row itself goes with the next write, so a clock set back does not bring it back.
    put(&namespace, "other", "x").await;
    host.clock.freeze(Some(Timestamp(NOW * 1000)));
    assert_eq!(names(&namespace, "").await, ["other"]);
}

#[tokio::test]
async fn the_time_to_live_wins_over_the_time_of_expiry_and_a_put_without_either_ends_both() {
    let (_, namespace) = namespace();
    put_with(&namespace, PutOptions { expiration_ttl: Some(100), ..at(NOW + 5000) }).await.unwrap();
    let entry = namespace.get("key".to_owned(), None).await.unwrap().unwrap();
    assert_eq!(entry.expiration, Some(i64::try_from(NOW).unwrap() + 100));
    put(&namespace, "key", "again").await;
    assert_eq!(namespace.get("key".to_owned(), None).await.unwrap().unwrap().expiration, None);
}

#[tokio::test]
async fn expiry_is_refused_in_the_vendors_words() {
    let (_, namespace) = namespace();
    let cases = [
        (ttl(0), "Invalid expiration_ttl of 0. Please specify integer greater than 0.".to_owned()),
        (ttl(-1), "Invalid expiration_ttl of -1. Please specify integer greater than 0.".to_owned()),
        (ttl(59), "Invalid expiration_ttl of 59. Expiration TTL must be at least 60.".to_owned()),
        (
            at(NOW),
            format!("Invalid expiration of {NOW}. Please specify integer greater than the current number of seconds since the UNIX epoch."),
        ),
        (at(NOW + 59), format!("Invalid expiration of {}. Expiration times must be at least 60 seconds in the future.", NOW + 59)),
    ];
    for (options, expected) in cases {
        assert_eq!(put_with(&namespace, options).await.unwrap_err().to_string(), format!("KV PUT failed: 400 {expected}"));
    }
    assert_eq!(text(&namespace, "key").await, None);
    put_with(&namespace, at(NOW + 60)).await.unwrap();
}

#[tokio::test]
async fn keys_are_checked_by_every_method() {
    let (_, namespace) = namespace();
    for (key, text) in
        [("", "Key name cannot be empty."), (".", "\".\" is not allowed as a key name."), ("..", "\"..\" is not allowed as a key name.")]
    {
        let error = namespace.get(key.to_owned(), None).await.unwrap_err();
        assert!(matches!(error, KvError::KeyName(said) if said == text), "{error}");
        assert_eq!(namespace.delete(key.to_owned()).await.unwrap_err().to_string(), text);
        assert_eq!(namespace.put(key.to_owned(), Bytes::new(), PutOptions::default()).await.unwrap_err().to_string(), text);
    }
    let long = "é".repeat(256) + "x";
    let reason = "failed: 414 UTF-8 encoded length of 513 exceeds key length limit of 512.";
    assert_eq!(namespace.get(long.clone(), None).await.unwrap_err().to_string(), format!("KV GET {reason}"));
    assert_eq!(namespace.delete(long.clone()).await.unwrap_err().to_string(), format!("KV DELETE {reason}"));
    let error = namespace.get_bulk(vec!["a".to_owned(), long.clone()], &BulkOptions::default()).await.unwrap_err();
    assert_eq!(error.to_string(), format!("KV GET_BULK {reason}"));
    let error = namespace.put(long, Bytes::new(), PutOptions::default()).await.unwrap_err();
    assert_eq!(error.to_string(), format!("KV PUT {reason}"));
    put(&namespace, &"é".repeat(256), "longest").await;
    assert_eq!(text(&namespace, &"é".repeat(256)).await.as_deref(), Some("longest"));
}

#[tokio::test]
async fn metadata_goes_with_the_value_up_to_its_limit() {
    let (_, namespace) = namespace();
    let metadata = |length: usize| PutOptions { metadata: Some(format!("\"{}\"", "m".repeat(length - 2))), ..PutOptions::default() };
    put_with(&namespace, metadata(1024)).await.unwrap();
    assert_eq!(namespace.get("key".to_owned(), None).await.unwrap().unwrap().metadata, metadata(1024).metadata);
    assert_eq!(namespace.list(ListOptions::default()).await.unwrap().keys[0].metadata, metadata(1024).metadata);
    let error = put_with(&namespace, metadata(1025)).await.unwrap_err();
    assert_eq!(error.to_string(), "KV PUT failed: 413 Metadata length of 1025 exceeds limit of 1024.");
    put(&namespace, "key", "without").await;
    assert_eq!(namespace.get("key".to_owned(), None).await.unwrap().unwrap().metadata, None);
}

#[tokio::test]
async fn cache_ttl_is_checked_and_nothing_else() {
    let (_, namespace) = namespace();
    let error = namespace.get("none".to_owned(), Some(29)).await.unwrap_err();
    assert_eq!(error.to_string(), "KV GET failed: 400 Invalid cache_ttl of 29. Cache TTL must be at least 30.");
    assert_eq!(namespace.get("none".to_owned(), Some(30)).await.unwrap(), None);
    let options = BulkOptions { cache_ttl: Some(1), ..BulkOptions::default() };
    let error = namespace.get_bulk(vec!["none".to_owned()], &options).await.unwrap_err();
    assert_eq!(error.to_string(), "KV GET_BULK failed: 400 Invalid cache_ttl of 1. Cache TTL must be at least 30.");
}

#[tokio::test]
async fn a_bulk_read_has_each_key_once_and_checks_its_arguments() {
    let (_, namespace) = namespace();
    put(&namespace, "json", " {\"a\": 1} ").await;
    put(&namespace, "text", "plain").await;
    let keys = |names: &[&str]| names.iter().map(|&name| name.to_owned()).collect::<Vec<_>>();
    let found = namespace.get_bulk(keys(&["text", "none", "json", "text"]), &BulkOptions::default()).await.unwrap();
    let shape: Vec<_> = found.iter().map(|(key, value)| (key.as_str(), value.as_ref().map(|value| value.text.as_str()))).collect();
    assert_eq!(shape, [("text", Some("plain")), ("none", None), ("json", Some(" {\"a\": 1} "))]);

    let json = BulkOptions { kind: Some("json".to_owned()), ..BulkOptions::default() };
    assert!(namespace.get_bulk(keys(&["json", "none"]), &json).await.is_ok());
    let many: Vec<String> = (0..101).map(|number| format!("key{number}")).collect();
    let blob = BulkOptions { kind: Some("blob".to_owned()), ..BulkOptions::default() };
    let cases = [
        (keys(&["json", "text"]), &json, "At least one of the requested keys corresponds to a non-json value"),
        (keys(&["text"]), &blob, "\"blob\" is not a valid type. Use \"json\" or \"text\""),
        (many, &json, "You can request a maximum of 100 keys"),
        (keys(&[]), &json, "You must request a minimum of 1 key"),
        (keys(&["text", ""]), &json, "Key names must not be empty"),
        (keys(&[".."]), &json, "Illegal key name \"..\". Please use a different name."),
    ];
    for (names, options, expected) in cases {
        let error = namespace.get_bulk(names, options).await.unwrap_err();
        assert_eq!(error.to_string(), format!("KV GET_BULK failed: 400 {expected}"));
    }
}

#[tokio::test]
async fn lists_are_sorted_by_bytes_and_prefixes_are_taken_literally() {
    let (_, namespace) = namespace();
    for key in ["b", "a\\_%2", "a\\x", "ü", "a", "\u{ffff}", "🙈", "a\\_%1", "B"] {
        put(&namespace, key, "").await;
    }
    assert_eq!(names(&namespace, "").await, ["B", "a", "a\\_%1", "a\\_%2", "a\\x", "b", "ü", "\u{ffff}", "🙈"]);
    assert_eq!(names(&namespace, "a\\_%").await, ["a\\_%1", "a\\_%2"]);
    assert_eq!(names(&namespace, "🙈").await, ["🙈"]);
    assert!(names(&namespace, "none").await.is_empty());
    let error = namespace.list(ListOptions { prefix: Some("p".repeat(513)), ..ListOptions::default() }).await.unwrap_err();
    assert_eq!(error.to_string(), "KV GET failed: 414 UTF-8 encoded length of 513 exceeds key length limit of 512.");
}

#[tokio::test]
async fn a_cursor_goes_on_where_the_page_ended_whatever_came_and_went() {
    let (_, namespace) = namespace();
    for key in ["k1", "k3", "k5"] {
        put(&namespace, key, "").await;
    }
    let page = |limit, cursor: Option<String>| namespace.list(ListOptions { limit: Some(limit), cursor, prefix: Some("k".to_owned()) });
    let first = page(2, None).await.unwrap();
    assert_eq!(first.keys.iter().map(|key| key.name.as_str()).collect::<Vec<_>>(), ["k1", "k3"]);
    namespace.delete("k3".to_owned()).await.unwrap();
    put(&namespace, "k2", "").await;
    put(&namespace, "k4", "").await;
    let second = page(1000, first.cursor).await.unwrap();
    assert_eq!(second.keys.iter().map(|key| key.name.as_str()).collect::<Vec<_>>(), ["k4", "k5"]);
    assert_eq!(second.cursor, None);
    assert_eq!(page(4, None).await.unwrap().cursor, None);
    // Nonsense is a place like any other, as it is for the vendor's own emulator.
    assert_eq!(page(10, Some("?".to_owned())).await.unwrap().keys.len(), 4);
    // Read as far as it goes: a place after all keys.
    assert_eq!(page(10, Some("bogus".to_owned())).await.unwrap().keys.len(), 0);
}

#[tokio::test]
async fn a_limit_is_between_1_and_1000() {
    let (_, namespace) = namespace();
    for (limit, expected) in
        [(0, "0. Please specify an integer greater than 0."), (1001, "1001. Please specify an integer less than 1000.")]
    {
        let error = namespace.list(ListOptions { limit: Some(limit), ..ListOptions::default() }).await.unwrap_err();
        assert_eq!(error.to_string(), format!("KV GET failed: 400 Invalid key_count_limit of {expected}"));
    }
}

#[test]
fn a_damaged_file_is_refused_by_name() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("state/kv/bad.sqlite");
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(&path, vec![7; 4096]).unwrap();
    let error = KvNamespace::open(&host(Some(folder.path())), "bad").err().unwrap();
    assert_eq!(error.file.as_deref(), Some(path.as_path()));
}

#[tokio::test]
async fn a_value_may_come_piece_by_piece() {
    let (_, namespace) = namespace();
    let pieces = |pieces: Vec<Result<Bytes, String>>| futures::stream::iter(pieces);
    let whole = pieces(vec![Ok(Bytes::from_static(b"one, ")), Ok(Bytes::new()), Ok(Bytes::from_static(b"two"))]);
    namespace.put_stream("a".to_owned(), whole, PutOptions::default()).await.unwrap();
    assert_eq!(text(&namespace, "a").await.as_deref(), Some("one, two"));
    let broken = pieces(vec![Ok(Bytes::from_static(b"half")), Err("the source failed".to_owned())]);
    let error = namespace.put_stream("a".to_owned(), broken, PutOptions::default()).await.unwrap_err();
    assert_eq!(error.to_string(), "the source failed");
    let mib = Bytes::from(vec![0; 1024 * 1024]);
    let long = pieces(std::iter::repeat_n(Ok(mib), 27).collect());
    let error = namespace.put_stream("a".to_owned(), long, PutOptions::default()).await.unwrap_err();
    assert_eq!(error.to_string(), "KV PUT failed: 413 Value length of 28311552 exceeds limit of 26214400.");
    assert_eq!(text(&namespace, "a").await.as_deref(), Some("one, two"));
}

#[tokio::test]
async fn production_takes_one_write_of_a_key_in_a_second() {
    let clock = Clock::frozen(Timestamp(NOW * 1000));
    let host = Host::new(clock.clone(), Ids::from_seed(1), Profile::Production, None);
    let namespace = KvNamespace::open(&host, "test").unwrap();
    put(&namespace, "a", "one").await;
    put(&namespace, "b", "other").await;
    let error = namespace.put("a".to_owned(), Bytes::from_static(b"two"), PutOptions::default()).await.unwrap_err();
    assert_eq!(error.to_string(), "KV PUT failed: 429 Too Many Requests");
    assert_eq!(text(&namespace, "a").await.as_deref(), Some("one"));
    clock.freeze(Some(clock.now() + Duration::from_secs(1)));
    put(&namespace, "a", "two").await;
    assert_eq!(text(&namespace, "a").await.as_deref(), Some("two"));
}

#[tokio::test]
async fn relaxed_takes_more_and_says_so_once() {
    let host = host(None);
    let heard = std::sync::Arc::new(std::sync::Mutex::new(Vec::new()));
    let sink = std::sync::Arc::clone(&heard);
    host.limits.report_to(move |warning| sink.lock().unwrap().push(warning.message));
    let namespace = KvNamespace::open(&host, "test").unwrap();
    for (key, value) in [("a", "one"), ("b", "other")] {
        put(&namespace, key, value).await;
    }
    assert!(heard.lock().unwrap().is_empty());
    for _ in 0..3 {
        put(&namespace, "a", "two").await;
    }
    assert_eq!(text(&namespace, "a").await.as_deref(), Some("two"));
    assert_eq!(*heard.lock().unwrap(), ["passed the limit of 1 write to one key of KV in a second: production refuses what is beyond"]);
}

/// Makes services keep what was before each write, for a minute.
fn keep_past(host: &Host) {
    keep_past_for(host, Duration::from_secs(60));
}

fn keep_past_for(host: &Host, window: Duration) {
    let action = Action::Stale(window);
    let rule = Rule { name: "stale".into(), scope: Scope::default(), when: When::Always, seed: 1, latency: Duration::ZERO, action };
    host.faults.add("test", rule);
}

#[tokio::test]
async fn from_behind_reads_see_what_was_before_the_last_write() {
    let (host, namespace) = namespace();
    let behind = namespace.behind(Duration::from_secs(60));
    let pass = |seconds| host.clock.freeze(Some(host.clock.now() + Duration::from_secs(seconds)));
    put(&namespace, "kept", "old").await;
    put(&namespace, "gone", "old").await;
    keep_past(&host);
    pass(1);
    put(&namespace, "kept", "new").await;
    put(&namespace, "made", "new").await;
    namespace.delete("gone".to_owned()).await.unwrap();
    assert_eq!(
        (text(&behind, "kept").await.as_deref(), text(&behind, "made").await, text(&behind, "gone").await.as_deref()),
        (Some("old"), None, Some("old"))
    );
    assert_eq!(names(&behind, "").await, ["gone", "kept"]);
    assert_eq!(names(&namespace, "").await, ["kept", "made"]);
    let keys = ["kept", "made"].map(str::to_owned).to_vec();
    let bulk = behind.get_bulk(keys, &BulkOptions::default()).await.unwrap();
    assert_eq!((bulk[0].1.as_ref().unwrap().text.as_str(), &bulk[1].1), ("old", &None));
    // Half a minute behind sees what was written longer ago than that.
    pass(30);
    assert_eq!(text(&namespace.behind(Duration::from_secs(30)), "kept").await.as_deref(), Some("new"));
    put(&namespace, "kept", "newest").await;
    assert_eq!(text(&behind, "kept").await.as_deref(), Some("new"));
    assert_eq!(text(&behind, "made").await, None);
    // A read without `cacheTtl` is a minute late at most.
    pass(60);
    let late = namespace.behind(Duration::from_secs(3600));
    assert_eq!((text(&late, "kept").await.as_deref(), text(&late, "made").await.as_deref()), (Some("newest"), Some("new")));
    assert_eq!(names(&late, "").await, ["kept", "made"]);
}

#[tokio::test]
async fn a_read_is_late_by_its_cache_ttl_at_most() {
    let (host, namespace) = namespace();
    let pass = |seconds| host.clock.freeze(Some(host.clock.now() + Duration::from_secs(seconds)));
    keep_past_for(&host, Duration::from_secs(3600));
    put(&namespace, "key", "old").await;
    pass(10);
    put(&namespace, "key", "new").await;
    let behind = namespace.behind(Duration::from_secs(3600));
    let read = async |cache_ttl| {
        let single = behind.get("key".to_owned(), cache_ttl).await.unwrap().unwrap();
        let options = BulkOptions { cache_ttl, ..BulkOptions::default() };
        let bulk = behind.get_bulk(vec!["key".to_owned()], &options).await.unwrap().remove(0).1.unwrap().text;
        assert_eq!(single.value, bulk);
        bulk
    };
    assert_eq!((read(None).await.as_str(), read(Some(30)).await.as_str()), ("old", "old"));
    pass(31);
    assert_eq!((read(None).await.as_str(), read(Some(30)).await.as_str()), ("old", "new"));
    pass(60);
    assert_eq!((read(None).await.as_str(), read(Some(600)).await.as_str()), ("new", "old"));
    put(&namespace, "other", "value").await;
    assert_eq!(read(Some(600)).await, "old", "what a rule may still show is not forgotten by the next write");
    pass(600);
    assert_eq!(read(Some(600)).await, "new");
}

#[tokio::test]
async fn what_was_before_expires_as_it_would_have() {
    let (host, namespace) = namespace();
    keep_past(&host);
    let options = PutOptions { expiration_ttl: Some(60), ..PutOptions::default() };
    put_with(&namespace, options).await.unwrap();
    host.clock.freeze(Some(host.clock.now() + Duration::from_secs(30)));
    put(&namespace, "key", "new").await;
    let behind = namespace.behind(Duration::from_secs(60));
    assert_eq!(text(&behind, "key").await.as_deref(), Some("value"));
    host.clock.freeze(Some(host.clock.now() + Duration::from_secs(31)));
    assert_eq!(text(&behind, "key").await, None);
    assert_eq!(names(&behind, "").await, Vec::<String>::new());
}

#[tokio::test]
async fn without_a_fault_that_wants_it_nothing_is_kept() {
    let (_, namespace) = namespace();
    put(&namespace, "key", "old").await;
    put(&namespace, "key", "new").await;
    assert_eq!(text(&namespace.behind(Duration::from_secs(60)), "key").await.as_deref(), Some("new"));
}
