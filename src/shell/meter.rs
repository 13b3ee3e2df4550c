//! What the viewer costs: time of frames, latency of gestures, memory. Shown on request, and written to a file.

use std::collections::{HashMap, VecDeque};
use std::io::Write as _;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use cpu_time::ThreadTime;
use serde_json::json;

use crate::model::event::Event;
use crate::model::job::Job;

/// Frames that the numbers on the screen are about.
const RECENT_FRAMES: usize = 240;
/// Time between two looks at the memory.
const MEMORY_PERIOD: Duration = Duration::from_millis(500);

/// When the program began, as far as it can tell.
pub fn program_start() -> Instant {
    static START: OnceLock<Instant> = OnceLock::new();
    *START.get_or_init(Instant::now)
}

/// Fill of the caches, in bytes.
#[derive(Debug, Clone, Copy, Default)]
pub struct Caches {
    /// Columns, order and filters.
    pub columns: usize,
    /// Crops.
    pub crops: usize,
    /// Textures.
    pub textures: usize,
}

/// Costs of the frames and gestures so far.
pub struct Meter {
    /// Computing time of the interface thread for each of the last frames, in milliseconds; what the graphics driver
    /// computes in threads of its own is not in it.
    frames: VecDeque<f64>,
    number: u64,
    /// Computing time of this thread when the frame began.
    thread_time: Option<ThreadTime>,
    frame_start: Instant,
    running: HashMap<&'static str, Instant>,
    last: Option<(&'static str, f64)>,
    memory: Arc<AtomicUsize>,
    trace: Option<Sender<String>>,
    first_table: bool,
}

impl Meter {
    /// A meter that writes to `trace` if there is one. Files are written by a thread of their own.
    pub fn new(trace: Option<&Path>) -> Self {
        let memory = Arc::new(AtomicUsize::new(0));
        let watched = Arc::downgrade(&memory);
        // Without a thread the memory is not shown; nothing else depends on it.
        let _ = std::thread::Builder::new()
            .name("memory".to_owned())
            .spawn(move || {
                while let Some(memory) = watched.upgrade() {
                    if let Some(stats) = memory_stats::memory_stats() {
                        memory.store(stats.physical_mem, Ordering::Relaxed);
                    }
                    drop(memory);
                    std::thread::sleep(MEMORY_PERIOD);
                }
            });
        let trace = trace.and_then(|path| {
            let file = std::fs::File::create(path)
                .inspect_err(|error| tracing::error!("{}: {error}", path.display()))
                .ok()?;
            let (sender, receiver) = channel();
            std::thread::Builder::new()
                .name("trace".to_owned())
                .spawn(move || write_lines(file, &receiver))
                .ok()?;
            Some(sender)
        });
        Self {
            frames: VecDeque::with_capacity(RECENT_FRAMES),
            number: 0,
            thread_time: None,
            frame_start: Instant::now(),
            running: HashMap::new(),
            last: None,
            memory,
            trace,
            first_table: false,
        }
    }

    /// A frame begins: all computing of this thread since the last one began was for that one.
    pub fn begin_frame(&mut self) {
        let now = ThreadTime::now();
        if let Some(before) = self.thread_time.replace(now) {
            let work = now.duration_since(before).as_secs_f64() * 1e3;
            if self.frames.len() == RECENT_FRAMES {
                self.frames.pop_front();
            }
            self.frames.push_back(work);
        }
        self.frame_start = Instant::now();
    }

    /// The interface of a frame is done.
    pub fn end_frame(&mut self, jobs: usize, caches: Caches) {
        self.number += 1;
        if self.trace.is_some() {
            let line = json!({
                "frame": self.number,
                "at_ms": milliseconds(program_start()),
                // Of the frame before: this one's is known when the next one begins.
                "work_ms": self.frames.back(),
                "interface_ms": milliseconds(self.frame_start),
                "jobs": jobs,
                "columns": caches.columns,
                "crops": caches.crops,
                "textures": caches.textures,
                "memory": self.memory(),
            });
            self.write(line.to_string());
        }
    }

    /// A gesture begins; one that runs already keeps its beginning.
    pub fn begin(&mut self, gesture: &'static str) {
        self.running.entry(gesture).or_insert_with(Instant::now);
    }

    /// Work of a gesture is started.
    pub fn started(&mut self, job: &Job) {
        let gesture = match job {
            Job::Open { .. } | Job::OpenDemo { .. } => "open",
            Job::Query { .. } => "query",
            Job::Summarize { .. } => "histograms",
            Job::CountGroups { .. } => "groups",
            Job::ReadCells { .. } => "rows",
            Job::ReadColumns { .. } => "columns",
            Job::ReadPictures { .. } => "crops",
            Job::BuildPoints { .. } => "plot index",
            Job::DrawRaster(_) => "plot",
            Job::SelectArea { .. } => "selection",
            _ => return,
        };
        self.begin(gesture);
    }

