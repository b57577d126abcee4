//! Flux's post-build substitution, as far as it can be foretold.
//!
//! kustomize-controller writes each object as YAML anew, replaces the variables in that text, and
//! reads it again. Quotes that the author wrote are gone by then, so a value may come out of
//! another type than it went in. Source: fluxcd/pkg/kustomize `SubstituteVariables`,
//! fluxcd/pkg/envsubst.

use std::borrow::Cow;

use crate::yaml::{self, Scalar};

/// What a text comes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Substituted {
    /// The text with its variables replaced.
    pub text: String,
    /// True where a variable without a known value was taken to be unset.
    pub by_default: bool,
}

/// Replaces the variables of a text. `value` says what is known of one. `None` where the text
/// holds no variable, or one whose value is neither known nor given a default, or an operator
/// other than the defaults (`:=`, `:-`, `=`, `:?`, `:+`, which all do the same here).
pub fn evaluate<'v>(text: &str, value: &impl Fn(&str) -> Option<Cow<'v, str>>) -> Option<Substituted> {
    let mut out = Substituted { text: String::with_capacity(text.len()), by_default: false };
    let mut rest = text;
    let mut found = false;
    while let Some(at) = rest.find('$') {
        let (before, behind) = rest.split_at_checked(at)?;
        out.text.push_str(before);
        if let Some(escaped) = behind.strip_prefix("$$") {
            out.text.push('$');
            rest = escaped;
        } else if let Some(inside) = behind.strip_prefix("${") {
            let (replacement, after) = variable(inside, value, &mut out.by_default, NESTING)?;
            out.text.push_str(&replacement);
            rest = after;
            found = true;
        } else {
            out.text.push('$');
            rest = behind.get(1..)?;
        }
    }
    out.text.push_str(rest);
    found.then_some(out)
}

/// Defaults in defaults: nobody nests them deeper.
const NESTING: usize = 8;

/// What stands for a variable, and the text behind its brace.
fn variable<'t, 'v>(
    inside: &'t str,
    value: &impl Fn(&str) -> Option<Cow<'v, str>>,
    by_default: &mut bool,
    depth: usize,
) -> Option<(String, &'t str)> {
    let len = inside.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).unwrap_or(inside.len());
    let (name, behind) = inside.split_at_checked(len)?;
    if name.is_empty() || depth == 0 {
        return None;
    }
    let known = value(name);
    if let Some(after) = behind.strip_prefix('}') {
        return Some((known?.into_owned(), after));
    }
    let operator = [":=", ":-", ":?", ":+", "="].into_iter().find(|operator| behind.starts_with(operator))?;
    let mut rest = behind.get(operator.len()..)?;
    let mut default = String::new();
    let mut nested_default = false;
    loop {
        let at = rest.find(['$', '}'])?;
        let (before, behind) = rest.split_at_checked(at)?;
        default.push_str(before);
        if let Some(after) = behind.strip_prefix('}') {
            rest = after;
            break;
        }
        match behind.strip_prefix("${") {
            Some(inside) => {
                let (replacement, after) = variable(inside, value, &mut nested_default, depth - 1)?;
                default.push_str(&replacement);
                rest = after;
            }
            None => {
                default.push('$');
                rest = behind.get(1..)?;
            }
        }
    }
    match known {
        Some(known) if !known.is_empty() => Some((known.into_owned(), rest)),
        known => {
            *by_default |= known.is_none() || nested_default;
            Some((default, rest))
        }
    }
}

/// True where kustomize writes a string that holds variables without quotes, so that what they come
/// to is typed anew. Source: go-yaml v2 `yaml_emitter_analyze_scalar`, and a run of it.
pub fn is_written_plain(text: &str) -> bool {
    let Some(first) = text.chars().next() else { return false };
    let second_blank = text.chars().nth(1).is_none_or(char::is_whitespace);
    let is_indicator = match first {
        '#' | ',' | '[' | ']' | '{' | '}' | '&' | '*' | '!' | '|' | '>' | '\'' | '"' | '%' | '@' | '`' => true,
        '-' | '?' | ':' => second_blank,
        _ => first.is_whitespace(),
    };
    let ends_or_holds_one = text.ends_with([' ', ':']) || text.contains(": ") || text.contains(" #");
    let is_marker = text.starts_with("---") || text.starts_with("...");
    !(is_indicator || ends_or_holds_one || is_marker || text.chars().any(char::is_control))
}

