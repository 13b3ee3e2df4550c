//! Ten million cells: what each gesture costs, beside the peers.

use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::AtomicBool;
use std::time::Instant;

use cytolance_dataset::CellDataset;
use cytolance_demo::{CrowdSize, write_crowd};
use cytolance_explore::{Explorer, filter_histogram, group_statistics};
use cytolance_export::{Target as SaveTarget, export_csv};
use cytolance_imaging::{ChannelStyle, Compositor};
use cytolance_kernels::{Histogram, RowSet, finite_range};
use cytolance_plot::{
    Bounds, Colormap, Frame, ScatterIndex, shade_colors, shade_counts, shade_means,
};
use cytolance_profile::{
    ColumnInfo, ColumnKind, Condition, Filter, Query, Role, Sort, search_columns,
};
use tokio::runtime::Runtime;

use crate::Outcome;
use crate::report::{Peers, Target, head, line};

/// Cells of the large dataset.
const CELLS: usize = 10_000_000;
/// The datasets by name.
pub const SIZES: [(&str, CrowdSize); 3] = [
    (
        "c10m.lance",
        CrowdSize {
            cells: CELLS,
            features: 60,
            crops: 792,
        },
    ),
    (
        "c1m.lance",
        CrowdSize {
            cells: 1_000_000,
            features: 60,
            crops: 20_000,
        },
    ),
    (
        "c4000.lance",
        CrowdSize {
            cells: 100_000,
            features: 4000,
            crops: 792,
        },
    ),
];
/// Bytes of columns kept, as in the viewer.
const BUDGET: usize = 512 << 20;

/// A dataset of this size; made where it is not there yet. The folder is kept, because making it takes minutes.
pub fn dataset(runtime: &Runtime, name: &str, size: CrowdSize) -> Outcome<String> {
    let folder = std::env::var_os("CYTOLANCE_BENCH_DATA").map_or_else(
        || std::env::temp_dir().join("cytolance-bench"),
        PathBuf::from,
    );
    let path = folder.join(name);
    let uri = path.to_string_lossy().into_owned();
    if runtime.block_on(CellDataset::open(&uri)).is_err() {
        std::fs::create_dir_all(&folder)?;
        let _ = std::fs::remove_dir_all(&path);
        let start = Instant::now();
        write_crowd(
            size,
            &uri,
            runtime.handle(),
            &|_, _, _| (),
            &AtomicBool::new(false),
        )?;
        println!(
            "made {} cells x {} features in {:.0} s",
            size.cells,
            size.features,
            start.elapsed().as_secs_f64()
        );
    }
    Ok(uri)
}

/// Best of several runs, in milliseconds.
fn best(rounds: usize, mut work: impl FnMut()) -> f64 {
    let mut best = f64::INFINITY;
    for _ in 0..rounds {
        let start = Instant::now();
        work();
        best = best.min(start.elapsed().as_secs_f64());
    }
    best * 1e3
}

fn range(id: u64, column: &str, min: f64, max: f64) -> Filter {
    Filter {
        id,
        condition: Condition::Range {
            column: column.to_owned(),
            min,
            max,
        },
        enabled: true,
    }
}

/// Prints the table.
pub fn run(runtime: &Runtime) -> Outcome<()> {
    let uri = dataset(runtime, SIZES[0].0, SIZES[0].1)?;
    let mut peers = Peers::default();
    peers.run("CYTOLANCE_PEER_PYTHON", "columns.py", &[&CELLS.to_string()]);
    peers.run("CYTOLANCE_SHADE_PYTHON", "points.py", &[&CELLS.to_string()]);
    head();
    columns(runtime, &uri, &peers)?;
    points(runtime, &uri, &peers)?;
    names(&peers);
    crops(runtime, &peers)?;
    export(runtime, &uri, &peers)
}

const AREA: &str = "Cells_AreaShape_Area";
const SHAPE: &str = "Cells_AreaShape_FormFactor";
const WELL: &str = "Metadata_Well";

