//! Work with progress: how far it is, how long it will take, and a way out.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// Nothing is foretold before a stage has run as long as this.
const SURE_AFTER: Duration = Duration::from_secs(2);

/// Work with progress that can be cancelled.
#[derive(Debug)]
pub struct Task {
    /// Its number.
    pub id: u64,
    /// What it does.
    pub title: String,
    /// Steps done.
    pub done: usize,
    /// Steps in all; 0 where unknown.
    pub total: usize,
    cancelled: Arc<AtomicBool>,
}

impl Task {
    /// A task, and the flag that tells its work to stop.
    pub fn new(id: u64, title: String) -> (Self, Arc<AtomicBool>) {
        let cancelled = Arc::new(AtomicBool::new(false));
        let task = Self {
            id,
            title,
            done: 0,
            total: 0,
            cancelled: Arc::clone(&cancelled),
        };
        (task, cancelled)
    }

    /// What tells the work to stop.
    pub fn flag(&self) -> Arc<AtomicBool> {
        Arc::clone(&self.cancelled)
    }

    /// Tells the work to stop.
    pub fn cancel(&self) {
        self.cancelled.store(true, Ordering::Relaxed);
    }

    /// Whether it was told to stop.
    pub fn is_cancelled(&self) -> bool {
        self.cancelled.load(Ordering::Relaxed)
    }
}

/// Steps of a task that are counted together.
#[derive(Debug)]
struct Stage {
    title: String,
    total: usize,
    /// Steps that were done when it began.
    before: usize,
    /// Steps that were done when it was looked at last.
    done: usize,
    began: Instant,
}

/// When the stages of tasks began. The window keeps it, because the state knows no clock.
#[derive(Debug, Default)]
pub struct TaskTimes {
    stages: HashMap<u64, Stage>,
}

impl TaskTimes {
    /// Looks at what the tasks are doing now. Another title, another number of steps, or fewer done than before begin a
    /// new stage.
    pub fn observe(&mut self, tasks: &[Task], now: Instant) {
        self.stages
            .retain(|id, _| tasks.iter().any(|task| task.id == *id));
        for task in tasks {
            let stage = self.stages.get_mut(&task.id).filter(|stage| {
                stage.title == task.title && stage.total == task.total && stage.done <= task.done
            });
            if let Some(stage) = stage {
                stage.done = task.done;
                continue;
            }
            let stage = Stage {
                title: task.title.clone(),
                total: task.total,
                before: task.done,
                done: task.done,
                began: now,
            };
            self.stages.insert(task.id, stage);
        }
    }

    /// How long a task's stage will still take if it goes on as until now; `None` while that is not known.
    fn left(&self, task: &Task, now: Instant) -> Option<Duration> {
        let stage = self.stages.get(&task.id)?;
        let took = now.saturating_duration_since(stage.began);
        let steps = task
            .done
            .checked_sub(stage.before)
            .filter(|steps| *steps > 0)?;
        let left = task.total.checked_sub(task.done)?;
        (took >= SURE_AFTER && !task.is_cancelled())
            .then(|| took.mul_f64(left as f64 / steps as f64))
    }

    /// How far a task is, and how long it will still take: `12 of 24, 40 s left`. Empty where its steps are not counted.
    pub fn text(&self, task: &Task, now: Instant) -> String {
        if task.total == 0 {
            return String::new();
        }
        let steps = format!("{} of {}", task.done, task.total);
        match self.left(task, now) {
            Some(left) => format!("{steps}, {} left", duration(left.as_secs_f64())),
            None => steps,
        }
    }
}

/// A stretch of time, no more exact than it is known.
pub fn duration(seconds: f64) -> String {
    let whole = seconds.round().max(0.0) as u64;
    match whole {
        0..=4 => "a few seconds".to_owned(),
        5..=89 => format!("{whole} s"),
        90..=5399 => format!("{} min", (seconds / 60.0).round()),
        _ => {
            let minutes = (seconds / 60.0).round() as u64;
            format!("{} h {} min", minutes / 60, minutes % 60)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_time_left_follows_the_stage() {
        let (task, _) = Task::new(1, "Writing".to_owned());
        let (mut tasks, mut times) = ([task], TaskTimes::default());
        let began = Instant::now();
        // Title, done, total and second of the news; what is said then.
        let cases = [
            ("Writing", 0, 0, 1, ""),
            ("Writing", 0, 24, 10, "0 of 24"),
            ("Writing", 1, 24, 11, "1 of 24"),
            ("Writing", 6, 24, 16, "6 of 24, 18 s left"),
            ("Writing", 24, 24, 34, "24 of 24, a few seconds left"),
            // Another stage is as fast as it is, not as the one before.
            ("Checking", 0, 900, 40, "0 of 900"),
            ("Checking", 10, 900, 50, "10 of 900, 15 min left"),
            ("Checking", 11, 90_000, 60, "11 of 90000"),
            ("Checking", 12, 90_000, 63, "12 of 90000, 74 h 59 min left"),
            // One that begins anew, and one that begins in the middle.
            ("Checking", 5, 90_000, 64, "5 of 90000"),
        ];
        for (title, done, total, second, text) in cases {
            title.clone_into(&mut tasks[0].title);
            (tasks[0].done, tasks[0].total) = (done, total);
            let now = began + Duration::from_secs(second);
            times.observe(&tasks, now);
            assert_eq!(times.text(&tasks[0], now), text);
        }
        tasks[0].done = 20;
        tasks[0].cancel();
        let now = began + Duration::from_secs(74);
        times.observe(&tasks, now);
        assert_eq!(times.text(&tasks[0], now), "20 of 90000", "it stops soon");
        times.observe(&[], now);
        assert!(times.stages.is_empty());
    }
}
