//! Headers as Go's archive/tar (1.26) writes them: USTAR where every field fits, else PAX.

use std::fmt;

use super::BLOCK;

/// What ends a stream: two empty blocks.
pub const TRAILER: [u8; 2 * BLOCK] = [0; 2 * BLOCK];

const ZEROS: [u8; BLOCK] = [0; BLOCK];

/// The most bytes that a name may have in USTAR, and that the folder before it may.
const NAME_SIZE: usize = 100;
const PREFIX_SIZE: usize = 155;

/// The first size that eleven octal digits do not hold: 8 GiB.
const TOO_LARGE_FOR_OCTAL: u64 = 1 << 33;

/// Go refuses records of more than this.
const LONGEST_RECORDS: usize = 1 << 20;

/// A file or folder to be written. Owner and times are not said: Flux writes zero for each.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Entry<'a> {
    /// The path from the root of the archive, clean and with slashes, without one at either end. Any
    /// bytes but zero; Flux writes the root itself as `.`.
    pub name: &'a [u8],
    /// Permissions and the set-user, set-group and sticky bits; the rest is not written.
    pub mode: u32,
    /// What it is.
    pub kind: Kind,
}

/// What an entry is. Flux writes nothing else: links, devices and the like are left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A folder.
    Directory,
    /// A regular file. As many bytes have to follow the header, and then their [`padding`].
    File {
        /// In bytes.
        size: u64,
    },
}

/// Why an entry has no header.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HeaderError {
    /// A zero byte in the name.
    ZeroInName,
    /// A regular file's name ends in a slash.
    FileNamedAsFolder,
    /// The name is longer than 1 MiB.
    NameTooLong,
    /// The size is beyond 63 bits.
    TooLarge,
}

impl fmt::Display for HeaderError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::ZeroInName => "a name with a zero byte cannot be archived",
            Self::FileNamedAsFolder => "a file whose name ends in a slash cannot be archived",
            Self::NameTooLong => "a name of more than 1 MiB cannot be archived",
            Self::TooLarge => "a file of more than 8 EiB cannot be archived",
        })
    }
}

impl std::error::Error for HeaderError {}

/// The bytes before the content of an entry: one block, or more of them where the name is long or
/// not ASCII or the size is 8 GiB or more.
///
/// # Errors
///
/// Where Go's writer refuses the entry.
pub fn header(entry: &Entry<'_>) -> Result<Vec<u8>, HeaderError> {
    let Entry { name, mode, kind } = *entry;
    let (flag, size) = match kind {
        Kind::Directory => (b'5', 0),
        Kind::File { size } => (b'0', size),
    };
    if name.contains(&0) {
        return Err(HeaderError::ZeroInName);
    }
    if flag == b'0' && name.ends_with(b"/") {
        return Err(HeaderError::FileNamedAsFolder);
    }
    if i64::try_from(size).is_err() {
        return Err(HeaderError::TooLarge);
    }
    let fits = name.is_ascii() && name.len() <= NAME_SIZE;
    let split = split_name(name);
    if size < TOO_LARGE_FOR_OCTAL && (fits || split.is_some()) {
        let (prefix, name) = split.unwrap_or((b"", name));
        return Ok(Block::entry(name, prefix, mode, size, flag).finish().to_vec());
    }
    // Go records a name that USTAR could split too, once PAX is needed for the size.
    let mut records = Vec::new();
    if !fits {
        records.extend(record("path", name));
    }
    if size >= TOO_LARGE_FOR_OCTAL {
        records.extend(record("size", size.to_string().as_bytes()));
    }
    if records.len() > LONGEST_RECORDS {
        return Err(HeaderError::NameTooLong);
    }
    let length = records.len() as u64;
    let mut bytes = Block::records(&records_name(name), length).finish().to_vec();
    bytes.extend(records);
    bytes.extend(padding(length));
    let octal_size = if size < TOO_LARGE_FOR_OCTAL { size } else { 0 };
    bytes.extend(Block::entry(&ascii(name), b"", mode, octal_size, flag).finish());
    Ok(bytes)
}

/// The zeros behind a content of so many bytes, up to the next block.
pub fn padding(size: u64) -> &'static [u8] {
    let over = usize::try_from(size % BLOCK as u64).unwrap_or_default();
    let missing = (BLOCK - over) % BLOCK;
    ZEROS.get(..missing).unwrap_or_default()
}

