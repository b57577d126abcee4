use super::{Check, Rule, Stage, page};
use crate::context::Context;
use crate::diag::Severity;
use crate::model::{Kind, Kinds};

pub(super) const RULE: Rule = Rule {
    id: "kustomization-component-path",
    summary: "a component of a Kustomization that is no path inside the source",
    severity: Severity::Error,
    stage: Stage::Controller,
    kinds: Kinds::of(&[Kind::Kustomization]),
    check: Check::Object(check),
    page: page!("kustomization-component-path"),
    ..Rule::DEFAULT
};

fn check(ctx: &mut Context<'_, '_>) {
    let Some(kustomization) = ctx.kustomization() else { return };
    for component in &kustomization.components {
        let Some(path) = component.known().filter(|path| !is_local_and_relative(path)) else { continue };
        let what = if path.contains(':') { "a URL" } else { "an absolute path" };
        ctx.report(component.span(), format!("the component \"{path}\" is {what}"))
            .why(format!("kustomize-controller refuses it: component path '{path}' must be local and relative"))
            .help(
                "write the path from spec.path to the component's folder in the same source, such as ../components/x",
            );
    }
}

/// Source: fluxcd/pkg kustomize `IsLocalRelativePath`.
fn is_local_and_relative(path: &str) -> bool {
    const REMOTE: &[&str] = &["git::", "gh:", "ssh://", "https://", "http://", "git@", "github.com:", "github.com/"];
    let lower = path.to_ascii_lowercase();
    let is_remote = REMOTE.iter().any(|prefix| prefix.len() < path.len() && lower.starts_with(prefix));
    !is_remote && !lower.strip_prefix("file://").unwrap_or(&lower).starts_with('/')
}

#[cfg(test)]
mod tests {
    use super::is_local_and_relative;

    #[test]
    fn paths_are_told_from_addresses() {
        for path in ["components/a", "../a", "./a", "", "git@", "github.com", "file://a"] {
            assert!(is_local_and_relative(path), "{path}");
        }
        for path in ["/a", "file:///a", "FILE:///a", "https://x/a", "git@x:a", "GitHub.com/a/b", "gh:a/b", "git::x"] {
            assert!(!is_local_and_relative(path), "{path}");
        }
    }
}
