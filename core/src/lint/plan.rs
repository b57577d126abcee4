//! Which rules run for which kinds and with which severity; what settles a finding's severity.

use crate::collections::{Arrange, IndexMap};
use crate::config::{Config, Level, Profile};
use crate::diag::{Diagnostic, FileId, Severity};
use crate::model::{File, Kind, Object};
use crate::rules::{Check, RULES, Rule, Stage, rule};
use crate::text::Span;

use super::FileReport;

const KINDS: usize = Kind::Foreign as usize + 1;

/// The rules of a configuration, by kind.
pub(super) struct Plan {
    by_kind: Vec<Vec<&'static Rule>>,
    on: Vec<&'static str>,
    profile: Profile,
}

impl Plan {
    pub(super) fn new(config: &Config) -> Self {
        let mut by_kind: Vec<Vec<&'static Rule>> = vec![Vec::new(); KINDS];
        let mut on = Vec::new();
        for rule in RULES.iter().copied().filter(|rule| is_on(rule, config)) {
            on.push(rule.id);
            if matches!(rule.check, Check::Engine) {
                continue;
            }
            for (kind, rules) in by_kind.iter_mut().enumerate() {
                if rule.kinds.has_index(kind) {
                    rules.push(rule);
                }
            }
        }
        on.arrange();
        Self { by_kind, on, profile: config.profile }
    }

    pub(super) fn rules_for(&self, kind: Kind) -> &[&'static Rule] {
        self.by_kind.get(kind as usize).map_or(&[], Vec::as_slice)
    }

    pub(super) fn is_on(&self, id: &str) -> bool {
        self.on.binary_search(&id).is_ok()
    }

    pub(super) fn profile(&self) -> Profile {
        self.profile
    }

    /// True where a rule's findings in a file are reported.
    pub(super) fn runs(&self, rule: &Rule, path: &str, config: &Config) -> bool {
        match config.override_for(rule.id, path) {
            Some(level) => level != Level::Off,
            None => is_wanted(rule, config),
        }
    }

    pub(super) fn severity(&self, rule: &Rule) -> Severity {
        match self.profile {
            Profile::Strict => rule.strict.unwrap_or(rule.severity),
            _ => rule.severity,
        }
    }

    /// The last word on each finding's severity: configuration, then overrides by path.
    pub(super) fn settle(&self, file: &File, config: &Config, report: &mut FileReport) {
        report.diagnostics.retain_mut(|diagnostic| {
            let level =
                config.override_for(diagnostic.rule, &file.path).or_else(|| config.rules.get(diagnostic.rule).copied());
            match level {
                Some(Level::Off) => return false,
                Some(Level::At(severity)) => diagnostic.severity = severity,
                // On for the sake of another folder.
                None if rule(diagnostic.rule).is_some_and(|rule| !is_wanted(rule, config)) => return false,
                None if self.profile == Profile::Minimal && diagnostic.severity < Severity::Error => return false,
                None => {}
            }
            true
        });
        report.diagnostics.arrange_by(|a, b| (a.at, a.rule, &a.message).cmp(&(b.at, b.rule, &b.message)));
        report.diagnostics.dedup_by(|a, b| a.rule == b.rule && a.at == b.at && a.message == b.message);
    }
}

/// A rule runs where the configuration, an override or the profile wants it.
fn is_on(rule: &Rule, config: &Config) -> bool {
    let overridden =
        || config.overrides.iter().any(|entry| entry.rules.get(rule.id).is_some_and(|level| *level != Level::Off));
    is_wanted(rule, config) || overridden()
}

/// What the configuration or the profile says of a rule, overrides by path aside.
fn is_wanted(rule: &Rule, config: &Config) -> bool {
    match config.rules.get(rule.id) {
        Some(level) => *level != Level::Off,
        None => rule.on || config.profile == Profile::Strict,
    }
}

/// Drops what a more specific rule has said already, and softens what only the controller would
/// do to a suspended object.
pub(super) fn silence(found: Vec<Diagnostic>, object: Object<'_>) -> Vec<Diagnostic> {
    let silencers = Silencers::of(&found);
    let mut out = found;
    out.retain(|general| !silencers.reach(general));
    let suspended = object.is_suspended();
    if suspended {
        for diagnostic in &mut out {
            if rule(diagnostic.rule).is_some_and(|rule| rule.stage == Stage::Controller) {
                diagnostic.severity = Severity::Info;
            }
        }
    }
    out
}

/// Where findings stand that silence those of more general rules, by such a rule and file. Files that are wrong from end
/// to end have a hundred thousand findings: they are not compared with each other.
#[derive(Default)]
struct Silencers(IndexMap<(&'static str, FileId), Vec<Span>>);

impl Silencers {
    fn of(found: &[Diagnostic]) -> Self {
        let mut out = Self::default();
        for specific in found {
            let silences = rule(specific.rule).map_or(&[][..], |rule| rule.silences);
            for general in silences.iter().filter(|general| **general != specific.rule) {
                out.0.or_default((*general, specific.at.file)).push(specific.at.span);
            }
        }
        for spans in out.0.values_mut() {
            spans.arrange();
            // The furthest end so far, so that a look at one of them tells of all before it.
            let mut end = 0;
            for span in spans {
                end = span.end.max(end);
                span.end = end;
            }
        }
        out
    }

    /// True where one of them is about the same thing: where their characters overlap or meet.
    fn reach(&self, general: &Diagnostic) -> bool {
        let Some(spans) = self.0.get(&(general.rule, general.at.file)) else { return false };
        let behind = spans.partition_point(|span| span.start <= general.at.span.end);
        let last = behind.checked_sub(1).and_then(|last| spans.get(last));
        last.is_some_and(|last| general.at.span.start <= last.end)
    }
}
