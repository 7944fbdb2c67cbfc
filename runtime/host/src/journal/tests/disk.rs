//! What is in the folder, from run to run.

use std::collections::BTreeSet;
use std::fs::File;
use std::path::PathBuf;
use std::sync::Mutex;

use super::*;

pub(super) const FOR_EVER: Bounds = Bounds { size: 1 << 30, age: None };

pub(super) type Said = Arc<Mutex<Vec<String>>>;

pub(super) fn open(folder: &Path, bounds: Bounds) -> (Journal, Said) {
    let said = Said::default();
    let told = Arc::clone(&said);
    let journal = Journal::open(folder, bounds, move |problem| told.lock().unwrap().push(problem.message)).unwrap();
    (journal, said)
}

/// Ends a journal, and waits until its folder is free: its thread may be using it.
pub(super) fn close(journal: Journal, folder: &Path) {
    journal.flush();
    drop(journal);
    let lock = File::open(folder.join("lock")).unwrap();
    lock.lock().unwrap();
}

pub(super) fn segments(folder: &Path) -> Vec<PathBuf> {
    segment::files(folder).unwrap().into_iter().map(|(_, path)| path).collect()
}

#[test]
fn the_next_run_goes_on_with_what_the_one_before_left() {
    let folder = tempfile::tempdir().unwrap();
    let host = host();
    let (journal, _) = open(folder.path(), FOR_EVER);
    let first = happen(&host, &journal, "first", Outcome::Ok);
    let carried = event(&host).carrying(request());
    journal.append(carried.clone());
    journal.body(carried.id, Captured::of(&"body".into(), 10));
    journal.finish(carried.id, Outcome::Ok, Duration::ZERO);
    let abandoned = event(&host);
    journal.append(abandoned.clone());
    close(journal, folder.path());
    let (journal, said) = open(folder.path(), FOR_EVER);
    happen(&host, &journal, "second", Outcome::Ok);
    let all = newest(&journal, 10);
    assert_eq!(all.iter().map(|entry| entry.event.id).collect::<Vec<_>>()[1..], [abandoned.id, carried.id, first]);
    assert_eq!(all[1].ending.outcome, Some(Outcome::Dropped { message: "the program ended before it was over".into() }));
    let Payload::Request(request) = &all[2].event.payload else { panic!("it is a request") };
    assert_eq!(request.body.as_ref().and_then(Captured::text), Some("body"));
    assert_eq!(journal.list(&Query { outcomes: vec!["dropped".into()], ..Query::default() }, None, 10).entries.len(), 1);
    assert_eq!(journal.list(&Query { text: Some("first".into()), ..Query::default() }, None, 10).entries.len(), 1);
    // An older one can be added to as well.
    journal.log(first, LogLine { level: "info".into(), text: "late".into() });
    assert_eq!(journal.find(first).unwrap().ending.logs.len(), 1);
    assert_eq!((journal.position(), said.lock().unwrap().len()), (1, 0));
}

#[test]
fn a_journal_that_a_crash_cut_off_is_kept_up_to_the_last_whole_event() {
    let folder = tempfile::tempdir().unwrap();
    let host = host();
    let (journal, _) = open(folder.path(), FOR_EVER);
    happen(&host, &journal, "whole", Outcome::Ok);
    close(journal, folder.path());
    let path = segments(folder.path()).remove(0);
    let whole = std::fs::read(&path).unwrap();
    let line = br#"{"event":{"id":"00000000000100000000000000000000","#;
    for tail in [&line[..], &line[..1], &[0; 100], b"{}}\n", b"\n"] {
        std::fs::write(&path, [&whole, tail].concat()).unwrap();
        let (journal, said) = open(folder.path(), FOR_EVER);
        assert_eq!(summaries(&journal.list(&Query::default(), None, 10)), ["whole"]);
        assert_eq!(journal.position(), 0);
        close(journal, folder.path());
        assert_eq!(std::fs::read(&path).unwrap(), whole);
        let said = said.lock().unwrap();
        assert!(said.len() == 1 && said[0].starts_with("the journal broke off in the middle of an event"), "{said:?}");
        // It is said once.
        let (journal, said) = open(folder.path(), FOR_EVER);
        assert_eq!(newest(&journal, 10).len(), 1);
        close(journal, folder.path());
        assert_eq!(*said.lock().unwrap(), Vec::<String>::new());
    }
    // Cut anywhere in the last line, the line before is there.
    for end in [whole.len() - 1, whole.len() - 2, whole.len() / 2 + 20] {
        std::fs::write(&path, &whole[..end]).unwrap();
        let (journal, _) = open(folder.path(), FOR_EVER);
        let all = newest(&journal, 10);
        assert!(all.len() <= 1 && all.iter().all(|entry| entry.event.summary == "whole"), "{end}: {all:?}");
        close(journal, folder.path());
    }
}

