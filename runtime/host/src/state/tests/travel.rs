//! Snapshots as files.

use super::*;

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
