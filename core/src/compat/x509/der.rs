//! The little of DER that keys and certificates need: walking tags, lengths and contents.

/// Tags, as X.690 numbers them.
pub(super) mod tag {
    pub(in super::super) const BOOLEAN: u8 = 0x01;
    pub(in super::super) const INTEGER: u8 = 0x02;
    pub(in super::super) const BIT_STRING: u8 = 0x03;
    pub(in super::super) const OCTET_STRING: u8 = 0x04;
    pub(in super::super) const OBJECT_IDENTIFIER: u8 = 0x06;
    pub(in super::super) const UTC_TIME: u8 = 0x17;
    pub(in super::super) const GENERALIZED_TIME: u8 = 0x18;
    pub(in super::super) const SEQUENCE: u8 = 0x30;
    pub(in super::super) const SET: u8 = 0x31;
    /// `[0]`, constructed.
    pub(in super::super) const CONTEXT_0: u8 = 0xa0;
    /// `[1]`, constructed.
    pub(in super::super) const CONTEXT_1: u8 = 0xa1;
    /// `[3]`, constructed.
    pub(in super::super) const CONTEXT_3: u8 = 0xa3;
}

/// Reads values one behind the other. Nothing is copied, nothing recurses.
#[derive(Clone, Copy)]
pub(super) struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    /// True where nothing is left.
    pub(super) fn is_empty(self) -> bool {
        self.0.is_empty()
    }

    /// The tag of the next value.
    pub(super) fn peek(self) -> Option<u8> {
        self.0.first().copied()
    }

    /// The next value, which must have a tag: its contents.
    pub(super) fn read(&mut self, tag: u8) -> Option<&'a [u8]> {
        if self.peek()? != tag {
            return None;
        }
        let (contents, rest) = split_value(self.0)?;
        self.0 = rest;
        Some(contents)
    }

    /// The next value, to be read in turn.
    pub(super) fn enter(&mut self, tag: u8) -> Option<Self> {
        self.read(tag).map(Self)
    }

    /// The next value where it has a tag, nothing otherwise.
    pub(super) fn read_optional(&mut self, tag: u8) -> Option<&'a [u8]> {
        if self.peek() == Some(tag) { self.read(tag) } else { None }
    }

    /// A bit string of whole bytes.
    pub(super) fn read_bits(&mut self) -> Option<&'a [u8]> {
        match self.read(tag::BIT_STRING)? {
            [0, bytes @ ..] => Some(bytes),
            _ => None,
        }
    }

    /// A whole number that is not negative: its bytes, high first, without the sign's zero.
    pub(super) fn read_unsigned(&mut self) -> Option<&'a [u8]> {
        match self.read(tag::INTEGER)? {
            [] => None,
            [0, bytes @ ..] => Some(bytes),
            [first, ..] if *first >= 0x80 => None,
            bytes => Some(bytes),
        }
    }
}

/// The contents of the first value, and what follows it. Tags of more than one byte do not occur
/// where we look.
fn split_value(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (&tag, rest) = bytes.split_first()?;
    let (&first, rest) = rest.split_first()?;
    if tag & 0x1f == 0x1f {
        return None;
    }
    if first < 0x80 {
        return rest.split_at_checked(usize::from(first));
    }
    let (digits, rest) = rest.split_at_checked(usize::from(first & 0x7f))?;
    if digits.is_empty() || digits.len() > 4 {
        return None;
    }
    let len = digits.iter().fold(0_usize, |len, digit| len << 8 | usize::from(*digit));
    rest.split_at_checked(len)
}
