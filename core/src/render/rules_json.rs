//! The table of rules as JSON, version 1.

use crate::rules::Rule;

use super::writer::Json;

/// `{"version": 1, "rules": […]}`, a rule a line. `strictSeverity` is the severity in the strict profile.
pub fn rules_json(rules: &[&Rule]) -> String {
    let rows = Json::rows(rules, |json, rule| write_rule(json, rule));
    format!("{{\"version\":1,\n\"rules\":[{rows}]}}\n")
}

/// One of those.
pub fn rule_json(rule: &Rule) -> String {
    Json::of(|json| write_rule(json, rule))
}

fn write_rule(json: &mut Json, rule: &Rule) {
    json.object(|json| {
        json.name("id").text(rule.id);
        json.name("summary").text(rule.summary);
        json.name("severity").text(rule.severity.as_str());
        json.name("strictSeverity").text(rule.strict.unwrap_or(rule.severity).as_str());
        json.name("scope").text(rule.scope.as_str());
        json.name("fix").text(rule.fix.as_str());
        json.name("on").bool(rule.on);
        json.name("since").text(rule.since);
        json.name("url").text(&rule.url());
    });
}
