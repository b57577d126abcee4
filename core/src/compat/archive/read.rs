//! Headers as Go's archive/tar (1.26) reads them: V7, USTAR, STAR, GNU and PAX.
//!
//! Sparse files alone are refused: neither Flux nor Helm writes them, and a few bytes of them stand
//! for any number of zeros.

mod block;
mod records;

use std::fmt;

use super::BLOCK;
use block::Format;
use records::Records;

/// Go refuses an extension (PAX records, a long name) of more than this.
const LONGEST_EXTENSION: usize = 1 << 20;

/// Reads a tar stream header by header. It is handed blocks and extensions, and says what comes next;
/// the contents of files pass it by.
#[derive(Debug, Default)]
pub struct Reader {
    /// What the extension that was asked for will be.
    expected: Option<Extension>,
    records: Option<Records>,
    long_name: Vec<u8>,
    long_link: Vec<u8>,
    /// The last block was empty: another such ends the stream.
    after_empty: bool,
}

/// What the reader wants, or has found.
#[derive(Debug, PartialEq, Eq)]
pub enum Next {
    /// The next block is to go to [`Reader::block`]. The stream may end here.
    Block,
    /// So many bytes are to go to [`Reader::extension`], a byte more than 1 MiB at most. Their padding is to
    /// be dropped, and the next block follows.
    Extension {
        /// In bytes.
        size: usize,
    },
    /// An entry. [`Found::content`] bytes, their padding and the next block follow.
    Entry(Found),
    /// The end. Go reads nothing behind it.
    End,
}

/// An entry that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// As written, any bytes: see [`is_safe_name`].
    pub name: Vec<u8>,
    /// Where a link points to.
    pub link: Vec<u8>,
    /// The size as declared, in bytes. Links, folders and devices may declare one, even one below zero,
    /// without having it.
    pub size: i64,
    /// How many bytes follow.
    pub content: u64,
    /// Modification time: seconds since 1970 and nanoseconds, these with the sign of the time.
    pub modified: (i64, i32),
    /// Mode bits as declared, beyond permissions too.
    pub mode: i64,
    /// The type flag.
    pub flag: u8,
}

/// What Go's `FileInfo` makes of an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Type {
    /// A regular file: hard links and unknown flags too.
    File,
    /// A folder.
    Directory,
    /// A symbolic link.
    Symlink,
    /// A device, a pipe or a socket.
    Special,
}

/// Why a stream is no tar stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReadError {
    /// A block that is no header.
    Header,
    /// An extension of more than 1 MiB.
    FieldTooLong,
    /// A sparse file, which Go reads and this reader does not.
    Sparse,
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Header => "archive/tar: invalid tar header",
            Self::FieldTooLong => "archive/tar: header field too long",
            Self::Sparse => "a sparse file, which is not read here",
        })
    }
}

impl std::error::Error for ReadError {}

/// What an extension says about the entry after it.
#[derive(Debug)]
enum Extension {
    Records,
    GlobalRecords(Found),
    LongName,
    LongLink,
}

impl Reader {
    /// At the beginning of a stream, where a block is wanted.
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes the next block.
    ///
    /// # Errors
    ///
    /// Where Go's reader refuses it, and for sparse files.
    pub fn block(&mut self, block: &[u8; BLOCK]) -> Result<Next, ReadError> {
        if block.iter().all(|byte| *byte == 0) {
            let next = if self.after_empty { Next::End } else { Next::Block };
            self.after_empty = true;
            return Ok(next);
        }
        if self.after_empty {
            return Err(ReadError::Header);
        }
        let (format, mut found) = block::parse(block)?;
        let extension = match found.flag {
            b'x' => Extension::Records,
            b'g' => Extension::GlobalRecords(found.clone()),
            b'L' => Extension::LongName,
            b'K' => Extension::LongLink,
            _ => {
                self.complete(&mut found, format)?;
                return Ok(Next::Entry(found));
            }
        };
        self.expected = Some(extension);
        // One byte too many is enough to see that it is too long.
        let size = usize::try_from(found.content).unwrap_or(usize::MAX).min(LONGEST_EXTENSION + 1);
        Ok(Next::Extension { size })
    }

