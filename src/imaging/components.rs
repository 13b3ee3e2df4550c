//! Connected parts of a picture.

/// The connected parts of a picture, each with a number.
pub(super) struct Components {
    /// One number a pixel: 0 for a pixel that belongs to none, otherwise 1 to `count` in the order met.
    pub(super) ids: Vec<u32>,
    /// How many parts there are.
    pub(super) count: u32,
}

/// Which pixels are neighbours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Contact {
    /// Those that share an edge: 4-connected.
    Edges,
    /// Those that share an edge or a corner: 8-connected.
    Corners,
}

/// Finds the parts of equal pixels, row-major with `width` columns; pixels equal to `nothing` belong to no part.
///
/// A last row that is cut short does no harm. Takes eight bytes a pixel at most and time in proportion to the pixels.
pub(super) fn connected<T: Copy + PartialEq>(
    pixels: &[T],
    width: usize,
    nothing: T,
    contact: Contact,
) -> Components {
    let mut ids = vec![0_u32; pixels.len()];
    // The first entry stands for pixels of no part.
    let mut parents = vec![0_u32];
    for index in 0..pixels.len() {
        let pixel = pixels[index];
        if pixel == nothing {
            continue;
        }
        let x = index % width.max(1);
        let mut id = 0;
        let mut meet = |neighbour: usize| {
            if pixels[neighbour] == pixel {
                let other = find(&mut parents, ids[neighbour]);
                id = if id == 0 || id == other {
                    other
                } else {
                    let (low, high) = (id.min(other), id.max(other));
                    parents[high as usize] = low;
                    low
                };
            }
        };
        if x > 0 {
            meet(index - 1);
        }
        if index >= width {
            meet(index - width);
            if contact == Contact::Corners {
                if x > 0 {
                    meet(index - width - 1);
                }
                if x + 1 < width {
                    meet(index - width + 1);
                }
            }
        }
        if id == 0 {
            id = parents.len() as u32;
            parents.push(id);
        }
        ids[index] = id;
    }
    // The smaller number always wins, so a root stands before everything that leads to it.
    let mut count = 0;
    for id in 1..parents.len() {
        let parent = parents[id] as usize;
        parents[id] = if parent == id {
            count += 1;
            count
        } else {
            parents[parent]
        };
    }
    for id in &mut ids {
        *id = parents[*id as usize];
    }
    Components { ids, count }
}

/// The root of a provisional number; shortens the way there.
fn find(parents: &mut [u32], mut id: u32) -> u32 {
    while parents[id as usize] != id {
        let grandparent = parents[parents[id as usize] as usize];
        parents[id as usize] = grandparent;
        id = grandparent;
    }
    id
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_of_drawn_pictures() {
        // Rows, parts by edges, parts by corners.
        let cases: [(&[&str], u32, u32); 8] = [
            (&["...."], 0, 0),
            (&["aa.a"], 2, 2),
            (&["a.", ".a"], 2, 1),
            (&[".a", "a."], 2, 1),
            (&["ab", "ba"], 4, 2),
            (&["a.a", "a.a", "aaa"], 1, 1),
            (&["a.a.a", "aaaaa", "a.a.a"], 1, 1),
            // A spiral whose ends meet late.
            (
                &["aaaaaa", ".....a", "aaaa.a", "a..a.a", "a....a", "aaaaaa"],
                1,
                1,
            ),
        ];
        for (rows, edges, corners) in cases {
            let pixels: Vec<u8> = rows.concat().into_bytes();
            let width = rows[0].len();
            for (contact, expected) in [(Contact::Edges, edges), (Contact::Corners, corners)] {
                let parts = connected(&pixels, width, b'.', contact);
                assert_eq!(parts.count, expected, "{rows:?} {contact:?}");
                let highest = parts.ids.iter().copied().max().unwrap();
                assert_eq!(highest, expected, "{rows:?} {contact:?}");
            }
        }
        assert_eq!(connected(&[1_u8; 7], 3, 0, Contact::Corners).count, 1);
        assert_eq!(connected(&[1_u8; 2], 0, 0, Contact::Corners).count, 2);
        assert_eq!(connected::<u8>(&[], 3, 0, Contact::Edges).count, 0);
    }
}
