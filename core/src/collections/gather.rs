/// Iterators whose items go into a vector.
pub trait Gather: Iterator {
    /// As `collect`. That is compiled anew for every chain of adapters; in WebAssembly this is so for every type of items
    /// alone.
    fn gather(mut self) -> Vec<Self::Item>
    where
        Self: Sized,
    {
        if cfg!(target_family = "wasm") { fill(&mut self) } else { self.collect() }
    }
}

impl<I: Iterator> Gather for I {}

/// What items come from. A trait of its own, for as few functions behind it as there can be.
trait Source<T> {
    fn pull(&mut self) -> Option<T>;
}

impl<I: Iterator> Source<I::Item> for I {
    fn pull(&mut self) -> Option<I::Item> {
        self.next()
    }
}

#[inline(never)]
fn fill<T>(source: &mut dyn Source<T>) -> Vec<T> {
    let mut out = Vec::new();
    while let Some(item) = source.pull() {
        out.push(item);
    }
    out
}
