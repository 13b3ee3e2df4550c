//! `cytolance montage`, `crops` and `outlines`.

use std::fmt::Write as _;
use std::sync::atomic::AtomicBool;

use tokio::runtime::Runtime;

use super::arguments::{CropsArguments, MontageArguments, OutlinesArguments};
use super::cells::choose;
use super::out::{provenance, refused, stayed, target};
use super::progress::Progress;
use crate::dataset::CellDataset;
use crate::export::{
    CropFormat, ExportError, FileKind, MontageSettings, OutlineRequest, TableSource, export_crops,
    export_geojson, export_label_pictures, export_montage,
};
use crate::session::{channel_styles, outline_styles};

fn text(error: impl std::fmt::Display) -> String {
    error.to_string()
}

/// Which outlines cannot be drawn, a line each.
fn lost_lines(dataset: &CellDataset) -> String {
    let lost = dataset.lost_outlines().iter();
    lost.fold(String::new(), |mut lines, outlines| {
        let _ = writeln!(lines, "{outlines}");
        lines
    })
}

fn failed(error: ExportError) -> String {
    refused("--out", error)
}

pub(super) fn montage(arguments: &MontageArguments, runtime: &Runtime) -> Result<(), String> {
    let target = target(
        "--out",
        &arguments.out,
        arguments.overwrite,
        FileKind::Figure,
    )?;
    let (count, lost) = runtime.block_on(async {
        let mut chosen = choose(&arguments.dataset, &arguments.cells).await?;
        if !arguments.rows.is_empty() {
            let last = chosen.explorer.dataset().num_rows() as u32;
            if let Some(row) = arguments.rows.iter().find(|row| **row >= last) {
                return Err(format!("there is no row {row}: the dataset has {last}"));
            }
            chosen.rows.clone_from(&arguments.rows);
            "rows chosen by their numbers".clone_into(&mut chosen.which);
        }
        if let Some(sample) = arguments.sample {
            let mut random = fastrand::Rng::with_seed(arguments.seed);
            random.shuffle(&mut chosen.rows);
            chosen.rows.truncate(sample);
            chosen.which = format!(
                "{}, {sample} of them at random (seed {})",
                chosen.which, arguments.seed
            );
        }
        let dataset = chosen.explorer.dataset();
        let channels = dataset.channels().await.map_err(text)?;
        let settings = MontageSettings {
            columns: arguments.columns as usize,
            tile: arguments.tile as f64,
            styles: channel_styles(&chosen.explorer, &chosen.session)
                .await
                .map_err(text)?,
            channels: channels
                .iter()
                .map(|channel| channel.name.clone())
                .collect(),
            split: arguments.split,
            own_contrast: arguments.own_contrast,
            outlines: if arguments.no_outlines {
                Vec::new()
            } else {
                outline_styles(&chosen.explorer, &chosen.session)
            },
            pixel_size_um: dataset.metadata().pixel_size_um,
            title: format!("{}: {}", dataset.name(), chosen.which),
        };
        let source = TableSource::new(dataset.clone());
        let count = export_montage(
            &source,
            &chosen.rows,
            &arguments.captions,
            &settings,
            &target,
        )
        .await
        .map_err(failed)?;
        provenance(&chosen, count)
            .write_beside(&target)
            .map_err(failed)?;
        let lost = if arguments.no_outlines {
            String::new()
        } else {
            lost_lines(dataset)
        };
        Ok((count, lost))
    })?;
    super::say(&format!(
        "{count} cells in {}\n{lost}",
        target.full_path().display()
    ));
    Ok(())
}

