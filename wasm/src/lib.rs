//! The core in WebAssembly. Nothing here decides anything: texts go in, the JSON contracts come out.
//!
//! [`Session`] is what all three shells call: `js` (an npm package), `bin/wasi.rs` (a command of WASI preview 1, by
//! way of [`request`]) and `component` (WASI preview 2).
#![warn(missing_docs)]
#![deny(unsafe_code)]

pub mod request;
pub mod session;

#[cfg(all(target_os = "wasi", target_env = "p2"))]
#[allow(unsafe_code, missing_docs, reason = "the macro writes the border, for whoever is on its other side")]
mod component;
#[cfg(all(target_family = "wasm", target_os = "unknown"))]
#[allow(unsafe_code, unreachable_pub, reason = "the macro writes the border, for whoever is on its other side")]
mod js;

pub use session::Session;
