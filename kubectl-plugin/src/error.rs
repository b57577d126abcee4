//! Why a command failed as a whole, and with which exit code.

use std::io;
use std::path::PathBuf;

use kubectl_oci_core::config::ConfigError;
use kubectl_oci_core::render::Failure;

use crate::exit::Exit;

/// A command that did not come to its end.
#[derive(Debug)]
pub(crate) enum Error {
    /// A failure that explains itself.
    Failed { failure: Failure, exit: Exit },
    /// A configuration that was refused.
    Config(Box<RefusedConfig>),
    /// Whoever read the output has seen enough: no failure at all.
    ReaderLeft,
    /// Ctrl-C, or the system's wish.
    Interrupted,
}

/// A configuration that was refused.
#[derive(Debug)]
#[cfg_attr(not(feature = "lsp"), allow(dead_code))] // Without editors it is only shown.
pub(crate) struct RefusedConfig {
    /// The file, absolute.
    pub(crate) path: PathBuf,
    /// What it says.
    pub(crate) text: String,
    /// What is wrong with it.
    pub(crate) error: ConfigError,
    /// The same, laid out with its place for a person.
    pub(crate) shown: String,
}

pub(crate) type Result<T> = std::result::Result<T, Error>;

impl Error {
    /// Wrong usage.
    pub(crate) fn usage(message: impl Into<String>, help: impl Into<String>) -> Self {
        Self::Failed { failure: Failure::new(message).help(help), exit: Exit::Usage }
    }

    /// An input that could not be read, or an output that could not be written.
    pub(crate) fn input(failure: Failure) -> Self {
        Self::Failed { failure, exit: Exit::Found }
    }
}

/// Of the standard output alone: reading and writing files has errors that name the file.
impl From<io::Error> for Error {
    fn from(error: io::Error) -> Self {
        if error.kind() == io::ErrorKind::BrokenPipe {
            return Self::ReaderLeft;
        }
        Self::input(Failure::new("the output could not be written").why(words(&error)))
    }
}

/// What the system says, without its number: "permission denied".
pub(crate) fn words(error: &io::Error) -> String {
    let text = error.to_string();
    let text = text.split(" (os error").next().unwrap_or(&text);
    let mut characters = text.chars();
    match characters.next() {
        Some(first) => first.to_lowercase().chain(characters).collect(),
        None => String::new(),
    }
}
