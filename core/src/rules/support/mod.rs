//! What several rules share: how a value is taken apart, how a finding is worded and mended.

pub(super) mod chart_ref;
pub(super) mod durations;
pub(super) mod edits;
pub(super) mod identities;
pub(super) mod keyring;
pub(crate) mod media_type;
pub(crate) mod reference;
pub(super) mod schema_errors;
pub(super) mod secret_place;
pub(super) mod source_ref;
pub(super) mod sources;
pub(crate) mod url;

use std::borrow::Cow;

/// How many characters of a value a message quotes.
const QUOTED: usize = 48;

/// A value for a message: a long one is shortened in its middle, its end being what tells digests
/// apart.
pub(super) fn short(text: &str) -> Cow<'_, str> {
    let length = text.chars().count();
    if length <= QUOTED {
        return Cow::Borrowed(text);
    }
    let (first, last) = (QUOTED * 3 / 4, QUOTED / 4 - 1);
    let head = text.chars().take(first);
    let tail = text.chars().skip(length - last);
    Cow::Owned(head.chain(['…']).chain(tail).collect())
}
