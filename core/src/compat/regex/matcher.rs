//! Runs a program over a text: a deterministic automaton that is built while it runs.
//!
//! A state is the set of instructions that wait for the next character. What a state does on a
//! group of ASCII characters is computed when first asked and then looked up; other characters are
//! worked out each time. Time is linear in the text whatever the pattern, and the states are thrown
//! away when they outgrow their share of memory. (Russ Cox, Regular Expression Matching in the Wild.)

use std::sync::Arc;

use super::program::{Address, Instruction, Program};
use super::tree::Assertion;
use crate::collections::Arrange;

/// What a state may lead to, besides rows of the table: not asked yet, no match any more, a match.
const UNKNOWN: u32 = u32::MAX;
const DEAD: u32 = u32::MAX - 1;
const MATCHED: u32 = u32::MAX - 2;

/// Most numbers of four bytes to keep in states and table.
const CAPACITY: usize = 1 << 16;

/// Most characters to try on each state when all texts are asked for.
const MOST_EXAMPLES: usize = 2000;

/// What stands on one side of a place in the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Side {
    /// The beginning or end of the text.
    Edge,
    Newline,
    /// An ASCII letter, digit or underscore.
    Word,
    Other,
}

impl Side {
    fn of(c: char) -> Self {
        match c {
            '\n' => Self::Newline,
            '_' => Self::Word,
            c if c.is_ascii_alphanumeric() => Self::Word,
            _ => Self::Other,
        }
    }

    /// As the first number of a state; 0 there is for states that wait for no condition.
    fn number(self) -> u32 {
        match self {
            Self::Edge => 1,
            Self::Newline => 2,
            Self::Word => 3,
            Self::Other => 4,
        }
    }

    fn from_number(number: u32) -> Option<Self> {
        match number {
            1 => Some(Self::Edge),
            2 => Some(Self::Newline),
            3 => Some(Self::Word),
            4 => Some(Self::Other),
            _ => None,
        }
    }
}

impl Assertion {
    fn holds(self, before: Side, after: Side) -> bool {
        match self {
            Self::BeginLine => matches!(before, Side::Edge | Side::Newline),
            Self::EndLine => matches!(after, Side::Edge | Side::Newline),
            Self::BeginText => before == Side::Edge,
            Self::EndText => after == Side::Edge,
            Self::WordBoundary => (before == Side::Word) != (after == Side::Word),
            Self::NotWordBoundary => (before == Side::Word) == (after == Side::Word),
        }
    }
}

/// A set of addresses that is emptied in no time.
#[derive(Debug, Default)]
struct Set {
    /// The round in which each address was last added.
    added: Vec<u32>,
    round: u32,
    /// Those members that wait: for a character or, while that is unknown, for a condition.
    waiting: Vec<Address>,
}

impl Set {
    fn clear(&mut self, size: usize) {
        self.waiting.clear();
        self.round = self.round.wrapping_add(1);
        if self.added.len() != size || self.round == 0 {
            self.added = vec![0; size];
            self.round = 1;
        }
    }

    /// Whether it was not yet in the set.
    fn insert(&mut self, address: Address) -> bool {
        match self.added.get_mut(address as usize) {
            Some(round) if *round != self.round => {
                *round = self.round;
                true
            }
            _ => false,
        }
    }

    /// Adds an address and all that is reached from it without reading. Conditions are decided if
    /// both `sides` are known, else kept waiting. Returns whether a match is reached.
    fn follow(
        &mut self,
        program: &Program,
        from: Address,
        sides: Option<(Side, Side)>,
        stack: &mut Vec<Address>,
    ) -> bool {
        stack.clear();
        stack.push(from);
        while let Some(address) = stack.pop() {
            if !self.insert(address) {
                continue;
            }
            match program.instruction(address) {
                Instruction::Char(..) | Instruction::Class(..) => self.waiting.push(address),
                Instruction::Assert(assertion, next) => match sides {
                    None => self.waiting.push(address),
                    Some((before, after)) if assertion.holds(before, after) => stack.push(next),
                    Some(_) => {}
                },
                Instruction::Split(first, second) => stack.extend([second, first]),
                Instruction::Fail => {}
                Instruction::Match => return true,
            }
        }
        false
    }
}

/// A state: what stands before it (0 if nothing waits for a condition), then what waits, ascending.
type Key = Arc<[u32]>;

/// The states of a [`Program`] met so far.
#[derive(Debug, Default)]
pub(super) struct Matcher {
    /// For each state a row, as wide as the program's alphabet: the row that follows.
    table: Vec<u32>,
    /// The states in the order of their rows, and whether each matches at the end of the text.
    states: Vec<(Key, Option<bool>)>,
    /// The places of the states, in the order of their keys.
    order: Vec<u32>,
    /// Numbers held by the keys.
    held: usize,
    /// How often the states were thrown away.
    emptied: u32,
    start: Option<u32>,
    here: Set,
    next: Set,
    stack: Vec<Address>,
}

impl Matcher {
    /// Whether the pattern is found in the text.
    pub(super) fn is_match(&mut self, program: &Program, text: &str) -> bool {
        let mut row = self.start(program);
        let bytes = text.as_bytes();
        let mut at = 0;
        loop {
            if row >= MATCHED {
                return row == MATCHED;
            }
            let Some(byte) = bytes.get(at) else {
                return self.matches_at_end(program, row);
            };
            let Some(letter) = program.alphabet.get(usize::from(*byte)) else {
                let Some(c) = text.get(at..).and_then(|rest| rest.chars().next()) else {
                    return false;
                };
                row = self.step(program, row, c);
                at += c.len_utf8();
                continue;
            };
            let cell = row as usize + usize::from(*letter);
            row = match self.table.get(cell) {
                Some(next) if *next != UNKNOWN => *next,
                _ => self.step_ascii(program, row, cell, char::from(*byte)),
            };
            at += 1;
        }
    }

