//! Edits that several rules make. Each is `None` where it would write into what does not belong to
//! the object alone: an alias, an entry merged in by `<<`, the value of a replaced variable.

use crate::model::Text;
use crate::text::Edit;
use crate::yaml::patch::{self, Value};
use crate::yaml::{Entry, Node};

/// The entry of a key that the mapping itself holds.
pub(in crate::rules) fn own_entry<'a>(mapping: Node<'a>, key: &str) -> Option<Entry<'a>> {
    if mapping.is_alias() {
        return None;
    }
    let entry = mapping.entry(key)?;
    mapping.entries().any(|own| own.key.id() == entry.key.id()).then_some(entry)
}

/// Writes another text where a value stands.
pub(in crate::rules) fn set(text: &Text<'_>, value: &str) -> Option<Edit> {
    (!text.is_substituted() && !text.node.is_alias()).then(|| patch::set_string(text.node, value))
}

/// Writes a string into a mapping: over the value of the key where there is one, else behind the
/// entry of another key.
pub(in crate::rules) fn put(mapping: Node<'_>, key: &str, value: &str, behind: &str) -> Option<Edit> {
    if mapping.entry(key).is_some() {
        return Some(patch::set_string(own_entry(mapping, key)?.value, value));
    }
    patch::insert_after(mapping, own_entry(mapping, behind)?, key, &Value::string(value))
}

/// Removes the entry of a key, where another one remains.
pub(in crate::rules) fn remove(mapping: Node<'_>, key: &str) -> Option<Edit> {
    if mapping.entries().count() < 2 {
        return None;
    }
    patch::remove_entry(mapping, own_entry(mapping, key)?)
}

/// Gives a key another name, where that name is free, and its value another text where that
/// differs.
pub(in crate::rules) fn rename(mapping: Node<'_>, key: &str, name: &str, value: &str) -> Option<Vec<Edit>> {
    if mapping.entry(name).is_some() {
        return None;
    }
    let entry = own_entry(mapping, key)?;
    let mut edits = vec![patch::rename_key(entry, name)];
    if entry.value.text() != value {
        if entry.value.is_alias() {
            return None;
        }
        edits.push(patch::set_string(entry.value, value));
    }
    Some(edits)
}
