//! The middle of some values, and other shares of them.

/// The middle value, or the mean of the two in the middle; NaN without any. Puts the values, none of which is NaN, in
/// another order.
pub fn median(values: &mut [f64]) -> f64 {
    if values.is_empty() {
        return f64::NAN;
    }
    let middle = values.len() / 2;
    let odd = values.len() % 2 == 1;
    let (below, upper, _) = values.select_nth_unstable_by(middle, f64::total_cmp);
    let upper = *upper;
    if odd {
        return upper;
    }
    let lower = below.iter().copied().max_by(f64::total_cmp);
    f64::midpoint(lower.unwrap_or(upper), upper)
}

/// The value below which a share of sorted ones lies, between two as numpy has it; NaN without any.
pub fn quantile(sorted: &[f64], share: f64) -> f64 {
    let Some(last) = sorted.len().checked_sub(1) else {
        return f64::NAN;
    };
    let place = share.clamp(0.0, 1.0) * last as f64;
    let below = sorted[place.floor() as usize];
    let above = sorted[(place.floor() as usize + 1).min(last)];
    below + (above - below) * place.fract()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_lie_between_values() {
        let sorted = [1.0, 2.0, 3.0, 5.0];
        let cases = [(0.0, 1.0), (0.5, 2.5), (1.0, 5.0), (0.9, 4.4)];
        for (share, value) in cases {
            assert!((quantile(&sorted, share) - value).abs() < 1e-12, "{share}");
        }
        assert!(quantile(&[], 0.5).is_nan());
    }
}