fn columns(runtime: &Runtime, uri: &str, peers: &Peers) -> Outcome<()> {
    let at = "10 M";
    let dataset = runtime.block_on(CellDataset::open(uri))?;
    let never = AtomicBool::new(false);
    let explorer = Explorer::new(dataset, BUDGET);
    let run = |query: &Query, early: &(dyn Fn(cytolance_explore::QueryResult) + Sync)| {
        runtime.block_on(explorer.run(query, &never, early))
    };
    let start = Instant::now();
    let query = |min: f64, sort: Option<Sort>| Query {
        filters: vec![
            range(1, AREA, min, f64::INFINITY),
            range(2, SHAPE, 0.0, 0.6),
        ],
        sort,
    };
    run(&query(5000.0, None), &|_| ())?;
    let first = start.elapsed().as_secs_f64() * 1e3;
    line(
        "first filter, two columns not yet read",
        at,
        first,
        &Target::Milliseconds(2000.0),
        peers,
    );
    // Every step is a bound that was not asked for before.
    let mut min = 5000.0;
    let mut drag = |sort: Option<Sort>| {
        best(15, || {
            min += 7.0;
            let _ = run(&query(min, sort.clone()), &|_| ());
        })
    };
    let dragged = drag(None);
    for peer in ["numpy", "polars", "pandas"] {
        line(
            "drag a filter handle: count and table",
            at,
            dragged,
            &Target::Share(0.5, peer, "filter"),
            peers,
        );
    }
    line(
        "the same, against float32",
        at,
        dragged,
        &Target::Share(0.5, "numpy", "filter_f4"),
        peers,
    );
    let by = |column: &str, descending| {
        Some(Sort {
            column: column.to_owned(),
            descending,
        })
    };
    let (mut whole, mut page) = (f64::INFINITY, f64::INFINITY);
    for turn in 0..6 {
        let first: Mutex<Option<f64>> = Mutex::new(None);
        let start = Instant::now();
        let query = Query {
            filters: Vec::new(),
            sort: by(SHAPE, turn % 2 == 0),
        };
        run(&query, &|_| {
            if let Ok(mut first) = first.lock() {
                *first = Some(start.elapsed().as_secs_f64() * 1e3);
            }
        })?;
        let all = start.elapsed().as_secs_f64() * 1e3;
        let shown = first.lock().ok().and_then(|first| *first).unwrap_or(all);
        whole = whole.min(all - shown);
        page = page.min(shown);
    }
    line(
        "sort, whole order",
        at,
        whole,
        &Target::Share(0.6, "polars", "sort"),
        peers,
    );
    line(
        "sort, first page",
        at,
        page,
        &Target::Times(0.1, "whole order", whole),
        peers,
    );
    let sorted = drag(by(SHAPE, false));
    line(
        "drag a filter handle of a sorted table",
        at,
        sorted,
        &Target::Share(0.5, "numpy", "filter"),
        peers,
    );
    let names = [AREA, SHAPE, WELL].map(str::to_owned);
    let read = runtime.block_on(explorer.columns(&names))?;
    let (area, shape, well) = (&read[0], &read[1], &read[2]);
    let values = area.numbers().ok_or("numbers")?;
    let histogram = best(7, || {
        let range = finite_range(&values).unwrap_or_default();
        std::hint::black_box(Histogram::of(&values, range, 256));
    });
    line(
        "histogram of 256 bins",
        at,
        histogram,
        &Target::Share(0.2, "numpy", "histogram"),
        peers,
    );
    let some = runtime.block_on(explorer.run(&query(6000.0, None), &never, &|_| ()))?;
    filter_histogram(shape, &some.shown, 64);
    let live = best(9, || {
        std::hint::black_box(filter_histogram(shape, &some.shown, 64));
    });
    line(
        "histogram under other filters",
        at,
        live,
        &Target::Share(0.2, "numpy", "histogram"),
        peers,
    );
    let everything = RowSet::full(CELLS);
    let groups = best(5, || {
        std::hint::black_box(group_statistics(area, well, &everything));
    });
    line(
        "median, mean, MAD by well",
        "10 M, 384 wells",
        groups,
        &Target::Share(0.5, "polars", "groups"),
        peers,
    );
    let middle = some.order.len() / 2;
    let jump = best(20, || {
        std::hint::black_box(some.order.rows(middle..middle + 50));
        std::hint::black_box(some.order.get(some.order.len() - 1));
    });
    line("jump to a row", at, jump, &Target::Milliseconds(1.0), peers);
    println!(
        "| memory: columns, order and filters {:.0} MB, Lance's caches {:.0} MB | {at} | | | | | |",
        explorer.cached_bytes() as f64 / 1e6,
        explorer.dataset().cached_bytes() as f64 / 1e6
    );
    Ok(())
}

