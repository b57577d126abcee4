use crate::config::Config;
use crate::diag::{Applicability, Diagnostic, FileId, Fix, Label, Location, Severity};
use crate::lint::{Input, Report, check};
use crate::model::{File, Role};
use crate::text::{Edit, Span};

use super::super::{FORMATS, Options, Run};

/// A generator of numbers that are the same on each run.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % limit.max(1)
    }
}

fn text(numbers: &mut Numbers) -> String {
    let pieces = [
        "a: 1",
        "\n",
        "\r\n",
        "  ",
        "é",
        "\t",
        "日本",
        "\u{1f600}",
        "# x",
        "\r",
        "\u{feff}",
        "---\n",
        "\x1b[31m",
        "\u{202e}",
        "spec:\n  url: oci://x\n",
        "0123456789abcdef0123456789abcdef0123456789abcdef",
        " word",
    ];
    let mut out = String::new();
    for _ in 0..numbers.below(60) {
        out.push_str(pieces[numbers.below(pieces.len())]);
    }
    if numbers.below(20) == 0 {
        out.push_str(&"long ".repeat(200));
    }
    out
}

fn span(text: &str, numbers: &mut Numbers) -> Span {
    let mut ends = [numbers.below(text.len() + 1), numbers.below(text.len() + 1)];
    ends.sort_unstable();
    for end in &mut ends {
        while !text.is_char_boundary(*end) {
            *end -= 1;
        }
    }
    if numbers.below(2) == 0 {
        ends[1] = ends[0];
    }
    Span::new(ends[0], ends[1])
}

fn diagnostic(files: &[File], numbers: &mut Numbers) -> Diagnostic {
    let place = |numbers: &mut Numbers| {
        let file = numbers.below(files.len());
        Location { file: FileId(file as u32), span: span(&files[file].text, numbers) }
    };
    let at = place(numbers);
    let labels = (0..numbers.below(4)).map(|_| Label { at: place(numbers), message: text(numbers) }).collect();
    let edits = (0..numbers.below(4)).map(|_| place(numbers)).collect::<Vec<_>>();
    let edits = edits.into_iter().map(|at| (at.file, Edit::replace(at.span, text(numbers)))).collect();
    Diagnostic {
        rule: "url-missing-oci-scheme",
        severity: [Severity::Error, Severity::Warning, Severity::Info][numbers.below(3)],
        at,
        object: None,
        message: text(numbers),
        why: (numbers.below(2) == 0).then(|| text(numbers).into()),
        help: (numbers.below(2) == 0).then(|| text(numbers).into()),
        labels,
        fix: Some(Fix { title: text(numbers), applicability: Applicability::Safe, edits }),
        rests_on_set: false,
    }
}

/// Any places, any edits, any text: every format writes something, and nothing that steers a terminal.
#[test]
fn no_finding_is_too_odd_to_be_shown() {
    let mut numbers = Numbers(1);
    for round in 0..400 {
        let inputs =
            (0..2).map(|index| Input { path: format!("{index}.yaml"), text: text(&mut numbers), role: Role::Named });
        let (files, _) = check(inputs.collect(), &Config::default());
        let mut report = Report { diagnostics: vec![diagnostic(&files, &mut numbers)], ..Report::default() };
        report.summary.has_flux = true;
        for format in FORMATS {
            let options = Options { color: false, width: 60 + round % 80, ..Options::default() };
            let mut out = String::new();
            (format.render)(&Run { report: &report, files: &files, options: &options }, &mut out).unwrap();
            assert!(!out.is_empty());
            let is_bare = |c: char| c == '\x1b' || c == '\u{202e}';
            if !matches!(format.name, "json" | "sarif" | "gitlab") {
                assert!(!out.contains(is_bare), "{}: {out:?}", format.name);
            }
        }
    }
}
