//! Crops in memory, with a byte budget.

use std::collections::HashSet;
use std::sync::Arc;

use cytolance_imaging::CellPicture;
use cytolance_profile::RecentlyUsed;

/// Bytes of crops kept in memory.
const BUDGET: usize = 256 << 20;
/// Rows of one request; more would delay the first picture.
const MOST_PER_REQUEST: usize = 64;

/// Crops by row; the least recently seen go first.
#[derive(Default)]
pub struct PictureCache {
    entries: RecentlyUsed<u32, Arc<CellPicture>>,
    loading: HashSet<u32>,
    failed: HashSet<u32>,
}

impl PictureCache {
    /// The picture of a row, if it is here.
    pub fn get(&self, row: u32) -> Option<&Arc<CellPicture>> {
        self.entries.peek(&row)
    }

    /// Whether a row's picture could not be read.
    pub fn has_failed(&self, row: u32) -> bool {
        self.failed.contains(&row)
    }

    /// Notes which rows are on the screen and returns those to read now, at most a few.
    pub fn want(&mut self, rows: &[u32]) -> Vec<u32> {
        let mut missing = Vec::new();
        for row in rows {
            if self.entries.get(row).is_none()
                && missing.len() < MOST_PER_REQUEST
                && !self.failed.contains(row)
                && !self.loading.contains(row)
            {
                missing.push(*row);
            }
        }
        // One request at a time: what scrolls out of view meanwhile is never asked for.
        if !self.loading.is_empty() {
            return Vec::new();
        }
        self.loading.extend(missing.iter().copied());
        missing
    }

    /// Stores what a request has brought.
    pub fn store(&mut self, pictures: Vec<(u32, Arc<CellPicture>)>) {
        for (row, picture) in pictures {
            self.loading.remove(&row);
            let bytes = picture.memory_bytes();
            self.entries.insert(row, picture, bytes);
        }
        // No further than to the budget: giving back many megabytes at once is felt in the frame.
        self.entries.shrink_to(BUDGET, |_, _| true);
    }

    /// Notes that a request has failed.
    pub fn fail(&mut self, rows: &[u32]) {
        for row in rows {
            self.loading.remove(row);
            self.failed.insert(*row);
        }
    }

    /// Lets pictures that could not be read be asked for again.
    pub fn forget_failures(&mut self) {
        self.failed.clear();
    }

    /// Rows under way.
    pub fn num_loading(&self) -> usize {
        self.loading.len()
    }

    /// Bytes in use.
    pub fn bytes(&self) -> usize {
        self.entries.bytes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use cytolance_imaging::Crop;

    #[test]
    fn rows_are_asked_for_once_and_failures_not_again() {
        let mut cache = PictureCache::default();
        assert_eq!(cache.want(&[1, 2, 3]), [1, 2, 3]);
        assert!(cache.want(&[1, 4]).is_empty(), "one request at a time");
        cache.store(vec![(1, Arc::default()), (2, Arc::default())]);
        cache.fail(&[3]);
        assert_eq!(cache.want(&[1, 2, 3, 4]), [4]);
        assert!(cache.get(1).is_some() && cache.has_failed(3));
    }

    #[test]
    fn the_budget_holds() {
        let mut cache = PictureCache::default();
        let big = || {
            let plane: Arc<[u16]> = vec![0; 8 << 20].into();
            Arc::new(CellPicture {
                crop: Some(Crop {
                    width: 1,
                    height: 1,
                    planes: vec![plane],
                }),
                ..CellPicture::default()
            })
        };
        for row in 0..20 {
            cache.want(&[row]);
            cache.store(vec![(row, big())]);
        }
        assert!(cache.bytes() <= BUDGET, "{}", cache.bytes());
        assert!(cache.get(0).is_none() && cache.get(19).is_some());
    }
}
