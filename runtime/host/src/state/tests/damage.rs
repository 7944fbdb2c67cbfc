//! What goes wrong changes nothing.

use super::*;

#[tokio::test]
async fn a_snapshot_that_cannot_be_written_leaves_nothing_behind() {
    let (good, bad) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let run = Run::start(Some(good.path().to_owned()));
    let other = run.host.for_app("other", Some(bad.path().to_owned()));
    let _open = open(&other, "one");
    run.add("a").await;
    std::fs::write(bad.path().join("snapshots"), "no folder").unwrap();
    let error = run.snapshot("first").await.unwrap_err();
    assert!(error.code() == "failed" && error.to_string().contains("snapshots/.new first"), "{error}");
    assert!(entries(&good.path().join("snapshots")).is_empty());
    run.add("b").await;
    assert_eq!(run.items().await, [["a", "b"], ["a", "b"]]);
}

#[tokio::test]
async fn a_snapshot_that_cannot_be_used_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let run = Run::start(Some(folder.path().to_owned()));
    run.add("a").await;
    run.snapshot("first").await.unwrap();
    let kept = folder.path().join("snapshots/first");
    let database = kept.join("state/kv/two.sqlite");
    let length = std::fs::read(&database).unwrap().len();
    std::fs::write(&database, vec![7; length]).unwrap();
    run.add("b").await;
    let error = run.restore("first").await.unwrap_err();
    assert!(error.to_string().contains("cannot be used"), "{error}");
    assert_eq!(run.items().await, [["a", "b"], ["a", "b"]]);
    assert_eq!(entries(folder.path()), ["snapshots", "state"]);
    let text = std::fs::read_to_string(kept.join("snapshot.json")).unwrap();
    std::fs::write(kept.join("snapshot.json"), text.replace("\"version\": 1", "\"version\": 9")).unwrap();
    assert!(run.restore("first").await.unwrap_err().to_string().contains("newer version"));
}

#[tokio::test]
async fn a_snapshot_that_lacks_something_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let run = Run::start(Some(folder.path().to_owned()));
    run.add("a").await;
    run.snapshot("first").await.unwrap();
    run.add("b").await;
    let file = folder.path().join("snapshots/first/state/kv/two.sqlite");
    let whole = std::fs::read(&file).unwrap();
    std::fs::write(&file, &whole[..4096]).unwrap();
    let shorter = format!("snapshot first is damaged: state/kv/two.sqlite has 4096 bytes instead of {}", whole.len());
    assert_eq!(run.restore("first").await.unwrap_err().to_string(), shorter);
    std::fs::remove_file(&file).unwrap();
    let missing = "snapshot first is damaged: state/kv/two.sqlite is missing";
    assert_eq!(run.restore("first").await.unwrap_err().to_string(), missing);
    assert_eq!(run.state(|state, _| state.diff("first", None, 1)).await.unwrap_err().to_string(), missing);
    assert_eq!(run.items().await, [["a", "b"], ["a", "b"]]);
    assert_eq!(entries(folder.path()), ["snapshots", "state"]);
    std::fs::write(&file, whole).unwrap();
    let stranger = file.with_file_name("three.sqlite");
    std::fs::copy(&file, &stranger).unwrap();
    let more = "snapshot first is damaged: state/kv/three.sqlite is not one of its databases";
    assert_eq!(run.restore("first").await.unwrap_err().to_string(), more);
    assert_eq!(run.items().await, [["a", "b"], ["a", "b"]]);
    std::fs::remove_file(&stranger).unwrap();
    run.restore("first").await.unwrap();
    assert_eq!(run.items().await, [["a"], ["a"]]);
}

#[tokio::test]
async fn what_a_killed_process_left_is_cleared() {
    let folder = tempfile::tempdir().unwrap();
    let snapshots = folder.path().join("snapshots");
    let run = Run::start(Some(folder.path().to_owned()));
    run.add("a").await;
    for name in ["first", "second"] {
        run.snapshot(name).await.unwrap();
    }
    run.add("b").await;
    // Killed while it wrote one, between the two steps of replacing another, and after them.
    std::fs::create_dir_all(snapshots.join(".new third/state/kv")).unwrap();
    std::fs::rename(snapshots.join("first"), snapshots.join(".old first")).unwrap();
    std::fs::create_dir(snapshots.join(".old second")).unwrap();
    assert!(matches!(run.snapshot("first").await, Err(StateError::Exists(_))));
    assert_eq!(entries(&snapshots), ["first", "second"]);
    run.restore("first").await.unwrap();
    assert_eq!(run.items().await, [["a"], ["a"]]);
}

#[tokio::test]
async fn a_file_that_another_has_open_is_not_pulled_away() {
    let folder = tempfile::tempdir().unwrap();
    let run = Run::start(Some(folder.path().to_owned()));
    run.add("a").await;
    run.snapshot("first").await.unwrap();
    run.add("b").await;
    let file = folder.path().join("state/kv/two.sqlite");
    let another = rusqlite::Connection::open(&file).unwrap();
    let count = |connection: &rusqlite::Connection| connection.query_row("SELECT count(*) FROM item", [], |row| row.get::<_, i64>(0));
    assert_eq!(count(&another), Ok(2));
    assert_eq!(run.restore("first").await.unwrap_err(), StateError::InUse(file));
    assert_eq!(run.items().await, [["a", "b"], ["a", "b"]]);
    drop(another);
    run.restore("first").await.unwrap();
    assert_eq!(run.items().await, [["a"], ["a"]]);
}
