//! What must hold for any text, tried on many made ones (always the same).

use super::interval::{Line, Point};
use super::{Constraint, Version};

/// A small generator (xorshift), so that a failure can be met again.
struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % u64::try_from(end).unwrap()).unwrap()
    }

    fn pick(&mut self, from: &[&'static str]) -> &'static str {
        from[self.below(from.len())]
    }

    fn text(&mut self, from: &[&'static str], most: usize) -> String {
        (0..self.below(most)).map(|_| self.pick(from)).collect()
    }

    fn version(&mut self, wildcards: bool) -> String {
        const NUMBERS: [&str; 8] = ["0", "1", "2", "1", "0", "18446744073709551615", "x", "*"];
        let numbers = if wildcards { &NUMBERS } else { &NUMBERS[..6] };
        let mut text = self.pick(numbers).to_owned();
        for _ in 0..self.below(4).min(2) {
            text += ".";
            text += self.pick(numbers);
        }
        if self.below(3) == 0 {
            text += "-";
            text += self.pick(&["0", "0.0", "1", "a", "a.0", "rc.1"]);
        }
        text
    }

    fn range(&mut self) -> String {
        let mut text = String::new();
        for index in 0..=self.below(4) {
            if index > 0 {
                text += self.pick(&[" ", ", ", " ", " || ", " - "]);
            }
            text += self.pick(&["", "=", "!=", ">", "<", ">=", "<=", "~", "^", "!="]);
            text += &self.version(true);
        }
        text
    }
}

const PIECES: [&str; 30] = [
    "0",
    "1",
    "9",
    "18446744073709551616",
    ".",
    ".",
    "-",
    "+",
    "v",
    "x",
    "X",
    "*",
    "|",
    "||",
    " ",
    " - ",
    ",",
    "=",
    ">",
    "<",
    "!",
    "~",
    "^",
    "a",
    "é",
    "本",
    "\u{0}",
    "\n",
    "\"",
    "😀",
];

#[test]
fn no_text_brings_anything_down() {
    let mut random = Random(0x9e37_79b9_7f4a_7c15);
    for _ in 0..20_000 {
        let text = random.text(&PIECES, 24);
        let _ = Version::parse(&text).map_err(|error| error.to_string());
        let _ = Version::parse_flux(&text);
        let _ = Version::parse_chart_tag(&text);
        match Constraint::parse(&text) {
            Ok(constraint) => {
                let _ = (constraint.bounds_in_words(), constraint.to_string());
                let _ = (constraint.is_exact(), constraint.is_unsatisfiable());
                let _ = (constraint.is_open_ended(), constraint.admits_prereleases());
            }
            Err(error) => {
                if let Some((start, end)) = error.span() {
                    assert!(start < end && text.get(start..end).is_some(), "{text:?}");
                }
            }
        }
    }
}

/// The analyses see a range as stretches of versions; matching never does. They must agree, and
/// what is called satisfiable must have a witness.
#[test]
fn stretches_agree_with_matching() {
    let mut random = Random(0x2545_f491_4f6c_dd1d);
    let probes: Vec<String> = (0..80).map(|_| random.version(false)).collect();
    let probes: Vec<Version<'_>> = probes.iter().map(|p| Version::parse(p).unwrap()).collect();
    for _ in 0..6_000 {
        let text = random.range();
        let Ok(constraint) = Constraint::parse(&text) else {
            continue;
        };
        for probe in &probes {
            let matches = constraint.matches(probe);
            assert_eq!(is_within(&constraint, probe), matches, "{text}: {probe}");
            assert_eq!(constraint.check(probe).is_ok(), matches, "{text}: {probe}");
        }
        let has_witness = constraint.groups.iter().any(|group| {
            let extent = group.extent();
            let starts = extent.pieces().into_iter().map(|(from, _)| from);
            // A left-out start has successors that are not.
            let mut tried =
                starts.flat_map(|from| std::iter::successors(Some(from), |point| extent.line.next(point)).take(6));
            tried.any(|point| {
                let witness = point.to_string();
                constraint.matches(&Version::parse(&witness).unwrap())
            })
        });
        assert_eq!(constraint.is_unsatisfiable(), !has_witness, "{text}");
    }
}

fn is_within(constraint: &Constraint, version: &Version<'_>) -> bool {
    let point = Point { numbers: version.numbers(), prerelease: version.prerelease().to_owned() };
    constraint.groups.iter().any(|group| {
        let extent = group.extent();
        let is_seen = extent.line == Line::All || !version.is_prerelease();
        let is_in_a_piece = extent
            .pieces()
            .iter()
            .any(|(from, until)| *from <= point && until.as_ref().is_none_or(|until| point < *until));
        let is_left_out = extent.scattered.iter().any(|some| some.contains(&point));
        is_seen && is_in_a_piece && !is_left_out
    })
}
