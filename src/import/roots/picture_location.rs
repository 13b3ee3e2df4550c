//! Where a picture is, and reading it from there.

use std::collections::HashMap;
use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use rayon::prelude::*;

use cytolance_imaging::{
    FilePixelSize, FoundPage, IlluminationFunction, ImageError, LabelImage, ObjectKind,
    ObjectPicture, PageLayout, PagePlace, Plane, PlaneInfo, find_page, find_page_from, page_layout,
    page_layout_from, pixel_size, pixel_size_from, probe_plane, probe_plane_from, read_plane,
    read_plane_from, read_plane_scaled, read_plane_scaled_from,
};
use cytolance_remote::{RemoteError, RemoteStore};

/// No picture or mask is larger; what claims to be is not read into memory.
const MAX_PICTURE_BYTES: u64 = 2 << 30;

/// A file on this machine or an object in a store.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum PictureLocation {
    /// A file.
    Local(PathBuf),
    /// An object.
    Remote {
        /// Its address, for people; not escaped.
        url: String,
        /// The open store that it is in.
        store: RemoteStore,
    },
}

impl PictureLocation {
    /// The file's path; none for an object in a store.
    pub fn as_path(&self) -> Option<&Path> {
        match self {
            Self::Local(path) => Some(path),
            Self::Remote { .. } => None,
        }
    }

    /// The path or address of the folder that it is in.
    pub fn folder(&self) -> String {
        match self {
            Self::Local(path) => {
                let folder = path.parent();
                folder.map_or_else(String::new, |folder| folder.display().to_string())
            }
            Self::Remote { url, .. } => match url.rsplit_once('/') {
                Some((folder, _)) => folder.to_owned(),
                None => url.clone(),
            },
        }
    }

    /// The picture for reading: a file, or the bytes of an object. Blocks for an object that was not fetched before.
    ///
    /// # Errors
    /// [`ImageError::Io`] when an object cannot be fetched; a file's errors come when it is read.
    pub fn open<'a>(&'a self, fetched: &'a FetchedPictures) -> Result<OpenPicture<'a>, ImageError> {
        let (url, store) = match self {
            Self::Local(path) => return Ok(OpenPicture::File(path)),
            Self::Remote { url, store } => (url, store),
        };
        let failed = |error: &RemoteError| ImageError::Io {
            path: PathBuf::from(url),
            source: io::Error::other(error.clone()),
        };
        match fetched.by_url.get(url) {
            Some(Ok(bytes)) => Ok(OpenPicture::Fetched(Path::new(url), bytes)),
            Some(Err(error)) => Err(failed(error)),
            None => {
                let bytes = store
                    .read(url, MAX_PICTURE_BYTES)
                    .map_err(|error| failed(&error))?;
                Ok(OpenPicture::Bytes(Path::new(url), bytes))
            }
        }
    }
}

impl fmt::Display for PictureLocation {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Local(path) => write!(out, "{}", path.display()),
            Self::Remote { url, .. } => out.write_str(url),
        }
    }
}

impl From<PathBuf> for PictureLocation {
    fn from(path: PathBuf) -> Self {
        Self::Local(path)
    }
}

/// Objects of stores that were fetched before they are needed.
#[derive(Debug, Default)]
pub struct FetchedPictures {
    by_url: HashMap<String, Result<Vec<u8>, RemoteError>>,
}

impl FetchedPictures {
    /// Fetches what is not on this machine, all at once. Blocks.
    pub fn fetch<'a>(locations: impl Iterator<Item = &'a PictureLocation>) -> Self {
        let mut by_store: HashMap<&RemoteStore, Vec<String>> = HashMap::new();
        for location in locations {
            if let PictureLocation::Remote { url, store } = location {
                by_store.entry(store).or_default().push(url.clone());
            }
        }
        let fetched: Vec<Vec<_>> = by_store
            .into_par_iter()
            .map(|(store, mut urls)| {
                urls.sort_unstable();
                urls.dedup();
                let bytes = store.read_many(&urls, MAX_PICTURE_BYTES);
                urls.into_iter().zip(bytes).collect()
            })
            .collect();
        Self {
            by_url: fetched.into_iter().flatten().collect(),
        }
    }

    /// What went wrong with a store that did not answer.
    pub(crate) fn silence(&self) -> Option<String> {
        let mut failed = self
            .by_url
            .values()
            .filter_map(|bytes| bytes.as_ref().err());
        let silent = failed.find(|error| matches!(error, RemoteError::Other(_)));
        silent.map(ToString::to_string)
    }
}

