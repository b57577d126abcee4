use std::io::Read;

use flate2::read::DeflateDecoder;

use super::{Deflate, MOST_BYTES, WINDOW};

/// Pieces of a stream, each knowing what is before it, and the end.
fn compressed(content: &[u8], piece: usize) -> Vec<u8> {
    let (mut deflate, mut out, mut one) = (Deflate::new(), Vec::new(), Vec::new());
    for (number, bytes) in content.chunks(piece).enumerate() {
        let from = (number * piece).min(WINDOW);
        let end = number * piece + bytes.len();
        deflate.piece(&content[number * piece - from..end], from, end == content.len(), &mut one);
        out.extend_from_slice(&one);
    }
    if content.is_empty() {
        deflate.piece(content, 0, true, &mut out);
    }
    out
}

fn unpacked(stream: &[u8]) -> Vec<u8> {
    let mut back = Vec::new();
    DeflateDecoder::new(stream).read_to_end(&mut back).expect("a stream");
    back
}

/// Numbers that look like chance and are the same each time.
struct Chance(u64);

impl Chance {
    fn below(&mut self, most: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as usize % most
    }

    fn one_of<const N: usize>(&mut self, these: [usize; N]) -> usize {
        these[self.below(N)]
    }
}

/// Literals of an alphabet, runs and repetitions from anywhere before, as many as there is room for.
fn text(chance: &mut Chance, length: usize) -> Vec<u8> {
    let alphabet = chance.one_of([1, 2, 16, 64, 256]);
    let repeats = chance.below(100);
    let mut text = Vec::with_capacity(length);
    while text.len() < length {
        let most = chance.one_of([4, 20, 300, 5000]);
        let many = 1 + chance.below(most);
        if chance.below(100) < repeats && !text.is_empty() {
            let most = chance.one_of([3, 300, 32_768, 40_000]).min(text.len());
            let back = 1 + chance.below(most);
            for _ in 0..many {
                text.push(text[text.len() - back]);
            }
        } else {
            text.extend((0..many).map(|_| chance.below(alphabet) as u8));
        }
    }
    text.truncate(length);
    text
}

#[test]
fn what_is_compressed_comes_back() {
    let mut chance = Chance(0x2545_f491_4f6c_dd1d);
    for round in 0..rounds() {
        let length = chance.below([40, 3000, 70_000, 3 * MOST_BYTES][round % 4]);
        let content = text(&mut chance, length);
        let any = 1 + chance.below(100_000);
        let piece = chance.one_of([any, WINDOW, 2 * MOST_BYTES]).max(length / 20 + 1);
        assert!(
            unpacked(&compressed(&content, piece)) == content,
            "round {round}: {length} bytes in pieces of {piece}"
        );
    }
}

/// More where somebody has the time (`ROUNDS`).
fn rounds() -> usize {
    std::env::var("ROUNDS").ok().and_then(|rounds| rounds.parse().ok()).unwrap_or(200)
}

#[test]
fn every_length_and_distance_is_written_as_it_is_read() {
    let mut chance = Chance(7);
    let noise: Vec<u8> = (0..WINDOW + 600).map(|_| chance.below(256) as u8).collect();
    for distance in (258..300).chain((0..15).map(|bit| (1 << bit) + 299)).chain([WINDOW - 1, WINDOW, WINDOW + 1]) {
        let mut content = noise[..distance].to_vec();
        content.extend_from_slice(&noise[..258]);
        assert!(unpacked(&compressed(&content, usize::MAX)) == content, "distance {distance}");
    }
    for length in 3..600 {
        let content = [&noise[..600], b"#", &noise[..length], b"#", &vec![b'a'; length], b"#"].concat();
        let stream = compressed(&content, usize::MAX);
        assert!(unpacked(&stream) == content, "length {length}");
    }
}

#[test]
fn what_a_piece_is_does_not_depend_on_the_piece_before() {
    let mut chance = Chance(9);
    let (one, other) = (text(&mut chance, 100_000), text(&mut chance, 100_000));
    let (mut fresh, mut used) = (Vec::new(), Vec::new());
    Deflate::new().piece(&other, 0, false, &mut fresh);
    let mut deflate = Deflate::new();
    for content in [&one, &other] {
        deflate.piece(content, 0, false, &mut used);
    }
    assert!(fresh == used);
}

#[test]
fn noise_grows_by_next_to_nothing_and_zeros_leave_it() {
    let mut chance = Chance(11);
    let noise: Vec<u8> = (0..1_000_000).map(|_| chance.below(256) as u8).collect();
    assert!(compressed(&noise, usize::MAX).len() < 1_000_200);
    let zeros = vec![0; 1_000_000];
    assert!(compressed(&zeros, usize::MAX).len() < 2_000);
}
