//! `cannot parse hash`, `unsupported hash`, `wrong number of hex digits`.

use super::say::say;
use super::{Context, Said};
use crate::compat::digest::DigestErrorKind;
use crate::doctor::fault::Fault;

pub(super) fn explain(context: &Context<'_>) -> Said {
    let Some(Fault::Digest(error)) = context.fault() else { return Ok(None) };
    let what = match error.kind() {
        DigestErrorKind::Malformed => "ref.digest is not of the form algorithm:digits.".to_owned(),
        DigestErrorKind::NotHex(c) if c.is_ascii_hexdigit() => {
            format!("ref.digest holds the capital \"{c}\": its digits are written in lower case.")
        }
        DigestErrorKind::NotHex(c) => format!("ref.digest holds \"{c}\", which is no hexadecimal digit."),
        DigestErrorKind::Algorithm => "ref.digest is not of sha256, the only algorithm that Flux takes.".to_owned(),
        DigestErrorKind::Length(digits) => {
            format!(
                "ref.digest has {digits} digits, and sha256 has 64: a part of it is missing, or it is a short form for people."
            )
        }
    };
    let text = format!(
        "{what} A digest is \"sha256:\" and 64 lower-case hexadecimal digits. What stands here cannot be completed by guessing: a commit of git looks the same and is none."
    );
    let reference = match context.case.fields.tag.as_str() {
        "" => format!("{}:TAG", context.location()),
        tag => format!("{}:{tag}", context.location()),
    };
    Ok(Some(say(text).paste(
        "ask the registry for the digest of the tag that is meant",
        format!("kubectl oci inspect oci://{reference}"),
    )))
}
