//! Writes a module anew so that it packs well (brotli): without names, equal functions once, functions that are alike
//! beside each other, and the locals that are used most under the lowest numbers. What it does stays the same.
//!
//! What `wasm-opt` does makes a module smaller and its download larger, or saves no more than this alone.

use std::cmp::Reverse;
use std::collections::HashMap;
use std::fmt;

use wasm_encoder::reencode::{Error, Reencode, utils};
use wasm_encoder::{
    CodeSection, ConstExpr, DataCountSection, DataSection, ElementSection, ExportSection, Function, FunctionSection,
    GlobalSection, GlobalType, ImportSection, Instruction, MemArg, MemorySection, Module, StartSection, TableSection,
    TypeSection, ValType,
};
use wasmparser::{ExternalKind, KnownCustom, Name, Operator, Parser, Payload, TypeRef};

use crate::ir::SECOND_RESULT;
use crate::peephole::{self, Arities, Moved};

/// What writing a module may come to.
type Result<T> = std::result::Result<T, Error<Reached>>;

/// Something reads or writes the second of two results in another way than [`crate::ir`] makes it do.
#[derive(Debug)]
pub struct Reached;

impl fmt::Display for Reached {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a function reaches the second result of another in an unknown way")
    }
}

impl std::error::Error for Reached {}

/// A module's functions, imports aside.
struct Functions<'a> {
    /// How many are imported: the indices below.
    imported: usize,
    bodies: Vec<Body<'a>>,
    /// The second of two results, in memory so far.
    second: Option<Moved>,
}

struct Body<'a> {
    type_index: u32,
    /// How many locals are parameters.
    parameters: usize,
    /// Empty where the module does not say.
    name: String,
    /// The types of the other locals.
    locals: Vec<wasmparser::ValType>,
    operators: Vec<Operator<'a>>,
}

/// New indices of functions, by the old ones.
struct Indices(Vec<usize>);

impl Reencode for Indices {
    type Error = Reached;

    fn function_index(&mut self, index: u32) -> Result<u32> {
        Ok(u32::try_from(self.0[index as usize]).unwrap_or(u32::MAX))
    }
}

/// The module, written anew.
///
/// # Errors
///
/// What is no module.
pub fn pack(module: &[u8]) -> Result<Vec<u8>> {
    let functions = read(module)?;
    let (same, encoded) = fold(&functions)?;
    let mut kept: Vec<usize> = (0..functions.bodies.len()).filter(|body| same[*body] == *body).collect();
    kept.sort_by(|one, other| functions.bodies[*one].name.cmp(&functions.bodies[*other].name));
    let order = by_likeness(&kept, &encoded);
    let mut places = vec![0; functions.bodies.len()];
    for (place, body) in order.iter().enumerate() {
        places[*body] = functions.imported + place;
    }
    let own = same.iter().map(|body| places[*body]);
    let mut indices = Indices((0..functions.imported).chain(own).collect());

    let mut out = Module::new();
    for payload in Parser::new(0).parse_all(module) {
        let to = &mut indices;
        match payload? {
            Payload::TypeSection(from) => {
                section(&mut out, TypeSection::new(), |it| utils::parse_type_section(to, it, from))?
            }
            Payload::ImportSection(from) => {
                section(&mut out, ImportSection::new(), |it| utils::parse_import_section(to, it, from))?;
            }
            Payload::FunctionSection(_) => {
                let mut section = FunctionSection::new();
                for body in &order {
                    section.function(functions.bodies[*body].type_index);
                }
                out.section(&section);
            }
            Payload::TableSection(from) => {
                section(&mut out, TableSection::new(), |it| utils::parse_table_section(to, it, from))?;
            }
            Payload::MemorySection(from) => {
                section(&mut out, MemorySection::new(), |it| utils::parse_memory_section(to, it, from))?;
            }
            Payload::GlobalSection(from) => section(&mut out, GlobalSection::new(), |it| {
                for (index, global) in (0..).zip(from) {
                    let global = global?;
                    if functions.second.is_some_and(|second| second.global == index) {
                        let of = GlobalType { val_type: ValType::I32, mutable: true, shared: false };
                        it.global(of, &ConstExpr::i32_const(0));
                    } else {
                        utils::parse_global(to, it, global)?;
                    }
                }
                Ok(())
            })?,
            Payload::ExportSection(from) => section(&mut out, ExportSection::new(), |it| {
                for export in from {
                    let export = export?;
                    if export.name != SECOND_RESULT {
                        utils::parse_export(to, it, export)?;
                    }
                }
                Ok(())
            })?,
            Payload::StartSection { func, .. } => {
                out.section(&StartSection { function_index: to.function_index(func)? });
            }
            Payload::ElementSection(from) => {
                section(&mut out, ElementSection::new(), |it| utils::parse_element_section(to, it, from))?;
            }
            Payload::DataCountSection { count, .. } => {
                out.section(&DataCountSection { count });
            }
            Payload::CodeSectionStart { .. } => {
                let mut section = CodeSection::new();
                for body in &order {
                    section.function(&encode(&functions.bodies[*body], to)?);
                }
                out.section(&section);
            }
            Payload::DataSection(from) => {
                section(&mut out, DataSection::new(), |it| utils::parse_data_section(to, it, from))?
            }
            _ => {}
        }
    }
    Ok(out.finish())
}

