//! Answers that are late, cut, too long, too short, or something else altogether.
//!
//! Each has a golden with the exit code and the words; none may hang, and none may make up a digest.

use std::sync::Mutex;
use std::thread;
use std::time::Duration;

use kubectl_oci_tests::registry::artifact::Artifact;
use kubectl_oci_tests::registry::{Connections, Does, Fault, Quirks, Registry, What};
use kubectl_oci_tests::run::{Outcome, Run};

/// For what hangs.
const SHORT: Duration = Duration::from_secs(5);
/// For what is tried again until the tries are used up.
const LONG: Duration = Duration::from_secs(20);

fn app() -> Artifact {
    Artifact::flux(&[("app.yaml", "kind: ConfigMap\n")])
}

fn spoiled(faults: Vec<Fault>) -> Registry {
    let registry = Registry::with(Quirks { faults, ..Quirks::default() }).start();
    app().put(registry.store(), "acme/app", &["1.0.0"]);
    registry
}

fn list(registry: &Registry, output: &str) -> Run {
    Run::new(&["list", &registry.oci("acme/app"), "-o", output])
        .placeholder(registry.host(), "[REGISTRY]")
        .placeholder(registry.host().split(':').nth(1).expect("a port"), "[PORT]")
}

fn html() -> Does {
    Does::Say(502, "text/html", "<html><head><title>502 Bad Gateway</title></head>\r\n<body>nginx</body></html>\r\n")
}

/// Many of them at once: most wait.
fn at_once(
    cases: Vec<(&'static str, Vec<Fault>)>,
    check: impl Fn(&'static str, &Registry, &Outcome) + Sync,
    output: &str,
) {
    let cases = Mutex::new(cases);
    thread::scope(|scope| {
        for _ in 0..12 {
            scope.spawn(|| {
                loop {
                    let Some((name, faults)) = cases.lock().expect("the cases").pop() else { return };
                    let hangs =
                        faults.iter().any(|fault| matches!(fault.does, Does::SlowFirstByte(_) | Does::Drip(..)));
                    let registry = spoiled(faults);
                    let outcome = list(&registry, output).timeout(if hangs { "5s" } else { "20s" }).go();
                    outcome.assert_within(if hangs { SHORT } else { LONG });
                    check(name, &registry, &outcome);
                }
            });
        }
    });
}

#[test]
fn a_list_of_tags_that_does_not_come_ends_in_time_and_says_why() {
    let tags = |does| vec![Fault::on(What::Tags, does)];
    let cases = vec![
        ("tags-404", tags(Does::Refuse(404, "NAME_UNKNOWN", "repository name not known to registry"))),
        ("tags-404-html", tags(Does::Say(404, "text/html", "<h1>Not found</h1>"))),
        ("tags-500", tags(Does::Refuse(500, "UNKNOWN", "unknown error"))),
        ("tags-502-html", tags(html())),
        ("tags-429", tags(Does::RetryAfter(1))),
        ("tags-429-long", tags(Does::RetryAfter(86_400))),
        (
            "tags-400-many-errors",
            tags(Does::Say(
                400,
                "application/json",
                r#"{"errors":[{"code":"A","message":"one"},{"code":"B","message":"two","detail":{"x":1}}]}"#,
            )),
        ),
        (
            "tags-418-control-characters",
            tags(Does::Say(418, "text/plain", "\u{1b}[2J\u{1b}]0;title\u{7}teapot\r\nsecond line")),
        ),
        ("tags-slow-first-byte", tags(Does::SlowFirstByte(Duration::from_secs(30)))),
        ("tags-drip", tags(Does::Drip(1, Duration::from_secs(1)))),
        ("tags-cut-before-headers", tags(Does::CutBeforeHeaders)),
        ("tags-cut-in-headers", tags(Does::CutInHeaders)),
        ("tags-cut-in-body", tags(Does::CutBody(7))),
        ("tags-garbage", tags(Does::Garbage)),
        ("tags-endless-headers", tags(Does::EndlessHeaders)),
        ("tags-length-more", tags(Does::LengthMore(5))),
        ("tags-length-less", tags(Does::LengthLess(5))),
        ("tags-broken-chunks", tags(Does::BrokenChunks)),
        ("tags-endless", tags(Does::Endless(200, "{\"name\":\"acme/app\",\"tags\":[\""))),
        ("tags-endless-error", tags(Does::Endless(404, "{\"errors\":[{\"code\":\""))),
        ("tags-no-json", tags(Does::Say(200, "text/html", "<html>a captive portal</html>"))),
        ("tags-other-json", tags(Does::Say(200, "application/json", "{\"name\": \"acme/app\", \"tags\": {\"a\": 1}}"))),
        ("tags-null", tags(Does::Say(200, "application/json", "{\"name\": \"acme/app\", \"tags\": null}"))),
        (
            "tags-hostile-names",
            tags(Does::Say(
                200,
                "application/json",
                "{\"tags\": [\"../../etc\", \"a b\", \"\\u001b[2J\", \"\", \"ok\"]}",
            )),
        ),
        ("tags-gzip", tags(Does::Gzip)),
        ("tags-gzip-lies", tags(Does::GzipLies)),
        ("tags-redirect-loop", tags(Does::RedirectLoop)),
        ("tags-redirect-for-ever", tags(Does::RedirectForever)),
        ("tags-redirect-nowhere", tags(Does::Redirect(307, "http://[".to_owned()))),
        ("tags-redirect-to-file", tags(Does::Redirect(307, "file:///etc/passwd".to_owned()))),
        ("tags-redirect-without-location", tags(Does::Say(307, "text/plain", ""))),
    ];
    let check = |name: &'static str, registry: &Registry, outcome: &Outcome| {
        outcome.golden(name);
        // Whatever has no end is not read for long.
        let sent = registry.log().entries().iter().map(|entry| entry.sent).filter(|&sent| sent != u64::MAX).max();
        assert!(sent.unwrap_or(0) < 128 << 20, "{name}: {sent:?} bytes were read");
    };
    at_once(cases, check, "name");
}

/// A registry may list what is no tag: nobody asks for it, least of all in another repository.
#[test]
fn what_is_no_tag_is_a_row_and_not_asked_for() {
    let long = "a".repeat(1_000_000);
    let names = ["../../other/manifests/1.0.0", "..", "a b", "\u{9b}31m", long.as_str(), "1.0.0", "1.0.0"];
    let page = serde_json::json!({"tags": names}).to_string();
    let registry = spoiled(vec![Fault::on(What::Tags, Does::OtherText(page))]);
    app().put(registry.store(), "other", &["1.0.0"]);
    let outcome = list(&registry, "table").go();
    outcome.golden("tags-that-are-none");
    let asked: Vec<_> =
        registry.log().entries().into_iter().filter(|entry| entry.target.contains("manifests")).collect();
    assert!(asked.iter().all(|entry| entry.target == "/v2/acme/app/manifests/1.0.0"), "{asked:#?}");
    for command in ["resolve", "inspect"] {
        let url = registry.oci("acme/app:..");
        let outcome = Run::new(&[command, &url]).go();
        assert_ne!(outcome.code, 0, "{command}: {}", outcome.stdout);
    }
}

#[test]
fn what_goes_wrong_for_once_is_tried_again() {
    let once = |does| vec![Fault::on(What::Tags, does).times(1)];
    let cases = vec![
        ("once-500", once(Does::Refuse(500, "UNKNOWN", "unknown error"))),
        ("once-502", once(html())),
        ("once-503", once(Does::Refuse(503, "UNAVAILABLE", "later"))),
        ("once-429", once(Does::RetryAfter(1))),
        ("once-429-date", once(Does::RetryAfterDate(Duration::from_secs(2)))),
        ("once-cut-before-headers", once(Does::CutBeforeHeaders)),
        ("once-cut-in-body", once(Does::CutBody(7))),
        ("once-length-more", once(Does::LengthMore(5))),
        ("without-length", vec![Fault::on(What::Tags, Does::LengthMissing)]),
        ("chunked", vec![Fault::on(What::Tags, Does::Chunked)]),
        ("twice-503", vec![Fault::on(What::Tags, Does::Refuse(503, "UNAVAILABLE", "later")).times(2)]),
        ("drip", vec![Fault::on(What::Tags, Does::Drip(5, Duration::from_millis(50)))]),
    ];
    let check = |name: &'static str, registry: &Registry, outcome: &Outcome| {
        let log = registry.log().lines();
        assert_eq!((outcome.code, outcome.stdout.as_str()), (0, "1.0.0\n"), "{name}: {} {log:#?}", outcome.stderr);
    };
    at_once(cases, check, "name");
}

