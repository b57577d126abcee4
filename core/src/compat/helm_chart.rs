//! What Helm makes of a Chart.yaml when it packages and pushes: a port of helm 3.19 (pkg/chart `Metadata`,
//! pkg/registry `Push`). Vectors: `helm_chart.jsonl`.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::go::json::escape_for_html;
use super::go::unicode::is_printable;
use super::quote::quoted;
use super::semver::Version;
use crate::text::{LineIndex, Span};
use crate::yaml;

/// A chart's metadata. The order of the fields is that of the artifact's configuration.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, Serialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ChartMetadata {
    /// Required: a name without slashes.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub name: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    home: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    sources: Vec<String>,
    /// Required: a version as Masterminds/semver reads it.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub version: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    description: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    keywords: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    maintainers: Vec<Maintainer>,
    #[serde(skip_serializing_if = "String::is_empty")]
    icon: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    api_version: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    condition: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    tags: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    app_version: String,
    #[serde(skip_serializing_if = "is_false")]
    deprecated: bool,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    annotations: BTreeMap<String, String>,
    #[serde(skip_serializing_if = "String::is_empty")]
    kube_version: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    dependencies: Vec<Dependency>,
    #[serde(rename = "type", skip_serializing_if = "String::is_empty")]
    kind: String,
}

#[derive(Debug, Clone, Default, PartialEq, Deserialize, Serialize)]
#[serde(default)]
struct Maintainer {
    #[serde(skip_serializing_if = "String::is_empty")]
    name: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    email: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    url: String,
}

#[derive(Debug, Clone, Default, PartialEq, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case", default)]
struct Dependency {
    name: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    version: String,
    repository: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    condition: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tags: Vec<String>,
    #[serde(skip_serializing_if = "is_false")]
    enabled: bool,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    import_values: Vec<Value>,
    #[serde(skip_serializing_if = "String::is_empty")]
    alias: String,
}

/// Why Helm packages no chart of that metadata.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChartError(String);

impl fmt::Display for ChartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for ChartError {}

impl ChartMetadata {
    /// Reads a Chart.yaml and checks what Helm checks.
    ///
    /// # Errors
    ///
    /// Text that is no YAML, a field of the wrong type, or what Helm's validation refuses, that in its words.
    pub fn parse(text: &str) -> Result<Self, ChartError> {
        let tree = yaml::parse(text);
        let at = |span: Span| LineIndex::new(text).line(span.start()) + 1;
        if let Some(error) = tree.documents().iter().find_map(|document| document.error.as_ref()) {
            return Err(ChartError(format!("line {}: {}", at(error.span), error.message)));
        }
        let mut value = match tree.root(text, 0).map(yaml::to_json) {
            Some(Ok(value)) => value,
            Some(Err(error)) => {
                return Err(ChartError(format!("line {}: it cannot be written as JSON", at(error.span))));
            }
            None => Value::Null,
        };
        value.sort_all_objects();
        if value.is_null() {
            value = Value::Object(serde_json::Map::new());
        }
        put_texts(&mut value);
        let mut metadata: Self = serde_json::from_value(value).map_err(|error| ChartError(error.to_string()))?;
        if metadata.api_version.is_empty() {
            metadata.api_version = "v1".to_owned();
        }
        metadata.sanitize();
        metadata.validate().map_err(|words| ChartError(format!("validation: {words}")))?;
        Ok(metadata)
    }

    /// The configuration of the artifact (`application/vnd.cncf.helm.config.v1+json`), as Go encodes it.
    pub fn config(&self) -> String {
        escape_for_html(&serde_json::to_string(self).unwrap_or_default())
    }

    /// The annotations of the artifact's manifest, but for the time (`org.opencontainers.image.created`).
    pub fn annotations(&self) -> BTreeMap<String, String> {
        let key = |name: &str| format!("org.opencontainers.image.{name}");
        let authors: Vec<String> = self.maintainers.iter().map(Maintainer::author).collect();
        let own = [
            ("description", self.description.clone()),
            ("title", self.name.clone()),
            ("version", self.version.clone()),
            ("url", self.home.clone()),
            ("source", self.sources.first().cloned().unwrap_or_default()),
            ("authors", authors.join(", ")),
        ];
        let own = own.into_iter().filter(|(_, value)| !value.trim().is_empty());
        let mut annotations: BTreeMap<String, String> = own.map(|(name, value)| (key(name), value)).collect();
        // What names the artifact is not to be set otherwise.
        let kept = [key("version"), key("title")];
        let of_chart = self.annotations.iter().filter(|(key, _)| !kept.contains(key));
        annotations.extend(of_chart.map(|(key, value)| (key.clone(), value.clone())));
        annotations
    }

    /// The tag that Helm pushes to: the version, with `_` for the `+` that no tag may have.
    pub fn tag(&self) -> String {
        self.version.replace('+', "_")
    }

    /// The charts that have to lie in `charts/`.
    pub fn dependencies(&self) -> impl Iterator<Item = &str> {
        self.dependencies.iter().map(|dependency| dependency.name.as_str())
    }

    fn sanitize(&mut self) {
        let fields = [
            &mut self.name,
            &mut self.description,
            &mut self.home,
            &mut self.icon,
            &mut self.condition,
            &mut self.tags,
            &mut self.app_version,
            &mut self.kube_version,
        ];
        let lists = self.sources.iter_mut().chain(&mut self.keywords);
        let of_maintainers = self.maintainers.iter_mut().flat_map(|it| [&mut it.name, &mut it.email, &mut it.url]);
        for field in fields.into_iter().chain(lists).chain(of_maintainers) {
            *field = sanitized(field);
        }
        for dependency in &mut self.dependencies {
            let Dependency { name, version, repository, condition, tags, .. } = dependency;
            for field in [name, version, repository, condition].into_iter().chain(tags) {
                *field = sanitized(field);
            }
        }
    }

