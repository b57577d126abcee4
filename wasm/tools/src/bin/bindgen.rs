//! `bindgen MODULE.wasm DIR`: writes `kubectl_oci.js`, `kubectl_oci.d.ts` and `kubectl_oci_bg.wasm`.

use std::path::Path;
use std::process::ExitCode;

use kubectl_oci_wasm_tools::pack;
use wasm_bindgen_cli_support::Bindgen;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [module, folder] = arguments.as_slice() else {
        eprintln!("usage: bindgen MODULE.wasm DIR");
        return ExitCode::from(2);
    };
    match write(module, Path::new(folder)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn write(module: &str, folder: &Path) -> Result<(), String> {
    let mut bindgen = Bindgen::new();
    // Where the module lies is said in one place, the package's own index.js.
    let made = bindgen.input_path(module).out_name("kubectl_oci").omit_default_module_path(true).web(true);
    made.and_then(|bindgen| bindgen.generate(folder)).map_err(|error| format!("{error:#}"))?;
    let path = folder.join("kubectl_oci_bg.wasm");
    let said = |error: &dyn std::fmt::Display| format!("{}: {error}", path.display());
    let bytes = std::fs::read(&path).map_err(|error| said(&error))?;
    let packed = pack::pack(&bytes).map_err(|error| said(&error))?;
    std::fs::write(&path, packed).map_err(|error| said(&error))
}
