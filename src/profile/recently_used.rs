//! Things kept in memory up to a number of bytes.

use std::collections::{BTreeMap, HashMap};
use std::hash::Hash;

/// Things by key with their bytes, of which the least recently used go first.
#[derive(Debug)]
pub struct RecentlyUsed<K, V> {
    entries: HashMap<K, Entry<V>>,
    /// Keys by when they were used last.
    order: BTreeMap<u64, K>,
    bytes: usize,
    clock: u64,
}

#[derive(Debug)]
struct Entry<V> {
    value: V,
    bytes: usize,
    used: u64,
}

impl<K, V> Default for RecentlyUsed<K, V> {
    fn default() -> Self {
        Self {
            entries: HashMap::new(),
            order: BTreeMap::new(),
            bytes: 0,
            clock: 0,
        }
    }
}

impl<K: Clone + Eq + Hash, V> RecentlyUsed<K, V> {
    /// A thing, which is used now.
    pub fn get(&mut self, key: &K) -> Option<&mut V> {
        let entry = self.entries.get_mut(key)?;
        self.clock += 1;
        self.order.remove(&entry.used);
        self.order.insert(self.clock, key.clone());
        entry.used = self.clock;
        Some(&mut entry.value)
    }

    /// A thing that is only looked at.
    pub fn peek(&self, key: &K) -> Option<&V> {
        self.entries.get(key).map(|entry| &entry.value)
    }

    /// Keeps a thing of so many bytes, in the place of the one before.
    pub fn insert(&mut self, key: K, value: V, bytes: usize) {
        self.remove(&key);
        self.clock += 1;
        self.bytes += bytes;
        self.order.insert(self.clock, key.clone());
        let used = self.clock;
        self.entries.insert(key, Entry { value, bytes, used });
    }

    /// Takes a thing out.
    pub fn remove(&mut self, key: &K) -> Option<V> {
        let entry = self.entries.remove(key)?;
        self.order.remove(&entry.used);
        self.bytes -= entry.bytes;
        Some(entry.value)
    }

    /// Lets things go until no more than so many bytes are left, or the next one may not go.
    pub fn shrink_to(&mut self, bytes: usize, may_go: impl Fn(&K, &V) -> bool) {
        while self.bytes > bytes {
            let Some(oldest) = self.order.first_entry() else {
                return;
            };
            let goes = self
                .entries
                .get(oldest.get())
                .is_none_or(|entry| may_go(oldest.get(), &entry.value));
            if !goes {
                return;
            }
            if let Some(entry) = self.entries.remove(&oldest.remove()) {
                self.bytes -= entry.bytes;
            }
        }
    }

    /// Bytes in use.
    pub fn bytes(&self) -> usize {
        self.bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Held to a list in the order of use.
    #[test]
    fn the_least_recently_used_goes_first() {
        let mut random = fastrand::Rng::with_seed(5);
        let total = |list: &[(u32, usize)]| -> usize { list.iter().map(|kept| kept.1).sum() };
        let mut kept: RecentlyUsed<u32, u32> = RecentlyUsed::default();
        let mut list: Vec<(u32, usize)> = Vec::new();
        for _ in 0..2000 {
            let key = random.u32(..30);
            let known = list.iter().position(|(known, _)| *known == key);
            match random.u32(..10) {
                0..4 => {
                    let bytes = random.usize(..100);
                    kept.insert(key, key, bytes);
                    known.map(|at| list.remove(at));
                    list.push((key, bytes));
                }
                4..8 => {
                    assert_eq!(kept.get(&key).copied(), known.map(|_| key));
                    if let Some(at) = known {
                        let used = list.remove(at);
                        list.push(used);
                    }
                }
                8 => {
                    assert_eq!(kept.remove(&key), known.map(|_| key));
                    known.map(|at| list.remove(at));
                }
                _ => {
                    let budget = random.usize(..900);
                    kept.shrink_to(budget, |known, _| *known != key);
                    while total(&list) > budget && list.first().is_some_and(|at| at.0 != key) {
                        list.remove(0);
                    }
                }
            }
            assert_eq!(kept.bytes(), total(&list));
            for key in 0..30 {
                let is_there = list.iter().any(|(known, _)| *known == key);
                assert_eq!(kept.peek(&key).is_some(), is_there, "{key}");
            }
        }
    }
}
