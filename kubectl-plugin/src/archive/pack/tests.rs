use std::fs;
use std::io::Read;
use std::path::Path;

use flate2::read::GzDecoder;
use kubectl_oci_core::compat::archive::{BLOCK, Next, Reader};
use tempfile::TempDir;

use super::super::rules::Exclusions;
use super::super::walk::Links;
use super::{Options, Packed, Source, pack};

pub(crate) fn folder(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    for (name, content) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
        fs::write(path, content).expect("a file");
    }
    folder
}

/// The names and contents in a layer.
pub(crate) fn names(layer: &[u8]) -> Vec<(String, String)> {
    let mut tar = Vec::new();
    GzDecoder::new(layer).read_to_end(&mut tar).expect("one gzip member");
    let (mut reader, mut rest, mut names) = (Reader::new(), tar.as_slice(), Vec::new());
    loop {
        let (block, after) = rest.split_first_chunk::<BLOCK>().expect("a block");
        rest = after;
        match reader.block(block).expect("a header") {
            Next::End => return names,
            Next::Block => {}
            Next::Extension { size } => {
                reader.extension(&rest[..size]).expect("records");
                rest = &rest[size.next_multiple_of(BLOCK)..];
            }
            Next::Entry(found) => {
                let size = found.content as usize;
                let text = String::from_utf8_lossy(&rest[..size]).into_owned();
                names.push((String::from_utf8_lossy(&found.name).into_owned(), text));
                rest = &rest[size.next_multiple_of(BLOCK)..];
            }
        }
    }
}

fn packed(path: &Path, options: &Options) -> (Packed, Vec<String>) {
    let mut out = Vec::new();
    let packed = pack(Source::Path(path), options, &mut out).expect("a layer");
    assert_eq!(packed.layer.size, out.len() as u64);
    (packed, names(&out).into_iter().map(|(name, _)| name).collect())
}

#[test]
fn folders_come_before_what_is_in_them_and_names_by_their_bytes() {
    let folder = folder(&[("a/z", ""), ("a-b", ""), ("a.b", ""), ("B", ""), ("é", "")]);
    let (packed, names) = packed(folder.path(), &Options::default());
    assert_eq!(names, [".", "B", "a", "a/z", "a-b", "a.b", "é"]);
    assert_eq!((packed.report.files, packed.report.folders), (5, 2));
}

#[test]
fn what_flux_leaves_out_is_left_out_and_counted() {
    let folder = folder(&[(".git/config", ""), ("a.png", ""), ("a.yaml", ""), ("x/.gitignore", "")]);
    let (defaults, names) = packed(folder.path(), &Options::default());
    assert_eq!(names, [".", "a.yaml", "x"]);
    assert_eq!(defaults.report.ignored, 3);
    let exclusions = Exclusions { patterns: vec!["*.yaml".to_owned()], files: true };
    let (_, names) = packed(folder.path(), &Options { exclusions, ..Options::default() });
    assert_eq!(names, [".", ".git", ".git/config", "a.png", "x", "x/.gitignore"], "patterns replace the defaults");
}

#[test]
fn sourceignore_files_speak_of_their_folder() {
    let folder = folder(&[
        (".sourceignore", "*.txt\n/out\n"),
        ("a.txt", ""),
        ("out/b.yaml", ""),
        ("deep/.sourceignore", "!keep.txt\n!*.png\nsecret"),
        ("deep/keep.txt", ""),
        ("deep/pic.png", ""),
        ("deep/secret", ""),
        ("deep/out", ""),
        ("secret", ""),
    ]);
    let (_, names) = packed(folder.path(), &Options::default());
    let expected =
        [".", ".sourceignore", "deep", "deep/.sourceignore", "deep/keep.txt", "deep/out", "deep/pic.png", "secret"];
    assert_eq!(names, expected);
    let exclusions = Exclusions { patterns: vec!["secret".to_owned()], files: false };
    let (_, names) = packed(folder.path(), &Options { exclusions, ..Options::default() });
    assert!(names.contains(&"a.txt".to_owned()) && !names.contains(&"secret".to_owned()));
}

#[test]
fn a_file_in_an_excluded_folder_can_be_included_again() {
    let folder = folder(&[("vendor/a", ""), ("vendor/deep/b", "")]);
    let exclusions = Exclusions { patterns: vec!["vendor".to_owned(), "!vendor/deep/b".to_owned()], files: false };
    let (_, names) = packed(folder.path(), &Options { exclusions, ..Options::default() });
    assert_eq!(names, [".", "vendor/deep/b"]);
}

