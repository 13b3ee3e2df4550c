//! What a report says of a dataset under a session: counted, mapped, drawn.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use futures::future::BoxFuture;

use super::error::{SessionError, failed};
use super::report::{Report, ReportSection, plate_figure};
use super::session_file::SessionFile;
use super::styles::{channel_styles, outline_styles};
use super::words::{rule_words, words_of};
use cytolance_explore::{Column, Explorer, PlateInput, PlateMap, Values, WellStatistic, plate_map};
use cytolance_export::{MontageSettings, TableSource, montage, montage_cells};
use cytolance_imaging::ChannelStyle;
use cytolance_kernels::RowSet;
use cytolance_plot::charts::{HistogramGroup, histogram_chart};
use cytolance_plot::figure::Figure;
use cytolance_profile::{
    LABEL_PREFIX, OutlierRule, PublishedRule, Role, published_rules, thousands,
};

/// Cells of an example montage.
const EXAMPLES: usize = 24;

/// What every part of the report needs.
struct Context<'a> {
    explorer: &'a Explorer,
    source: TableSource,
    styles: Vec<ChannelStyle>,
    outlines: Vec<(String, [u8; 3], f64)>,
    shown: RowSet,
}

/// The report of a dataset: its counts by plate, the session's outlier rules (coSMicQC's published ones where it has none),
/// the labels, the checks. Rows that the session's filters leave out are left out everywhere but in the totals.
///
/// # Errors
/// [`SessionError::Run`].
pub fn report_of<'a>(
    explorer: &'a Explorer,
    session: &'a SessionFile,
) -> BoxFuture<'a, Result<Report, SessionError>> {
    Box::pin(async move {
        let dataset = explorer.dataset();
        let rows = dataset.num_rows();
        let computed = explorer.computed();
        let has = |name: &str| {
            dataset.column(name).is_some() || computed.iter().any(|column| column.name == name)
        };
        let query = session.query(&has, rows);
        let result = explorer
            .run(&query.query, &AtomicBool::new(false), &|_| ())
            .await
            .map_err(failed)?;
        let context = Context {
            explorer,
            source: TableSource::new(dataset.clone()),
            styles: channel_styles(explorer, session).await?,
            outlines: outline_styles(explorer, session),
            shown: (*result.shown).clone(),
        };
        let mut facts = vec![
            ("Dataset".to_owned(), dataset.uri().to_owned()),
            ("Version".to_owned(), dataset.version().to_string()),
            ("Cells".to_owned(), thousands(rows)),
            (
                "Shown by the filters".to_owned(),
                thousands(context.shown.count()),
            ),
            (
                "Time".to_owned(),
                chrono::Utc::now().to_rfc3339_opts(chrono::SecondsFormat::Secs, true),
            ),
        ];
        for filter in query.query.active() {
            facts.push(("Filter".to_owned(), words_of(&filter.condition, dataset)));
        }
        for note in &query.notes {
            facts.push(("Note".to_owned(), note.clone()));
        }
        for lost in dataset.lost_outlines() {
            facts.push(("Note".to_owned(), lost.to_string()));
        }
        let mut sections = vec![context.cells().await?];
        sections.extend(context.rules(session).await?);
        sections.extend(context.labels().await?);
        sections.extend(context.checks().await?);
        Ok(Report {
            title: format!("Quality report of {}", dataset.name()),
            facts,
            sections,
        })
    })
}

fn percent(part: usize, whole: usize) -> String {
    if whole == 0 {
        return "-".to_owned();
    }
    format!("{:.2} %", part as f64 * 100.0 / whole as f64)
}