    /// Whether each text matches that is not empty and has no line feed in it. Gives up, and says
    /// no, where finding out would take more than `most` states.
    pub(super) fn matches_every_line(&mut self, program: &Program, most: usize) -> bool {
        let Some(examples) = program.examples(MOST_EXAMPLES) else {
            return false;
        };
        // The empty text may match or not; what is met from the start on has read something.
        let mut row = self.start(program);
        let mut met = Vec::new();
        let mut done = 0;
        while row != MATCHED {
            if row == DEAD || done > 0 && !self.matches_at_end(program, row) {
                return false;
            }
            for &c in &examples {
                let next = self.step(program, row, c);
                if next != MATCHED && !met.contains(&next) {
                    met.push(next);
                }
            }
            if met.len() > most || self.emptied > 0 {
                return false;
            }
            row = met.get(done).copied().unwrap_or(MATCHED);
            done += 1;
        }
        true
    }

    fn start(&mut self, program: &Program) -> u32 {
        if let Some(start) = self.start {
            return start;
        }
        self.next.clear(program.instructions.len());
        let matched = self.next.follow(program, program.start, None, &mut self.stack);
        let start = if matched { MATCHED } else { self.state(program, Side::Edge) };
        self.start = Some(start);
        start
    }

    /// Steps on an ASCII character, and remembers where to.
    #[cold]
    fn step_ascii(&mut self, program: &Program, row: u32, cell: usize, c: char) -> u32 {
        let emptied = self.emptied;
        let next = self.step(program, row, c);
        if emptied == self.emptied
            && let Some(cell) = self.table.get_mut(cell)
        {
            *cell = next;
        }
        next
    }

    /// The state that follows on a character.
    fn step(&mut self, program: &Program, row: u32, c: char) -> u32 {
        let size = program.instructions.len();
        let Some(key) = self.key(program, row) else {
            return DEAD;
        };
        let after = Side::of(c);
        self.next.clear(size);
        let (before, mut waiting) = key.split_first().map_or((0, &[][..]), |(b, w)| (*b, w));
        if let Some(before) = Side::from_number(before) {
            self.here.clear(size);
            for &address in waiting {
                let sides = Some((before, after));
                if self.here.follow(program, address, sides, &mut self.stack) {
                    return MATCHED;
                }
            }
            waiting = &self.here.waiting;
        }
        for &address in waiting {
            let next = match program.instruction(address) {
                Instruction::Char(expected, next) if expected == u32::from(c) => next,
                Instruction::Class(class, next) if program.class_holds(class, c) => next,
                _ => continue,
            };
            if self.next.follow(program, next, None, &mut self.stack) {
                return MATCHED;
            }
        }
        if !program.anchored && self.next.follow(program, program.start, None, &mut self.stack) {
            return MATCHED;
        }
        self.state(program, after)
    }

    /// The state of what is now in `next`, with `before` before it.
    fn state(&mut self, program: &Program, before: Side) -> u32 {
        let waiting = &mut self.next.waiting;
        if waiting.is_empty() {
            return DEAD;
        }
        let conditional =
            waiting.iter().any(|address| matches!(program.instruction(*address), Instruction::Assert(..)));
        waiting.arrange();
        let mut key = Vec::with_capacity(waiting.len() + 1);
        key.push(if conditional { before.number() } else { 0 });
        key.append(waiting);
        let mut place = match self.find(&key) {
            Ok(state) => return state * program.letters as u32,
            Err(place) => place,
        };
        if self.held + self.table.len() + key.len() > CAPACITY {
            self.empty();
            place = 0;
        }
        let row = self.table.len() as u32;
        self.table.resize(self.table.len() + program.letters, UNKNOWN);
        self.held += key.len();
        self.order.insert(place, self.states.len() as u32);
        self.states.push((key.into(), None));
        row
    }

    /// The state with this key, or where it would come in their order.
    fn find(&self, key: &[u32]) -> Result<u32, usize> {
        let key_of = |state: u32| self.states.get(state as usize).map(|(key, _)| &**key);
        let found = self.order.binary_search_by(|state| key_of(*state).cmp(&Some(key)));
        found.map(|place| self.order.get(place).copied().unwrap_or_default())
    }

    fn empty(&mut self) {
        self.table.clear();
        self.states.clear();
        self.order.clear();
        self.held = 0;
        self.start = None;
        self.emptied = self.emptied.saturating_add(1);
    }

    fn key(&self, program: &Program, row: u32) -> Option<Key> {
        let (key, _) = self.states.get(row as usize / program.letters)?;
        Some(Arc::clone(key))
    }

    fn matches_at_end(&mut self, program: &Program, row: u32) -> bool {
        let index = row as usize / program.letters;
        let Some((key, known)) = self.states.get(index) else {
            return false;
        };
        if let Some(known) = known {
            return *known;
        }
        let key = Arc::clone(key);
        let (before, waiting) = key.split_first().map_or((0, &[][..]), |(b, w)| (*b, w));
        let matches = Side::from_number(before).is_some_and(|before| {
            self.here.clear(program.instructions.len());
            let sides = Some((before, Side::Edge));
            waiting.iter().any(|from| self.here.follow(program, *from, sides, &mut self.stack))
        });
        if let Some((_, known)) = self.states.get_mut(index) {
            *known = Some(matches);
        }
        matches
    }
}