fn points(runtime: &Runtime, uri: &str, peers: &Peers) -> Outcome<()> {
    let at = "10 M, 1600 x 1000";
    let dataset = runtime.block_on(CellDataset::open(uri))?;
    let explorer = Explorer::new(dataset, BUDGET);
    let names = [
        AREA,
        "Nuclei_Intensity_IntegratedIntensity_DNA",
        SHAPE,
        "Metadata_Treatment",
    ]
    .map(str::to_owned);
    let read = runtime.block_on(explorer.columns(&names))?;
    let numbers = |at: usize| read[at].numbers().ok_or("numbers");
    let (xs, ys) = (numbers(0)?, numbers(1)?);
    let mut index = ScatterIndex::build(&xs, &ys);
    let build = best(3, || index = ScatterIndex::build(&xs, &ys));
    line(
        "scatter, index",
        at,
        build,
        &Target::Milliseconds(1000.0),
        peers,
    );
    let whole = index.bounds().ok_or("no points")?;
    let frame = Frame {
        view: whole.expanded(0.05),
        size: [1600, 1000],
        shown: None,
        cancelled: &|| false,
    };
    let draw = |frame: &Frame<'_>| {
        if let Some(counts) = index.counts(frame) {
            std::hint::black_box(shade_counts(&counts, Colormap::Viridis, None));
        }
    };
    let drawn = best(9, || draw(&frame));
    line(
        "scatter, whole view",
        at,
        drawn,
        &Target::Share(0.2, "datashader", "scatter"),
        peers,
    );
    let half = RowSet::from_rows(CELLS, (0..CELLS as u32).filter(|row| row % 3 != 0));
    let shown = Frame {
        shown: Some(&half),
        ..frame
    };
    let filtered = best(9, || draw(&shown));
    line(
        "scatter, whole view under a filter",
        at,
        filtered,
        &Target::Share(0.2, "datashader", "scatter"),
        peers,
    );
    let center = [0, 1].map(|axis| {
        let values: &[f64] = if axis == 0 { &xs } else { &ys };
        let finite: Vec<f64> = values
            .iter()
            .step_by(1001)
            .copied()
            .filter(|v| v.is_finite())
            .collect();
        finite.iter().sum::<f64>() / finite.len() as f64
    });
    let zoomed = Frame {
        view: Bounds {
            min: [
                center[0] - whole.width() / 32.0,
                center[1] - whole.height() / 32.0,
            ],
            max: [
                center[0] + whole.width() / 32.0,
                center[1] + whole.height() / 32.0,
            ],
        },
        ..frame
    };
    let visible: u32 = index
        .counts(&zoomed)
        .map_or(0, |raster| raster.counts.iter().sum());
    let zoom = best(9, || draw(&zoomed));
    line(
        &format!("scatter, zoomed 16x where most points are ({visible} in view)"),
        at,
        zoom,
        &Target::Milliseconds(3.0),
        peers,
    );
    let edge = Frame {
        view: Bounds {
            min: whole.min,
            max: [0, 1].map(|axis| whole.min[axis] + (whole.max[axis] - whole.min[axis]) / 16.0),
        },
        ..frame
    };
    let zoom = best(9, || draw(&edge));
    line(
        "scatter, zoomed 16x into a corner",
        at,
        zoom,
        &Target::Milliseconds(3.0),
        peers,
    );
    let lasso: Vec<[f64; 2]> = (0..120)
        .map(|step| {
            let angle = f64::from(step) / 120.0 * std::f64::consts::TAU;
            let radius = 1.0 + 0.3 * (angle * 5.0).sin();
            [
                center[0] + whole.width() * 0.13 * radius * angle.cos(),
                center[1] + whole.height() * 0.05 * radius * angle.sin(),
            ]
        })
        .collect();
    let selected = index.in_polygon(&lasso).count();
    let lassoed = best(9, || {
        std::hint::black_box(index.in_polygon(&lasso));
    });
    line(
        &format!("lasso of 120 corners ({selected} cells)"),
        at,
        lassoed,
        &Target::Milliseconds(10.0),
        peers,
    );
    let reach = [whole.width() / 160.0, whole.height() / 100.0];
    let hover = best(50, || {
        std::hint::black_box(index.nearest(center, reach.map(|reach| reach / 10.0), None));
    });
    line("hover", at, hover, &Target::Milliseconds(0.1), peers);
    let third = numbers(2)?;
    let gathered = Instant::now();
    let shares: Vec<f32> = index.in_cell_order(|row| third[row as usize] as f32);
    let gathered = gathered.elapsed().as_secs_f64() * 1e3;
    line(
        "colour by another column, once",
        at,
        gathered,
        &Target::Milliseconds(300.0),
        peers,
    );
    let means = best(9, || {
        if let Some(raster) = index.means(&frame, &shares) {
            std::hint::black_box(shade_means(&raster, Colormap::Viridis, [0.0, 1.0]));
        }
    });
    line(
        "scatter, mean of a third column",
        at,
        means,
        &Target::Times(1.5, "counts", drawn),
        peers,
    );
    let cytolance_explore::Values::Categories { codes, .. } = &read[3].values else {
        return Err("treatments are categories".into());
    };
    let codes: Vec<u8> = index.in_cell_order(|row| codes[row as usize] as u8);
    let palette = [[78, 156, 255], [255, 157, 60], [70, 200, 140], [128; 3]];
    let colors = best(9, || {
        if let Some(raster) = index.colors(&frame, &codes, &palette) {
            std::hint::black_box(shade_colors(&raster));
        }
    });
    line(
        "scatter, by category",
        at,
        colors,
        &Target::Times(1.5, "counts", drawn),
        peers,
    );
    Ok(())
}

