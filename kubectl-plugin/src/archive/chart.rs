//! Packaging a Helm chart as `helm package` does: below a folder of its name, without what `.helmignore`
//! leaves out.

use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::Path;

use kubectl_oci_core::compat::helm_chart::ChartMetadata;
use kubectl_oci_core::compat::helm_ignore::{IGNORE_FILE, Rules as HelmRules};

use super::layer::{LayerWriter, PackError};
use super::pack::{Packed, Report, relative};
use super::walk::{Found, Kind, Links, Rules, walk};

/// What makes a folder a chart.
const CHART_FILE: &str = "Chart.yaml";

/// The mode that Helm writes for every file, whatever it is on disk.
const MODE: u32 = 0o644;

/// Packages a chart and writes the layer (`application/vnd.cncf.helm.chart.content.v1.tar+gzip`).
///
/// The files are taken as they are; Helm writes Chart.yaml and Chart.lock anew and unpacks the charts in
/// `charts/`, which means the same. Times are not written, so that the same files make the same layer. Links are
/// followed, as Helm does.
///
/// # Errors
///
/// Where Helm refuses the chart, at the first file that cannot be read or is changing, and where the layer
/// cannot be written.
pub(crate) fn pack_chart(folder: &Path, out: impl Write) -> Result<(Packed, ChartMetadata), PackError> {
    let metadata = read_metadata(folder)?;
    // Helm lets these pass, and whoever unpacks the chart refuses it.
    if matches!(metadata.name.as_str(), "." | "..") || metadata.name.contains('\\') {
        return Err(refused(folder, &format!("a chart of the name {:?} leads out of its archive", metadata.name)));
    }
    check_dependencies(folder, &metadata)?;
    let mut layer = LayerWriter::new(out)?;
    let mut report = Report::default();
    let mut add = |path: &Path, components: &[Vec<u8>]| {
        let failed = |error| PackError::Read { path: path.to_owned(), error };
        let mut file = File::open(path).map_err(failed)?;
        let size = file.metadata().map_err(failed)?.len();
        let name = [metadata.name.as_bytes(), b"/", &components.join(&b'/')].concat();
        layer.file(&name, MODE, size, &mut file, path)?;
        report.add_file(&relative(path, components), size);
        Ok(())
    };
    // First, as in Helm's own archives: readers that want the metadata alone need not look further.
    add(&folder.join(CHART_FILE), &[CHART_FILE.as_bytes().to_vec()])?;
    let mut ignored = 0;
    walk(folder, Links::Follow, &mut ChartRules::read(folder)?, &mut |Found { kind, path, components }| match kind {
        Kind::File if components == [CHART_FILE.as_bytes()] => Ok(()),
        Kind::File => add(path, components),
        Kind::Folder | Kind::Link => Ok(()),
        Kind::Special => Err(refused(path, "a chart holds files and folders, and no device, pipe or socket")),
        Kind::Ignored => {
            ignored += 1;
            Ok(())
        }
    })?;
    report.ignored = ignored;
    Ok((Packed { layer: layer.finish()?, report }, metadata))
}

/// Reads and checks the Chart.yaml of a folder.
pub(crate) fn read_metadata(folder: &Path) -> Result<ChartMetadata, PackError> {
    let path = folder.join(CHART_FILE);
    let text = match fs::read(&path) {
        Ok(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            return Err(refused(folder, "there is no Chart.yaml in it, so it is no chart"));
        }
        Err(error) => return Err(PackError::Read { path, error }),
    };
    ChartMetadata::parse(&text).map_err(|error| refused(&path, &error.to_string()))
}

/// Sees that every chart that is depended on lies in `charts/`, as Helm does before it packages.
fn check_dependencies(folder: &Path, metadata: &ChartMetadata) -> Result<(), PackError> {
    let charts: Vec<OsString> = match fs::read_dir(folder.join("charts")) {
        Ok(entries) => entries.flatten().map(|entry| entry.file_name()).collect(),
        Err(_) => Vec::new(),
    };
    let is_there = |wanted: &str| {
        charts.iter().map(|name| name.to_string_lossy()).any(|name| {
            let is_archive =
                name.strip_prefix(wanted).is_some_and(|rest| rest.starts_with('-') && rest.ends_with(".tgz"));
            let inside = || read_metadata(&folder.join("charts").join(&*name));
            is_archive || name == wanted || inside().is_ok_and(|inside| inside.name == wanted)
        })
    };
    let missing: Vec<&str> = metadata.dependencies().filter(|name| !is_there(name)).collect();
    if missing.is_empty() {
        return Ok(());
    }
    // Helm's words.
    let why = format!("found in Chart.yaml, but missing in charts/ directory: {}", missing.join(", "));
    Err(refused(folder, &why))
}

