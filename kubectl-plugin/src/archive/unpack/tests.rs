use std::fs;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use flate2::Compression;
use flate2::write::GzEncoder;
use kubectl_oci_core::compat::archive::{Entry, Kind, TRAILER, header, padding};
use tempfile::TempDir;

use super::super::target::Existing;
use super::{Limits, UnpackError, UnpackOptions, Unpacked, unpack};

/// A tar stream made by hand.
#[derive(Default)]
struct Archive(Vec<u8>);

impl Archive {
    fn new() -> Self {
        Self::default()
    }

    fn file(self, name: &str, content: &str) -> Self {
        self.entry(name, b'0', "", content)
    }

    fn folder(self, name: &str) -> Self {
        self.entry(name, b'5', "", "")
    }

    /// An entry of any flag, pointing anywhere.
    fn entry(mut self, name: &str, flag: u8, link: &str, content: &str) -> Self {
        let size = content.len() as u64;
        let kind = if flag == b'5' { Kind::Directory } else { Kind::File { size } };
        let name = if flag == b'5' { name } else { name.trim_end_matches('/') };
        let mut bytes = header(&Entry { name: name.as_bytes(), mode: 0o644, kind }).expect("a header");
        let last = bytes.len() - 512;
        let block = &mut bytes[last..];
        block[156] = flag;
        block[157..157 + link.len()].copy_from_slice(link.as_bytes());
        let sum: u32 = block
            .iter()
            .enumerate()
            .map(|(at, byte)| u32::from(if (148..156).contains(&at) { 32 } else { *byte }))
            .sum();
        block[148..155].copy_from_slice(format!("{sum:06o}\0").as_bytes());
        self.0.extend(bytes);
        self.0.extend(content.as_bytes());
        self.0.extend(padding(size));
        self
    }

    fn layer(mut self) -> Vec<u8> {
        self.0.extend(TRAILER);
        compressed(&self.0)
    }
}

fn compressed(bytes: &[u8]) -> Vec<u8> {
    let mut gzip = GzEncoder::new(Vec::new(), Compression::best());
    gzip.write_all(bytes).expect("a vector takes everything");
    gzip.finish().expect("a vector takes everything")
}

/// A place with a folder to unpack into and things around it that are to stay as they are.
struct Place {
    outer: TempDir,
}

impl Place {
    fn new() -> Self {
        let outer = tempfile::tempdir().expect("a temporary folder");
        fs::write(outer.path().join("neighbour"), "safe").expect("a file");
        Self { outer }
    }

    fn target(&self) -> PathBuf {
        self.outer.path().join("target")
    }

    fn unpack(&self, layer: &[u8]) -> Result<Unpacked, UnpackError> {
        unpack(layer, &self.target(), &UnpackOptions::default())
    }

    /// The refusal of a layer, after which nothing is there that was not before.
    fn refusal(&self, layer: &[u8]) -> String {
        let before = listed(self.outer.path());
        let error = self.unpack(layer).expect_err("it is refused");
        assert_eq!(listed(self.outer.path()), before, "{error}");
        assert_eq!(fs::read_to_string(self.outer.path().join("neighbour")).expect("a file"), "safe");
        error.to_string()
    }
}

/// Everything below a folder, sorted.
fn listed(folder: &Path) -> Vec<String> {
    let mut names = Vec::new();
    let mut open = vec![folder.to_owned()];
    while let Some(next) = open.pop() {
        for entry in fs::read_dir(next).expect("a folder") {
            let entry = entry.expect("an entry");
            names.push(entry.path().strip_prefix(folder).expect("inside").to_string_lossy().into_owned());
            if entry.file_type().expect("a type").is_dir() {
                open.push(entry.path());
            }
        }
    }
    names.sort();
    names
}

#[test]
fn files_and_folders_are_unpacked() {
    let place = Place::new();
    let layer = Archive::new().folder(".").folder("a").file("a/b.yaml", "x: y\n").file("./c//d", "").file("é", "1");
    let unpacked = place.unpack(&layer.layer()).expect("unpacked");
    assert_eq!((unpacked.files, unpacked.folders, unpacked.content), (3, 2, 6));
    assert_eq!(listed(&place.target()), ["a", "a/b.yaml", "c", "c/d", "é"]);
    assert_eq!(fs::read_to_string(place.target().join("a/b.yaml")).expect("a file"), "x: y\n");
    assert_eq!(listed(place.outer.path()).iter().filter(|name| name.starts_with('.')).count(), 0);
}

