//! From a configuration's text to its type.

use crate::collections::{Gather, IndexMap};
use crate::text::Span;
use crate::yaml::{self, Entry, Node, Scalar};

use super::keys::{KEYS, Key, OVERRIDE_KEYS, REGISTRY_KEYS};
use super::{Config, FluxVersion, Level, Override, Profile, Registry};

/// Why a configuration was refused: what, where, and what may have been meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigError {
    /// The characters at fault.
    pub span: Span,
    /// What is wrong, in lower case.
    pub message: String,
    /// The nearest name that exists, or what is allowed.
    pub help: Option<String>,
}

/// Reads a configuration. `is_rule` says which rule ids exist, `rules` lists them for suggestions.
///
/// # Errors
///
/// The first thing that does not parse, an unknown key, or an unknown rule.
pub fn read(text: &str, rules: &[&str]) -> Result<Config, ConfigError> {
    let tree = yaml::parse(text);
    if let Some(error) = tree.documents().iter().find_map(|document| document.error.as_ref()) {
        return Err(ConfigError { span: error.span, message: error.message.clone(), help: None });
    }
    let mut config = Config::default();
    let Some(root) = tree.root(text, 0).filter(|root| !root.is_null()) else {
        return Ok(config);
    };
    for entry in mapping(root, "the configuration")? {
        let value = entry.value;
        match entry.key.text() {
            "flux" => {
                config.flux = FluxVersion::parse(value.text())
                    .ok_or_else(|| wrong(value, "a Flux version is two numbers, such as \"2.9\""))?;
            }
            "profile" => {
                config.profile = Profile::parse(value.text())
                    .ok_or_else(|| wrong(value, "a profile is default, strict or minimal"))?;
            }
            "rules" => config.rules = levels(value, rules)?,
            "exclude" => config.exclude = strings(value, "exclude")?,
            "overrides" => config.overrides = overrides(value, rules)?,
            "substitute" => config.substitute = string_map(value, "substitute")?,
            "substituteFrom" => config.substitute_from = Some(string(value, "substituteFrom")?),
            "registries" => config.registries = registries(value)?,
            "lock" => config.lock = Some(string(value, "lock")?),
            key => return Err(unknown(entry.key, "key", key, &names(KEYS))),
        }
    }
    Ok(config)
}

/// Reads a file of substitutes: a flat YAML mapping, or `NAME=value` a line.
///
/// # Errors
///
/// Where it is neither.
pub fn read_substitutes(text: &str) -> Result<IndexMap<String, String>, ConfigError> {
    let tree = yaml::parse(text);
    if let Some(root) = tree.root(text, 0).filter(|root| root.is_mapping()) {
        let root = root.get("data").filter(|data| data.is_mapping()).unwrap_or(root);
        return string_map(root, "the substitutes");
    }
    let mut out = IndexMap::new();
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let content = line.trim();
        if !content.is_empty() && !content.starts_with('#') {
            let content = content.strip_prefix("export ").unwrap_or(content);
            let Some((name, value)) = content.split_once('=') else {
                let span = Span::new(at, at + line.trim_end().len());
                return Err(ConfigError { span, message: "not a line of the form NAME=value".to_owned(), help: None });
            };
            let value = value.trim().trim_matches('"').trim_matches('\'');
            out.insert(name.trim().to_owned(), value.to_owned());
        }
        at += line.len();
    }
    Ok(out)
}

fn levels(node: Node<'_>, rules: &[&str]) -> Result<IndexMap<String, Level>, ConfigError> {
    let mut out = IndexMap::new();
    for entry in mapping(node, "rules")? {
        let id = entry.key.text();
        if !rules.contains(&id) {
            return Err(unknown(entry.key, "rule", id, rules));
        }
        // `off` is a boolean to YAML 1.1, and what people write.
        let level = match entry.value.scalar() {
            Some(Scalar::Bool(false)) => Some(Level::Off),
            _ => Level::parse(entry.value.text()),
        };
        let level = level.ok_or_else(|| wrong(entry.value, "a level is off, info, warning or error"))?;
        out.insert(id.to_owned(), level);
    }
    Ok(out)
}

