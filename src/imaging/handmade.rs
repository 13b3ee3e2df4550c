//! Files for tests that no encoder here writes, put together byte by byte.

/// A `NumPy` file of version 1 with any header and numbers.
pub(super) fn npy(header: &str, data: &[u8]) -> Vec<u8> {
    let mut bytes = b"\x93NUMPY\x01\x00".to_vec();
    let padding = (64 - (bytes.len() + 3 + header.len()) % 64) % 64;
    let text = format!("{header}{}\n", " ".repeat(padding));
    bytes.extend((text.len() as u16).to_le_bytes());
    bytes.extend(text.as_bytes());
    bytes.extend(data);
    bytes
}

/// The check sum of a PNG chunk.
pub(super) fn crc(bytes: &[u8]) -> u32 {
    let mut crc = u32::MAX;
    for &byte in bytes {
        crc ^= u32::from(byte);
        for _ in 0..8 {
            crc = (crc >> 1) ^ (0xedb8_8320 & 0_u32.wrapping_sub(crc & 1));
        }
    }
    !crc
}

fn chunk(out: &mut Vec<u8>, name: [u8; 4], data: &[u8]) {
    out.extend((data.len() as u32).to_be_bytes());
    let start = out.len();
    out.extend(name);
    out.extend(data);
    let crc = crc(&out[start..]);
    out.extend(crc.to_be_bytes());
}

/// A PNG of digits 0 and 1 as indexes of 1 or 8 bit into a palette, stored without compression.
pub(super) fn palette_png(rows: &[&str], bits: u8, palette: &[u8]) -> Vec<u8> {
    let mut raw = Vec::new();
    for row in rows {
        raw.push(0);
        let indexes: Vec<u8> = row.bytes().map(|c| u8::from(c == b'1')).collect();
        if bits == 8 {
            raw.extend(indexes);
        } else {
            raw.extend(indexes.chunks(8).map(|eight| {
                let places = eight.iter().enumerate();
                places.fold(0, |byte, (place, bit)| byte | bit << (7 - place))
            }));
        }
    }
    let (mut a, mut b) = (1_u32, 0_u32);
    for &byte in &raw {
        a = (a + u32::from(byte)) % 65_521;
        b = (b + a) % 65_521;
    }
    let length = raw.len() as u16;
    let mut data = vec![0x78, 0x01, 1];
    data.extend(length.to_le_bytes());
    data.extend((!length).to_le_bytes());
    data.extend(raw);
    data.extend((b << 16 | a).to_be_bytes());
    let mut header = Vec::new();
    header.extend((rows[0].len() as u32).to_be_bytes());
    header.extend((rows.len() as u32).to_be_bytes());
    header.extend([bits, 3, 0, 0, 0]);
    let mut out = b"\x89PNG\r\n\x1a\n".to_vec();
    chunk(&mut out, *b"IHDR", &header);
    chunk(&mut out, *b"PLTE", palette);
    chunk(&mut out, *b"IDAT", &data);
    chunk(&mut out, *b"IEND", &[]);
    out
}

/// A MATLAB 5 file of arrays of double precision: name, rows and columns, numbers column after column.
pub(super) fn mat(arrays: &[(&str, [i32; 2], &[f64])]) -> Vec<u8> {
    let mut out = format!("{:124}", "MATLAB 5.0 MAT-file").into_bytes();
    out.extend([0x00, 0x01]);
    out.extend(b"IM");
    let element = |out: &mut Vec<u8>, kind: u32, data: &[u8]| {
        out.extend(kind.to_le_bytes());
        out.extend((data.len() as u32).to_le_bytes());
        out.extend(data);
        out.resize(out.len().next_multiple_of(8), 0);
    };
    for (name, size, numbers) in arrays {
        let mut array = Vec::new();
        element(&mut array, 6, &[6, 0, 0, 0, 0, 0, 0, 0]);
        let size: Vec<u8> = size
            .iter()
            .flat_map(|length| length.to_le_bytes())
            .collect();
        element(&mut array, 5, &size);
        element(&mut array, 1, name.as_bytes());
        let numbers: Vec<u8> = numbers
            .iter()
            .flat_map(|value| value.to_le_bytes())
            .collect();
        element(&mut array, 9, &numbers);
        element(&mut out, 14, &array);
    }
    out
}
