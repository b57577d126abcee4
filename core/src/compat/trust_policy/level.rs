//! Verification levels: which checks fail a signature, which only log.

use crate::compat::quote::{quoted, quoted_list};

/// The checks that can be overridden, in notation's order.
const CHECKS: [&str; 5] = ["integrity", "authenticity", "authenticTimestamp", "expiry", "revocation"];

/// What to do where a check fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// The signature is refused.
    Enforce,
    /// The failure is logged and nothing follows from it.
    Log,
    /// The check is not made.
    Skip,
}

impl Action {
    const ALL: [Action; 3] = [Action::Enforce, Action::Log, Action::Skip];

    /// The word for it in `override`.
    pub fn name(self) -> &'static str {
        match self {
            Action::Enforce => "enforce",
            Action::Log => "log",
            Action::Skip => "skip",
        }
    }
}

/// The levels that a statement can name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Level {
    /// Every check is enforced.
    Strict,
    /// Integrity and authenticity are enforced, the others logged.
    Permissive,
    /// Integrity alone is enforced.
    Audit,
    /// Nothing is verified.
    Skip,
}

impl Level {
    /// Every level.
    pub const ALL: [Level; 4] = [Level::Strict, Level::Permissive, Level::Audit, Level::Skip];

    /// The word for it in `level`.
    pub fn name(self) -> &'static str {
        match self {
            Level::Strict => "strict",
            Level::Permissive => "permissive",
            Level::Audit => "audit",
            Level::Skip => "skip",
        }
    }

    /// What the level does without overrides.
    pub fn enforcement(self) -> Enforcement {
        let (integrity, authenticity, rest) = match self {
            Level::Strict => (Action::Enforce, Action::Enforce, Action::Enforce),
            Level::Permissive => (Action::Enforce, Action::Enforce, Action::Log),
            Level::Audit => (Action::Enforce, Action::Log, Action::Log),
            Level::Skip => (Action::Skip, Action::Skip, Action::Skip),
        };
        Enforcement { integrity, authenticity, authentic_timestamp: rest, expiry: rest, revocation: rest }
    }
}

/// What follows from the failure of each check.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Enforcement {
    /// The signature is of this artifact and unaltered.
    pub integrity: Action,
    /// It was made by a trusted identity.
    pub authenticity: Action,
    /// It was made at a time that is vouched for.
    pub authentic_timestamp: Action,
    /// It has not expired.
    pub expiry: Action,
    /// Its certificate is not revoked.
    pub revocation: Action,
}

/// `signatureVerification` of a statement, as it is written.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SignatureVerification {
    /// `level`.
    pub level: String,
    /// `override`: checks and actions.
    pub overrides: Vec<(String, String)>,
    /// `verifyTimestamp`.
    pub verify_timestamp: String,
}

/// The level of a statement, overrides included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct VerificationLevel {
    base: Level,
    customized: bool,
    enforcement: Enforcement,
}

impl VerificationLevel {
    /// The level that is named.
    pub fn base(&self) -> Level {
        self.base
    }

    /// Its name as notation prints it: `custom` where anything is overridden.
    pub fn name(&self) -> &'static str {
        if self.customized { "custom" } else { self.base.name() }
    }

    /// What follows from the failure of each check.
    pub fn enforcement(&self) -> Enforcement {
        self.enforcement
    }
}

impl SignatureVerification {
    /// Applies the overrides to the level.
    ///
    /// # Errors
    ///
    /// A level, a check or an action that there is not, or one that must not be overridden, in
    /// notation's words (`GetVerificationLevel`).
    pub fn resolve(&self) -> Result<VerificationLevel, String> {
        if self.level.is_empty() {
            let words = "signature verification level is empty or missing in the trust policy statement";
            return Err(words.to_owned());
        }
        let level = Level::ALL.into_iter().find(|it| it.name() == self.level);
        let Some(base) = level else {
            let level = quoted(&self.level);
            return Err(format!("invalid signature verification level {level}"));
        };
        let mut enforcement = base.enforcement();
        if self.overrides.is_empty() {
            return Ok(VerificationLevel { base, customized: false, enforcement });
        }
        if base == Level::Skip {
            let level = quoted(base.name());
            return Err(format!(
                "signature verification level {level} can't be used to customize signature verification"
            ));
        }
        for (check, action) in &self.overrides {
            enforcement.override_check(check, action)?;
        }
        Ok(VerificationLevel { base, customized: true, enforcement })
    }
}

impl Enforcement {
    fn override_check(&mut self, check: &str, action: &str) -> Result<(), String> {
        let kind = quoted(check);
        let target = match check {
            "integrity" => &mut self.integrity,
            "authenticity" => &mut self.authenticity,
            "authenticTimestamp" => &mut self.authentic_timestamp,
            "expiry" => &mut self.expiry,
            "revocation" => &mut self.revocation,
            _ => {
                let supported = quoted_list(&CHECKS);
                return Err(format!(
                    "verification type {kind} in custom signature verification is not supported, supported values are {supported}"
                ));
            }
        };
        let Some(action) = Action::ALL.into_iter().find(|it| it.name() == action) else {
            let action = quoted(action);
            let supported = quoted_list(&Action::ALL.map(Action::name));
            return Err(format!(
                "verification action {action} in custom signature verification is not supported, supported values are {supported}"
            ));
        };
        if check == "integrity" {
            return Err(format!("{kind} verification can not be overridden in custom signature verification"));
        }
        if check != "revocation" && action == Action::Skip {
            return Err(format!("{kind} verification can not be skipped in custom signature verification"));
        }
        *target = action;
        Ok(())
    }
}
