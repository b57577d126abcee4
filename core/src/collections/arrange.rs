use std::cmp::Ordering;

/// Slices that are put in order, equal items as they stood.
pub trait Arrange<T> {
    /// As `sort_by`. The whole of that is compiled anew for every order; in WebAssembly only the comparison is.
    fn arrange_by(&mut self, compare: impl FnMut(&T, &T) -> Ordering);

    /// As `sort`.
    fn arrange(&mut self)
    where
        T: Ord;

    /// As `sort_by_key`.
    fn arrange_by_key<K: Ord>(&mut self, key: impl FnMut(&T) -> K);
}

impl<T> Arrange<T> for [T] {
    fn arrange_by(&mut self, compare: impl FnMut(&T, &T) -> Ordering) {
        if cfg!(target_family = "wasm") {
            arrange(self.len(), &mut By { items: self, compare });
        } else {
            self.sort_by(compare);
        }
    }

    fn arrange(&mut self)
    where
        T: Ord,
    {
        self.arrange_by(T::cmp);
    }

    fn arrange_by_key<K: Ord>(&mut self, mut key: impl FnMut(&T) -> K) {
        self.arrange_by(|one, other| key(one).cmp(&key(other)));
    }
}

/// Items that are sorted by their places alone.
trait Sortable {
    fn compare(&mut self, one: usize, other: usize) -> Ordering;
    fn swap(&mut self, one: usize, other: usize);
}

struct By<'s, T, F> {
    items: &'s mut [T],
    compare: F,
}

impl<T, F: FnMut(&T, &T) -> Ordering> Sortable for By<'_, T, F> {
    fn compare(&mut self, one: usize, other: usize) -> Ordering {
        match (self.items.get(one), self.items.get(other)) {
            (Some(one), Some(other)) => (self.compare)(one, other),
            _ => Ordering::Equal,
        }
    }

    fn swap(&mut self, one: usize, other: usize) {
        self.items.swap(one, other);
    }
}

#[inline(never)]
fn arrange(count: usize, items: &mut dyn Sortable) {
    let mut order: Vec<usize> = (0..count).collect();
    order.sort_by(|one, other| items.compare(*one, *other));
    // Where each item is to go. Every swap brings at least one there.
    let mut target = vec![0; count];
    for (to, from) in order.into_iter().enumerate() {
        target[from] = to;
    }
    for at in 0..count {
        while target[at] != at {
            let to = target[at];
            items.swap(at, to);
            target.swap(at, to);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As `sort_by_key`, for every number of items that it treats in its own way.
    #[test]
    fn items_are_put_in_order_and_equal_ones_keep_theirs() {
        for count in (0..80).chain([1000]) {
            let items: Vec<(usize, usize)> = (0..count).map(|at| (at * 7919 % 31, at)).collect();
            let (mut ours, mut theirs) = (items.clone(), items);
            arrange(
                count,
                &mut By { items: &mut ours, compare: |a: &(usize, usize), b: &(usize, usize)| a.0.cmp(&b.0) },
            );
            theirs.sort_by_key(|item| item.0);
            assert_eq!(ours, theirs);
        }
    }
}
