//! Pages of tags, however a registry links them.

use std::time::Duration;

use kubectl_oci_tests::registry::artifact::Artifact;
use kubectl_oci_tests::registry::{Does, Fault, PageLink, Quirks, Registry, What};
use kubectl_oci_tests::run::{Outcome, Run};

const TAGS: [&str; 5] = ["1.0.0", "1.1.0", "1.2.0", "2.0.0", "latest"];

/// A registry with five tags on pages of two.
fn paged(page_link: PageLink) -> Registry {
    let registry = Registry::with(Quirks { page_size: Some(2), page_link, ..Quirks::default() }).start();
    Artifact::flux(&[("app.yaml", "kind: ConfigMap\n")]).put(registry.store(), "acme/app", &TAGS);
    registry
}

fn list(registry: &Registry) -> Outcome {
    // One lists for ever, or until this.
    Run::new(&["list", &registry.oci("acme/app"), "-o", "name"]).placeholder(registry.host(), "[REGISTRY]").go()
}

#[test]
fn all_pages_are_read_however_they_are_linked() {
    for link in [
        PageLink::Relative,
        PageLink::Absolute,
        PageLink::Opaque,
        PageLink::RelativeToRequest,
        PageLink::AmongOthers,
        PageLink::EmptyPages,
    ] {
        let registry = paged(link.clone());
        let outcome = list(&registry);
        assert_eq!(outcome.stdout, "2.0.0\n1.2.0\n1.1.0\n1.0.0\nlatest\n", "{link:?}: {}", outcome.stderr);
        assert_eq!(outcome.code, 0, "{link:?}");
    }
}

#[test]
fn pages_go_neither_in_circles_nor_on_for_ever() {
    for (link, name) in [(PageLink::Looping, "pages-in-a-circle"), (PageLink::Malformed, "pages-malformed-link")] {
        let registry = paged(link);
        let outcome = list(&registry);
        outcome.golden(name).assert_within(Duration::ZERO);
        assert!(registry.log().count("GET", "tags/list") < 5, "{:?}", registry.log().lines());
    }
    let outcome = list(&paged(PageLink::Endless));
    assert_ne!(outcome.code, 0, "{}", outcome.stderr);
    outcome.assert_within(Duration::from_secs(3));
    assert_eq!(outcome.stdout, "");
}

#[test]
fn a_missing_link_is_an_end() {
    // Nothing tells that there would be more.
    let outcome = list(&paged(PageLink::Missing));
    assert_eq!((outcome.code, outcome.stdout.as_str()), (0, "1.1.0\n1.0.0\n"));
}

#[test]
fn pages_of_another_host_come_without_credentials() {
    let other = paged(PageLink::Relative);
    let elsewhere = other.base().replace("127.0.0.1", "localhost");
    let quirks = Quirks {
        page_size: Some(2),
        page_link: PageLink::OtherHost(elsewhere),
        auth: Some(kubectl_oci_tests::registry::Auth::basic("puller", "hunter2")),
        ..Quirks::default()
    };
    let registry = Registry::with(quirks).beside(&other).start();
    let outcome = Run::new(&["list", &registry.oci("acme/app"), "-o", "name"])
        .logged_in(registry.host(), "puller", "hunter2")
        .go();
    assert_eq!(outcome.stdout, "2.0.0\n1.2.0\n1.1.0\n1.0.0\nlatest\n", "{}", outcome.stderr);
    assert!(other.log().count("GET", "tags/list") > 0);
    other.log().assert_no_credentials(&["hunter2", "puller"]);
}

#[test]
fn a_page_that_fails_in_the_middle_is_an_error() {
    let registry = paged(PageLink::Relative);
    registry.change(Quirks {
        page_size: Some(2),
        faults: vec![Fault::on(What::Tags, Does::Refuse(403, "DENIED", "no more for you")).after(1)],
        ..Quirks::default()
    });
    let outcome = list(&registry);
    outcome.golden("pages-denied-in-the-middle");
}
