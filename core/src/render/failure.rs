use crate::model::File;
use crate::rules::RULES;
use crate::text::nearest;

use super::writer::Json;

/// Why a command failed as a whole: what, why, and what to do about it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
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

    /// A file that was not read to its end: what is missing in it may stand behind that place. `None` where it was.
    pub fn of_syntax(file: &File) -> Option<Self> {
        let (_, error) = file.syntax_errors().next()?;
        let line = file.lines().line(error.span.start()) + 1;
        let failure = Self::new(format!("{} is not YAML that Kubernetes reads", file.path));
        Some(failure.why(format!("line {line}: {}", error.message)))
    }

    /// There is nothing to resolve or to ask about in files of these names.
    pub fn no_oci_repository(names: &str) -> Self {
        Self::new(format!("there is no OCIRepository in {names}"))
    }

    /// A range without a list to choose from.
    pub fn tags_needed(range: &str) -> Self {
        Self::new(format!("the range \"{range}\" needs the repository's tags"))
    }

    /// A rule that is not in the table; with the nearest one that is.
    pub fn unknown_rule(id: &str) -> Self {
        let failure = Self::new(format!("there is no rule \"{id}\""));
        match nearest(id, RULES.iter().map(|rule| rule.id)) {
            Some(near) => failure.help(format!("did you mean {near}?")),
            None => failure,
        }
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
    let json = Json::of(|json| {
        json.object(|json| {
            json.name("version").number(1);
            json.name("error").object(|json| {
                json.name("message").text(&failure.message);
                json.name("why").optional(failure.why.as_deref());
                json.name("help").optional(failure.help.as_deref());
            });
        });
    });
    json + "\n"
}
