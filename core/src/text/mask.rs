//! Passwords in URLs are never shown.

use std::borrow::Cow;

/// A text with the password of each `scheme://user:password@host` in it replaced by `*`, byte for
/// byte: offsets stay. What has no such stays as it is.
pub fn mask_credentials(text: &str) -> Cow<'_, str> {
    let mut out = Cow::Borrowed(text);
    let mut from = 0;
    while let Some(found) = text.get(from..).and_then(|rest| rest.find("://")) {
        let start = from + found + 3;
        let rest = text.get(start..).unwrap_or_default();
        let end = start + rest.find(|c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '`')).unwrap_or(rest.len());
        let name = text.get(start..end).unwrap_or_default();
        if let Some(range) = password(name) {
            let (first, last) = (start + range.start, start + range.end);
            out.to_mut().replace_range(first..last, &"*".repeat(last - first));
        }
        from = end.max(start);
    }
    out
}

/// The password of what stands behind a scheme: between the first `:` and the last `@` that a host
/// or a path follows. A digest's `@` is none of that kind.
pub fn password(name: &str) -> Option<std::ops::Range<usize>> {
    memchr::memchr(b'@', name.as_bytes())?;
    let digest = name.rfind("@sha").filter(|at| name.get(*at..).is_some_and(|rest| !rest.contains('/')));
    let name = name.get(..digest.unwrap_or(name.len()))?;
    let at = name.rfind('@')?;
    let colon = name.get(..at)?.find(':')?;
    let before_slash = !name.get(..at)?.contains('/');
    (before_slash || name.get(at..)?.contains('/')).then_some(colon + 1..at)
}

#[cfg(test)]
mod tests {
    use super::mask_credentials;

    #[test]
    fn passwords_are_hidden_and_nothing_else() {
        for (text, shown) in [
            ("url: oci://me:pw@ghcr.io/a # x", "url: oci://me:**@ghcr.io/a # x"),
            ("oci://robot:a/b@ghcr.io/org", "oci://robot:***@ghcr.io/org"),
            ("'https://a:é@h' oci://b:c@d/e", "'https://a:**@h' oci://b:*@d/e"),
            ("oci://ghcr.io:5000/a/b@sha256:00", "oci://ghcr.io:5000/a/b@sha256:00"),
            ("oci://ghcr.io:5000/a@1.0", "oci://ghcr.io:5000/a@1.0"),
            ("oci://me:pw@ghcr.io/a@sha256:00", "oci://me:**@ghcr.io/a@sha256:00"),
            ("oci://ghcr.io/a", "oci://ghcr.io/a"),
        ] {
            assert_eq!(mask_credentials(text), shown);
            assert_eq!(mask_credentials(text).len(), text.len());
        }
    }
}
