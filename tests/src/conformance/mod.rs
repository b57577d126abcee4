//! Agreement with the Go libraries behind Flux, vector by vector.
//!
//! A kind of vectors is one file here, named as its `<kind>.jsonl`, and one row in [`KINDS`].

use serde_json::Value;

mod archive;
mod constraint;
mod digest;
mod duration;
mod helm;
mod provider_host;
mod pull_secret;
mod reference;
mod regex;
pub mod schema;
mod select;
mod sourceignore;
mod tar_header;
mod tar_read;
mod trust_policy;
mod version;
mod yaml;

/// How one vector came out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// Same value and, where words matter, the same words.
    Agreed,
    /// Same value; the error is worded otherwise. Counted apart.
    Words {
        /// What this project says.
        ours: String,
        /// What the Go library says.
        theirs: String,
    },
    /// A difference that a written reason covers (only `yaml` and `tar_read` have such).
    Explained {
        /// Why the two may differ here.
        reason: &'static str,
        /// What this project says.
        ours: String,
        /// What the Go library says.
        theirs: String,
    },
    /// A disagreement.
    Differs {
        /// What this project says.
        ours: String,
        /// What the Go library says.
        theirs: String,
    },
}

/// Judges the lines of one vector file in order: `(in, out)`. `None` for a line that is no case
/// (the probes that `regex` and `constraint` begin with).
pub type Judge = Box<dyn FnMut(&Value, &Value) -> Option<Verdict>>;

/// Makes a judge with fresh state.
pub type JudgeMaker = fn() -> Judge;

/// Every kind of vectors: the name of its file, and what makes its judge.
pub const KINDS: &[(&str, JudgeMaker)] = &[
    ("version", version::judge),
    ("constraint", constraint::judge),
    ("select", select::judge),
    ("regex", regex::judge),
    ("reference", reference::judge),
    ("digest", digest::judge),
    ("duration", duration::judge),
    ("provider_host", provider_host::judge),
    ("pull_secret", pull_secret::judge),
    ("trust_policy", trust_policy::judge),
    ("sourceignore", sourceignore::judge),
    // Odd names and patterns, each with its domain.
    ("sourceignore_domains", sourceignore::judge_domains),
    ("archive", archive::judge),
    // Go's headers for names of any bytes and sizes beyond 8 GiB.
    ("tar_header", tar_header::judge),
    // Streams of every format and flag, with flaws.
    ("tar_read", tar_read::judge),
    ("helm_chart", helm::judge_chart),
    ("helm_ignore", helm::judge_ignore),
    ("yaml", yaml::judge),
    // A sample of what a fuzzer made sigs.k8s.io/yaml 1.6.0 say: tabs, odd line breaks, keys on two
    // lines, properties in odd places, numbers, tags.
    ("yaml_corners", yaml::judge),
    ("schema", schema::judge),
    ("schema_kinds", schema::judge),
];

/// Compares two outcomes: agreed where `ours == theirs`, else differing, both as JSON.
pub fn compare(ours: &Value, theirs: &Value) -> Verdict {
    if ours == theirs {
        Verdict::Agreed
    } else {
        Verdict::Differs { ours: ours.to_string(), theirs: theirs.to_string() }
    }
}

/// Compares two error texts, for a case where both sides refuse.
pub fn compare_words(ours: &str, theirs: &str) -> Verdict {
    if ours == theirs { Verdict::Agreed } else { Verdict::Words { ours: ours.to_owned(), theirs: theirs.to_owned() } }
}
