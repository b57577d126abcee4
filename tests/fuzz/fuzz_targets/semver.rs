//! Any range and any tags end in a choice or a reason; the analyses agree with matching.
#![no_main]

use kubectl_oci_core::compat::semver::{Constraint, Version};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: (&str, Vec<&str>)| {
    let (range, tags) = input;
    let Ok(constraint) = Constraint::parse(range) else { return };
    let _ = constraint.bounds_in_words();
    for tag in tags {
        let Ok(version) = Version::parse(tag) else { continue };
        let matches = constraint.matches(&version);
        assert_eq!(matches, constraint.check(&version).is_ok());
        assert!(!(matches && constraint.is_unsatisfiable()), "{range} is said to take nothing and takes {tag}");
    }
});