#[cfg(unix)]
#[test]
fn links_are_left_out_and_named_or_followed() {
    use std::os::unix::fs::symlink;

    let outside = folder(&[("real.yaml", "outside"), ("dir/x", "y")]);
    let folder = folder(&[("a.yaml", "a"), ("sub/b", "")]);
    symlink(outside.path().join("real.yaml"), folder.path().join("link.yaml")).expect("a link");
    symlink(outside.path().join("dir"), folder.path().join("linked")).expect("a link");
    symlink(folder.path(), folder.path().join("sub/loop")).expect("a link");
    let (skipped, names) = packed(folder.path(), &Options::default());
    assert_eq!(names, [".", "a.yaml", "sub", "sub/b"]);
    assert_eq!(skipped.report.links.count, 3);
    assert_eq!(skipped.report.links.paths, ["link.yaml", "linked", "sub/loop"].map(std::path::PathBuf::from));

    let (followed, names) = packed(folder.path(), &Options { links: Links::Follow, ..Options::default() });
    assert_eq!(names, [".", "a.yaml", "link.yaml", "linked", "linked/x", "sub", "sub/b", "sub/loop"]);
    assert_eq!(followed.report.content, 9);
}

#[test]
fn a_file_is_alone_in_its_archive() {
    let folder = folder(&[("app.yaml", "a: b\n"), ("other", "")]);
    let mut out = Vec::new();
    let path = folder.path().join("app.yaml");
    pack(Source::Path(&path), &Options::default(), &mut out).expect("a layer");
    assert_eq!(names(&out), [(".".to_owned(), String::new()), ("app.yaml".to_owned(), "a: b\n".to_owned())]);
}

#[test]
fn a_text_loses_the_line_breaks_at_its_end() {
    let mut out = Vec::new();
    let source = Source::Text { name: "manifests.yaml", content: b"a: b\nc: d\n\r\n" };
    let packed = pack(source, &Options::default(), &mut out).expect("a layer");
    assert_eq!(names(&out)[1], ("manifests.yaml".to_owned(), "a: b\nc: d".to_owned()));
    assert_eq!(packed.report.content, 9);
}

#[test]
fn the_largest_files_are_reported() {
    let contents: Vec<(String, String)> = (0..30).map(|k| (format!("f{k}"), "x".repeat(k * 7 % 30))).collect();
    let files: Vec<(&str, &str)> = contents.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    let folder = folder(&files);
    let (packed, _) = packed(folder.path(), &Options::default());
    let sizes: Vec<u64> = packed.report.largest.iter().map(|(_, size)| *size).collect();
    assert_eq!(sizes, [29, 28, 27, 26, 25, 24, 23, 22, 21, 20]);
}

/// The bytes are the same everywhere and at any time. A change of the digest changes what every artifact of
/// every user is called: it is to be meant, and told.
#[cfg(unix)]
#[test]
fn the_same_files_make_the_same_layer() {
    use std::os::unix::fs::PermissionsExt;

    let text: String = (0..60_000).map(|line| format!("key{}: value {}\n", line % 97, line * 7919 % 1009)).collect();
    let folder = folder(&[("a.yaml", &text), ("b/c.yaml", "a: b\n")]);
    for (name, mode) in [(".", 0o755), ("b", 0o755), ("a.yaml", 0o644), ("b/c.yaml", 0o644)] {
        fs::set_permissions(folder.path().join(name), fs::Permissions::from_mode(mode)).expect("a mode");
    }
    let (packed, _) = packed(folder.path(), &Options::default());
    assert_eq!(packed.layer.diff_id, "sha256:a040ed83c92b88b5d01d3afe19c81f8fadc2a81d371279283139168f4a747fd8");
    assert_eq!(packed.layer.digest, "sha256:f2d8c02eb911d3bec37ba233d6ac358dde434b61ececef25a3ec26b67b78e1d2");
}

#[cfg(unix)]
#[test]
fn what_has_no_size_is_not_waited_for() {
    let folder = tempfile::tempdir().expect("a folder");
    let socket = folder.path().join("socket");
    let _listener = std::os::unix::net::UnixListener::bind(&socket).expect("a socket");
    for path in [socket.as_path(), Path::new("/dev/null")] {
        let error = pack(Source::Path(path), &Options::default(), std::io::sink()).expect_err("no file");
        assert!(error.to_string().contains("neither a file nor a folder"), "{error}");
    }
}

#[test]
fn what_is_missing_is_named() {
    let error = pack(Source::Path(Path::new("no/such")), &Options::default(), Vec::new()).expect_err("nothing there");
    assert_eq!(error.to_string(), "no/such: no such file or directory");
}
