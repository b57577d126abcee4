//! Field values with their places.

use std::borrow::Cow;

use crate::text::Span;
use crate::yaml::{Kind as NodeKind, Node};

use super::File;

/// A scalar field's text. Whether Kubernetes reads it as a string is the schema's business; here
/// it is what the author wrote.
#[derive(Debug, Clone)]
pub struct Text<'a> {
    /// Where it stands.
    pub node: Node<'a>,
    value: Cow<'a, str>,
    is_opaque: bool,
}

impl<'a> Text<'a> {
    /// A scalar node's text, with those variables replaced whose values are configured; `None` for
    /// null and for collections.
    pub fn of(file: &File, node: Node<'a>) -> Option<Self> {
        if node.kind() != NodeKind::Scalar || node.is_null() {
            return None;
        }
        let text = node.text();
        let value = match file.variables.is_empty() {
            true => None,
            false => substitute(text, &|name| file.variables.get(name).cloned()),
        };
        let value = value.map_or(Cow::Borrowed(text), Cow::Owned);
        // Nearly every rule asks.
        let is_opaque = is_opaque(&value);
        Some(Self { node, value, is_opaque })
    }

    /// The text, variables included where they are unknown.
    pub fn as_str(&self) -> &str {
        &self.value
    }

    /// The text, for as long as the file lives: copied only where a variable of it was replaced.
    pub fn to_cow(&self) -> Cow<'a, str> {
        self.value.clone()
    }

    /// The text where all of it is known: no `${VAR}`, no `<< inputs.x >>`, no `{{ }}`.
    pub fn known(&self) -> Option<&str> {
        (!self.is_opaque).then_some(self.value.as_ref())
    }

    /// The text where it is known and not empty.
    pub fn known_non_empty(&self) -> Option<&str> {
        self.known().filter(|text| !text.is_empty())
    }

    /// True where a part is only known later.
    pub fn is_opaque(&self) -> bool {
        self.is_opaque
    }

    /// True where a variable of it was replaced: the file holds another text, which no fix may write
    /// over.
    pub fn is_substituted(&self) -> bool {
        matches!(self.value, Cow::Owned(_))
    }

    /// True for `""`.
    pub fn is_empty(&self) -> bool {
        self.value.is_empty()
    }

    /// The whole value, quotes included.
    pub fn span(&self) -> Span {
        self.node.span()
    }

    /// The characters of a byte range of [`Text::as_str`]; the whole value where the text does not
    /// stand in the source as it is (escapes, folded lines, substitutes).
    pub fn part(&self, start: usize, end: usize) -> Span {
        match self.value {
            Cow::Borrowed(_) => self.node.part(start, end),
            Cow::Owned(_) => self.node.span(),
        }
    }

    /// The text without its quotes.
    pub fn text_span(&self) -> Span {
        self.part(0, self.value.len())
    }
}

/// True where a text holds what only a later step fills in: Flux's post-build `${VAR}`, the Flux
/// operator's `<< inputs.x >>`, a template's `{{ x }}` or `{% x %}`.
pub fn is_opaque(text: &str) -> bool {
    let bytes = text.as_bytes();
    memchr::memchr3(b'$', b'<', b'{', bytes).is_some()
        && (variables(text).next().is_some() || text.contains("<<") || text.contains("{{") || text.contains("{%"))
}

/// A `${NAME}` or `${NAME:=default}` within a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Variable<'a> {
    /// Its name.
    pub name: &'a str,
    /// What stands for it where it is unset.
    pub default: Option<&'a str>,
    /// First byte of `$`.
    pub start: usize,
    /// One past `}`.
    pub end: usize,
}

/// The variables that Flux's post-build substitution would replace. `$${x}` is an escape.
/// Source: fluxcd/pkg/envsubst.
pub fn variables(text: &str) -> impl Iterator<Item = Variable<'_>> {
    let mut at = 0;
    std::iter::from_fn(move || {
        loop {
            let start = at + text.get(at..)?.find("${")?;
            at = start + 2;
            if text.get(..start)?.ends_with('$') {
                continue;
            }
            let rest = text.get(at..)?;
            let len = rest.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).unwrap_or(rest.len());
            let name = rest.get(..len)?;
            if name.is_empty() || name.starts_with(|c: char| c.is_ascii_digit()) {
                continue;
            }
            let Some(close) = rest.find('}') else { continue };
            let operator = rest.get(len..close)?;
            let default = operator
                .strip_prefix(":=")
                .or_else(|| operator.strip_prefix(":-"))
                .or_else(|| operator.strip_prefix('='))
                .or_else(|| operator.strip_prefix('-'));
            at += close + 1;
            return Some(Variable { name, default, start, end: at });
        }
    })
}

/// True where a text may come to be `wanted` once what is opaque in it is filled in: it begins as
/// the text does before the first such place, and ends as it does behind the last one.
pub fn may_become(text: &str, wanted: &str) -> bool {
    if !is_opaque(text) {
        return text == wanted;
    }
    let first = ["${", "<<", "{{", "{%"].iter().filter_map(|mark| text.find(mark)).min().unwrap_or(0);
    let last = ["}", ">>", "%}"].iter().filter_map(|mark| Some(text.rfind(mark)? + mark.len())).max().unwrap_or(first);
    let (before, behind) = (text.get(..first).unwrap_or_default(), text.get(last..).unwrap_or_default());
    wanted.len() >= before.len() + behind.len() && wanted.starts_with(before) && wanted.ends_with(behind)
}

/// Replaces the variables of a text. `None` where there are none; those without a value stay.
pub fn substitute(text: &str, value: &impl Fn(&str) -> Option<String>) -> Option<String> {
    let mut out = String::new();
    let mut last = 0;
    for variable in variables(text) {
        let Some(replacement) = value(variable.name) else { continue };
        out.push_str(text.get(last..variable.start)?);
        out.push_str(&replacement);
        last = variable.end;
    }
    if last == 0 {
        return None;
    }
    out.push_str(text.get(last..)?);
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn opaque_text_is_told_from_text_that_only_looks_so() {
        for text in ["${TAG}", "1.${MINOR:=0}", "<< inputs.tag >>", "{{ .Values.tag }}", "a${_x}"] {
            assert!(is_opaque(text), "{text}");
        }
        for text in ["^v[0-9]+$", "$1", "$${TAG}", "${", "${1}", "<1.0", "a{2}", "costs $5"] {
            assert!(!is_opaque(text), "{text}");
        }
        for (text, name, may) in [
            ("${APP}-anubis", "web-anubis", true),
            ("${APP}-anubis", "web", false),
            ("a-<< inputs.x >>-z", "a-b-z", true),
            ("ab${X}ba", "aba", false),
            ("${NAME:=app}", "other", true),
            ("app", "app", true),
            ("app", "apps", false),
        ] {
            assert_eq!(may_become(text, name), may, "{text} {name}");
        }
        let known = |name: &str| (name == "A").then(|| "1".to_owned());
        assert_eq!(substitute("v${A}.${B}", &known).as_deref(), Some("v1.${B}"));
        assert_eq!(substitute("plain", &known), None);
    }
}
