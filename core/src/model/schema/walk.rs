//! From an object's tree to what is wrong with it: one pass, nothing allocated while nothing is.

use super::super::{File, Object, is_opaque, substitute, value::is_to_be_filled_in};
use super::error::{SchemaError, SchemaErrorKind};
use super::metadata::METADATA;
use super::types::{Schema, Type, Words};
use super::validation::{Asked, Validation};
use super::{Strictness, Table};
use crate::yaml::{Entry, Kind, Node, Scalar, Style};

/// How the route to a value was walked: a list on the stack.
#[derive(Clone, Copy)]
enum Path<'p> {
    Root,
    Key(&'p Path<'p>, &'p str),
    Item(&'p Path<'p>, usize),
}

impl Path<'_> {
    fn write(&self, out: &mut String) {
        match self {
            Self::Root => {}
            Self::Key(parent, key) => {
                parent.write(out);
                if !out.is_empty() {
                    out.push('.');
                }
                out.push_str(key);
            }
            Self::Item(parent, index) => {
                parent.write(out);
                out.push_str(&format!("[{index}]"));
            }
        }
    }

    fn route(&self) -> String {
        let mut out = String::new();
        self.write(&mut out);
        out
    }
}

/// A value on the way.
#[derive(Clone, Copy)]
struct Place<'p, 'a> {
    path: &'p Path<'p>,
    key: Option<Node<'a>>,
    node: Node<'a>,
    schema: &'static Schema,
    follows: bool,
}

pub(super) struct Walker<'a> {
    file: &'a File,
    table: Table,
    errors: Vec<SchemaError<'a>>,
}

/// What a text must be where the API server says "string" of its own accord.
static TEXT: Schema = super::types::TEXT;

impl<'a> Walker<'a> {
    pub(super) fn new(object: Object<'a>, table: Table) -> Self {
        Self { file: object.file, table, errors: Vec::new() }
    }

