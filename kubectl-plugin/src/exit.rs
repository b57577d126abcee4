//! The exit codes: one place, from which the help and the documentation are made.

use std::process::ExitCode;

/// How a command ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Exit {
    /// Clean, or done.
    Clean,
    /// Findings, a difference, an input that could not be read.
    Found,
    /// The command line or the configuration is wrong.
    Usage,
    /// Nothing of ours in what was named.
    Nothing,
    /// A registry or a cluster that was needed could not be reached, or refused the caller.
    Unreachable,
    /// The user stopped it: what shells make of SIGINT.
    Interrupted,
}

/// What each code means, in the order of the codes.
const MEANINGS: [(Exit, &str); 5] = [
    (Exit::Clean, "clean, or done"),
    (Exit::Found, "findings at or above --fail-on, a difference, an input that could not be read"),
    (Exit::Usage, "wrong usage, or a configuration that does not parse"),
    (Exit::Nothing, "nothing of Flux in what was named (--allow-nothing makes it 0)"),
    (Exit::Unreachable, "a registry or cluster that was needed could not be reached, or refused the caller"),
];

impl Exit {
    pub(crate) const fn code(self) -> u8 {
        match self {
            Self::Clean => 0,
            Self::Found => 1,
            Self::Usage => 2,
            Self::Nothing => 3,
            Self::Unreachable => 4,
            Self::Interrupted => 130,
        }
    }

    /// Where two apply, the one that says more wins: 2 before 4 before 1 before 3 before 0.
    pub(crate) fn or(self, other: Self) -> Self {
        let rank = |exit: Self| match exit {
            Self::Interrupted => 5,
            Self::Usage => 4,
            Self::Unreachable => 3,
            Self::Found => 2,
            Self::Nothing => 1,
            Self::Clean => 0,
        };
        if rank(other) > rank(self) { other } else { self }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.code())
    }
}

/// The section of `--help`.
pub(crate) fn help() -> String {
    let mut out = String::from("Exit codes:");
    for (exit, meaning) in MEANINGS {
        out.push_str(&format!("\n  {}  {meaning}", exit.code()));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_codes_have_their_precedence() {
        let ascending = [Exit::Clean, Exit::Nothing, Exit::Found, Exit::Unreachable, Exit::Usage];
        for pair in ascending.windows(2) {
            assert_eq!(pair[0].or(pair[1]), pair[1]);
            assert_eq!(pair[1].or(pair[0]), pair[1]);
        }
        assert!(MEANINGS.iter().enumerate().all(|(code, (exit, _))| usize::from(exit.code()) == code));
    }
}
