//! A pattern compiled to a nondeterministic automaton over code points.
//!
//! One instruction per class, as in Go, and not one per byte of its UTF-8 encodings: `\pL{1000}`
//! takes 1,000 instructions and one table. Source: regexp/syntax `Simplify`, `Compile`.

use std::sync::Arc;

use crate::collections::{Arrange, Gather};
use crate::compat::go::unicode;

use super::limits::MAX_SIZE;
use super::ranges::{self, MAX, Range};
use super::tree::{Assertion, Flags, NodeId, Op, Tree};

/// Index of an instruction.
pub(super) type Address = u32;

/// An instruction.
#[derive(Debug, Clone, Copy)]
pub(super) enum Instruction {
    /// Reads this code point.
    Char(u32, Address),
    /// Reads one code point of the class with this number.
    Class(u32, Address),
    /// Reads nothing; goes on if the condition holds here.
    Assert(Assertion, Address),
    /// Goes both ways.
    Split(Address, Address),
    /// Goes nowhere.
    Fail,
    /// A match.
    Match,
}

/// A class, and which ASCII characters are in it, one bit each.
#[derive(Debug, Clone)]
pub(super) struct Class {
    pub(super) ranges: Arc<Vec<Range>>,
    pub(super) ascii: u128,
}

/// A compiled pattern.
#[derive(Debug, Clone)]
pub(super) struct Program {
    pub(super) instructions: Vec<Instruction>,
    pub(super) classes: Vec<Class>,
    pub(super) start: Address,
    /// A match can only begin at the beginning of the text.
    pub(super) anchored: bool,
    /// ASCII characters that no instruction tells apart have the same number here.
    pub(super) alphabet: [u8; 128],
    /// How many such numbers there are.
    pub(super) letters: usize,
}

impl Program {
    /// Compiles a tree; `None` if the program would be larger than Go means to allow.
    pub(super) fn compile(tree: &Tree, root: NodeId, anchored: bool) -> Option<Self> {
        if tree.program_size(root) > MAX_SIZE {
            return None;
        }
        let mut compiler = Compiler {
            tree,
            instructions: vec![Instruction::Match],
            classes: Vec::new(),
            numbers: vec![None; tree.len()],
            any: None,
            any_not_newline: None,
            folds: Vec::new(),
        };
        let start = compiler.emit(root, 0);
        let mut program = Self {
            instructions: compiler.instructions,
            classes: compiler.classes,
            start,
            anchored,
            alphabet: [0; 128],
            letters: 1,
        };
        program.divide_alphabet();
        Some(program)
    }

    pub(super) fn instruction(&self, address: Address) -> Instruction {
        self.instructions.get(address as usize).copied().unwrap_or(Instruction::Fail)
    }

    /// Whether the class with this number holds `c`.
    pub(super) fn class_holds(&self, number: u32, c: char) -> bool {
        let c = u32::from(c);
        self.classes
            .get(number as usize)
            .is_some_and(|class| if c < 128 { class.ascii >> c & 1 == 1 } else { ranges::contains(&class.ranges, c) })
    }

    /// One character of each kind that the instructions tell apart, but for the line feed; `None` if
    /// there are more than `most` beyond ASCII.
    pub(super) fn examples(&self, most: usize) -> Option<Vec<char>> {
        let mut edges = vec![0x80];
        for instruction in &self.instructions {
            if let Instruction::Char(c, _) = instruction {
                edges.extend([*c, c + 1]);
            }
        }
        let ranges = self.classes.iter().flat_map(|class| class.ranges.iter());
        edges.extend(ranges.flat_map(|range| [range.low, range.high + 1]));
        edges.retain(|c| *c >= 0x80);
        // What begins with a surrogate goes on behind them.
        for edge in &mut edges {
            if (0xD800..0xE000).contains(edge) {
                *edge = 0xE000;
            }
        }
        edges.arrange();
        edges.dedup();
        if edges.len() > most {
            return None;
        }
        let mut examples: Vec<char> = edges.into_iter().filter_map(char::from_u32).gather();
        let mut met = [false; 256];
        for (c, letter) in (0..128_u8).zip(self.alphabet) {
            if let Some(met @ false) = met.get_mut(usize::from(letter))
                && c != b'\n'
            {
                *met = true;
                examples.push(char::from(c));
            }
        }
        Some(examples)
    }

