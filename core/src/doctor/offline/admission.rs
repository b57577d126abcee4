//! What the API server refuses.

use crate::model::Object;
use crate::model::schema::{self, SchemaError, SchemaErrorKind};
use crate::text::nearest;

use super::super::fault::{Failed, Fault, Refusal};
use super::super::verdict::{StepName, Verdict};

/// The API version, where the object is taken.
pub(super) fn check(object: Object<'_>) -> Result<String, Box<Failed>> {
    served(object)?;
    let errors = schema::check(object);
    if errors.is_empty() {
        return Ok(object.api_version().to_owned());
    }
    let message = message(object, &errors);
    let refusals = errors.iter().map(|error| refusal(object, error)).collect();
    Err(rejected(message, Fault::Refused(refusals)))
}

fn rejected(message: String, fault: Fault) -> Box<Failed> {
    Failed::new(StepName::Admission, Verdict::REJECTED, message, fault)
}

/// Versions that Flux 2.9 serves.
fn served(object: Object<'_>) -> Result<(), Box<Failed>> {
    let versions = schema::versions("OCIRepository");
    let served = schema::served("OCIRepository", object.version());
    if served.is_some_and(|served| served.removed.is_none()) {
        return Ok(());
    }
    let newest = versions.last().map_or("v1", |served| served.version);
    let message = format!(
        "resource mapping not found for name: \"{}\" namespace: \"{}\": no matches for kind \"{}\" in version \"{}\"",
        object.name(),
        object.namespace().unwrap_or_default(),
        object.kind_name(),
        object.api_version(),
    );
    Err(rejected(message, Fault::NotServed { removed: served.and_then(|served| served.removed), newest }))
}

/// The API server's words as kubectl prints them. Unknown fields are refused before anything else.
fn message(object: Object<'_>, errors: &[SchemaError<'_>]) -> String {
    let kind = object.kind_name();
    let is_unknown = |error: &&SchemaError<'_>| matches!(error.kind, SchemaErrorKind::UnknownField { .. });
    let unknown: Vec<String> =
        errors.iter().filter(is_unknown).map(|error| format!("unknown field \"{}\"", error.route)).collect();
    if !unknown.is_empty() {
        let version = object.version();
        let fields = unknown.join(", ");
        return format!(
            "{kind} in version \"{version}\" cannot be handled as a {kind}: strict decoding error: {fields}"
        );
    }
    let name = object.name();
    match errors {
        [one] => format!("The {kind} \"{name}\" is invalid: {}", one.api_message()),
        several => {
            let lines: Vec<String> = several.iter().map(|error| format!("* {}", error.api_message())).collect();
            format!("The {kind} \"{name}\" is invalid: \n{}", lines.join("\n"))
        }
    }
}

fn refusal(object: Object<'_>, error: &SchemaError<'_>) -> Refusal {
    let near = match error.kind {
        SchemaErrorKind::UnknownField { name } => nearest(name, error.schema.fields().iter().map(|field| field.name)),
        SchemaErrorKind::NotSupported { allowed } => nearest(error.node.text(), allowed.iter().copied()),
        _ => None,
    };
    let span = error.key.filter(|_| near.is_some()).unwrap_or(error.node).span();
    Refusal {
        route: error.route.clone(),
        line: object.file.lines().line(span.start()) + 1,
        words: error.api_message(),
        nearest: near.map(str::to_owned),
        is_unknown_field: matches!(error.kind, SchemaErrorKind::UnknownField { .. }),
    }
}
