//! Texts that resemble YAML more or less: seeds, and what becomes of them by small accidents.

use serde_json::Value;

/// The texts of the vectors, the broken ones of the cases, and a few manifests.
pub(crate) fn seeds() -> Vec<String> {
    let dir = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let vectors = std::fs::read_to_string(dir.join("vectors/yaml.jsonl")).expect("the vectors");
    let mut seeds: Vec<String> = vectors
        .lines()
        .filter_map(|line| {
            serde_json::from_str::<Value>(line).expect("a vector is JSON")["in"].as_str().map(str::to_owned)
        })
        .collect();
    for entry in std::fs::read_dir(dir.join("cases/yaml-errors")).expect("the cases") {
        let path = entry.expect("a case").path();
        if path.extension().is_some_and(|extension| extension == "yaml") {
            seeds.push(std::fs::read_to_string(path).expect("a case is text"));
        }
    }
    seeds.retain(|seed| seed.len() < 1_500);
    seeds.sort();
    for _ in 0..200 {
        seeds.extend(MANIFESTS.iter().map(|&manifest| manifest.to_owned()));
    }
    seeds
}

const MANIFESTS: &[&str] = &[
    "# a source\napiVersion: source.toolkit.fluxcd.io/v1\nkind: OCIRepository # of a chart\nmetadata:\n  name: &app podinfo\n  namespace: flux-system\n  labels: {app.kubernetes.io/name: *app, \"a\": 'b'}\nspec:\n  interval: 10m\n  url: oci://ghcr.io/stefanprodan/charts/podinfo\n  ref:\n    semver: \">= 6.0.0\"\n  verify:\n    provider: cosign\n    matchOIDCIdentity:\n      - issuer: ^https://token.actions.githubusercontent.com$\n        subject: '^https://github.com/x/y.*$'\n      - issuer: \"a\\tb\"\n---\nkind: Secret\nstringData:\n  a: |\n    x # no comment\n      y\n\n  b: >- # a comment\n    folded\n    text\n\n  c: plain\n    continued\n",
    "kind: List\nitems:\n- kind: A\n  list:\n  - [1, 2, {a: b, c}]\n  - - nested\n    - 'it''s'\n  -\n    ? complex\n    : value\n- !!str 12\n- !<tag:yaml.org,2002:int> 12\n- &x {a: 1}\n- <<: *x\n  b: 2\n",
    "%YAML 1.1\n%TAG !e! tag:example.com,2000:\n---\na: !e!b c\n...\n# end\n---\n\"k\" : v\r\n? |\n  block key\n: - a\n  - b\n",
];

const PIECES: &[&str] = &[
    "a",
    ":",
    ": ",
    " ",
    "  ",
    "\n",
    "\n  ",
    "-",
    "- ",
    "?",
    "? ",
    "[",
    "]",
    "{",
    "}",
    ",",
    "&a ",
    "*a",
    "!",
    "!!str ",
    "|",
    "|-\n",
    ">",
    ">+\n",
    "'",
    "\"",
    "#",
    " # ",
    "\t",
    "%",
    "...",
    "---",
    "\n---\n",
    "\n...\n",
    "\\",
    "\\n",
    "\\x41",
    "1",
    "~",
    "<<: ",
    "@",
    "`",
    "\r",
    "\r\n",
    "\u{85}",
    "\u{2028}",
    "\u{feff}",
    "é",
    "日",
    "\u{1f600}",
    "\u{1}",
    "\u{0}",
    "\n\n",
    "|2\n",
];

/// Makes texts out of seeds. The same number gives the same texts.
pub(crate) struct Mutations<'s> {
    state: u64,
    seeds: &'s [String],
}

impl<'s> Mutations<'s> {
    pub(crate) fn new(number: u64, seeds: &'s [String]) -> Self {
        Self { state: number.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1, seeds }
    }

    /// A number below `end`. Xorshift: good enough, and the same everywhere.
    fn below(&mut self, end: usize) -> usize {
        self.state ^= self.state << 13;
        self.state ^= self.state >> 7;
        self.state ^= self.state << 17;
        usize::try_from(self.state >> 33).unwrap_or(0) % end.max(1)
    }

    pub(crate) fn next_text(&mut self) -> String {
        let seed = self.below(self.seeds.len());
        let mut text = self.seeds[seed].clone();
        for _ in 0..=self.below(4) {
            self.mutate(&mut text);
        }
        text
    }

    fn mutate(&mut self, text: &mut String) {
        let at = self.boundary(text);
        let piece = PIECES[self.below(PIECES.len())];
        match self.below(10) {
            0..=3 => text.insert_str(at, piece),
            4 if at < text.len() => {
                text.remove(at);
            }
            5 if at < text.len() => {
                text.remove(at);
                text.insert_str(at, piece);
            }
            6 => {
                let cut = text[at..].chars().take(self.below(20)).map(char::len_utf8).sum::<usize>();
                text.drain(at..at + cut);
            }
            7 => text.truncate(at),
            8 => {
                let other = self.below(self.seeds.len());
                let from = self.boundary(&self.seeds[other]);
                let part: String = self.seeds[other][from..].chars().take(30).collect();
                text.insert_str(at, &part);
            }
            _ => {
                let line = text[..at].rfind('\n').map_or(0, |line| line + 1);
                let blanks = " ".repeat(self.below(4));
                text.insert_str(line, &blanks);
            }
        }
    }

    fn boundary(&mut self, text: &str) -> usize {
        let mut at = self.below(text.len() + 1);
        while !text.is_char_boundary(at) {
            at -= 1;
        }
        at
    }
}