/// The columns of a whole Cell Painting profile.
fn names(peers: &Peers) {
    let objects = ["Cells", "Cytoplasm", "Nuclei"];
    let channels = ["AGP", "DNA", "ER", "Mito", "RNA", "Brightfield"];
    let mut columns = Vec::new();
    'all: for scale in 0.. {
        for object in objects {
            for channel in channels {
                for measure in [
                    "Texture_Contrast",
                    "Texture_InverseDifferenceMoment",
                    "RadialDistribution_MeanFrac",
                    "Granularity",
                    "Correlation_RWC",
                    "Intensity_MADIntensity",
                ] {
                    columns.push(ColumnInfo {
                        name: format!("{object}_{measure}_{channel}_{scale}_00_256"),
                        kind: ColumnKind::Float,
                        role: Role::Feature,
                        arrow_type: "float64".to_owned(),
                    });
                    if columns.len() == 7390 {
                        break 'all;
                    }
                }
            }
        }
    }
    let mut typed = String::new();
    let mut longest: f64 = 0.0;
    for letter in "nuclei texture contrast mito 12".chars() {
        typed.push(letter);
        longest = longest.max(best(5, || {
            std::hint::black_box(search_columns(&columns, &typed));
        }));
    }
    line(
        "fuzzy search, slowest key",
        "7,390 names",
        longest,
        &Target::Milliseconds(2.0),
        peers,
    );
}

