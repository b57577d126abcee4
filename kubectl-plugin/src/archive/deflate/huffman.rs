//! Blocks of deflate: literals and matches in Huffman codes made for them, or the bytes as they are.

/// Symbols of literals (0 to 255), the end of a block and the lengths of matches.
const LITERALS: usize = 286;
/// The end of a block.
const END: usize = 256;
/// Symbols of distances.
const DISTANCES: usize = 30;
/// Symbols of the code in which the lengths of the codes are written, in the order of their own lengths.
const ORDER: [usize; 19] = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];

/// The longest code. The format has 15; four of 14 fit into the bits that are held.
const LONGEST: usize = 14;
/// The longest code of [`ORDER`].
const LONGEST_OF_LENGTHS: usize = 7;

/// The most that a stored block holds.
const MOST_STORED: usize = 65_535;

/// Bytes that are in no match, and the match behind them.
#[derive(Debug, Clone, Copy)]
pub(super) struct Match {
    literals: u32,
    length: u16,
    /// Less one.
    distance: u16,
}

/// What writes blocks, bit by bit.
pub(super) struct Encoder {
    /// Bits that do not fill a byte yet, the first the lowest.
    held: u64,
    /// How many.
    count: u32,
}

/// A symbol's bits, the first the lowest, and how many.
#[derive(Debug, Clone, Copy, Default)]
struct Code {
    bits: u32,
    count: u32,
}

/// How often each symbol comes.
struct Counts {
    literals: [u32; LITERALS],
    distances: [u32; DISTANCES],
}

impl Match {
    pub(super) fn new(literals: usize, length: usize, distance: usize) -> Self {
        Self { literals: literals as u32, length: length as u16, distance: (distance - 1) as u16 }
    }

    fn length(self) -> usize {
        usize::from(self.length)
    }
}

/// The symbol of each length (less 257), how many bits follow it, and the first length that has it.
const LENGTHS: [(u8, u8, u16); 259] = {
    let mut all = [(0, 0, 0); 259];
    let (mut symbol, mut length) = (0, 3);
    while symbol < 28 {
        let extra = if symbol < 8 { 0 } else { symbol / 4 - 1 };
        let first = length;
        while length < first + (1 << extra) {
            all[length] = (symbol, extra, first as u16);
            length += 1;
        }
        symbol += 1;
    }
    // The last has a symbol of its own, though the one before could say it.
    all[258] = (28, 0, 258);
    all
};

/// How many bits follow a symbol of literals and lengths.
fn bits_behind_length(symbol: usize) -> u32 {
    if (265..285).contains(&symbol) { (symbol as u32 - 257) / 4 - 1 } else { 0 }
}

/// How many bits follow a symbol of distances.
fn bits_behind_distance(symbol: usize) -> u32 {
    (symbol as u32 / 2).saturating_sub(1)
}

/// The symbol of a distance less one, how many bits follow it, and the bits.
#[inline(always)]
fn distance_symbol(distance: u16) -> (usize, u32, u64) {
    let distance = u32::from(distance);
    if distance < 4 {
        return (distance as usize, 0, 0);
    }
    let extra = distance.ilog2() - 1;
    let top = distance >> extra;
    // At most 29, as the compiler is to know.
    let symbol = (2 * extra + top) as usize;
    (symbol.min(DISTANCES - 1), extra, u64::from(distance - (top << extra)))
}

impl Counts {
    fn of(block: &[u8], matches: &[Match]) -> Self {
        let mut counts = Self { literals: [0; LITERALS], distances: [0; DISTANCES] };
        // Two tables: a byte that comes twice in a row need not wait for itself.
        let mut odd = [0; 256];
        let mut literals = |bytes: &[u8], counts: &mut Self| {
            let mut pairs = bytes.chunks_exact(2);
            for pair in &mut pairs {
                counts.literals[usize::from(pair[0])] += 1;
                odd[usize::from(pair[1])] += 1;
            }
            for byte in pairs.remainder() {
                counts.literals[usize::from(*byte)] += 1;
            }
        };
        let mut rest = block;
        for found in matches {
            let (bytes, behind) = rest.split_at(found.literals as usize);
            literals(bytes, &mut counts);
            rest = &behind[found.length()..];
            counts.literals[257 + usize::from(LENGTHS[found.length()].0)] += 1;
            counts.distances[distance_symbol(found.distance).0] += 1;
        }
        literals(rest, &mut counts);
        for (count, odd) in counts.literals.iter_mut().zip(odd) {
            *count += odd;
        }
        counts.literals[END] = 1;
        counts
    }

