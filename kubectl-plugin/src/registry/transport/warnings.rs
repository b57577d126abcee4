//! `Warning` headers: what a registry wants people to know (OCI distribution 1.1, "Warnings").

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

use kubectl_oci_core::render::printable;
use reqwest::Url;
use reqwest::header::{HeaderMap, WARNING};

use super::host_and_port;

/// How many are kept, and how much of each.
const KEPT: usize = 20;
const LENGTH: usize = 500;

/// Each once.
#[derive(Debug, Default)]
pub(super) struct Warnings(Mutex<BTreeSet<String>>);

impl Warnings {
    pub(super) fn collect(&self, url: &Url, headers: &HeaderMap) {
        for value in headers.get_all(WARNING) {
            let Some(text) = value.to_str().ok().and_then(text) else { continue };
            let text: String = text.chars().take(LENGTH).collect();
            let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            if kept.len() < KEPT {
                kept.insert(format!("{} says: {}", host_and_port(url), printable(&text)));
            }
        }
    }

    pub(super) fn take(&self) -> Vec<String> {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        std::mem::take(&mut *kept).into_iter().collect()
    }
}

/// The text of `299 - "text"`. Others are a cache's, not a registry's.
fn text(value: &str) -> Option<String> {
    let quoted = value.trim().strip_prefix("299 ")?.trim_start().strip_prefix('-')?.trim_start().strip_prefix('"')?;
    let mut out = String::new();
    let mut characters = quoted.chars();
    loop {
        match characters.next()? {
            '"' => return Some(out),
            '\\' => out.push(characters.next()?),
            other => out.push(other),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_is_what_is_quoted() {
        assert_eq!(text(r#"299 - "Your \"plan\" ends""#).as_deref(), Some("Your \"plan\" ends"));
        assert_eq!(text(r#"110 - "stale""#), None);
        assert_eq!(text("299 - unquoted"), None);
    }
}
