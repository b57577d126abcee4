//! Several tags of equal precedence: the object is ready, and may become another one at any time.

use super::say::{quoted_list, say, yaml};
use super::{Context, Said};

pub(super) fn explain(context: &Context<'_>) -> Said {
    let walk = context.walk;
    if walk.failed.is_some() || walk.ties.len() < 2 {
        return Ok(None);
    }
    let spec = context.case.fields.reference();
    let text = format!(
        "{} are equal by the rules of precedence. The controller sorts without keeping an order among equals, so it takes any of them, and another one the next time.",
        quoted_list(&walk.ties, 6)
    );
    let is_v = |tag: &String| tag.starts_with('v');
    let said = say(text);
    let said = match (walk.ties.iter().any(is_v), walk.ties.iter().all(is_v)) {
        (true, false) => said.paste(
            "keep one way of writing",
            format!("ref:\n  semver: {}\n  semverFilter: '^[0-9]'   # or '^v'", yaml(spec.semver)),
        ),
        _ => said.advise("let no two tags differ in their build metadata alone"),
    };
    Ok(Some(said.advise("or pin a digest")))
}
