//! What would be packed, without packing it.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use super::chart::ChartRules;
use super::layer::PackError;
use super::pack::Options;
use super::rules::FluxRules;
use super::walk::{Found, Kind, Links, walk};

/// Files, and links that are left out.
#[derive(Debug, Default)]
pub(crate) struct Listed {
    /// Where each file lies, by its name in the archive.
    pub(crate) files: BTreeMap<Vec<u8>, PathBuf>,
    /// The same of the links.
    pub(crate) links: BTreeMap<Vec<u8>, PathBuf>,
}

/// Lists a folder or a file. `is_chart`: as Helm packages it, but without the folder of the chart's name.
///
/// # Errors
///
/// At the first folder that cannot be read.
pub(crate) fn list(path: &Path, options: &Options, is_chart: bool) -> Result<Listed, PackError> {
    let mut out = Listed::default();
    let metadata = fs::metadata(path).map_err(|error| PackError::Read { path: path.to_owned(), error })?;
    if !metadata.is_dir() {
        out.files.insert(path.file_name().unwrap_or_default().as_encoded_bytes().to_vec(), path.to_owned());
        return Ok(out);
    }
    let mut visit = |found: Found<'_>| {
        let list = match found.kind {
            Kind::File => &mut out.files,
            Kind::Link => &mut out.links,
            Kind::Folder | Kind::Special | Kind::Ignored => return Ok(()),
        };
        list.insert(found.components.join(&b'/'), found.path.to_owned());
        Ok(())
    };
    if is_chart {
        walk(path, Links::Follow, &mut ChartRules::read(path)?, &mut visit)?;
    } else {
        walk(path, options.links, &mut FluxRules::new(&options.exclusions), &mut visit)?;
    }
    Ok(out)
}
