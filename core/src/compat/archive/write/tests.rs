use super::{BLOCK, Entry, HeaderError, Kind, header, padding, record};

fn file(name: &str, size: u64) -> Result<Vec<u8>, HeaderError> {
    header(&Entry { name: name.as_bytes(), mode: 0o644, kind: Kind::File { size } })
}

#[test]
fn short_names_and_splittable_ones_take_one_block() {
    assert_eq!(file("a.yaml", 3).map(|bytes| bytes.len()), Ok(BLOCK));
    let long = format!("{}/{}", "d".repeat(90), "f".repeat(90));
    let bytes = file(&long, 3).expect("a header");
    assert_eq!(bytes.len(), BLOCK);
    assert_eq!(&bytes[..90], "f".repeat(90).as_bytes());
    assert_eq!(&bytes[345..345 + 90], "d".repeat(90).as_bytes());
}

#[test]
fn other_names_and_large_files_take_records() {
    for (name, size, records) in [
        ("é.yaml", 1, "16 path=é.yaml\n"),
        ("a", 1 << 33, "19 size=8589934592\n"),
        ("é", 1 << 33, "11 path=é\n19 size=8589934592\n"),
    ] {
        let bytes = file(name, size).expect("a header");
        assert_eq!(bytes.len(), 3 * BLOCK, "{name}");
        assert_eq!(bytes[156], b'x');
        assert_eq!(&bytes[BLOCK..BLOCK + records.len()], records.as_bytes());
        assert_eq!(bytes[2 * BLOCK + 156], b'0');
    }
    assert_eq!(file("a", (1 << 33) - 1).map(|bytes| bytes.len()), Ok(BLOCK));
}

#[test]
fn a_record_counts_its_own_digits() {
    for value in 0..12_000 {
        let record = record("path", &vec![b'a'; value]);
        assert!(record.starts_with(format!("{} path=", record.len()).as_bytes()), "{value}");
    }
}

#[test]
fn what_go_refuses_is_refused() {
    assert_eq!(file("a\0b", 0), Err(HeaderError::ZeroInName));
    assert_eq!(file("a/", 0), Err(HeaderError::FileNamedAsFolder));
    assert_eq!(file("a", u64::MAX), Err(HeaderError::TooLarge));
    assert_eq!(file(&"a".repeat(2 << 20), 0), Err(HeaderError::NameTooLong));
}

#[test]
fn contents_are_padded_to_whole_blocks() {
    for (size, zeros) in [(0, 0), (1, 511), (511, 1), (512, 0), (513, 511), (1 << 40, 0)] {
        assert_eq!(padding(size).len(), zeros, "{size}");
    }
}