    /// Walks an object from its root. `status` belongs to the controller and is let alone.
    pub(super) fn run(mut self, root: Node<'a>) -> Vec<SchemaError<'a>> {
        let visit = |walker: &mut Self, name: &'a str, entry: Entry<'a>| {
            let path = Path::Key(&Path::Root, name);
            let schema = match name {
                "spec" => walker.table.spec,
                "metadata" => &METADATA,
                "apiVersion" | "kind" => &TEXT,
                "status" => return,
                _ => return walker.unknown(entry, &path, &super::ROOT, false),
            };
            walker.unless_null(Place { path: &path, key: Some(entry.key), node: entry.value, schema, follows: false });
        };
        root.visit_effective(|name, entry| visit(&mut self, name, entry));
        let asked = Asked { node: root, file: self.file, fields: &[], is_whole: is_whole(root) };
        let place = Place { path: &Path::Root, key: None, node: root, schema: &super::ROOT, follows: false };
        self.validations(self.table.validations, asked, place);
        self.errors
    }

    /// A value of a mapping: the API server drops a null, or puts the default in its place. False
    /// for a null.
    fn unless_null(&mut self, place: Place<'_, 'a>) -> bool {
        match place.node.scalar() {
            Some(Scalar::Null) => return false,
            Some(scalar) => self.scalar(place, scalar),
            None => self.collection(place),
        }
        true
    }

    fn collection(&mut self, place: Place<'_, 'a>) {
        // `{{ .x }}` without quotes is a mapping to YAML, and a template's hole to its author.
        if place.node.style() == Style::Flow && place.node.span().of(place.node.source()).starts_with("{{") {
            return;
        }
        if place.node.is_mapping() { self.mapping(place) } else { self.sequence(place) }
    }

    fn mapping(&mut self, place: Place<'_, 'a>) {
        let Place { path, node, schema, .. } = place;
        match schema {
            Schema::Any | Schema::FreeObject => {}
            Schema::Object { fields, required, validations } => {
                let mut seen: u64 = 0;
                let mut whole = true;
                node.visit_effective(|name, entry| {
                    let path = Path::Key(path, name);
                    let found = fields.binary_search_by(|field| field.name.cmp(name)).ok();
                    match found.and_then(|index| Some((index, fields.get(index)?))) {
                        Some((index, field)) => {
                            let (key, follows) = (Some(entry.key), place.follows);
                            let place = Place { path: &path, key, node: entry.value, schema: field.schema, follows };
                            if self.unless_null(place) {
                                seen |= 1 << index;
                            }
                        }
                        None if is_opaque(name) || entry.key.kind() != Kind::Scalar => whole = false,
                        None => self.unknown(entry, &path, schema, place.follows),
                    }
                });
                let missing = required & !seen;
                if whole && missing != 0 {
                    for (_, field) in fields.iter().enumerate().filter(|(index, _)| missing & (1 << index) != 0) {
                        self.missing(place, field);
                    }
                }
                if !validations.is_empty() {
                    let asked = Asked { node, file: self.file, fields, is_whole: whole };
                    self.validations(validations, asked, place);
                }
            }
            Schema::Map(values) => node.visit_effective(|name, entry| {
                let path = Path::Key(path, name);
                let (key, node) = (Some(entry.key), entry.value);
                self.unless_null(Place { path: &path, key, node, schema: values, follows: place.follows });
            }),
            other => {
                self.type_invalid(place, other, "object");
                node.visit_effective(|name, entry| self.unknown(entry, &Path::Key(path, name), schema, true));
            }
        }
    }

    fn sequence(&mut self, place: Place<'_, 'a>) {
        let Place { path, node, schema, .. } = place;
        let Schema::List { items, min_items, max_items, validations } = schema else {
            if let Schema::Any = schema {
                return;
            }
            self.type_invalid(place, schema, "array");
            if !matches!(schema, Schema::FreeObject) {
                self.unknown_items(place);
            }
            return;
        };
        let mut count = 0;
        for item in node.items() {
            let path = Path::Item(path, count);
            let place = Place { path: &path, key: None, node: item, schema: items, follows: place.follows };
            match item.scalar() {
                Some(scalar) => self.scalar(place, scalar),
                None => self.collection(place),
            }
            count += 1;
        }
        if count < usize::from(*min_items) {
            self.error(place, SchemaErrorKind::TooFew { least: *min_items });
        }
        if *max_items < u16::MAX && count > usize::from(*max_items) {
            self.error(place, SchemaErrorKind::TooMany { most: *max_items, found: count });
        }
        let asked = Asked { node, file: self.file, fields: &[], is_whole: true };
        self.validations(validations, asked, place);
    }

    /// Everything in a list that stands where none belongs is unknown, mapping by mapping.
    fn unknown_items(&mut self, place: Place<'_, 'a>) {
        for (index, item) in place.node.items().enumerate() {
            let path = Path::Item(place.path, index);
            match item.kind() {
                Kind::Scalar => {}
                Kind::Sequence => self.unknown_items(Place { path: &path, key: None, node: item, ..place }),
                Kind::Mapping => item.visit_effective(|name, entry| {
                    self.unknown(entry, &Path::Key(&path, name), place.schema, true);
                }),
            }
        }
    }

    fn scalar(&mut self, place: Place<'_, 'a>, scalar: Scalar<'a>) {
        let errors = judge(place.schema, scalar);
        if errors == [None, None] {
            return;
        }
        let text = place.node.text();
        if self.file.is_markdown() && is_to_be_filled_in(text) {
            return;
        }
        let errors = if is_opaque(text) {
            let Some(text) = self.replaced(text) else { return };
            // Substitution works on text that was written anew, without the author's quotes.
            match place.schema {
                Schema::String(_) => judge(place.schema, Scalar::String(&text)),
                _ => judge(place.schema, Scalar::plain(&text)),
            }
        } else {
            errors
        };
        for kind in errors.into_iter().flatten() {
            self.error(place, kind.into_kind());
        }
    }

    /// A text with its variables replaced, where all of them have values.
    fn replaced(&self, text: &str) -> Option<String> {
        let replaced = substitute(text, &|name| self.file.variables.get(name).cloned())?;
        (!is_opaque(&replaced)).then_some(replaced)
    }

    fn validations(&mut self, validations: &[Validation], asked: Asked<'_, 'a>, place: Place<'_, 'a>) {
        if self.table.strictness != Strictness::Full {
            return;
        }
        for &validation in validations {
            if validation.holds(asked) == Some(false) {
                self.error(place, SchemaErrorKind::Validation(validation));
            }
        }
    }

    fn type_invalid(&mut self, place: Place<'_, 'a>, schema: &Schema, found: &'static str) {
        if let Some(expected) = schema.expected() {
            self.error(place, SchemaErrorKind::TypeInvalid { expected, found });
        }
        if schema.words().is_some_and(|words| !words.one_of.is_empty()) {
            let allowed = schema.words().map_or(&[][..], |words| words.one_of);
            self.error(place, SchemaErrorKind::NotSupported { allowed });
        }
    }

    fn missing(&mut self, place: Place<'_, 'a>, field: &'static super::Field) {
        if self.table.strictness == Strictness::Names {
            return;
        }
        let route = Path::Key(place.path, field.name).route();
        let kind = SchemaErrorKind::Required { field };
        let Place { key, node, follows, .. } = place;
        self.errors.push(SchemaError { kind, route, key, node, schema: field.schema, follows });
    }

    fn unknown(&mut self, entry: Entry<'a>, path: &Path<'_>, schema: &'static Schema, follows: bool) {
        let name = entry.key.text();
        // `$patch` and its like are directives of a strategic merge patch. What is no text is a
        // template's hole, or refused by the reader.
        if entry.key.kind() != Kind::Scalar
            || is_opaque(name)
            || name.starts_with('$')
            || self.table.legacy.contains(&name)
        {
            return;
        }
        let kind = SchemaErrorKind::UnknownField { name };
        let (key, node) = (Some(entry.key), entry.value);
        self.errors.push(SchemaError { kind, route: path.route(), key, node, schema, follows });
    }

    fn error(&mut self, place: Place<'_, 'a>, kind: SchemaErrorKind<'a>) {
        let is_type = matches!(kind, SchemaErrorKind::TypeInvalid { .. } | SchemaErrorKind::NotSupported { .. });
        if self.table.strictness == Strictness::Names && !is_type {
            return;
        }
        let Place { path, key, node, schema, follows } = place;
        self.errors.push(SchemaError { kind, route: path.route(), key, node, schema, follows });
    }
}

/// What can be wrong with a scalar.
#[derive(Clone, Copy, PartialEq)]
enum Fault {
    Type(Type, &'static str),
    OneOf(&'static [&'static str]),
    Pattern(super::Pattern),
    Short(u16),
    Long(u16),
    Big(i64),
}

impl Fault {
    fn into_kind<'a>(self) -> SchemaErrorKind<'a> {
        match self {
            Self::Type(expected, found) => SchemaErrorKind::TypeInvalid { expected, found },
            Self::OneOf(allowed) => SchemaErrorKind::NotSupported { allowed },
            Self::Pattern(pattern) => SchemaErrorKind::Pattern(pattern),
            Self::Short(least) => SchemaErrorKind::TooShort { least },
            Self::Long(most) => SchemaErrorKind::TooLong { most },
            Self::Big(most) => SchemaErrorKind::TooBig { most },
        }
    }
}

/// Up to two faults: a value of the wrong type is also none of those allowed.
fn judge(schema: &'static Schema, scalar: Scalar<'_>) -> [Option<Fault>; 2] {
    let wrong = |expected| [Some(Fault::Type(expected, type_of(scalar))), None];
    match (schema, scalar) {
        // What does not fit its tag is refused by the reader.
        (Schema::Any, _) | (_, Scalar::Mismatch) => [None, None],
        (Schema::Boolean, Scalar::Bool(_)) => [None, None],
        (Schema::Integer { maximum }, scalar) => match whole_number(scalar) {
            Some(value) if value <= *maximum => [None, None],
            Some(_) => [Some(Fault::Big(*maximum)), None],
            None if matches!(scalar, Scalar::UInt(_)) => [Some(Fault::Big(*maximum)), None],
            None => wrong(Type::Integer),
        },
        (Schema::String(words), Scalar::String(text)) => judge_text(words, text),
        (Schema::String(_), Scalar::Binary(_)) => [None, None],
        (Schema::String(words), _) => {
            let [first, _] = wrong(Type::String);
            [first, (!words.one_of.is_empty()).then_some(Fault::OneOf(words.one_of))]
        }
        (schema, _) => schema.expected().map_or([None, None], wrong),
    }
}

/// At most one of length and pattern, as the API server stops there; and the values allowed.
fn judge_text(words: &'static Words, text: &str) -> [Option<Fault>; 2] {
    let Words { one_of, pattern, min_length, max_length } = words;
    let (least, most) = (usize::from(*min_length), usize::from(*max_length));
    let shape = if text.len() > most && text.chars().count() > most {
        Some(Fault::Long(*max_length))
    } else if text.chars().take(least).count() < least {
        Some(Fault::Short(*min_length))
    } else {
        pattern.filter(|pattern| !pattern.matches(text)).map(Fault::Pattern)
    };
    [shape, (!one_of.is_empty() && !one_of.contains(&text)).then_some(Fault::OneOf(one_of))]
}

/// A number without a fraction, as JSON carries it.
fn whole_number(scalar: Scalar<'_>) -> Option<i64> {
    match scalar {
        Scalar::Int(value) => Some(value),
        Scalar::Float(value) if value.fract() == 0.0 && value.abs() < 9.0e15 => Some(value as i64),
        _ => None,
    }
}

fn type_of(scalar: Scalar<'_>) -> &'static str {
    match scalar {
        Scalar::Null => "null",
        Scalar::Bool(_) => "boolean",
        Scalar::Int(_) | Scalar::UInt(_) => "integer",
        Scalar::Float(_) => "number",
        Scalar::String(_) | Scalar::Binary(_) | Scalar::Mismatch => "string",
    }
}

fn is_whole(node: Node<'_>) -> bool {
    node.entries().all(|entry| !is_opaque(entry.key.text()))
}
