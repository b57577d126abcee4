//! Tags that hold a digest.

/// A digest within a text: `1.0.0@sha256:…`, `@sha256:…` or `sha256:…`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Digested<'t> {
    /// What stands before the `@`; empty where there is nothing.
    pub(crate) before: &'t str,
    /// The digest, well formed or not.
    pub(crate) digest: &'t str,
    /// True where an `@` parts them.
    pub(crate) has_at: bool,
}

/// Takes a text apart that ends in a digest, or in what was meant as one.
pub(crate) fn digested(text: &str) -> Option<Digested<'_>> {
    let (before, digest) = text.rsplit_once('@').unwrap_or(("", text));
    looks_like_digest(digest).then_some(Digested { before, digest, has_at: text.contains('@') })
}

/// `sha256:…` or another algorithm of that family, with something behind the colon.
pub(crate) fn looks_like_digest(text: &str) -> bool {
    text.split_once(':').is_some_and(|(algorithm, hex)| {
        let known = algorithm.get(..3).is_some_and(|family| family.eq_ignore_ascii_case("sha"));
        known && algorithm.bytes().skip(3).all(|b| b.is_ascii_digit()) && !hex.is_empty()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digests_are_found_behind_tags_and_alone() {
        for (text, found) in [
            ("1.0@sha256:ab", Some(("1.0", "sha256:ab", true))),
            ("@sha256:ab", Some(("", "sha256:ab", true))),
            ("SHA512:ab", Some(("", "SHA512:ab", false))),
            ("1.0", None),
            ("1.0@ab", None),
            ("shark:1.0", None),
            ("sha256:", None),
        ] {
            let digested = digested(text).map(|found| (found.before, found.digest, found.has_at));
            assert_eq!(digested, found, "{text}");
        }
    }
}
