//! Decoded samples, bit by bit.

use tiff::decoder::DecodingResult;

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
