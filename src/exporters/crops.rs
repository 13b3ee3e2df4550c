//! A file of pixels for each cell.

use futures::future::BoxFuture;

use super::exporter::{ExportJob, Exporter, Face, Needs, Written};
use super::run::refused;
use cytolance_export::{CropFormat, ExportError, FileKind, export_crops};
use cytolance_session::channel_styles;

/// A format of crops.
pub(super) struct Crops {
    format: CropFormat,
    face: Face,
}

const fn crops(format: CropFormat, [id, title, suffix, hint]: [&'static str; 4]) -> Crops {
    Crops {
        format,
        face: Face {
            id,
            title,
            place: "Folder",
            hint,
            family: "crops",
            suffix,
            file: FileKind::folder("this writes a folder of files"),
            needs: Needs::Crops,
            settings: &[],
            chooses_cells: true,
        },
    }
}

/// All channels, every intensity.
pub(super) static OME_TIFF: Crops = crops(
    CropFormat::OmeTiff,
    [
        "ome-tiff",
        "crops as OME-TIFF",
        "-crops",
        "Every channel with every intensity, for Fiji, napari and tifffile.",
    ],
);

/// As they are shown.
pub(super) static PNG: Crops = crops(
    CropFormat::Png,
    ["png", "crops as PNG", "-png", "As on the screen."],
);

impl Exporter for Crops {
    fn face(&self) -> &'static Face {
        match self.format {
            CropFormat::OmeTiff => &OME_TIFF.face,
            CropFormat::Png => &PNG.face,
        }
    }

    fn write<'a>(&'a self, job: &'a ExportJob<'a>) -> BoxFuture<'a, Result<Written, ExportError>> {
        Box::pin(async move {
            let request = job.request;
            let styles = match self.format {
                CropFormat::OmeTiff => Vec::new(),
                CropFormat::Png => channel_styles(job.explorer, &request.session)
                    .await
                    .map_err(refused)?,
            };
            let crops = export_crops(
                &job.source,
                &request.rows,
                (self.format, &styles),
                &request.target,
                job.progress,
                job.cancelled,
            )
            .await?;
            let mut written = Written::of(crops.files, "crops");
            if crops.without > 0 {
                written
                    .notes
                    .push(format!("{} cells have no picture", crops.without));
            }
            Ok(written.beside(crops.stayed))
        })
    }
}
