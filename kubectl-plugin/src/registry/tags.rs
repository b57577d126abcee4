//! The tags of a repository, page by page.

use std::collections::BTreeSet;

use futures_util::{Stream, TryStreamExt, stream};
use kubectl_oci_core::compat::registry_error::tags_page;
use reqwest::Url;

use super::error::{Error, Result};
use super::link::next_page;
use super::repository::Repository;
use super::transport::Request;

/// How many tags a page is asked for. ECR refuses more.
const PAGE_SIZE: usize = 1000;

/// The largest page, in bytes: some registries send all tags in one.
const PAGE_LIMIT: u64 = 64 * 1024 * 1024;

/// The most pages. Ten million tags are more than any repository has.
const MOST_PAGES: usize = 10_000;

/// Where a listing stands.
struct Pages {
    repository: Repository,
    next: Option<Url>,
    /// Pages that were asked for: one that comes again would come for ever.
    asked: BTreeSet<String>,
    /// Pages in a row with nothing on them.
    empty: usize,
}

impl Repository {
    /// The tags in the registry's order, a page at a time.
    pub(crate) fn tag_pages(&self) -> impl Stream<Item = Result<Vec<String>>> + use<> {
        let repository = self.clone();
        let begin = async move {
            let mut url = repository.url("tags/list").await?;
            url.set_query(Some(&format!("n={PAGE_SIZE}")));
            let pages = Pages { repository, next: Some(url), asked: BTreeSet::new(), empty: 0 };
            Ok::<_, Error>(stream::try_unfold(pages, Pages::turn))
        };
        stream::once(begin).try_flatten()
    }

    /// All tags, each once, in the registry's order.
    pub(crate) async fn tags(&self) -> Result<Vec<String>> {
        let mut tags = self.tag_pages().try_concat().await?;
        // Pages may overlap.
        let mut seen = BTreeSet::new();
        tags.retain(|tag| seen.insert(tag.clone()));
        Ok(tags)
    }
}

impl Pages {
    async fn turn(mut self) -> Result<Option<(Vec<String>, Self)>> {
        let Some(url) = self.next.take() else { return Ok(None) };
        self.guard(&url)?;
        let (answer, page) = self.repository.get(&Request::get(url), PAGE_LIMIT).await?;
        self.next = next_page(&answer)?;
        let tags = tags_page(&page).map_err(Error::malformed)?;
        self.empty = if tags.is_empty() { self.empty + 1 } else { 0 };
        Ok(Some((tags, self)))
    }

    /// Refuses to turn pages for ever.
    fn guard(&mut self, url: &Url) -> Result<()> {
        let shown = kubectl_oci_core::compat::registry_error::redact_url(url.as_str());
        if !self.asked.insert(url.to_string()) {
            return Err(Error::malformed(format!("GET {shown}: the registry's pages of tags go in a circle")));
        }
        if self.asked.len() > MOST_PAGES || self.empty > 100 {
            return Err(Error::malformed(format!("GET {shown}: the registry's pages of tags have no end")));
        }
        Ok(())
    }
}
