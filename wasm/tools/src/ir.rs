//! LLVM's intermediate code as text, written anew where WebAssembly's code generator does what is fast on processors and long
//! in bytes. It works on lines: the compiler's version is pinned, and prints each instruction on one.

use std::collections::{BTreeSet, HashSet};
use std::fmt::Write as _;

use memchr::memmem;

/// Where a function leaves the second of two results: at this address, which the module exports. `pack` makes it a global. What is
/// read is frozen, without which LLVM would read but a part of it, or this or another address by a condition.
pub const SECOND_RESULT: &str = "kubectl_oci_second_result";

/// Copies of this many bytes are calls. Smaller ones are a load and a store.
const COPIES: std::ops::RangeInclusive<usize> = 9..=100;

/// A text this short stands at an address of its own: there it is next to what it is used with.
const SHORT: usize = 4;

/// `module`, so that the functions that free a vector keep taking its address. Passing what is at the address instead
/// (`argpromotion`) would load it twice at each of their many calls.
#[must_use]
pub fn keep_addresses(module: &str) -> String {
    let mut names = Vec::new();
    for line in module.lines().filter(|line| line.starts_with("define internal ")) {
        let Some((_, rest)) = line.split_once(" @") else { continue };
        let name = rest.split('(').next().unwrap_or_default();
        if name.contains("7raw_vec") && name.contains("6RawVec") && name.contains("4Drop4drop") {
            names.push(format!("ptr @{name}"));
        }
    }
    let list = names.join(", ");
    format!("{module}\n@llvm.used = appending global [{} x ptr] [{list}], section \"llvm.metadata\"\n", names.len())
}

/// `module` after all passes, with less code for the same:
///
/// - Of two results the second goes by way of a global, where both went by way of the caller's frame.
/// - Copies of a few words are calls of functions that they share.
/// - Frames have their largest variables first, which makes the offsets of the many small ones alike.
/// - Texts lie before tables, and texts that stand in others within these.
///
/// # Errors
///
/// A function with two results that is called from outside, or is outside: both would have to know.
pub fn shrink(module: &str) -> Result<String, String> {
    let mut out = Shrink::default();
    let mut constants = Vec::new();
    let mut body: Vec<&str> = Vec::new();
    for line in module.lines() {
        if !body.is_empty() {
            body.push(line);
            if line == "}" {
                out.function(&body)?;
                body.clear();
            }
        } else if line.starts_with("define ") {
            body.push(line);
        } else if line.starts_with("@llvm.used = ") {
            // Of `keep_addresses`; its work is done.
        } else if line.starts_with('@') && line.contains(" = private unnamed_addr constant ") {
            constants.push(line);
        } else if line.starts_with("attributes #") {
            out.attributes(line);
        } else if line.starts_with("declare ") && !line.contains(" @llvm.") && Pair::before(line, " @").is_some() {
            return Err(format!("a function with two results that is not here: {line}"));
        } else {
            out.line(line);
        }
    }
    out.constants(&constants);
    out.helpers();
    Ok(out.text)
}

/// Two results: their types.
#[derive(Clone, Copy)]
struct Pair<'a> {
    first: &'a str,
    second: &'a str,
}

impl<'a> Pair<'a> {
    /// A structure of two numbers of which the second fits into a global.
    fn of(of: &'a str) -> Option<Self> {
        let (first, second) = of.strip_prefix("{ ")?.strip_suffix(" }")?.split_once(", ")?;
        let is_small = |of: &str| matches!(of, "ptr" | "i1" | "i8" | "i16" | "i32");
        (is_small(second) && (is_small(first) || matches!(first, "i64" | "float" | "double")))
            .then_some(Self { first, second })
    }

    /// The pair that stands before `mark` in a line, and what stands before and after it.
    fn before(line: &'a str, mark: &str) -> Option<(&'a str, Self, &'a str)> {
        let (head, _) = line.split_once(mark)?;
        let at = head.find("{ ")?;
        Some((&line[..at], Self::of(&head[at..])?, &line[head.len() + 1..]))
    }
}

#[derive(Default)]
struct Shrink {
    text: String,
    /// The sizes of copies that are calls.
    copied: BTreeSet<usize>,
    /// For names that no other value has.
    number: usize,
}

impl Shrink {
    fn line(&mut self, line: &str) {
        self.text.push_str(line);
        self.text.push('\n');
    }

    fn function(&mut self, body: &[&str]) -> Result<(), String> {
        let (head, rest) = body.split_first().ok_or("a function without a line")?;
        match Pair::before(head, " @") {
            Some((_, _, _)) if !head.starts_with("define internal ") => {
                return Err(format!("a function with two results that is called from outside: {head}"));
            }
            Some((before, pair, after)) => self.line(&format!("{before}{} {after}", pair.first)),
            None => self.line(head),
        }
        let seconds = used_seconds(rest);
        let mut variables: Vec<&str> = rest.iter().copied().filter(|line| is_variable(line)).collect();
        variables.sort_by_key(|line| std::cmp::Reverse(size(line)));
        let mut variables = variables.into_iter();
        for line in rest {
            if is_variable(line) {
                self.line(variables.next().unwrap_or(line));
            } else if let Some(value) = line.strip_prefix("  ret { ") {
                self.result(line, value);
            } else if !self.call(line, &seconds) && !self.copy(line) {
                self.line(line);
            }
        }
        Ok(())
    }

