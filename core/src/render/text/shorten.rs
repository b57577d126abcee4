//! Long values, shortened in the middle.

use std::borrow::Cow;

/// From this many hexadecimal digits on a run of them is a digest, which nobody reads to its end.
const LONG_HEX: usize = 40;
const HEX_HEAD: usize = 6;
const HEX_TAIL: usize = 4;

/// Words longer than this are shortened.
const LONG_WORD: usize = 100;
/// The same where the controller is quoted: its words must be found again by those who search for them.
const LONG_QUOTED_WORD: usize = 400;
const WORD_HEAD: usize = 60;
const WORD_TAIL: usize = 24;

/// Lines longer than this are shortened, whatever is in them: minified JSON, certificates.
const LONG_LINE: usize = 240;
const LINE_HEAD: usize = 120;
const LINE_TAIL: usize = 80;

/// Messages longer than this are shortened: some registries answer with whole pages, and they are quoted.
const LONG_MESSAGE: usize = 1200;
const MESSAGE_HEAD: usize = 700;
const MESSAGE_TAIL: usize = 200;

/// A message that may quote what anybody answered, shortened in the middle if it would fill the screen.
pub(super) fn shorten_message(text: &str) -> Cow<'_, str> {
    middle(text, LONG_MESSAGE, MESSAGE_HEAD, MESSAGE_TAIL)
}

/// A text with its digests, its long words and its long lines shortened in the middle.
pub(super) fn shorten(text: &str) -> Cow<'_, str> {
    shorten_words(text, LONG_WORD, LONG_LINE)
}

/// As [`shorten`], for prose: it is wrapped, and may quote what is not to be cut.
pub(super) fn shorten_prose(text: &str) -> Cow<'_, str> {
    shorten_words(text, LONG_QUOTED_WORD, usize::MAX)
}

fn shorten_words(text: &str, long_word: usize, long_line: usize) -> Cow<'_, str> {
    if text.len() < LONG_HEX {
        return Cow::Borrowed(text);
    }
    let mut out = String::new();
    for (index, line) in text.split('\n').enumerate() {
        if index > 0 {
            out.push('\n');
        }
        let words: Vec<Cow<'_, str>> = line.split(' ').map(|text| word(text, long_word)).collect();
        out.push_str(&middle(&words.join(" "), long_line, LINE_HEAD, LINE_TAIL));
    }
    if out == text { Cow::Borrowed(text) } else { Cow::Owned(out) }
}

fn word(word: &str, long: usize) -> Cow<'_, str> {
    if word.len() < LONG_HEX {
        return Cow::Borrowed(word);
    }
    let mut out = String::new();
    let mut rest = word;
    while let Some(c) = rest.chars().next() {
        let hex = rest.bytes().take_while(u8::is_ascii_hexdigit).count();
        let run = if hex > 0 { hex } else { c.len_utf8() };
        let Some((head, tail)) = rest.split_at_checked(run) else { break };
        out.push_str(&middle(head, LONG_HEX - 1, HEX_HEAD, HEX_TAIL));
        rest = tail;
    }
    Cow::Owned(middle(&out, long, WORD_HEAD, WORD_TAIL).into_owned())
}

/// The first and last characters of a text that has more than `limit`.
fn middle(text: &str, limit: usize, head: usize, tail: usize) -> Cow<'_, str> {
    let length = text.chars().count();
    if length <= limit {
        return Cow::Borrowed(text);
    }
    let first = text.chars().take(head);
    let last = text.chars().skip(length - tail);
    Cow::Owned(first.chain(['…']).chain(last).collect())
}

#[cfg(test)]
mod tests {
    use super::shorten;

    #[test]
    fn what_nobody_reads_to_its_end_is_cut() {
        let hex = "3f2a1b".to_owned() + &"0".repeat(54) + "e1c2";
        assert_eq!(shorten(&format!("tag: 6.9.2@sha256:{hex}")), "tag: 6.9.2@sha256:3f2a1b…e1c2");
        assert_eq!(
            shorten("oci://ghcr.io/stefanprodan/manifests/podinfo"),
            "oci://ghcr.io/stefanprodan/manifests/podinfo"
        );
        let word = format!("\"{}\"", "x".repeat(500));
        assert_eq!(shorten(&word).chars().count(), 85);
        let line = "word ".repeat(100);
        assert_eq!(shorten(&line).chars().count(), 201);
        assert_eq!(shorten(&format!("a\n{line}")).lines().count(), 2);
    }
}
