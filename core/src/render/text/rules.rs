//! The table of rules.

use crate::diag::Severity;
use crate::rules::{FixKind, Rule};

use super::look::Look;

/// One line a rule: severity, id, what it finds. `config_level` of a rule is what is configured for it, where that
/// differs from its own.
pub fn rules_text(rules: &[&Rule], look: &Look) -> String {
    let width = rules.iter().map(|rule| rule.id.len()).max().unwrap_or_default();
    let mut out = String::new();
    for rule in rules {
        let severity = format!("{:<7}", if rule.on { rule.severity.as_str() } else { "off" });
        let severity = match rule.severity {
            _ if !rule.on => look.dim(&severity),
            Severity::Error => look.error(&severity),
            Severity::Warning => look.warning(&severity),
            Severity::Info => look.info(&severity),
        };
        let fix = match rule.fix {
            FixKind::Safe => look.good("fix "),
            FixKind::Suggested => look.dim("sug "),
            FixKind::None => "    ".to_owned(),
        };
        let id = look.link(rule.id, &rule.url());
        let blanks = " ".repeat(width - rule.id.len());
        out.push_str(&format!("{severity}  {fix} {id}{blanks}  {}\n", rule.summary));
    }
    out
}