    /// `ret { A, B } VALUE`.
    fn result(&mut self, line: &str, rest: &str) {
        let pair = rest.split_once(" }").and_then(|(types, value)| {
            let of = &line["  ret ".len()..][..types.len() + "{  }".len()];
            Some((of, Pair::of(of)?, value.trim_start()))
        });
        let Some((of, pair, value)) = pair else { return self.line(line) };
        let value = value.split(", !").next().unwrap_or(value);
        let number = self.next();
        self.line(&format!("  %first.{number} = extractvalue {of} {value}, 0"));
        self.line(&format!("  %second.{number} = extractvalue {of} {value}, 1"));
        if matches!(pair.second, "ptr" | "i32") {
            self.line(&format!("  store {} %second.{number}, ptr @{SECOND_RESULT}, align 4", pair.second));
        } else {
            self.line(&format!("  %wide.{number} = zext {} %second.{number} to i32", pair.second));
            self.line(&format!("  store i32 %wide.{number}, ptr @{SECOND_RESULT}, align 4"));
        }
        self.line(&format!("  ret {} %first.{number}", pair.first));
    }

    /// `%x = call { A, B } @f(…)`. Whether the line is one.
    fn call(&mut self, line: &str, seconds: &HashSet<&str>) -> bool {
        let marks =
            [" @", " %"].map(|mark| line.split_once(" }").and_then(|(_, rest)| rest.starts_with(mark).then_some(mark)));
        let Some(mark) = marks.into_iter().flatten().next() else { return false };
        let Some(at) = line.find(&format!(" }}{mark}")) else { return false };
        let (head, callee) = line.split_at(at + 2);
        let Some(start) = head.find("{ ") else { return false };
        let (before, of) = head.split_at(start);
        let (Some(pair), false) = (Pair::of(of), callee.starts_with(" @llvm.")) else { return false };
        let (name, call) = match before.split_once(" = ") {
            Some((name, call)) => (Some(name.trim()), call),
            None => (None, before.trim_start()),
        };
        let is_call = call.split(' ').any(|word| word == "call") && !call.contains('(') && callee.contains('(');
        if !is_call {
            return false;
        }
        let call = call.replace("noundef ", "");
        let number = self.next();
        self.line(&format!("  %first.{number} = {call}{}{callee}", pair.first));
        let Some(name) = name else { return true };
        if !seconds.contains(name) {
            self.line(&format!("  {name} = insertvalue {of} poison, {} %first.{number}, 0", pair.first));
            return true;
        }
        if matches!(pair.second, "ptr" | "i32") {
            self.line(&format!("  %there.{number} = load {}, ptr @{SECOND_RESULT}, align 4", pair.second));
            self.line(&format!("  %second.{number} = freeze {} %there.{number}", pair.second));
        } else {
            self.line(&format!("  %there.{number} = load i32, ptr @{SECOND_RESULT}, align 4"));
            self.line(&format!("  %wide.{number} = freeze i32 %there.{number}"));
            self.line(&format!("  %second.{number} = trunc i32 %wide.{number} to {}", pair.second));
        }
        self.line(&format!("  %both.{number} = insertvalue {of} poison, {} %first.{number}, 0", pair.first));
        self.line(&format!("  {name} = insertvalue {of} %both.{number}, {} %second.{number}, 1", pair.second));
        true
    }

    /// `call void @llvm.memcpy…(ptr … %to, ptr … %from, i32 N, i1 false)`. Whether the line is one, of a size that is shared.
    fn copy(&mut self, line: &str) -> bool {
        let Some((_, rest)) = line.split_once("call void @llvm.memcpy.p0.p0.i32(") else { return false };
        let Some((arguments, _)) = rest.split_once(", i1 false)") else { return false };
        let parts: Vec<&str> = arguments.split(", ").collect();
        let [to, from, size] = parts.as_slice() else { return false };
        let size = size.strip_prefix("i32 ").and_then(|size| size.parse().ok());
        let Some(size) = size.filter(|size| COPIES.contains(size)) else { return false };
        let value = |part: &str| {
            let value = part.rsplit(' ').next().filter(|value| value.starts_with(['%', '@']))?;
            (part.starts_with("ptr ") && !value.ends_with(')')).then(|| value.to_owned())
        };
        let (Some(to), Some(from)) = (value(to), value(from)) else { return false };
        self.copied.insert(size);
        self.line(&format!("  call void @copy.{size}(ptr {to}, ptr {from})"));
        true
    }

