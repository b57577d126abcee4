//! Tags, and names with a tag or a digest.

use std::fmt;

use super::{NameError, Repository};

/// What go-containerregistry lets a tag consist of.
const TAG_CHARACTERS: &str = "abcdefghijklmnopqrstuvwxyz0123456789_-.ABCDEFGHIJKLMNOPQRSTUVWXYZ";

/// The most characters a tag has, to go-containerregistry and to the OCI distribution specification.
const LONGEST_TAG: usize = 128;

/// Whether a text is a tag by the grammar of the OCI distribution specification,
/// `[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}`: what a registry accepts.
///
/// The controller checks no tag before it asks the registry, and go-containerregistry's own
/// [`check_tag`] is laxer: it lets a tag begin with `.` or `-`.
pub fn is_valid_tag(tag: &str) -> bool {
    check_tag(tag).is_ok() && !tag.starts_with(['.', '-'])
}

/// Checks a tag as go-containerregistry's `checkTag` does where a whole reference is parsed: 1 to 128
/// of `a-zA-Z0-9_-.`.
///
/// # Errors
///
/// Its words.
pub fn check_tag(tag: &str) -> Result<(), TagError> {
    let tag_error = |kind| {
        let tag = tag.to_owned();
        Err(TagError { kind, tag })
    };
    if !(1..=LONGEST_TAG).contains(&tag.chars().count()) {
        return tag_error(TagErrorKind::Length);
    }
    match tag.chars().find(|character| !TAG_CHARACTERS.contains(*character)) {
        Some(_) => tag_error(TagErrorKind::Character),
        None => Ok(()),
    }
}

/// Why go-containerregistry refuses a tag. `Display` gives its words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TagError {
    kind: TagErrorKind,
    tag: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum TagErrorKind {
    Length,
    Character,
}

impl fmt::Display for TagError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let tag = &self.tag;
        match self.kind {
            TagErrorKind::Length => write!(f, "tag must be between 1 and {LONGEST_TAG} characters in length: {tag}"),
            TagErrorKind::Character => write!(f, "tag can only contain the characters `{TAG_CHARACTERS}`: {tag}"),
        }
    }
}

impl std::error::Error for TagError {}

/// A name with what follows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedReference {
    /// The repository.
    pub repository: Repository,
    /// The tag; `latest` where neither tag nor digest is written, nothing where a digest is.
    pub tag: Option<String>,
    /// The digest. A tag in front of it is dropped.
    pub digest: Option<String>,
}

/// Reads a name that may carry a tag or a digest, as go-containerregistry's `ParseReference` does:
/// `ghcr.io/org/app:1.0`, `nginx@sha256:…`. A URL of an OCIRepository carries neither.
///
/// # Errors
///
/// None says why it is no reference: go-containerregistry tells only that it is none.
pub fn parse_reference(text: &str) -> Result<NamedReference, NotAReference> {
    parse_tagged(text).or_else(|| parse_digested(text)).ok_or_else(|| NotAReference(text.to_owned()))
}

/// A text that is no reference. `Display` gives go-containerregistry's words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotAReference(String);

impl fmt::Display for NotAReference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "could not parse reference: {}", self.0)
    }
}

impl std::error::Error for NotAReference {}

/// `NewTag`: a tag stands behind the last colon, unless a slash follows that one.
fn parse_tagged(text: &str) -> Option<NamedReference> {
    let (name, tag) = match text.rsplit_once(':') {
        Some((name, tag)) if !tag.contains('/') => {
            check_tag(tag).ok()?;
            (name, tag)
        }
        _ => (text, "latest"),
    };
    Some(NamedReference { repository: parse_name(name).ok()?, tag: Some(tag.to_owned()), digest: None })
}

/// `NewDigest`: one `@`, sha256 alone, a tag in front dropped.
fn parse_digested(text: &str) -> Option<NamedReference> {
    let (name, digest) = text.split_once('@')?;
    let hex = digest.strip_prefix("sha256:")?;
    let is_hex = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
    if hex.len() != 64 || !hex.bytes().all(is_hex) {
        return None;
    }
    let repository = match parse_tagged(name) {
        Some(tagged) => tagged.repository,
        None => parse_name(name).ok()?,
    };
    Some(NamedReference { repository, tag: None, digest: Some(digest.to_owned()) })
}

fn parse_name(name: &str) -> Result<Repository, NameError> {
    Repository::parse(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_two_grammars_of_tags_differ_at_the_beginning() {
        let longest = "t".repeat(128);
        for tag in ["1.2.3", "v1", "_a", "latest", &longest] {
            assert!(check_tag(tag).is_ok() && is_valid_tag(tag), "{tag}");
        }
        for tag in [".a", "-a"] {
            assert!(check_tag(tag).is_ok() && !is_valid_tag(tag), "{tag}");
        }
        let too_long = "t".repeat(129);
        for tag in ["", "1.2.3+b", "a/b", "ñ", " 1", &too_long] {
            assert!(check_tag(tag).is_err() && !is_valid_tag(tag), "{tag}");
        }
        assert_eq!(
            check_tag("1+b").unwrap_err().to_string(),
            format!("tag can only contain the characters `{TAG_CHARACTERS}`: 1+b")
        );
        assert_eq!(check_tag("").unwrap_err().to_string(), "tag must be between 1 and 128 characters in length: ");
    }

    #[test]
    fn reads_references() {
        let digest = format!("sha256:{}", "0".repeat(64));
        let tagged = parse_reference("ghcr.io:443/org/app:1.0").unwrap();
        assert_eq!(tagged.repository.to_string(), "ghcr.io:443/org/app");
        assert_eq!(tagged.tag.as_deref(), Some("1.0"));
        let plain = parse_reference("nginx").unwrap();
        assert_eq!(plain.tag.as_deref(), Some("latest"));
        let digested = parse_reference(&format!("nginx:1@{digest}")).unwrap();
        assert_eq!(digested.repository.to_string(), "index.docker.io/library/nginx");
        assert_eq!((digested.tag, digested.digest), (None, Some(digest)));
        let error = parse_reference("nginx@sha256:0").unwrap_err();
        assert_eq!(error.to_string(), "could not parse reference: nginx@sha256:0");
    }
}
