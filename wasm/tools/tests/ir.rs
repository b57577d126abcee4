//! What is written anew, held against what stands beside it: `tests/ir/NAME.ll` and `NAME.small.ll`. `UPDATE=1` writes the latter.

use std::fs;
use std::path::{Path, PathBuf};

use kubectl_oci_wasm_tools::ir;

fn cases() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/ir");
    let entries = fs::read_dir(folder).expect("the folder").map(|entry| entry.expect("an entry").path());
    let mut cases: Vec<PathBuf> = entries.filter(|path| !path.to_string_lossy().ends_with(".small.ll")).collect();
    cases.sort();
    cases
}

#[test]
fn shrinks() {
    let cases = cases();
    assert!(!cases.is_empty());
    for case in cases {
        let text = fs::read_to_string(&case).expect("the case");
        let small = ir::shrink(&text).expect("what can be written anew");
        let expected = case.with_extension("small.ll");
        if std::env::var_os("UPDATE").is_some() {
            fs::write(&expected, &small).expect("the expectation");
        }
        assert_eq!(small, fs::read_to_string(&expected).unwrap_or_default(), "{}", case.display());
    }
}

#[test]
fn two_results_stay_within_the_module() {
    let outside = "declare { ptr, i32 } @somewhere(ptr)\n";
    let exported = "define hidden { ptr, i32 } @for_others() {\n  ret { ptr, i32 } zeroinitializer\n}\n";
    for module in [outside, exported] {
        assert!(ir::shrink(module).is_err(), "{module}");
    }
}

#[test]
fn what_frees_vectors_keeps_their_address() {
    let free = "_RNvXs1_NtCs1_5alloc7raw_vecINtB5_6RawVechENtNtNtCs2_4core3ops4drop4Drop4dropB7_";
    let module = format!("define internal void @{free}(ptr %it) {{\n  ret void\n}}\n");
    let kept = ir::keep_addresses(&module);
    assert!(
        kept.ends_with(&format!("@llvm.used = appending global [1 x ptr] [ptr @{free}], section \"llvm.metadata\"\n"))
    );
}
