//! Floats as whole numbers in the same order, which are compared and halved faster.

/// A number whose order as a whole number is that of floats; neighbouring floats have neighbouring keys.
///
/// -0 comes before 0. The largest `u64` is the key of a NaN alone, so that it may stand for a missing value.
#[inline]
pub fn float_key(value: f64) -> u64 {
    let bits = value.to_bits();
    if bits >> 63 == 0 {
        bits | 1 << 63
    } else {
        !bits
    }
}

/// The float of a key.
#[inline]
pub fn float_of_key(key: u64) -> f64 {
    f64::from_bits(if key >> 63 == 1 {
        key & !(1 << 63)
    } else {
        !key
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_have_the_order_of_floats_and_lead_back() {
        let values = [
            f64::NEG_INFINITY,
            f64::MIN,
            -1.0,
            -5e-324,
            -0.0,
            0.0,
            5e-324,
            1.0,
            f64::MAX,
            f64::INFINITY,
        ];
        assert!(
            values
                .windows(2)
                .all(|pair| float_key(pair[0]) < float_key(pair[1]))
        );
        for value in values {
            assert_eq!(float_of_key(float_key(value)).to_bits(), value.to_bits());
            assert_ne!(float_key(value), u64::MAX);
        }
        assert_eq!(float_key(5e-324), float_key(0.0) + 1);
    }
}
