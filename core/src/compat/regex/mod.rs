//! Go's `regexp`, as far as Flux lets people use it: is the pattern valid, and does it match.
//!
//! `spec.ref.semverFilter` and `spec.verify.matchOIDCIdentity` are compiled by Go 1.26. Rust's
//! regex crates differ from that in some forty constructs, several of them silently (`\d` is
//! Unicode there, `[a&&b]` an intersection), know a newer Unicode, and compile classes to automata
//! over bytes: a pattern of 80 characters that Go accepts takes seconds and hundreds of megabytes.
//! So this is a port: Go's parser with Go's limits and tables, and an automaton over code points
//! that needs about as many instructions as Go's own. Size and speed come with it: a fraction of
//! the code in a browser, and a few microseconds to compile a usual filter.
//!
//! A pattern goes `parser` (with `classes`, `builder`, `factor`) → `tree` → `program` → `matcher`.
//! Only whether a text matches can be asked, not where: greedy or not makes no difference, groups
//! are not recorded.
//!
//! Two known differences from Go, neither of which valid manifests meet: a literal repeated into
//! more than 3,355,443 instructions slips past Go's limit on size and takes gigabytes there, while
//! [`Syntax::compile`] refuses it; and `^` before a surrogate (`^\x{D800}`), which can match
//! nothing, finds U+FFFD in Go.

use std::fmt;
use std::ops::Range;
use std::sync::Mutex;

mod builder;
mod classes;
mod error;
mod factor;
mod limits;
mod matcher;
mod parser;
mod program;
mod ranges;
mod shape;
mod tree;
mod unicode;

#[cfg(test)]
mod tests;

pub use error::{Error, ErrorKind};
use matcher::Matcher;
use parser::Parsed;
use program::Program;
use tree::Assertion;

/// States after which [`Syntax::matches_everything`] no longer looks.
const MOST_STATES: usize = 200;

/// Checks that Go accepts a pattern, without compiling it.
///
/// # Errors
///
/// As Go's `regexp.Compile`, in the same words.
pub fn check(pattern: &str) -> Result<Syntax, Error> {
    Ok(Syntax { pattern: pattern.to_owned(), parsed: parser::parse(pattern)? })
}

/// A valid pattern, read but not compiled.
#[derive(Debug)]
pub struct Syntax {
    pattern: String,
    parsed: Parsed,
}

impl Syntax {
    /// Whether each match begins at the beginning of the text: each alternative has a `^` (or `\A`)
    /// that it cannot do without. Under `(?m)` a `^` does not count.
    pub fn is_anchored_start(&self) -> bool {
        let Parsed { tree, root, .. } = &self.parsed;
        tree.is_anchored(*root, Assertion::BeginText)
    }

    /// Whether each match ends at the end of the text, by `$` or `\z`.
    pub fn is_anchored_end(&self) -> bool {
        let Parsed { tree, root, .. } = &self.parsed;
        tree.is_anchored(*root, Assertion::EndText)
    }

    /// Whether the pattern is found in every text that is not empty and has no line feed: it lets
    /// everything pass, as ``, `.*`, `.+`, `^.*$` and `|x` do. Decided on the automaton and not on
    /// the spelling; for patterns too large for that the answer is no.
    pub fn matches_everything(&self) -> bool {
        let Parsed { tree, root, .. } = &self.parsed;
        if tree.program_size(*root) > MOST_STATES as u64 {
            return false;
        }
        Program::compile(tree, *root, self.is_anchored_start())
            .is_some_and(|program| Matcher::default().matches_every_line(&program, MOST_STATES))
    }

    /// Byte spans in the pattern of each `.` that matches any character and was likely meant as a
    /// dot: it stands between two ASCII letters, digits or underscores that stand for themselves,
    /// as in `token.actions.githubusercontent.com`.
    pub fn unescaped_dots(&self) -> Vec<Range<usize>> {
        let spans = self.parsed.dots.iter().map(|at| *at..at + 1);
        spans.collect()
    }

    /// Compiles the pattern.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Large`] where Go would go on to build a program larger than its limit on size,
    /// which it then fails to see.
    pub fn compile(&self) -> Result<Regex, Error> {
        let Parsed { tree, root, .. } = &self.parsed;
        let anchored_start = self.is_anchored_start();
        let Some(program) = Program::compile(tree, *root, anchored_start) else {
            let whole = 0..self.pattern.len();
            return Err(Error::at(ErrorKind::Large, &self.pattern, whole));
        };
        Ok(Regex {
            pattern: self.pattern.clone(),
            anchored_start,
            anchored_end: self.is_anchored_end(),
            program,
            matcher: Mutex::default(),
        })
    }
}

/// A compiled pattern.
pub struct Regex {
    pattern: String,
    anchored_start: bool,
    anchored_end: bool,
    program: Program,
    /// Grows while matching; about 256 KiB at most, and 8 bytes per instruction.
    matcher: Mutex<Matcher>,
}

impl Regex {
    /// Compiles a pattern as Go's `regexp.Compile` does.
    ///
    /// # Errors
    ///
    /// Those of [`check`] and [`Syntax::compile`].
    pub fn new(pattern: &str) -> Result<Self, Error> {
        check(pattern)?.compile()
    }

    /// The pattern.
    pub fn as_str(&self) -> &str {
        &self.pattern
    }

    /// Whether the pattern is found anywhere in the text: Go's `MatchString`. Takes time linear in
    /// the text (times the size of the pattern at worst).
    pub fn is_match(&self, text: &str) -> bool {
        match self.matcher.try_lock() {
            Ok(mut matcher) => matcher.is_match(&self.program, text),
            // In use elsewhere: rather begin afresh than wait.
            Err(_) => Matcher::default().is_match(&self.program, text),
        }
    }

    /// See [`Syntax::is_anchored_start`].
    pub fn is_anchored_start(&self) -> bool {
        self.anchored_start
    }

    /// See [`Syntax::is_anchored_end`].
    pub fn is_anchored_end(&self) -> bool {
        self.anchored_end
    }
}

impl Clone for Regex {
    fn clone(&self) -> Self {
        Self {
            pattern: self.pattern.clone(),
            anchored_start: self.anchored_start,
            anchored_end: self.anchored_end,
            program: self.program.clone(),
            matcher: Mutex::default(),
        }
    }
}

impl fmt::Debug for Regex {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Regex").field(&self.pattern).finish()
    }
}
