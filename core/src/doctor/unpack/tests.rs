use super::*;

/// A tar stream of entries: name, flag, mode, content.
fn tar(entries: &[(&str, u8, u32, &str)]) -> Vec<u8> {
    let mut out = Vec::new();
    for (name, flag, mode, content) in entries {
        let mut header = [0_u8; BLOCK];
        header[..name.len()].copy_from_slice(name.as_bytes());
        header[100..107].copy_from_slice(format!("{mode:07o}").as_bytes());
        header[124..135].copy_from_slice(format!("{:011o}", content.len()).as_bytes());
        header[148..156].copy_from_slice(b"        ");
        header[156] = *flag;
        header[257..265].copy_from_slice(b"ustar\x0000");
        let sum: u32 = header.iter().map(|byte| u32::from(*byte)).sum();
        header[148..155].copy_from_slice(format!("{sum:06o}\0").as_bytes());
        out.extend_from_slice(&header);
        out.extend_from_slice(content.as_bytes());
        out.resize(out.len().next_multiple_of(BLOCK), 0);
    }
    out.resize(out.len() + 2 * BLOCK, 0);
    out
}

fn unpack(stream: &[u8], fault: Option<&str>, ignore: Option<&str>) -> (Contents, Option<LayerFault>) {
    let mut whole = Unpacking::default();
    let mut pieces = Unpacking::default();
    let of_whole = whole.push(stream).err();
    let of_pieces = stream.chunks(7).find_map(|piece| pieces.push(piece).err());
    assert_eq!(of_whole, of_pieces);
    match of_whole {
        Some(fault) => (whole.contents(), Some(fault)),
        None => whole.finish(fault, ignore),
    }
}

fn words(entries: &[(&str, u8, u32, &str)]) -> Option<String> {
    unpack(&tar(entries), None, None).1.map(|fault| fault.to_string())
}

#[test]
fn faults_are_in_the_controllers_words() {
    assert_eq!(words(&[("a.yaml", b'0', 0o644, "a: b"), ("b", b'2', 0o777, ""), ("d/", b'5', 0o755, "")]), None);
    for name in ["../evil.yaml", "/etc/passwd", "a\\b"] {
        let expected = format!("tar contained invalid name error {}", quoted(name));
        assert_eq!(words(&[(name, b'0', 0o644, "")]), Some(expected));
    }
    assert_eq!(
        words(&[("dev/null", b'3', 0o666, "")]).as_deref(),
        Some("tar file entry dev/null contained unsupported file type Dcrw-rw-rw-")
    );
    let file = |name, mode| (name, b'0', mode, "");
    let conflict = words(&[file("a", 0o644), file("a/b", 0o644)]);
    assert_eq!(conflict.as_deref(), Some("mkdir a/b: not a directory"));
    assert_eq!(words(&[file("a/b", 0o644), file("a", 0o644)]).as_deref(), Some("open a: is a directory"));
    assert_eq!(words(&[file("a", 0o444), file("./a", 0o644)]).as_deref(), Some("open ./a: permission denied"));
    assert_eq!(words(&[file("etc/gshadow", 0)]).as_deref(), Some("open etc/gshadow: permission denied"));
}

#[test]
fn where_a_stream_ends_decides_on_the_words() {
    let stream = tar(&[("a.yaml", b'0', 0o644, "a: b\n")]);
    let ended = |length: usize, fault| unpack(&stream[..length], fault, None).1.map(|fault| fault.to_string());
    assert_eq!(ended(0, None), None);
    assert_eq!(ended(2 * BLOCK, None), None);
    assert_eq!(ended(BLOCK + 100, None), None);
    assert_eq!(ended(100, None).as_deref(), Some("tar error: unexpected EOF"));
    assert_eq!(ended(BLOCK + 3, None).as_deref(), Some("error copying buffer: unexpected EOF"));
    assert_eq!(ended(0, Some("unexpected EOF")).as_deref(), Some("tar error: unexpected EOF"));
    assert_eq!(ended(BLOCK + 3, Some("x")).as_deref(), Some("error copying buffer: x"));
    let noise = [1; BLOCK];
    assert_eq!(unpack(&noise, None, None).1.unwrap().to_string(), "tar error: archive/tar: invalid tar header");
    let mut ended = Unpacking::default();
    assert_eq!((ended.push(&stream), ended.push(b"anything")), (Ok(false), Ok(false)));
}

#[test]
fn what_is_ignored_is_not_archived() {
    let stream = tar(&[
        ("deploy/a.yaml", b'0', 0o644, ""),
        ("logo.png", b'0', 0, ""),
        ("docs/b.md", b'0', 0, ""),
        ("docs/.sourceignore", b'0', 0o644, "*.md\n"),
    ]);
    let kept = |ignore| {
        let (contents, fault) = unpack(&stream, None, ignore);
        (contents.files, contents.kept, fault.map(|fault| fault.to_string()))
    };
    assert_eq!(kept(None), (4, 3, Some("open logo.png: permission denied".to_owned())));
    assert_eq!(kept(Some("/*")), (4, 0, None));
    let folders = |ignore| unpack(&stream, None, ignore).0;
    assert_eq!(folders(None).folders, ["deploy", "docs"]);
    assert_eq!(folders(Some("/deploy\n/docs\n!/docs/b.md")).folders, ["docs"]);
    assert_eq!(folders(Some("/deploy")).left_out, ["deploy"]);
    let plain = tar(&[("deploy/a.yaml", b'0', 0o644, ""), ("logo.png", b'0', 0, "")]);
    assert_eq!(unpack(&plain, None, None).1, None);
    assert_eq!(unpack(&plain, None, Some("# nothing\n")).1, None);
}

#[test]
fn contents_are_told_apart() {
    let file = |name| (name, b'0', 0o644, "");
    let (chart, _) = unpack(&tar(&[file("demo/Chart.yaml"), file("demo/charts/x/Chart.yaml")]), None, None);
    assert_eq!((chart.files, chart.charts.as_slice()), (2, ["demo".to_owned()].as_slice()));
    let (image, _) = unpack(&tar(&[file("./bin/sh"), file("etc/passwd")]), None, None);
    assert!(image.is_root_file_system() && !chart.is_root_file_system());
}

#[test]
fn the_first_bytes_say_what_it_is() {
    let mut tar = vec![b'a'; 300];
    tar[257..262].copy_from_slice(b"ustar");
    for (bytes, magic) in [
        (&b"\x1f\x8b\x08"[..], Magic::Gzip),
        (b"\x28\xb5\x2f\xfd", Magic::Zstd),
        (&tar, Magic::Tar),
        (b"-----BEGIN PGP SIGNED MESSAGE-----\n", Magic::Provenance),
        (b"{}", Magic::Json),
        (b"not an archive", Magic::Text),
        (b"", Magic::Empty),
        (b"\xff\x00", Magic::Other),
    ] {
        assert_eq!(Magic::of(bytes), magic);
    }
}
