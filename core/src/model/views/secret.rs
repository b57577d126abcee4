use crate::yaml::{Node, entries_of, items_of};

use crate::collections::Gather;

use super::super::{Object, SECRET_MAKERS, Text};
use super::Fields;

/// A Secret.
#[derive(Debug, Clone)]
pub struct Secret<'a> {
    /// The object.
    pub object: Object<'a>,
    /// `type`; unset means Opaque.
    pub secret_type: Option<Text<'a>>,
    /// The entries of `data` and `stringData`; one of `stringData` wins over its namesake.
    pub entries: Vec<(Node<'a>, SecretValue<'a>)>,
}

/// A value of a Secret. `Debug` shows none of it.
#[derive(Clone, Copy)]
pub enum SecretValue<'a> {
    /// From `stringData`: as it stands.
    Plain(Node<'a>),
    /// From `data`: base64.
    Encoded(Node<'a>),
}

impl std::fmt::Debug for SecretValue<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SecretValue(…)")
    }
}

impl<'a> SecretValue<'a> {
    /// Where it is written.
    pub fn node(&self) -> Node<'a> {
        match self {
            Self::Plain(node) | Self::Encoded(node) => *node,
        }
    }

    /// The bytes; `None` where they are only known later (a variable, a placeholder, encryption)
    /// or are no base64.
    pub fn bytes(&self) -> Option<Vec<u8>> {
        let text = self.node().text();
        if super::super::is_opaque(text) || self.is_encrypted() || is_placeholder(text.as_bytes()) {
            return None;
        }
        match self {
            Self::Plain(_) => Some(text.as_bytes().to_vec()),
            Self::Encoded(_) => crate::yaml::decode_base64(text).filter(|bytes| !is_placeholder(bytes)),
        }
    }

    /// True for what people and tools write where a value is filled in later: `${TOKEN}`,
    /// `<path:kv/data/x#key>`, `ref+vault://…`, `op://…`, `REPLACE_ME`, `***`.
    pub fn is_placeholder(text: &str) -> bool {
        super::super::is_opaque(text) || is_placeholder(text.as_bytes())
    }

    /// True where SOPS encrypted it. It leaves empty values as they are, so there is one.
    pub fn is_encrypted(&self) -> bool {
        self.node().text().starts_with("ENC[")
    }

    /// True where it is certainly the empty string.
    pub fn is_empty(&self) -> bool {
        self.node().kind() == crate::yaml::Kind::Scalar && self.node().text().is_empty()
    }

    /// The bytes as text.
    pub fn text(&self) -> Option<String> {
        String::from_utf8(self.bytes()?).ok()
    }
}

fn is_placeholder(value: &[u8]) -> bool {
    /// More is no placeholder, but a value that holds such a word.
    const LONGEST: usize = 200;
    const PREFIXES: [&str; 4] = ["ref+", "op://", "vault:", "secretref+"];
    const WORDS: [&str; 8] =
        ["replace", "changeme", "change-me", "change_me", "placeholder", "redacted", "todo", "dummy"];
    let Ok(text) = std::str::from_utf8(value) else { return false };
    let text = text.trim();
    if text.is_empty() || text.len() > LONGEST || text.contains('\n') {
        return false;
    }
    let lower = text.to_ascii_lowercase();
    text.starts_with('<') && text.ends_with('>')
        || PREFIXES.iter().any(|prefix| lower.starts_with(prefix))
        || WORDS.iter().any(|word| lower.contains(word))
        || lower.chars().all(|c| matches!(c, '*' | 'x' | '.' | '…' | '-'))
}

