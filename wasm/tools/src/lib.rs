//! Between the compiler and the npm package: what the core is compiled to, made small to download.
//!
//! The compiler calls `link`, which optimises the whole program for size ([`llvm`]), writes its code anew where LLVM
//! does what is fast rather than small ([`ir`]), and links it. `bindgen` makes the JavaScript glue, and writes the module so
//! that it packs well ([`pack`], with [`peephole`] for the instructions of a function).
//!
//! Nothing here changes what a program does; the tests of `wasm/tests` hold the result against the native binary.
#![warn(missing_docs)]

pub mod ir;
pub mod llvm;
pub mod pack;
mod peephole;
