//! Decides what a Flux `OCIRepository` means and what is wrong with it.
//!
//! Pure: no files, sockets, clock, environment, threads or randomness. What it needs is an
//! argument. The native plugin, the language server and the browser are thin shells around it.
//!
//! Modules use only those to their left:
//! `collections → text → yaml → diag → compat → model → config → context → {artifact, reference, provider, verify} → rules → {lint, listing, resolve, doctor} → {difference, ide, inspection, publication, pulled, retention} → render`.
#![warn(missing_docs)]

pub mod artifact;
pub mod collections;
pub mod compat;
pub mod config;
pub mod context;
pub mod diag;
pub mod difference;
pub mod doctor;
pub mod ide;
pub mod inspection;
pub mod lint;
pub mod listing;
pub mod model;
pub mod provider;
pub mod publication;
pub mod pulled;
pub mod reference;
pub mod render;
pub mod resolve;
pub mod retention;
pub mod rules;
pub mod text;
pub mod verify;
pub mod yaml;
