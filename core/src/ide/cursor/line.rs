//! One line of YAML, taken for itself.

/// A line of a block collection that holds more than a comment.
#[derive(Debug, Clone, Copy)]
pub(super) struct Line<'a> {
    /// The column of the first character that is no blank.
    pub(super) indent: usize,
    /// The column of its dash, where it begins an item.
    pub(super) dash: Option<usize>,
    /// The column of what stands behind blanks and dash.
    pub(super) column: usize,
    /// What stands there, without its comment and the blanks at its end.
    pub(super) content: &'a str,
}

impl<'a> Line<'a> {
    /// `None` for blanks, comments, and what is indented with tabs or begins two items at once.
    pub(super) fn read(text: &'a str) -> Option<Self> {
        let indent = blanks(text);
        let mut column = indent;
        let mut dash = None;
        let rest = text.get(indent..)?;
        if let Some(behind) = rest.strip_prefix('-').filter(|behind| behind.is_empty() || behind.starts_with(' ')) {
            dash = Some(indent);
            column = indent + 1 + blanks(behind);
        }
        let rest = text.get(column..)?;
        let content = rest.get(..comment(rest))?.trim_end();
        let is_second = content == "-" || content.starts_with("- ");
        if content.is_empty() && dash.is_none() || content.starts_with('\t') || is_second {
            return None;
        }
        Some(Self { indent, dash, column, content })
    }

    /// Its key, with the column behind it; and the value on the same line, possibly empty.
    pub(super) fn entry(&self) -> Option<Entry<'a>> {
        let (key, end) = key(self.content)?;
        let rest = self.content.get(end + 1..)?;
        let blanks = blanks(rest);
        Some(Entry {
            key,
            key_end: self.column + end,
            value: rest.get(blanks..)?,
            value_column: self.column + end + 1 + blanks,
        })
    }

    /// Its key, where the value may stand on the lines below.
    pub(super) fn opens(&self) -> Option<&'a str> {
        let entry = self.entry()?;
        // An anchor or a tag belongs to the collection below.
        let is_open = entry.value.is_empty() || entry.value.starts_with(['&', '!']) && !entry.value.contains(' ');
        is_open.then_some(entry.key)
    }
}

/// A key and what stands behind it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Entry<'a> {
    pub(super) key: &'a str,
    /// The column of its colon.
    pub(super) key_end: usize,
    pub(super) value: &'a str,
    pub(super) value_column: usize,
}

/// A key without its quotes, and where its colon stands.
fn key(content: &str) -> Option<(&str, usize)> {
    if let Some(quote) = content.chars().next().filter(|c| matches!(c, '"' | '\'')) {
        let len = content.get(1..)?.find(quote)?;
        let end = len + 2;
        return content.get(end..)?.starts_with(':').then(|| Some((content.get(1..=len)?, end)))?;
    }
    let colon = |at: &usize| content.get(at + 1..).is_some_and(|rest| rest.is_empty() || rest.starts_with(' '));
    let end = content.match_indices(':').map(|(at, _)| at).find(colon)?;
    let key = content.get(..end)?.trim_end();
    (!key.is_empty() && !key.starts_with(['{', '[', '|', '>', '#'])).then_some((key, end))
}

/// How many blanks a text begins with.
fn blanks(text: &str) -> usize {
    text.bytes().take_while(|byte| *byte == b' ').count()
}

/// Where the comment of a line begins; its end where it has none.
pub(super) fn comment(text: &str) -> usize {
    let mut quote = None;
    let mut before = ' ';
    for (at, c) in text.char_indices() {
        match (quote, c) {
            (Some(open), c) if c == open && before != '\\' => quote = None,
            (Some(_), _) => {}
            (None, '#') if matches!(before, ' ' | '\t') => return at,
            (None, '"' | '\'') if matches!(before, ' ' | '\t' | '{' | '[' | ',' | ':') => quote = Some(c),
            _ => {}
        }
        before = c;
    }
    text.len()
}
