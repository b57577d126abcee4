//! Patterns of keyless identities: what they certainly begin with, and whom they fit.

/// What every text that a pattern fits begins with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Literal<'p> {
    /// The characters that stand for themselves, from the pattern's first one (a `^` aside) on. A
    /// bare dot counts as one: identities are written so everywhere.
    pub text: String,
    /// The rest of the pattern; empty, or `$`, where it is a whole identity.
    pub rest: &'p str,
}

impl Literal<'_> {
    /// True where nothing but an anchor follows.
    pub fn is_whole(&self) -> bool {
        matches!(self.rest, "" | "$")
    }

    /// True where anything may follow: `.*`, `.+`, `[^/]+`.
    pub fn is_open(&self) -> bool {
        [".*", ".+", "[^/]*", "[^/]+", r"\S*", r"\S+"].iter().any(|any| self.rest.starts_with(any))
    }
}

/// Reads a pattern up to the first thing that is no literal character. Alternatives at the top
/// make its beginning uncertain: then there is none.
pub fn literal(pattern: &str) -> Literal<'_> {
    let body = pattern.strip_prefix('^').unwrap_or(pattern);
    let mut text = String::new();
    let mut rest = body;
    if has_bar_outside_groups(body) {
        return Literal { text, rest };
    }
    while let Some(first) = rest.chars().next() {
        let (character, len) = match first {
            '\\' => match rest.chars().nth(1) {
                Some(escaped) if escaped.is_ascii_punctuation() => (escaped, 2),
                _ => break,
            },
            '(' | ')' | '[' | ']' | '{' | '}' | '*' | '+' | '?' | '|' | '^' | '$' => break,
            other => (other, other.len_utf8()),
        };
        let behind = rest.get(len..).unwrap_or_default();
        if behind.starts_with(['*', '+', '?', '{']) {
            break;
        }
        text.push(character);
        rest = behind;
    }
    Literal { text, rest }
}

fn has_bar_outside_groups(pattern: &str) -> bool {
    let (mut depth, mut in_class, mut escaped) = (0_u32, false, false);
    for character in pattern.chars() {
        match character {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            ']' => in_class = false,
            _ if in_class => {}
            '[' => in_class = true,
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            '|' if depth == 0 => return true,
            _ => {}
        }
    }
    false
}

/// True for a pattern that is certainly valid, seen without parsing it: literal characters, escaped
/// punctuation, dots, `*` and `+` behind one of those, a `^` first and a `$` last. Most are.
pub fn is_simple(pattern: &str) -> bool {
    let body = pattern.strip_prefix('^').unwrap_or(pattern);
    let body = body.strip_suffix('$').unwrap_or(body);
    let mut characters = body.chars();
    let mut may_repeat = false;
    while let Some(character) = characters.next() {
        let is_literal = match character {
            '*' | '+' if may_repeat => {
                may_repeat = false;
                continue;
            }
            '\\' => characters.next().is_some_and(|escaped| escaped.is_ascii_punctuation()),
            '.' => true,
            character => !"^$|?*+()[]{}".contains(character),
        };
        if !is_literal {
            return false;
        }
        may_repeat = true;
    }
    true
}

/// True where a bare dot stands between two letters, digits or underscores, in a class or not.
pub fn may_have_bare_dot(pattern: &str) -> bool {
    let is_word = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
    pattern.as_bytes().windows(3).any(|part| matches!(part, [a, b'.', b] if is_word(a) && is_word(b)))
}

/// How much of a forge a subject's pattern lets in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Breadth {
    /// Every repository of the forge.
    Forge,
    /// Every owner whose name begins so.
    Owners(String),
    /// Every repository of an owner.
    Owner(String),
    /// Every workflow, branch and pull request of one repository, and of those whose names go on.
    Repository(String),
    /// A workflow, or a reference, is asked for; or there is no telling.
    Narrow,
}

/// The forges whose workflows sign with a subject of the form
/// `https://forge/owner/repository/…@ref`.
const FORGES: [&str; 2] = ["https://github.com/", "https://gitlab.com/"];