    /// Numbers the groups of ASCII characters that the instructions tell apart.
    fn divide_alphabet(&mut self) {
        const NEWLINE: u128 = 1 << b'\n';
        let (mut alone, mut words) = (0_u128, false);
        let mut sets: Vec<u128> = self.classes.iter().map(|class| class.ascii).gather();
        for instruction in &self.instructions {
            match instruction {
                Instruction::Char(c @ ..128, _) => alone |= 1 << c,
                Instruction::Assert(assertion, _) => match assertion {
                    Assertion::BeginLine | Assertion::EndLine => alone |= NEWLINE,
                    Assertion::WordBoundary | Assertion::NotWordBoundary => words = true,
                    Assertion::BeginText | Assertion::EndText => {}
                },
                _ => {}
            }
        }
        if words {
            sets.push(ascii_word());
        }
        sets.dedup();
        let mut letters = 1;
        for (c, letter) in self.alphabet.iter_mut().enumerate() {
            if alone >> c & 1 == 1 {
                *letter = letters;
                letters += 1;
            }
        }
        let mut letters = usize::from(letters);
        for set in sets {
            letters = self.split_alphabet(set, letters);
        }
        self.letters = letters;
    }

    /// Gives a new number to those of `set` whose group has members outside it.
    fn split_alphabet(&mut self, set: u128, letters: usize) -> usize {
        let mut outside = [false; 256];
        for (c, group) in self.alphabet.iter().enumerate() {
            if set >> c & 1 == 0
                && let Some(outside) = outside.get_mut(usize::from(*group))
            {
                *outside = true;
            }
        }
        let mut renamed = [0_u8; 256];
        let mut count = letters;
        for (c, group) in self.alphabet.iter_mut().enumerate() {
            let at = usize::from(*group);
            if set >> c & 1 == 0 || outside.get(at) != Some(&true) {
                continue;
            }
            if let Some(name) = renamed.get_mut(at) {
                if *name == 0 {
                    *name = count as u8;
                    count += 1;
                }
                *group = *name;
            }
        }
        count
    }
}

fn ascii_word() -> u128 {
    let word = (0..128_u8).filter(|c| *c == b'_' || c.is_ascii_alphanumeric());
    word.fold(0, |bits, c| bits | 1 << c)
}

/// The ASCII characters of a class, one bit each.
fn ascii_bits(ranges: &[Range]) -> u128 {
    let mut bits = 0;
    for range in ranges.iter().take_while(|range| range.low < 128) {
        let high = range.high.min(127);
        bits |= (u128::MAX >> (127 - high)) & (u128::MAX << range.low);
    }
    bits
}

struct Compiler<'t> {
    tree: &'t Tree,
    instructions: Vec<Instruction>,
    classes: Vec<Class>,
    /// Numbers of the classes emitted so far, by node: a class may be emitted a million times.
    numbers: Vec<Option<u32>>,
    any: Option<u32>,
    any_not_newline: Option<u32>,
    /// The same for code points that fold, ascending.
    folds: Vec<(u32, u32)>,
}