    /// News has come: the gesture it belongs to is answered on this frame.
    pub fn answered(&mut self, event: &Event) {
        let (gesture, last) = match event {
            // A dataset that does not open ends its task.
            Event::Opened { .. } | Event::TaskEnded { .. } => ("open", true),
            Event::QueryBegun { .. } => ("query", false),
            Event::QueryEnded { .. } => ("query", true),
            Event::Summarized { .. } => ("histograms", true),
            Event::GroupsCounted { .. } => ("groups", true),
            Event::CellsRead { .. } => ("rows", true),
            Event::ColumnsRead { .. } => ("columns", true),
            Event::PicturesRead { .. } => ("crops", true),
            Event::PointsBuilt { .. } => ("plot index", true),
            Event::RasterDrawn { .. } => ("plot", true),
            Event::AreaSelected { .. } => ("selection", true),
            _ => return,
        };
        let start = if last {
            self.running.remove(gesture)
        } else {
            self.running.get(gesture).copied()
        };
        let Some(start) = start else { return };
        let took = milliseconds(start);
        let name = if last { gesture } else { "first page" };
        self.last = Some((name, took));
        let at = milliseconds(program_start());
        self.write(json!({ "gesture": name, "ms": took, "at_ms": at }).to_string());
    }

    /// The table shows values for the first time.
    pub fn table_is_there(&mut self) {
        if !self.first_table {
            self.first_table = true;
            let at = milliseconds(program_start());
            self.write(json!({ "first_table_ms": at }).to_string());
        }
    }

    /// A dataset is closed or opened: its table is to be waited for.
    pub fn wait_for_table(&mut self) {
        self.first_table = false;
    }

    /// The part of the last frames that needed at most the result, in milliseconds.
    pub fn frame_time(&self, share: f64) -> Option<f64> {
        let mut frames: Vec<f64> = self.frames.iter().copied().collect();
        frames.sort_by(f64::total_cmp);
        frames
            .get((frames.len().saturating_sub(1) as f64 * share) as usize)
            .copied()
    }

    /// The last gesture that was answered, and after how many milliseconds.
    pub fn last_gesture(&self) -> Option<(&'static str, f64)> {
        self.last
    }

    /// What has been waited for the longest, and for how many seconds.
    pub fn waiting(&self) -> Option<(&'static str, f64)> {
        let oldest = self.running.iter().min_by_key(|(_, start)| **start)?;
        Some((*oldest.0, oldest.1.elapsed().as_secs_f64()))
    }

    /// Bytes of memory that the process holds; 0 where the system does not tell.
    pub fn memory(&self) -> usize {
        self.memory.load(Ordering::Relaxed)
    }

    fn write(&self, line: String) {
        if let Some(trace) = &self.trace {
            // The writer may have met a full disk; the viewer goes on.
            let _ = trace.send(line);
        }
    }
}

fn milliseconds(since: Instant) -> f64 {
    since.elapsed().as_secs_f64() * 1e3
}

fn write_lines(file: std::fs::File, lines: &Receiver<String>) {
    let mut out = std::io::BufWriter::new(file);
    loop {
        let written = match lines.recv_timeout(Duration::from_millis(200)) {
            Ok(line) => writeln!(out, "{line}"),
            // Nothing more for now: what is there can be read.
            Err(RecvTimeoutError::Timeout) => out.flush(),
            Err(RecvTimeoutError::Disconnected) => return,
        };
        if let Err(error) = written {
            tracing::error!("the trace ends here: {error}");
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gestures_are_timed_from_their_beginning_and_written() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("trace.jsonl");
        let mut meter = Meter::new(Some(&path));
        for _ in 0..3 {
            meter.begin_frame();
            meter.end_frame(2, Caches::default());
        }
        assert_eq!(meter.frames.len(), 2);
        assert!(meter.frame_time(0.5).is_some_and(|time| time >= 0.0));
        meter.begin("query");
        std::thread::sleep(Duration::from_millis(5));
        meter.begin("query");
        let ended = Event::QueryEnded {
            generation: 1,
            outcome: Err(String::new()),
        };
        meter.answered(&ended);
        let (name, took) = meter.last_gesture().expect("a gesture");
        assert!(name == "query" && took >= 5.0, "{took}");
        meter.answered(&ended);
        meter.table_is_there();
        meter.table_is_there();
        drop(meter);
        // The writer ends by itself.
        let mut lines = Vec::new();
        for _ in 0..100 {
            std::thread::sleep(Duration::from_millis(20));
            let text = std::fs::read_to_string(&path).expect("a trace");
            lines = text
                .lines()
                .filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok())
                .collect();
            if lines.len() == 5 {
                break;
            }
        }
        assert_eq!(lines.len(), 5, "{lines:?}");
        assert_eq!(lines[0]["jobs"], 2);
        assert_eq!(lines[3]["gesture"], "query");
        assert!(lines[4]["first_table_ms"].is_f64());
    }
}
