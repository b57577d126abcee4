//! How fast, and in how much memory. Not part of every run: figures of a debug build on a busy machine say
//! nothing. `tests/run --all` runs them with the release's binary.

use std::time::Duration;

use kubectl_oci_tests::registry::artifact::Artifact;
use kubectl_oci_tests::registry::{PageLink, Quirks, Registry};
use kubectl_oci_tests::run::Run;

#[test]
#[ignore = "measures"]
fn five_hundred_tags_with_their_manifests_take_a_second_and_a_half() {
    let latency = Duration::from_millis(20);
    let registry = Registry::with(Quirks { latency, ..Quirks::default() }).start();
    for number in 0..500 {
        let tag = format!("1.0.{number}");
        Artifact::flux(&[("app.yaml", &tag)]).put(registry.store(), "acme/app", &[&tag]);
    }
    let run = || Run::new(&["list", &registry.oci("acme/app"), "-o", "json"]).go();
    let mut outcomes = [run(), run(), run()];
    outcomes.sort_by_key(|outcome| outcome.took);
    let median = &outcomes[1];
    assert_eq!(median.stdout.matches("\"sha256:").count(), 500);
    let connections = registry.log().entries().iter().map(|entry| entry.connection).max();
    println!("500 tags: {:?}, {} KiB, connections of three runs: {connections:?}", median.took, median.memory);
    assert!(median.took < Duration::from_millis(1500), "{:?}", median.took);
}

#[test]
#[ignore = "measures"]
fn a_hundred_thousand_tags_take_memory_for_their_names_alone() {
    let quirks = Quirks { page_size: Some(1000), page_link: PageLink::Relative, ..Quirks::default() };
    let registry = Registry::with(quirks).start();
    let digest = Artifact::flux(&[("app.yaml", "kind: ConfigMap\n")]).put(registry.store(), "acme/app", &[]);
    let measure = |count: usize| {
        let arguments = ["list", &registry.oci("acme/app"), "-o", "name", "--limit", "0"];
        let outcome = Run::new(&arguments).timeout("60s").within(Duration::from_secs(60)).go();
        assert_eq!(outcome.stdout.lines().count(), count, "{}", outcome.stderr);
        println!("{count} tags: {:?}, {} KiB", outcome.took, outcome.memory);
        outcome
    };
    let tag = |number: usize| format!("1.{}.{}", number / 1000, number % 1000);
    for number in 0..1_000 {
        registry.store().tag("acme/app", &tag(number), &digest);
    }
    let few = measure(1_000);
    for number in 1_000..100_000 {
        registry.store().tag("acme/app", &tag(number), &digest);
    }
    let many = measure(100_000);
    // Names of eleven bytes: a String, its place in a list, the answer's text, and room for lists that double.
    assert!(many.memory - few.memory < 32 * 1024, "{} KiB for 99,000 names", many.memory - few.memory);
}
