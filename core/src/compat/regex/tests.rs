

#[test]
fn what_lets_everything_pass_is_told_from_what_only_searches() {
    for pattern in ["", ".*", ".+", "^.*$", "|x", "(.|x)+", "a*"] {
        assert!(check(pattern).unwrap().matches_everything(), "{pattern}");
    }
    // Each leads back to the start of the automaton, which is no match.
    for pattern in ["[0-9]+", "a", "-rc", "^a*$", ".*-rc.*", "..", "x|y"] {
        assert!(!check(pattern).unwrap().matches_everything(), "{pattern}");
    }
}
