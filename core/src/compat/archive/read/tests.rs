use super::super::{BLOCK, Entry, Kind, header};
use super::{Found, Next, ReadError, Reader, Type, is_safe_name};

/// What a reader finds in the headers of one entry, whose blocks follow each other.
fn read(bytes: &[u8]) -> Result<Found, ReadError> {
    let mut reader = Reader::new();
    let mut rest = bytes;
    loop {
        let (block, after) = rest.split_first_chunk::<BLOCK>().expect("another block");
        rest = after;
        let mut next = reader.block(block)?;
        if let Next::Extension { size } = next {
            next = reader.extension(&rest[..size])?;
            rest = &rest[size.next_multiple_of(BLOCK)..];
        }
        if let Next::Entry(found) = next {
            return Ok(found);
        }
    }
}

fn written(name: &str, kind: Kind) -> Vec<u8> {
    header(&Entry { name: name.as_bytes(), mode: 0o640, kind }).expect("a header")
}

#[test]
fn what_is_written_is_read() {
    let long = format!("{}/é", "n".repeat(300));
    for name in [".", "a", "é", &long, &format!("{}/{}", "d".repeat(90), "f".repeat(90))] {
        for size in [0, 1, 1 << 33, 1 << 40] {
            let found = read(&written(name, Kind::File { size })).expect(name);
            assert_eq!((found.name.as_slice(), found.size, found.content), (name.as_bytes(), size as i64, size));
            assert_eq!((found.kind(), found.permissions(), found.modified), (Type::File, 0o640, (0, 0)));
        }
        let found = read(&written(name, Kind::Directory)).expect(name);
        assert_eq!((found.kind(), found.content), (Type::Directory, 0));
    }
}

#[test]
fn two_empty_blocks_end_a_stream_and_one_with_another_behind_does_not() {
    let mut reader = Reader::new();
    assert_eq!(reader.block(&[0; BLOCK]), Ok(Next::Block));
    assert_eq!(reader.block(&[0; BLOCK]), Ok(Next::End));
    let mut reader = Reader::new();
    assert_eq!(reader.block(&[0; BLOCK]), Ok(Next::Block));
    let bytes = written("a", Kind::Directory);
    let block = bytes.first_chunk().expect("a block");
    assert_eq!(reader.block(block), Err(ReadError::Header));
}

#[test]
fn a_changed_header_is_refused() {
    let mut bytes = written("a", Kind::Directory);
    bytes[0] = b'b';
    assert_eq!(read(&bytes), Err(ReadError::Header));
}

#[test]
fn large_extensions_are_refused() {
    let mut bytes = written("a", Kind::File { size: (1 << 20) + 1 });
    bytes[156] = b'x';
    let sum: u32 =
        bytes.iter().enumerate().map(|(at, b)| u32::from(if (148..156).contains(&at) { b' ' } else { *b })).sum();
    bytes[148..155].copy_from_slice(format!("{sum:06o}\0").as_bytes());
    bytes.resize(4 << 20, b'1');
    assert_eq!(read(&bytes), Err(ReadError::FieldTooLong));
}

#[test]
fn safe_names_stay_inside() {
    for name in ["a", "a/b", "./a", "..a", "a..b/c", "a/...", "é"] {
        assert!(is_safe_name(name.as_bytes()), "{name}");
    }
    for name in ["", "/a", "..", "../a", "a/../b", "a/..", "a\\b"] {
        assert!(!is_safe_name(name.as_bytes()), "{name}");
    }
}
