//! What becomes of requests where the disk takes no more.

use greenroom_host::{Clock, Host, Ids, Profile, Timestamp};

use crate::error::Fault;
use crate::key::QueueKey;
use crate::message::Outgoing;
use crate::service::Queues;
use crate::verbs::{Ask, Make};

/// From now on the database may have this many pages more than it has; none: as many as it likes.
async fn room(queues: &Queues, pages: Option<i64>) {
    let set = move |connection: &mut rusqlite::Connection| -> Result<(), Fault> {
        let now: i64 = connection.query_row("PRAGMA page_count", [], |row| row.get(0))?;
        let most = pages.map_or(i64::from(u32::MAX) - 1, |pages| now + pages);
        connection.query_row(&format!("PRAGMA max_page_count = {most}"), [], |_| Ok(()))?;
        Ok(())
    };
    queues.inner.storage.read(set).await.unwrap();
}

/// From now on the database takes writes, or refuses all of them.
async fn writable(queues: &Queues, takes: bool) {
    let set =
        move |connection: &mut rusqlite::Connection| -> Result<(), Fault> { Ok(connection.pragma_update(None, "query_only", !takes)?) };
    queues.inner.storage.read(set).await.unwrap();
}

#[tokio::test]
async fn nothing_is_half_done_where_the_disk_is_full() {
    let folder = tempfile::tempdir().unwrap();
    let clock = Clock::frozen(Timestamp::parse("2027-01-01T00:00:00Z").unwrap());
    let host = Host::new(clock, Ids::from_seed(7), Profile::Production, None).for_app("aws", Some(folder.path().to_owned()));
    let queues = Queues::open(host).unwrap();
    let key = QueueKey { account: "000000000000".into(), region: "us-east-1".into(), name: "orders.fifo".into() };
    let attributes = [("FifoQueue", "true"), ("ContentBasedDeduplication", "true")].map(|(name, value)| (name.into(), value.into()));
    queues.create(Make { key: key.clone(), attributes: attributes.into(), tags: [].into(), app: None }).await.unwrap();
    let message = |at: usize| Outgoing { group: Some("g".into()), ..Outgoing::of(format!("{at}{}", "x".repeat(20_000))) };
    queues.send(&key, vec![message(0)]).await.unwrap();

    room(&queues, Some(8)).await;
    let error = queues.send(&key, (1..10).map(message).collect()).await.unwrap_err();
    assert_eq!((error.code.as_str(), error.status), ("InternalFailure", 500));
    assert!(error.message.contains("full") && error.message.ends_with("nothing of this request was done"), "{}", error.message);
    assert_eq!(queues.overview()[0].visible, 1);

    room(&queues, None).await;
    // None of it counts as sent.
    let sent = queues.send(&key, (1..10).map(message).collect()).await.unwrap();
    assert!(sent.iter().all(Result::is_ok));
    let ask = Ask { most: 10, visibility: None, wait: None, attempt: None };
    assert_eq!(queues.receive(&key, ask).await.unwrap().len(), 10);
}

#[tokio::test]
async fn a_purge_that_cannot_be_written_takes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let clock = Clock::frozen(Timestamp::parse("2027-01-01T00:00:00Z").unwrap());
    let host = Host::new(clock, Ids::from_seed(7), Profile::Production, None).for_app("aws", Some(folder.path().to_owned()));
    let queues = Queues::open(host).unwrap();
    let key = QueueKey { account: "000000000000".into(), region: "us-east-1".into(), name: "orders".into() };
    queues.create(Make { key: key.clone(), attributes: [].into(), tags: [].into(), app: None }).await.unwrap();
    queues.send(&key, vec![Outgoing::of("first".to_owned())]).await.unwrap();

    writable(&queues, false).await;
    let error = queues.purge(&key).await.unwrap_err();
    assert_eq!((error.code.as_str(), error.status), ("InternalFailure", 500));
    assert_eq!(queues.overview()[0].visible, 1);

    writable(&queues, true).await;
    let (purged, sent) = tokio::join!(queues.purge(&key), queues.send(&key, vec![Outgoing::of("second".to_owned())]));
    assert_eq!((purged.unwrap(), sent.unwrap().len()), (1, 1));
    let ask = Ask { most: 10, visibility: None, wait: None, attempt: None };
    let left = queues.receive(&key, ask).await.unwrap();
    assert_eq!(left.iter().map(|message| message.body.as_str()).collect::<Vec<_>>(), ["second"]);
}
