//! `kubectl-oci-bindgen MODULE.wasm DIR`: writes `kubectl_oci.js`, `kubectl_oci.d.ts` and `kubectl_oci_bg.wasm`.

use std::process::ExitCode;

use wasm_bindgen_cli_support::Bindgen;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [module, folder] = arguments.as_slice() else {
        eprintln!("usage: kubectl-oci-bindgen MODULE.wasm DIR");
        return ExitCode::from(2);
    };
    let mut bindgen = Bindgen::new();
    // Where the module lies is said in one place, the package's own index.js.
    let made = bindgen.input_path(module).out_name("kubectl_oci").omit_default_module_path(true).web(true);
    match made.and_then(|bindgen| bindgen.generate(folder)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}