    /// The bits of a block under codes of these lengths, without its header.
    fn bits(&self, literals: &[u8], distances: &[u8]) -> usize {
        let sum = |counts: &[u32], lengths: &[u8], behind: fn(usize) -> u32| -> u64 {
            let each = counts.iter().zip(lengths).enumerate();
            each.map(|(symbol, (count, length))| u64::from(*count) * u64::from(u32::from(*length) + behind(symbol)))
                .sum()
        };
        let bits =
            sum(&self.literals, literals, bits_behind_length) + sum(&self.distances, distances, bits_behind_distance);
        bits as usize
    }
}

impl Encoder {
    pub(super) fn new() -> Self {
        Self { held: 0, count: 0 }
    }

    /// Begins a piece.
    pub(super) fn begin(&mut self, out: &mut Vec<u8>) {
        out.clear();
        (self.held, self.count) = (0, 0);
    }

    /// Ends it at a whole byte, by a block without content: a stored one, or the stream's last, in the fixed code.
    pub(super) fn end_piece(&mut self, is_last: bool, out: &mut Vec<u8>) {
        if is_last {
            self.put(0b011, 3 + 7, out);
            self.align(out);
        } else {
            self.stored(&[], out);
        }
    }

    /// Writes a block.
    pub(super) fn block(&mut self, block: &[u8], matches: &[Match], out: &mut Vec<u8>) {
        let counts = Counts::of(block, matches);
        let literals = lengths(&counts.literals, LONGEST);
        let distances = lengths(&counts.distances, LONGEST);
        let header = Header::new(&literals, &distances);
        let bits = header.bits() + counts.bits(&literals, &distances);
        if bits / 8 > block.len() + 5 * block.len().div_ceil(MOST_STORED) {
            for part in block.chunks(MOST_STORED) {
                self.stored(part, out);
            }
            return;
        }
        out.reserve(bits / 8 + 64);
        header.write(self, out);
        let begin = out.len();
        // Eight bytes are written at a time, the last of them in vain.
        out.resize(begin + bits / 8 + 16, 0);
        let written = self.content(block, matches, &codes(&literals), &codes(&distances), &mut out[begin..]);
        out.truncate(begin + written);
    }

    /// Writes literals, matches and the end of a block. Returns how many bytes those are.
    fn content(
        &mut self,
        block: &[u8],
        matches: &[Match],
        literals: &[Code; LITERALS],
        distances: &[Code; DISTANCES],
        out: &mut [u8],
    ) -> usize {
        let mut of_length = [Code::default(); 259];
        for (length, (symbol, extra, first)) in LENGTHS.iter().enumerate().skip(3) {
            let code = literals[257 + usize::from(*symbol)];
            let bits = code.bits | (length as u32 - u32::from(*first)) << code.count;
            of_length[length] = Code { bits, count: code.count + u32::from(*extra) };
        }
        let mut bits = Bits { held: self.held, count: self.count, at: 0, out };
        let mut rest = block;
        for found in matches {
            let (bytes, behind) = rest.split_at(found.literals as usize);
            bits.literals(bytes, literals);
            rest = &behind[found.length()..];
            let (symbol, extra, more) = distance_symbol(found.distance);
            bits.hold(of_length[found.length()]);
            bits.hold(distances[symbol]);
            bits.held |= more << bits.count;
            bits.count += extra;
            bits.flush();
        }
        bits.literals(rest, literals);
        bits.hold(literals[END]);
        bits.flush();
        (self.held, self.count) = (bits.held, bits.count);
        bits.at
    }

    /// Writes a block of bytes as they are.
    fn stored(&mut self, bytes: &[u8], out: &mut Vec<u8>) {
        self.put(0, 3, out);
        self.align(out);
        let length = bytes.len() as u16;
        out.extend(length.to_le_bytes());
        out.extend((!length).to_le_bytes());
        out.extend_from_slice(bytes);
    }

