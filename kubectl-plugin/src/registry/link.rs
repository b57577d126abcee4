//! `Link`: where the next page of an answer is.

use reqwest::Url;

use super::address::{is_private, same_host_name};
use super::error::{Error, Result};
use super::transport::Response;

/// The URL of the next page: of several links the one that is called `next`, or is not called anything, as with
/// go-containerregistry. It is the registry's to make up: nothing in it is looked at. Another host's is followed
/// without credentials (`session` sees to that), and not to an address that only we can reach.
pub(super) fn next_page(response: &Response) -> Result<Option<Url>> {
    let headers = response.headers().get_all(reqwest::header::LINK).iter();
    let headers: Vec<String> = headers.map(|link| String::from_utf8_lossy(link.as_bytes()).into_owned()).collect();
    let mut links = Vec::new();
    for header in &headers {
        links.extend(parse(header).map_err(|what| refused(&what, header))?);
    }
    let is_next = |link: &&Link<'_>| link.relation.as_deref() == Some("next");
    let link = links.iter().find(is_next).or_else(|| links.iter().find(|link| link.relation.is_none()));
    let Some(Link { target, .. }) = link else { return Ok(None) };
    let url = response.url.join(target).map_err(|error| refused(&error.to_string(), target))?;
    if !same_host_name(&response.url, &url) && is_private(&url) {
        return Err(refused("another host's private address", target));
    }
    Ok(Some(url))
}

fn refused(what: &str, link: &str) -> Error {
    Error::malformed(format!("failed to parse link header: {what} in: {link}"))
}

/// One of the links of a header.
#[derive(Debug, PartialEq, Eq)]
struct Link<'a> {
    target: &'a str,
    /// `next` where that is among its relations, else the first of them.
    relation: Option<String>,
}

/// Reads a header as RFC 8288 writes it: `<target>; name=value; name="value", <target>…`.
fn parse(header: &str) -> std::result::Result<Vec<Link<'_>>, String> {
    let mut out = Vec::new();
    let mut rest = header.trim();
    while !rest.is_empty() {
        rest = rest.strip_prefix('<').ok_or("missing '<'")?;
        let (target, behind) = rest.split_once('>').ok_or("missing '>'")?;
        let mut is_quoted = false;
        let end = behind.find(|c: char| {
            is_quoted ^= c == '"';
            c == ',' && !is_quoted
        });
        let (parameters, next) = behind.split_at(end.unwrap_or(behind.len()));
        out.push(Link { target, relation: relation(parameters) });
        rest = next.trim_start_matches([',', ' ', '\t']);
    }
    Ok(out)
}

fn relation(parameters: &str) -> Option<String> {
    let mut pairs = parameters.split(';').filter_map(|parameter| parameter.split_once('='));
    let (_, value) = pairs.find(|(name, _)| name.trim().eq_ignore_ascii_case("rel"))?;
    let value = value.trim().trim_matches('"').to_ascii_lowercase();
    let mut relations = value.split_ascii_whitespace();
    let first = relations.clone().next()?.to_owned();
    Some(relations.find(|relation| *relation == "next").map_or(first, str::to_owned))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_are_read_with_their_relations() {
        let read = |header| {
            let links = parse(header)?;
            let shown = |link: &Link<'_>| format!("{} {}", link.target, link.relation.as_deref().unwrap_or("-"));
            Ok::<_, String>(links.iter().map(shown).collect::<Vec<_>>().join(" | "))
        };
        for (header, expected) in [
            ("", ""),
            ("</a>", "/a -"),
            ("</a?b=1,2>; rel=next", "/a?b=1,2 next"),
            ("</a>; Rel=\"prev NEXT\"", "/a next"),
            ("</a>; rel=\"first\", </b>;title=\"x, y\"; rel=\"next\" ,</c>", "/a first | /b next | /c -"),
        ] {
            assert_eq!(read(header), Ok(expected.to_owned()), "{header}");
        }
        assert_eq!(read("/a; rel=next"), Err("missing '<'".to_owned()));
        assert_eq!(read("</a; rel=next"), Err("missing '>'".to_owned()));
    }
}
