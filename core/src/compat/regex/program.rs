//! A pattern compiled to a nondeterministic automaton over code points.
//!
//! One instruction per class, as in Go, and not one per byte of its UTF-8 encodings: `\pL{1000}`
//! takes 1,000 instructions and one table. Source: regexp/syntax `Simplify`, `Compile`.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::ranges::{self, Range};
use super::tree::{Assertion, Flags, MAX_SIZE, NodeId, Op, Tree};
use super::unicode;

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
        let mut compiler =
            Compiler { tree, instructions: vec![Instruction::Match], classes: Vec::new(), numbers: BTreeMap::new() };
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
        edges.sort_unstable();
        edges.dedup();
        if edges.len() > most {
            return None;
        }
        let mut examples: Vec<char> = edges.into_iter().filter_map(char::from_u32).collect();
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
        let mut alone: u128 = 0;
        let mut sets: Vec<u128> = self.classes.iter().map(|class| class.ascii).collect();
        for instruction in &self.instructions {
            match instruction {
                Instruction::Char(c @ ..128, _) => alone |= 1 << c,
                Instruction::Assert(assertion, _) => match assertion {
                    Assertion::BeginLine | Assertion::EndLine => alone |= NEWLINE,
                    Assertion::WordBoundary | Assertion::NotWordBoundary => {
                        sets.push(ascii_word());
                    }
                    Assertion::BeginText | Assertion::EndText => {}
                },
                _ => {}
            }
        }
        sets.sort_unstable();
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
    /// Numbers of the classes emitted so far.
    numbers: BTreeMap<Arc<Vec<Range>>, u32>,
}

impl Compiler<'_> {
    fn add(&mut self, instruction: Instruction) -> Address {
        self.instructions.push(instruction);
        (self.instructions.len() - 1) as Address
    }

    /// Emits an expression that goes on at `next`, and returns where it begins. Written from the
    /// end to the beginning, so that the place to go on at is always known.
    fn emit(&mut self, id: NodeId, next: Address) -> Address {
        let node = self.tree.node(id);
        match &node.op {
            Op::Empty | Op::LeftParen { .. } | Op::VerticalBar => next,
            Op::Literal(runes) => {
                runes.iter().rev().fold(next, |next, c| self.literal(*c, node.flags.has(Flags::FOLD), next))
            }
            Op::Class(class) => self.class(class, next),
            Op::AnyNotNewline => self.class(&Arc::new(vec![Range::new(0, 9), Range::new(0x0B, ranges::MAX)]), next),
            Op::Any => self.class(&Arc::new(vec![Range::new(0, ranges::MAX)]), next),
            Op::Assert(assertion) => self.add(Instruction::Assert(*assertion, next)),
            Op::Capture(sub) => self.emit(*sub, next),
            Op::Star(sub) => self.star(*sub, next),
            Op::Plus(sub) => self.plus(*sub, next),
            Op::Quest(sub) => self.quest(*sub, next, next),
            Op::Repeat { sub, min, max } => self.repeat(*sub, *min, *max, next),
            Op::Concat(subs) => subs.iter().rev().fold(next, |next, sub| self.emit(*sub, next)),
            Op::Alternate(subs) => {
                let mut entries = subs.iter().rev();
                let Some(last) = entries.next() else {
                    return self.add(Instruction::Fail);
                };
                let mut start = self.emit(*last, next);
                for sub in entries {
                    let other = self.emit(*sub, next);
                    start = self.add(Instruction::Split(other, start));
                }
                start
            }
        }
    }

    fn literal(&mut self, c: u32, fold: bool, next: Address) -> Address {
        let mut class = Vec::new();
        if fold {
            ranges::push_folded(&mut class, c, c);
        }
        if fold && unicode::simple_fold(c) != c {
            ranges::clean(&mut class);
            self.class(&Arc::new(class), next)
        } else {
            self.add(Instruction::Char(c, next))
        }
    }

    fn class(&mut self, class: &Arc<Vec<Range>>, next: Address) -> Address {
        let number = match self.numbers.get(class) {
            Some(number) => *number,
            None => {
                let number = self.classes.len() as u32;
                self.classes.push(Class { ranges: Arc::clone(class), ascii: ascii_bits(class) });
                self.numbers.insert(Arc::clone(class), number);
                number
            }
        };
        self.add(Instruction::Class(number, next))
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

    fn plus(&mut self, sub: NodeId, next: Address) -> Address {
        self.repeated(sub, next).0
    }

    fn star(&mut self, sub: NodeId, next: Address) -> Address {
        self.repeated(sub, next).1
    }

    /// `x?` that goes on at `next`, or at `skip` without `x`.
    fn quest(&mut self, sub: NodeId, next: Address, skip: Address) -> Address {
        let body = self.emit(sub, next);
        self.add(Instruction::Split(body, skip))
    }

    /// `x{2,5}` is `xx(x(x(x)?)?)?`, `x{2,}` is `xx+`.
    fn repeat(&mut self, sub: NodeId, min: u32, max: Option<u32>, next: Address) -> Address {
        let mut start = next;
        let mut left = min;
        match max {
            None if min == 0 => return self.star(sub, next),
            None => {
                start = self.plus(sub, next);
                left -= 1;
            }
            Some(max) => {
                for _ in min..max {
                    start = self.quest(sub, start, next);
                }
            }
        }
        for _ in 0..left {
            start = self.emit(sub, start);
        }
        start
    }
}