/// A picture that is ready to be decoded.
#[derive(Debug)]
pub enum OpenPicture<'a> {
    /// A file.
    File(&'a Path),
    /// Address and bytes of an object that was fetched before.
    Fetched(&'a Path, &'a [u8]),
    /// Address and bytes of an object.
    Bytes(&'a Path, Vec<u8>),
}

impl OpenPicture<'_> {
    /// Its path or address.
    pub fn name(&self) -> &Path {
        match self {
            Self::File(name) | Self::Fetched(name, _) | Self::Bytes(name, _) => name,
        }
    }

    /// The address and bytes; none for a file.
    fn bytes(&self) -> Result<&Path, (&Path, &[u8])> {
        match self {
            Self::File(path) => Ok(path),
            Self::Fetched(name, bytes) => Err((name, bytes)),
            Self::Bytes(name, bytes) => Err((name, bytes)),
        }
    }

    /// Its bytes, where they are in memory.
    pub fn content(&self) -> Option<&[u8]> {
        self.bytes().err().map(|(_, bytes)| bytes)
    }

    /// The page of a series and a frame. See [`find_page`].
    ///
    /// # Errors
    /// [`ImageError`]
    pub fn find_page(&self, place: PagePlace) -> Result<FoundPage, ImageError> {
        match self.bytes() {
            Ok(path) => find_page(path, place),
            Err((name, bytes)) => find_page_from(name, bytes, place),
        }
    }

    /// What the pages of a series are. See [`page_layout`].
    ///
    /// # Errors
    /// [`ImageError`]
    pub fn layout(&self, series: u32) -> Result<PageLayout, ImageError> {
        match self.bytes() {
            Ok(path) => page_layout(path, series),
            Err((name, bytes)) => page_layout_from(name, bytes, series),
        }
    }

    /// What the header says of a page. See [`probe_plane`].
    ///
    /// # Errors
    /// [`ImageError`]
    pub fn info(&self, page: u32) -> Result<PlaneInfo, ImageError> {
        match self.bytes() {
            Ok(path) => probe_plane(path, page),
            Err((name, bytes)) => probe_plane_from(name, bytes, page),
        }
    }

    /// How large a pixel is, as the header says it. See [`pixel_size`].
    pub fn pixel_size(&self, place: PagePlace) -> Option<FilePixelSize> {
        match self.bytes() {
            Ok(path) => pixel_size(path, place),
            Err((name, bytes)) => pixel_size_from(name, bytes, place),
        }
    }

    /// A page as a plane of whole numbers. See [`read_plane`].
    ///
    /// # Errors
    /// [`ImageError`]
    pub fn plane(&self, page: u32) -> Result<Plane, ImageError> {
        match self.bytes() {
            Ok(path) => read_plane(path, page),
            Err((name, bytes)) => read_plane_from(name, bytes, page),
        }
    }

    /// A page whose values in a range become stored numbers. See [`read_plane_scaled`].
    ///
    /// # Errors
    /// [`ImageError`]
    pub fn plane_scaled(&self, page: u32, range: [f64; 2]) -> Result<Plane, ImageError> {
        match self.bytes() {
            Ok(path) => read_plane_scaled(path, page, range),
            Err((name, bytes)) => read_plane_scaled_from(name, bytes, page, range),
        }
    }

    /// The objects of a page: labels, a mask or outlines.
    ///
    /// # Errors
    /// [`ImageError`]
    pub fn objects(&self, page: u32) -> Result<ObjectPicture, ImageError> {
        match self.bytes() {
            Ok(path) => ObjectPicture::read(path, page),
            Err((name, bytes)) => ObjectPicture::read_from(name, bytes, page),
        }
    }

    /// The numbers of a page.
    ///
    /// # Errors
    /// [`ImageError`]
    pub fn labels(&self, page: u32) -> Result<LabelImage, ImageError> {
        let kind = ObjectKind::Labels;
        let read = match self.bytes() {
            Ok(path) => ObjectPicture::read_as(path, page, kind),
            Err((name, bytes)) => ObjectPicture::read_as_from(name, bytes, page, kind),
        };
        read.map(ObjectPicture::into_parts)
    }

    /// Its illumination function.
    ///
    /// # Errors
    /// [`ImageError`]
    pub fn illumination(&self) -> Result<IlluminationFunction, ImageError> {
        match self.bytes() {
            Ok(path) => IlluminationFunction::read(path, 0),
            Err((name, bytes)) => IlluminationFunction::read_from(name, bytes, 0),
        }
    }
}
