//! Outlines of cells: polygons, and pictures of object numbers.

use futures::future::BoxFuture;

use super::exporter::{ExportJob, Exporter, Face, Needs, Written};
use super::options::Setting;
use cytolance_dataset::CellDataset;
use cytolance_export::{
    ExportError, FileKind, FolderUse, OutlineRequest, export_geojson, export_label_pictures,
};

/// Polygons for `QuPath`.
pub(super) struct Geojson;

/// Pictures of object numbers.
pub(super) struct LabelTiff;

pub(super) static GEOJSON: Geojson = Geojson;
pub(super) static LABEL_TIFF: LabelTiff = LabelTiff;

static POLYGONS: Face = Face {
    id: "geojson",
    title: "outlines, GeoJSON",
    place: "File or folder",
    hint: "In field pixels, for QuPath. A name that ends in .geojson is one file, any other a folder with a file a field of view.",
    family: "outlines",
    suffix: ".geojson",
    file: FileKind {
        folder: FolderUse::Otherwise("a file a field of view"),
        ..FileKind::file("outlines are written as", &["geojson", "json"])
    },
    needs: Needs::Outlines,
    settings: &[Setting::Objects, Setting::Measurements, Setting::Class],
    chooses_cells: true,
};

static PICTURES: Face = Face {
    id: "label-tiff",
    title: "outlines, label TIFF",
    place: "Folder",
    hint: "A picture a field of view and object set, whose pixels are the object numbers.",
    family: "outlines",
    suffix: "-labels",
    file: FileKind::folder("this writes a folder of files"),
    needs: Needs::Outlines,
    settings: &[Setting::Objects],
    chooses_cells: true,
};

/// Refuses object sets that have no outlines.
fn check_objects(dataset: &CellDataset, objects: Option<&[String]>) -> Result<(), ExportError> {
    let known = dataset.outline_objects();
    let Some(wanted) = objects else { return Ok(()) };
    if wanted.is_empty() {
        return Err(ExportError::Refused(format!(
            "no outlines are chosen: show those of {} in the inspector, or name them",
            known.join(", ")
        )));
    }
    let Some(object) = wanted.iter().find(|object| !known.contains(object)) else {
        return Ok(());
    };
    let mut lost = dataset.lost_outlines().iter();
    Err(ExportError::Refused(
        match lost.find(|lost| lost.object == *object) {
            Some(lost) => lost.to_string(),
            None => format!(
                "there are no outlines of {object}; there are {}",
                known.join(", ")
            ),
        },
    ))
}

/// What is said beside outlines: of all object sets those that are lost, too.
fn told(written: Written, job: &ExportJob<'_>, stayed: usize) -> Written {
    let written = written.beside(stayed);
    match job.request.options.objects {
        Some(_) => written,
        None => written.without_lost(job.explorer.dataset()),
    }
}

impl Exporter for Geojson {
    fn face(&self) -> &'static Face {
        &POLYGONS
    }

    fn write<'a>(&'a self, job: &'a ExportJob<'a>) -> BoxFuture<'a, Result<Written, ExportError>> {
        Box::pin(async move {
            let (request, options) = (job.request, &job.request.options);
            let dataset = job.explorer.dataset();
            check_objects(dataset, options.objects.as_deref())?;
            let mut specs = request.session.labels.clone();
            if options.class.is_some() {
                specs.extend(dataset.read_label_specs().await?);
            }
            let class = options.class.as_deref().map(|column| {
                let spec = specs.iter().find(|spec| spec.column == column);
                let classes = spec.map_or(&[] as &[_], |spec| &spec.classes).iter();
                let colors: Vec<(String, [u8; 3])> = classes
                    .map(|class| (class.name.clone(), class.color))
                    .collect();
                (column, colors)
            });
            let outlines = OutlineRequest {
                objects: options.objects.as_deref(),
                properties: &options.measurements,
                class: class
                    .as_ref()
                    .map(|(column, colors)| (*column, colors.as_slice())),
            };
            let target = &request.target;
            let in_folder = POLYGONS.file.is_folder(target.path());
            let files = export_geojson(
                &job.source,
                &request.rows,
                &outlines,
                (target, in_folder),
                job.progress,
                job.cancelled,
            )
            .await?;
            let mut written = if in_folder {
                let what = format!("outlines in {} files", files.files);
                Written::of(files.outlines, &what)
            } else {
                Written::of(files.outlines, "outlines")
            };
            written.columns.clone_from(&options.measurements);
            written.columns.extend(options.class.clone());
            Ok(told(written, job, files.stayed))
        })
    }
}

impl Exporter for LabelTiff {
    fn face(&self) -> &'static Face {
        &PICTURES
    }

    fn write<'a>(&'a self, job: &'a ExportJob<'a>) -> BoxFuture<'a, Result<Written, ExportError>> {
        Box::pin(async move {
            let (request, options) = (job.request, &job.request.options);
            check_objects(job.explorer.dataset(), options.objects.as_deref())?;
            let outlines = OutlineRequest {
                objects: options.objects.as_deref(),
                properties: &[],
                class: None,
            };
            let pictures = export_label_pictures(
                &job.source,
                &request.rows,
                &outlines,
                &request.target,
                job.progress,
                job.cancelled,
            )
            .await?;
            let mut written = Written::of(pictures.files, "label pictures");
            if pictures.overwritten > 0 {
                written.notes.push(format!(
                    "{} pixels are claimed by two objects; the later one has them",
                    pictures.overwritten
                ));
            }
            Ok(told(written, job, pictures.stayed))
        })
    }
}
