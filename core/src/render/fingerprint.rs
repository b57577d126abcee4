//! Names for findings that stay the same while lines move: what report viewers compare runs by.

use crate::collections::IndexMap;
use crate::diag::Diagnostic;

use super::Run;

/// Makes the fingerprints of a run's findings, in their order.
#[derive(Default)]
pub(super) struct Fingerprints {
    seen: IndexMap<u128, u32>,
}

impl Fingerprints {
    /// 32 hexadecimal digits from the rule, the path, the object, and the line's own text; equal
    /// ones of a file are told apart by their order.
    pub(super) fn next(&mut self, run: &Run<'_>, diagnostic: &Diagnostic) -> String {
        let mut hash = Fnv::default();
        hash.part(diagnostic.rule);
        hash.part(run.path(diagnostic.at.file));
        if let Some(object) = &diagnostic.object {
            hash.part(&object.kind);
            hash.part(object.namespace.as_deref().unwrap_or_default());
            hash.part(&object.name);
        }
        if let Some(file) = run.file(diagnostic.at.file) {
            let line = file.lines().line(diagnostic.at.span.start());
            hash.part(file.lines().span(&file.text, line).of(&file.text).trim());
        }
        let count = self.seen.or_default(hash.0);
        hash.part(&count.to_string());
        *count += 1;
        format!("{:032x}", hash.0)
    }
}

/// FNV-1a of 128 bits: nobody attacks the fingerprints of their own findings.
struct Fnv(u128);

impl Default for Fnv {
    fn default() -> Self {
        Self(0x6c62_272e_07bb_0142_62b8_2175_6295_c58d)
    }
}

impl Fnv {
    const PRIME: u128 = 0x0000_0000_0100_0000_0000_0000_0000_013b;

    /// A part, and a byte that no text holds behind it.
    fn part(&mut self, text: &str) {
        for byte in text.bytes().chain([0xff]) {
            self.0 = (self.0 ^ u128::from(byte)).wrapping_mul(Self::PRIME);
        }
    }
}
