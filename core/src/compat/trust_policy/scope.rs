//! The form of a registry scope, a repository with its registry. notation's two regular expressions,
//! by hand.

use crate::compat::quote::quoted;

/// Checks a scope other than the wildcard. The error is notation's.
pub(super) fn validate(scope: &str) -> Result<(), String> {
    let fault = if scope.len() > 1 && scope.contains('*') {
        " with wild card(s)"
    } else {
        match scope.split_once('/') {
            Some((domain, repository)) if is_domain(domain) && is_repository(repository) => {
                return Ok(());
            }
            _ => "",
        }
    };
    let scope = quoted(scope);
    Err(format!(
        "registry scope {scope}{fault} is not valid, make sure it is a fully qualified repository without the scheme, protocol or tag. For example domain.com/my/repository or a local scope like local/myOCILayout"
    ))
}

/// Labels of letters, digits and inner hyphens, with dots between, and a port of digits.
fn is_domain(domain: &str) -> bool {
    let (host, port) = domain.split_once(':').unwrap_or((domain, "0"));
    let is_label = |label: &str| {
        let bytes = label.as_bytes();
        let is_edge = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_alphanumeric);
        is_edge(bytes.first())
            && is_edge(bytes.last())
            && bytes.iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b'-')
    };
    host.split('.').all(is_label) && !port.is_empty() && port.bytes().all(|b| b.is_ascii_digit())
}

/// Components with slashes between, each of lower-case letters and digits with single separators
/// between them: `.`, `_`, `__` or any number of hyphens.
fn is_repository(repository: &str) -> bool {
    repository.split('/').all(is_component)
}

fn is_component(component: &str) -> bool {
    let is_alphanumeric = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    let inner = component.trim_matches(is_alphanumeric);
    // Trimming stops at the first separator on either side; there is none if nothing is left.
    component.starts_with(is_alphanumeric)
        && component.ends_with(is_alphanumeric)
        && inner.split(is_alphanumeric).all(|it| matches!(it, "" | "." | "_" | "__") || it.bytes().all(|b| b == b'-'))
}

#[cfg(test)]
mod tests {
    #[test]
    fn knows_repositories() {
        for scope in ["ghcr.io/org/app", "localhost:5000/app", "a/b", "A-b.C/a.b_c__d---e/0", "local/x"] {
            assert_eq!(super::validate(scope), Ok(()), "{scope}");
        }
        for scope in [
            "",
            "ghcr.io",
            "ghcr.io/",
            "/app",
            "ghcr.io/App",
            "ghcr.io/a..b",
            "ghcr.io/a___b",
            "ghcr.io/a._b",
            "ghcr.io/a-_b",
            "ghcr.io/-a",
            "ghcr.io/a/",
            "ghcr.io//a",
            "ghcr.io/a:1",
            "-a.io/a",
            "a-/a",
            "a..b/a",
            "a:/a",
            "a:b/a",
            "a:1:2/a",
            "ghcr.io/*",
            "ghcr.io/a\n",
            "é/a",
        ] {
            assert!(super::validate(scope).is_err(), "{scope}");
        }
    }
}
