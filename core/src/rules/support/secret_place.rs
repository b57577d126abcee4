//! Where to point in a Secret.
//!
//! Who renders a finding shows the line that it points at, in a terminal and in the log of a CI
//! job. So nothing points at a line that holds a secret value, and no fix rewrites one.

use crate::diag::Location;
use crate::model::{Secret, SecretValue};
use crate::text::Span;
use crate::yaml::{Node, Style};

/// The entry's key where its value begins on a line of its own, else the Secret's name.
pub(in crate::rules) fn of(secret: &Secret<'_>, key: Node<'_>, value: &SecretValue<'_>) -> Location {
    secret.object.locate(span(secret, key, value))
}

/// The same by the key alone.
pub(in crate::rules) fn of_key(secret: &Secret<'_>, key: Node<'_>) -> Location {
    match secret.get(key.text()) {
        Some(value) => of(secret, key, &value),
        None => of_name(secret),
    }
}

/// The same as a span of the Secret's file.
pub(in crate::rules) fn span(secret: &Secret<'_>, key: Node<'_>, value: &SecretValue<'_>) -> Span {
    if is_apart(value) {
        return key.span();
    }
    secret.object.at("metadata.name").map_or_else(|| secret.object.place().span, Node::span)
}

/// The Secret's name: for a value that is shown nowhere.
pub(in crate::rules) fn of_name(secret: &Secret<'_>) -> Location {
    let name = secret.object.at("metadata.name");
    name.map_or_else(|| secret.object.place(), |name| secret.object.locate(name.span()))
}

/// True where the line of the key shows nothing of the value.
pub(in crate::rules) fn is_apart(value: &SecretValue<'_>) -> bool {
    matches!(value.node().style(), Style::Literal | Style::Folded) && !value.node().is_alias()
}
