//! "Did you mean": the nearest of some names.

/// The name nearest to `wanted`, where one is near enough to be what was meant: equal but for
/// case, `-`, `_` and blanks, or at most a third of its letters away (Damerau–Levenshtein). Ties
/// go to the first.
pub fn nearest<'n>(wanted: &str, names: impl IntoIterator<Item = &'n str>) -> Option<&'n str> {
    let plain = |text: &str| -> String {
        text.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).take(64).collect()
    };
    let wanted_plain = plain(wanted);
    let mut best: Option<(usize, &str)> = None;
    for name in names {
        let name_plain = plain(name);
        let limit = (wanted_plain.chars().count().max(name_plain.chars().count())) / 3;
        let distance = distance(&wanted_plain, &name_plain);
        if distance <= limit && best.is_none_or(|(least, _)| distance < least) {
            best = Some((distance, name));
        }
    }
    best.map(|(_, name)| name)
}

/// Optimal string alignment distance: insert, remove, replace, swap neighbours.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=b.len()).collect();
    let mut previous = None;
    for (i, x) in a.chars().enumerate() {
        let mut row = vec![i + 1];
        for (j, y) in b.iter().enumerate() {
            let at = |row: &[usize], index: usize| row.get(index).copied().unwrap_or(usize::MAX / 2);
            let mut cost = (at(&last, j) + usize::from(x != *y)).min(at(&last, j + 1) + 1).min(at(&row, j) + 1);
            if j > 0 && previous == Some(*y) && b.get(j - 1) == Some(&x) {
                cost = cost.min(at(&before, j - 1) + 1);
            }
            row.push(cost);
        }
        before = std::mem::replace(&mut last, row);
        previous = Some(x);
    }
    last.last().copied().unwrap_or(a.chars().count())
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn typos_find_their_name_and_strangers_none() {
        let names = ["layerSelector", "semverFilter", "secretRef", "OCIRepository", "tag"];
        for (typo, name) in [
            ("layerselector", Some("layerSelector")),
            ("layer-selector", Some("layerSelector")),
            ("semverFliter", Some("semverFilter")),
            ("OC IRepository", Some("OCIRepository")),
            ("OciRepositories", Some("OCIRepository")),
            ("tga", Some("tag")),
            ("replicas", None),
        ] {
            assert_eq!(nearest(typo, names), name, "{typo}");
        }
    }
}
