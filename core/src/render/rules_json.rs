//! The table of rules as JSON, version 1.

use serde::Serialize;

use crate::rules::Rule;

use super::json::line;

#[derive(Serialize)]
struct Row<'a> {
    id: &'a str,
    summary: &'a str,
    severity: &'static str,
    #[serde(rename = "strictSeverity")]
    strict: &'static str,
    scope: &'static str,
    fix: &'static str,
    on: bool,
    since: &'a str,
    url: String,
}

impl Row<'_> {
    fn of(rule: &Rule) -> Row<'_> {
        Row {
            id: rule.id,
            summary: rule.summary,
            severity: rule.severity.as_str(),
            strict: rule.strict.unwrap_or(rule.severity).as_str(),
            scope: rule.scope.as_str(),
            fix: rule.fix.as_str(),
            on: rule.on,
            since: rule.since,
            url: rule.url(),
        }
    }
}

/// `{"version": 1, "rules": […]}`, a rule a line. `strictSeverity` is the severity in the strict profile.
pub fn rules_json(rules: &[&Rule]) -> String {
    let mut out = String::from("{\"version\":1,\n\"rules\":[");
    for (index, rule) in rules.iter().enumerate() {
        out.push_str(if index == 0 { "\n" } else { ",\n" });
        out.push_str(&rule_json(rule));
    }
    out.push_str("]}\n");
    out
}

/// One of those.
pub fn rule_json(rule: &Rule) -> String {
    line(&Row::of(rule)).unwrap_or_default()
}