/// Splits a long name at a slash into what USTAR's prefix and name fields hold.
fn split_name(name: &[u8]) -> Option<(&[u8], &[u8])> {
    if name.len() <= NAME_SIZE || !name.is_ascii() {
        return None;
    }
    let searched = match name.strip_suffix(b"/") {
        Some(rest) if name.len() <= PREFIX_SIZE + 1 => rest,
        _ => name.get(..PREFIX_SIZE + 1).unwrap_or(name),
    };
    let slash = searched.iter().rposition(|byte| *byte == b'/').filter(|at| *at > 0)?;
    let (prefix, rest) = (name.get(..slash)?, name.get(slash + 1..)?);
    (!rest.is_empty() && rest.len() <= NAME_SIZE && prefix.len() <= PREFIX_SIZE).then_some((prefix, rest))
}

/// One PAX record: its own length in decimal, key and value.
fn record(key: &str, value: &[u8]) -> Vec<u8> {
    // A space, the equals sign and the line break.
    let bare = key.len() + value.len() + 3;
    let digits = |number: usize| number.to_string().len();
    let mut length = bare + digits(bare);
    // The digits may have made the number one digit longer.
    length = bare + digits(length);
    let mut record = format!("{length} {key}=").into_bytes();
    record.extend(value);
    record.push(b'\n');
    record
}

/// The name of the file that holds the records of an entry, as far as the field takes it.
fn records_name(name: &[u8]) -> Vec<u8> {
    let slash = name.iter().rposition(|byte| *byte == b'/').map_or(0, |at| at + 1);
    let (folder, file) = name.split_at(slash);
    let mut name = ascii(&[folder, b"PaxHeaders.0/", file].concat());
    name.truncate(NAME_SIZE);
    while name.last() == Some(&b'/') {
        name.pop();
    }
    name
}

/// What is ASCII of a name; readers take the name from the records.
fn ascii(name: &[u8]) -> Vec<u8> {
    name.iter().copied().filter(u8::is_ascii).collect()
}

/// A header block on its way. Fields by offset and width, as POSIX ustar has them.
struct Block([u8; BLOCK]);

impl Block {
    fn entry(name: &[u8], prefix: &[u8], mode: u32, size: u64, flag: u8) -> Self {
        let mut block = Self::common(name, u64::from(mode & 0o7777), size, flag);
        block.octal(329, 8, 0); // device numbers
        block.octal(337, 8, 0);
        block.text(345, PREFIX_SIZE, prefix);
        block
    }

    /// The header of PAX records. Go leaves the device numbers out here.
    fn records(name: &[u8], size: u64) -> Self {
        Self::common(name, 0, size, b'x')
    }

    fn common(name: &[u8], mode: u64, size: u64, flag: u8) -> Self {
        let mut block = Self([0; BLOCK]);
        block.text(0, NAME_SIZE, name);
        block.octal(100, 8, mode);
        block.octal(108, 8, 0); // owner
        block.octal(116, 8, 0); // group
        block.octal(124, 12, size);
        block.octal(136, 12, 0); // time
        block.text(148, 8, b"        "); // the checksum counts itself as blanks
        block.text(156, 1, &[flag]);
        block.text(257, 8, b"ustar\x0000");
        block
    }

    fn finish(mut self) -> [u8; BLOCK] {
        let sum: u64 = self.0.iter().map(|byte| u64::from(*byte)).sum();
        self.octal(148, 7, sum);
        self.0
    }

    fn text(&mut self, offset: usize, width: usize, text: &[u8]) {
        let Some(field) = self.0.get_mut(offset..offset + width) else {
            return;
        };
        for (byte, to) in text.iter().zip(field.iter_mut()) {
            *to = *byte;
        }
        // A slash as the last byte of a cut name would make readers see a folder.
        if text.len() > width
            && let Some((last, rest)) = field.split_last_mut()
            && *last == b'/'
        {
            let kept = rest.iter().rposition(|byte| *byte != b'/').map_or(0, |at| at + 1);
            if let Some(slash) = field.get_mut(kept) {
                *slash = 0;
            }
        }
    }

    /// Octal digits with leading zeros and a zero byte behind them.
    fn octal(&mut self, offset: usize, width: usize, number: u64) {
        let digits = width.saturating_sub(1);
        self.text(offset, width, format!("{number:0digits$o}\0").as_bytes());
    }
}

#[cfg(test)]
mod tests;
