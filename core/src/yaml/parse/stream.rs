//! Documents: where they begin and end, and where reading resumes after an error.
//!
//! `kubectl` cuts a stream at lines that begin with `---` and reads each part on its own, so one
//! broken document costs the others nothing. The same holds here.

use crate::collections::IndexMap;
use crate::text::Span;
use crate::yaml::tree::{Document, NONE, Tree};

use super::characters::{break_len, survey};
use super::property::Properties;
use super::{Collection, DOCUMENT, OpenDocument, Read, Reader, Slot, SyntaxError, fault};

const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();

impl<'t> Reader<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        let mut tree = Tree::default();
        // A key and a value on each line are the rule; manifests have a node in 14 bytes.
        let lines = memchr::memchr_iter(b'\n', text.as_bytes()).count();
        tree.nodes.reserve((2 * lines).min(text.len() / 8) + 8);
        Self {
            text,
            bytes: &[],
            line_feeds_alone: false,
            at: 0,
            line: 0,
            key_allowed: true,
            top: DOCUMENT,
            below: Vec::with_capacity(16),
            flow_keys: Vec::new(),
            indicator: 0,
            dedented: usize::MAX,
            outer: Properties::default(),
            inner: Properties::default(),
            has_properties: false,
            key: None,
            anchors: IndexMap::new(),
            has_aliases: false,
            tag_prefixes: Vec::new(),
            tree,
            document: OpenDocument { start: 0, root: NONE, first_node: 0 },
        }
    }

    /// Reads all documents.
    pub(super) fn stream(mut self) -> Tree {
        self.resume(if self.text.starts_with('\u{feff}') { BYTE_ORDER_MARK.len() } else { 0 });
        // Only the first document of a stream may begin without `---`.
        let mut bare = true;
        loop {
            let read = self.documents(bare);
            let read_all = self.at >= self.bytes.len();
            let error = match read {
                // Whatever else is wrong there follows from the text being cut.
                _ if read_all && self.bytes.len() < self.text.len() => self.forbidden(),
                Ok(()) => return self.tree,
                Err(error) => error,
            };
            self.end_document(self.at, Some(error));
            let Some(next) = self.next_marker() else { return self.tree };
            self.resume(next);
            bare = false;
        }
    }

    /// Sets out to read from an offset, up to the first character that YAML forbids.
    fn resume(&mut self, at: usize) {
        if at >= self.bytes.len() {
            let survey = survey(self.text.as_bytes(), at);
            self.bytes = self.text.as_bytes().get(..survey.forbidden).unwrap_or_default();
            self.line_feeds_alone = survey.line_feeds_alone;
        }
        self.at = at;
        self.line = at;
        self.begin(at);
    }

    /// Forgets the last document.
    fn begin(&mut self, at: usize) {
        self.document = OpenDocument { start: at, root: NONE, first_node: self.tree.nodes.len() };
        self.top = DOCUMENT;
        self.below.clear();
        self.flow_keys.clear();
        self.outer = Properties::default();
        self.inner = Properties::default();
        self.has_properties = false;
        self.key = None;
        self.key_allowed = true;
        self.anchors.clear();
        self.has_aliases = false;
        self.tag_prefixes.clear();
    }

    /// Reads documents up to the end or an error. Source: go-yaml `yaml_parser_parse_document_start`
    /// and its neighbours.
    fn documents(&mut self, mut bare: bool) -> Read<()> {
        loop {
            self.skip_to_token(false);
            if self.at >= self.bytes.len() {
                return Ok(());
            }
            let start = self.at;
            self.document.start = start;
            self.directives()?;
            if self.at_marker() && self.byte(self.at) == b'-' {
                self.at += 3;
                self.indicator = self.at;
                self.key_allowed = false;
                if !bare {
                    self.skip_byte_order_mark();
                }
                self.content()?;
                if self.document.root == NONE {
                    self.fill();
                }
            } else if self.at_marker() && !bare {
                // One more `...` behind a document.
                self.at += 3;
                self.key_allowed = false;
                continue;
            } else if bare && self.at == start && !self.at_marker() {
                self.content()?;
                if self.has_properties {
                    self.fill();
                }
            } else {
                return Err(self.no_marker());
            }
            bare = false;
            self.document_read()?;
        }
    }

    /// Ends a document whose content was read: at its `...`, before a `---` or a directive, or at the end.
    fn document_read(&mut self) -> Read<()> {
        if self.at_marker() && self.byte(self.at) == b'.' {
            self.at += 3;
        } else if self.at < self.bytes.len() && self.byte(self.at) == b'%' {
            self.check_directive()?;
        } else if self.at >= self.bytes.len() && self.bytes.len() < self.text.len() {
            return Err(self.forbidden());
        }
        self.end_document(self.at, None);
        self.key_allowed = self.at == self.line;
        Ok(())
    }

    /// Adds the document to the tree. Collections that are open end where reading stopped.
    fn end_document(&mut self, end: usize, error: Option<Box<SyntaxError>>) {
        while !self.below.is_empty() {
            self.abandon();
        }
        if self.has_properties {
            self.fill();
        }
        let mut error = error;
        if self.has_aliases
            && let Err(too_large) = self.check_expansion()
        {
            error = error.or(Some(too_large));
        }
        let end = error.as_ref().map_or(end, |error| error.span.start());
        let OpenDocument { start, root, .. } = self.document;
        self.tree.documents.push(Document { root, span: Span::new(start, end), error: error.map(|error| *error) });
        self.begin(end);
    }

    /// Closes the innermost collection at an error.
    fn abandon(&mut self) {
        let flow = matches!(self.top.collection, Collection::FlowMapping | Collection::FlowSequence);
        if self.top.slot != Slot::Entry || self.has_properties {
            self.fill();
        }
        let closed = self.close(None);
        if flow && self.awaits_node() {
            self.attach(closed.node);
        }
    }

    /// A byte order mark at the beginning of a document, as joined files have it.
    fn skip_byte_order_mark(&mut self) {
        let mut at = self.skip_blanks(self.at);
        if self.byte(at) == b'#' {
            at = self.line_end(at);
        }
        at += break_len(self.bytes, at);
        if self.bytes.get(at..).is_some_and(|rest| rest.starts_with(BYTE_ORDER_MARK)) {
            self.at = at + BYTE_ORDER_MARK.len();
            self.line = self.at;
            self.key_allowed = true;
        }
    }

    /// The next line that begins with `---`, from where reading stopped.
    fn next_marker(&self) -> Option<usize> {
        let bytes = self.text.as_bytes();
        let stopped = if self.at >= self.bytes.len() { self.bytes.len() } else { self.at };
        let rest = bytes.get(stopped..)?;
        crate::text::find_all(rest, b"---").map(|len| stopped + len).find(|&at| {
            let begins_line = at == 0 || (1..=3.min(at)).any(|len| break_len(bytes, at - len) == len);
            begins_line && ends_word(bytes, at + 3)
        })
    }

    fn no_marker(&self) -> Box<SyntaxError> {
        let at = self.word(if self.at < self.bytes.len() { self.at } else { self.document.start });
        let message = match self.byte(self.at) {
            0 => "a directive must be followed by a document that begins with `---`",
            b'.' if self.at_marker() => "there is no document before this `...`",
            _ => "only the first document may begin without `---`",
        };
        fault(at, message)
    }

    /// The character that ended reading.
    fn forbidden(&self) -> Box<SyntaxError> {
        let at = self.character(self.bytes.len());
        let code = at.of(self.text).chars().next().map_or(0, u32::from);
        fault(at, format!("the character U+{code:04X} cannot stand in YAML; write it as an escape in double quotes"))
    }
}

fn ends_word(bytes: &[u8], at: usize) -> bool {
    matches!(bytes.get(at), None | Some(b' ' | b'\t')) || break_len(bytes, at) > 0
}
