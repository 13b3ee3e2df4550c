//! Colour maps of even perceived steps.

/// Control points per table, the ends included.
const POINTS: usize = 33;

/// A colour map for numbers in `0..=1`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Colormap {
    /// Dark blue over green to yellow; the usual one for densities.
    #[default]
    Viridis,
    /// Black over purple to pale yellow.
    Magma,
    /// Blue over grey to yellow, the same with colour-blind eyes.
    Cividis,
    /// Blue over light grey to red, for values on both sides of a middle.
    Coolwarm,
}

impl Colormap {
    /// All maps, in the order in which a menu lists them.
    pub const ALL: [Self; 4] = [Self::Viridis, Self::Magma, Self::Cividis, Self::Coolwarm];

    /// A lower-case name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Viridis => "viridis",
            Self::Magma => "magma",
            Self::Cividis => "cividis",
            Self::Coolwarm => "coolwarm",
        }
    }

    /// The colour as sRGB bytes; `t` is clamped to `0..=1`, and NaN counts as 0.
    pub fn color(&self, t: f32) -> [u8; 3] {
        let table = self.table();
        let place = if t.is_nan() { 0.0 } else { t.clamp(0.0, 1.0) } * (POINTS - 1) as f32;
        let low = (place as usize).min(POINTS - 2);
        let share = place - low as f32;
        let (from, to) = (bytes(table[low]), bytes(table[low + 1]));
        [0, 1, 2]
            .map(|i| (f32::from(from[i]) * (1.0 - share) + f32::from(to[i]) * share).round() as u8)
    }

    /// The colour of a value between two others; the ends' colours beyond them, the middle where they are no range.
    pub fn color_between(&self, value: f64, range: Option<[f64; 2]>) -> [u8; 3] {
        let share = match range {
            Some([low, high]) if high > low => ((value - low) / (high - low)).clamp(0.0, 1.0),
            _ => 0.5,
        };
        self.color(share as f32)
    }

    fn table(self) -> &'static [u32; POINTS] {
        match self {
            Self::Viridis => &VIRIDIS,
            Self::Magma => &MAGMA,
            Self::Cividis => &CIVIDIS,
            Self::Coolwarm => &COOLWARM,
        }
    }
}

fn bytes(color: u32) -> [u8; 3] {
    let [_, r, g, b] = color.to_be_bytes();
    [r, g, b]
}

// Control points 0xRRGGBB at equal steps. Viridis and magma are by Nathaniel Smith and Stefan van der Walt (CC0),
// cividis by Nuñez, Anderton and Renslow, coolwarm by Kenneth Moreland; linear interpolation between the points stays
// within 2 of 255 (6 at the kink of cividis).

const VIRIDIS: [u32; POINTS] = [
    0x44_0154, 0x47_0d60, 0x48_186a, 0x48_2374, 0x47_2d7b, 0x45_3681, 0x42_4086, 0x3f_4989,
    0x3b_528b, 0x37_5a8d, 0x33_638d, 0x2f_6a8e, 0x2c_728e, 0x29_7a8e, 0x26_818e, 0x23_898e,
    0x21_908c, 0x1f_988b, 0x1f_9f88, 0x21_a685, 0x28_ae80, 0x31_b57b, 0x3e_bc74, 0x4c_c26c,
    0x5d_c963, 0x6e_ce58, 0x82_d34c, 0x96_d83f, 0xab_dc32, 0xc0_df24, 0xd5_e21a, 0xea_e51a,
    0xfd_e725,
];

const MAGMA: [u32; POINTS] = [
    0x00_0004, 0x03_0311, 0x0a_0822, 0x13_0d33, 0x1d_1146, 0x28_115a, 0x36_106a, 0x43_0f76,
    0x50_127c, 0x5d_177f, 0x69_1c81, 0x76_2181, 0x82_2681, 0x8f_2a81, 0x9c_2e7f, 0xa9_327d,
    0xb6_3779, 0xc3_3b75, 0xcf_4170, 0xdb_486a, 0xe6_5163, 0xee_5c5e, 0xf5_695c, 0xf9_785d,
    0xfb_8761, 0xfd_9668, 0xfe_a571, 0xfe_b47b, 0xfe_c387, 0xfe_d194, 0xfd_e0a2, 0xfc_eeb0,
    0xfc_fdbf,
];

