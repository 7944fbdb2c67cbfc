use super::*;

const SMALL: Policy =
    Policy { folders: &["src", "absent"], skipped: &["node_modules"], extensions: &["rs"], review: 2, cap: 4, exceptions: &[] };

/// A folder with files of so many lines.
fn folder(files: &[(&str, usize)]) -> tempfile::TempDir {
    let root = tempfile::tempdir().unwrap();
    for (file, lines) in files {
        let path = root.path().join(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, "x\n".repeat(*lines)).unwrap();
    }
    root
}

#[test]
fn a_file_over_the_cap_fails_and_one_over_the_review_mark_is_named() {
    let root = folder(&[("src/fine.rs", 2), ("src/deep/long.rs", 4), ("src/deep/too_long.rs", 5)]);
    let report = check(root.path(), &SMALL).unwrap();
    assert_eq!(report.notes, ["`src/deep/long.rs` has 4 lines, more than 2"]);
    assert_eq!(report.problems.len(), 1, "{report:?}");
    assert!(report.problems[0].starts_with("`src/deep/too_long.rs` has 5 lines, more than 4\n"), "{}", report.problems[0]);
}

#[test]
fn what_is_not_written_by_hand_is_passed_over() {
    let root = folder(&[("src/node_modules/a.rs", 9), ("src/data.json", 9), ("elsewhere/a.rs", 9)]);
    let report = check(root.path(), &SMALL).unwrap();
    assert_eq!(report.problems, Vec::<String>::new());
    assert_eq!(report.summary, "sizes: 0 files, none over 4 lines without a reason");
}

#[test]
fn an_exception_allows_up_to_its_own_number() {
    const EXCEPTIONS: &[Exception] = &[Exception { file: "src/table.rs", up_to: 6, reason: "one table" }];
    let policy = Policy { exceptions: EXCEPTIONS, ..SMALL };
    let within = check(folder(&[("src/table.rs", 6)]).path(), &policy).unwrap();
    assert_eq!((within.problems.len(), &within.notes[..]), (0, &["`src/table.rs` has 6 lines, allowed up to 6: one table".to_owned()][..]));
    let beyond = check(folder(&[("src/table.rs", 7)]).path(), &policy).unwrap();
    assert!(beyond.problems[0].starts_with("`src/table.rs` has 7 lines, more than 6\n"), "{beyond:?}");
}

#[test]
fn an_exception_that_nothing_needs_fails() {
    const EXCEPTIONS: &[Exception] = &[Exception { file: "src/table.rs", up_to: 6, reason: "one table" }];
    let policy = Policy { exceptions: EXCEPTIONS, ..SMALL };
    for root in [folder(&[("src/table.rs", 4)]), folder(&[])] {
        let report = check(root.path(), &policy).unwrap();
        assert!(report.problems[0].starts_with("`src/table.rs` needs no exception any more\n"), "{report:?}");
    }
}

#[test]
fn a_last_line_without_a_line_feed_counts() {
    assert_eq!([lines_of(b""), lines_of(b"a"), lines_of(b"a\n"), lines_of(b"a\nb")], [0, 1, 1, 2]);
}
