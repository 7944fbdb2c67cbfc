//! A namespace whose content is swapped for another.

use bytes::Bytes;
use greenroom_host::state::{Difference, State};
use greenroom_host::{Clock, Host, Ids, Profile, Timestamp};
use greenroom_kv::{KvNamespace, PutOptions};

async fn put(namespace: &KvNamespace, key: &str, value: &str) {
    namespace.put(key.to_owned(), Bytes::copy_from_slice(value.as_bytes()), PutOptions::default()).await.expect("it is stored");
}

/// Storages are waited for, which nothing that serves may do.
async fn apart<T: Send + 'static>(host: &Host, work: impl FnOnce(&State, &Host) -> T + Send + 'static) -> T {
    let host = host.clone();
    tokio::task::spawn_blocking(move || work(&host.state, &host)).await.expect("it does not panic")
}

#[tokio::test]
async fn keys_are_told_and_written_again_at_once() {
    let host = Host::new(Clock::frozen(Timestamp(1_000)), Ids::from_seed(1), Profile::Production, None);
    let namespace = KvNamespace::open(&host, "test").unwrap();
    put(&namespace, "stays", "a").await;
    put(&namespace, "goes", "a").await;
    put(&namespace, "changes", "a").await;
    apart(&host, |state, host| state.snapshot("first", false, || host.moment())).await.unwrap();
    host.clock.freeze(Some(Timestamp(5_000)));
    put(&namespace, "changes", "b").await;
    put(&namespace, "comes", "a").await;
    namespace.delete("goes".to_owned()).await.unwrap();
    let differences: Vec<Difference> = apart(&host, |state, _| state.diff("first", None, 9)).await.unwrap();
    let keys = &differences[0].parts[0];
    assert_eq!((keys.name.as_str(), keys.before, keys.after), ("keys", Some(3), Some(3)));
    assert_eq!([&keys.added[..], &keys.removed[..], &keys.changed[..]], [["comes"], ["goes"], ["changes"]]);
    apart(&host, |state, _| state.restore("first", |_| {})).await.unwrap();
    assert_eq!(namespace.get("goes".to_owned(), None).await.unwrap().unwrap().value, "a");
    assert!(namespace.get("comes".to_owned(), None).await.unwrap().is_none());
    // Written in this second, but not in the content that is there now.
    put(&namespace, "changes", "c").await;
}