fn section<S: wasm_encoder::Section>(
    out: &mut Module,
    mut section: S,
    fill: impl FnOnce(&mut S) -> Result<()>,
) -> Result<()> {
    fill(&mut section)?;
    out.section(&section);
    Ok(())
}

fn read(module: &[u8]) -> Result<Functions<'_>> {
    let (mut imported, mut arities) = (0, Arities::default());
    let (mut constants, mut second) = (Vec::new(), None);
    let mut bodies: Vec<Body<'_>> = Vec::new();
    for payload in Parser::new(0).parse_all(module) {
        match payload? {
            Payload::TypeSection(section) => {
                for function in section.into_iter_err_on_gc_types() {
                    let function = function?;
                    arities.types.push((function.params().len(), function.results().len()));
                }
            }
            Payload::ImportSection(section) => {
                for import in section.into_imports() {
                    if let TypeRef::Func(type_index) = import?.ty {
                        arities.functions.push(type_index);
                    }
                }
            }
            Payload::FunctionSection(section) => {
                imported = arities.functions.len();
                for index in section {
                    arities.functions.push(index?);
                }
            }
            Payload::GlobalSection(section) => {
                for global in section {
                    let first = global?.init_expr.get_operators_reader().read()?;
                    constants.push(if let Operator::I32Const { value } = first {
                        u64::try_from(value).ok()
                    } else {
                        None
                    });
                }
            }
            Payload::ExportSection(section) => {
                for export in section {
                    let export = export?;
                    if export.kind == ExternalKind::Global && export.name == SECOND_RESULT {
                        let address = constants.get(export.index as usize).copied().flatten();
                        second = address.map(|address| Moved { address, global: export.index });
                    }
                }
            }
            Payload::CodeSectionEntry(body) => {
                let type_index = arities.functions[imported + bodies.len()];
                let mut locals = Vec::new();
                for group in body.get_locals_reader()? {
                    let (count, of) = group?;
                    locals.extend((0..count).map(|_| of));
                }
                let operators = body.get_operators_reader()?.into_iter().collect::<std::result::Result<_, _>>()?;
                let (parameters, _) = arities.types[type_index as usize];
                let operators = peephole::fold(operators, &arities, second).ok_or(Error::UserError(Reached))?;
                let operators = peephole::name_addresses(operators, parameters, &mut locals);
                bodies.push(Body { type_index, parameters, name: String::new(), locals, operators });
            }
            Payload::CustomSection(section) => {
                let KnownCustom::Name(names) = section.as_known() else { continue };
                for part in names {
                    let Name::Function(names) = part? else { continue };
                    for named in names {
                        let named = named?;
                        let own = (named.index as usize).checked_sub(imported);
                        let Some(body) = own.and_then(|own| bodies.get_mut(own)) else { continue };
                        body.name = named.name.to_owned();
                    }
                }
            }
            _ => {}
        }
    }
    Ok(Functions { imported, bodies, second })
}

/// For each function the first that is equal to it; and all of them encoded. Once two are one, those that call them may be
/// equal too.
fn fold(functions: &Functions<'_>) -> Result<(Vec<usize>, Vec<Vec<u8>>)> {
    let mut same: Vec<usize> = (0..functions.bodies.len()).collect();
    loop {
        let own = same.iter().map(|body| functions.imported + body);
        let mut indices = Indices((0..functions.imported).chain(own).collect());
        let mut encoded = Vec::new();
        for body in &functions.bodies {
            encoded.push(encode(body, &mut indices)?.into_raw_body());
        }
        let mut first = HashMap::new();
        let now: Vec<usize> = (functions.bodies.iter().zip(&encoded).enumerate())
            .map(|(at, (body, code))| *first.entry((body.type_index, code)).or_insert(at))
            .collect();
        if now == same {
            return Ok((same, encoded));
        }
        same = now;
    }
}