const CIVIDIS: [u32; POINTS] = [
    0x00_224e, 0x00_285b, 0x00_2e6a, 0x04_3371, 0x1a_386f, 0x27_3e6e, 0x32_436d, 0x3b_496c,
    0x43_4e6c, 0x4b_546c, 0x52_596d, 0x5a_5f6e, 0x61_656f, 0x68_6a71, 0x6f_7073, 0x75_7676,
    0x7c_7b78, 0x84_8179, 0x8b_8778, 0x93_8d78, 0x9b_9376, 0xa3_9a75, 0xab_a072, 0xb3_a670,
    0xbb_ad6c, 0xc3_b469, 0xcc_ba64, 0xd4_c15f, 0xdd_c958, 0xe6_d051, 0xef_d748, 0xf8_df3c,
    0xfe_e838,
];

const COOLWARM: [u32; POINTS] = [
    0x3b_4cc0, 0x44_5acc, 0x4d_68d7, 0x57_75e1, 0x62_82ea, 0x6c_8ef1, 0x77_9af7, 0x82_a5fb,
    0x8d_b0fe, 0x98_b9ff, 0xa3_c2fe, 0xae_c9fc, 0xb8_d0f9, 0xc2_d5f4, 0xcc_d9ee, 0xd5_dbe6,
    0xdd_dddd, 0xe5_d8d1, 0xec_d3c5, 0xf1_ccb9, 0xf4_c4ad, 0xf7_bba0, 0xf7_b194, 0xf7_a687,
    0xf4_9a7b, 0xf1_8d6f, 0xec_7f63, 0xe5_7058, 0xde_604d, 0xd5_5042, 0xcb_3e38, 0xc0_282f,
    0xb4_0426,
];

#[cfg(test)]
mod tests {
    use super::*;

    /// Luma, good enough to see whether a map gets lighter.
    fn lightness([r, g, b]: [u8; 3]) -> f32 {
        0.2126 * f32::from(r) + 0.7152 * f32::from(g) + 0.0722 * f32::from(b)
    }

    #[test]
    fn maps_have_their_known_colors() {
        let cases = [
            (Colormap::Viridis, 0.0, [68, 1, 84]),
            (Colormap::Viridis, 0.5, [33, 145, 140]),
            (Colormap::Viridis, 1.0, [253, 231, 37]),
            (Colormap::Magma, 0.0, [0, 0, 4]),
            (Colormap::Magma, 1.0, [252, 253, 191]),
            (Colormap::Cividis, 0.0, [0, 34, 78]),
            (Colormap::Cividis, 1.0, [254, 232, 56]),
            (Colormap::Coolwarm, 0.0, [59, 76, 192]),
            (Colormap::Coolwarm, 1.0, [180, 4, 38]),
        ];
        for (map, t, expected) in cases {
            let color = map.color(t);
            let near = color.iter().zip(expected).all(|(a, b)| a.abs_diff(b) <= 1);
            assert!(near, "{} at {t}: {color:?}", map.name());
        }
    }

    #[test]
    fn numbers_outside_are_clamped() {
        for map in Colormap::ALL {
            assert_eq!(map.color(-3.0), map.color(0.0));
            assert_eq!(map.color(7.0), map.color(1.0));
            assert_eq!(map.color(f32::INFINITY), map.color(1.0));
            assert_eq!(map.color(f32::NAN), map.color(0.0));
        }
    }

    #[test]
    fn sequential_maps_get_lighter() {
        for map in [Colormap::Viridis, Colormap::Magma, Colormap::Cividis] {
            for i in 1..=64u8 {
                let (a, b) = (f32::from(i - 1) / 64.0, f32::from(i) / 64.0);
                assert!(
                    lightness(map.color(a)) < lightness(map.color(b)),
                    "{} at {b}",
                    map.name()
                );
            }
        }
    }

    #[test]
    fn the_diverging_map_is_lightest_in_the_middle() {
        let middle = lightness(Colormap::Coolwarm.color(0.5));
        assert!(middle > 210.0);
        assert!(lightness(Colormap::Coolwarm.color(0.0)) < middle - 80.0);
        assert!(lightness(Colormap::Coolwarm.color(1.0)) < middle - 80.0);
    }
}
