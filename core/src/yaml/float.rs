//! Numbers with a fraction or an exponent: from decimal text and back, exactly.
//!
//! By long arithmetic rather than by the standard library, whose tables alone are a twentieth of the module that browsers
//! load. Few values of manifests come here, and each result is the standard library's (see the tests).

use std::cmp::Ordering;

/// More digits than these, with a mark that others follow, decide no rounding (the longest exact tie has 767).
const DECIDING_DIGITS: usize = 800;

/// A whole number of any size, 32 bits a limb, the lowest first, without zeros on top.
#[derive(Clone)]
struct Whole(Vec<u32>);

impl Whole {
    fn new(value: u64) -> Self {
        let mut it = Self(vec![value as u32, (value >> 32) as u32]);
        it.trim();
        it
    }

    fn trim(&mut self) {
        while self.0.last() == Some(&0) {
            self.0.pop();
        }
    }

    fn bits(&self) -> usize {
        self.0.last().map_or(0, |top| self.0.len() * 32 - top.leading_zeros() as usize)
    }

    /// `self * factor + addend`
    fn scale(&mut self, factor: u32, addend: u32) {
        let mut carry = u64::from(addend);
        for limb in &mut self.0 {
            let product = u64::from(*limb) * u64::from(factor) + carry;
            *limb = product as u32;
            carry = product >> 32;
        }
        if carry > 0 {
            self.0.push(carry as u32);
        }
    }

    fn scale_by_ten(&mut self, times: usize) {
        for _ in 0..times {
            self.scale(10, 0);
        }
    }

    fn shift(&mut self, bits: usize) {
        self.scale(1 << (bits % 32), 0);
        if !self.0.is_empty() {
            self.0.splice(0..0, std::iter::repeat_n(0, bits / 32));
        }
    }

    fn compare(&self, other: &Self) -> Ordering {
        let limbs = || self.0.iter().rev().cmp(other.0.iter().rev());
        self.0.len().cmp(&other.0.len()).then_with(limbs)
    }

    fn add(&self, other: &Self) -> Self {
        let mut sum = Vec::with_capacity(self.0.len().max(other.0.len()) + 1);
        let mut carry = 0u64;
        for at in 0..self.0.len().max(other.0.len()) {
            let limb = |it: &Self| u64::from(it.0.get(at).copied().unwrap_or(0));
            carry += limb(self) + limb(other);
            sum.push(carry as u32);
            carry >>= 32;
        }
        sum.push(carry as u32);
        let mut sum = Self(sum);
        sum.trim();
        sum
    }

    /// Takes a number off that is not above this one.
    fn subtract(&mut self, other: &Self) {
        let mut borrow = false;
        for (at, limb) in self.0.iter_mut().enumerate() {
            let (less, first) = limb.overflowing_sub(other.0.get(at).copied().unwrap_or(0));
            let (less, second) = less.overflowing_sub(u32::from(borrow));
            *limb = less;
            borrow = first || second;
        }
        self.trim();
    }
}

/// The nearest number to `[0-9]*\.?[0-9]*` where one operation without rounding before it gives it: up to fifteen digits, of which
/// ten to the power of their number is a number too. Most numbers that people write.
fn short(text: &str) -> Option<f64> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    if whole.len() + fraction.len() > 15 {
        return None;
    }
    let mut digits = 0.0;
    let mut scale = 1.0;
    for byte in whole.bytes().chain(fraction.bytes()) {
        digits = digits * 10.0 + f64::from(char::from(byte).to_digit(10)?);
    }
    for _ in 0..fraction.len() {
        scale *= 10.0;
    }
    Some(digits / scale)
}

