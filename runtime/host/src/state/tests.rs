use std::path::PathBuf;

use super::*;
use crate::clock::{Clock, Timestamp};
use crate::host::Host;
use crate::ids::Ids;
use crate::limits::Profile;
use crate::storage::StorageError;

const MIGRATIONS: &[&str] = &["CREATE TABLE item (name TEXT PRIMARY KEY)"];

/// A run of one app, with two databases.
struct Run {
    host: Host,
    one: Storage,
    two: Storage,
}

fn open(host: &Host, id: &str) -> Storage {
    host.storage("kv", id, Recipe::ours(MIGRATIONS)).unwrap()
}

impl Run {
    fn start(data_dir: Option<PathBuf>) -> Self {
        let clock = Clock::frozen(Timestamp(1_000));
        let host = Host::new(clock, Ids::from_seed(1), Profile::Relaxed, None).for_app("shop", data_dir);
        let (one, two) = (open(&host, "one"), open(&host, "two"));
        Self { host, one, two }
    }

    fn both() -> [(Self, Option<tempfile::TempDir>); 2] {
        let folder = tempfile::tempdir().unwrap();
        [(Self::start(None), None), (Self::start(Some(folder.path().to_owned())), Some(folder))]
    }

    async fn state<T: Send + 'static>(&self, work: impl FnOnce(State, Host) -> T + Send + 'static) -> T {
        let (state, host) = (self.host.state.clone(), self.host.clone());
        tokio::task::spawn_blocking(move || work(state, host)).await.unwrap()
    }

    async fn snapshot(&self, name: &'static str) -> Result<Snapshot, StateError> {
        self.state(move |state, host| state.snapshot(name, false, || host.moment())).await
    }

    async fn restore(&self, name: &'static str) -> Result<Restored, StateError> {
        self.state(move |state, _| state.restore(name, |_| {})).await
    }

    async fn add(&self, name: &str) {
        for storage in [&self.one, &self.two] {
            add(storage, name).await.unwrap();
        }
    }

    async fn items(&self) -> [Vec<String>; 2] {
        [items(&self.one).await, items(&self.two).await]
    }
}

async fn add(storage: &Storage, name: &str) -> Result<usize, StorageError> {
    let name = name.to_owned();
    storage.write(move |connection| Ok(connection.execute("INSERT INTO item VALUES (?1)", [name])?)).await
}

async fn items(storage: &Storage) -> Vec<String> {
    let read = |connection: &mut rusqlite::Connection| -> Result<Vec<String>, StorageError> {
        let mut statement = connection.prepare_cached("SELECT name FROM item ORDER BY name")?;
        let rows = statement.query_map([], |row| row.get(0))?;
        Ok(rows.collect::<Result<_, _>>()?)
    };
    storage.read(read).await.unwrap()
}

