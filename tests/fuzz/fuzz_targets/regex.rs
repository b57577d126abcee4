//! Any pattern compiles or says why not; matching ends.
#![no_main]

use kubectl_oci_core::compat::regex::Regex;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: (&str, &str)| {
    let (pattern, text) = input;
    match Regex::new(pattern) {
        Ok(regex) => {
            let _ = regex.is_match(text);
        }
        Err(error) => assert!(error.to_string().starts_with("error parsing regexp: ")),
    }
});
