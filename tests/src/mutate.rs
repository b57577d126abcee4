//! Deterministic mutations of texts, for property tests: the same ones on every run.

/// A small generator of pseudo-random numbers (xorshift64*), seeded.
#[derive(Debug, Clone)]
pub struct Random(u64);

impl Random {
    /// A generator; the same seed gives the same numbers.
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    /// A number below `limit`; 0 where that is 0.
    pub fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        let value = self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 16;
        if limit == 0 { 0 } else { (value % limit as u64) as usize }
    }
}

/// What is put into texts: YAML's indicators, odd characters, and what manifests hold.
const SCRAPS: &[&str] = &[
    ":",
    ": ",
    "- ",
    "\n",
    "\r\n",
    "\t",
    "#",
    " # c",
    "'",
    "\"",
    "{",
    "}",
    "[",
    "]",
    ",",
    "&a ",
    "*a",
    "!!str ",
    "|",
    ">-",
    "? ",
    "---\n",
    "...\n",
    "%",
    "@",
    "`",
    "<<: *a",
    "\\",
    "é",
    "\u{feff}",
    "\u{85}",
    "\u{0}",
    "😀",
    "${X}",
    "${X:=1}",
    "<< inputs.x >>",
    "{{ x }}",
    "null",
    "~",
    "1.10",
    "yes",
    "0x1F",
    "sha256:",
    "oci://",
    "@",
    "latest",
    ">=1.0.0 <2",
    "^v(?!x)",
    "kubectl-oci: ignore[",
    "    ",
    "ref:",
    "tag:",
    "semver:",
    "spec:\n",
    "kind: OCIRepository\n",
];

/// A text with one to four changes: bytes removed, scraps put in, lines doubled, moved or indented.
pub fn mutate(text: &str, random: &mut Random) -> String {
    let mut out = text.to_owned();
    for _ in 0..=random.below(4) {
        let at = boundary(&out, random.below(out.len() + 1));
        match random.below(6) {
            0 => {
                let end = boundary(&out, (at + 1 + random.below(12)).min(out.len()));
                out.replace_range(at.min(end)..end.max(at), "");
            }
            1 | 2 => out.insert_str(at, SCRAPS[random.below(SCRAPS.len())]),
            3 => {
                let lines: Vec<&str> = text.lines().collect();
                if !lines.is_empty() {
                    let line = format!("{}\n", lines[random.below(lines.len())]);
                    let start = out[..at].rfind('\n').map_or(0, |line| line + 1);
                    out.insert_str(start, &line);
                }
            }
            4 => {
                let start = out[..at].rfind('\n').map_or(0, |line| line + 1);
                out.insert_str(start, &" ".repeat(random.below(5)));
            }
            _ => {
                let start = out[..at].rfind('\n').map_or(0, |line| line + 1);
                let end = out[start..].find('\n').map_or(out.len(), |len| start + len + 1);
                out.replace_range(start..end, "");
            }
        }
    }
    out
}

fn boundary(text: &str, mut at: usize) -> usize {
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}