#[cfg(unix)]
#[test]
fn modes_and_times_are_those_of_flux() {
    use std::os::unix::fs::MetadataExt;

    let place = Place::new();
    place.unpack(&Archive::new().folder("a").file("b", "x").layer()).expect("unpacked");
    let metadata = fs::metadata(place.target().join("b")).expect("a file");
    assert_eq!((metadata.mode() & 0o777, metadata.mtime()), (0o644, 0));
    // Whoever unpacked a folder can remove it again.
    assert_eq!(fs::metadata(place.target().join("a")).expect("a folder").mode() & 0o700, 0o700);
}

#[test]
fn names_that_lead_out_are_refused() {
    for name in ["../x", "a/../../x", "/x", "..", "a/..", "a\\x", "x../y"] {
        let place = Place::new();
        let shown = name.replace('\\', "\\\\");
        let layer = Archive::new().file("first", "1").file(name, "2").layer();
        assert_eq!(place.refusal(&layer), format!("tar contained invalid name error \"{shown}\""));
        let layer = Archive::new().folder(name).layer();
        assert_eq!(place.refusal(&layer), format!("tar contained invalid name error \"{shown}\""));
    }
    let place = Place::new();
    assert_eq!(place.refusal(&Archive::new().file(".", "x").layer()), "tar contained invalid name error \".\"");
}

#[test]
fn links_are_never_made() {
    let place = Place::new();
    let layer = Archive::new()
        .entry("out", b'2', "..", "")
        .file("out/neighbour", "written")
        .entry("abs", b'2', "/etc/passwd", "")
        .entry("hard", b'1', "../neighbour", "")
        .layer();
    let unpacked = place.unpack(&layer).expect("unpacked");
    assert_eq!(unpacked.links, ["out", "abs"]);
    assert_eq!(unpacked.hard_links, ["hard"]);
    assert_eq!(listed(&place.target()), ["hard", "out", "out/neighbour"]);
    assert_eq!(fs::read_to_string(place.target().join("hard")).expect("a file"), "");
    assert_eq!(fs::read_to_string(place.outer.path().join("neighbour")).expect("a file"), "safe");
    assert!(fs::symlink_metadata(place.target().join("out")).expect("a folder").is_dir());
}

#[test]
fn devices_are_refused() {
    for (flag, words) in [(b'3', "Dcrw-r--r--"), (b'4', "Drw-r--r--"), (b'6', "prw-r--r--")] {
        let place = Place::new();
        let layer = Archive::new().file("first", "").entry("dev", flag, "", "").layer();
        assert_eq!(place.refusal(&layer), format!("tar file entry dev contained unsupported file type {words}"));
    }
}

#[test]
fn the_last_of_two_entries_counts() {
    let place = Place::new();
    let mut archive = Archive::new();
    for number in 0..200 {
        archive = archive.file("a", &number.to_string().repeat(500));
    }
    place.unpack(&archive.file("a", "second").layer()).expect("unpacked");
    assert_eq!(fs::read_to_string(place.target().join("a")).expect("a file"), "second");
}

#[test]
fn every_file_gets_its_own_content() {
    let content = |number: usize| {
        // Nothing, little, about as much as is held, and more.
        let size = [0, 1, 700, 20_000, 262_143, 262_144, 262_145, 600_000][number % 8];
        format!("{number} ").repeat(size).get(..size).unwrap_or_default().to_owned()
    };
    let place = Place::new();
    let archive = (0..160)
        .fold(Archive::new(), |archive, number| archive.file(&format!("{}/{number}", number % 7), &content(number)));
    let unpacked = place.unpack(&archive.layer()).expect("unpacked");
    assert_eq!((unpacked.files, unpacked.content), (160, (0..160).map(|number| content(number).len() as u64).sum()));
    for number in 0..160 {
        let path = place.target().join(format!("{}/{number}", number % 7));
        assert!(fs::read_to_string(&path).expect("a file") == content(number), "{number}");
        let modified = fs::metadata(&path).and_then(|metadata| metadata.modified()).expect("a time");
        assert_eq!(modified, std::time::SystemTime::UNIX_EPOCH, "{number}");
    }
}

