//! How Go fills typed values from JSON: wrong types are noted and decoding goes on, and the first
//! note is the error.

use super::{Kind, Value};
use crate::collections::IndexMap;

/// Keeps the first type error and the fields it happened in.
#[derive(Debug, Default)]
pub(crate) struct Decoder {
    /// The innermost struct that is being filled.
    in_struct: &'static str,
    fields: Vec<&'static str>,
    error: Option<TypeError>,
}

/// A value of a kind that its target cannot hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct TypeError {
    kind: &'static str,
    target: &'static str,
    in_struct: &'static str,
    fields: Vec<&'static str>,
}

impl TypeError {
    /// Puts the fields around an error that a value's own decoder returned, as Go does.
    pub(crate) fn within(mut self, decoder: &Decoder) -> TypeError {
        if !decoder.in_struct.is_empty() {
            self.in_struct = decoder.in_struct;
            self.fields = [decoder.fields.as_slice(), &self.fields].concat();
        }
        self
    }
}

impl std::fmt::Display for TypeError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let TypeError { kind, target, in_struct, fields } = self;
        write!(f, "json: cannot unmarshal {kind} into Go ")?;
        if in_struct.is_empty() {
            write!(f, "value of type {target}")
        } else {
            let path = fields.join(".");
            write!(f, "struct field {in_struct}.{path} of type {target}")
        }
    }
}

impl Decoder {
    /// The first type error, if there was any.
    pub(crate) fn finish(self) -> Result<(), TypeError> {
        self.error.map_or(Ok(()), Err)
    }

    /// Notes that a value does not fit its target, named as Go names the type.
    pub(crate) fn mismatch(&mut self, value: Value<'_>, target: &'static str) {
        if self.error.is_none() {
            self.error = Some(TypeError {
                kind: value.kind().name(),
                target,
                in_struct: self.in_struct,
                fields: self.fields.clone(),
            });
        }
    }

    /// Fills a struct: `set` gets each member whose name, in any case, is one of `names`, under the
    /// name in `names`. A value that is no object is noted; `null` leaves everything alone.
    pub(crate) fn structure<E>(
        &mut self,
        value: Value<'_>,
        target: (&'static str, &'static str),
        names: &[&'static str],
        mut set: impl FnMut(&mut Decoder, &'static str, Value<'_>) -> Result<(), E>,
    ) -> Result<(), E> {
        let (type_name, struct_name) = target;
        match value.kind() {
            Kind::Object => {}
            Kind::Null => return Ok(()),
            _ => {
                self.mismatch(value, type_name);
                return Ok(());
            }
        }
        for (key, member) in value.members() {
            let Some(name) = names.iter().find(|name| folds_to(&key, name)) else {
                continue;
            };
            let around = std::mem::replace(&mut self.in_struct, struct_name);
            self.fields.push(name);
            // Left standing on an error: it is put around that error.
            set(self, name, member)?;
            self.fields.pop();
            self.in_struct = around;
        }
        Ok(())
    }

    /// Sets a string; `null` leaves it alone.
    pub(crate) fn string(&mut self, value: Value<'_>, target: &'static str, into: &mut String) {
        match value.kind() {
            Kind::String => *into = value.text().into_owned(),
            Kind::Null => {}
            _ => self.mismatch(value, target),
        }
    }

    /// Fills a slice element by element; `null` makes it empty.
    pub(crate) fn slice<T: Default>(
        &mut self,
        value: Value<'_>,
        target: &'static str,
        into: &mut GoSlice<T>,
        mut set: impl FnMut(&mut Decoder, Value<'_>, &mut T),
    ) {
        match value.kind() {
            Kind::Array => {}
            Kind::Null => return *into = GoSlice::default(),
            _ => return self.mismatch(value, target),
        }
        let mut length = 0;
        for element in value.elements() {
            if length == into.slots.len() {
                into.slots.push(T::default());
            }
            if let Some(slot) = into.slots.get_mut(length) {
                set(self, element, slot);
            }
            length += 1;
        }
        into.length = length;
        if length == 0 {
            into.slots.clear();
        }
    }

    /// Fills a map; a key that comes again starts anew, `null` makes the map empty.
    pub(crate) fn map<T: Default, E>(
        &mut self,
        value: Value<'_>,
        target: &'static str,
        into: &mut GoMap<T>,
        mut set: impl FnMut(&mut Decoder, &str, Value<'_>, &mut T) -> Result<(), E>,
    ) -> Result<(), E> {
        match value.kind() {
            Kind::Object => {}
            Kind::Null => *into = GoMap::default(),
            _ => self.mismatch(value, target),
        }
        for (key, member) in value.members() {
            let mut element = T::default();
            set(self, &key, member, &mut element)?;
            into.insert(key.into_owned(), element);
        }
        Ok(())
    }
}

/// A slice as Go decodes into it: a key that comes a second time fills the elements that the first
/// one left, even those beyond a shorter list in between, instead of fresh ones.
#[derive(Debug, Clone)]
pub(crate) struct GoSlice<T> {
    slots: Vec<T>,
    length: usize,
}

impl<T> Default for GoSlice<T> {
    fn default() -> GoSlice<T> {
        GoSlice { slots: Vec::new(), length: 0 }
    }
}

impl<T> GoSlice<T> {
    /// The elements that are in the slice at the end.
    pub(crate) fn into_vec(mut self) -> Vec<T> {
        self.slots.truncate(self.length);
        self.slots
    }
}

/// A map that keeps the order in which keys first came. Go's has none, and is walked in a random one.
#[derive(Debug, Clone)]
pub(crate) struct GoMap<T> {
    entries: Vec<(String, T)>,
    places: IndexMap<String, usize>,
}

impl<T> Default for GoMap<T> {
    fn default() -> GoMap<T> {
        GoMap { entries: Vec::new(), places: IndexMap::new() }
    }
}

impl<T> GoMap<T> {
    fn insert(&mut self, key: String, value: T) {
        match self.places.get(&key).and_then(|place| self.entries.get_mut(*place)) {
            Some((_, old)) => *old = value,
            None => {
                self.places.insert(key.clone(), self.entries.len());
                self.entries.push((key, value));
            }
        }
    }

    /// The entries, each key once.
    pub(crate) fn into_vec(self) -> Vec<(String, T)> {
        self.entries
    }
}

/// Whether a key is a field's name, case aside. Of all characters beyond ASCII, only the long s and
/// the Kelvin sign fold to a letter.
fn folds_to(key: &str, name: &str) -> bool {
    key.chars()
        .map(|character| match character {
            '\u{17f}' => 's',
            '\u{212a}' => 'k',
            _ => character.to_ascii_lowercase(),
        })
        .eq(name.chars().map(|character| character.to_ascii_lowercase()))
}
