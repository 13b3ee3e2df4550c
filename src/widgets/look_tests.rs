//! Renders the widgets to a picture, to be looked at.

use egui::{Color32, ColorImage, Id, Panel, TextureHandle, Theme, Ui, vec2};
use egui_kittest::{Harness, kittest::Queryable as _};
use egui_material_icons::icons;

use super::*;
use cytolance_imaging::Outline;

const SIZE: usize = 64;

fn cell_picture(seed: u64) -> ColorImage {
    let mut random = fastrand::Rng::with_seed(seed);
    let pixels = (0..SIZE * SIZE)
        .map(|i| {
            let (x, y) = ((i % SIZE) as f32 - 32.0, (i / SIZE) as f32 - 32.0);
            let near = |r: f32| (1.0 - (x.hypot(y * 1.2) / r).powi(4)).clamp(0.0, 1.0);
            let noise = random.f32() * 30.0;
            let (cell, nucleus) = (near(27.0) * (90.0 + noise), near(12.0) * 180.0);
            Color32::from_rgb(
                (noise * 0.4) as u8,
                (cell + noise * 0.3) as u8,
                (nucleus + noise) as u8,
            )
        })
        .collect();
    ColorImage::new([SIZE, SIZE], pixels)
}

fn circle(r: f64) -> Outline {
    let ring = (0..=60).map(|i| {
        let a = f64::from(i) / 60.0 * std::f64::consts::TAU;
        [1032.0 + r * a.cos(), 1032.0 + r / 1.2 * a.sin()]
    });
    Outline {
        rings: vec![ring.collect()],
    }
}

