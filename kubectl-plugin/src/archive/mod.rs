//! Layers: folders packed as Flux packs them, and unpacked without leaving their place.
//!
//! What the bytes of an archive are is the core's affair (`compat::archive`, `compat::ignore`); here are the
//! files, the compression and the limits.

mod chart;
mod deflate;
mod gzip;
mod inflate;
mod layer;
mod list;
mod pack;
mod rules;
mod stored;
mod target;
mod unpack;
mod walk;
mod writers;

pub(crate) use chart::{pack_chart, read_metadata};
pub(crate) use layer::{Layer, PackError};
pub(crate) use list::{Listed, list};
pub(crate) use pack::{Options, Packed, Skipped, Source, pack};
pub(crate) use rules::Exclusions;
pub(crate) use stored::{Stored, kept};
pub(crate) use target::Existing;
pub(crate) use unpack::{UnpackError, UnpackOptions, unpack};
pub(crate) use walk::Links;
