//! Parquet tables of `CytoTable`, pycytominer and `CytoDataFrame`: one row a cell, already joined.

mod crop_table;
mod parquet_table;
mod path_values;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use self::crop_table::{ParquetRole, attach_crops};
use self::parquet_table::open_parquet;
use super::format::{ExportTables, Format, FormatFace};
use super::source::bytes_of;
use super::{Export, Findings, FoundExport, SourceError, SourceKind, SourceRemark};

/// Parquet tables of cells.
#[derive(Debug)]
pub struct ParquetFormat;

const FACE: FormatFace = FormatFace {
    word: "parquet",
    name: "Parquet",
    label: "Parquet table",
    title: "Parquet table of cells",
    written: "one row a cell, as CytoTable, pycytominer or CytoDataFrame writes it, also with pictures",
    given: "Parquet table",
    expected: "a Parquet table of cells",
    endings: &["parquet", "pq", "parq"],
    companions: &[],
    signature: b"PAR1",
    pictures_beside: true,
};

impl Format for ParquetFormat {
    fn face(&self) -> &'static FormatFace {
        &FACE
    }

    fn find_file(&self, path: &Path) -> Result<Findings, SourceError> {
        let tables = ParquetTables {
            crops: Vec::new(),
            whole_pictures: Vec::new(),
        };
        let kind = SourceKind::of(&Self);
        let (bytes, tables) = (bytes_of(path), Arc::new(tables));
        Ok(FoundExport::new(path.to_path_buf(), kind, bytes, tables).into())
    }

    /// Tables of crops belong to the tables of cells, wherever they lie; those of whole pictures are left alone.
    fn unite(&self, found: &mut Vec<FoundExport>) {
        let is_parquet = |export: &FoundExport| export.kind == SourceKind::of(&Self);
        let (mut crops, mut whole_pictures) = (Vec::new(), Vec::new());
        found.retain(|export| {
            let list = match is_parquet(export).then(|| ParquetRole::of(&export.path)) {
                None | Some(ParquetRole::Cells) => return true,
                Some(ParquetRole::Crops) => &mut crops,
                Some(ParquetRole::SourceImages) => &mut whole_pictures,
            };
            list.push(export.path.clone());
            false
        });
        let tables = Arc::new(ParquetTables {
            crops,
            whole_pictures,
        });
        for export in found.iter_mut().filter(|export| is_parquet(export)) {
            export.tables = Arc::<ParquetTables>::clone(&tables);
        }
    }
}

/// What belongs to a table of cells, or lies beside it.
#[derive(Debug)]
struct ParquetTables {
    /// Files with the crops of its rows.
    crops: Vec<PathBuf>,
    /// Files with pictures of whole fields.
    whole_pictures: Vec<PathBuf>,
}

impl ExportTables for ParquetTables {
    fn open(&self, path: &Path, name: String) -> Result<Export, SourceError> {
        let mut export = open_parquet(path, name)?;
        let pictures = self.whole_pictures.iter();
        let remark = |path: &PathBuf| SourceRemark::WholePictures { path: path.clone() };
        export.remarks.extend(pictures.map(remark));
        attach_crops(&mut export, &self.crops)?;
        Ok(export)
    }
}