/// How Kubernetes types what a text came to, once it stands without quotes. `None` where that is no
/// scalar.
pub fn type_of(text: &str) -> Option<&'static str> {
    // Most values are plain words: only what may carry quotes or a comment needs the reader.
    if !text.contains(['"', '\'', '#', ':', '[', '{', '|', '>', '&', '*', '!', '%']) {
        return Some(Scalar::plain(text.trim()).type_name());
    }
    let document = format!("v: {text}\n");
    let tree = yaml::parse(&document);
    let clean = tree.documents().iter().all(|document| document.error.is_none());
    let scalar = tree.root(&document, 0)?.get("v").filter(|_| clean)?.scalar()?;
    Some(scalar.type_name())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known(name: &str) -> Option<Cow<'static, str>> {
        match name {
            "TAG" => Some("1.10".into()),
            "EMPTY" => Some("".into()),
            "V" => Some("v1".into()),
            "Q" => Some("\"1.10\"".into()),
            _ => None,
        }
    }

    /// Each checked against kustomize's writer, envsubst 1.7 and sigs.k8s.io/yaml.
    #[test]
    fn what_substitution_makes_of_a_string() {
        for (text, out, kind) in [
            ("${TAG}", "1.10", "number"),
            ("1.${EMPTY}2", "1.2", "number"),
            ("${TAG:=3}", "1.10", "number"),
            ("${X:=1.10}", "1.10", "number"),
            ("${X:-2}", "2", "number"),
            ("${X=2}", "2", "number"),
            ("${X:=\"1.10\"}", "\"1.10\"", "string"),
            ("${X:='1.10'}", "'1.10'", "string"),
            ("${quote:=\"}${TAG}${quote:=\"}", "\"1.10\"", "string"),
            ("${Q}", "\"1.10\"", "string"),
            ("${EMPTY}", "", "null"),
            ("${X:=}", "", "null"),
            ("${V}", "v1", "string"),
            ("-${TAG}", "-1.10", "number"),
            (".${TAG}", ".1.10", "string"),
            ("${X:=${TAG}}", "1.10", "number"),
            ("${X:=a${TAG}}", "a1.10", "string"),
            ("${X:=1.10 # x}", "1.10 # x", "number"),
            ("${X:=2024-01-02}", "2024-01-02", "string"),
            ("${X:=1:30}", "1:30", "string"),
            ("${X:=0o17}", "0o17", "number"),
            ("${X:=yes}", "yes", "boolean"),
        ] {
            let found = evaluate(text, &known).map(|found| found.text);
            assert_eq!(found.as_deref(), Some(out), "{text}");
            assert_eq!(type_of(out), Some(kind), "{text}");
        }
        for text in ["plain", "${X}", "${TAG^^}", "${TAG-2}", "${TAG", "$${TAG}", "${X:=${Y}}", "${}"] {
            assert_eq!(evaluate(text, &known), None, "{text}");
        }
        assert_eq!(evaluate("$${A}${TAG}", &known).map(|found| found.text).as_deref(), Some("${A}1.10"));
        assert_eq!(evaluate("${TAG:=1}", &known).map(|found| found.by_default), Some(false));
        assert_eq!(evaluate("${X:=1}", &known).map(|found| found.by_default), Some(true));
        assert_eq!(evaluate("${EMPTY:=1}", &known).map(|found| found.by_default), Some(false));
    }

    #[test]
    fn what_kustomize_writes_without_quotes() {
        for text in ["${TAG}", "-${TAG}", "?${TAG}", "~${TAG}", "=${TAG}", "<${TAG}", "1 ${TAG}", "é${TAG}"] {
            assert!(is_written_plain(text), "{text}");
        }
        for text in [
            "\"${TAG}\"",
            "${TAG} ",
            " ${TAG}",
            "a: ${TAG}",
            "${TAG}:",
            "#${TAG}",
            "${TAG} #",
            "{${TAG}",
            "&${TAG}",
            "*${TAG}",
            "!${TAG}",
            "%${TAG}",
            "@${TAG}",
            "? ${TAG}",
            ">${TAG}",
            "${TAG}\t",
            "${TAG}\n",
        ] {
            assert!(!is_written_plain(text), "{text}");
        }
    }
}
