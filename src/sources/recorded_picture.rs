//! What a row says of a picture: its file, its folder, and its place in the file.

use cytolance_imaging::PagePlace;

/// A picture as an export recorded it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordedPicture {
    /// The folder, where one is said.
    pub folder: Option<String>,
    /// The file's name; it may hold folders, and escapes where it comes from a URL.
    pub name: String,
    /// Where the picture lies in a file of several.
    pub place: PagePlace,
}

impl RecordedPicture {
    /// How the names of columns begin that say something of a picture, before its own name.
    pub const PREFIXES: [&str; 6] = [
        "FileName_",
        "PathName_",
        "URL_",
        "Series_",
        "Frame_",
        "Channel_",
    ];

    /// Reads it from the texts of a row. `text` gives that of a column, such as `FileName_DNA`.
    ///
    /// The file's name stands in `FileName_X`, or at the end of `URL_X`; its folder in `PathName_X`, or before that.
    pub fn read(name: &str, text: impl Fn(&str) -> Option<String>) -> Option<Self> {
        let [file, path, url, series, frame, channel] = Self::PREFIXES
            .map(|prefix| text(&format!("{prefix}{name}")).filter(|text| !text.trim().is_empty()));
        let split = |url: &str| match url.rsplit_once(['/', '\\']) {
            Some((folder, name)) => (Some(folder.to_owned()), name.to_owned()),
            None => (None, url.to_owned()),
        };
        let (url_folder, url_name) = url.as_deref().map(split).unzip();
        let url_folder = url_folder.flatten().filter(|folder| !folder.is_empty());
        Some(Self {
            folder: path.or(url_folder),
            name: file.or(url_name).filter(|name| !name.is_empty())?,
            place: PagePlace::of_texts(series.as_deref(), frame.as_deref())
                .with_channel(channel.as_deref()),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Columns with their texts, and folder and name that come of them.
    type Case<'a> = (&'a [(&'a str, &'a str)], Option<(Option<&'a str>, &'a str)>);

    #[test]
    fn a_picture_is_read_from_names_and_addresses() {
        let cases: [Case; 8] = [
            (
                &[("FileName_DNA", "a.tif"), ("PathName_DNA", "/x")],
                Some((Some("/x"), "a.tif")),
            ),
            (&[("FileName_DNA", "a.tif")], Some((None, "a.tif"))),
            (
                &[("FileName_DNA", "a.tif"), ("PathName_DNA", " ")],
                Some((None, "a.tif")),
            ),
            (
                &[("URL_DNA", "file:/x%20y/a%20b.tif")],
                Some((Some("file:/x%20y"), "a%20b.tif")),
            ),
            (
                &[
                    ("URL_DNA", "file:///C:/x/a.tif"),
                    ("FileName_DNA", "b.tif"),
                    ("PathName_DNA", ""),
                ],
                Some((Some("file:///C:/x"), "b.tif")),
            ),
            (
                &[("URL_DNA", "s3://bucket/a.tif")],
                Some((Some("s3://bucket"), "a.tif")),
            ),
            (
                &[("URL_DNA", r"D:\x\a.tif")],
                Some((Some(r"D:\x"), "a.tif")),
            ),
            (&[("FileName_Actin", "a.tif")], None),
        ];
        for (columns, expected) in cases {
            let text = |wanted: &str| {
                let found = columns.iter().find(|(name, _)| *name == wanted);
                found.map(|(_, text)| (*text).to_owned())
            };
            let found = RecordedPicture::read("DNA", text);
            let found = found.map(|found| (found.folder, found.name));
            let expected =
                expected.map(|(folder, name)| (folder.map(str::to_owned), name.to_owned()));
            assert_eq!(found, expected, "{columns:?}");
        }
    }
}
