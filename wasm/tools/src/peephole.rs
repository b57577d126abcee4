//! Instructions of one function, replaced by fewer that do the same.

use std::collections::BTreeMap;

use wasmparser::{MemArg, Operator, ValType};

/// What the functions and types of a module take and give.
#[derive(Default)]
pub(crate) struct Arities {
    /// Of each type: how many parameters and how many results.
    pub(crate) types: Vec<(usize, usize)>,
    /// Of each function, imported ones first: its type.
    pub(crate) functions: Vec<u32>,
}

/// A word of memory that is a global instead.
#[derive(Clone, Copy)]
pub(crate) struct Moved {
    pub(crate) address: u64,
    pub(crate) global: u32,
}

impl Moved {
    /// What does as `access` does. Empty: nothing does.
    fn instead_of<'a>(self, access: &Operator<'_>) -> Vec<Operator<'a>> {
        let get = Operator::GlobalGet { global_index: self.global };
        match access {
            Operator::I32Load { .. } => vec![get],
            Operator::I64Load32U { .. } => vec![get, Operator::I64ExtendI32U],
            Operator::I32Store { .. } => vec![Operator::GlobalSet { global_index: self.global }],
            _ => Vec::new(),
        }
    }

    /// Whether an instruction still reaches the word in memory.
    fn is_reached(self, operator: &Operator<'_>) -> bool {
        let reached = self.address..self.address + 4;
        match operator {
            Operator::I32Const { value } => u64::try_from(*value).is_ok_and(|value| reached.contains(&value)),
            operator => access(&mut operator.clone()).is_some_and(|(access, _)| reached.contains(&access.offset)),
        }
    }
}

/// Below twice this lies nothing that a pointer points to, but for what is left of a stack just before it overflows: an address and
/// two smaller numbers do not wrap around where memory is read or written.
const SMALL: u64 = 1024;

/// How often an address within the frame has to be used for a local of its own.
const OFTEN: usize = 8;

/// The global that has the stack's end.
const STACK: u32 = 0;

/// `operators`, with sums of constants added once, or in the places of loads and stores, and `moved` read and written there.
/// None where something would still read or write it in memory.
pub(crate) fn fold<'a>(
    operators: Vec<Operator<'a>>,
    arities: &Arities,
    moved: Option<Moved>,
) -> Option<Vec<Operator<'a>>> {
    let mut fold = Fold { arities, moved, out: Vec::with_capacity(operators.len()), stack: Vec::new() };
    for operator in operators {
        fold.push(operator);
    }
    let out: Vec<Operator<'a>> = fold.out.into_iter().flatten().collect();
    let is_left = moved.is_some_and(|moved| out.iter().any(|operator| moved.is_reached(operator)));
    (!is_left).then_some(out)
}

/// A function's instructions under way.
struct Fold<'a, 'b> {
    arities: &'b Arities,
    moved: Option<Moved>,
    /// None: taken back.
    out: Vec<Option<Operator<'a>>>,
    /// For each value on the stack, as far as it is known: the place after the instruction that made it.
    stack: Vec<usize>,
}