fn overrides(node: Node<'_>, rules: &[&str]) -> Result<Vec<Override>, ConfigError> {
    if !node.is_sequence() {
        return Err(wrong(node, "overrides is a list"));
    }
    let mut out = Vec::new();
    for item in node.items() {
        let mut entry = Override::default();
        for field in mapping(item, "an override")? {
            match field.key.text() {
                "paths" => entry.paths = strings(field.value, "paths")?,
                "rules" => entry.rules = levels(field.value, rules)?,
                key => return Err(unknown(field.key, "key", key, &names(OVERRIDE_KEYS))),
            }
        }
        out.push(entry);
    }
    Ok(out)
}

fn registries(node: Node<'_>) -> Result<IndexMap<String, Registry>, ConfigError> {
    let mut out = IndexMap::new();
    for entry in mapping(node, "registries")? {
        let mut registry = Registry::default();
        for field in mapping(entry.value, "a registry")? {
            match field.key.text() {
                "plainHttp" => {
                    registry.plain_http = match field.value.scalar() {
                        Some(Scalar::Bool(value)) => value,
                        _ => return Err(wrong(field.value, "plainHttp is true or false")),
                    };
                }
                "caFile" => registry.ca_file = Some(string(field.value, "caFile")?),
                key => return Err(unknown(field.key, "key", key, &names(REGISTRY_KEYS))),
            }
        }
        out.insert(entry.key.text().to_owned(), registry);
    }
    Ok(out)
}

fn mapping<'a>(node: Node<'a>, what: &str) -> Result<Vec<Entry<'a>>, ConfigError> {
    if !node.is_mapping() {
        return Err(wrong(node, &format!("{what} is a mapping of keys to values")));
    }
    if let Some(key) = yaml::duplicate_keys(node).first() {
        return Err(wrong(*key, &format!("the key \"{}\" stands here a second time", key.text())));
    }
    Ok(node.effective_entries())
}

fn string(node: Node<'_>, what: &str) -> Result<String, ConfigError> {
    node.as_str().map(str::to_owned).ok_or_else(|| wrong(node, &format!("{what} is a string")))
}

fn strings(node: Node<'_>, what: &str) -> Result<Vec<String>, ConfigError> {
    if !node.is_sequence() {
        return Err(wrong(node, &format!("{what} is a list of strings")));
    }
    node.items().map(|item| string(item, "an item")).collect()
}

/// Values as text, whatever YAML makes of them: `substitute: {REPLICAS: 3}` is what people write.
fn string_map(node: Node<'_>, what: &str) -> Result<IndexMap<String, String>, ConfigError> {
    let entries = mapping(node, what)?;
    if let Some(entry) = entries.iter().find(|entry| entry.value.is_mapping() || entry.value.is_sequence()) {
        return Err(wrong(entry.value, &format!("{what} maps names to single values")));
    }
    Ok(entries.iter().map(|entry| (entry.key.text().to_owned(), entry.value.text().to_owned())).collect())
}

fn names(keys: &[Key]) -> Vec<&'static str> {
    keys.iter().map(|key| key.name).gather()
}

fn wrong(node: Node<'_>, message: &str) -> ConfigError {
    ConfigError { span: node.span(), message: message.to_owned(), help: None }
}

fn unknown(node: Node<'_>, what: &str, name: &str, known: &[&str]) -> ConfigError {
    let help = match crate::text::nearest(name, known.iter().copied()) {
        Some(near) => format!("did you mean \"{near}\"?"),
        None if known.len() <= 12 => format!("there are: {}", known.join(", ")),
        None => "`kubectl oci rules` lists them".to_owned(),
    };
    ConfigError { span: node.span(), message: format!("unknown {what} \"{name}\""), help: Some(help) }
}
