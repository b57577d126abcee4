//! The identities that keyless verification holds signatures against.

use crate::config::FluxVersion;
use crate::context::Context;
use crate::model::{Text, Verify};

/// From this release on, cosign's bundles are verified, which need exactly one identity.
pub(in crate::rules) const BUNDLES: FluxVersion = FluxVersion::new(2, 8);

/// An issuer or a subject.
pub(in crate::rules) struct Field<'c, 'a> {
    /// "issuer" or "subject".
    pub(in crate::rules) name: &'static str,
    pub(in crate::rules) text: &'c Text<'a>,
    /// False where a signature of the older format may fit another identity before this one is read.
    pub(in crate::rules) is_always_read: bool,
}

/// How an OCIRepository is verified, where that is keyless.
pub(in crate::rules) fn keyless<'c, 'a>(ctx: &Context<'c, 'a>) -> Option<&'c Verify<'a>> {
    ctx.oci()?.verify.as_ref().filter(|verify| verify.is_keyless())
}

/// The issuers and subjects of keyless verification, in order.
pub(in crate::rules) fn fields<'c, 'a>(ctx: &Context<'c, 'a>) -> Vec<Field<'c, 'a>> {
    let identities = keyless(ctx).map_or(&[][..], |verify| verify.identities.as_slice());
    let mut out = Vec::new();
    for (index, identity) in identities.iter().enumerate() {
        for (name, text) in [("issuer", &identity.issuer), ("subject", &identity.subject)] {
            let is_always_read = identities.len() == 1 || index == 0 && name == "issuer";
            if let Some(text) = text {
                out.push(Field { name, text, is_always_read });
            }
        }
    }
    out
}

/// Those that are known and not empty, each with its pattern.
pub(in crate::rules) fn patterns<'c, 'a>(ctx: &Context<'c, 'a>) -> Vec<(Field<'c, 'a>, &'c str)> {
    let mut out = Vec::new();
    for field in fields(ctx) {
        if let Some(pattern) = field.text.known_non_empty() {
            out.push((field, pattern));
        }
    }
    out
}
