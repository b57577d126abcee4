//! Tar streams as Flux writes and reads them.
//!
//! Bytes in, bytes out, and never a file's content, so that whoever moves the bytes needs no more
//! memory for a large file than for a small one.
//!
//! Writing: [`header`] is what stands before a content, [`padding`] behind it, [`TRAILER`] at the end.
//! A stream made this way from the files that fluxcd/pkg/tar 1.2 would walk (`Tar`, which fluxcd/pkg/oci
//! 0.68 calls) is equal to its stream, byte for byte. Vectors: `archive.jsonl`, `tar_header.jsonl`.
//!
//! Reading: [`Reader`] takes header after header and finds what Go finds, in its words where it finds
//! a fault. Vectors: `tar_read.jsonl`.

mod read;
mod write;

pub use read::{Found, Next, ReadError, Reader, Type, is_safe_name};
pub use write::{Entry, HeaderError, Kind, TRAILER, header, padding};

/// Everything in a tar stream is a multiple of this.
pub const BLOCK: usize = 512;