#[test]
fn no_two_runs_write_into_one_folder() {
    let folder = tempfile::tempdir().unwrap();
    let host = host();
    let (first, _) = open(folder.path(), FOR_EVER);
    happen(&host, &first, "first", Outcome::Ok);
    first.flush();
    let (second, said) = open(folder.path(), FOR_EVER);
    happen(&host, &second, "second", Outcome::Ok);
    assert_eq!(summaries(&second.list(&Query::default(), None, 10)), ["second"]);
    assert_eq!((second.position(), segments(folder.path()).len()), (1, 1));
    assert_eq!(*said.lock().unwrap(), ["another run keeps its journal here; events of this one are kept in memory"]);
}

#[test]
fn a_run_without_events_leaves_no_folder() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal");
    let (journal, _) = open(&path, FOR_EVER);
    assert_eq!(newest(&journal, 10), []);
    journal.flush();
    assert!(!path.exists());
}

#[test]
fn size_is_bounded_on_disk_and_in_memory() {
    let folder = tempfile::tempdir().unwrap();
    let host = host();
    let size = 64 * 1024;
    let (on_disk, _) = open(folder.path(), Bounds { size, age: None });
    let in_memory = Journal::in_memory(Some(Bounds { size, age: None })).unwrap();
    for journal in [&on_disk, &in_memory] {
        let running = event(&host);
        journal.append(running.clone());
        for number in 0..1000 {
            happen(&host, journal, &format!("n{number}"), Outcome::Ok);
        }
        let all = newest(journal, 10_000);
        assert!((50..500).contains(&all.len()), "{}", all.len());
        assert_eq!(all[0].event.summary, "n999");
        let kept: BTreeSet<_> = all.iter().map(|entry| entry.event.summary.clone()).collect();
        assert_eq!(kept.len(), all.len());
        assert_eq!(journal.find(running.id), None);
        // What is no longer there is no place to write to.
        journal.finish(running.id, Outcome::Ok, Duration::ZERO);
    }
    close(on_disk, folder.path());
    let files: u64 = segments(folder.path()).iter().map(|path| path.metadata().unwrap().len()).sum();
    assert!(files <= size + size / 16, "{files}");
    let (smaller, _) = open(folder.path(), Bounds { size: size / 4, age: None });
    drop(newest(&smaller, 1));
    let files: u64 = segments(folder.path()).iter().map(|path| path.metadata().unwrap().len()).sum();
    assert!(files <= size / 4 + size / 16, "{files}");
}

#[test]
fn what_is_too_old_goes() {
    let folder = tempfile::tempdir().unwrap();
    let host = host();
    let bounds = Bounds { age: Some(Duration::from_secs(60)), ..FOR_EVER };
    let (journal, _) = open(folder.path(), bounds);
    happen(&host, &journal, "old", Outcome::Ok);
    close(journal, folder.path());
    let long_ago = std::time::UNIX_EPOCH + Duration::from_secs(1);
    File::options().append(true).open(&segments(folder.path())[0]).unwrap().set_modified(long_ago).unwrap();
    let (journal, _) = open(folder.path(), bounds);
    happen(&host, &journal, "new", Outcome::Ok);
    assert_eq!(summaries(&journal.list(&Query::default(), None, 10)), ["new"]);
    assert_eq!(segments(folder.path()).len(), 1);
}

#[test]
fn a_disk_that_takes_no_more_leaves_events_in_memory() {
    let folder = tempfile::tempdir().unwrap();
    let host = host();
    let path = folder.path().join("journal");
    // Of a size at which every event is a segment of its own.
    let (journal, said) = open(&path, Bounds { size: 160_000, age: None });
    for number in 0..50 {
        happen(&host, &journal, &"kept ".repeat(1000), Outcome::Ok);
        assert!(!newest(&journal, 1)[0].event.summary.is_empty());
        if number == 10 {
            std::fs::remove_dir_all(&path).unwrap();
        }
    }
    assert!(said.lock().unwrap()[0].starts_with("the journal cannot be written: "));
}
