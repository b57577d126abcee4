//! Styles, applied or not.

use annotate_snippets::renderer::{AnsiColor, Style};

use super::super::Options;

/// How text for a terminal is to look.
#[derive(Debug, Clone, Copy)]
pub struct Look {
    /// ANSI colours.
    pub color: bool,
    /// OSC 8 links.
    pub hyperlinks: bool,
    /// Columns of a line.
    pub width: usize,
}

impl Look {
    /// Plain text, for files and pipes.
    pub const PLAIN: Self = Self { color: false, hyperlinks: false, width: 100 };

    pub(in crate::render) fn of(options: &Options<'_>) -> Self {
        Self {
            color: options.color,
            hyperlinks: options.color && options.hyperlinks,
            width: options.width.clamp(40, 10_000),
        }
    }

    fn styled(&self, style: Style, text: &str) -> String {
        if self.color && !text.is_empty() { format!("{style}{text}{style:#}") } else { text.to_owned() }
    }

    pub(super) fn bold(&self, text: &str) -> String {
        self.styled(Style::new().bold(), text)
    }

    pub(super) fn dim(&self, text: &str) -> String {
        self.styled(Style::new().dimmed(), text)
    }

    pub(super) fn error(&self, text: &str) -> String {
        self.styled(AnsiColor::BrightRed.on_default().bold(), text)
    }

    pub(super) fn warning(&self, text: &str) -> String {
        self.styled(AnsiColor::Yellow.on_default().bold(), text)
    }

    pub(super) fn info(&self, text: &str) -> String {
        self.styled(AnsiColor::BrightBlue.on_default().bold(), text)
    }

    pub(super) fn good(&self, text: &str) -> String {
        self.styled(AnsiColor::Green.on_default().bold(), text)
    }

    pub(super) fn help(&self, text: &str) -> String {
        self.styled(AnsiColor::BrightCyan.on_default().bold(), text)
    }

    /// A text that leads to an address where the terminal can.
    pub(super) fn link(&self, text: &str, url: &str) -> String {
        if self.hyperlinks { format!("\x1b]8;;{url}\x1b\\{text}\x1b]8;;\x1b\\") } else { text.to_owned() }
    }
}

/// Breaks a text into lines of at most `width` characters, at blanks; its own line breaks stay. A longer word has a
/// line to itself.
pub(super) fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut out = Vec::new();
    for paragraph in text.lines() {
        // What is indented is an example: its indentation means something.
        let indent = paragraph.len() - paragraph.trim_start_matches(' ').len();
        let mut line = " ".repeat(indent);
        let mut length = 0;
        for word in paragraph.trim_start_matches(' ').split(' ') {
            let size = word.chars().count();
            if length > 0 && length + 1 + size > width {
                out.push(std::mem::take(&mut line));
                length = 0;
            }
            if length > 0 {
                line.push(' ');
                length += 1;
            }
            line.push_str(word);
            length += size;
        }
        out.push(line);
    }
    out
}
