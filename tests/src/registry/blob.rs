//! Content by digest: bytes in memory, or made anew each time, so that a blob of 2 GB costs nothing.

use std::fmt;
use std::io::{self, Read};
use std::sync::Arc;

use aws_lc_rs::digest::{Context, SHA256};

/// A blob.
#[derive(Debug, Clone)]
pub struct Blob {
    /// `sha256:<hex>`
    pub digest: String,
    /// In bytes.
    pub size: u64,
    content: Content,
}

#[derive(Clone)]
enum Content {
    Bytes(Arc<[u8]>),
    Made(Arc<dyn Fn() -> Box<dyn Read + Send> + Send + Sync>),
    /// It was pushed and was too large to be kept: only its digest and size are known.
    Dropped,
}

impl fmt::Debug for Content {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Bytes(_) => "Bytes",
            Self::Made(_) => "Made",
            Self::Dropped => "Dropped",
        })
    }
}

impl Blob {
    /// Of these bytes.
    pub fn of(bytes: &[u8]) -> Self {
        Self::kept(digest(bytes), bytes)
    }

    /// Of these bytes, whose digest is known.
    pub(super) fn kept(digest: String, bytes: &[u8]) -> Self {
        Self { digest, size: bytes.len() as u64, content: Content::Bytes(bytes.into()) }
    }

    /// Of what `make` makes, which has to be the same each time. It is read once, for its digest.
    pub fn made(make: impl Fn() -> Box<dyn Read + Send> + Send + Sync + 'static) -> Self {
        let mut hasher = Hasher::default();
        let mut reader = make();
        let mut buffer = vec![0; 1 << 16];
        loop {
            let length = reader.read(&mut buffer).expect("generated content");
            if length == 0 {
                break;
            }
            hasher.update(&buffer[..length]);
        }
        Self { size: hasher.size, digest: hasher.finish(), content: Content::Made(Arc::new(make)) }
    }

    pub(super) fn dropped(digest: String, size: u64) -> Self {
        Self { digest, size, content: Content::Dropped }
    }

    /// The content from this byte on; `None` where it was not kept.
    pub(super) fn read_from(&self, start: u64) -> Option<Box<dyn Read + Send>> {
        match &self.content {
            Content::Bytes(bytes) => {
                let mut cursor = io::Cursor::new(bytes.clone());
                cursor.set_position(start);
                Some(Box::new(cursor))
            }
            Content::Made(make) => {
                let mut reader = make();
                io::copy(&mut reader.by_ref().take(start), &mut io::sink()).ok()?;
                Some(reader)
            }
            Content::Dropped => None,
        }
    }

    /// The bytes, where they are in memory.
    pub fn bytes(&self) -> Option<&[u8]> {
        match &self.content {
            Content::Bytes(bytes) => Some(bytes),
            _ => None,
        }
    }
}

/// A digest in the making.
#[derive(Clone)]
pub(super) struct Hasher {
    context: Context,
    pub(super) size: u64,
}

impl Default for Hasher {
    fn default() -> Self {
        Self { context: Context::new(&SHA256), size: 0 }
    }
}

impl Hasher {
    pub(super) fn update(&mut self, bytes: &[u8]) {
        self.context.update(bytes);
        self.size += bytes.len() as u64;
    }

    pub(super) fn finish(self) -> String {
        let mut out = String::from("sha256:");
        for byte in self.context.finish().as_ref() {
            out.push_str(&format!("{byte:02x}"));
        }
        out
    }
}

/// `sha256:<hex>` of these bytes.
pub fn digest(bytes: &[u8]) -> String {
    let mut hasher = Hasher::default();
    hasher.update(bytes);
    hasher.finish()
}

/// `size` bytes that do not compress, the same for the same seed, at the speed of memory: one block of
/// noise, over and over, with its number in front.
#[derive(Debug)]
pub struct Noise {
    block: Vec<u8>,
    at: u64,
    size: u64,
}

impl Noise {
    const BLOCK: usize = 1 << 16;

    /// Of this seed and size in bytes.
    pub fn new(seed: u64, size: u64) -> Self {
        let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
        let mut block = Vec::with_capacity(Self::BLOCK);
        while block.len() < Self::BLOCK {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            block.extend_from_slice(&state.to_le_bytes());
        }
        Self { block, at: 0, size }
    }
}

impl Read for Noise {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let inside = (self.at % Self::BLOCK as u64) as usize;
        if inside == 0 {
            let number = self.at / Self::BLOCK as u64;
            self.block[..8].copy_from_slice(&number.to_le_bytes());
        }
        let length = buffer.len().min(Self::BLOCK - inside).min((self.size - self.at) as usize);
        buffer[..length].copy_from_slice(&self.block[inside..inside + length]);
        self.at += length as u64;
        Ok(length)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn noise_is_the_same_however_it_is_read() {
        let mut whole = Vec::new();
        Noise::new(7, 200_000).read_to_end(&mut whole).expect("noise");
        assert_eq!(whole.len(), 200_000);
        let blob = Blob::made(|| Box::new(Noise::new(7, 200_000)));
        assert_eq!((blob.digest.as_str(), blob.size), (digest(&whole).as_str(), 200_000));
        let mut rest = Vec::new();
        blob.read_from(150_001).expect("kept").read_to_end(&mut rest).expect("noise");
        assert_eq!(rest, &whole[150_001..]);
        assert_ne!(whole[..100], whole[65536..65636]);
    }
}