#[test]
fn nobody_waits_for_what_is_given_up() {
    /// Gives up whoever waits once all of it has been read.
    struct GivingUp<'a>(&'a [u8], Option<crate::stream::Waiter>);
    impl Read for GivingUp<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            let read = self.0.read(buffer)?;
            self.1 = self.1.take().filter(|_| !self.0.is_empty());
            Ok(read)
        }
    }
    let place = Place::new();
    let archive = (0..5_000).fold(Archive::new(), |archive, number| archive.file(&number.to_string(), ""));
    let (waiter, wanted) = crate::stream::wanted();
    let options = UnpackOptions { wanted, ..UnpackOptions::default() };
    let error = unpack(GivingUp(&archive.layer(), Some(waiter)), &place.target(), &options);
    assert_eq!(error.expect_err("given up").to_string(), "the layer could not be read: it was given up");
    assert_eq!(listed(place.outer.path()), ["neighbour"]);
}

#[test]
fn a_file_is_no_folder() {
    let place = Place::new();
    for layer in [Archive::new().file("a", "").file("a/b", ""), Archive::new().folder("a").file("a", "")] {
        assert!(place.refusal(&layer.layer()).contains("two entries in place of \"a\""));
    }
}

#[test]
fn what_is_no_layer_is_refused_as_the_controller_does() {
    let place = Place::new();
    let refusal = |bytes: &[u8]| place.refusal(bytes);
    assert_eq!(refusal(b"{\"name\": \"chart\"}"), "requires gzip-compressed body: gzip: invalid header");
    assert_eq!(refusal(b""), "requires gzip-compressed body: EOF");
    assert_eq!(refusal(b"\x1f\x8b"), "requires gzip-compressed body: unexpected EOF");
    assert_eq!(refusal(&compressed(&[b'x'; 2000])), "tar error: archive/tar: invalid tar header");
    let whole = Archive::new().file("a", &"text ".repeat(9_000)).layer();
    assert_eq!(refusal(&whole[..whole.len() / 2]), "error copying buffer: unexpected EOF");
    let mut flipped = Archive::new().file("a", "b").layer();
    flipped[12] ^= 0xff;
    assert!(refusal(&flipped).starts_with("tar error: "));
}

#[test]
fn an_archive_without_its_end_is_taken() {
    let place = Place::new();
    place.unpack(&compressed(&Archive::new().file("a", "b").0)).expect("Go takes it too");
    assert_eq!(listed(&place.target()), ["a"]);
}

#[test]
fn the_layer_is_read_to_its_end() {
    struct Counted<'a>(&'a [u8], &'a mut usize);
    impl Read for Counted<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            let read = self.0.read(buffer)?;
            *self.1 += read;
            Ok(read)
        }
    }
    let place = Place::new();
    let mut layer = Archive::new().file("a", "b").layer();
    layer.extend(vec![0; 500_000]);
    let mut read = 0;
    unpack(Counted(&layer, &mut read), &place.target(), &UnpackOptions::default()).expect("unpacked");
    assert_eq!(read, layer.len());
}

#[test]
fn limits_hold() {
    let place = Place::new();
    let limited = |layer: &[u8], limits| {
        let options = UnpackOptions { limits, ..UnpackOptions::default() };
        unpack(layer, &place.target(), &options).expect_err("it is too much").to_string()
    };
    let three = Archive::new().file("a", "12345").file("b", "12345").file("c", "1").layer();
    let bytes = Limits { bytes: 10, ..Limits::default() };
    assert_eq!(limited(&three, bytes), "tar \"c\" is bigger than max archive size of 10 bytes");
    let entries = Limits { entries: 0, ..Limits::default() };
    assert_eq!(limited(&three, entries), "it has more than 0 entries");

    // Says 8 GiB of itself, and is refused before any of it is read.
    let mut claims =
        Archive(header(&Entry { name: b"big", mode: 0, kind: Kind::File { size: 1 << 35 } }).expect("a header"));
    claims = claims.file("b", "");
    assert_eq!(
        limited(&claims.layer(), Limits::default()),
        "tar \"big\" is bigger than max archive size of 17179869184 bytes"
    );

    // A hundred megabytes of zeros in a hundred kilobytes.
    let zeros = "\0".repeat(100 << 20);
    let bomb = Archive::new().file("zeros", &zeros).layer();
    assert!(bomb.len() < 1 << 20);
    assert!(limited(&bomb, Limits::default()).starts_with("it is compressed more than 300 times"));
    assert_eq!(listed(place.outer.path()), ["neighbour"]);
}

