//! What else in the set bears upon a source.

use crate::context::Context;

/// As [`Context::may_be_supplied`] for a field of a source, with one difference: another source of
/// the same name that is whole itself, URL and all, is a neighbour in another namespace and completes
/// nothing.
pub(in crate::rules) fn may_be_completed(ctx: &Context<'_, '_>, route: &str) -> bool {
    let object = ctx.object();
    if ctx.is_fragment() || ctx.surroundings().may_be_patched(object) {
        return true;
    }
    let is_whole = object.at("spec.url").is_some();
    ctx.set()
        .named(object.kind(), object.name())
        .iter()
        .any(|other| !other.is(object) && other.at(route).is_some() && !(is_whole && other.at("spec.url").is_some()))
}
