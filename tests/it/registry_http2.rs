//! Registries that speak HTTP/2: many streams on one connection, uploads whose end nobody knows, and streams and
//! connections that end before their time.

use std::net::{IpAddr, Ipv4Addr};

use kubectl_oci_tests::registry::http2::{Front, Trouble};
use kubectl_oci_tests::registry::tls::{Authority, Flaw};
use kubectl_oci_tests::registry::{Location, Quirks, Registry, Uploads};
use kubectl_oci_tests::run::{Outcome, Run};

/// Larger than what is packed before anything is sent.
const LARGE: usize = 20 << 20;

struct Site {
    registry: Registry,
    front: Front,
    authority: Authority,
}

impl Site {
    fn new() -> Self {
        let authority = Authority::new("tests");
        let uploads = Uploads { location: Location::Relative, ..Uploads::default() };
        let registry = Registry::with(Quirks { uploads, ..Quirks::default() }).start();
        let identity = authority.server(IpAddr::V4(Ipv4Addr::LOCALHOST), Flaw::None);
        let front = Front::start(&registry, &identity);
        Self { registry, front, authority }
    }

    fn url(&self, reference: &str) -> String {
        format!("oci://{}/acme/{reference}", self.front.host())
    }

    fn run(&self, arguments: &[&str]) -> Outcome {
        self.run_in(arguments, &[])
    }

    fn run_in(&self, arguments: &[&str], files: &[(&str, &str)]) -> Outcome {
        let run = Run::new(arguments).file("ca.crt", &self.authority.certificate()).and(&["--ca-file", "ca.crt"]);
        files.iter().fold(run, |run, (name, text)| run.file(name, text)).timeout("25s").go()
    }

    /// Pushes a file to a tag.
    fn push(&self, tag: &str, content: &str) -> Outcome {
        self.run_in(&["push", &self.url(&format!("app:{tag}")), "--path", "in"], &[("in/a", content)])
    }

    /// Pulls a tag and says what the file holds.
    fn pull(&self, tag: &str) -> (Outcome, String) {
        let outcome = self.run(&["pull", &self.url(&format!("app:{tag}")), "--output", "out"]);
        let content = std::fs::read_to_string(outcome.folder.path().join("out/a")).unwrap_or_default();
        (outcome, content)
    }
}

/// Text that does not compress.
fn noise(size: usize) -> String {
    let mut state: u64 = 42;
    let mut next = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        char::from(b' ' + u8::try_from((state >> 33) % 95).expect("a letter"))
    };
    (0..size).map(|_| next()).collect()
}

#[test]
fn everything_goes_over_one_connection() {
    let site = Site::new();
    let large = noise(LARGE);
    for (tag, content) in [("small", "a: b\n"), ("large", large.as_str())] {
        site.front.trouble(Trouble::None);
        let pushed = site.push(tag, content);
        assert_eq!(pushed.code, 0, "{tag}: {}", pushed.stderr);
        let (connections, streams) = site.front.counted();
        assert!(connections <= 2 && streams >= 5, "{connections} connections, {streams} streams");
        let (pulled, found) = site.pull(tag);
        assert_eq!(pulled.code, 0, "{tag}: {}", pulled.stderr);
        assert!(found == content, "{tag} came back as {} bytes", found.len());
    }
    // Of the large one nobody knew the size before it was sent.
    assert_eq!(site.registry.log().count("PATCH", "uploads"), 1, "{:#?}", site.registry.log().lines());
    for number in 0..200 {
        let digest = site.registry.store().resolve("acme/app", "small").expect("a digest");
        site.registry.store().tag("acme/app", &format!("1.0.{number}"), &digest);
    }
    site.front.trouble(Trouble::None);
    let listed = site.run(&["list", &site.url("app"), "-o", "wide"]);
    assert_eq!((listed.code, listed.stdout.lines().count()), (0, 203), "{}", listed.stderr);
    assert!(site.front.counted().0 <= 2, "{:?}", site.front.counted());
}

#[test]
fn streams_and_connections_that_end_early_are_taken_up_again() {
    let site = Site::new();
    let content = noise(2 << 20);
    assert_eq!(site.push("1.0.0", &content).code, 0);
    site.front.trouble(Trouble::None);
    assert_eq!(site.pull("1.0.0").0.code, 0);
    let (_, streams) = site.front.counted();
    let troubles = |number| {
        [
            Trouble::Refused(number),
            Trouble::Reset(number),
            Trouble::ResetWithin(number),
            Trouble::GoAwayAfter(number),
            Trouble::GoAwayBefore(number),
        ]
    };
    // A blob is taken up where it broke off, a manifest asked for again.
    for number in 0..streams {
        for trouble in troubles(number) {
            site.front.trouble(trouble);
            let (pulled, found) = site.pull("1.0.0");
            assert!(pulled.code == 0 && found == content, "{trouble:?}: {}", pulled.stderr);
        }
    }
    let small = Site::new();
    for number in [0, 2, 5] {
        for trouble in troubles(number).into_iter().filter(|trouble| !matches!(trouble, Trouble::ResetWithin(_))) {
            small.front.trouble(trouble);
            let pushed = small.push(&format!("t{number}"), &format!("{trouble:?}"));
            assert_eq!(pushed.code, 0, "{trouble:?}: {}", pushed.stderr);
        }
    }
}

#[test]
fn an_upload_that_breaks_off_is_sent_in_pieces() {
    let site = Site::new();
    let large = noise(LARGE);
    // The greeting, the beginning of the upload, the upload.
    for trouble in [Trouble::Refused(2), Trouble::Reset(2), Trouble::GoAwayBefore(2)] {
        site.front.trouble(trouble);
        let pushed = site.push("large", &large);
        assert_eq!(pushed.code, 0, "{trouble:?}: {}", pushed.stderr);
        site.front.trouble(Trouble::None);
        assert!(site.pull("large").1 == large, "{trouble:?}");
    }
}
