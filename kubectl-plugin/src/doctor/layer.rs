//! Looks into a layer while it streams by: gzip, then tar, as far as the controller reads.

use std::io::{self, Write};

use flate2::write::MultiGzDecoder;
use kubectl_oci_core::doctor::{LayerFacts, LayerFault, Magic, Unpacking};

use crate::registry::{Blob, Error, Kind, Result};

/// How much is looked at to tell what a blob is.
const START: usize = 512;

/// What is in a blob.
///
/// # Errors
///
/// A connection that breaks off; bytes that are not those of the digest are a fault of the layer.
pub(super) async fn look_into(mut blob: Blob, copy: bool, ignore: Option<&str>) -> Result<LayerFacts> {
    let mut facts = LayerFacts { size: blob.size(), ..LayerFacts::default() };
    let mut start = Vec::new();
    let mut archive = Some(Archive::default()).filter(|_| !copy);
    loop {
        let part = match blob.next().await {
            Ok(Some(part)) => part,
            Ok(None) => break,
            Err(error) => {
                facts.fault = Some(of_digest(error)?);
                break;
            }
        };
        start.extend(part.iter().take(START - start.len()));
        if let Some(archive) = &mut archive
            && !archive.push(&part)
        {
            break;
        }
    }
    facts.magic = Magic::of(&start);
    if let Some(archive) = archive.filter(|_| facts.fault.is_none()) {
        (facts.contents, facts.fault) = archive.finish(&start, ignore);
    }
    Ok(facts)
}

/// What arrived is not what was promised: that is the artifact's fault, not the network's.
fn of_digest(error: Error) -> Result<LayerFault> {
    match error.kind() {
        Kind::Unverified(words) => Ok(LayerFault::Digest(words.clone())),
        _ => Err(error),
    }
}

/// A gzip stream with a tar stream in it.
struct Archive {
    gzip: MultiGzDecoder<Tar>,
    /// Why the stream cannot be decompressed any further.
    broken: Option<io::Error>,
}

impl Default for Archive {
    fn default() -> Self {
        Self { gzip: MultiGzDecoder::new(Tar::default()), broken: None }
    }
}

/// The tar stream: whatever is written to it is looked at.
#[derive(Default)]
struct Tar {
    unpacking: Unpacking,
    fault: Option<LayerFault>,
    is_over: bool,
}

impl Archive {
    /// Takes more; false once nothing more is wanted.
    fn push(&mut self, bytes: &[u8]) -> bool {
        if let Err(error) = self.gzip.write_all(bytes) {
            self.broken = Some(error);
        }
        self.broken.is_none() && !self.gzip.get_ref().is_over
    }

    fn finish(
        mut self,
        start: &[u8],
        ignore: Option<&str>,
    ) -> (kubectl_oci_core::doctor::Contents, Option<LayerFault>) {
        if let Some(words) = not_gzip(start) {
            return (Default::default(), Some(LayerFault::NotGzip(words.to_owned())));
        }
        if self.broken.is_none() && !self.gzip.get_ref().is_over {
            self.broken = self.gzip.try_finish().err();
        }
        let Tar { unpacking, fault, is_over } = std::mem::take(self.gzip.get_mut());
        let words = self.broken.filter(|_| !is_over).map(|error| words(&error));
        match fault {
            Some(fault) => (unpacking.contents(), Some(fault)),
            None => unpacking.finish(words, ignore),
        }
    }
}

/// Go's words where a blob is no gzip at all.
fn not_gzip(start: &[u8]) -> Option<&'static str> {
    match start {
        [0x1f, 0x8b, 8, ..] if start.len() >= 10 => None,
        [] => Some("EOF"),
        _ if start.len() < 10 => Some("unexpected EOF"),
        _ => Some("gzip: invalid header"),
    }
}

/// Go's words for a stream that breaks off or is none.
fn words(error: &io::Error) -> &'static str {
    let text = error.to_string();
    match error.kind() {
        io::ErrorKind::UnexpectedEof => "unexpected EOF",
        _ if text.contains("header") => "gzip: invalid header",
        _ if text.contains("checksum") => "gzip: invalid checksum",
        _ => "flate: corrupt input",
    }
}

impl Write for Tar {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if !self.is_over {
            match self.unpacking.push(bytes) {
                Ok(wants_more) => self.is_over = !wants_more,
                Err(fault) => {
                    self.fault = Some(fault);
                    self.is_over = true;
                }
            }
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut out = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
        out.write_all(bytes).and_then(|()| out.finish()).unwrap_or_default()
    }

    fn fault(blob: &[u8]) -> Option<String> {
        let mut archive = Archive::default();
        for part in blob.chunks(5) {
            if !archive.push(part) {
                break;
            }
        }
        archive.finish(&blob[..blob.len().min(START)], None).1.map(|fault| fault.to_string())
    }

    #[test]
    fn streams_that_are_none_are_told_in_the_controllers_words() {
        let whole = gzip(&[0; 1024]);
        assert_eq!(fault(&whole), None);
        assert_eq!(fault(&gzip(b"")), None);
        assert_eq!(fault(b"").as_deref(), Some("requires gzip-compressed body: EOF"));
        assert_eq!(fault(b"\x1f\x8b").as_deref(), Some("requires gzip-compressed body: unexpected EOF"));
        assert_eq!(fault(b"not an archive").as_deref(), Some("requires gzip-compressed body: gzip: invalid header"));
        let text = gzip(b"not a tar archive, however long it may be");
        assert_eq!(fault(&text).as_deref(), Some("tar error: unexpected EOF"));
        assert_eq!(fault(&text[..30]).as_deref(), Some("tar error: unexpected EOF"));
        let mut corrupt = gzip(&(0..=255).cycle().take(4000).collect::<Vec<u8>>());
        corrupt[12] ^= 0xff;
        assert!(fault(&corrupt).is_some_and(|words| words.starts_with("tar error: ")));
    }
}
