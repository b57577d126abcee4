//! What is in a layer, listed while it streams by: nothing of it is kept but the names.

use std::io::{self, BufRead, BufReader, Read};

use flate2::bufread::MultiGzDecoder;
use kubectl_oci_core::compat::archive::{Found, Next, ReadError, Reader, Type};
use kubectl_oci_core::inspection::FileEntry;

use crate::registry::Repository;
use crate::stream::pipe;

/// The most entries that are listed.
const MOST_ENTRIES: usize = 500_000;

/// The most bytes that are unpacked. What is larger is most likely made to be so.
const MOST_BYTES: u64 = 16 * 1024 * 1024 * 1024;

const BLOCK: usize = 512;

/// The entries of a layer of a repository. They count only as a whole: the digest is known to be right at the end.
///
/// # Errors
///
/// The registry's, or what stands against reading the layer, in words.
pub(crate) async fn of_layer(repository: &Repository, digest: &str, size: u64) -> Result<Vec<FileEntry>, String> {
    let mut blob = repository.blob(digest, size).await.map_err(|error| error.to_string())?;
    let (mut inlet, outlet) = pipe();
    let reading = tokio::task::spawn_blocking(move || list(outlet));
    let sending = async move {
        while let Some(part) = blob.next().await.map_err(|error| error.to_string())? {
            // A reader that has seen enough says itself why.
            if !inlet.send(&part).await {
                return Ok(());
            }
        }
        inlet.end().await;
        Ok::<(), String>(())
    };
    let (sent, listed) = futures_util::future::join(sending, reading).await;
    sent?;
    let listed = listed.map_err(|_| "the layer could not be read".to_owned())?;
    listed.map_err(|error| error.to_string())
}

/// The entries of a tar archive, with gzip or without.
fn list(layer: impl Read) -> io::Result<Vec<FileEntry>> {
    let mut layer = BufReader::with_capacity(64 * 1024, layer);
    let is_gzip = layer.fill_buf()?.starts_with(&[0x1f, 0x8b]);
    if !is_gzip && layer.fill_buf()?.get(257..262) != Some(b"ustar") {
        return Err(io::Error::new(io::ErrorKind::InvalidData, "the layer is no archive: neither gzip nor tar"));
    }
    let entries = if is_gzip {
        entries(&mut MultiGzDecoder::new(&mut layer).take(MOST_BYTES))
    } else {
        entries(&mut (&mut layer).take(MOST_BYTES))
    };
    let entries = entries?;
    // To its end, so that all of it is hashed.
    io::copy(&mut layer, &mut io::sink())?;
    Ok(entries)
}

fn entries(archive: &mut impl Read) -> io::Result<Vec<FileEntry>> {
    let refused = |error: ReadError| io::Error::new(io::ErrorKind::InvalidData, error.to_string());
    let mut out = Vec::new();
    let mut reader = Reader::new();
    let mut next = Next::Block;
    loop {
        next = match next {
            Next::Block => match block(archive)? {
                Some(block) => reader.block(&block).map_err(refused)?,
                None => return Ok(out),
            },
            Next::Extension { size } => {
                let mut content = vec![0; size];
                archive.read_exact(&mut content)?;
                skip(archive, padding(size as u64))?;
                reader.extension(&content).map_err(refused)?
            }
            Next::Entry(found) => {
                skip(archive, found.content + padding(found.content))?;
                out.push(entry(&found));
                if out.len() >= MOST_ENTRIES {
                    return Err(io::Error::other(format!("there are more than {MOST_ENTRIES} entries in it")));
                }
                Next::Block
            }
            Next::End => return Ok(out),
        };
    }
}

fn entry(found: &Found) -> FileEntry {
    let kind = match found.kind() {
        Type::File => "file",
        Type::Directory => "directory",
        Type::Symlink => "symlink",
        Type::Special => "special",
    };
    let link = String::from_utf8_lossy(&found.link).into_owned();
    FileEntry {
        path: String::from_utf8_lossy(&found.name).into_owned(),
        kind,
        size: found.content,
        mode: found.mode_words(),
        link: Some(link).filter(|link| !link.is_empty()),
    }
}

/// The next block; nothing at the end of the stream.
fn block(archive: &mut impl Read) -> io::Result<Option<[u8; BLOCK]>> {
    let mut out = [0; BLOCK];
    let mut filled = 0;
    while filled < BLOCK {
        match archive.read(&mut out[filled..])? {
            0 if filled == 0 => return Ok(None),
            0 => return Err(io::Error::new(io::ErrorKind::UnexpectedEof, "the archive breaks off")),
            size => filled += size,
        }
    }
    Ok(Some(out))
}

fn skip(archive: &mut impl Read, bytes: u64) -> io::Result<()> {
    match io::copy(&mut archive.take(bytes), &mut io::sink())? {
        skipped if skipped == bytes => Ok(()),
        _ => Err(io::Error::new(io::ErrorKind::UnexpectedEof, "the archive breaks off")),
    }
}

fn padding(size: u64) -> u64 {
    size.wrapping_neg() % BLOCK as u64
}
