//! Digests: what `spec.ref.digest` has to look like.
//!
//! A port of go-containerregistry 0.21.6, `pkg/v1` `NewHash`. Vectors: `digest.jsonl`.

use std::fmt;
use std::ops::Range;

use super::quote::quoted;

/// How many hex digits sha256 has.
const SHA256_DIGITS: usize = 64;

/// A digest by the only algorithm that Flux takes, sha256.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digest {
    hex: String,
}

impl Digest {
    /// Reads `sha256:` and 64 lower-case hex digits.
    ///
    /// # Errors
    ///
    /// Anything else, in the words that the controller shows behind `failed to determine artifact
    /// digest: `.
    pub fn parse(text: &str) -> Result<Digest, DigestError> {
        let error = |kind, span| {
            let text = text.to_owned();
            Err(DigestError { kind, span, text })
        };
        let Some((algorithm, hex)) =
            text.split_once(':').filter(|(algorithm, hex)| !algorithm.is_empty() && !hex.is_empty())
        else {
            return error(DigestErrorKind::Malformed, 0..text.len());
        };
        let start = algorithm.len() + 1;
        let is_hex = |character: char| matches!(character, '0'..='9' | 'a'..='f');
        let wrong = hex.char_indices().find(|(_, c)| !is_hex(*c));
        if let Some((at, character)) = wrong {
            let span = start + at..start + at + character.len_utf8();
            return error(DigestErrorKind::NotHex(character), span);
        }
        if algorithm != "sha256" {
            return error(DigestErrorKind::Algorithm, 0..algorithm.len());
        }
        if hex.len() != SHA256_DIGITS {
            return error(DigestErrorKind::Length(hex.len()), start..text.len());
        }
        let hex = hex.to_owned();
        Ok(Digest { hex })
    }

    /// The 64 hex digits.
    pub fn hex(&self) -> &str {
        &self.hex
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "sha256:{}", self.hex)
    }
}

/// Why a text is no digest. `Display` gives the controller's words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DigestError {
    kind: DigestErrorKind,
    span: Range<usize>,
    text: String,
}

/// What is wrong with a digest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DigestErrorKind {
    /// Not of the form `algorithm:digits`. Span: all of it.
    Malformed,
    /// Holds this character, which is no lower-case hex digit. Span: the first such character.
    NotHex(char),
    /// Another algorithm than sha256. Span: its name.
    Algorithm,
    /// Has this many digits instead of 64. Span: the digits.
    Length(usize),
}

impl DigestError {
    /// What is wrong.
    pub fn kind(&self) -> DigestErrorKind {
        self.kind
    }

    /// Where, in bytes of the text; [`DigestErrorKind`] says what it covers.
    pub fn span(&self) -> Range<usize> {
        self.span.clone()
    }
}

impl fmt::Display for DigestError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let part = self.text.get(self.span.clone()).unwrap_or_default();
        match self.kind {
            DigestErrorKind::Malformed => write!(f, "cannot parse hash: {}", quoted(part)),
            DigestErrorKind::NotHex(_) => {
                // Go prints the first byte as if it were a character.
                let byte = part.bytes().next().map_or(' ', char::from);
                write!(f, "found non-hex character in hash: {byte}")
            }
            DigestErrorKind::Algorithm => write!(f, "unsupported hash: {}", quoted(part)),
            DigestErrorKind::Length(_) => {
                write!(f, "wrong number of hex digits for sha256: {part}")
            }
        }
    }
}

impl std::error::Error for DigestError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn points_at_what_is_wrong() {
        let refusal = |text: &str| {
            let error = Digest::parse(text).unwrap_err();
            (error.kind(), error.span())
        };
        assert_eq!(refusal("latest"), (DigestErrorKind::Malformed, 0..6));
        assert_eq!(refusal("sha256:0é"), (DigestErrorKind::NotHex('é'), 8..10));
        assert_eq!(refusal("sha512:00"), (DigestErrorKind::Algorithm, 0..6));
        assert_eq!(refusal("sha256:00"), (DigestErrorKind::Length(2), 7..9));
    }
}