/// Says how much a pattern for a subject lets in.
pub fn breadth(pattern: &str) -> Breadth {
    let literal = literal(pattern);
    let Some(path) = FORGES.iter().find_map(|forge| literal.text.strip_prefix(forge)) else {
        return Breadth::Narrow;
    };
    // A reference anywhere in the pattern is a choice.
    if !literal.is_open() || pattern.contains('@') {
        return Breadth::Narrow;
    }
    let parts: Vec<&str> = path.split('/').collect();
    match parts.as_slice() {
        [] | [""] => Breadth::Forge,
        [owner] => Breadth::Owners((*owner).to_owned()),
        [owner, ""] => Breadth::Owner((*owner).to_owned()),
        [owner, repository] | [owner, repository, ""] => Breadth::Repository(format!("{owner}/{repository}")),
        _ => Breadth::Narrow,
    }
}

/// The repository of the workflow that a subject's pattern names, `owner/repository`, where it
/// names one on GitHub.
pub fn workflow_repository(pattern: &str) -> Option<String> {
    let literal = literal(pattern);
    let path = literal.text.strip_prefix("https://github.com/")?;
    let (repository, _) = path.split_once("/.github/workflows/")?;
    (repository.matches('/').count() == 1).then(|| repository.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_literal_beginning_of_a_pattern_is_known() {
        let read = |pattern: &'static str| {
            let literal = literal(pattern);
            (literal.text, literal.rest)
        };
        assert_eq!(read(r"^https://a\.b.c/d$"), ("https://a.b.c/d".to_owned(), "$"));
        assert_eq!(read(r"^https://a/b.*$"), ("https://a/b".to_owned(), ".*$"));
        assert_eq!(read("ab+c"), ("a".to_owned(), "b+c"));
        assert_eq!(read("a(b|c)"), ("a".to_owned(), "(b|c)"));
        assert_eq!(read("a|b"), (String::new(), "a|b"));
        assert_eq!(read(r"^\w+"), (String::new(), r"\w+"));
        assert_eq!(read("é{2}"), (String::new(), "é{2}"));
    }

    #[test]
    fn simple_patterns_are_valid_ones() {
        for pattern in [r"^https://a\.b/.*$", "a.b+c", "", "^$", r"^a@b\.c$", "é*"] {
            assert!(is_simple(pattern) && crate::compat::regex::check(pattern).is_ok(), "{pattern}");
        }
        for pattern in ["*", "a**", "a+*", "^*", "(", "a|b", r"\d", r"a\", r"a\$", "a$b", "a{2}", "$*", "[a]", "a?"] {
            assert!(!is_simple(pattern), "{pattern}");
        }
        assert!(may_have_bare_dot("^github.com$") && !may_have_bare_dot(r"^github\.com/.*/\.github$"));
    }

    #[test]
    fn patterns_are_as_broad_as_their_first_open_part() {
        for (pattern, breadth) in [
            ("^https://github.com/.*$", Breadth::Forge),
            ("^https://github.com/acme.*$", Breadth::Owners("acme".to_owned())),
            (r"^https://github\.com/acme/.+", Breadth::Owner("acme".to_owned())),
            ("^https://github.com/acme/app.*$", Breadth::Repository("acme/app".to_owned())),
            ("^https://github.com/acme/app/.*$", Breadth::Repository("acme/app".to_owned())),
            (r"^https://github.com/acme/app/\.github/workflows/.*$", Breadth::Narrow),
            ("^https://github.com/acme/app/.*@refs/tags/.*$", Breadth::Narrow),
            ("^https://github.com/acme/(app|charts)/.*$", Breadth::Narrow),
            ("^release@acme.example$", Breadth::Narrow),
            (".*", Breadth::Narrow),
        ] {
            assert_eq!(super::breadth(pattern), breadth, "{pattern}");
        }
    }

    #[test]
    fn a_workflow_s_repository_is_read() {
        let pattern = r"^https://github.com/acme/ci/.github/workflows/release\.yaml@refs/tags/v1$";
        assert_eq!(workflow_repository(pattern).as_deref(), Some("acme/ci"));
        assert_eq!(workflow_repository("^https://github.com/acme/.*$"), None);
    }
}
