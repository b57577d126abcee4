//! Between `file:` addresses and paths.

use std::path::{Path, PathBuf};
use std::str::FromStr;

use lsp_types::Uri;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

/// What stands in a path's address for itself: what RFC 3986 calls unreserved, and slashes.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'/').remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// The path of a `file:` address, absolute, `.` and `..` resolved; `None` for any other.
pub(super) fn to_path(uri: &Uri) -> Option<PathBuf> {
    let (scheme, rest) = uri.as_str().split_once(':')?;
    if !scheme.eq_ignore_ascii_case("file") {
        return None;
    }
    let rest = rest.split(['?', '#']).next().unwrap_or(rest);
    let (host, path) = match rest.strip_prefix("//") {
        Some(rest) => rest.split_at(rest.find('/')?),
        None => ("", rest),
    };
    let path = percent_decode_str(path).decode_utf8().ok()?.into_owned();
    let is_here = host.is_empty() || host.eq_ignore_ascii_case("localhost");
    let text = if !cfg!(windows) {
        path
    } else if !is_here {
        format!("//{host}{path}")
    } else {
        // `/c:/x`; the letter in one case, so that one file is one path.
        let bare = path.strip_prefix('/').filter(|bare| bare.get(1..2) == Some(":"));
        bare.map_or(path.clone(), |bare| {
            let (drive, rest) = bare.split_at(1);
            format!("{}{rest}", drive.to_ascii_uppercase())
        })
    };
    let path = PathBuf::from(text);
    path.is_absolute().then(|| crate::input::absolute(Path::new(""), &path))
}

/// The address of a path, which is absolute.
pub(super) fn from_path(path: &Path) -> Option<Uri> {
    let text = crate::configs::slashes(path);
    let text = match text.strip_prefix("//") {
        Some(shared) => shared.to_owned(),
        None if text.starts_with('/') => text,
        None => format!("/{text}"),
    };
    Uri::from_str(&format!("file://{}", utf8_percent_encode(&text, ENCODED))).ok()
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn addresses_and_paths_are_each_others_inverse() {
        for path in ["/a/b.yaml", "/with space/ü #1?/100%.yaml", "/c:/x@y+z"] {
            let uri = from_path(Path::new(path)).expect("an address");
            assert_eq!(to_path(&uri).as_deref(), Some(Path::new(path)), "{}", uri.as_str());
        }
        for (uri, path) in [
            ("file:///a%2Fb/../c.yaml", Some("/a/c.yaml")),
            ("FILE://localhost/x", Some("/x")),
            ("file:/x", Some("/x")),
            ("file:///%ff", None),
            ("untitled:Untitled-1", None),
            ("https://a/b", None),
        ] {
            let uri = Uri::from_str(uri).expect("an address");
            assert_eq!(to_path(&uri).as_deref(), path.map(Path::new), "{}", uri.as_str());
        }
    }
}