    /// Takes the extension that was asked for.
    ///
    /// Global records are an entry of their own for Go, an empty file: that is what is returned then.
    ///
    /// # Errors
    ///
    /// Where Go's reader refuses it.
    pub fn extension(&mut self, content: &[u8]) -> Result<Next, ReadError> {
        if content.len() > LONGEST_EXTENSION {
            return Err(ReadError::FieldTooLong);
        }
        match self.expected.take() {
            Some(Extension::Records) => self.records = Some(Records::parse(content)?),
            Some(Extension::GlobalRecords(mut found)) => {
                // Their faults are overlooked, but for those of their form.
                let _ = Records::parse(content)?.merge(&mut found);
                *self = Self::default();
                let Found { name, flag, .. } = found;
                let (size, content, mode, modified) = (0, 0, 0, (0, 0));
                return Ok(Next::Entry(Found { name, link: Vec::new(), size, content, modified, mode, flag }));
            }
            Some(Extension::LongName) => self.long_name = block::text(content).to_vec(),
            Some(Extension::LongLink) => self.long_link = block::text(content).to_vec(),
            None => return Err(ReadError::Header),
        }
        Ok(Next::Block)
    }

    /// Puts into an entry what the extensions before it said.
    fn complete(&mut self, found: &mut Found, format: Format) -> Result<(), ReadError> {
        let before = std::mem::take(self);
        let records = before.records.unwrap_or_default();
        records.merge(found)?;
        if !before.long_name.is_empty() {
            found.name = before.long_name;
        }
        if !before.long_link.is_empty() {
            found.link = before.long_link;
        }
        if found.flag == 0 {
            found.flag = if found.name.ends_with(b"/") { b'5' } else { b'0' };
        }
        if found.flag == b'S' {
            return Err(if format == Format::Gnu { ReadError::Sparse } else { ReadError::Header });
        }
        if records.is_sparse() {
            return Err(ReadError::Sparse);
        }
        found.measure()
    }
}

/// Whether bytes follow a header of that flag, whatever size it declares.
fn has_content(flag: u8) -> bool {
    !(b'1'..=b'6').contains(&flag)
}

impl Found {
    /// Says how many bytes follow.
    fn measure(&mut self) -> Result<(), ReadError> {
        let size = if has_content(self.flag) { self.size } else { 0 };
        self.content = u64::try_from(size).map_err(|_| ReadError::Header)?;
        Ok(())
    }

    /// The type, from the flag and the mode.
    pub fn kind(&self) -> Type {
        let bits = self.bits();
        if bits.directory {
            Type::Directory
        } else if bits.symlink {
            Type::Symlink
        } else if bits.special() {
            Type::Special
        } else {
            Type::File
        }
    }

    /// The permissions alone.
    pub fn permissions(&self) -> u32 {
        u32::try_from(self.mode & 0o777).unwrap_or_default()
    }

    /// The type and mode as Go prints them, `-rw-r--r--`: what Flux shows for a type it refuses.
    pub fn mode_words(&self) -> String {
        let bits = self.bits();
        // In Go's order.
        let kinds = [
            (bits.directory, 'd'),
            (bits.symlink, 'L'),
            (bits.device, 'D'),
            (bits.pipe, 'p'),
            (bits.socket, 'S'),
            (self.mode & 0o4000 != 0, 'u'),
            (self.mode & 0o2000 != 0, 'g'),
            (bits.character, 'c'),
            (self.mode & 0o1000 != 0, 't'),
        ];
        let mut words: String = kinds.into_iter().filter_map(|(is_set, letter)| is_set.then_some(letter)).collect();
        if words.is_empty() {
            words.push('-');
        }
        for (index, letter) in "rwxrwxrwx".chars().enumerate() {
            words.push(if self.mode & (0o400 >> index) != 0 { letter } else { '-' });
        }
        words
    }

    fn bits(&self) -> TypeBits {
        let declared = self.mode & !0o7777;
        TypeBits {
            directory: declared == 0o040_000 || self.flag == b'5',
            symlink: declared == 0o120_000 || self.flag == b'2',
            device: matches!(declared, 0o060_000 | 0o020_000) || matches!(self.flag, b'3' | b'4'),
            character: declared == 0o020_000 || self.flag == b'3',
            pipe: declared == 0o010_000 || self.flag == b'6',
            socket: declared == 0o140_000,
        }
    }
}

/// Go's type bits; more than one may be set.
struct TypeBits {
    directory: bool,
    symlink: bool,
    device: bool,
    character: bool,
    pipe: bool,
    socket: bool,
}

impl TypeBits {
    fn special(&self) -> bool {
        self.device || self.character || self.pipe || self.socket
    }
}

/// Whether Flux unpacks an entry of that name (`validRelPath`): not empty, no backslash, not absolute,
/// not going up. Flux overlooks a name that ends in `..`; here that is unsafe too.
pub fn is_safe_name(name: &[u8]) -> bool {
    !name.is_empty()
        && !name.starts_with(b"/")
        && !name.contains(&b'\\')
        && !name.windows(3).any(|three| three == b"../")
        && name != b".."
        && !name.ends_with(b"/..")
}

#[cfg(test)]
mod tests;
