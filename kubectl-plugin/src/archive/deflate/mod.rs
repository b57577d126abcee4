//! Deflate for layers: as small as zlib's level 3 makes them, in half of its time or a third.
//!
//! No kept library does this. zlib's own levels are slower; libdeflate, as fast as this, ends its stream with each call, so
//! that blocks would have to be members of their own, which some readers take for the end; ISA-L is assembly of one
//! processor. What is written here is RFC 1951 and no more: matches are looked for in two tables by their first five
//! and first eight bytes, as zstd's `dfast` does, and each block has a Huffman code of its own, or is stored.
//!
//! What comes out depends on the bytes alone.

mod huffman;

use huffman::{Encoder, Match};

/// How far back a match may point.
pub(super) const WINDOW: usize = 32 * 1024;

/// The longest match.
const MOST: usize = 258;

/// Slots of a table, as a power of two. Both tables stay in the cache next to the processor.
const SLOTS: u32 = 14;

/// Within a match so many bytes are passed over before the next that later matches may begin with.
const STEP: usize = 4;

/// A block ends at so many matches or bytes: what comes then may want another code.
const MOST_MATCHES: usize = 16 * 1024;
const MOST_BYTES: usize = 128 * 1024;

/// As many bytes as are looked at at a place and the one behind it.
const AHEAD: usize = 9;

/// Where text has begun in the same way last: places modulo 2^16. One that is older points to something else, which the
/// bytes there show.
type Table = Box<[u16; 1 << SLOTS]>;

/// What compresses, to be used again: it holds nothing from one piece to the next.
pub(super) struct Deflate {
    /// By the first five bytes.
    short: Table,
    /// By the first eight.
    long: Table,
    matches: Vec<Match>,
    encoder: Encoder,
}

impl Deflate {
    pub(super) fn new() -> Self {
        Self {
            short: Box::new([0; 1 << SLOTS]),
            long: Box::new([0; 1 << SLOTS]),
            matches: Vec::with_capacity(MOST_MATCHES),
            encoder: Encoder::new(),
        }
    }

    /// Compresses a piece of a stream: what is in `bytes` from `from` on, knowing what is before. It ends at a whole byte,
    /// and the stream ends with the last.
    pub(super) fn piece(&mut self, bytes: &[u8], from: usize, is_last: bool, out: &mut Vec<u8>) {
        self.short.fill(0);
        self.long.fill(0);
        for at in from.saturating_sub(WINDOW)..from.min(bytes.len().saturating_sub(AHEAD)) {
            insert(&mut self.short, &mut self.long, bytes, at);
        }
        self.encoder.begin(out);
        // What cannot be compressed is stored, a few bytes more than it has.
        out.reserve_exact(bytes.len() - from + 1024);
        let mut at = from;
        while at < bytes.len() {
            let end = self.find_matches(bytes, at);
            self.encoder.block(&bytes[at..end], &self.matches, out);
            at = end;
        }
        self.encoder.end_piece(is_last, out);
    }

    /// The matches of a block, and where it ends.
    fn find_matches(&mut self, bytes: &[u8], begin: usize) -> usize {
        let Self { short, long, matches, .. } = self;
        matches.clear();
        let last = bytes.len().saturating_sub(AHEAD);
        let end = last.min(begin + MOST_BYTES);
        let mut at = begin;
        // Where the bytes begin that are in no match.
        let mut literals = begin;
        while at < end && matches.len() < MOST_MATCHES {
            let here = load(bytes, at);
            let near = swap(&mut short[slot_of_five(here)], at);
            let (mut length, mut distance) = match long_match(long, bytes, here, at) {
                Some(found) => found,
                None => {
                    let differs = here ^ load(bytes, at - near);
                    if differs as u32 | too_far(near) != 0 {
                        at += 1;
                        continue;
                    }
                    (equal(bytes, differs, at, near), near)
                }
            };
            if length < 8
                && let Some(found) = long_match(long, bytes, load(bytes, at + 1), at + 1)
            {
                // What begins here is short, and something long with the next byte.
                at += 1;
                (length, distance) = found;
            }
            while at > literals && at > distance && length < MOST && bytes[at - 1] == bytes[at - 1 - distance] {
                at -= 1;
                length += 1;
            }
            matches.push(Match::new(at - literals, length, distance));
            let next = at + length;
            if next < last {
                let mut place = at + 1;
                while place < next - 2 {
                    insert(short, long, bytes, place);
                    place += STEP;
                }
                insert(short, long, bytes, next - 2);
                insert(short, long, bytes, next - 1);
            }
            (at, literals) = (next, next);
        }
        if at >= last { bytes.len() } else { at }
    }
}

/// The last place with the same eight bytes, as length and distance. The place itself is remembered.
#[inline(always)]
fn long_match(long: &mut Table, bytes: &[u8], here: u64, at: usize) -> Option<(usize, usize)> {
    let distance = swap(&mut long[slot_of_eight(here)], at);
    let differs = here ^ load(bytes, at - distance);
    (differs | u64::from(too_far(distance)) == 0).then(|| (equal(bytes, 0, at, distance), distance))
}

#[inline(always)]
fn insert(short: &mut Table, long: &mut Table, bytes: &[u8], at: usize) {
    let here = load(bytes, at);
    swap(&mut short[slot_of_five(here)], at);
    swap(&mut long[slot_of_eight(here)], at);
}

/// Puts a place into a slot and returns how far back the one before is, or seems to be: never before the first byte.
#[inline(always)]
fn swap(slot: &mut u16, at: usize) -> usize {
    let was = std::mem::replace(slot, at as u16);
    usize::from((at as u16).wrapping_sub(was))
}

/// Not zero for what no match may point to. It is a number and no truth, for a branch less: half of all slots in a
/// text without matches are too far away, and no processor foresees which.
#[inline(always)]
fn too_far(distance: usize) -> u32 {
    (distance.wrapping_sub(1) / WINDOW) as u32
}

/// How many bytes are equal, of which the first eight differ by `differs`.
#[inline(always)]
fn equal(bytes: &[u8], differs: u64, at: usize, distance: usize) -> usize {
    if differs != 0 {
        return (differs.trailing_zeros() / 8) as usize;
    }
    let most = MOST.min(bytes.len() - at);
    let mut length = 8;
    while length + 8 <= most {
        let differs = load(bytes, at + length) ^ load(bytes, at + length - distance);
        if differs != 0 {
            return length + (differs.trailing_zeros() / 8) as usize;
        }
        length += 8;
    }
    while length < most && bytes[at + length] == bytes[at + length - distance] {
        length += 1;
    }
    length
}

/// Eight bytes. There always are as many.
#[inline(always)]
fn load(bytes: &[u8], at: usize) -> u64 {
    bytes[at..].first_chunk().map_or(0, |eight| u64::from_le_bytes(*eight))
}

/// The golden ratio: equal bits in, unlike bits on top.
const MIX: u64 = 0x9e37_79b1_85eb_ca87;

#[inline(always)]
fn slot_of_five(eight: u64) -> usize {
    ((eight << 24).wrapping_mul(MIX) >> (64 - SLOTS)) as usize
}

#[inline(always)]
fn slot_of_eight(eight: u64) -> usize {
    (eight.wrapping_mul(MIX) >> (64 - SLOTS)) as usize
}

#[cfg(test)]
mod tests;