pub(super) fn crops(arguments: &CropsArguments, runtime: &Runtime) -> Result<(), String> {
    let target = target(
        "--out",
        &arguments.out,
        arguments.overwrite,
        FileKind::Folder,
    )?;
    let progress = Progress::new();
    let say = |done, total| progress.say("crops", done, total);
    let format = if arguments.format == "png" {
        CropFormat::Png
    } else {
        CropFormat::OmeTiff
    };
    let outcome = runtime.block_on(async {
        let chosen = choose(&arguments.dataset, &arguments.cells).await?;
        let styles = channel_styles(&chosen.explorer, &chosen.session)
            .await
            .map_err(text)?;
        let source = TableSource::new(chosen.explorer.dataset().clone());
        let stop = AtomicBool::new(false);
        let written = export_crops(&source, &chosen.rows, format, &styles, &target, &say, &stop)
            .await
            .map_err(failed)?;
        provenance(&chosen, written.files)
            .write_beside(&target)
            .map_err(failed)?;
        Ok::<_, String>(written)
    });
    progress.finish();
    let written = outcome?;
    let mut said = format!(
        "{} crops in {}\n",
        written.files,
        target.full_path().display()
    );
    if written.without > 0 {
        let _ = writeln!(said, "{} cells have no picture", written.without);
    }
    said += &stayed(written.stayed);
    super::say(&said);
    Ok(())
}

pub(super) fn outlines(arguments: &OutlinesArguments, runtime: &Runtime) -> Result<(), String> {
    let as_pictures = arguments.format == "label-tiff";
    let kind = if as_pictures {
        FileKind::Folder
    } else {
        FileKind::Outlines
    };
    let target = target("--out", &arguments.out, arguments.overwrite, kind)?;
    let at = target.full_path();
    let at = at.display();
    let progress = Progress::new();
    let say = |done, total| progress.say("cells", done, total);
    let outcome = runtime.block_on(async {
        let chosen = choose(&arguments.dataset, &arguments.cells).await?;
        let dataset = chosen.explorer.dataset();
        let known = dataset.outline_objects();
        if let Some(object) = arguments
            .object
            .iter()
            .find(|object| !known.contains(object))
        {
            let mut lost = dataset.lost_outlines().iter();
            return Err(match lost.find(|lost| lost.object == *object) {
                Some(lost) => lost.to_string(),
                None => format!(
                    "there are no outlines of {object}; there are {}",
                    known.join(", ")
                ),
            });
        }
        let colors: Vec<(String, [u8; 3])> = dataset
            .label_specs()
            .into_iter()
            .filter(|spec| Some(&spec.column) == arguments.class.as_ref())
            .flat_map(|spec| spec.classes)
            .map(|class| (class.name, class.color))
            .collect();
        let request = OutlineRequest {
            objects: &arguments.object,
            properties: &arguments.columns,
            class: arguments
                .class
                .as_deref()
                .map(|column| (column, colors.as_slice())),
        };
        let lost = if arguments.object.is_empty() {
            lost_lines(dataset)
        } else {
            String::new()
        };
        let source = TableSource::new(dataset.clone());
        let stop = AtomicBool::new(false);
        let from = |written| {
            provenance(&chosen, written)
                .write_beside(&target)
                .map_err(failed)
        };
        if as_pictures {
            let written =
                export_label_pictures(&source, &chosen.rows, &request, &target, &say, &stop)
                    .await
                    .map_err(failed)?;
            from(written.files)?;
            let mut said = format!("{} label pictures in {at}\n", written.files);
            if written.overwritten > 0 {
                let _ = writeln!(
                    said,
                    "{} pixels are claimed by two objects; the later one has them",
                    written.overwritten
                );
            }
            return Ok(said + &stayed(written.stayed) + &lost);
        }
        let written = export_geojson(&source, &chosen.rows, &request, &target, &say, &stop)
            .await
            .map_err(failed)?;
        from(written.outlines)?;
        Ok(format!(
            "{} outlines in {} files at {at}\n{}{lost}",
            written.outlines,
            written.files,
            stayed(written.stayed)
        ))
    });
    progress.finish();
    super::say(&outcome?);
    Ok(())
}
