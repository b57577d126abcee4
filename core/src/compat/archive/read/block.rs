//! The fields of one header block.

use super::super::BLOCK;
use super::{Found, ReadError};

/// Whose header it is, by its magic.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Format {
    V7,
    Ustar,
    Star,
    Gnu,
}

/// Reads a header, by its block alone.
pub(super) fn parse(block: &[u8; BLOCK]) -> Result<(Format, Found), ReadError> {
    let field = |offset: usize, width: usize| block.get(offset..offset + width).unwrap_or_default();
    let sum = octal(field(148, 8))?;
    if sum != checksum(block, i64::from) && sum != checksum(block, |byte| i64::from(byte.cast_signed())) {
        return Err(ReadError::Header);
    }
    let format = match (field(257, 6), field(263, 2), field(508, 4)) {
        (b"ustar\0", _, b"tar\0") => Format::Star,
        (b"ustar\0", ..) => Format::Ustar,
        (b"ustar ", b" \0", _) => Format::Gnu,
        _ => Format::V7,
    };
    let flag = *field(156, 1).first().ok_or(ReadError::Header)?;
    let mut name = text(field(0, 100)).to_vec();
    let size = number(field(124, 12))?;
    let mode = number(field(100, 8))?;
    // Owner and group say nothing here, and have to be numbers all the same.
    number(field(108, 8))?;
    number(field(116, 8))?;
    let modified = number(field(136, 12))?;
    let mut prefix = b"".as_slice();
    if format != Format::V7 {
        number(field(329, 8))?;
        number(field(337, 8))?;
    }
    match format {
        Format::V7 => {}
        Format::Ustar => prefix = text(field(345, 155)),
        Format::Star => {
            prefix = text(field(345, 131));
            number(field(476, 12))?;
            number(field(488, 12))?;
        }
        // Go before 1.8 wrote a prefix where GNU has two times.
        Format::Gnu => {
            let times = [field(345, 12), field(357, 12)];
            let is_wrong = |time: &&[u8]| time.first() != Some(&0) && number(time).is_err();
            let old_prefix = text(field(345, 155));
            if times.iter().any(is_wrong) && old_prefix.is_ascii() {
                prefix = old_prefix;
            }
        }
    }
    if !prefix.is_empty() {
        name = [prefix, b"/", &name].concat();
    }
    let link = text(field(157, 100)).to_vec();
    let mut found = Found { name, link, size, content: 0, modified: (modified, 0), mode, flag };
    found.measure()?;
    Ok((format, found))
}

/// The sum of a block in which the checksum itself counts as blanks.
fn checksum(block: &[u8; BLOCK], value: impl Fn(u8) -> i64) -> i64 {
    let bytes = block.iter().enumerate();
    bytes.map(|(at, byte)| value(if (148..156).contains(&at) { b' ' } else { *byte })).sum()
}

/// What stands before the first zero byte.
pub(super) fn text(field: &[u8]) -> &[u8] {
    field.split(|byte| *byte == 0).next().unwrap_or_default()
}

/// A number in octal digits or, where the first bit is set, in two's complement.
fn number(field: &[u8]) -> Result<i64, ReadError> {
    let Some((first, rest)) = field.split_first() else {
        return Ok(0);
    };
    if first & 0x80 == 0 {
        return octal(field);
    }
    let invert = if first & 0x40 == 0 { 0 } else { 0xff };
    let mut value = u64::from((first ^ invert) & 0x7f);
    for byte in rest {
        if value >> 56 > 0 {
            return Err(ReadError::Header);
        }
        value = value << 8 | u64::from(byte ^ invert);
    }
    let value = i64::try_from(value).map_err(|_| ReadError::Header)?;
    Ok(if invert == 0 { value } else { !value })
}

/// Octal digits within blanks and zero bytes.
fn octal(field: &[u8]) -> Result<i64, ReadError> {
    let is_padding = |byte: &u8| matches!(byte, b' ' | 0);
    let Some(start) = field.iter().position(|byte| !is_padding(byte)) else {
        return Ok(0);
    };
    let end = field.iter().rposition(|byte| !is_padding(byte)).map_or(start, |at| at + 1);
    text(field.get(start..end).unwrap_or_default()).iter().try_fold(0, |value: i64, byte| match byte {
        b'0'..=b'7' => Ok(value << 3 | i64::from(byte - b'0')),
        _ => Err(ReadError::Header),
    })
}
