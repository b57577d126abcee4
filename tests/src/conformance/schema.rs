use kubectl_oci_core::lint::{Input, read};
use kubectl_oci_core::model::schema::{self, SchemaErrorKind, Type};
use kubectl_oci_core::model::{File, Role};
use kubectl_oci_core::yaml;
use serde_json::{Value, json};

use super::{Judge, Verdict, compare};

/// `in`: a document. `out`: `{decode}` where a strict reader refuses it, else the unknown fields
/// and the errors by route and type, both sorted.
pub(super) fn judge() -> Judge {
    Box::new(|input, theirs| {
        let file = file(input.as_str()?);
        if let Some(error) = decode_error(&file) {
            return Some(match theirs.get("decode") {
                Some(_) => Verdict::Agreed,
                None => Verdict::Differs { ours: error, theirs: theirs.to_string() },
            });
        }
        Some(compare(&found(&file), theirs))
    })
}

/// A text as a file that is checked.
pub fn file(text: &str) -> File {
    let input = Input { path: "case.yaml".to_owned(), text: text.to_owned(), role: Role::Named };
    read(0, input, Default::default())
}

/// Why a strict reader refuses the first document.
pub fn decode_error(file: &File) -> Option<String> {
    if let Some((_, error)) = file.syntax_errors().next() {
        return Some(error.message.clone());
    }
    yaml::to_json(file.root(0)?).err().map(|error| format!("{error:?}"))
}

/// What the walker finds in the first object, as the vectors write it.
pub fn found(file: &File) -> Value {
    let mut unknown = Vec::new();
    let (mut errors, mut rules) = (Vec::new(), Vec::new());
    for error in file.objects().next().map(schema::check).unwrap_or_default() {
        match error.kind {
            SchemaErrorKind::UnknownField { .. } => unknown.push(error.route),
            // A fraction for a whole number is refused twice, the second time without a place.
            kind @ SchemaErrorKind::TypeInvalid { expected: Type::Integer, found: "number" } => {
                errors.push((error.route, kind.api_type()));
                errors.push((String::new(), "FieldValueInvalid"));
            }
            SchemaErrorKind::Validation(_) => rules.push((error.route, error.kind.api_type())),
            kind => errors.push((error.route, kind.api_type())),
        }
    }
    // The API server looks at the rules between fields only where all else is right.
    if errors.is_empty() {
        errors = rules;
    }
    unknown.sort();
    // Go sorts what `fmt.Sprint` makes of each: "{field type}".
    errors.sort_by_key(|(field, kind)| format!("{field} {kind}"));
    errors.dedup();
    let errors: Vec<Value> = errors.into_iter().map(|(field, kind)| json!({ "field": field, "type": kind })).collect();
    json!({ "unknown": unknown, "errors": errors })
}
