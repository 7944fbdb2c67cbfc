mod damage;
mod travel;

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
