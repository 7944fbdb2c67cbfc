use std::io::Write;
use std::os::unix::fs::PermissionsExt;

use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::*;

type Writer = ZipWriter<Cursor<Vec<u8>>>;

fn zip(fill: impl FnOnce(&mut Writer)) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    fill(&mut writer);
    writer.finish().unwrap().into_inner()
}

/// How much may come out in these tests.
const MOST: u64 = 100_000;

fn unpacked(bytes: &[u8]) -> Result<tempfile::TempDir, String> {
    let folder = tempfile::tempdir().unwrap();
    into(&folder.path().join("code"), bytes, MOST).map(|()| folder).map_err(|error| error.message)
}

const REFUSED: &str = "Could not unzip uploaded file. Please check your file, then try to upload again.";

#[test]
fn files_come_out_with_their_rights() {
    let bytes = zip(|zip| {
        zip.start_file("bin/bootstrap", SimpleFileOptions::default().unix_permissions(0o755)).unwrap();
        zip.write_all(b"#!").unwrap();
        zip.add_symlink("link", "bin/bootstrap", SimpleFileOptions::default()).unwrap();
    });
    let folder = unpacked(&bytes).unwrap();
    let code = folder.path().join("code");
    assert_eq!(std::fs::metadata(code.join("bin/bootstrap")).unwrap().permissions().mode() & 0o777, 0o755);
    assert_eq!(std::fs::read(code.join("link")).unwrap(), b"#!");
}

#[test]
fn what_leads_out_is_refused() {
    for name in ["../out", "/out", "a/../../out"] {
        let bytes = zip(|zip| {
            zip.start_file(name, SimpleFileOptions::default()).unwrap();
            zip.write_all(b"x").unwrap();
        });
        assert_eq!(unpacked(&bytes).unwrap_err(), REFUSED, "{name}");
    }
    for target in ["/etc/passwd", "../out", "a/../../out"] {
        let bytes = zip(|zip| zip.add_symlink("link", target, SimpleFileOptions::default()).unwrap());
        assert_eq!(unpacked(&bytes).unwrap_err(), REFUSED, "{target}");
    }
    let through = zip(|zip| {
        zip.add_symlink("a/up", "..", SimpleFileOptions::default()).unwrap();
        zip.add_symlink("a/up/b", "../..", SimpleFileOptions::default()).unwrap();
    });
    assert!(unpacked(&through).is_err());
}

#[test]
fn what_is_encrypted_is_refused() {
    let mut bytes = zip(|zip| zip.start_file("a", SimpleFileOptions::default()).unwrap());
    // The first bit of the flags, in the entry's own header and in the directory.
    let directory = bytes.windows(4).position(|four| four == b"PK\x01\x02").unwrap();
    bytes[6] |= 1;
    bytes[directory + 8] |= 1;
    assert_eq!(unpacked(&bytes).unwrap_err(), REFUSED);
}

#[test]
fn nonsense_and_nothing_are_refused() {
    assert_eq!(unpacked(b"no zip").unwrap_err(), REFUSED);
    assert!(unpacked(&zip(|_| {})).is_err());
}

#[test]
fn no_more_comes_out_than_may() {
    let large = |size: u64| {
        zip(|zip| {
            for (name, size) in [("one", size - 1), ("two", 1)] {
                zip.start_file(name, SimpleFileOptions::default()).unwrap();
                std::io::copy(&mut std::io::repeat(0).take(size), zip).unwrap();
            }
        })
    };
    assert!(unpacked(&large(MOST)).is_ok());
    assert_eq!(unpacked(&large(MOST + 1)).unwrap_err(), "Unzipped size must be smaller than 100000 bytes");
}
