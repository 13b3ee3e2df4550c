//! Cells as one figure.

use futures::future::BoxFuture;

use super::exporter::{ExportJob, Exporter, Face, Needs, Written};
use super::options::Setting;
use super::run::refused;
use cytolance_export::{ExportError, FileKind, MontageSettings, export_montage};
use cytolance_session::{channel_styles, outline_styles};

/// One figure of all cells.
pub(super) struct Montage;

pub(super) static MONTAGE: Montage = Montage;

static FACE: Face = Face {
    id: "montage",
    title: "montage (SVG, PNG)",
    place: "Figure",
    hint: "A name that ends in .svg or .png (300 dots by inch); crops, outlines, captions and scale bar.",
    family: "figures",
    suffix: "-montage.svg",
    file: FileKind::file("figures are saved as", &["svg", "png"]),
    needs: Needs::Crops,
    settings: &[
        Setting::Across,
        Setting::Tile,
        Setting::DrawnOutlines,
        Setting::Split,
        Setting::OwnContrast,
        Setting::Captions,
    ],
    chooses_cells: true,
};

impl Exporter for Montage {
    fn face(&self) -> &'static Face {
        &FACE
    }

    fn write<'a>(&'a self, job: &'a ExportJob<'a>) -> BoxFuture<'a, Result<Written, ExportError>> {
        Box::pin(async move {
            let (request, options) = (job.request, &job.request.options);
            let (explorer, dataset) = (job.explorer, job.explorer.dataset());
            let channels = dataset.channels().await?;
            let settings = MontageSettings {
                columns: options.across,
                tile: options.tile,
                styles: channel_styles(explorer, &request.session)
                    .await
                    .map_err(refused)?,
                channels: channels.into_iter().map(|channel| channel.name).collect(),
                split: options.split,
                own_contrast: options.own_contrast,
                outlines: if options.drawn_outlines {
                    outline_styles(explorer, &request.session)
                } else {
                    Vec::new()
                },
                pixel_size_um: dataset.metadata().pixel_size_um,
                title: format!("{}: {}", dataset.name(), request.which),
            };
            let (source, captions) = (&job.source, &options.captions);
            let cells =
                export_montage(source, &request.rows, captions, &settings, &request.target).await?;
            let written = Written {
                columns: captions.clone(),
                ..Written::of(cells, "cells")
            };
            Ok(if options.drawn_outlines {
                written.without_lost(dataset)
            } else {
                written
            })
        })
    }
}
