//! Names for what is kept of something else.

/// A number of a text that is the same in every version of the program and on every machine: what is kept of an address
/// is found under it.
pub fn stable_key(text: &str) -> u64 {
    // FNV-1a: the standard library's hash may be another in its next version.
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |key, byte| {
        (key ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_those_of_the_published_function() {
        // The first three are of its reference implementation.
        for (text, key) in [
            ("", 0xcbf2_9ce4_8422_2325),
            ("a", 0xaf63_dc4c_8601_ec8c),
            ("foobar", 0x8594_4171_f739_67e8),
        ] {
            assert_eq!(stable_key(text), key, "{text}");
        }
    }
}