impl<'a> Secret<'a> {
    /// The view of a Secret.
    pub fn of(object: Object<'a>) -> Option<Self> {
        let node = object.node().filter(|_| object.is_whole())?;
        let mut entries: Vec<(Node<'a>, SecretValue<'a>)> = Vec::new();
        let string_data = entries_of(node.get("stringData"));
        entries.extend(string_data.map(|entry| (entry.key, SecretValue::Plain(entry.value))));
        for entry in entries_of(node.get("data")) {
            if !entries.iter().any(|(key, _)| key.text() == entry.key.text()) {
                entries.push((entry.key, SecretValue::Encoded(entry.value)));
            }
        }
        Some(Self { object, secret_type: Fields { object, node }.text("type"), entries })
    }

    /// The value of a key.
    pub fn get(&self, key: &str) -> Option<SecretValue<'a>> {
        self.entries.iter().find(|(name, _)| name.text() == key).map(|(_, value)| *value)
    }

    /// Its type, `Opaque` where none is written; `None` where that is only known later.
    pub fn type_name(&self) -> Option<&str> {
        match &self.secret_type {
            None => Some("Opaque"),
            Some(text) => text.known().filter(|text| !text.starts_with("ENC[")),
        }
    }

    /// The names of its entries, for a reader: `ca.pem, tls.crt`.
    pub fn names(&self) -> String {
        self.entries.iter().map(|(name, _)| name.text()).gather().join(", ")
    }

    /// True where a fix may write into it: it was named, and SOPS does not hold a checksum of it.
    pub fn is_editable(&self) -> bool {
        self.object.file.role == super::super::Role::Named && !self.object.is_encrypted()
    }

    /// True where the document does not show its values: encrypted with SOPS, or written by
    /// something else later (no entries at all, as External Secrets and sealed ones have it).
    pub fn is_hidden(&self) -> bool {
        self.object.is_encrypted() || self.entries.is_empty()
    }
}

/// The names of the Secrets that an object of [`super::super::Kind::SecretMaker`] comes to; empty
/// where it does not say.
pub fn made_secrets(object: Object<'_>) -> Vec<Text<'_>> {
    let kind = object.kind_name();
    let group = object.api_version().split('/').next().unwrap_or_default();
    let Some(maker) = SECRET_MAKERS.iter().find(|maker| maker.kind == kind && maker.group == group) else {
        return Vec::new();
    };
    for route in maker.routes {
        let names = at_all(object, route);
        if !names.is_empty() {
            return names;
        }
    }
    let own = maker.own_name.then(|| object.text("metadata.name")).flatten();
    own.into_iter().gather()
}

/// The texts at a route in which a `*` stands for every item of a list.
fn at_all<'a>(object: Object<'a>, route: &str) -> Vec<Text<'a>> {
    let Some((list, field)) = route.split_once(".*.") else {
        return object.text(route).filter(|text| !text.is_empty()).into_iter().gather();
    };
    let items = items_of(object.at(list));
    items.filter_map(|item| Text::of(object.file, item.at(field)?)).gather()
}

/// A ServiceAccount.
#[derive(Debug, Clone)]
pub struct ServiceAccount<'a> {
    /// The object.
    pub object: Object<'a>,
    /// The names under `imagePullSecrets`.
    pub image_pull_secrets: Vec<Text<'a>>,
}

impl<'a> ServiceAccount<'a> {
    /// The view of a ServiceAccount.
    pub fn of(object: Object<'a>) -> Option<Self> {
        let secrets = Fields { object, node: object.node().filter(|_| object.is_whole())? }.items("imagePullSecrets");
        let name = |node| Fields { object, node }.text("name");
        Some(Self { object, image_pull_secrets: secrets.filter_map(name).gather() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_are_told_from_values() {
        for text in ["<path:kv/data/x#key>", "ref+vault://x", "REPLACE_ME", "changeme", "***", "xxxx"] {
            assert!(is_placeholder(text.as_bytes()), "{text}");
        }
        for text in [
            "not a certificate",
            "",
            "http://exchange.example.com:3128",
            "http://127.0.0.1:5998",
            "secret",
            "LS0tLS1CRUdJTg==",
        ] {
            assert!(!is_placeholder(text.as_bytes()), "{text}");
        }
    }
}
