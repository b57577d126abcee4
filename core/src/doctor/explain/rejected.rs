//! The API server refuses the object.

use super::say::{count, say};
use super::{Context, Said};
use crate::compat::image_name::Repository;
use crate::doctor::fault::{Fault, Refusal};
use crate::text::mask_credentials;

pub(super) fn explain(context: &Context<'_>) -> Said {
    let Some(Fault::Refused(refusals)) = context.fault() else { return Ok(None) };
    let mut said = say(format!(
        "The API server does not take the object: {} in it. The cluster goes on with what it had before, or with nothing.",
        match refusals.len() {
            1 => "one value is wrong".to_owned(),
            several => format!("{} are wrong", count(several, "value")),
        }
    ));
    for refusal in refusals {
        said = match correction(refusal, &context.case.fields.url, &context.case.fields.timeout) {
            Some(paste) => said.paste(format!("line {}: write", refusal.line), paste),
            None => said.advise(advice(refusal)),
        };
    }
    Ok(Some(said))
}

/// What is surely meant.
fn correction(refusal: &Refusal, url: &str, timeout: &str) -> Option<String> {
    match refusal.route.as_str() {
        "spec.url" => {
            let location = url.split_once("://").map_or(url, |(_, location)| location);
            let fixed = format!("oci://{location}");
            Repository::parse_url(&fixed, false).ok()?;
            Some(format!("url: {}", mask_credentials(&fixed)))
        }
        // Only this field of a source knows no hours.
        "spec.timeout" => {
            let hours: u32 = timeout.strip_suffix('h')?.parse().ok()?;
            Some(format!("timeout: {}m", hours.checked_mul(60)?))
        }
        _ => None,
    }
}

fn advice(refusal: &Refusal) -> String {
    let Refusal { route, line, words, nearest, is_unknown_field } = refusal;
    let detail = words.strip_prefix(&format!("{route}: ")).unwrap_or(words);
    match (nearest, is_unknown_field) {
        (Some(name), true) => format!("line {line}: {route} is no field; did you mean {name}?"),
        (None, true) => format!("line {line}: {route} is no field: remove it"),
        (Some(value), false) => format!("line {line}: {route}: did you mean \"{value}\"?"),
        (None, false) => format!("line {line}: {route}: {detail}"),
    }
}
