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
pub(in crate::rules) fn fields<'c, 'a>(ctx: &Context<'c, 'a>) -> impl Iterator<Item = Field<'c, 'a>> + use<'c, 'a> {
    let identities = keyless(ctx).map_or(&[][..], |verify| verify.identities.as_slice());
    identities.iter().enumerate().flat_map(move |(index, identity)| {
        [("issuer", &identity.issuer), ("subject", &identity.subject)].into_iter().filter_map(move |(name, text)| {
            let is_always_read = identities.len() == 1 || index == 0 && name == "issuer";
            Some(Field { name, text: text.as_ref()?, is_always_read })
        })
    })
}

/// Those that are known and not empty, each with its pattern.
pub(in crate::rules) fn patterns<'c, 'a>(
    ctx: &Context<'c, 'a>,
) -> impl Iterator<Item = (Field<'c, 'a>, &'c str)> + use<'c, 'a> {
    fields(ctx).filter_map(|field| {
        let pattern = field.text.known_non_empty()?;
        Some((field, pattern))
    })
}