impl<'a> Fold<'a, '_> {
    fn push(&mut self, mut operator: Operator<'a>) {
        if matches!(operator, Operator::I32Add) {
            return self.add();
        }
        if let Some((access, is_load)) = access(&mut operator) {
            if !is_load {
                self.stack.pop();
            }
            let address = self.stack.pop();
            self.offset(address, access);
            let offset = access.offset;
            let moved = self.moved.filter(|moved| moved.address == offset && self.takes_zero(address));
            let instead = moved.map(|moved| moved.instead_of(&operator)).filter(|instead| !instead.is_empty());
            match (self.out.last(), instead.as_deref()) {
                // Two results that are passed on: the second is there already.
                (
                    Some(Some(Operator::GlobalGet { global_index: read })),
                    Some([Operator::GlobalSet { global_index }]),
                ) if read == global_index => {
                    self.out.pop();
                }
                _ => self.out.extend(instead.unwrap_or_else(|| vec![operator]).into_iter().map(Some)),
            }
            if is_load {
                self.stack.push(self.out.len());
            }
            return;
        }
        let effect = self.effect(&operator);
        self.out.push(Some(operator));
        let Some((takes, gives)) = effect else { return self.stack.clear() };
        self.stack.truncate(self.stack.len().saturating_sub(takes));
        self.stack.extend((0..gives).map(|_| self.out.len()));
    }

    /// An addition. Of two constants that are added one after the other, their sum is.
    fn add(&mut self) {
        use Operator::{I32Add, I32Const};
        self.stack.truncate(self.stack.len().saturating_sub(2));
        if let [.., Some(I32Const { value: one }), Some(I32Add), Some(I32Const { value: other })] = &self.out[..] {
            let value = one.wrapping_add(*other);
            self.out.truncate(self.out.len() - 3);
            self.out.push(Some(I32Const { value }));
        }
        self.out.push(Some(I32Add));
        self.stack.push(self.out.len());
    }

    /// Moves what is added to an address into the offset of the access.
    fn offset(&mut self, address: Option<usize>, access: &mut MemArg) {
        use Operator::{I32Add, I32Const};
        let Some(start) = address.and_then(|place| place.checked_sub(2)) else { return };
        let [Some(I32Const { value }), Some(I32Add)] = &mut self.out[start..start + 2] else { return };
        let Some(value) = u64::try_from(*value).ok().filter(|value| *value < SMALL) else { return };
        // A larger offset is the place of a table, and what is added may be below zero.
        if access.offset >= SMALL {
            return;
        }
        access.offset += value;
        self.out[start] = None;
        self.out[start + 1] = None;
    }

    /// Whether an address is the constant zero, which is then taken back.
    fn takes_zero(&mut self, address: Option<usize>) -> bool {
        let Some(start) = address.and_then(|place| place.checked_sub(1)) else { return false };
        let is_zero = matches!(self.out[start], Some(Operator::I32Const { value: 0 }));
        if is_zero {
            self.out[start] = None;
        }
        is_zero
    }

    /// How many values an instruction takes and gives; None for one after which nothing is known of the stack.
    fn effect(&self, operator: &Operator<'_>) -> Option<(usize, usize)> {
        use Operator::*;
        Some(match operator {
            LocalGet { .. } | GlobalGet { .. } | I32Const { .. } | I64Const { .. } => (0, 1),
            LocalSet { .. } | GlobalSet { .. } | Drop => (1, 0),
            LocalTee { .. }
            | I32Eqz
            | I64Eqz
            | I32Clz
            | I64Clz
            | I32Ctz
            | I64Ctz
            | I32Popcnt
            | I64Popcnt
            | I32WrapI64
            | I64ExtendI32U
            | I64ExtendI32S
            | I32Extend8S
            | I32Extend16S
            | I64Extend8S
            | I64Extend16S
            | I64Extend32S => (1, 1),
            I32Sub | I32Mul | I32DivU | I32DivS | I32RemU | I32RemS | I32And | I32Or | I32Xor | I32Shl | I32ShrU
            | I32ShrS | I32Rotl | I32Rotr | I32Eq | I32Ne | I32LtU | I32LtS | I32GtU | I32GtS | I32LeU | I32LeS
            | I32GeU | I32GeS | I64Add | I64Sub | I64Mul | I64DivU | I64DivS | I64RemU | I64RemS | I64And | I64Or
            | I64Xor | I64Shl | I64ShrU | I64ShrS | I64Rotl | I64Rotr | I64Eq | I64Ne | I64LtU | I64LtS | I64GtU
            | I64GtS | I64LeU | I64LeS | I64GeU | I64GeS => (2, 1),
            Select => (3, 1),
            MemoryCopy { .. } | MemoryFill { .. } => (3, 0),
            Call { function_index } => self.arities.types[self.arities.functions[*function_index as usize] as usize],
            CallIndirect { type_index, .. } => {
                let (takes, gives) = self.arities.types[*type_index as usize];
                (takes + 1, gives)
            }
            _ => return None,
        })
    }
}

