use super::support::identities::patterns;
use super::{Check, FixKind, Rule, page};
use crate::compat::regex::{self, Syntax};
use crate::context::Context;
use crate::diag::{Applicability, Severity};
use crate::verify::identity;
use crate::yaml::patch;

pub(super) const RULE: Rule = Rule {
    id: "verify-identity-unanchored",
    summary: "an issuer or subject that fits inside a longer one",
    fix: FixKind::Safe,
    check: Check::Object(check),
    page: page!("verify-identity-unanchored"),
    ..Rule::DEFAULT
};

fn check(ctx: &mut Context<'_, '_>) {
    for (field, pattern) in patterns(ctx) {
        let name = field.name;
        if pattern.starts_with('^') && pattern.ends_with('$') && identity::is_simple(pattern) {
            continue;
        }
        let Ok(syntax) = regex::check(pattern) else { continue };
        let Some(missing) = Missing::of(pattern, &syntax) else { continue };
        let found = ctx.report(field.text.text_span(), format!("the {name} \"{pattern}\" {}", missing.words()));
        if missing.changes_nothing {
            found
                .severity(Severity::Info)
                .why("patterns are searched for anywhere; here that is no difference, and not seen at once")
                .help("write the pattern from ^ to $");
        } else {
            found
                .why(format!("patterns are searched for anywhere in the {name}, so it fits every longer one too"))
                .help("write the pattern from ^ to $, with .* where it may go on");
        }
        if let Some(anchored) = missing.anchored(pattern) {
            let is_safe = missing.changes_nothing || is_whole_identity(name, pattern);
            let applicability = if is_safe { Applicability::Safe } else { Applicability::Unsafe };
            found.fix(applicability, "Anchor the pattern", vec![patch::set_string(field.text.node, &anchored)]);
        }
    }
}

/// Which anchors a pattern lacks.
struct Missing {
    start: bool,
    end: bool,
    /// Anything may stand there by the pattern itself.
    changes_nothing: bool,
}

impl Missing {
    fn of(pattern: &str, syntax: &Syntax) -> Option<Self> {
        let (start, end) = (!syntax.is_anchored_start(), !syntax.is_anchored_end());
        // What fits everything is another rule's.
        if !(start || end) || syntax.matches_everything() {
            return None;
        }
        let open_start = pattern.starts_with(".*") && !pattern.contains('|');
        let open_end = pattern.ends_with(".*") && !pattern.ends_with("\\.*") && !pattern.contains('|');
        Some(Self { start, end, changes_nothing: (!start || open_start) && (!end || open_end) })
    }

    fn words(&self) -> &'static str {
        match (self.start, self.end) {
            (true, true) => "has neither ^ nor $",
            (true, false) => "does not begin with ^",
            _ => "does not end with $",
        }
    }

    /// The pattern with what it lacks.
    fn anchored(&self, pattern: &str) -> Option<String> {
        // An anchor that stands somewhere within, or an alternative, wants a look.
        let written = |anchor: char| pattern.contains(anchor);
        if self.start && written('^') && !pattern.contains("[^") || self.end && written('$') {
            return None;
        }
        match (self.start, self.end) {
            _ if pattern.contains('|') && self.start && self.end => Some(format!("^({pattern})$")),
            _ if pattern.contains('|') => None,
            (true, true) => Some(format!("^{pattern}$")),
            (true, false) => Some(format!("^{pattern}")),
            _ => Some(format!("{pattern}$")),
        }
    }
}

/// True where the pattern is written like an identity from its first to its last character.
fn is_whole_identity(field: &str, pattern: &str) -> bool {
    let literal = identity::literal(pattern);
    let is_url = literal.text.starts_with("https://");
    literal.is_whole() && if field == "issuer" { is_url } else { literal.text.contains('@') }
}