    /// Fills a byte that was begun.
    fn align(&mut self, out: &mut Vec<u8>) {
        self.put(0, self.count.wrapping_neg() % 8, out);
    }

    /// Writes a few bits.
    fn put(&mut self, bits: u32, count: u32, out: &mut Vec<u8>) {
        self.held |= u64::from(bits) << self.count;
        self.count += count;
        while self.count >= 8 {
            out.push(self.held as u8);
            self.held >>= 8;
            self.count -= 8;
        }
    }
}

/// The bits of a block on their way into a buffer that is large enough.
struct Bits<'a> {
    held: u64,
    count: u32,
    at: usize,
    out: &'a mut [u8],
}

impl Bits<'_> {
    #[inline(always)]
    fn hold(&mut self, code: Code) {
        self.held |= u64::from(code.bits) << self.count;
        self.count += code.count;
    }

    /// Writes what fills bytes. At most seven bits are left.
    #[inline(always)]
    fn flush(&mut self) {
        self.out[self.at..self.at + 8].copy_from_slice(&self.held.to_le_bytes());
        self.at += (self.count / 8) as usize;
        self.held >>= self.count & !7;
        self.count %= 8;
    }

    #[inline(always)]
    fn literals(&mut self, bytes: &[u8], codes: &[Code; LITERALS]) {
        let mut fours = bytes.chunks_exact(4);
        for four in &mut fours {
            for byte in four {
                self.hold(codes[usize::from(*byte)]);
            }
            self.flush();
        }
        for byte in fours.remainder() {
            self.hold(codes[usize::from(*byte)]);
        }
        self.flush();
    }
}

/// What says of a block which codes it has: the lengths of the codes, in a code of their own.
struct Header {
    literals: usize,
    distances: usize,
    /// Symbols, what follows them, and in how many bits.
    items: Vec<(usize, u32, u32)>,
    lengths: [u8; ORDER.len()],
    /// How many of those lengths are written.
    most: usize,
}

impl Header {
    fn new(literals: &[u8; LITERALS], distances: &[u8; DISTANCES]) -> Self {
        let used = |lengths: &[u8], least: usize| {
            lengths.iter().rposition(|length| *length > 0).map_or(least, |last| least.max(last + 1))
        };
        let (literal_count, distance_count) = (used(literals, END + 1), used(distances, 1));
        let all: Vec<u8> = [&literals[..literal_count], &distances[..distance_count]].concat();
        let mut items = Vec::with_capacity(all.len());
        for run in all.chunk_by(|a, b| a == b) {
            let (length, mut left) = (usize::from(run[0]), run.len() as u32);
            if length > 0 {
                items.push((length, 0, 0));
                left -= 1;
            }
            while left >= 3 {
                let (symbol, most, first, bits) = match length {
                    0 if left < 11 => (17, 10, 3, 3),
                    0 => (18, 138, 11, 7),
                    _ => (16, 6, 3, 2),
                };
                let many = left.min(most);
                items.push((symbol, many - first, bits));
                left -= many;
            }
            items.extend((0..left).map(|_| (length, 0, 0)));
        }
        let mut counts = [0; ORDER.len()];
        for (symbol, ..) in &items {
            counts[*symbol] += 1;
        }
        let lengths = lengths(&counts, LONGEST_OF_LENGTHS);
        let most = ORDER.iter().rposition(|symbol| lengths[*symbol] > 0).map_or(4, |last| 4.max(last + 1));
        Self { literals: literal_count, distances: distance_count, items, lengths, most }
    }

    fn bits(&self) -> usize {
        let items = self.items.iter().map(|(symbol, _, bits)| usize::from(self.lengths[*symbol]) + *bits as usize);
        3 + 14 + 3 * self.most + items.sum::<usize>()
    }