    fn validate(&self) -> Result<(), String> {
        let refused = |text: String| Err(text);
        if self.name.is_empty() {
            return refused("chart.metadata.name is required".to_owned());
        }
        if self.name.contains('/') && self.name != "/" {
            return refused(format!("chart.metadata.name {} is invalid", quoted(&self.name)));
        }
        if self.version.is_empty() {
            return refused("chart.metadata.version is required".to_owned());
        }
        if Version::parse(&self.version).is_err() {
            return refused(format!("chart.metadata.version {} is invalid", quoted(&self.version)));
        }
        if !["", "application", "library"].contains(&self.kind.as_str()) {
            return refused("chart.metadata.type must be application or library".to_owned());
        }
        let mut seen = std::collections::BTreeSet::new();
        for Dependency { name, alias, .. } in &self.dependencies {
            let is_plain = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
            if !alias.chars().all(is_plain) {
                let name = quoted(name);
                return refused(format!("dependency {name} has disallowed characters in the alias"));
            }
            let key = if alias.is_empty() { name } else { alias };
            if !seen.insert(key) {
                return refused(format!("more than one dependency with name or alias {}", quoted(key)));
            }
        }
        Ok(())
    }
}

impl Maintainer {
    fn author(&self) -> String {
        if self.email.is_empty() { self.name.clone() } else { format!("{} ({})", self.name, self.email) }
    }
}

/// Blanks for white space, and nothing for what cannot be printed.
fn sanitized(text: &str) -> String {
    let characters = text.chars().map(|c| if c.is_whitespace() { ' ' } else { c });
    characters.filter(|c| *c == ' ' || is_printable(*c)).collect()
}

/// Where a text is wanted, sigs.k8s.io/yaml takes numbers and booleans for one, and Go nothing for none.
fn put_texts(metadata: &mut Value) {
    put_texts_in(metadata, &["dependencies", "maintainers", "deprecated"]);
    for list in ["dependencies", "maintainers"] {
        for item in metadata.get_mut(list).and_then(Value::as_array_mut).into_iter().flatten() {
            put_texts_in(item, &["enabled", "import-values"]);
        }
    }
}

/// Makes texts of the fields of an object, and of what is in its lists and objects, but for some.
fn put_texts_in(object: &mut Value, but: &[&str]) {
    let Value::Object(fields) = object else {
        return;
    };
    // A null is as if the field were not there.
    fields.retain(|_, field| !field.is_null());
    for (_, field) in fields.iter_mut().filter(|(key, _)| !but.contains(&key.as_str())) {
        match field {
            Value::Array(items) => items.iter_mut().for_each(put_text),
            Value::Object(entries) => entries.values_mut().for_each(put_text),
            scalar => put_text(scalar),
        }
    }
}

fn put_text(value: &mut Value) {
    let text = match value {
        Value::Null => String::new(),
        Value::Bool(it) => it.to_string(),
        Value::Number(it) => match it.as_f64().filter(|_| it.is_f64()) {
            Some(float) => general_format(float),
            None => it.to_string(),
        },
        _ => return,
    };
    *value = Value::String(text);
}

/// A float as `strconv.FormatFloat` writes it with 'g' and the fewest digits of 32 bits: with an exponent from
/// a million on and below a ten-thousandth.
fn general_format(float: f64) -> String {
    let float = float as f32;
    let scientific = format!("{float:e}");
    let (digits, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let exponent: i32 = exponent.parse().unwrap_or_default();
    if (-4..6).contains(&exponent) {
        return float.to_string();
    }
    let sign = if exponent < 0 { '-' } else { '+' };
    format!("{digits}e{sign}{:02}", exponent.abs())
}

fn is_false(value: &bool) -> bool {
    !value
}

#[cfg(test)]
mod tests {
    use super::{ChartMetadata, general_format};

    #[test]
    fn annotations_come_from_the_metadata_and_the_charts_own() {
        let text = "apiVersion: v2\nname: app\nversion: 1.0.0+a\ndescription: ' '\nsources: [https://s]\n\
            maintainers: [{name: A, email: a@b.c}, {name: B}]\n\
            annotations: {x: '1', org.opencontainers.image.title: other}\n";
        let metadata = ChartMetadata::parse(text).expect("a chart");
        let annotations: Vec<_> = metadata.annotations().into_iter().collect();
        let own = |name: &str, value: &str| (format!("org.opencontainers.image.{name}"), value.to_owned());
        let expected = [
            own("authors", "A (a@b.c), B"),
            own("source", "https://s"),
            own("title", "app"),
            own("version", "1.0.0+a"),
            ("x".to_owned(), "1".to_owned()),
        ];
        assert_eq!(annotations, expected);
        assert_eq!(metadata.tag(), "1.0.0_a");
    }

    #[test]
    fn faults_of_the_text_have_a_line() {
        let error = ChartMetadata::parse("name: app\nversion: \"1\n").expect_err("an open quote");
        assert!(error.to_string().starts_with("line 2: "), "{error}");
    }

    #[test]
    fn floats_are_written_as_go_does() {
        for (float, words) in
            [(1.0, "1"), (1.1, "1.1"), (0.0001, "0.0001"), (0.00001, "1e-05"), (1_234_567.0, "1.234567e+06")]
        {
            assert_eq!(general_format(float), words);
        }
    }
}