    /// What a function does to memory is no longer what it did: it may write the second result.
    fn attributes(&mut self, line: &str) {
        match line.split_once(" memory(") {
            Some((before, rest)) => {
                let (_, after) = rest.split_once(')').unwrap_or_default();
                let line = format!("{before}{after}");
                self.line(&line.replace("{ }", "{ nounwind }"));
            }
            None => self.line(line),
        }
    }

    /// Constants without a name: texts first, the longest of those that contain one another once.
    fn constants(&mut self, lines: &[&str]) {
        let mut texts: Vec<(usize, &str, Vec<u8>)> = Vec::new();
        for (at, line) in lines.iter().enumerate() {
            if let Some((name, text)) = text_constant(line) {
                texts.push((at, name, text));
            }
        }
        texts.sort_by_key(|(_, _, text)| std::cmp::Reverse(text.len()));
        let mut all: Vec<u8> = Vec::new();
        let mut starts: Vec<(usize, usize)> = Vec::new();
        let mut within: Vec<Option<String>> = vec![None; lines.len()];
        for (place, (at, name, text)) in texts.iter().enumerate() {
            let holder = memmem::find_iter(&all, text).find_map(|found| {
                let holder = starts.partition_point(|(start, _)| *start <= found).checked_sub(1)?;
                let (start, of) = starts[holder];
                let (_, name, whole) = &texts[of];
                (text.len() >= SHORT && found + text.len() <= start + whole.len()).then_some((*name, found - start))
            });
            match holder {
                Some((holder, offset)) => {
                    within[*at] = Some(format!(
                        "{name} = private unnamed_addr alias i8, getelementptr (i8, ptr {holder}, i32 {offset})"
                    ));
                }
                None => {
                    starts.push((all.len(), place));
                    all.extend_from_slice(text);
                }
            }
        }
        let is_text: BTreeSet<usize> = texts.iter().map(|(at, _, _)| *at).collect();
        for of_texts in [true, false] {
            for (at, line) in lines.iter().enumerate().filter(|(at, _)| is_text.contains(at) == of_texts) {
                match &within[at] {
                    Some(alias) => self.line(alias),
                    None => self.line(line),
                }
            }
        }
    }

    fn helpers(&mut self) {
        self.line(&format!("@{SECOND_RESULT} = hidden global i32 0, align 4"));
        for size in std::mem::take(&mut self.copied) {
            let _ = write!(
                self.text,
                "define internal void @copy.{size}(ptr %to, ptr %from) noinline nounwind minsize optsize {{\n  \
                 call void @llvm.memcpy.p0.p0.i32(ptr %to, ptr %from, i32 {size}, i1 false)\n  ret void\n}}\n"
            );
        }
    }

    fn next(&mut self) -> usize {
        self.number += 1;
        self.number
    }
}

/// The values of which more is used than the first part.
fn used_seconds<'a>(lines: &[&'a str]) -> HashSet<&'a str> {
    let mut used = HashSet::new();
    for line in lines {
        let value = line.split_once(" = ").map_or(*line, |(_, value)| value);
        if value.starts_with("extractvalue { ") && value.ends_with(", 0") {
            continue;
        }
        used.extend(value.split([' ', ',', '(', ')']).filter(|word| word.starts_with('%')));
    }
    used
}

fn is_variable(line: &str) -> bool {
    line.split_once(" = ").is_some_and(|(_, rest)| rest.starts_with("alloca "))
}

/// How many bytes a variable of the frame has.
fn size(line: &str) -> usize {
    let of = line.split_once("alloca ").map_or("", |(_, rest)| rest);
    match of.split([' ', ',', ']']).next().unwrap_or_default() {
        "i8" | "i1" => 1,
        "i16" => 2,
        "i64" | "double" => 8,
        bytes => bytes.strip_prefix('[').and_then(|bytes| bytes.parse().ok()).unwrap_or(4),
    }
}

/// `@NAME = private unnamed_addr constant [N x i8] c"…", align 1`, also where that is the only member of a structure.
fn text_constant(line: &str) -> Option<(&str, Vec<u8>)> {
    let (name, rest) = line.split_once(" = private unnamed_addr constant ")?;
    let rest = rest.strip_suffix(", align 1")?;
    let rest = rest.strip_prefix("<{ ").map_or(rest, |rest| rest.trim_end_matches(" }>"));
    let (of, value) = rest.split_once(" c\"")?;
    if of.matches('[').count() != of.matches("x i8]").count() || value.matches('"').count() != 1 {
        return None;
    }
    let mut bytes = value.strip_suffix('"')?.bytes();
    let mut text = Vec::new();
    while let Some(byte) = bytes.next() {
        if byte != b'\\' {
            text.push(byte);
            continue;
        }
        match bytes.next()? {
            b'\\' => text.push(b'\\'),
            high => {
                let digit = |byte: u8| char::from(byte).to_digit(16);
                let value = digit(high)? * 16 + digit(bytes.next()?)?;
                text.push(u8::try_from(value).ok()?);
            }
        }
    }
    Some((name, text))
}