fn refused(path: &Path, why: &str) -> PackError {
    PackError::Chart { path: path.to_owned(), why: why.to_owned() }
}

/// `.helmignore`, read at the root alone.
pub(super) struct ChartRules(HelmRules);

impl ChartRules {
    pub(super) fn read(folder: &Path) -> Result<Self, PackError> {
        let path = folder.join(IGNORE_FILE);
        let text = match fs::read(&path) {
            Ok(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
            Err(error) if error.kind() == io::ErrorKind::NotFound => String::new(),
            Err(error) => return Err(PackError::Read { path, error }),
        };
        let rules = HelmRules::parse(&text);
        rules.map(Self).map_err(|error| refused(&path, &format!("line {}: {error}", error.line)))
    }
}

impl Rules for ChartRules {
    fn enter(&mut self, _folder: &Path, _components: &[Vec<u8>], _names: &[OsString]) -> io::Result<()> {
        Ok(())
    }

    fn leave(&mut self) {}

    fn ignores(&self, components: &[Vec<u8>], is_dir: bool) -> bool {
        self.0.is_ignored(components, is_dir)
    }

    fn prunes(&self, _components: &[Vec<u8>]) -> bool {
        true
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::super::pack::tests::{folder, names};
    use super::pack_chart;

    const CHART: &str = "apiVersion: v2\nname: app\nversion: 1.2.3\n";

    fn packed(files: &[(&str, &str)]) -> Result<Vec<String>, String> {
        let folder = folder(files);
        let mut out = Vec::new();
        pack_chart(folder.path(), &mut out)
            .map(|_| names(&out).into_iter().map(|(name, _)| name).collect())
            .map_err(|error| error.to_string().replace(&*folder.path().to_string_lossy(), "CHART"))
    }

    #[test]
    fn a_chart_lies_below_its_name_with_its_metadata_first() {
        let files = [
            (".helmignore", "*.tmp\n/out\n"),
            ("Chart.yaml", CHART),
            ("LICENSE", ""),
            ("out/a", ""),
            ("templates/.swp", ""),
            ("templates/a.yaml", ""),
            ("templates/b.tmp", ""),
            ("values.yaml", ""),
        ];
        let expected = ["app/Chart.yaml", "app/.helmignore", "app/LICENSE", "app/templates/a.yaml", "app/values.yaml"];
        assert_eq!(packed(&files), Ok(expected.map(str::to_owned).to_vec()));
    }

    #[test]
    fn what_helm_refuses_is_refused() {
        assert_eq!(packed(&[("a", "")]), Err("CHART: there is no Chart.yaml in it, so it is no chart".to_owned()));
        let no_version = [("Chart.yaml", "name: app\n")];
        assert_eq!(
            packed(&no_version),
            Err("CHART/Chart.yaml: validation: chart.metadata.version is required".to_owned())
        );
        let stars = [("Chart.yaml", CHART), (".helmignore", "a\n**/b\n")];
        let expected = "CHART/.helmignore: line 2: double-star (**) syntax is not supported";
        assert_eq!(packed(&stars), Err(expected.to_owned()));
    }

    #[test]
    fn dependencies_have_to_be_there() {
        let chart = format!("{CHART}dependencies: [{{name: db}}, {{name: cache}}, {{name: web}}]\n");
        let files = [
            ("Chart.yaml", chart.as_str()),
            ("charts/db-1.0.0.tgz", ""),
            ("charts/other/Chart.yaml", "name: web\nversion: 1.0.0\n"),
        ];
        let expected = "CHART: found in Chart.yaml, but missing in charts/ directory: cache";
        assert_eq!(packed(&files), Err(expected.to_owned()));
    }

    #[test]
    fn the_same_chart_makes_the_same_layer() {
        let folder = folder(&[("Chart.yaml", CHART), ("values.yaml", "a: b\n")]);
        let digest = || pack_chart(folder.path(), Vec::new()).expect("a layer").0.layer.digest;
        let first = digest();
        fs::write(folder.path().join("values.yaml"), "a: b\n").expect("a file");
        assert_eq!(digest(), first);
    }
}
