//! `Link`: where the next page of an answer is.

use reqwest::Url;

use super::address::{is_private, same_host_name};
use super::error::{Error, Result};
use super::transport::Response;

/// The URL of the next page. It is the registry's to make up: nothing in it is looked at. Another host's is followed
/// without credentials (`session` sees to that), and not to an address that only we can reach.
pub(super) fn next_page(response: &Response) -> Result<Option<Url>> {
    let Some(link) = response.headers().get(reqwest::header::LINK) else { return Ok(None) };
    let link = String::from_utf8_lossy(link.as_bytes());
    if link.is_empty() {
        return Ok(None);
    }
    let refused = |what: &str| Error::malformed(format!("failed to parse link header: {what} in: {link}"));
    let rest = link.strip_prefix('<').ok_or_else(|| refused("missing '<'"))?;
    let (target, _) = rest.split_once('>').ok_or_else(|| refused("missing '>'"))?;
    let url = response.url.join(target).map_err(|error| refused(&error.to_string()))?;
    if !same_host_name(&response.url, &url) && is_private(&url) {
        return Err(refused("another host's private address"));
    }
    Ok(Some(url))
}
