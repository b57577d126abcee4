//! The generator of everything that is derived: one module and one row of [`GENERATORS`] each.

use std::path::{Path, PathBuf};

pub mod docs;
pub mod rules;
pub mod schema;
pub mod types;

/// A file that is made from something else, with what belongs in it.
pub struct Derived {
    /// Where it lies, from the root of the repository.
    pub path: &'static str,
    /// Its text.
    pub text: String,
}

/// Makes the files of one subject. `Err` says what stands against it.
pub type Generator = fn() -> Result<Outcome, String>;

/// What a generator came to.
pub enum Outcome {
    /// The files.
    Files(Vec<Derived>),
    /// What they are made from is not here; says what to do about it.
    Skipped(String),
}

/// Every subject with its generator.
pub const GENERATORS: &[(&str, Generator)] =
    &[("docs", docs::generate), ("schema", schema::generate), ("types", types::generate)];

/// The root of the repository.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// Writes a file, or with `check` only compares it. `Err` says how they differ.
pub fn settle(derived: &Derived, check: bool) -> Result<(), String> {
    let path = root().join(derived.path);
    let there = std::fs::read_to_string(&path).unwrap_or_default();
    if there == derived.text {
        return Ok(());
    }
    if !check {
        return std::fs::write(&path, &derived.text).map_err(|error| format!("{}: {error}", derived.path));
    }
    let line = there.lines().zip(derived.text.lines()).take_while(|(a, b)| a == b).count();
    Err(format!("{}:{}: not what `gen` makes; run it without --check", derived.path, line + 1))
}
