//! How rows say things.

use super::super::verdict::{Action, Explanation};
use crate::artifact::Kind;

/// Begins an explanation.
pub(super) fn say(text: impl Into<String>) -> Explanation {
    Explanation { text: text.into(), ..Explanation::default() }
}

impl Explanation {
    /// Adds something to do.
    #[must_use]
    pub(super) fn advise(self, what: impl Into<String>) -> Self {
        self.paste(what, "")
    }

    /// Adds something to do, with what can be pasted.
    #[must_use]
    pub(super) fn paste(mut self, what: impl Into<String>, paste: impl Into<String>) -> Self {
        self.actions.push(Action { say: what.into(), paste: paste.into() });
        self
    }

    /// Adds something to do where there is something.
    #[must_use]
    pub(super) fn maybe(self, action: Option<(String, String)>) -> Self {
        match action {
            Some((what, paste)) => self.paste(what, paste),
            None => self,
        }
    }
}

/// `a`, `a and b`, `a, b and 3 more`: at most `most` of them.
pub(super) fn list<T: AsRef<str>>(items: &[T], most: usize) -> String {
    let shown: Vec<&str> = items.iter().take(most).map(AsRef::as_ref).collect();
    match (shown.as_slice(), items.len().saturating_sub(most)) {
        ([], _) => "none".to_owned(),
        ([one], 0) => (*one).to_owned(),
        ([first @ .., last], 0) => format!("{} and {last}", first.join(", ")),
        (shown, more) => format!("{} and {more} more", shown.join(", ")),
    }
}

/// Names in quotes, as [`list`].
pub(super) fn quoted_list<T: AsRef<str>>(items: &[T], most: usize) -> String {
    let quoted: Vec<String> = items.iter().map(|item| format!("\"{}\"", item.as_ref())).collect();
    list(&quoted, most)
}

/// A value as YAML takes it: quoted where it would not be a plain text.
pub(super) fn yaml(value: &str) -> String {
    let is_plain = value.starts_with(|c: char| c.is_ascii_alphabetic())
        && value.chars().all(|c| c.is_ascii_alphanumeric() || "-_./:".contains(c))
        && !value.ends_with(':')
        && !["true", "false", "yes", "no", "on", "off", "null", "y", "n"]
            .contains(&value.to_ascii_lowercase().as_str());
    if is_plain { value.to_owned() } else { format!("'{}'", value.replace('\'', "''")) }
}

/// A value as a shell takes it: quoted where it would not be one plain word. Names come from files that
/// anybody may have written.
pub(super) fn shell(value: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_./:@".contains(c);
    if !value.is_empty() && !value.starts_with('-') && value.chars().all(is_plain) {
        return value.to_owned();
    }
    format!("'{}'", value.replace('\'', "'\\''"))
}

/// A command that makes a Secret, as one that puts it in the place of the old one.
pub(super) fn anew(command: &str) -> String {
    format!("{command} --dry-run=client -o yaml | kubectl apply -f -")
}

/// What an artifact is: "a Helm chart".
pub(super) fn kind(kind: Kind) -> &'static str {
    match kind {
        Kind::HelmChart => "a Helm chart",
        Kind::Flux => "a Flux artifact",
        Kind::Image | Kind::Index => "a container image",
        Kind::CosignSignature | Kind::SigstoreBundle | Kind::NotationSignature => "a signature",
        Kind::Other => "an artifact of another kind",
    }
}

/// Whether it is a signature of any kind.
pub(super) fn is_signature(kind: Kind) -> bool {
    matches!(kind, Kind::CosignSignature | Kind::SigstoreBundle | Kind::NotationSignature)
}

/// `1 tag`, `12 tags`.
pub(super) fn count(number: usize, noun: &str) -> String {
    if number == 1 { format!("1 {noun}") } else { format!("{number} {noun}s") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_read_as_people_write_them() {
        assert_eq!(list::<&str>(&[], 3), "none");
        assert_eq!(list(&["a"], 3), "a");
        assert_eq!(list(&["a", "b", "c"], 3), "a, b and c");
        assert_eq!(list(&["a", "b", "c"], 2), "a, b and 1 more");
        assert_eq!(quoted_list(&["a", "b"], 2), "\"a\" and \"b\"");
    }

    #[test]
    fn nothing_in_a_name_reaches_the_shell() {
        for (value, written) in
            [("ghcr", "ghcr"), ("", "''"), ("$(id)", "'$(id)'"), ("it's", "'it'\\''s'"), ("-f", "'-f'")]
        {
            assert_eq!(shell(value), written);
        }
    }

    #[test]
    fn values_stay_texts() {
        for (value, written) in [
            ("ghcr", "ghcr"),
            ("1.0", "'1.0'"),
            (">=1.0", "'>=1.0'"),
            ("no", "'no'"),
            ("it's", "'it''s'"),
            ("sha256:ab", "sha256:ab"),
            ("a:", "'a:'"),
        ] {
            assert_eq!(yaml(value), written);
        }
    }
}