fn gallery(ui: &mut Ui) {
    let tokens = *tokens(ui);
    // Kept in the context: a handle that is dropped takes its texture along.
    let key = Id::unique("cell texture");
    let texture = ui
        .ctx()
        .data_mut(|data| data.get_temp::<TextureHandle>(key));
    let texture = texture.unwrap_or_else(|| {
        let options = egui::TextureOptions::NEAREST;
        ui.ctx().load_texture("cell", cell_picture(7), options)
    });
    ui.ctx()
        .data_mut(|data| data.insert_temp(key, texture.clone()));
    let (cell, nucleus) = (circle(27.0), circle(12.0));
    let line = |color, dashed| OutlineStyle {
        color,
        width: 1.5,
        visible: true,
        dashed,
    };
    let outlines = [
        (&cell, line(Color32::from_rgb(255, 200, 60), true)),
        (&nucleus, line(Color32::from_rgb(255, 90, 160), false)),
    ];
    Panel::left("filters").exact_size(260.0).show(ui, |ui| {
        ui.add_space(8.0);
        ui.horizontal(|ui| {
            heading(ui, "Filters");
            ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
                icon_button(ui, icons::ICON_CLOSE.codepoint, "Close", "close");
                icon_button(ui, icons::ICON_ADD.codepoint, "Add", "add");
            });
        });
        let bell = |i: i32, s: f64| (-((f64::from(i) - 26.0) / s).powi(2)).exp();
        let all: Vec<u32> = (0..60)
            .map(|i| (900.0 * bell(i, 12.0) + 60.0 * bell(i - 20, 9.0)) as u32)
            .collect();
        let shown: Vec<u32> = all
            .iter()
            .enumerate()
            .map(|(i, n)| if (15..35).contains(&i) { n * 7 / 10 } else { 0 })
            .collect();
        for (label, log_counts, bounds) in [
            ("Cells Area", false, (250.0, 583.0)),
            ("Nuclei Area", true, (0.0, 1000.0)),
        ] {
            ui.label(label);
            let (mut low, mut high) = bounds;
            let histogram = RangeHistogram {
                label,
                min: 0.0,
                max: 1000.0,
                all: &all,
                shown: &shown,
                log_counts,
                words: None,
            };
            histogram.show(ui, &mut low, &mut high);
            ui.add_space(8.0);
        }
        ui.separator();
        heading(ui, "Controls");
        ui.horizontal(|ui| {
            let _ = ui.button("Cancel");
            let primary = primary_button(ui, "Import");
            ui.add(primary);
            ui.add_enabled(false, egui::Button::new("Later"));
        });
        ui.horizontal(|ui| {
            let _ = ui.selectable_label(true, "Table");
            let _ = ui.selectable_label(false, "Gallery");
            let (mut on, mut off) = (true, false);
            ui.checkbox(&mut on, "DNA");
            ui.checkbox(&mut off, "ER");
        });
        let mut text = String::new();
        let edit = egui::TextEdit::singleline(&mut text).hint_text("Search columns");
        ui.add(edit.desired_width(220.0));
        let mut gamma = 0.6;
        ui.add(egui::Slider::new(&mut gamma, 0.0..=1.0).text("gamma"));
        egui::ComboBox::from_label("colour")
            .selected_text("Well")
            .show_ui(ui, |_| {});
        ui.add(egui::ProgressBar::new(0.43).text("importing 43 %"));
        ui.colored_label(tokens.warn, "12 rows without a picture");
        ui.colored_label(tokens.error, "Image.csv: no such file");
        ui.colored_label(tokens.ok, "3,456 of 3,456 images found");
        ui.hyperlink_to("documentation", "https://example.org");
    });
    Panel::right("inspector").exact_size(260.0).show(ui, |ui| {
        ui.add_space(8.0);
        heading(ui, "Cell 1,204");
        let (rect, _) = ui.allocate_exact_size(vec2(240.0, 240.0), egui::Sense::hover());
        if let Some(at) = paint_picture(
            ui,
            rect,
            Some(texture.id()),
            [SIZE, SIZE],
            [1000.0, 1000.0],
            &outlines,
        ) {
            scale_bar(ui, at.rect, 0.65 / f64::from(at.scale));
        }
        let (rect, _) = ui.allocate_exact_size(vec2(240.0, 80.0), egui::Sense::hover());
        paint_placeholder(ui, rect, "no picture");
        empty_state(
            ui,
            icons::ICON_FOLDER_OPEN.codepoint,
            "No dataset",
            "Open a .lance folder, or import what CellProfiler wrote",
            |ui| ui.button("Open dataset…"),
        );
    });
    let columns: Vec<GridColumn> = [
        ("Cell", "", 72.0, true, false, None),
        ("Well", "Metadata", 72.0, false, false, None),
        ("Area", "Cells · AreaShape", 110.0, false, true, Some(true)),
        (
            "Eccentricity",
            "Nuclei · AreaShape",
            110.0,
            false,
            true,
            None,
        ),
        (
            "AngularSecondMoment_DNA_3",
            "Cells · Texture",
            120.0,
            false,
            true,
            None,
        ),
        ("FileName_OrigDNA", "Image", 150.0, false, false, None),
        ("Concentration", "Metadata", 130.0, false, true, None),
    ]
    .map(
        |(title, subtitle, width, pinned, numeric, sort)| GridColumn {
            title: title.to_owned(),
            subtitle: subtitle.to_owned(),
            tooltip: String::new(),
            width,
            pinned,
            numeric,
            sort,
            movable: true,
        },
    )
    .into();
    egui::CentralPanel::no_frame().show(ui, |ui| {
        let mut state = GridState {
            top_row: 1200,
            offset: 20.0,
            scroll_x: 30.0,
            ..GridState::default()
        };
        let view = GridView {
            id: Id::unique("look"),
            columns: &columns,
            num_rows: 10_000_000,
            row_height: 64.0,
            selected: &|row| row == 1202 || row == 1203,
            cursor: Some(1203),
        };
        view.show(ui, &mut state, &mut |ui, rect, row, column| match column {
            0 => {
                paint_picture(
                    ui,
                    rect.shrink(3.0),
                    Some(texture.id()),
                    [SIZE, SIZE],
                    [1000.0, 1000.0],
                    &outlines,
                );
            }
            1 => paint_text(ui, rect, ["B02", "C11", "D07"][row as usize % 3]),
            5 => paint_text(ui, rect, "r01c02f03_p01-ch1_DNA.tiff"),
            6 if row % 3 == 0 => paint_number(ui, rect, "", true),
            column => {
                let value = (row as f64 * 12.345_67 * column as f64) % 777.0
                    * 10f64.powi(3 - column as i32);
                paint_number(ui, rect, &format_number(value), false);
            }
        });
    });
}

#[test]
#[ignore = "writes pictures to look at"]
fn looks_right() {
    for theme in [Theme::Dark, Theme::Light] {
        let mut harness = Harness::builder()
            .with_size([1200.0, 720.0])
            .with_theme(theme)
            .with_context_setup(install)
            .wgpu()
            .build_ui(gallery);
        harness.run();
        harness.hover_at(egui::pos2(520.0, 15.0));
        harness.run();
        save(&mut harness, &format!("widgets-{theme:?}"));
        harness.get_by_label("column Area").click_secondary();
        harness.get_by_label("Cells Area minimum handle").focus();
        harness.run();
        save(&mut harness, &format!("widgets-{theme:?}-menu"));
    }
}

fn save(harness: &mut Harness<'_>, name: &str) {
    let path = std::env::temp_dir().join(format!("{}.png", name.to_lowercase()));
    harness.render().unwrap().save(path).unwrap();
}