/// The nearest number to a text of the form `[-+]?[0-9]*(\.[0-9]*)?([eE][-+]?[0-9]+)?`; `None` where it is none, and
/// where the number is beyond what 64 bits hold.
pub(super) fn parse(text: &str) -> Option<f64> {
    let (negative, body) = match text.as_bytes().first()? {
        b'-' => (true, text.get(1..)?),
        b'+' => (false, text.get(1..)?),
        _ => (false, text),
    };
    if let Some(value) = short(body) {
        return Some(if negative { -value } else { value });
    }
    let (mantissa, exponent) = match body.find(['e', 'E']) {
        Some(at) => (body.get(..at)?, body.get(at + 1..)?),
        None => (body, "0"),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    // Beyond some billions it is out of reach whatever the digits are: their number is that of a text's bytes.
    let mut exponent = match exponent.parse::<i64>() {
        Ok(exponent) => exponent.clamp(-1 << 40, 1 << 40),
        Err(_) if exponent.starts_with('-') => -1 << 40,
        Err(_) => 1 << 40,
    };
    exponent = exponent.checked_sub(i64::try_from(fraction.len()).ok()?)?;
    let mut digits = Whole(Vec::new());
    let mut count = 0;
    let mut is_more = false;
    for digit in whole.bytes().chain(fraction.bytes()).map(|byte| byte.wrapping_sub(b'0')) {
        match digit {
            0 if count == 0 => {}
            0..=9 if count < DECIDING_DIGITS => {
                digits.scale(10, u32::from(digit));
                count += 1;
            }
            0..=9 => {
                is_more |= digit > 0;
                exponent += 1;
            }
            _ => return None,
        }
    }
    if is_more {
        digits.scale(10, 1);
        count += 1;
        exponent -= 1;
    }
    let magnitude = i64::try_from(count).ok()? + exponent;
    let value = match magnitude {
        _ if count == 0 => 0.0,
        ..=-330 => 0.0,
        -329..=310 => nearest(digits, exponent),
        _ => return None,
    };
    value.is_finite().then_some(if negative { -value } else { value })
}

/// The nearest number to `digits * 10^exponent`, of two the even one; infinite where it is too large.
fn nearest(mut digits: Whole, exponent: i64) -> f64 {
    let mut divisor = Whole::new(1);
    let tens = exponent.unsigned_abs() as usize;
    if exponent < 0 {
        divisor.scale_by_ten(tens)
    } else {
        digits.scale_by_ten(tens)
    }
    // The quotient of 54 or 55 bits: one or two below the last that is kept.
    let shift = 55 + divisor.bits() as i64 - digits.bits() as i64;
    if shift < 0 {
        divisor.shift((-shift) as usize)
    } else {
        digits.shift(shift as usize)
    }
    let mut quotient = 0u64;
    for bit in (0..56).rev() {
        let mut part = divisor.clone();
        part.shift(bit);
        if digits.compare(&part) != Ordering::Less {
            digits.subtract(&part);
            quotient |= 1 << bit;
        }
    }
    let is_exact = digits.0.is_empty();
    // quotient * 2^-shift; the lowest bit of a number is worth 2^-1074 or more.
    let bits = i64::from(64 - quotient.leading_zeros());
    let drop = (bits - 53).max(shift - 1074);
    if drop > 63 {
        return 0.0;
    }
    let kept = quotient >> drop;
    let rest = quotient & ((1 << drop) - 1);
    let half = 1 << (drop - 1);
    let up = rest > half || rest == half && (!is_exact || kept & 1 == 1);
    let significand = kept + u64::from(up);
    let exponent = drop - shift;
    // 2^53 may have come of rounding up: the hidden bit counts into the exponent, and all the rest is zero.
    let is_subnormal = significand < 1 << 52;
    let biased = if is_subnormal { 0 } else { exponent + 1075 };
    let (significand, biased) = if significand == 1 << 53 { (1 << 52, biased + 1) } else { (significand, biased) };
    match biased {
        2047.. => f64::INFINITY,
        _ => f64::from_bits((biased as u64) << 52 | significand & ((1 << 52) - 1)),
    }
}

/// The shortest digits that are read as this number and no other, and where the point stands: `0.digits * 10^point`.
/// `significand * 2^exponent` is the number; `is_edge` where the next smaller one is only half as far away as the next
/// larger. Source: Steele and White 1990, with the rounding that Go's `strconv` and Rust have.
fn shortest(significand: u64, exponent: i32, is_edge: bool) -> (String, i32) {
    let widen = 1 + usize::from(is_edge);
    let raise = exponent.max(0) as usize;
    let mut rest = Whole::new(significand);
    rest.shift(raise + widen);
    let mut unit = Whole::new(1);
    unit.shift((-exponent).max(0) as usize + widen);
    let mut below = Whole::new(1);
    below.shift(raise);
    let mut above = below.clone();
    above.shift(widen - 1);
    let is_even = significand.is_multiple_of(2);
    let is_at_end = |order: Ordering, end: Ordering| order == end || is_even && order == Ordering::Equal;
    let mut point = 0;
    while is_at_end(rest.add(&above).compare(&unit), Ordering::Greater) {
        unit.scale(10, 0);
        point += 1;
    }
    let mut digits = String::new();
    loop {
        rest.scale(10, 0);
        below.scale(10, 0);
        above.scale(10, 0);
        let mut digit = 0u8;
        while rest.compare(&unit) != Ordering::Less {
            rest.subtract(&unit);
            digit += 1;
        }
        let is_low = is_at_end(rest.compare(&below), Ordering::Less);
        let is_high = is_at_end(rest.add(&above).compare(&unit), Ordering::Greater);
        // Before the first digit there are zeros alone.
        if digits.is_empty() && digit == 0 && !is_low && !is_high {
            point -= 1;
            continue;
        }
        if !is_low && !is_high {
            digits.push(char::from(b'0' + digit));
            continue;
        }
        let twice = rest.add(&rest);
        let up = is_high && (!is_low || twice.compare(&unit) != Ordering::Less);
        digits.push(char::from(b'0' + digit + u8::from(up)));
        return (digits, point);
    }
}

/// The digits of a finite number as of [`shortest`], of zero too. `bits` are those of its absolute value, the lowest `width`
/// of them the fraction; an exponent of `bias` there is one of zero for that fraction as a whole number.
fn digits(bits: u64, width: u32, bias: i32) -> (String, i32) {
    let (fraction, exponent) = (bits & ((1 << width) - 1), (bits >> width) as i32);
    let significand = if exponent == 0 { fraction } else { fraction | 1 << width };
    match significand {
        0 => ("0".to_owned(), 1),
        _ => shortest(significand, exponent.max(1) - bias, fraction == 0 && exponent > 1),
    }
}

fn digits_64(value: f64) -> (String, i32) {
    digits(value.abs().to_bits(), 52, 1075)
}

fn digits_32(value: f32) -> (String, i32) {
    digits(u64::from(value.abs().to_bits()), 23, 150)
}

/// Digits with their point, and without an exponent.
fn positional(digits: &str, point: i32) -> String {
    let zeros = |count: i32| "0".repeat(count.max(0) as usize);
    match usize::try_from(point).ok().filter(|point| *point > 0) {
        None => format!("0.{}{digits}", zeros(-point)),
        Some(at) => match digits.split_at_checked(at) {
            Some((whole, fraction)) if !fraction.is_empty() => format!("{whole}.{fraction}"),
            _ => format!("{digits}{}", zeros(point - digits.len() as i32)),
        },
    }
}

/// Digits with one before the point, and an exponent of two digits or more.
fn exponential(digits: &str, point: i32) -> String {
    let (first, rest) = digits.split_at(1);
    let (dot, exponent) = (if rest.is_empty() { "" } else { "." }, point - 1);
    let sign = if exponent < 0 { '-' } else { '+' };
    format!("{first}{dot}{rest}e{sign}{:02}", exponent.unsigned_abs())
}

fn signed(is_negative: bool, digits: &str) -> String {
    format!("{}{digits}", if is_negative { "-" } else { "" })
}

/// Without an exponent, as few digits as tell the number from all others: `1`, `0.1`, `-0`; `inf`, `NaN`.
pub(super) fn decimal(value: f64) -> String {
    if value.is_nan() {
        return "NaN".to_owned();
    }
    if value.is_infinite() {
        return signed(value.is_sign_negative(), "inf");
    }
    let (digits, point) = digits_64(value);
    signed(value.is_sign_negative(), &positional(&digits, point))
}

/// As Go's `strconv.FormatFloat(value, 'g', -1, 32)` writes a finite number.
pub(super) fn general_32(value: f32) -> String {
    let (digits, point) = digits_32(value);
    let text = if (-3..7).contains(&point) { positional(&digits, point) } else { exponential(&digits, point) };
    signed(value.is_sign_negative(), &text)
}

/// As Go's `encoding/json` writes a finite number: with an exponent below 1e-6 and from 1e21 on.
pub(super) fn json(value: f64) -> String {
    let (digits, point) = digits_64(value);
    let text = match point {
        -5..=21 => positional(&digits, point),
        _ => exponential(&digits, point).replacen("e-0", "e-", 1),
    };
    signed(value.is_sign_negative(), &text)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A sequence without order, the same in every run.
    fn numbers() -> impl Iterator<Item = u64> {
        let mut state = 0x2545_f491_4f6c_dd1d_u64;
        std::iter::from_fn(move || {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            Some(state)
        })
    }

    #[test]
    fn texts_come_to_the_numbers_of_the_standard_library() {
        let hand = "0 -0 1 .5 5. 1e0 0.1 1e22 1e23 9007199254740993 9007199254740992.5 1.7976931348623157e308 \
            1.7976931348623158e308 1.7976931348623159e308 1e309 1e400 4.9e-324 2.4703282292062327e-324 \
            2.4703282292062328e-324 2.5e-324 2.2250738585072011e-308 2.2250738585072014e-308 1e-400 \
            2.2250738585072012e-308 1e99999999999999999999 1e-99999999999999999999 0e99999999999999999999 3.10 +1.5";
        let long = format!("0.{}1e{}", "0".repeat(2000), 2000);
        let tie = format!("9007199254740993.{}1", "0".repeat(900));
        let mut texts: Vec<String> = hand.split_whitespace().map(str::to_owned).collect();
        texts.extend([long, tie]);
        for (a, b) in numbers().zip(numbers().skip(1)).take(3000) {
            texts.push(format!("{}e{}", a >> (b % 60), (b >> 32) as i64 % 350 - 175));
            texts.push(format!("{}.{}e-{}", a % 1000, b, b % 330));
            texts.push(f64::from_bits(a).to_string());
        }
        for text in texts.iter().filter(|text| !text.contains(['N', 'i'])) {
            let expected = text.parse::<f64>().ok().filter(|value| value.is_finite());
            assert_eq!(parse(text).map(f64::to_bits), expected.map(f64::to_bits), "{text}");
        }
        assert_eq!(parse("1.2.3"), None);
    }

    #[test]
    fn numbers_are_written_as_by_the_standard_library() {
        let hand =
            [0.0, -0.0, 1.0, 0.1, 1e21, 1e22, 1e23, 5e-324, f64::MAX, f64::MIN_POSITIVE, 2f64.powi(60), 123456.5];
        let random = numbers().take(3000).map(f64::from_bits);
        let near = numbers().take(3000).map(|bits| (bits >> 20) as f64 / 1000.0);
        for value in hand.into_iter().chain(random).chain(near).chain([f64::NAN, f64::INFINITY, f64::NEG_INFINITY]) {
            assert_eq!(decimal(value), value.to_string(), "{value:e}");
        }
        for value in numbers().take(5000).map(|bits| f32::from_bits(bits as u32)).filter(|value| value.is_finite()) {
            assert_eq!(general_32(value).parse::<f32>().map(f32::to_bits), Ok(value.to_bits()), "{value:e}");
            let (digits, _) = digits_32(value.abs());
            let shortest = format!("{:e}", value.abs());
            let shortest = shortest.split('e').next().unwrap_or_default().replace('.', "");
            assert_eq!(digits, shortest, "{value:e}");
        }
        let numbers = [1.0, 0.000001, 1e-7, 1e20, 1e21, -2.5, 1e-100].map(json);
        assert_eq!(numbers, ["1", "0.000001", "1e-7", "100000000000000000000", "1e+21", "-2.5", "1e-100"]);
    }
}
