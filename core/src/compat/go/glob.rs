//! Go's `filepath.Match`, for host labels and the components of paths.

/// The longest name for which a search is worth its steps: a host label has at most 63 bytes, a
/// component of a path 255 units of UTF-16 or of bytes, by file system.
const LONGEST_NAME: usize = 1024;

/// Whether a glob matches the whole of a name: `*`, `?`, `[a-z]`, `[^a-z]`, `\` before a literal. A
/// malformed glob matches nothing, as those who ask ignore the error. Neither holds a `/`, which Go
/// treats apart.
///
/// Names over 1,024 bytes are matched by literals and a final `*` alone, so that the steps stay in
/// proportion to the glob.
pub(crate) fn matches(glob: &[u8], name: &[u8]) -> bool {
    let (mut glob, mut name) = (glob, name);
    'chunks: while !glob.is_empty() {
        let (star, chunk, rest) = next_chunk(glob);
        glob = rest;
        if star && chunk.is_empty() {
            return true;
        }
        // The last chunk has to use up the name.
        let fits = |left: &&[u8]| left.is_empty() || !rest.is_empty();
        if let Some(left) = match_chunk(chunk, name).filter(fits) {
            name = left;
            continue;
        }
        if star && name.len() <= LONGEST_NAME {
            for skipped in 0..name.len() {
                let tail = name.get(skipped + 1..).unwrap_or_default();
                if let Some(left) = match_chunk(chunk, tail).filter(fits) {
                    name = left;
                    continue 'chunks;
                }
            }
        }
        return false;
    }
    name.is_empty()
}

/// Splits off the stars in front and what follows up to the next star.
fn next_chunk(glob: &[u8]) -> (bool, &[u8], &[u8]) {
    let stars = glob.iter().take_while(|byte| **byte == b'*').count();
    let glob = glob.get(stars..).unwrap_or_default();
    let (mut at, mut in_class) = (0, false);
    while let Some(byte) = glob.get(at) {
        match byte {
            b'\\' if at + 1 < glob.len() => at += 1,
            b'[' => in_class = true,
            b']' => in_class = false,
            b'*' if !in_class => break,
            _ => {}
        }
        at += 1;
    }
    let (chunk, rest) = glob.split_at(at.min(glob.len()));
    (stars > 0, chunk, rest)
}

/// Matches a chunk (no stars) against the beginning of a name, and returns what is left of it.
fn match_chunk<'n>(chunk: &[u8], name: &'n [u8]) -> Option<&'n [u8]> {
    let (mut chunk, mut name) = (chunk, name);
    while let Some((&first, rest)) = chunk.split_first() {
        let (&byte, after) = name.split_first()?;
        match first {
            b'[' => {
                let (character, width) = first_character(name);
                let (found, behind) = match_class(rest, character)?;
                if !found {
                    return None;
                }
                name = name.get(width..).unwrap_or_default();
                chunk = behind;
            }
            b'?' => {
                let (_, width) = first_character(name);
                name = name.get(width..).unwrap_or_default();
                chunk = rest;
            }
            b'\\' => {
                let (&literal, behind) = rest.split_first()?;
                if literal != byte {
                    return None;
                }
                (name, chunk) = (after, behind);
            }
            _ => {
                if first != byte {
                    return None;
                }
                (name, chunk) = (after, rest);
            }
        }
    }
    Some(name)
}

/// Reads a class behind its `[`: whether the character is in it, and what follows the `]`. `None`
/// where the class is malformed.
fn match_class(class: &[u8], character: char) -> Option<(bool, &[u8])> {
    let (negated, mut class) = match class.strip_prefix(b"^") {
        Some(rest) => (true, rest),
        None => (false, class),
    };
    let (mut found, mut ranges) = (false, 0);
    loop {
        if ranges > 0
            && let Some(rest) = class.strip_prefix(b"]")
        {
            return Some((found != negated, rest));
        }
        let (low, rest) = class_character(class)?;
        let (high, rest) = match rest.strip_prefix(b"-") {
            Some(rest) => class_character(rest)?,
            None => (low, rest),
        };
        found |= (low..=high).contains(&character);
        ranges += 1;
        class = rest;
    }
}

/// One character of a class, escaped or not. Something has to follow it.
fn class_character(class: &[u8]) -> Option<(char, &[u8])> {
    let class = match class.first()? {
        b'-' | b']' => return None,
        b'\\' => class.get(1..)?,
        _ => class,
    };
    let (character, width) = first_character(class);
    let rest = class.get(width..)?;
    let stray_byte = character == char::REPLACEMENT_CHARACTER && width == 1;
    (!stray_byte && !rest.is_empty()).then_some((character, rest))
}

/// The first character and its width; a stray byte is the replacement character, one wide.
fn first_character(bytes: &[u8]) -> (char, usize) {
    let head = bytes.get(..4).unwrap_or(bytes);
    let valid = head.utf8_chunks().next().map_or("", |chunk| chunk.valid());
    match valid.chars().next() {
        Some(character) => (character, character.len_utf8()),
        None => (char::REPLACEMENT_CHARACTER, 1),
    }
}

#[cfg(test)]
mod tests {
    /// The table of Go's own test of `filepath.Match`, as far as it concerns names without slashes.
    #[test]
    fn matches_as_go_does() {
        let cases = [
            ("abc", "abc", true),
            ("*", "abc", true),
            ("*c", "abc", true),
            ("a*", "a", true),
            ("a*", "abc", true),
            ("a*b*c*d*e*", "axbxcxdxe", true),
            ("a*b*c*d*e*", "axbxcxdxexxx", true),
            ("a*b?c*x", "abxbbxdbxebxczzx", true),
            ("a*b?c*x", "abxbbxdbxebxczzy", false),
            ("ab[c]", "abc", true),
            ("ab[b-d]", "abc", true),
            ("ab[e-g]", "abc", false),
            ("ab[^c]", "abc", false),
            ("ab[^e-g]", "abc", true),
            ("a\\*b", "a*b", true),
            ("a\\*b", "ab", false),
            ("a?b", "a☺b", true),
            ("a[^a]b", "a☺b", true),
            ("a???b", "a☺b", false),
            ("[a-ζ]*", "α", true),
            ("*[a-ζ]", "A", false),
            ("[\\]a]", "]", true),
            ("[\\-x]", "-", true),
            ("[x\\-]", "z", false),
            ("[]a]", "]", false),
            ("[-]", "-", false),
            ("[x-]", "x", false),
            ("[a-b-c]", "a", false),
            ("[", "a", false),
            ("[^bc", "a", false),
            ("a[", "ab", false),
            ("*x", "xxx", true),
            ("", "", true),
            ("", "a", false),
        ];
        for (glob, name, expected) in cases {
            assert_eq!(super::matches(glob.as_bytes(), name.as_bytes()), expected, "{glob} {name}");
        }
    }
}
