//! Paths as text.

/// Joins the parts of a path with slashes, `.` and `..` resolved by their letters. What leads above the first part is
/// dropped.
pub(crate) fn join_parts<'a>(parts: impl Iterator<Item = &'a str>) -> String {
    let mut out: Vec<&str> = Vec::new();
    for part in parts {
        match part {
            "" | "." => {}
            ".." => {
                out.pop();
            }
            part => out.push(part),
        }
    }
    out.join("/")
}
