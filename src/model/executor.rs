//! Runs jobs off the interface thread and sends their news back.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};

use tokio::runtime::Handle;

use super::envelope::{Envelope, WorkspaceId};
use super::event::Event;
use super::failure::{ending, guarded};
use super::job::Job;
use super::settings::SettingsWriter;
use super::work::run;

/// News that wait to be taken. Who has more waits, too, so that a window that is not drawn does not fill the memory.
pub(crate) const MOST_NEWS: usize = 256;

/// The background.
pub struct Executor {
    runtime: Handle,
    sender: SyncSender<Envelope>,
    receiver: Receiver<Envelope>,
    context: egui::Context,
    /// Jobs that have not sent their last news yet.
    running: Arc<AtomicUsize>,
    settings: Arc<SettingsWriter>,
}

impl Executor {
    /// `context` is asked to repaint when there is news.
    pub fn new(runtime: Handle, context: egui::Context) -> Self {
        let (sender, receiver) = sync_channel(MOST_NEWS);
        Self {
            runtime,
            sender,
            receiver,
            context,
            running: Arc::default(),
            settings: Arc::default(),
        }
    }

    /// Whether nothing runs. News that came in between may still wait.
    pub fn is_idle(&self) -> bool {
        self.running.load(Ordering::Acquire) == 0
    }

    /// The interface that is told of news.
    pub fn context(&self) -> &egui::Context {
        &self.context
    }

    /// Jobs that run.
    pub fn num_running(&self) -> usize {
        self.running.load(Ordering::Acquire)
    }

    /// The news since the last call. Whoever waits for jobs has to take them meanwhile: a job whose news find no place
    /// does not end.
    pub fn news(&self) -> Vec<Envelope> {
        self.receiver.try_iter().collect()
    }

    /// Starts a job for a dataset that is open, or for the program where none is.
    pub fn start(&self, job: Job, workspace: Option<WorkspaceId>) {
        let handle = self.runtime.clone();
        let mut out = Outbox {
            workspace,
            sender: self.sender.clone(),
            context: self.context.clone(),
            running: None,
        };
        if let Job::Pick(pick) = job {
            // A dialog that is open keeps nobody from being ready.
            self.runtime.spawn(async move {
                if let Some(event) = pick.ask().await {
                    handle.spawn_blocking(move || out.send(event));
                }
            });
            return;
        }
        out.running = Some(Arc::new(Running::new(&self.running)));
        if let Job::SaveSettings(settings) = job {
            let writer = Arc::clone(&self.settings);
            writer.ask(settings);
            self.runtime.spawn_blocking(move || {
                writer.write();
                drop(out);
            });
            return;
        }
        let ending = ending(&job);
        if matches!(job, Job::DrawRaster(_)) {
            // Pure arithmetic: the CPU pool, not the I/O pool. None of its threads waits for a place for its news, for
            // the interface may need them all.
            #[expect(
                clippy::disallowed_methods,
                reason = "guarded: what panics in it is answered"
            )]
            rayon::spawn(move || {
                let send = |event| {
                    let out = out.clone();
                    handle.spawn_blocking(move || out.send(event));
                };
                guarded(ending, &send, || run(job, &handle, &send));
            });
        } else {
            self.runtime.spawn_blocking(move || {
                let send = |event| out.send(event);
                guarded(ending, &send, || run(job, &handle, &send));
            });
        }
    }
}

/// Counts a job for as long as it lives, panics included.
struct Running(Arc<AtomicUsize>);

impl Running {
    fn new(count: &Arc<AtomicUsize>) -> Self {
        count.fetch_add(1, Ordering::AcqRel);
        Self(Arc::clone(count))
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::AcqRel);
    }
}

/// The way back to the interface.
#[derive(Clone)]
struct Outbox {
    workspace: Option<WorkspaceId>,
    sender: SyncSender<Envelope>,
    context: egui::Context,
    /// The job that has news; it runs until all of them are sent.
    running: Option<Arc<Running>>,
}

impl Outbox {
    /// Waits for a place, but not with what the next news says as well: work goes on behind a window that is hidden.
    fn send(&self, event: Event) {
        let may_be_lost = event.is_progress();
        let envelope = Envelope {
            workspace: self.workspace,
            event,
        };
        match self.sender.try_send(envelope) {
            Err(TrySendError::Full(envelope)) if !may_be_lost => {
                self.context.request_repaint();
                // The window may be gone already.
                let _ = self.sender.send(envelope);
            }
            _ => {}
        }
        self.context.request_repaint();
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use super::*;
    use crate::model::test_run::TestRun;

    #[test]
    fn more_news_than_fit_wait_and_none_is_lost() {
        let run = TestRun::new();
        let jobs = MOST_NEWS + 50;
        for _ in 0..jobs {
            run.executor.start(Job::ReadThumbnails(Vec::new()), None);
        }
        let start = Instant::now();
        while run.executor.num_running() > 50 {
            assert!(start.elapsed() < Duration::from_mins(1), "it hangs");
            std::thread::sleep(Duration::from_millis(2));
        }
        std::thread::sleep(Duration::from_millis(50));
        assert_eq!(run.executor.num_running(), 50, "there is no place for more");
        assert_eq!(run.answers().len(), jobs);
        assert!(run.executor.is_idle() && run.answers().is_empty());
    }

    #[test]
    fn how_far_something_is_keeps_no_work_waiting() {
        let run = TestRun::new();
        let out = Outbox {
            workspace: None,
            sender: run.executor.sender.clone(),
            context: run.executor.context.clone(),
            running: None,
        };
        let progress = |done| Event::TaskProgress {
            task: 1,
            title: None,
            done,
            total: 9,
        };
        for done in 0..2 * MOST_NEWS {
            out.send(progress(done));
        }
        assert_eq!(
            run.executor.news().len(),
            MOST_NEWS,
            "the others are left out"
        );
        out.send(progress(9));
        assert_eq!(run.executor.news().len(), 1);
    }

    #[test]
    fn senders_end_with_the_window() {
        let run = TestRun::new();
        let (running, jobs) = (Arc::clone(&run.executor.running), MOST_NEWS + 9);
        for _ in 0..jobs {
            run.executor.start(Job::ReadThumbnails(Vec::new()), None);
        }
        drop(run);
        let start = Instant::now();
        while running.load(Ordering::Acquire) > 0 {
            assert!(start.elapsed() < Duration::from_mins(1), "it hangs");
            std::thread::sleep(Duration::from_millis(2));
        }
    }
}