impl Context<'_> {
    async fn column(&self, name: &str) -> Result<Option<Arc<Column>>, SessionError> {
        let known =
            self.explorer.cached(name).is_some() || self.explorer.dataset().column(name).is_some();
        if !known {
            return Ok(None);
        }
        let columns = self
            .explorer
            .columns(&[name.to_owned()])
            .await
            .map_err(failed)?;
        Ok(columns.into_iter().next())
    }

    /// A map of the wells, where there are such: counts, or the share of a set.
    async fn map(&self, set: Option<&RowSet>) -> Result<Option<PlateMap>, SessionError> {
        let keys = self.explorer.dataset().keys();
        let Some(well) = keys.mapped_well() else {
            return Ok(None);
        };
        let Some(well) = self.column(well).await? else {
            return Ok(None);
        };
        let plate = match &keys.plate {
            Some(plate) => self.column(plate).await?,
            None => None,
        };
        let selection = RowSet::empty(self.shown.len());
        Ok(Some(plate_map(&PlateInput {
            plate: plate.as_deref(),
            well: &well,
            site: None,
            statistic: if set.is_some() {
                WellStatistic::Fraction
            } else {
                WellStatistic::Count
            },
            feature: None,
            set,
            shown: &self.shown,
            selection: set.unwrap_or(&selection),
        })))
    }

    async fn cells(&self) -> Result<ReportSection, SessionError> {
        let mut section = ReportSection {
            title: "Cells".to_owned(),
            ..ReportSection::default()
        };
        match self.map(None).await? {
            Some(map) => {
                let rows = map
                    .plates
                    .iter()
                    .map(|plate| {
                        let total: usize = plate.wells.iter().map(|well| well.total as usize).sum();
                        let shown: usize = plate.wells.iter().map(|well| well.count as usize).sum();
                        vec![
                            plate.name.clone(),
                            plate.wells.len().to_string(),
                            thousands(total),
                            thousands(shown),
                            percent(shown, total),
                        ]
                    })
                    .collect();
                section.table = Some((
                    ["plate", "wells", "cells", "shown", "share"]
                        .map(str::to_owned)
                        .to_vec(),
                    rows,
                ));
                section
                    .figures
                    .push(plate_figure(&map, "Shown cells by well", None));
            }
            None => section
                .text
                .push("The dataset has no wells, so there is no plate map.".to_owned()),
        }
        Ok(section)
    }

    async fn rules(&self, session: &SessionFile) -> Result<Vec<ReportSection>, SessionError> {
        let published: Vec<OutlierRule> =
            published_rules().iter().map(PublishedRule::rule).collect();
        let rules: &[OutlierRule] = if session.rules.is_empty() {
            &published
        } else {
            &session.rules
        };
        let mut overview = ReportSection {
            title: "Outlier rules".to_owned(),
            ..ReportSection::default()
        };
        if session.rules.is_empty() {
            overview
                .text
                .push("The session has no rules; these are coSMicQC's published ones.".to_owned());
        }
        let (mut rows, mut sections) = (Vec::new(), Vec::new());
        let dataset = self.explorer.dataset();
        for rule in rules {
            let missing: Vec<&str> = rule
                .columns()
                .into_iter()
                .filter(|name| {
                    dataset.column(dataset.stored_name(name)).is_none()
                        && self.explorer.cached(name).is_none()
                })
                .collect();
            if !missing.is_empty() {
                rows.push(vec![
                    rule.name.clone(),
                    "-".to_owned(),
                    "-".to_owned(),
                    format!("no column {}", missing.join(", ")),
                ]);
                continue;
            }
            let names: Vec<String> = rule.columns().into_iter().map(str::to_owned).collect();
            let columns = self.explorer.columns(&names).await.map_err(failed)?;
            let account = self
                .explorer
                .z_scores()
                .account(rule, &columns, self.shown.len());
            let mut found = account.rows.clone();
            found.intersect_with(&self.shown);
            rows.push(vec![
                rule.name.clone(),
                thousands(found.count()),
                percent(found.count(), self.shown.count()),
                rule_words(rule),
            ]);
            let mut figures = Vec::new();
            for (threshold, scored) in rule.thresholds.iter().zip(&account.features) {
                let Some((scores, _)) = scored else { continue };
                let histogram = &scores.histogram;
                figures.push(histogram_chart(
                    [520.0, 220.0],
                    &format!("z-score of {}", threshold.feature),
                    [histogram.min, histogram.max],
                    &[HistogramGroup {
                        name: String::new(),
                        counts: histogram.counts.clone(),
                    }],
                    None,
                    &[(format!("{}", threshold.z), threshold.z)],
                    false,
                ));
            }
            if let Some(map) = self.map(Some(&found)).await? {
                let title = format!("Share of cells that «{}» finds, by well", rule.name);
                figures.push(plate_figure(&map, &title, None));
            }
            figures.extend(
                self.examples(&found, &format!("Cells that «{}» finds", rule.name))
                    .await?,
            );
            sections.push(ReportSection {
                title: format!("Rule: {}", rule.name),
                text: vec![format!(
                    "{} of {} shown cells. {}.",
                    thousands(found.count()),
                    thousands(self.shown.count()),
                    rule_words(rule)
                )],
                table: None,
                figures,
            });
        }
        overview.table = Some((
            ["rule", "cells", "share", "what it finds"]
                .map(str::to_owned)
                .to_vec(),
            rows,
        ));
        sections.insert(0, overview);
        Ok(sections)
    }

    /// A montage of some of the cells, evenly spaced; none where there is no cell or no picture.
    async fn examples(&self, rows: &RowSet, title: &str) -> Result<Option<Figure>, SessionError> {
        let count = rows.count();
        if count == 0 || self.styles.is_empty() {
            return Ok(None);
        }
        let every = count.div_ceil(EXAMPLES);
        let chosen: Vec<u32> = rows.iter().step_by(every).take(EXAMPLES).collect();
        let well = self.explorer.dataset().keys().well.clone();
        let captions: Vec<String> = well.into_iter().collect();
        let cells = montage_cells(&self.source, &chosen, &captions)
            .await
            .map_err(failed)?;
        let settings = MontageSettings {
            columns: 8,
            tile: 104.0,
            styles: self.styles.clone(),
            channels: Vec::new(),
            split: false,
            own_contrast: false,
            outlines: self.outlines.clone(),
            pixel_size_um: self.explorer.dataset().metadata().pixel_size_um,
            title: format!("{title}: {} of {}", chosen.len(), thousands(count)),
        };
        montage(&cells, &settings).map(Some).map_err(failed)
    }

    async fn labels(&self) -> Result<Vec<ReportSection>, SessionError> {
        let mut names: BTreeSet<String> = self
            .explorer
            .dataset()
            .columns()
            .iter()
            .filter(|column| column.name.starts_with(LABEL_PREFIX) && column.kind.is_category())
            .map(|column| column.name.clone())
            .collect();
        names.extend(
            self.explorer
                .computed()
                .iter()
                .filter(|column| column.name.starts_with(LABEL_PREFIX))
                .map(|column| column.name.clone()),
        );
        let mut sections = Vec::new();
        for name in names {
            let Some(column) = self.column(&name).await? else {
                continue;
            };
            let Values::Categories { codes, names } = &column.values else {
                continue;
            };
            let counts = column.category_counts(Some(&self.shown));
            let marked: usize = counts.iter().map(|count| *count as usize).sum();
            let mut section = ReportSection {
                title: format!("Label: {name}"),
                text: vec![format!(
                    "{} of {} shown cells are labelled.",
                    thousands(marked),
                    thousands(self.shown.count())
                )],
                ..ReportSection::default()
            };
            let mut rows = Vec::new();
            // Marks that are not saved are kept in another order, with classes that no cell has.
            let mut classes: Vec<(usize, &String)> = names.iter().enumerate().collect();
            classes.sort_by_key(|(_, class)| *class);
            for (code, class) in classes {
                let count = counts.get(code).map_or(0, |count| *count as usize);
                if count == 0 {
                    continue;
                }
                rows.push(vec![
                    class.clone(),
                    thousands(count),
                    percent(count, self.shown.count()),
                ]);
                let of_class = codes
                    .iter()
                    .enumerate()
                    .filter(|(_, own)| **own as usize == code)
                    .map(|(row, _)| row as u32);
                let mut of_class = RowSet::from_rows(self.shown.len(), of_class);
                of_class.intersect_with(&self.shown);
                if let Some(map) = self.map(Some(&of_class)).await? {
                    let title = format!("Share labelled {class}, by well");
                    section.figures.push(plate_figure(&map, &title, None));
                }
                let title = format!("Cells labelled {class}");
                section
                    .figures
                    .extend(self.examples(&of_class, &title).await?);
            }
            section.table = Some((
                ["class", "cells", "share"].map(str::to_owned).to_vec(),
                rows,
            ));
            sections.push(section);
        }
        Ok(sections)
    }

    /// The checks' columns, in numbers.
    async fn checks(&self) -> Result<Option<ReportSection>, SessionError> {
        let names: Vec<String> = self
            .explorer
            .dataset()
            .columns()
            .iter()
            .filter(|column| column.role == Role::Quality)
            .map(|column| column.name.clone())
            .collect();
        if names.is_empty() {
            return Ok(None);
        }
        let mut rows = Vec::new();
        for name in &names {
            let Some(column) = self.column(name).await? else {
                continue;
            };
            let kept = self.explorer.dataset().description(name);
            let meaning = kept.or_else(|| cytolance_profile::check_meaning(name));
            let meaning = meaning.unwrap_or_default().to_owned();
            let text = if let Values::Categories { names, .. } = &column.values {
                let counts = column.category_counts(Some(&self.shown));
                let parts: Vec<String> = names
                    .iter()
                    .zip(counts)
                    .map(|(name, count)| format!("{name} {}", thousands(count as usize)))
                    .collect();
                parts.join(", ")
            } else {
                let mut values: Vec<f64> = self
                    .shown
                    .iter()
                    .filter_map(|row| column.number(row))
                    .filter(|value| value.is_finite())
                    .collect();
                values.sort_unstable_by(f64::total_cmp);
                let at = |share| {
                    cytolance_plot::charts::tick_text(cytolance_kernels::quantile(&values, share))
                };
                if values.is_empty() {
                    "no value".to_owned()
                } else {
                    format!("median {}, 5 % {}, 95 % {}", at(0.5), at(0.05), at(0.95))
                }
            };
            rows.push(vec![name.clone(), text, meaning]);
        }
        Ok(Some(ReportSection {
            title: "Segmentation checks".to_owned(),
            text: Vec::new(),
            table: Some((
                ["column", "shown cells", "meaning"]
                    .map(str::to_owned)
                    .to_vec(),
                rows,
            )),
            figures: Vec::new(),
        }))
    }
}
