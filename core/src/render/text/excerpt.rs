//! The lines of a file that a finding shows, with what is too long to be read left out.

use std::borrow::Cow;
use std::ops::Range;

use crate::model::{File, Kind};
use crate::text::{Span, mask_credentials};
use crate::yaml::Node;

use super::shorten::shorten;

/// Some lines of a file. The renderer sees these alone: its cost does not grow with the file.
pub(super) struct Excerpt {
    /// The lines, shortened, `\n` between them.
    pub(super) text: String,
    /// The number of the first one, from 1.
    pub(super) first_line: usize,
    /// Where each cut lies in the file and in the text, ascending.
    cuts: Vec<(usize, usize)>,
}

impl Excerpt {
    /// The lines (from 0, both included) of a file. Nothing is left out across a cut, so that each byte offset of
    /// `cuts` has its place in the excerpt.
    pub(super) fn new(file: &File, first: usize, last: usize, cuts: &[usize]) -> Self {
        let mut sorted: Vec<usize> = cuts.to_vec();
        sorted.sort_unstable();
        sorted.dedup();
        let mut out = Self { text: String::new(), first_line: first + 1, cuts: Vec::new() };
        let secrets = secrets(file);
        let mut waiting = sorted.into_iter().peekable();
        for number in first..=last {
            if number > first {
                out.text.push('\n');
            }
            let line = file.lines().span(&file.text, number);
            let next = file.lines().span(&file.text, number + 1);
            let mut at = line.start();
            let shown = masked(file, line, &secrets);
            let part =
                |start: usize, end: usize| shown.get(start - line.start()..end - line.start()).unwrap_or_default();
            // A cut inside a line break belongs to the line's end.
            let is_last = number == last;
            while let Some(cut) = waiting.next_if(|cut| is_last || *cut < next.start() || *cut <= line.end()) {
                let end = cut.clamp(at, line.end());
                out.text.push_str(&shorten(part(at, end)));
                out.cuts.push((cut, out.text.len()));
                at = end;
            }
            out.text.push_str(&shorten(part(at, line.end())));
        }
        out
    }

    /// Where a span of the file, whose ends are cuts, lies in the excerpt.
    pub(super) fn range(&self, span: Span) -> Range<usize> {
        let place = |offset: usize| match self.cuts.binary_search_by_key(&offset, |(cut, _)| *cut) {
            Ok(found) => self.cuts.get(found).map_or(0, |(_, place)| *place),
            Err(_) => self.text.len(),
        };
        let start = place(span.start());
        start..place(span.end()).max(start)
    }
}

/// Where a file holds the values of Secrets.
fn secrets(file: &File) -> Vec<Span> {
    let secrets = file.objects().filter(|object| object.kind() == Kind::Secret);
    let data = secrets.flat_map(|object| ["data", "stringData"].into_iter().filter_map(move |key| object.at(key)));
    data.flat_map(Node::entries).map(|entry| entry.value.span()).collect()
}

/// A line without passwords, byte for byte as long: a terminal and the log of a CI job are read by
/// others than those who read the file.
fn masked<'a>(file: &'a File, line: Span, secrets: &[Span]) -> Cow<'a, str> {
    let mut out = mask_credentials(line.of(&file.text));
    for secret in secrets {
        let (start, end) = (secret.start().max(line.start()), secret.end().min(line.end()));
        if start < end {
            let range = start - line.start()..end - line.start();
            out.to_mut().replace_range(range, &"*".repeat(end - start));
        }
    }
    out
}
