//! What the compiler calls for numbers of 128 bits.
//!
//! The library that it brings along returns these through memory, and where functions return several results the compiler
//! asks for both halves as results: the linker puts a trap in the place of such a call. Here is what belongs there.

use wasmparser::Operator::{self, *};
use wasmparser::ValType;

/// The beginning of the names that the linker gives to its traps.
pub const TRAP: &str = "signature_mismatch:";

/// The body of a function of the compiler's library by its name: the types of its locals and what it does. `None` for one that
/// is not needed so far.
pub fn body(name: &str) -> Option<(Vec<ValType>, Vec<Operator<'static>>)> {
    match name {
        "__ashlti3" => Some((vec![ValType::I64], shift([0, 1], I64Shl, I64ShrU, false))),
        "__lshrti3" => Some((vec![ValType::I64], shift([1, 0], I64ShrU, I64Shl, true))),
        "__multi3" => Some((vec![ValType::I64; 6], multiply())),
        _ => None,
    }
}

fn get(local_index: u32) -> Operator<'static> {
    LocalGet { local_index }
}

fn set(local_index: u32) -> Operator<'static> {
    LocalSet { local_index }
}

/// Both halves shifted by `n`, the parameter 2. `from` is the half that moves into the other; `back` is the shift the other way.
///
/// The one half becomes `from << n`, or 0 where `n` is 64 or more; the other `other << n | (from >> 1) >> (63 - n)`, or
/// `from << n`. (Shifts count modulo 64.)
fn shift(
    [from, other]: [u32; 2],
    way: Operator<'static>,
    back: Operator<'static>,
    low_last: bool,
) -> Vec<Operator<'static>> {
    const SHIFTED: u32 = 3;
    let n = || [get(2), I64ExtendI32U];
    let is_far = || [get(2), I32Const { value: 64 }, I32And];
    let mut out = vec![get(from)];
    out.extend(n());
    out.extend([way.clone(), set(SHIFTED)]);
    let mut moved = vec![I64Const { value: 0 }, get(SHIFTED)];
    moved.extend(is_far());
    moved.push(Select);
    let mut joined = vec![get(SHIFTED), get(other)];
    joined.extend(n());
    joined.extend([way, get(from), I64Const { value: 1 }, back.clone(), I64Const { value: 63 }]);
    joined.extend(n());
    joined.extend([I64Sub, back, I64Or]);
    joined.extend(is_far());
    joined.push(Select);
    // The lower half is the first result.
    let halves = if low_last { [joined, moved] } else { [moved, joined] };
    out.extend(halves.into_iter().flatten());
    out.push(End);
    out
}

/// The product of (0, 1) and (2, 3), lower halves first, from products of 32 bits.
fn multiply() -> Vec<Operator<'static>> {
    const A0: u32 = 4;
    const A1: u32 = 5;
    const B0: u32 = 6;
    const B1: u32 = 7;
    const CROSS: u32 = 8;
    const MIDDLE: u32 = 9;
    let low = || [I64Const { value: 0xFFFF_FFFF }, I64And];
    let high = || [I64Const { value: 32 }, I64ShrU];
    let mut out = Vec::new();
    for (from, first, second) in [(0, A0, A1), (2, B0, B1)] {
        out.push(get(from));
        out.extend(low());
        out.extend([set(first), get(from)]);
        out.extend(high());
        out.push(set(second));
    }
    out.extend([get(A0), get(B1), I64Mul, set(CROSS)]);
    out.extend([get(A0), get(B0), I64Mul]);
    out.extend(high());
    out.push(get(CROSS));
    out.extend(low());
    out.extend([I64Add, get(A1), get(B0), I64Mul, I64Add, set(MIDDLE)]);
    out.extend([get(0), get(2), I64Mul]);
    out.extend([get(A1), get(B1), I64Mul, get(MIDDLE)]);
    out.extend(high());
    out.extend([I64Add, get(CROSS)]);
    out.extend(high());
    out.extend([I64Add, get(1), get(2), I64Mul, I64Add, get(0), get(3), I64Mul, I64Add, End]);
    out
}
