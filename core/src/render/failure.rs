use serde::Serialize;

/// Why a command failed as a whole: what, why, and what to do about it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Failure {
    /// What failed. Lower case, no full stop.
    pub message: String,
    /// What stands behind it, in plain words.
    pub why: Option<String>,
    /// What to do.
    pub help: Option<String>,
}

impl Failure {
    /// A failure that explains itself.
    pub fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), why: None, help: None }
    }

    /// Says what stands behind it.
    #[must_use]
    pub fn why(mut self, why: impl Into<String>) -> Self {
        self.why = Some(why.into());
        self
    }

    /// Says what to do.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

/// `{"version": 1, "error": {"message", "why", "help"}}`: what a command prints where JSON was asked for and it
/// failed as a whole.
pub fn failure_json(failure: &Failure) -> String {
    #[derive(Serialize)]
    struct Envelope<'a> {
        version: u32,
        error: &'a Failure,
    }
    serde_json::to_string(&Envelope { version: 1, error: failure }).unwrap_or_default() + "\n"
}
