//! The scanner: text to nodes, or Go's words and the place.

use super::{Kind, Node, SyntaxError};

/// How deep Go lets values nest.
const MAX_DEPTH: usize = 10_000;

/// What the grammar allows next.
#[derive(Clone, Copy)]
enum Expect {
    Value,
    /// Behind `[`: a value or the end.
    ValueOrEnd,
    /// Behind `{`: a key or the end.
    KeyOrEnd,
    /// Behind a comma in an object.
    Key,
    /// Behind a key.
    Colon,
    /// Behind a value: a comma or the end of what holds it.
    Separator,
}

struct Scanner<'t> {
    text: &'t str,
    at: usize,
    nodes: Vec<Node>,
    /// Indices of the objects and arrays that are open.
    open: Vec<usize>,
}

pub(super) fn scan(text: &str) -> Result<Vec<Node>, SyntaxError> {
    let mut scanner = Scanner { text, at: 0, nodes: Vec::new(), open: Vec::new() };
    let mut expect = Expect::Value;
    loop {
        scanner.skip_space();
        let Some(byte) = scanner.peek() else {
            let complete = matches!(expect, Expect::Separator) && scanner.open.is_empty();
            return if complete { Ok(scanner.nodes) } else { Err(SyntaxError::end(text)) };
        };
        expect = scanner.step(expect, byte)?;
    }
}

impl Scanner<'_> {
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn skip_space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\r' | b'\n')) {
            self.at += 1;
        }
    }

    fn wrong(&self, byte: u8, context: &str) -> SyntaxError {
        SyntaxError::character(byte, self.at, context)
    }

    fn step(&mut self, expect: Expect, byte: u8) -> Result<Expect, SyntaxError> {
        match (expect, byte) {
            (Expect::ValueOrEnd, b']') | (Expect::KeyOrEnd, b'}') => {
                self.close();
                Ok(Expect::Separator)
            }
            (Expect::Value | Expect::ValueOrEnd, _) => self.value(byte),
            (Expect::Key | Expect::KeyOrEnd, b'"') => {
                self.string()?;
                Ok(Expect::Colon)
            }
            (Expect::Key | Expect::KeyOrEnd, _) => Err(self.wrong(byte, "looking for beginning of object key string")),
            (Expect::Colon, b':') => {
                self.at += 1;
                Ok(Expect::Value)
            }
            (Expect::Colon, _) => Err(self.wrong(byte, "after object key")),
            (Expect::Separator, _) => self.separator(byte),
        }
    }

    fn separator(&mut self, byte: u8) -> Result<Expect, SyntaxError> {
        let holder = self.open.last().and_then(|index| self.nodes.get(*index));
        match (holder.map(|node| node.kind), byte) {
            (None, _) => Err(self.wrong(byte, "after top-level value")),
            (Some(Kind::Object), b',') => {
                self.at += 1;
                Ok(Expect::Key)
            }
            (Some(_), b',') => {
                self.at += 1;
                Ok(Expect::Value)
            }
            (Some(Kind::Object), b'}') | (Some(Kind::Array), b']') => {
                self.close();
                Ok(Expect::Separator)
            }
            (Some(Kind::Object), _) => Err(self.wrong(byte, "after object key:value pair")),
            (Some(_), _) => Err(self.wrong(byte, "after array element")),
        }
    }

    fn value(&mut self, byte: u8) -> Result<Expect, SyntaxError> {
        match byte {
            b'{' => return self.open(byte, Kind::Object, Expect::KeyOrEnd),
            b'[' => return self.open(byte, Kind::Array, Expect::ValueOrEnd),
            b'"' => self.string()?,
            b'-' | b'0'..=b'9' => self.number(byte)?,
            b't' => self.word("true", Kind::Bool)?,
            b'f' => self.word("false", Kind::Bool)?,
            b'n' => self.word("null", Kind::Null)?,
            _ => return Err(self.wrong(byte, "looking for beginning of value")),
        }
        Ok(Expect::Separator)
    }

    fn open(&mut self, byte: u8, kind: Kind, next: Expect) -> Result<Expect, SyntaxError> {
        if self.open.len() == MAX_DEPTH {
            return Err(self.wrong(byte, "exceeded max depth"));
        }
        self.open.push(self.nodes.len());
        self.nodes.push(Node { kind, start: self.at, end: self.at, behind: 0 });
        self.at += 1;
        Ok(next)
    }

    fn close(&mut self) {
        self.at += 1;
        let (end, behind) = (self.at, self.nodes.len());
        if let Some(node) = self.open.pop().and_then(|index| self.nodes.get_mut(index)) {
            (node.end, node.behind) = (end, behind);
        }
    }

    /// Notes a literal that began at `start` and ends here.
    fn literal(&mut self, kind: Kind, start: usize) {
        self.nodes.push(Node { kind, start, end: self.at, behind: self.nodes.len() + 1 });
    }

    fn string(&mut self) -> Result<(), SyntaxError> {
        let start = self.at;
        self.at += 1;
        loop {
            match self.peek() {
                None => return Err(SyntaxError::end(self.text)),
                Some(b'"') => break,
                Some(b'\\') => self.escape()?,
                Some(byte @ 0..=0x1f) => return Err(self.wrong(byte, "in string literal")),
                Some(_) => self.at += 1,
            }
        }
        self.at += 1;
        self.literal(Kind::String, start);
        Ok(())
    }

    fn escape(&mut self) -> Result<(), SyntaxError> {
        self.at += 1;
        match self.peek_or_blank() {
            b'b' | b'f' | b'n' | b'r' | b't' | b'\\' | b'/' | b'"' => self.at += 1,
            b'u' => {
                self.at += 1;
                for _ in 0..4 {
                    let byte = self.peek_or_blank();
                    if !byte.is_ascii_hexdigit() {
                        return Err(self.wrong(byte, "in \\u hexadecimal character escape"));
                    }
                    self.at += 1;
                }
            }
            byte => return Err(self.wrong(byte, "in string escape code")),
        }
        Ok(())
    }

    /// Where a text ends inside a literal, Go complains about a blank that is not there.
    fn peek_or_blank(&self) -> u8 {
        self.peek().unwrap_or(b' ')
    }

    fn word(&mut self, word: &str, kind: Kind) -> Result<(), SyntaxError> {
        let start = self.at;
        for expected in word.chars() {
            let byte = self.peek_or_blank();
            if char::from(byte) != expected {
                let context = format!("in literal {word} (expecting '{expected}')");
                return Err(self.wrong(byte, &context));
            }
            self.at += 1;
        }
        self.literal(kind, start);
        Ok(())
    }

    fn number(&mut self, first: u8) -> Result<(), SyntaxError> {
        let start = self.at;
        if first == b'-' {
            self.at += 1;
        }
        if self.peek() == Some(b'0') {
            self.at += 1;
        } else {
            self.digits("in numeric literal")?;
        }
        if self.peek() == Some(b'.') {
            self.at += 1;
            self.digits("after decimal point in numeric literal")?;
        }
        if matches!(self.peek(), Some(b'e' | b'E')) {
            self.at += 1;
            if matches!(self.peek(), Some(b'+' | b'-')) {
                self.at += 1;
            }
            self.digits("in exponent of numeric literal")?;
        }
        self.literal(Kind::Number, start);
        Ok(())
    }

    /// At least one digit.
    fn digits(&mut self, context: &str) -> Result<(), SyntaxError> {
        let byte = self.peek_or_blank();
        if !byte.is_ascii_digit() {
            return Err(self.wrong(byte, context));
        }
        while self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
            self.at += 1;
        }
        Ok(())
    }
}