/// Where an instruction reads or writes memory, and whether it reads.
fn access<'b>(operator: &'b mut Operator<'_>) -> Option<(&'b mut MemArg, bool)> {
    use Operator::*;
    Some(match operator {
        I32Load { memarg }
        | I64Load { memarg }
        | I32Load8U { memarg }
        | I32Load8S { memarg }
        | I32Load16U { memarg }
        | I32Load16S { memarg }
        | I64Load8U { memarg }
        | I64Load16U { memarg }
        | I64Load32U { memarg }
        | I64Load32S { memarg }
        | F64Load { memarg } => (memarg, true),
        I32Store { memarg }
        | I64Store { memarg }
        | I32Store8 { memarg }
        | I32Store16 { memarg }
        | I64Store8 { memarg }
        | I64Store16 { memarg }
        | I64Store32 { memarg }
        | F64Store { memarg } => (memarg, false),
        _ => return None,
    })
}

/// `operators`, with the addresses within the function's frame that it uses often in locals, which are added to `locals`.
pub(crate) fn name_addresses<'a>(
    operators: Vec<Operator<'a>>,
    parameters: usize,
    locals: &mut Vec<ValType>,
) -> Vec<Operator<'a>> {
    use Operator::{GlobalGet, GlobalSet, I32Add, I32Const, I32Sub, LocalGet, LocalSet, LocalTee};
    let frame = match operators.as_slice() {
        [
            GlobalGet { global_index: STACK },
            I32Const { .. },
            I32Sub,
            LocalTee { local_index },
            GlobalSet { .. },
            ..,
        ] => *local_index,
        _ => return operators,
    };
    let is_set =
        |it: &Operator<'_>| matches!(it, LocalSet { local_index } | LocalTee { local_index } if *local_index == frame);
    if operators.iter().filter(|it| is_set(it)).count() > 1 {
        return operators;
    }
    let address = |at: usize| match operators.get(at..at + 3)? {
        [LocalGet { local_index }, I32Const { value }, I32Add] if *local_index == frame => Some(*value),
        _ => None,
    };
    let mut uses: BTreeMap<i32, usize> = BTreeMap::new();
    for value in (0..operators.len()).filter_map(address) {
        *uses.entry(value).or_default() += 1;
    }
    let mut out: Vec<Operator<'a>> = operators[..5].to_vec();
    let mut named = BTreeMap::new();
    for value in uses.into_iter().filter(|(_, count)| *count >= OFTEN).map(|(value, _)| value) {
        let local_index = u32::try_from(parameters + locals.len()).unwrap_or(u32::MAX);
        locals.push(ValType::I32);
        named.insert(value, local_index);
        out.extend([LocalGet { local_index: frame }, I32Const { value }, I32Add, LocalSet { local_index }]);
    }
    let mut at = 5;
    while at < operators.len() {
        match address(at).and_then(|value| named.get(&value)) {
            Some(local_index) => {
                out.push(LocalGet { local_index: *local_index });
                at += 3;
            }
            None => {
                out.push(operators[at].clone());
                at += 1;
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use wasmparser::Operator::{
        Block, Call, End, GlobalGet, GlobalSet, I32Add, I32Const, I32Load, I32Store, I32Sub, LocalGet, LocalTee,
    };
    use wasmparser::{BlockType, MemArg, Operator, ValType};

    use super::{Arities, Moved, OFTEN, fold, name_addresses};

    const MOVED: Moved = Moved { address: 4096, global: 1 };

    fn at(offset: u64) -> MemArg {
        MemArg { align: 2, max_align: 2, offset, memory: 0 }
    }

    fn get(local_index: u32) -> Operator<'static> {
        LocalGet { local_index }
    }

    fn number(value: i32) -> Operator<'static> {
        I32Const { value }
    }

    fn load(offset: u64) -> Operator<'static> {
        I32Load { memarg: at(offset) }
    }

    fn store(offset: u64) -> Operator<'static> {
        I32Store { memarg: at(offset) }
    }

    #[track_caller]
    fn folds<const N: usize, const M: usize>(from: [Operator<'static>; N], to: [Operator<'static>; M]) {
        // One function, which takes a number and gives one.
        let arities = Arities { types: vec![(1, 1)], functions: vec![0] };
        assert_eq!(fold(from.into(), &arities, Some(MOVED)), Some(to.into()));
    }

    #[test]
    fn constants_are_added_once() {
        folds([get(0), number(56), I32Add, number(4), I32Add], [get(0), number(60), I32Add]);
        // Here they are not added to the same.
        folds(
            [get(0), number(56), I32Add, number(4), get(1), I32Add],
            [get(0), number(56), I32Add, number(4), get(1), I32Add],
        );
    }

    #[test]
    fn additions_go_into_offsets() {
        folds([get(0), number(8), I32Add, load(4)], [get(0), load(12)]);
        let value = [get(1), Call { function_index: 0 }];
        let [one, other] = value;
        folds(
            [get(0), number(8), I32Add, one, other, store(0)],
            [get(0), get(1), Call { function_index: 0 }, store(8)],
        );
    }

    #[test]
    fn what_may_wrap_around_stays() {
        folds([get(0), number(-8), I32Add, load(8)], [get(0), number(-8), I32Add, load(8)]);
        folds([get(0), number(70_000), I32Add, load(0)], [get(0), number(70_000), I32Add, load(0)]);
        folds([get(0), number(8), I32Add, load(70_000)], [get(0), number(8), I32Add, load(70_000)]);
    }

    #[test]
    fn what_is_in_front_of_a_block_stays() {
        let block = Block { blockty: BlockType::Type(ValType::I32) };
        folds(
            [get(0), number(8), I32Add, block.clone(), get(1), End, store(0)],
            [get(0), number(8), I32Add, block, get(1), End, store(0)],
        );
    }

    #[test]
    fn the_second_result_is_a_global() {
        folds([number(0), get(0), store(4096)], [get(0), GlobalSet { global_index: 1 }]);
        folds([get(0), number(0), load(4096), store(4)], [get(0), GlobalGet { global_index: 1 }, store(4)]);
        folds([number(0), number(0), load(4096), store(4096)], []);
    }

    #[test]
    fn a_second_result_that_is_reached_otherwise_is_refused() {
        let arities = Arities::default();
        for way in [vec![number(4096), load(0)], vec![get(0), load(4096)], vec![number(4000), get(0), I32Add, load(98)]]
        {
            let is_reached = way.iter().any(|it| matches!(it, I32Const { value: 4096 }) || *it == load(4096));
            assert_eq!(fold(way.clone(), &arities, Some(MOVED)).is_none(), is_reached, "{way:?}");
        }
    }

    #[test]
    fn addresses_that_are_used_often_get_a_local() {
        let head = [
            GlobalGet { global_index: 0 },
            number(64),
            I32Sub,
            LocalTee { local_index: 1 },
            GlobalSet { global_index: 0 },
        ];
        let uses = vec![[get(1), number(16), I32Add, Call { function_index: 0 }]; OFTEN].concat();
        let of = |count: usize| [&head[..], &uses[..4 * count]].concat();
        let mut locals = vec![ValType::I32];
        assert_eq!(name_addresses(of(OFTEN - 1), 1, &mut locals), of(OFTEN - 1));
        let named = name_addresses(of(OFTEN), 1, &mut locals);
        assert_eq!(locals.len(), 2);
        assert_eq!(named.iter().filter(|it| **it == get(2)).count(), OFTEN);
        assert_eq!(named.iter().filter(|it| **it == number(16)).count(), 1);
        // A frame that is another one in the middle has no addresses of its own.
        let mut moved = of(OFTEN);
        moved.push(LocalTee { local_index: 1 });
        assert_eq!(name_addresses(moved.clone(), 1, &mut locals), moved);
    }
}
