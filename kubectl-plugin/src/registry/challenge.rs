//! `WWW-Authenticate`: how a registry wants to be spoken to.
//!
//! Read as go-containerregistry 0.21.6 reads it (`internal/authchallenge`, `transport/ping.go`): each header is one
//! challenge, its parameters are tokens or quoted strings, and the first of `basic` and `bearer` is taken.

use std::collections::BTreeMap;

use reqwest::header::{HeaderMap, WWW_AUTHENTICATE};

/// One challenge.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Challenge {
    /// In lower case.
    pub(crate) scheme: String,
    /// By their names in lower case.
    pub(crate) parameters: BTreeMap<String, String>,
}

impl Challenge {
    pub(crate) fn is_bearer(&self) -> bool {
        self.scheme == "bearer"
    }
}

/// All challenges of an answer.
pub(crate) fn challenges(headers: &HeaderMap) -> Vec<Challenge> {
    let values = headers.get_all(WWW_AUTHENTICATE).iter();
    values.filter_map(|value| parse(&String::from_utf8_lossy(value.as_bytes()))).collect()
}

/// The one to answer.
pub(crate) fn pick(challenges: Vec<Challenge>) -> Option<Challenge> {
    let known = challenges.iter().position(|challenge| matches!(challenge.scheme.as_str(), "basic" | "bearer"));
    challenges.into_iter().nth(known.unwrap_or(0))
}

fn parse(header: &str) -> Option<Challenge> {
    let (scheme, rest) = token(header);
    if scheme.is_empty() {
        return None;
    }
    let mut parameters = BTreeMap::new();
    let mut rest = skip_blanks(rest);
    loop {
        let (name, behind) = token(rest);
        let Some(behind) = behind.strip_prefix('=').filter(|_| !name.is_empty()) else { break };
        let Some((value, behind)) = token_or_quoted(behind).filter(|(value, _)| !value.is_empty()) else { break };
        parameters.insert(name.to_ascii_lowercase(), value);
        let Some(next) = skip_blanks(behind).strip_prefix(',') else { break };
        rest = skip_blanks(next);
    }
    Some(Challenge { scheme: scheme.to_ascii_lowercase(), parameters })
}

fn skip_blanks(text: &str) -> &str {
    text.trim_start_matches([' ', '\t', '\r', '\n'])
}

/// A token of RFC 2616, and what is behind it.
fn token(text: &str) -> (&str, &str) {
    let is_token = |c: char| c.is_ascii_graphic() && !"\"(),/:;<=>?@[]\\{}".contains(c);
    text.split_at(text.find(|c| !is_token(c)).unwrap_or(text.len()))
}

fn token_or_quoted(text: &str) -> Option<(String, &str)> {
    let Some(inside) = text.strip_prefix('"') else {
        let (value, rest) = token(text);
        return Some((value.to_owned(), rest));
    };
    let mut value = String::new();
    let mut characters = inside.char_indices();
    while let Some((at, character)) = characters.next() {
        match character {
            '"' => return Some((value, inside.get(at + 1..).unwrap_or_default())),
            '\\' => value.push(characters.next()?.1),
            other => value.push(other),
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(header: &str) -> Challenge {
        parse(header).expect("a challenge")
    }

    #[test]
    fn tokens_and_quoted_strings_are_values() {
        let challenge =
            one(r#"Bearer realm="https://a/t?x=\"1\"",service=registry , scope="repository:a/b:pull,push""#);
        assert_eq!(challenge.scheme, "bearer");
        assert_eq!(challenge.parameters["realm"], "https://a/t?x=\"1\"");
        assert_eq!(challenge.parameters["service"], "registry");
        assert_eq!(challenge.parameters["scope"], "repository:a/b:pull,push");
    }

    #[test]
    fn what_is_broken_ends_the_parameters() {
        assert_eq!(parse(""), None);
        assert_eq!(parse("\"x\""), None);
        assert!(one("Basic").parameters.is_empty());
        assert!(one("Bearer realm=\"unclosed").parameters.is_empty());
        assert_eq!(one("Bearer a=1, b, c=3").parameters.len(), 1);
    }

    #[test]
    fn the_first_known_scheme_is_answered() {
        let all = ["Negotiate", "Bearer realm=\"x\"", "Basic realm=\"y\""].map(one).to_vec();
        assert_eq!(pick(all).map(|challenge| challenge.scheme), Some("bearer".to_owned()));
        assert_eq!(pick(vec![one("Negotiate")]).map(|challenge| challenge.scheme), Some("negotiate".to_owned()));
        assert_eq!(pick(Vec::new()), None);
    }
}
