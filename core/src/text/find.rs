//! Where bytes stand within others.
//!
//! By `memchr`, but for WebAssembly: what makes its search of long texts fast is four kilobytes of a download there, and
//! texts are short.

/// The first place of `wanted`, which is not empty.
pub fn find(text: &[u8], wanted: &[u8]) -> Option<usize> {
    if cfg!(target_family = "wasm") { places(text, wanted).next() } else { memchr::memmem::find(text, wanted) }
}

/// The last place of `wanted`, which is not empty.
pub fn rfind(text: &[u8], wanted: &[u8]) -> Option<usize> {
    if cfg!(target_family = "wasm") { places(text, wanted).last() } else { memchr::memmem::rfind(text, wanted) }
}

/// The places of `wanted`, none of which reaches into another.
pub fn find_all(text: &[u8], wanted: &[u8]) -> impl Iterator<Item = usize> {
    let mut from = 0;
    std::iter::from_fn(move || {
        let at = from + find(text.get(from..)?, wanted)?;
        from = at + wanted.len();
        Some(at)
    })
}

fn places(text: &[u8], wanted: &[u8]) -> impl Iterator<Item = usize> {
    let first = wanted.first().copied().unwrap_or_default();
    memchr::memchr_iter(first, text).filter(move |at| text.get(*at..).is_some_and(|rest| rest.starts_with(wanted)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_ways_of_searching_agree() {
        for (text, wanted) in
            [("", "a"), ("abab", "ab"), ("-----", "---"), ("aab", "ab"), ("xyz", "zz"), ("kindkind", "kind")]
        {
            let (text, wanted) = (text.as_bytes(), wanted.as_bytes());
            assert_eq!(places(text, wanted).next(), find(text, wanted));
            assert_eq!(places(text, wanted).last(), rfind(text, wanted));
            assert!(find_all(text, wanted).eq(memchr::memmem::find_iter(text, wanted)));
        }
    }
}