#[test]
fn retry_after_is_heard() {
    let registry = spoiled(vec![Fault::on(What::Tags, Does::RetryAfter(3)).times(1)]);
    let outcome = list(&registry, "name").go();
    assert_eq!(outcome.code, 0, "{}", outcome.stderr);
    let times: Vec<_> =
        registry.log().entries().iter().filter(|entry| entry.target.contains("tags")).map(|entry| entry.time).collect();
    assert_eq!(times.len(), 2);
    assert!(times[1] - times[0] >= Duration::from_secs(3), "asked again after {:?}", times[1] - times[0]);
}

#[test]
fn a_manifest_that_does_not_come_is_a_row() {
    let manifest = |does| vec![Fault::on(What::Manifest, does)];
    let cases = vec![
        ("manifest-404", manifest(Does::Refuse(404, "MANIFEST_UNKNOWN", "manifest unknown"))),
        ("manifest-500", manifest(Does::Refuse(500, "UNKNOWN", "unknown error"))),
        ("manifest-html", manifest(Does::Say(200, "text/html", "<html></html>"))),
        ("manifest-no-media-type", manifest(Does::WithoutHeader("Content-Type"))),
        (
            "manifest-unknown-media-type",
            manifest(Does::Say(200, "application/vnd.example+json", "{\"schemaVersion\": 2}")),
        ),
        ("manifest-empty", manifest(Does::OtherText(String::new()))),
        (
            "manifest-huge-number",
            manifest(Does::OtherText("{\"schemaVersion\": 2, \"layers\": [{\"size\": 1e99}]}".to_owned())),
        ),
        ("manifest-deep", manifest(Does::OtherText("[".repeat(100_000)))),
        ("manifest-endless", manifest(Does::Endless(200, "{"))),
        ("manifest-cut", manifest(Does::CutBody(50))),
        ("manifest-slow", manifest(Does::SlowFirstByte(Duration::from_secs(30)))),
        ("manifest-gzip", manifest(Does::Gzip)),
    ];
    let check = |name: &'static str, registry: &Registry, outcome: &Outcome| {
        outcome.golden(name);
        let sent = registry.log().entries().iter().map(|entry| entry.sent).filter(|&sent| sent != u64::MAX).max();
        assert!(sent.unwrap_or(0) < 128 << 20, "{name}: {sent:?} bytes were read");
    };
    at_once(cases, check, "table");
}