#[test]
fn what_is_there_is_merged_replaced_or_refused() {
    let layer = Archive::new().file("a", "new").file("dir/b", "new").layer();
    let with_old = || {
        let place = Place::new();
        fs::create_dir_all(place.target().join("dir")).expect("a folder");
        for name in ["a", "old", "dir/old"] {
            fs::write(place.target().join(name), "old").expect("a file");
        }
        place
    };
    let unpack_onto = |place: &Place, existing| {
        unpack(layer.as_slice(), &place.target(), &UnpackOptions { existing, ..UnpackOptions::default() })
    };
    let place = with_old();
    unpack_onto(&place, Existing::Merge).expect("merged");
    assert_eq!(listed(&place.target()), ["a", "dir", "dir/b", "dir/old", "old"]);
    assert_eq!(fs::read_to_string(place.target().join("a")).expect("a file"), "new");

    let place = with_old();
    unpack_onto(&place, Existing::Replace).expect("replaced");
    assert_eq!(listed(&place.target()), ["a", "dir", "dir/b"]);

    let place = with_old();
    let error = unpack_onto(&place, Existing::Refuse).expect_err("it is not empty");
    assert!(error.to_string().ends_with("the folder is not empty"));
    assert_eq!(listed(&place.target()), ["a", "dir", "dir/old", "old"]);
    fs::remove_dir_all(place.target()).expect("a folder");
    fs::create_dir(place.target()).expect("a folder");
    unpack_onto(&place, Existing::Refuse).expect("an empty one is used");

    fs::write(place.outer.path().join("file"), "").expect("a file");
    let error = unpack(layer.as_slice(), &place.outer.path().join("file"), &UnpackOptions::default());
    assert!(error.expect_err("a file is there").to_string().ends_with("must be a directory"));
}

#[cfg(unix)]
#[test]
fn a_merge_does_not_follow_links_out() {
    use std::os::unix::fs::symlink;

    let place = Place::new();
    fs::create_dir(place.target()).expect("a folder");
    symlink("..", place.target().join("dir")).expect("a link");
    symlink("../neighbour", place.target().join("a")).expect("a link");
    let refusal = place.refusal(&Archive::new().file("b", "new").file("dir/neighbour", "written").layer());
    assert!(refusal.ends_with("target/dir: it is a folder in the artifact and no folder here"), "{refusal}");
    // A file takes the place of a link; what that pointed to stays.
    place.unpack(&Archive::new().file("a", "new").layer()).expect("unpacked");
    assert_eq!(fs::read_to_string(place.outer.path().join("neighbour")).expect("a file"), "safe");
    assert!(fs::symlink_metadata(place.target().join("a")).expect("a file").is_file());
}

#[test]
fn a_reader_that_fails_is_not_taken_for_a_flaw_of_the_layer() {
    struct Failing<'a>(&'a [u8]);
    impl Read for Failing<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            match self.0.read(buffer)? {
                0 => Err(io::Error::new(io::ErrorKind::ConnectionReset, "connection reset")),
                read => Ok(read),
            }
        }
    }
    let place = Place::new();
    let layer = Archive::new().file("a", &"text ".repeat(9_000)).layer();
    let error = unpack(Failing(&layer[..layer.len() / 2]), &place.target(), &UnpackOptions::default());
    assert_eq!(error.expect_err("it is cut").to_string(), "the layer could not be read: connection reset");
    assert_eq!(listed(place.outer.path()), ["neighbour"]);
}