impl Compiler<'_> {
    fn add(&mut self, instruction: Instruction) -> Address {
        self.instructions.push(instruction);
        (self.instructions.len() - 1) as Address
    }

    /// Emits an expression that goes on at `next`, and returns where it begins. Written from the
    /// end to the beginning, so that the place to go on at is always known. Calls itself as deep as
    /// the tree is high, so that all but that is done elsewhere.
    fn emit(&mut self, id: NodeId, next: Address) -> Address {
        match self.tree.op(id) {
            Op::Capture(sub) => self.emit(*sub, next),
            Op::Star(sub) => self.repeated(*sub, next).1,
            Op::Plus(sub) => self.repeated(*sub, next).0,
            Op::Quest(sub) => self.optional(*sub, next, next),
            Op::Repeat { sub, min, max } => self.counted(*sub, *min, *max, next),
            Op::Concat(subs) => {
                let mut start = next;
                for sub in subs.iter().rev() {
                    start = self.emit(*sub, start);
                }
                start
            }
            Op::Alternate { subs, .. } => {
                let mut start = None;
                for sub in subs.iter().rev() {
                    let entry = self.emit(*sub, next);
                    start = Some(self.either(entry, start));
                }
                start.unwrap_or_else(|| self.add(Instruction::Fail))
            }
            _ => self.single(id, next),
        }
    }

    fn either(&mut self, entry: Address, other: Option<Address>) -> Address {
        match other {
            Some(other) => self.add(Instruction::Split(entry, other)),
            None => entry,
        }
    }

    /// An expression with none below it.
    fn single(&mut self, id: NodeId, next: Address) -> Address {
        let node = self.tree.node(id);
        match &node.op {
            Op::Literal(runes) => {
                runes.iter().rev().fold(next, |next, c| self.literal(*c, node.flags.has(Flags::FOLD), next))
            }
            Op::Class(class) => {
                let known = self.numbers.get(id.index()).copied().flatten();
                let number = known.unwrap_or_else(|| self.number(Arc::clone(class)));
                if let Some(slot) = self.numbers.get_mut(id.index()) {
                    *slot = Some(number);
                }
                self.add(Instruction::Class(number, next))
            }
            Op::AnyNotNewline => {
                let class = || vec![Range::new(0, 0x09), Range::new(0x0B, MAX)];
                let known = self.any_not_newline;
                let number = known.unwrap_or_else(|| self.number(Arc::new(class())));
                self.any_not_newline = Some(number);
                self.add(Instruction::Class(number, next))
            }
            Op::Any => {
                let class = || vec![Range::new(0, MAX)];
                let number = self.any.unwrap_or_else(|| self.number(Arc::new(class())));
                self.any = Some(number);
                self.add(Instruction::Class(number, next))
            }
            Op::Assert(assertion) => self.add(Instruction::Assert(*assertion, next)),
            _ => next,
        }
    }

    fn literal(&mut self, c: u32, fold: bool, next: Address) -> Address {
        if !fold || unicode::simple_fold(c) == c {
            return self.add(Instruction::Char(c, next));
        }
        let place = self.folds.partition_point(|(known, _)| *known < c);
        let number = match self.folds.get(place) {
            Some((known, number)) if *known == c => *number,
            _ => {
                let mut class = Vec::new();
                ranges::push_folded(&mut class, c, c);
                ranges::clean(&mut class);
                let number = self.number(Arc::new(class));
                self.folds.insert(place, (c, number));
                number
            }
        };
        self.add(Instruction::Class(number, next))
    }

    /// Takes in a class.
    fn number(&mut self, ranges: Arc<Vec<Range>>) -> u32 {
        let number = self.classes.len() as u32;
        let ascii = ascii_bits(&ranges);
        self.classes.push(Class { ranges, ascii });
        number
    }

    /// A loop: where it begins with its body, and where it may be left at once. The split is emitted
    /// before the body, which goes on at the split.
    fn repeated(&mut self, sub: NodeId, next: Address) -> (Address, Address) {
        let split = self.add(Instruction::Fail);
        let body = self.emit(sub, split);
        if let Some(slot) = self.instructions.get_mut(split as usize) {
            *slot = Instruction::Split(body, next);
        }
        (body, split)
    }

    /// `x?` that goes on at `next`, or at `skip` without `x`.
    fn optional(&mut self, sub: NodeId, next: Address, skip: Address) -> Address {
        let body = self.emit(sub, next);
        self.add(Instruction::Split(body, skip))
    }

    /// `x{2,5}` is `xx(x(x(x)?)?)?`, `x{2,}` is `xx+`.
    fn counted(&mut self, sub: NodeId, min: u32, max: Option<u32>, next: Address) -> Address {
        let mut start = next;
        let mut left = min;
        match max {
            None if min == 0 => return self.repeated(sub, next).1,
            None => {
                start = self.repeated(sub, next).0;
                left -= 1;
            }
            Some(max) => {
                for _ in min..max {
                    start = self.optional(sub, start, next);
                }
            }
        }
        for _ in 0..left {
            start = self.emit(sub, start);
        }
        start
    }
}