#[test]
fn a_manifest_that_breaks_off_is_asked_for_again() {
    for (does, times) in [(Does::CutBody(50), 1), (Does::CutBody(0), 2), (Does::LengthMore(5), 1)] {
        let registry = spoiled(vec![Fault::on(What::Manifest, does.clone()).times(times)]);
        let digest = registry.store().resolve("acme/app", "1.0.0").expect("a digest");
        let pulled = Run::new(&["pull", &registry.oci("acme/app:1.0.0"), "--output", "out", "--json"]).go();
        assert_eq!(pulled.code, 0, "{does:?}: {}", pulled.stderr);
        assert!(pulled.stdout.contains(&digest), "{does:?}: {}", pulled.stdout);
        let log = registry.log().lines();
        assert_eq!(registry.log().count("GET", "/manifests/"), times + 1, "{does:?}: {log:#?}");
    }
    // Not for ever, and not what went well on its way but is something else.
    let registry = spoiled(vec![Fault::on(What::Manifest, Does::CutBody(50))]);
    assert_eq!(list(&registry, "json").go().code, 0);
    assert_eq!(registry.log().count("GET", "/manifests/"), 3);
    let registry = spoiled(vec![Fault::on(What::Manifest, Does::OtherBody)]);
    let digest = registry.store().resolve("acme/app", "1.0.0").expect("a digest");
    let pulled = Run::new(&["pull", &registry.oci(&format!("acme/app@{digest}")), "--output", "out"]).go();
    assert_eq!((pulled.code, registry.log().count("GET", "/manifests/")), (1, 1), "{}", pulled.stderr);
}

#[test]
fn a_digest_is_of_what_came_and_not_of_what_was_said() {
    for does in [Does::DigestLies, Does::DigestMissing, Does::DigestMalformed] {
        let registry = spoiled(vec![Fault::on(What::Manifest, does.clone())]);
        let digest = registry.store().resolve("acme/app", "1.0.0").expect("a digest");
        let outcome = list(&registry, "json").go();
        let json: serde_json::Value = serde_json::from_str(&outcome.stdout).expect("JSON");
        assert_eq!(json["results"][0]["digest"], digest.as_str(), "{does:?}: {}", outcome.stdout);
    }
}

#[test]
fn one_bad_tag_spoils_no_list() {
    let registry = spoiled(vec![
        Fault::on(What::Manifest, Does::Refuse(404, "MANIFEST_UNKNOWN", "manifest unknown")).target("1.1.0"),
    ]);
    let digest = registry.store().resolve("acme/app", "1.0.0").expect("a digest");
    for tag in ["1.1.0", "1.2.0"] {
        registry.store().tag("acme/app", tag, &digest);
    }
    let outcome = list(&registry, "table").go();
    outcome.golden("list-with-a-bad-tag");
}

#[test]
fn connections_that_come_to_nothing_end_in_time() {
    thread::scope(|scope| {
        for (connections, name, timeout) in
            [(Connections::ClosedAtOnce, "connections-closed", 20), (Connections::Silent, "connections-silent", 4)]
        {
            scope.spawn(move || {
                let registry = Registry::with(Quirks { connections, ..Quirks::default() }).start();
                let outcome = list(&registry, "name").timeout(&format!("{timeout}s")).go();
                outcome.golden(name).assert_within(Duration::from_secs(timeout));
            });
        }
    });
    let gone = Registry::new();
    let host = gone.host().to_owned();
    drop(gone);
    Run::new(&["list", &format!("oci://{host}/acme/app")])
        .placeholder(&host, "[REGISTRY]")
        .go()
        .golden("connections-refused")
        .assert_within(Duration::ZERO);
}

#[test]
fn warnings_are_shown_once() {
    let warnings =
        ["299 - \"This registry ends on 2027-01-01.\"", "299 - \"Another\"", "110 - \"stale\"", "no warning"];
    let warnings = warnings.map(str::to_owned).to_vec();
    let registry = Registry::with(Quirks { warnings, ..Quirks::default() }).start();
    app().put(registry.store(), "acme/app", &["1.0.0", "1.1.0"]);
    list(&registry, "table").go().golden("warnings");
}