fn entries(folder: &Path) -> Vec<String> {
    let mut names: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[tokio::test]
async fn what_was_there_comes_back_and_what_was_not_goes() {
    for (run, folder) in Run::both() {
        run.add("a").await;
        let snapshot = run.snapshot("first").await.unwrap();
        assert_eq!((snapshot.moment.at, snapshot.moment.frozen, &snapshot.moment.event), (1_000, true, &None));
        let stored: Vec<_> = snapshot.apps[0].1.iter().map(|stored| (stored.resource.to_string(), stored.bytes > 4_000)).collect();
        assert_eq!(stored, [("kv one".to_owned(), true), ("kv two".to_owned(), true)]);
        run.add("b").await;
        let later = open(&run.host, "later");
        add(&later, "x").await.unwrap();
        for _ in 0..3 {
            run.add("c").await;
            assert_eq!(run.restore("first").await.unwrap().snapshot, snapshot);
            assert_eq!(run.items().await, [["a"], ["a"]]);
            assert!(items(&later).await.is_empty());
            run.add("d").await;
        }
        if let Some(folder) = folder {
            assert_eq!(entries(folder.path()), ["snapshots", "state"]);
            assert_eq!(entries(&folder.path().join("snapshots")), ["first"]);
            // Closed and opened again, it is what was seen last.
            drop((run, later));
            assert_eq!(Run::start(Some(folder.path().to_owned())).items().await, [["a", "d"], ["a", "d"]]);
        }
    }
}

#[tokio::test]
async fn what_nobody_has_open_takes_part() {
    for (run, _folder) in Run::both() {
        let third = open(&run.host, "third");
        add(&third, "a").await.unwrap();
        run.snapshot("first").await.unwrap();
        // In memory it is lost with its last handle, and comes back all the same.
        drop(third);
        run.restore("first").await.unwrap();
        run.snapshot("second").await.unwrap();
        run.restore("second").await.unwrap();
        assert_eq!(items(&open(&run.host, "third")).await, ["a"]);
    }
}

#[tokio::test]
async fn a_reset_empties_everything() {
    for (run, _folder) in Run::both() {
        run.add("a").await;
        assert_eq!(run.state(|state, _| state.reset(&State::default())).await.unwrap(), ["shop"]);
        assert_eq!(run.items().await, [Vec::<String>::new(), Vec::new()]);
        run.add("a").await;
    }
}

#[tokio::test]
async fn nobody_sees_half_of_a_restore_and_no_write_is_lost() {
    for (run, _folder) in Run::both() {
        run.add("old").await;
        run.snapshot("old").await.unwrap();
        let mut pairs = 0;
        for round in 0..30 {
            run.add("new").await;
            let (state, last) = (run.host.state.clone(), format!("during {round}"));
            let restoring = tokio::task::spawn_blocking(move || state.restore("old", |_| {}));
            while !restoring.is_finished() {
                let (one, two) = (items(&run.one).await, items(&run.two).await);
                // Nothing is added to both meanwhile: what is gone from the first is gone from the second.
                let has = |items: &[String]| items.contains(&"new".to_owned());
                assert!(has(&one) || !has(&two), "{one:?} {two:?}");
                add(&run.one, &format!("{last} {pairs}")).await.unwrap();
                pairs += 1;
            }
            restoring.await.unwrap().unwrap();
            assert_eq!(items(&run.two).await, ["old"]);
        }
        assert!(pairs > 0);
    }
}

#[tokio::test]
async fn names_and_what_cannot_be_done() {
    for (run, folder) in Run::both() {
        run.add("a").await;
        run.snapshot("login").await.unwrap();
        assert!(matches!(run.snapshot("login").await, Err(StateError::Exists(_))));
        assert!(matches!(run.snapshot("../x").await, Err(StateError::Name { .. })));
        let unknown = run.restore("logn").await.unwrap_err();
        assert_eq!((unknown.to_string(), unknown.hint()), ("there is no snapshot `logn`".into(), Some("did you mean `login`?".into())));
        run.add("b").await;
        let replaced = run.state(|state, host| state.snapshot("login", true, || host.moment())).await.unwrap();
        assert_eq!(run.state(|state, _| state.list()).await, [("login".to_owned(), Ok(replaced))]);
        run.add("c").await;
        run.restore("login").await.unwrap();
        assert_eq!(run.items().await, [["a", "b"], ["a", "b"]]);
        run.state(|state, _| state.delete("login")).await.unwrap();
        assert!(run.state(|state, _| state.list()).await.is_empty() && run.restore("login").await.is_err());
        if let Some(folder) = folder {
            assert!(entries(&folder.path().join("snapshots")).is_empty());
        }
    }
}

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

#[tokio::test]
async fn an_app_that_has_no_part_stays_as_it_is() {
    for (run, folder) in Run::both() {
        run.add("a").await;
        run.snapshot("first").await.unwrap();
        let beside = folder.as_ref().map(|_| tempfile::tempdir().unwrap());
        let other = run.host.for_app("other", beside.as_ref().map(|folder| folder.path().to_owned()));
        let theirs = open(&other, "one");
        add(&theirs, "x").await.unwrap();
        run.add("b").await;
        assert_eq!(run.restore("first").await.unwrap().untouched, ["other"]);
        assert_eq!(
            (run.items().await, items(&theirs).await),
            ([["a".to_owned()].to_vec(), ["a".to_owned()].to_vec()], vec!["x".to_owned()])
        );
    }
}

#[tokio::test]
async fn the_clock_is_set_before_anyone_sees_it() {
    for (run, _folder) in Run::both() {
        run.snapshot("first").await.unwrap();
        run.host.clock.freeze(Some(Timestamp(5_000)));
        let clock = run.host.clock.clone();
        let freeze = move |moment: &Moment| {
            clock.freeze(moment.frozen_at());
        };
        run.state(move |state, _| state.restore("first", freeze)).await.unwrap();
        assert_eq!(run.host.clock.now(), Timestamp(1_000));
    }
}

#[tokio::test]
async fn a_reset_leaves_what_a_first_start_would() {
    for (run, _folder) in Run::both() {
        let beside = run.host.beside();
        let fresh = open(&beside.for_app("shop", None), "one");
        add(&fresh, "seed").await.unwrap();
        run.add("a").await;
        run.state(move |state, _| state.reset(&beside.state)).await.unwrap();
        assert_eq!(run.items().await, [vec!["seed".to_owned()], Vec::new()]);
    }
}

#[tokio::test]
async fn what_differs_is_told_by_row() {
    for (run, _folder) in Run::both() {
        run.add("a").await;
        run.add("b").await;
        run.snapshot("first").await.unwrap();
        let change = "DELETE FROM item WHERE name = 'a'; INSERT INTO item VALUES ('c'), ('d'), ('e');
            CREATE TABLE pair (x, y INT, z, PRIMARY KEY (y, x)) WITHOUT ROWID; INSERT INTO pair VALUES ('k', 1, 2.5);
            CREATE INDEX by_z ON pair (z);";
        run.one.write(move |connection| Ok::<_, StorageError>(connection.execute_batch(change)?)).await.unwrap();
        let differences = run.state(|state, _| state.diff("first", None, 2)).await.unwrap();
        let [difference] = &differences[..] else { panic!("{differences:?}") };
        assert_eq!(
            (difference.app.as_str(), difference.resource.to_string(), difference.change),
            ("shop", "kv one".into(), Change::Changed)
        );
        let [item, pair] = &difference.parts[..] else { panic!("{differences:?}") };
        assert_eq!((item.before, item.after, &item.changed[..], item.more), (Some(2), Some(4), &[][..], 1));
        assert_eq!((&item.added[..], &item.removed[..]), (&["c".to_owned(), "d".to_owned()][..], &["a".to_owned()][..]));
        assert_eq!((pair.name.as_str(), pair.before, pair.after), ("pair", None, Some(1)));
        assert_eq!(difference.objects, ["+ index by_z"]);
        run.snapshot("second").await.unwrap();
        let change = "UPDATE pair SET z = '2.5'; ALTER TABLE item ADD COLUMN more";
        run.one.write(move |connection| Ok::<_, StorageError>(connection.execute_batch(change)?)).await.unwrap();
        let differences = run.state(|state, _| state.diff("second", None, 9)).await.unwrap();
        let [item, pair] = &differences[0].parts[..] else { panic!("{differences:?}") };
        assert!(item.redefined && pair.changed == ["1, k"] && differences[0].objects.is_empty(), "{differences:?}");
        assert_eq!(run.state(|state, _| state.diff("second", Some("second"), 9)).await.unwrap(), []);
        assert!(run.state(|state, _| state.diff("second", Some("thrid"), 9)).await.is_err());
    }
}

#[tokio::test]
async fn a_snapshot_travels_as_one_file() {
    let outside = tempfile::tempdir().unwrap();
    for (run, _folder) in Run::both() {
        run.add("a").await;
        run.snapshot("first").await.unwrap();
        run.add("b").await;
        let export = |name: Option<&'static str>, file: &'static str, replace: bool| {
            let file = outside.path().join(file);
            run.state(move |state, host| state.export(name, &file, replace, || host.moment()))
        };
        let exported = export(Some("first"), "first.snapshot", true).await.unwrap();
        assert_eq!((exported.name.as_str(), exported.moment.at), ("first", 1_000));
        export(None, "now.snapshot", true).await.unwrap();
        assert!(export(None, "now.snapshot", false).await.unwrap_err().to_string().contains("already"));
        assert!(export(None, "no/where.snapshot", false).await.is_err());
        assert_eq!(entries(outside.path()), ["first.snapshot", "now.snapshot"]);
        // Into files and into memory, wherever it came from.
        for (other, _folder) in Run::both() {
            for (file, name, expected) in [("first.snapshot", None, vec!["a"]), ("now.snapshot", Some("named"), vec!["a", "b"])] {
                let path = outside.path().join(file);
                let imported = other.state(move |state, _| state.import(&path, name, false)).await.unwrap();
                assert_eq!(imported.name, name.unwrap_or("first"));
                let restored = other.state(move |state, _| state.restore(&imported.name, |_| {})).await.unwrap();
                assert_eq!(restored.snapshot.moment.at, 1_000);
                assert_eq!(other.items().await, [expected.clone(), expected]);
                let path = outside.path().join(file);
                let again = other.state(move |state, _| state.import(&path, name, false)).await;
                assert!(matches!(again, Err(StateError::Exists(_))));
            }
        }
    }
}

#[tokio::test]
async fn an_export_takes_the_place_of_regular_files_alone() {
    use std::os::unix::fs::FileTypeExt;
    let outside = tempfile::tempdir().unwrap();
    let at = |name: &str| outside.path().join(name);
    let run = Run::start(None);
    let export = |file: PathBuf, replace: bool| run.state(move |state, host| state.export(None, &file, replace, || host.moment()));
    std::fs::write(at("file"), "mine").unwrap();
    std::fs::write(at("file.new"), "mine too").unwrap();
    std::fs::create_dir(at("folder")).unwrap();
    std::os::unix::fs::symlink("file", at("link")).unwrap();
    std::os::unix::fs::symlink("nowhere", at("dangling")).unwrap();
    let pipe = std::ffi::CString::new(at("pipe").to_str().unwrap()).unwrap();
    // SAFETY: a text that ends with a zero and lives for the duration of the call.
    let made = unsafe { libc::mkfifo(pipe.as_ptr(), 0o600) };
    assert_eq!(made, 0);
    let _socket = std::os::unix::net::UnixListener::bind(at("socket")).unwrap();
    let before = entries(outside.path());
    for (file, kind) in [
        (at("folder"), "a folder"),
        (at("link"), "a symbolic link"),
        (at("dangling"), "a symbolic link"),
        (at("pipe"), "a named pipe"),
        (at("socket"), "a socket"),
        (PathBuf::from("/dev/null"), "a device"),
    ] {
        for replace in [false, true] {
            let error = export(file.clone(), replace).await.unwrap_err();
            assert_eq!(error.to_string(), format!("there is {kind} of that name, and only a file can be written over"));
        }
    }
    assert!(std::fs::symlink_metadata(at("pipe")).unwrap().file_type().is_fifo());
    assert_eq!(std::fs::read_to_string(at("link")).unwrap(), "mine");
    export(at("file"), true).await.unwrap();
    assert!(std::fs::read(at("file")).unwrap().starts_with(b"SQLite format 3"));
    assert_eq!(std::fs::read_to_string(at("file.new")).unwrap(), "mine too");
    assert_eq!(entries(outside.path()), before);
}

#[tokio::test]
async fn a_file_that_is_no_snapshot_is_refused() {
    let outside = tempfile::tempdir().unwrap();
    let run = Run::start(Some(outside.path().join("data")));
    run.add("a").await;
    let file = outside.path().join("whole");
    let path = file.clone();
    run.state(move |state, host| state.export(None, &path, false, || host.moment())).await.unwrap();
    let whole = std::fs::read(&file).unwrap();
    let import = async |content: Vec<u8>, name: &'static str| {
        let path = file.with_file_name("other");
        std::fs::write(&path, content).unwrap();
        run.state(move |state, _| state.import(&path, Some(name), false)).await
    };
    assert!(import(whole.clone(), "whole").await.is_ok());
    for length in [0, 10, 200, 4096, whole.len() / 2, whole.len() - 4096, whole.len() - 1] {
        let error = import(whole[..length].to_vec(), "cut").await.unwrap_err();
        assert!(error.code() == "invalid" && error.hint().is_some(), "{length}: {error}");
    }
    let at = whole.windows(4).rposition(|bytes| bytes == b"item").unwrap();
    let mut changed = whole.clone();
    changed[at] = b'j';
    assert!(import(changed, "changed").await.unwrap_err().to_string().contains("damaged"));
    // SQLite's `user_version`. <https://www.sqlite.org/fileformat2.html#the_database_header>
    let mut newer = whole;
    newer[63] = 9;
    let error = import(newer, "newer").await.unwrap_err();
    assert_eq!(error.to_string(), "this file has version 9, newer than this program knows: 1");
    assert_eq!(entries(&outside.path().join("data/snapshots")), ["whole"]);
}

