//! How much text a column holds: what is too long to be repeated in rows.

use cytolance_profile::counted;

/// Bytes of the longest value that a column of rows may have. No name, path or note is longer.
const LONGEST: usize = 4096;
/// Bytes that a column may hold in all where its values are long on average.
const MOST: u64 = 64 << 20;
/// Bytes of values that are long on average.
const LONG_ON_AVERAGE: u64 = 512;

/// Bytes of the values of a column.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct TextSize {
    longest: usize,
    bytes: u64,
    values: u64,
}

impl TextSize {
    /// Takes in a value of so many bytes.
    pub fn take(&mut self, bytes: usize) {
        self.longest = self.longest.max(bytes);
        self.bytes += bytes as u64;
        self.values += 1;
    }

    /// Takes in what is known of other rows.
    pub fn add(&mut self, other: Self) {
        self.longest = self.longest.max(other.longest);
        self.bytes += other.bytes;
        self.values += other.values;
    }

    /// Whether the column is left out of rows.
    pub fn is_long(self) -> bool {
        self.longest > LONGEST || self.bytes > MOST && self.bytes > self.values * LONG_ON_AVERAGE
    }

    /// The size of the longest value, where only some were looked at.
    pub fn longest_in_words(self) -> String {
        format!("texts of {} and more", words(self.longest as u64))
    }

    /// The size of all values.
    pub fn in_words(self) -> String {
        format!(
            "{} of up to {}, {} in all",
            counted(self.values as usize, "value"),
            words(self.longest as u64),
            words(self.bytes)
        )
    }
}

fn words(bytes: u64) -> String {
    match bytes {
        0..10_000 => format!("{bytes} bytes"),
        10_000..10_000_000 => format!("{} kB", bytes / 1000),
        _ => format!("{} MB", bytes / 1_000_000),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_values_and_much_text_are_told_from_paths() {
        // Length and number of values, and whether they are too long.
        for (length, values, is_long) in [
            (4096, 1, false),
            (4097, 1, true),
            (200, 3_000_000, false),
            (600, 100_000, false),
            (600, 200_000, true),
        ] {
            let mut size = TextSize::default();
            (0..values).for_each(|_| size.take(length));
            let mut sum = TextSize::default();
            sum.add(size);
            assert_eq!(sum.is_long(), is_long, "{}", sum.in_words());
        }
        let mut size = TextSize::default();
        size.take(60_000);
        size.take(12_000_000);
        assert_eq!(size.in_words(), "2 values of up to 12 MB, 12 MB in all");
    }
}