    fn write(&self, encoder: &mut Encoder, out: &mut Vec<u8>) {
        // Not the last; codes of its own.
        encoder.put(0b100, 3, out);
        encoder.put((self.literals - 257) as u32, 5, out);
        encoder.put((self.distances - 1) as u32, 5, out);
        encoder.put((self.most - 4) as u32, 4, out);
        for symbol in &ORDER[..self.most] {
            encoder.put(self.lengths[*symbol].into(), 3, out);
        }
        let codes = codes(&self.lengths);
        for (symbol, more, bits) in &self.items {
            encoder.put(codes[*symbol].bits, codes[*symbol].count, out);
            encoder.put(*more, *bits, out);
        }
    }
}

/// The lengths of a code that makes a text of such counts shortest, none longer than `longest`. At least two symbols have
/// one: some readers refuse a code of one symbol.
fn lengths<const N: usize>(counts: &[u32; N], longest: usize) -> [u8; N] {
    let mut leaves: Vec<(u32, usize)> = Vec::with_capacity(N);
    leaves.extend(counts.iter().enumerate().filter(|(_, count)| **count > 0).map(|(symbol, count)| (*count, symbol)));
    let missing = (0..N).filter(|symbol| counts[*symbol] == 0).take(2_usize.saturating_sub(leaves.len()));
    leaves.extend(missing.map(|symbol| (1, symbol)));
    leaves.sort_unstable();
    let mut how_many = [0_usize; 16];
    for depth in depths(&leaves) {
        how_many[depth.min(longest)] += 1;
    }
    // Where codes were cut, there are too many: a shorter one makes room for two below it, of which one is a cut one.
    let all = 1 << longest;
    let mut taken: usize = (1..=longest).map(|length| how_many[length] << (longest - length)).sum();
    while taken > all {
        let above = (1..longest).rev().find(|length| how_many[*length] > 0).unwrap_or(1);
        how_many[above] -= 1;
        how_many[above + 1] += 2;
        how_many[longest] -= 1;
        taken -= 1;
    }
    let mut out = [0; N];
    let longest_first = (1..=longest).rev().flat_map(|length| std::iter::repeat_n(length as u8, how_many[length]));
    for ((_, symbol), length) in leaves.iter().zip(longest_first) {
        out[*symbol] = length;
    }
    out
}

/// How deep each leaf lies in Huffman's tree. The leaves are ordered; there are two at least.
fn depths(leaves: &[(u32, usize)]) -> Vec<usize> {
    let count = leaves.len();
    // Nodes come into being in the order of their weights, so that the lightest two are always at the front of either.
    let mut nodes: Vec<u32> = Vec::with_capacity(count - 1);
    let mut parents = vec![0; 2 * count - 1];
    let (mut leaf, mut node) = (0, 0);
    while nodes.len() < count - 1 {
        let mut weight = 0;
        for _ in 0..2 {
            let is_leaf = leaf < count && nodes.get(node).is_none_or(|other| leaves[leaf].0 <= *other);
            let (place, least) = if is_leaf { (leaf, leaves[leaf].0) } else { (count + node, nodes[node]) };
            *(if is_leaf { &mut leaf } else { &mut node }) += 1;
            parents[place] = count + nodes.len();
            weight += least;
        }
        nodes.push(weight);
    }
    // The last is the root. A node lies one deeper than its parent, which comes after it.
    let mut depths = vec![0; 2 * count - 1];
    for place in (0..2 * count - 2).rev() {
        depths[place] = depths[parents[place]] + 1;
    }
    depths.truncate(count);
    depths
}

/// The codes of such lengths: in the order of their lengths, then of their symbols.
fn codes<const N: usize>(lengths: &[u8; N]) -> [Code; N] {
    let mut how_many = [0; 16];
    for length in lengths.iter().filter(|length| **length > 0) {
        how_many[usize::from(*length)] += 1;
    }
    let mut next = [0; 16];
    for length in 1..16 {
        next[length] = (next[length - 1] + how_many[length - 1]) << 1;
    }
    let mut out = [Code::default(); N];
    for (code, length) in out.iter_mut().zip(lengths).filter(|(_, length)| **length > 0) {
        let (next, count) = (&mut next[usize::from(*length)], u32::from(*length));
        *code = Code { bits: u32::reverse_bits(*next) >> (32 - count), count };
        *next += 1;
    }
    out
}
