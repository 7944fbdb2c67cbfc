//! The indexes beside segments, and segments that are damaged.

use std::fs::File;
use std::path::PathBuf;

use super::disk::{close, open, segments};
use super::*;

/// At which a segment has some ten events.
const SMALL: Bounds = Bounds { size: 64 * 1024, age: None };

/// Fills several segments, some events ending in a later one than they began in, or added to there.
fn filled(folder: &Path) -> EventId {
    let host = host();
    let (journal, _) = open(folder, SMALL);
    let slow = event(&host);
    journal.append(slow.clone());
    let early = happen(&host, &journal, "early", Outcome::Ok);
    for number in 0..40 {
        happen(&host, &journal, &format!("n{number}"), if number % 3 == 0 { Outcome::error("no") } else { Outcome::Ok });
        drop(newest(&journal, 1));
    }
    journal.finish(slow.id, Outcome::Canceled, Duration::ZERO);
    journal.over(slow.id, None);
    journal.log(early, LogLine { level: "info".into(), text: "late".into() });
    let other = Event { target: "other".into(), kind: EventKind::CronTick, ..event(&host) };
    journal.append(other);
    close(journal, folder);
    slow.id
}

/// Everything that the next run has, and what it says.
fn next_run(folder: &Path) -> (Vec<Entry>, Vec<String>) {
    let (journal, said) = open(folder, SMALL);
    let all = newest(&journal, 1000);
    let errors = journal.list(&Query { outcomes: vec!["error".into()], ..Query::default() }, None, 1000).entries;
    assert!(errors.iter().all(|entry| matches!(entry.ending.outcome, Some(Outcome::Error { .. }))));
    drop(journal);
    File::open(folder.join("lock")).unwrap().lock().unwrap();
    let said = said.lock().unwrap().clone();
    (all, said)
}

fn indexes(folder: &Path) -> Vec<PathBuf> {
    segments(folder).into_iter().map(|path| path.with_extension("index")).collect()
}

#[test]
fn the_next_run_has_the_same_with_indexes_and_without() {
    let folder = tempfile::tempdir().unwrap();
    let slow = filled(folder.path());
    let indexes = indexes(folder.path());
    assert!(indexes.len() > 2 && indexes.iter().all(|path| path.exists()), "{indexes:?}");
    let (with, said) = next_run(folder.path());
    assert_eq!((with.len(), said), (43, vec![]));
    let of_slow = with.iter().find(|entry| entry.event.id == slow).unwrap();
    assert_eq!(of_slow.ending.outcome, Some(Outcome::Canceled));
    assert!(with.iter().any(|entry| entry.event.summary == "early" && entry.ending.logs.len() == 1));
    for index in &indexes {
        std::fs::remove_file(index).unwrap();
    }
    assert_eq!(next_run(folder.path()), (with.clone(), vec![]));
    // They are there again.
    assert!(indexes.iter().all(|path| path.exists()));
    assert_eq!(next_run(folder.path()), (with, vec![]));
}

#[test]
fn an_index_that_is_damaged_or_about_something_else_is_made_again() {
    let folder = tempfile::tempdir().unwrap();
    filled(folder.path());
    let (all, _) = next_run(folder.path());
    let (index, other) = (&indexes(folder.path())[0], &indexes(folder.path())[1]);
    let good = std::fs::read(index).unwrap();
    let flipped = |at: usize| {
        let mut bytes = good.clone();
        bytes[at] ^= 0x10;
        bytes
    };
    let bad = [
        flipped(3),
        flipped(good.len() / 2),
        flipped(good.len() - 1),
        good[..good.len() / 2].to_vec(),
        good[..2].to_vec(),
        Vec::new(),
        std::fs::read(other).unwrap(),
    ];
    for bytes in bad {
        std::fs::write(index, bytes).unwrap();
        assert_eq!(next_run(folder.path()), (all.clone(), vec![]));
        assert_eq!(std::fs::read(index).unwrap(), good);
    }
    // One without a segment goes, and one that was not written to its end.
    let strays = ["99999999.index", "00000000.index-half"].map(|name| folder.path().join(name));
    for stray in &strays {
        std::fs::write(stray, &good).unwrap();
    }
    assert_eq!(next_run(folder.path()).0, all);
    assert!(strays.iter().all(|stray| !stray.exists()));
    // Where none can be written, everything works all the same.
    std::fs::remove_file(index).unwrap();
    std::fs::create_dir(index).unwrap();
    assert_eq!(next_run(folder.path()), (all, vec![]));
}

#[test]
fn what_is_damaged_in_the_middle_is_said_once_and_everything_else_is_kept() {
    let folder = tempfile::tempdir().unwrap();
    filled(folder.path());
    let (all, _) = next_run(folder.path());
    let path = &segments(folder.path())[1];
    let text = std::fs::read_to_string(path).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    let place = lines.iter().position(|line| line.starts_with(r#"{"event""#)).unwrap();
    let gone = lines[place].replace('"', "\0");
    std::fs::write(path, text.replace(lines[place], &gone)).unwrap();
    let (left, said) = next_run(folder.path());
    assert_eq!(left.len(), all.len() - 1);
    assert!(left.iter().all(|entry| all.contains(entry)));
    let bytes = gone.len();
    assert_eq!(said, [format!("a line of the journal, {bytes} bytes, cannot be read and will be left out; all others are kept")]);
    assert_eq!(next_run(folder.path()), (left, vec![]));
}

#[test]
fn what_an_index_knows_and_its_segment_no_longer_has_is_said() {
    let folder = tempfile::tempdir().unwrap();
    filled(folder.path());
    let (all, _) = next_run(folder.path());
    let path = &segments(folder.path())[1];
    let written = path.metadata().unwrap().modified().unwrap();
    std::fs::write(path, vec![b'x'; std::fs::read(path).unwrap().len()]).unwrap();
    File::options().append(true).open(path).unwrap().set_modified(written).unwrap();
    let (left, said) = next_run(folder.path());
    assert!(!left.is_empty() && left.len() < all.len(), "{}", left.len());
    assert_eq!(said, ["events that were in this file can no longer be read; they are left out"]);
}
