//! The parts of Go's standard library that show through in what Flux says and accepts.
//!
//! No agreement of their own is claimed for them: they are ported as far as the ports beside this
//! folder need them, and are held by the vectors of those.

pub(crate) mod base64;
pub(crate) mod glob;
pub(crate) mod ip;
pub(crate) mod json;
pub(crate) mod unicode;
pub(crate) mod url;
