//! The Image table as image sets: which columns are input channels, which are saved pictures.

use std::collections::HashMap;

use super::Table;

/// The columns of one input channel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChannelColumns {
    /// Channel name, `DNA` of `FileName_DNA`.
    pub name: String,
    /// Full scale of the source where the table says it: 255 or 65535.
    pub scaling: Option<i64>,
}

/// The columns of a picture that the pipeline saved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PictureColumns {
    /// Picture name, `OrigOverlay` of `FileName_OrigOverlay`.
    pub name: String,
}

/// The image sets of an export, by image number.
#[derive(Debug, Clone)]
pub struct ImageSets {
    /// The Image table.
    pub table: Table,
    /// Input channels in the order of the table.
    pub channels: Vec<ChannelColumns>,
    /// Saved pictures, which are no channels.
    pub pictures: Vec<PictureColumns>,
    /// Row of the table by image number; a repeated number keeps its first row.
    pub row_by_number: HashMap<i64, usize>,
    /// Lines whose image number is missing or was seen before.
    pub rejected_lines: Vec<(u64, String)>,
}

impl ImageSets {
    /// Tells channels from saved pictures and indexes the rows.
    ///
    /// An input channel has `Height_X`, `Scaling_X` or `Channel_X` beside its file name; a picture
    /// that the pipeline saved has only a file name (CellProfiler's ExportToSpreadsheet).
    pub fn new(table: Table) -> Self {
        let names: Vec<String> = table
            .names()
            .filter_map(|name| {
                name.strip_prefix("FileName_")
                    .or_else(|| name.strip_prefix("URL_"))
            })
            .map(str::to_owned)
            .collect();
        let has = |prefix: &str, name: &str| table.column(&format!("{prefix}{name}")).is_some();
        // Old or trimmed exports have file names and nothing else: then all of them are channels.
        let any_marked = names
            .iter()
            .any(|name| has("Height_", name) || has("Scaling_", name) || has("Channel_", name));
        let mut channels: Vec<ChannelColumns> = Vec::new();
        let mut pictures: Vec<PictureColumns> = Vec::new();
        for name in names {
            if channels.iter().any(|channel| channel.name == name)
                || pictures.iter().any(|picture| picture.name == name)
            {
                continue;
            }
            let marked = has("Height_", &name) || has("Scaling_", &name) || has("Channel_", &name);
            if marked || !any_marked {
                let scaling = table
                    .integers(&format!("Scaling_{name}"))
                    .and_then(|values| values.into_iter().flatten().next());
                channels.push(ChannelColumns { name, scaling });
            } else {
                pictures.push(PictureColumns { name });
            }
        }
        let mut row_by_number = HashMap::new();
        let mut rejected_lines = Vec::new();
        let numbers = table.integers("ImageNumber").unwrap_or_default();
        for (row, number) in numbers.into_iter().enumerate() {
            let line = table.lines.get(row).copied().unwrap_or_default();
            match number {
                None => rejected_lines.push((line, "no image number".to_owned())),
                Some(number) => {
                    if let std::collections::hash_map::Entry::Vacant(e) =
                        row_by_number.entry(number)
                    {
                        e.insert(row);
                    } else {
                        rejected_lines.push((
                            line,
                            format!(
                                "image number {number} was already there; the first row is kept"
                            ),
                        ));
                    }
                }
            }
        }
        Self {
            table,
            channels,
            pictures,
            row_by_number,
            rejected_lines,
        }
    }

    /// File name of a channel in a row, from `FileName_` or the end of `URL_`.
    pub fn file_name(&self, channel: &str, row: usize) -> Option<String> {
        self.table
            .text(&format!("FileName_{channel}"), row)
            .or_else(|| {
                let url = self.table.text(&format!("URL_{channel}"), row)?;
                url.rsplit(['/', '\\']).next().map(str::to_owned)
            })
    }

    /// Recorded folder of a channel in a row.
    pub fn path_name(&self, channel: &str, row: usize) -> Option<String> {
        self.table
            .text(&format!("PathName_{channel}"), row)
            .or_else(|| {
                let url = self.table.text(&format!("URL_{channel}"), row)?;
                let path = url
                    .strip_prefix("file://")
                    .or_else(|| url.strip_prefix("file:"))
                    .unwrap_or(&url);
                path.rsplit_once(['/', '\\'])
                    .map(|(folder, _)| folder.to_owned())
            })
    }

    /// Zero-based page of a multi-page file: `Frame_X`, or else `Series_X`.
    pub fn page(&self, channel: &str, row: usize) -> u32 {
        ["Frame_", "Series_"]
            .iter()
            .filter_map(|prefix| {
                self.table
                    .text(&format!("{prefix}{channel}"), row)?
                    .parse::<f64>()
                    .ok()
            })
            .find(|page| *page > 0.0)
            .map_or(0, |page| page as u32)
    }
}

#[cfg(test)]
mod tests {
    use super::super::read_csv;
    use super::*;

    fn sets(content: &str) -> ImageSets {
        let dir = tempfile::tempdir().expect("a temporary folder");
        let path = dir.path().join("Image.csv");
        std::fs::write(&path, content).expect("a file");
        ImageSets::new(read_csv(&path).expect("readable").0)
    }

    #[test]
    fn saved_pictures_are_no_channels() {
        let sets = sets(
            "FileName_DNA,FileName_Overlay,Height_DNA,ImageNumber,PathName_DNA,Scaling_DNA\na.tif,o.png,512,1,/x/y,255\nb.tif,p.png,512,1,/x/y,255\n",
        );
        assert_eq!(
            sets.channels,
            [ChannelColumns {
                name: "DNA".to_owned(),
                scaling: Some(255)
            }]
        );
        assert_eq!(sets.pictures.len(), 1);
        assert_eq!(sets.file_name("DNA", 0).as_deref(), Some("a.tif"));
        assert_eq!(sets.rejected_lines.len(), 1);
        assert_eq!(sets.row_by_number.len(), 1);
    }

    #[test]
    fn without_marks_every_file_name_is_a_channel() {
        let sets = sets("FileName_A,FileName_B,ImageNumber\na.tif,b.tif,1\n");
        assert_eq!(sets.channels.len(), 2);
    }
}
