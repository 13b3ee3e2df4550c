//! Decoded samples, bit by bit.

use tiff::decoder::DecodingResult;

use crate::samples::SampleLayout;

/// Undoes white is zero, bit by bit, so that packed samples come out as well.
pub(super) fn turned_back(mut data: DecodingResult) -> DecodingResult {
    match &mut data {
        DecodingResult::U8(data) => data.iter_mut().for_each(|sample| *sample = !*sample),
        DecodingResult::U16(data) => data.iter_mut().for_each(|sample| *sample = !*sample),
        DecodingResult::U32(data) => data.iter_mut().for_each(|sample| *sample = !*sample),
        DecodingResult::U64(data) => data.iter_mut().for_each(|sample| *sample = !*sample),
        _ => {}
    }
    data
}

/// Samples of 1, 2 or 4 bit, one a byte; every row starts with a whole byte.
pub(super) fn unpacked(data: &[u8], columns: usize, rows: usize, bits: u8) -> Vec<u8> {
    let per_byte = usize::from(8 / bits);
    let mask = u8::MAX >> (8 - bits);
    let mut out = Vec::with_capacity(columns * rows);
    for row in data
        .chunks_exact(columns.div_ceil(per_byte).max(1))
        .take(rows)
    {
        let samples = row.iter().flat_map(|&byte| {
            (1..=per_byte).map(move |place| (byte >> (8 - place * usize::from(bits))) & mask)
        });
        out.extend(samples.take(columns));
    }
    out
}

/// Turns brightness and the differences of blue and red from it, each over 8 bit as in JPEG, into red, green and blue.
pub(super) fn rgb_of_ycbcr(data: &mut [u8], layout: SampleLayout) {
    let SampleLayout { pixels, stored, .. } = layout;
    if stored < 3 || data.len() < pixels * stored {
        return;
    }
    let place = |index: usize, sample: usize| {
        if layout.planar {
            sample * pixels + index
        } else {
            index * stored + sample
        }
    };
    for index in 0..pixels {
        let [bright, blue, red] = layout.color(data, index).map(f64::from);
        let (blue, red) = (blue - 128.0, red - 128.0);
        let color = [
            bright + 1.402 * red,
            bright - 0.344_136 * blue - 0.714_136 * red,
            bright + 1.772 * blue,
        ];
        for (sample, value) in color.into_iter().enumerate() {
            // Casting saturates.
            data[place(index, sample)] = value.round() as u8;
        }
    }
}
