//! The hot paths, each beside a peer where one exists. Read the ratios, not the times.

use std::hint::black_box;

use divan::counter::BytesCount;
use divan::{AllocProfiler, Bencher};
use kubectl_oci_core::compat::regex::Regex;
use kubectl_oci_core::config::Config;
use kubectl_oci_core::lint::{self, Input};
use kubectl_oci_core::model::Role;
use kubectl_oci_core::reference::{self, Spec};
use kubectl_oci_core::yaml;

#[global_allocator]
static ALLOC: AllocProfiler = AllocProfiler::system();

fn main() {
    divan::main();
}

const DOCUMENT: &str = include_str!("../../../examples/fleet/apps/podinfo/source.yaml");
const FILTER: &str = r"^v?[0-9]+\.[0-9]+\.[0-9]+$";

fn manifests() -> String {
    format!("{DOCUMENT}---\n").repeat(2_000)
}

#[divan::bench]
fn yaml_ours(bencher: Bencher) {
    let text = manifests();
    bencher.counter(BytesCount::of_str(&text)).bench(|| yaml::parse(black_box(&text)));
}

#[divan::bench]
fn yaml_peer_granit_events(bencher: Bencher) {
    let text = manifests();
    bencher
        .counter(BytesCount::of_str(&text))
        .bench(|| granit_parser::Parser::new_from_str(black_box(&text)).filter(Result::is_ok).count());
}

#[divan::bench]
fn lint_one_document(bencher: Bencher) {
    let config = Config::default();
    bencher.bench(|| {
        let input = Input { path: "source.yaml".to_owned(), text: DOCUMENT.to_owned(), role: Role::Named };
        lint::check(vec![input], black_box(&config))
    });
}

#[divan::bench]
fn select_from_100_000_tags(bencher: Bencher) {
    let tags: Vec<String> = (0..100_000).map(|i| format!("v{}.{}.{}", i % 7, i / 7 % 50, i / 350)).collect();
    let spec = Spec { semver: ">=1.0.0 <2.0.0", ..Spec::default() };
    bencher.bench(|| reference::select(black_box(&tags), &spec).matching);
}

#[divan::bench]
fn filter_100_000_tags(bencher: Bencher) {
    let tags: Vec<String> = (0..100_000).map(|i| format!("v{}.{}.{}", i % 7, i / 7 % 50, i / 350)).collect();
    let regex = Regex::new(FILTER).expect("a filter");
    bencher.bench(|| tags.iter().filter(|tag| regex.is_match(tag)).count());
}

#[divan::bench]
fn regex_compile_ours(bencher: Bencher) {
    bencher.bench(|| Regex::new(black_box(FILTER)).is_ok());
}

#[divan::bench]
fn regex_compile_peer_regex(bencher: Bencher) {
    bencher.bench(|| regex::Regex::new(black_box(FILTER)).is_ok());
}
