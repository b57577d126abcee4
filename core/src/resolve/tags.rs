//! A list of tags as people and tools write it.

use std::borrow::Cow;

use crate::collections::Gather;
use crate::compat::go::json::{Json, Kind, Value};

/// Tags with the repository that the list says they are of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tags {
    /// In the order of the list.
    pub tags: Vec<String>,
    /// `name` of a registry's answer.
    pub repository: Option<String>,
}

/// Reads one tag a line, or JSON: a registry's answer (`{"name": …, "tags": […]}`), skopeo's
/// (`{"Repository": …, "Tags": […]}`), or a bare array. `Err` says what it is instead.
pub fn parse_tags(text: &str) -> Result<Tags, String> {
    let trimmed = text.trim_start_matches('\u{feff}').trim();
    if !trimmed.starts_with(['{', '[', '"']) {
        let tags = trimmed.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
        return Ok(Tags { tags: tags.map(str::to_owned).gather(), repository: None });
    }
    let json = Json::parse(trimmed).map_err(|error| {
        let (before, _) = trimmed.split_at_checked(error.offset).unwrap_or((trimmed, ""));
        let line = before.rsplit('\n').next().unwrap_or_default();
        let number = before.matches('\n').count() + 1;
        format!("it is no JSON: {}, line {number} column {}", error.words, line.chars().count() + 1)
    })?;
    let root = json.root();
    let get = |names: &[&str]| names.iter().find_map(|name| root.get(name));
    let (list, repository) = match root.kind() {
        Kind::Object => (get(&["tags", "Tags"]), get(&["name", "Repository", "repository"]).and_then(Value::as_text)),
        _ => (Some(root), None),
    };
    // A repository without tags is answered with null.
    let is_list =
        |list: &Value<'_>| list.kind() == Kind::Array || list.kind() == Kind::Null && root.kind() == Kind::Object;
    let list = list.filter(is_list).ok_or_else(|| "it is JSON without a list of tags".to_owned())?;
    let tag = |item: Value<'_>| {
        let named = || ["tag", "name", "Tag", "Name"].iter().find_map(|key| item.get(key)?.as_text());
        item.as_text().or_else(named).map(Cow::into_owned)
    };
    let tags: Option<Vec<String>> = list.elements().map(tag).collect();
    let tags = tags.ok_or_else(|| "an item of its list is no tag".to_owned())?;
    Ok(Tags { tags, repository: repository.map(Cow::into_owned) })
}

#[cfg(test)]
mod tests {
    use super::parse_tags;

    #[test]
    fn lists_are_read_as_tools_write_them() {
        let tags = |text: &str| parse_tags(text).map(|tags| tags.tags.join(" "));
        let both = Ok("1.0.0 latest".to_owned());
        assert_eq!(tags("1.0.0\nlatest\n"), both);
        assert_eq!(tags("# tags\r\n1.0.0\r\n\r\nlatest"), both);
        assert_eq!(tags("[\"1.0.0\",\"latest\"]"), both);
        assert_eq!(tags("{\"name\":\"a/b\",\"tags\":[\"1.0.0\",\"latest\"]}"), both);
        assert_eq!(tags("{\"Repository\":\"x\",\"Tags\":[\"1.0.0\",\"latest\"]}"), both);
        assert_eq!(tags("[{\"name\":\"1.0.0\"},{\"tag\":\"latest\"}]"), both);
        assert_eq!(tags("{\"name\":\"a\",\"tags\":null}"), Ok(String::new()));
        assert_eq!(tags(""), Ok(String::new()));
        assert!(tags("{\"errors\":[]}").is_err());
        assert!(tags("[1]").is_err());
        assert!(tags("{").is_err());
        assert_eq!(parse_tags("{\"name\":\"a/b\",\"tags\":[]}").unwrap().repository.as_deref(), Some("a/b"));
    }
}
