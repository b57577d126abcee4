//! A configuration as the YAML that would be read as it, and one to begin with.

use std::fmt::Write;

use crate::collections::IndexMap;

use super::keys::KEYS;
use super::{Config, Level};

/// The configuration as YAML; keys that hold nothing are left out, so that what comes out is what
/// is in force.
pub fn to_yaml(config: &Config) -> String {
    let mut out = String::new();
    let _ = writeln!(out, "flux: \"{}\"", config.flux);
    let _ = writeln!(out, "profile: {}", config.profile.as_str());
    levels("", &config.rules, &mut out);
    list("", "exclude", &config.exclude, &mut out);
    if !config.overrides.is_empty() {
        out.push_str("overrides:\n");
        for entry in &config.overrides {
            let mut body = String::new();
            list("    ", "paths", &entry.paths, &mut body);
            levels("    ", &entry.rules, &mut body);
            let body = if body.is_empty() { "    {}\n".to_owned() } else { body };
            let _ = write!(out, "  - {}", body.trim_start());
        }
    }
    if !config.substitute.is_empty() {
        out.push_str("substitute:\n");
        for (name, value) in config.substitute.iter() {
            let _ = writeln!(out, "  {}: {}", text(name), text(value));
        }
    }
    if let Some(file) = &config.substitute_from {
        let _ = writeln!(out, "substituteFrom: {}", text(file));
    }
    if !config.registries.is_empty() {
        out.push_str("registries:\n");
        for (host, registry) in config.registries.iter() {
            let _ = writeln!(out, "  {}:\n    plainHttp: {}", text(host), registry.plain_http);
            if let Some(file) = &registry.ca_file {
                let _ = writeln!(out, "    caFile: {}", text(file));
            }
        }
    }
    if let Some(lock) = &config.lock {
        let _ = writeln!(out, "lock: {}", text(lock));
    }
    out
}

fn levels(indent: &str, rules: &IndexMap<String, Level>, out: &mut String) {
    if rules.is_empty() {
        return;
    }
    let _ = writeln!(out, "{indent}rules:");
    for (id, level) in rules.iter() {
        let level = if *level == Level::Off { "\"off\"" } else { level.as_str() };
        let _ = writeln!(out, "{indent}  {id}: {level}");
    }
}

fn list(indent: &str, name: &str, items: &[String], out: &mut String) {
    if items.is_empty() {
        return;
    }
    let _ = writeln!(out, "{indent}{name}:");
    for item in items {
        let _ = writeln!(out, "{indent}  - {}", text(item));
    }
}

/// A string in double quotes: what JSON writes is YAML too.
fn text(value: &str) -> String {
    serde_json::to_string(value).unwrap_or_default()
}

/// A configuration to begin with: every key explained, and none of them set.
pub fn starter() -> String {
    let mut out = String::from(
        "# Configuration of kubectl oci: https://github.com/kubectl-oci/kubectl-oci\n\
         # `kubectl oci config schema` prints its JSON Schema, `kubectl oci rules` the rules.\n",
    );
    for key in KEYS {
        let _ = writeln!(out, "\n# {}", key.summary);
        for line in key.example.lines() {
            let _ = writeln!(out, "#{line}");
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::read;

    #[test]
    fn what_is_written_is_read_as_the_same() {
        let text = "flux: \"2.7\"\nprofile: strict\nrules:\n  a: off\n  b: error\nexclude: [x, \"a: b\"]\n\
                    overrides:\n  - paths: [p]\n    rules: {a: info}\n  - {}\nsubstitute: {A: \"1\", \"b c\": \"\\\"\\n\"}\n\
                    substituteFrom: f\nregistries: {\"h:5000\": {plainHttp: true, caFile: c}}\nlock: l\n";
        let rules = ["a", "b"];
        let config = read(text, &rules).unwrap();
        let written = to_yaml(&config);
        assert_eq!(read(&written, &rules).unwrap(), config, "{written}");
        assert_eq!(read(&to_yaml(&Config::default()), &rules).unwrap(), Config::default());
    }

    #[test]
    fn the_starter_sets_nothing() {
        assert_eq!(read(&starter(), &[]).unwrap(), Config::default());
        let uncommented: String = starter()
            .lines()
            .filter(|l| l.starts_with("#  ") || !l.starts_with("# "))
            .map(|l| l.trim_start_matches('#').to_owned() + "\n")
            .collect();
        assert!(read(&uncommented, &["ref-mutable-tag"]).is_ok(), "{uncommented}");
    }
}