/// A function, with the locals that are used most first, and none that is not used.
fn encode(body: &Body<'_>, indices: &mut Indices) -> Result<Function> {
    let mut uses = vec![0_usize; body.locals.len()];
    let mut firsts = vec![0; body.locals.len()];
    for (at, operator) in body.operators.iter().enumerate() {
        let (Operator::LocalGet { local_index }
        | Operator::LocalSet { local_index }
        | Operator::LocalTee { local_index }) = operator
        else {
            continue;
        };
        let Some(local) = (*local_index as usize).checked_sub(body.parameters) else { continue };
        if uses[local] == 0 {
            firsts[local] = at;
        }
        uses[local] += 1;
    }
    let mut order: Vec<usize> = (0..uses.len()).filter(|local| uses[*local] > 0).collect();
    let is_rare = |of: wasmparser::ValType| of != wasmparser::ValType::I32;
    order.sort_by_key(|local| {
        (is_rare(body.locals[*local]), body.locals[*local].to_string(), Reverse(uses[*local]), firsts[*local])
    });
    let mut places = vec![0; uses.len()];
    let mut groups: Vec<(u32, ValType)> = Vec::new();
    for (place, local) in order.iter().enumerate() {
        places[*local] = body.parameters + place;
        let of = indices.val_type(body.locals[*local])?;
        match groups.last_mut() {
            Some((count, last)) if *last == of => *count += 1,
            _ => groups.push((1, of)),
        }
    }
    let to = |index: u32| match (index as usize).checked_sub(body.parameters) {
        Some(local) => u32::try_from(places[local]).unwrap_or(u32::MAX),
        None => index,
    };
    let mut out = Function::new(groups);
    for operator in &body.operators {
        let instruction = match operator {
            Operator::LocalGet { local_index } => Instruction::LocalGet(to(*local_index)),
            Operator::LocalSet { local_index } => Instruction::LocalSet(to(*local_index)),
            Operator::LocalTee { local_index } => Instruction::LocalTee(to(*local_index)),
            operator => unaligned(indices.instruction(operator.clone())?),
        };
        out.instruction(&instruction);
    }
    Ok(out)
}

/// An access to memory that promises nothing of the address. Engines ask for nothing, and all that are alike pack better.
fn unaligned(instruction: Instruction<'_>) -> Instruction<'_> {
    use Instruction::*;
    let free = |place: MemArg| MemArg { align: 0, ..place };
    match instruction {
        I32Load(place) => I32Load(free(place)),
        I64Load(place) => I64Load(free(place)),
        I32Load16U(place) => I32Load16U(free(place)),
        I32Load16S(place) => I32Load16S(free(place)),
        I64Load16U(place) => I64Load16U(free(place)),
        I64Load32U(place) => I64Load32U(free(place)),
        I32Store(place) => I32Store(free(place)),
        I64Store(place) => I64Store(free(place)),
        I32Store16(place) => I32Store16(free(place)),
        I64Store32(place) => I64Store32(free(place)),
        other => other,
    }
}

/// How many bytes are compared together: an instruction or two.
const GRAM: usize = 4;

/// Functions one after the other, each followed by the one of which the most stands in it as well: the weight of the bytes that
/// they share, rare ones more than frequent ones, as a part of all that the other has.
fn by_likeness(kept: &[usize], encoded: &[Vec<u8>]) -> Vec<usize> {
    let mut ids: HashMap<&[u8], usize> = HashMap::new();
    let mut holders: Vec<Vec<usize>> = Vec::new();
    let mut grams: Vec<Vec<usize>> = Vec::new();
    for (at, body) in kept.iter().enumerate() {
        let mut own: Vec<usize> = Vec::new();
        for gram in encoded[*body].windows(GRAM) {
            let next = ids.len();
            own.push(*ids.entry(gram).or_insert(next));
        }
        own.sort_unstable();
        own.dedup();
        holders.resize(ids.len(), Vec::new());
        for gram in &own {
            holders[*gram].push(at);
        }
        grams.push(own);
    }
    let weights: Vec<f64> = holders.iter().map(|holders| (kept.len() as f64 / holders.len() as f64).ln()).collect();
    let wholes: Vec<f64> = grams.iter().map(|own| own.iter().map(|gram| weights[*gram]).sum()).collect();
    let mut is_placed = vec![false; kept.len()];
    let mut out = Vec::with_capacity(kept.len());
    let (mut current, mut next) = (0, 0);
    while current < kept.len() {
        is_placed[current] = true;
        out.push(kept[current]);
        let mut shared = vec![0.0; kept.len()];
        for gram in &grams[current] {
            for at in &holders[*gram] {
                shared[*at] += weights[*gram];
            }
        }
        let part = |at: &usize| shared[*at] / wholes[*at];
        let alike = (0..kept.len()).filter(|at| !is_placed[*at] && shared[*at] > 0.0);
        let most = alike.max_by(|one, other| part(one).total_cmp(&part(other)));
        while is_placed.get(next) == Some(&true) {
            next += 1;
        }
        current = most.unwrap_or(next);
    }
    out
}