/// How often to restore: `GREENROOM_RESTORES` for more than a quick look.
fn rounds() -> usize {
    std::env::var("GREENROOM_RESTORES").ok().and_then(|text| text.parse().ok()).unwrap_or(50)
}

#[tokio::test]
async fn restores_leak_no_descriptors_threads_or_files() {
    for (run, folder) in Run::both() {
        run.add("a").await;
        run.snapshot("first").await.unwrap();
        // This folder's alone: other tests of the same process open files too.
        let open_files = || {
            let links = std::fs::read_dir("/proc/self/fd").unwrap().flatten().filter_map(|entry| std::fs::read_link(entry.path()).ok());
            links.filter(|link| folder.as_ref().is_some_and(|folder| link.starts_with(folder.path()))).count()
        };
        let before = open_files();
        for _ in 0..rounds() {
            run.add("b").await;
            run.restore("first").await.unwrap();
        }
        assert_eq!(run.items().await, [["a"], ["a"]]);
        assert!(open_files() <= before, "{} files open, {before} before", open_files());
        if let Some(folder) = &folder {
            assert_eq!(entries(folder.path()), ["snapshots", "state"]);
        }
        let registry = run.host.state.lock();
        assert_eq!((registry.apps.len(), registry.apps[0].open.len()), (1, 2));
    }
}
