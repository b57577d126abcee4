//! The rules' pages as tests: the examples in them are run.
//!
//! A fence `yaml bad` must make the rule speak, `yaml good` must not, and `yaml fixed` behind a
//! bad one is what the rule's fix makes of it. Words behind that: `flux=2.7`, `profile=strict`,
//! `severity=info`, `now=<Unix seconds>`. Lines `# file: path` split a fence into several files.

use kubectl_oci_core::config::{Config, FluxVersion, Profile};
use kubectl_oci_core::diag::{Applicability, Diagnostic};
use kubectl_oci_core::lint::{self, Input};
use kubectl_oci_core::model::Role;
use kubectl_oci_core::rules::Rule;

/// An example of a page.
#[derive(Debug, Clone)]
pub struct Example {
    /// "bad", "good" or "fixed".
    pub kind: String,
    /// `name=value` words behind it.
    pub settings: Vec<(String, String)>,
    /// What stands in the fence.
    pub text: String,
    /// The line it begins at, from 1.
    pub line: usize,
}

/// The examples of a page, in order.
pub fn examples(page: &str) -> Vec<Example> {
    let mut out: Vec<Example> = Vec::new();
    let mut open = false;
    for (number, line) in page.lines().enumerate() {
        if open && line.starts_with("```") {
            open = false;
        } else if open {
            if let Some(example) = out.last_mut() {
                example.text.push_str(line);
                example.text.push('\n');
            }
        } else if let Some(info) = line.strip_prefix("```yaml ") {
            let mut words = info.split_whitespace();
            let kind = words.next().unwrap_or_default().to_owned();
            let settings = words.filter_map(|word| word.split_once('=')).map(|(k, v)| (k.to_owned(), v.to_owned()));
            out.push(Example { kind, settings: settings.collect(), text: String::new(), line: number + 2 });
            open = true;
        }
    }
    out
}

impl Example {
    /// The configuration that its words ask for.
    pub fn config(&self, rule: &Rule) -> Config {
        let mut config = Config::default();
        // A rule that is off by default is what its page is about.
        if !rule.on {
            config.profile = Profile::Strict;
        }
        for (name, value) in &self.settings {
            match name.as_str() {
                "flux" => config.flux = FluxVersion::parse(value).expect("a Flux version"),
                "profile" => config.profile = Profile::parse(value).expect("a profile"),
                "substitute" => {
                    let (name, value) = value.split_once(':').expect("substitute=NAME:value");
                    config.substitute.insert(name.to_owned(), value.to_owned());
                }
                "now" => config.now = Some(value.parse().expect("Unix seconds")),
                "severity" => {}
                other => panic!("unknown setting {other}"),
            }
        }
        config
    }

    /// The files that it holds.
    pub fn files(&self) -> Vec<Input> {
        let mut out: Vec<Input> = Vec::new();
        for line in self.text.split_inclusive('\n') {
            if let Some(path) = line.strip_prefix("# file: ") {
                out.push(Input { path: path.trim().to_owned(), text: String::new(), role: Role::Named });
            }
            if out.is_empty() {
                out.push(Input { path: "example.yaml".to_owned(), text: String::new(), role: Role::Named });
            }
            if let Some(last) = out.last_mut() {
                last.text.push_str(line);
            }
        }
        out
    }

    /// What a rule finds in it.
    pub fn findings(&self, rule: &Rule) -> Vec<Diagnostic> {
        let (_, report) = lint::check(self.files(), &self.config(rule));
        report.diagnostics.into_iter().filter(|diagnostic| diagnostic.rule == rule.id).collect()
    }

    /// What a rule's fixes make of it, applied until none is left.
    pub fn fixed(&self, rule: &Rule) -> String {
        let config = self.config(rule);
        let mut inputs = self.files();
        for _ in 0..10 {
            let (files, report) = lint::check(inputs.clone(), &config);
            let own: Vec<Diagnostic> = report.diagnostics.into_iter().filter(|d| d.rule == rule.id).collect();
            let fixed = lint::apply_fixes(&files, &own, Applicability::Unsafe);
            if fixed.texts.is_empty() {
                break;
            }
            for (id, text) in fixed.texts {
                inputs[id.0 as usize].text = text;
            }
        }
        inputs.into_iter().map(|input| input.text).collect()
    }
}