/// Crops from the dataset to pixels on the screen, without the graphics card's part.
fn crops(runtime: &Runtime, peers: &Peers) -> Outcome<()> {
    let uri = dataset(runtime, SIZES[1].0, SIZES[1].1)?;
    let dataset = runtime.block_on(CellDataset::open(&uri))?;
    let channels = runtime.block_on(dataset.channels())?;
    let styles: Vec<ChannelStyle> = channels
        .iter()
        .map(|channel| ChannelStyle {
            visible: true,
            color: channel.rgb(),
            min: 100.0,
            max: 4000.0,
            gamma: 1.0,
        })
        .collect();
    let compositor = Compositor::new(&styles);
    let mut pixels = Vec::new();
    let mut show = |rows: &[u32]| -> Outcome<usize> {
        let mut drawn = 0;
        for picture in runtime.block_on(dataset.pictures(rows))? {
            if let Some(crop) = picture.crop {
                let planes: Vec<&[u16]> = crop.planes.iter().map(AsRef::as_ref).collect();
                compositor.composite(&planes, &mut pixels);
                drawn += 1;
            }
        }
        Ok(drawn)
    };
    let rows = |from: u32| -> Vec<u32> { (0..40).map(|at| from + at * 97).collect() };
    let mut times = Vec::new();
    for round in 0..12 {
        let rows = rows(round * 1013);
        // Warm: the pages of the files are in the system's cache.
        show(&rows)?;
        let start = Instant::now();
        let drawn = show(&rows)?;
        times.push(start.elapsed().as_secs_f64() * 1e3);
        assert_eq!(drawn, 40);
    }
    times.sort_by(f64::total_cmp);
    let median = times[times.len() / 2];
    line(
        "40 crops of rows far apart",
        "20,000 crops",
        median,
        &Target::Milliseconds(50.0),
        peers,
    );
    line(
        "a crop",
        "20,000 crops",
        median / 40.0,
        &Target::Milliseconds(0.5),
        peers,
    );
    let start = Instant::now();
    for round in 0..10 {
        let rows: Vec<u32> = (round * 40..round * 40 + 40).collect();
        show(&rows)?;
    }
    let each = start.elapsed().as_secs_f64() * 1e3 / 10.0;
    line(
        "40 crops of rows side by side",
        "20,000 crops",
        each,
        &Target::Milliseconds(50.0),
        peers,
    );
    Ok(())
}

fn export(runtime: &Runtime, uri: &str, peers: &Peers) -> Outcome<()> {
    let dataset = runtime.block_on(CellDataset::open(uri))?;
    let columns: Vec<String> = dataset
        .columns()
        .iter()
        .filter(|column| column.role == Role::Feature && column.kind == ColumnKind::Float)
        .take(60)
        .map(|column| column.name.clone())
        .collect();
    let folder = tempfile::tempdir()?;
    let target: &Path = &folder.path().join("cells.csv");
    let some = (0..CELLS as u32).step_by(10).collect();
    let wells = (0..CELLS as u32 / 10).collect();
    let choices: [(&str, Vec<u32>); 2] = [("every tenth", some), ("of 38 wells", wells)];
    for (which, rows) in choices {
        let start = Instant::now();
        for rows in rows.chunks(35_000) {
            std::hint::black_box(runtime.block_on(dataset.take(rows, &columns))?);
        }
        let reading = start.elapsed().as_secs_f64();
        let start = Instant::now();
        runtime.block_on(export_csv(
            &dataset,
            &rows,
            &columns,
            &SaveTarget::new(target, true),
            &|_, _| (),
            &AtomicBool::new(false),
        ))?;
        let seconds = start.elapsed().as_secs_f64();
        line(
            &format!(
                "CSV of 1 M cells ({which}) x {} columns, read from the disk; reading alone {:.0} ms",
                columns.len(),
                reading * 1e3
            ),
            "10 M",
            seconds * 1e3,
            &Target::Share(1.0, "polars", "csv"),
            peers,
        );
    }
    Ok(())
}
