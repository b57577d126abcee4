//! From text to tree in one pass, as go-yaml v2 reads it: YAML 1.1 in libyaml's manner.
//!
//! There are no tokens and no events. The reader walks over the bytes with a stack of open
//! collections and writes nodes where they end up; a scalar is a span of the source unless it has
//! to be cooked. Only one thing needs to be known before it is read: whether a value is the key of
//! a mapping that begins with it. So a value is read first, and the mapping, should a `:` follow,
//! is put above it afterwards.
//!
//! | file | what |
//! | --- | --- |
//! | `stream` | documents, their markers, and where reading resumes after an error |
//! | `block` | collections by indentation |
//! | `flow` | `[…]` and `{…}` |
//! | `plain`, `quoted`, `block_scalar` | the scalars |
//! | `property` | `&anchor`, `!tag`, `*alias` |
//! | `directive` | `%YAML` and `%TAG` |
//! | `build` | nodes into the arena |
//! | `expansion` | how far aliases may blow a document up |
//! | `cursor`, `characters`, `words` | places and bytes |

use crate::collections::IndexMap;
use crate::text::Span;

use super::tree::{Document, NONE, Tree};

use property::Properties;

pub(super) use characters::break_len;

mod block;
mod block_scalar;
mod build;
mod characters;
mod cursor;
mod directive;
mod expansion;
mod flow;
mod plain;
mod property;
mod quoted;
mod stream;
#[cfg(test)]
mod tests;
mod words;

/// How deep collections may nest, aliases followed. The API server stops at 10,000; no manifest
/// comes near either, and everything here that walks a tree recurses.
pub const MAX_DEPTH: usize = 1_000;

/// Why a document could not be read to its end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SyntaxError {
    /// What is at fault: a character, a word, the quote or bracket that is never closed.
    pub span: Span,
    /// What is wrong, in words that begin in lower case and name no library.
    pub message: String,
}

/// Reads every document of a text. Never fails as a whole: a document that does not parse carries
/// its [`SyntaxError`] and what was read before it, and reading goes on at the next line that
/// begins with `---`.
///
/// Source: go-yaml v2 (`go.yaml.in/yaml/v2` 2.4.4, behind sigs.k8s.io/yaml 1.6), `scannerc.go` and
/// `parserc.go`. Stricter in two ways: collections nest to [`MAX_DEPTH`], and text behind a
/// document's value is an error (go-yaml returns the value and never looks further).
pub fn parse(text: &str) -> Tree {
    if u32::try_from(text.len()).is_ok() { Reader::new(text).stream() } else { too_large() }
}

/// Offsets have 32 bits.
#[cold]
fn too_large() -> Tree {
    let error = SyntaxError { span: Span::at(0), message: "this text is larger than 4 GiB".to_owned() };
    let document = Document { root: NONE, span: Span::at(0), error: Some(error) };
    Tree { documents: vec![document], ..Tree::default() }
}

/// A span within the text; cheaper than [`Span::new`], which takes any offset.
#[inline]
fn span(start: usize, end: usize) -> Span {
    Span { start: start as u32, end: end as u32 }
}

/// An error is rare and the way out of every function: boxed, it travels in a register.
type Read<T> = Result<T, Box<SyntaxError>>;

fn fault(span: Span, message: impl Into<String>) -> Box<SyntaxError> {
    Box::new(SyntaxError { span, message: message.into() })
}

struct Reader<'t> {
    text: &'t str,
    /// The text up to the first character that YAML forbids. It holds no zero byte: zero is the end.
    bytes: &'t [u8],
    /// True where `\n` alone breaks lines.
    line_feeds_alone: bool,
    /// Where reading stands.
    at: usize,
    /// Where the line of `at` begins.
    line: usize,
    /// True where a key without `?`, or a block collection, may begin: at the beginning of a line and
    /// behind `-`, `?` and a `:` that stands alone.
    key_allowed: bool,
    /// The innermost open collection, and those around it.
    top: Frame,
    below: Vec<Frame>,
    /// For each open flow collection inside another: where the key begins that it may be.
    flow_keys: Vec<Option<KeyStart>>,
    /// Where the last `-`, `?`, `:`, anchor or tag ended: an empty value stands there.
    indicator: usize,
    /// Where the last block collection was closed because of less indentation. For messages.
    dedented: usize,
    /// Anchor and tag read for the value to come: those of earlier lines, and of this one. A key's
    /// properties stand on its line; earlier ones belong to its mapping.
    outer: Properties<'t>,
    inner: Properties<'t>,
    has_properties: bool,
    /// Where the key begins that this line's properties may belong to.
    key: Option<KeyStart>,
    anchors: IndexMap<&'t str, u32>,
    has_aliases: bool,
    /// The `%TAG` lines of the document: handle and prefix.
    tag_prefixes: Vec<(&'t str, Vec<u8>)>,
    tree: Tree,
    document: OpenDocument,
}

/// The document that is being read.
#[derive(Clone, Copy)]
struct OpenDocument {
    start: usize,
    root: u32,
    first_node: usize,
}

/// A collection that is being read.
#[derive(Clone, Copy)]
struct Frame {
    collection: Collection,
    slot: Slot,
    node: u32,
    last_child: u32,
    /// The column of its keys or dashes. That of the block collection around it where it has none.
    indent: isize,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Collection {
    /// No collection: what stands at the outermost level.
    Document,
    BlockMapping,
    BlockSequence,
    /// A sequence whose dashes stand in the column of the keys around it.
    IndentlessSequence,
    FlowMapping,
    FlowSequence,
    /// `a: b` as an item of a flow sequence.
    FlowPair,
}

/// What a collection waits for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Slot {
    /// An item, or an entry of a flow mapping.
    Entry,
    /// A key, after `?`.
    Key,
    /// The `:` after a key.
    Colon,
    /// A value, after `:`.
    Value,
    /// The next key, dash or comma, or the end.
    Next,
}

/// Where a key without `?` may have begun.
#[derive(Clone, Copy)]
struct KeyStart {
    at: usize,
    line: usize,
    /// It stands in the column of its siblings: it cannot be anything but a key.
    required: bool,
}

const DOCUMENT: Frame =
    Frame { collection: Collection::Document, slot: Slot::Entry, node: NONE, last_child: NONE, indent: -1 };
