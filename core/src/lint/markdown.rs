//! Fenced YAML blocks of a Markdown text.
//!
//! Everything else is blanked out byte for byte, each block made a document of its own, so that
//! positions are the Markdown file's and one broken block costs nothing but itself.

/// The text with everything but its fenced YAML blanked out: as many bytes, the same lines.
pub(super) fn mask(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut fence: Option<Fence> = None;
    for line in text.split_inclusive('\n') {
        let content = line.trim_end_matches(['\n', '\r']);
        let ending = line.get(content.len()..).unwrap_or_default();
        match &fence {
            None => {
                let opened = Fence::open(content);
                // A fence is at least three characters long, and so is the marker.
                out.push_str(&padded(
                    if opened.as_ref().is_some_and(|fence| fence.is_yaml) { "---" } else { "" },
                    content,
                ));
                fence = opened;
            }
            Some(open) if open.closes(content) => {
                out.push_str(&padded(if open.is_yaml { "..." } else { "" }, content));
                fence = None;
            }
            Some(open) if !open.is_yaml => out.push_str(&padded("", content)),
            // A separator inside a block that a list indents.
            Some(open) if open.indent > 0 && content.trim() == "---" => out.push_str(&padded("---", content)),
            Some(_) => out.push_str(content),
        }
        out.push_str(ending);
    }
    out
}

struct Fence {
    mark: char,
    length: usize,
    indent: usize,
    is_yaml: bool,
}

impl Fence {
    fn open(line: &str) -> Option<Self> {
        let trimmed = line.trim_start();
        let mark = trimmed.chars().next().filter(|c| matches!(c, '`' | '~'))?;
        let length = trimmed.chars().take_while(|c| *c == mark).count();
        if length < 3 {
            return None;
        }
        let info = trimmed.get(length..)?.trim_start_matches([' ', '{', '.']);
        let language = info.split([' ', ',', '{', '}', ':', '\t']).next().unwrap_or_default();
        let is_yaml = ["yaml", "yml"].iter().any(|name| language.eq_ignore_ascii_case(name));
        Some(Self { mark, length, indent: line.len() - trimmed.len(), is_yaml })
    }

    fn closes(&self, line: &str) -> bool {
        let trimmed = line.trim();
        trimmed.chars().all(|c| c == self.mark) && trimmed.chars().count() >= self.length
    }
}

/// A marker followed by as many blanks as the line has bytes left.
fn padded(marker: &str, line: &str) -> String {
    format!("{marker:<width$}", width = line.len())
}

#[cfg(test)]
mod tests {
    use super::mask;

    #[test]
    fn blocks_stay_where_they_are() {
        let text = "# Títle\n\n- step\n\n  ```yaml title=\"a\"\n  a: 1\n  ---\n  b: é\n  ```\n\n```sh\nls\n```\n";
        let masked = mask(text);
        assert_eq!(masked.len(), text.len());
        assert_eq!(masked.lines().count(), text.lines().count());
        assert_eq!(masked.find("b: é"), text.find("b: é"));
        assert!(!masked.contains("ls") && !masked.contains("step"));
        assert_eq!(masked.matches("---").count(), 2);
    }
}
