//! Tar streams as Flux writes and reads them.
//!
//! Bytes in, bytes out, and never a file's content: [`header`] is what stands before it, [`padding`]
//! behind it, [`TRAILER`] at the end, so that whoever moves the bytes needs no more memory for a large
//! file than for a small one. A stream made this way from the files that fluxcd/pkg/tar 1.2 would
//! walk (`Tar`, which fluxcd/pkg/oci 0.68 calls) is equal to its stream, byte for byte. Vectors:
//! `archive.jsonl`.

mod write;

pub use write::{Entry, HeaderError, Kind, TRAILER, header, padding};

/// Everything in a tar stream is a multiple of this.
pub const BLOCK: usize = 512;
