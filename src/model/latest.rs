//! Work of which only the newest request matters.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// A request that has to be started.
#[derive(Debug, Clone)]
pub struct Started<T> {
    /// Number of the request; its result carries it.
    pub generation: u64,
    /// What is asked for.
    pub request: T,
    /// Set when a newer request makes this one pointless.
    pub cancelled: Arc<AtomicBool>,
}

/// At most one running request and one that waits; a newer one replaces the waiting one.
#[derive(Debug)]
pub struct Latest<T> {
    generation: u64,
    running: Option<(T, Arc<AtomicBool>)>,
    waiting: Option<T>,
    /// The request whose result is on the screen.
    finished: Option<T>,
}

impl<T> Default for Latest<T> {
    fn default() -> Self {
        Self {
            generation: 0,
            running: None,
            waiting: None,
            finished: None,
        }
    }
}

impl<T: Clone + PartialEq> Latest<T> {
    /// Asks for something. Returns what has to be started now: nothing while another request runs
    /// (it is told to stop), nor when this one is under way or done already.
    pub fn ask(&mut self, request: T) -> Option<Started<T>> {
        match &self.running {
            Some((running, cancelled))
                if *running == request && !cancelled.load(Ordering::Relaxed) =>
            {
                self.waiting = None;
                None
            }
            Some((_, cancelled)) => {
                cancelled.store(true, Ordering::Relaxed);
                self.waiting = Some(request);
                None
            }
            None if self.finished.as_ref() == Some(&request) => None,
            None => Some(self.start(request)),
        }
    }

    /// The running request has ended. Returns whether its result is still wanted, and what to start next.
    pub fn end(&mut self, generation: u64) -> (bool, Option<Started<T>>) {
        if generation != self.generation {
            return (false, None);
        }
        let Some((request, cancelled)) = self.running.take() else {
            return (false, None);
        };
        let wanted = !cancelled.load(Ordering::Relaxed);
        if wanted {
            self.finished = Some(request);
        }
        let next = self.waiting.take();
        (wanted, next.and_then(|request| self.ask(request)))
    }

    /// Tells the running request to stop and forgets the others: no result is wanted any more.
    pub fn abandon(&mut self) {
        if let Some((_, cancelled)) = &self.running {
            cancelled.store(true, Ordering::Relaxed);
        }
        self.waiting = None;
        self.finished = None;
    }

    /// What requests are answered from has changed: forgets what is done, so that the same request starts anew, and
    /// tells the running one to stop, for it may have read what was there before.
    pub fn invalidate(&mut self) {
        if let Some((_, cancelled)) = &self.running {
            cancelled.store(true, Ordering::Relaxed);
        }
        self.finished = None;
    }

    /// Whether this is the running request and its result is wanted.
    pub fn is_current(&self, generation: u64) -> bool {
        let wanted = |(_, cancelled): &(T, Arc<AtomicBool>)| !cancelled.load(Ordering::Relaxed);
        generation == self.generation && self.running.as_ref().is_some_and(wanted)
    }

    /// Whether a request is under way.
    pub fn is_running(&self) -> bool {
        self.running.is_some()
    }

    fn start(&mut self, request: T) -> Started<T> {
        self.generation += 1;
        let cancelled = Arc::new(AtomicBool::new(false));
        self.running = Some((request.clone(), Arc::clone(&cancelled)));
        Started {
            generation: self.generation,
            request,
            cancelled,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_newest_request_survives() {
        let mut work = Latest::default();
        let first = work.ask("a").expect("started");
        assert!(work.ask("a").is_none(), "under way");
        assert!(work.ask("b").is_none() && work.ask("c").is_none(), "waits");
        assert!(first.cancelled.load(Ordering::Relaxed));
        let (wanted, next) = work.end(first.generation);
        let next = next.expect("started");
        assert!(!wanted && next.request == "c");
        assert!(!work.end(first.generation).0, "a late result is dropped");
        assert!(work.end(next.generation).0);
        assert!(!work.is_running());
        assert!(work.ask("c").is_none(), "done already");
        work.invalidate();
        assert!(work.ask("c").is_some());
    }

    #[test]
    fn what_changes_while_a_request_runs_is_asked_for_again() {
        let mut work = Latest::default();
        let first = work.ask("a").expect("started");
        work.invalidate();
        assert!(first.cancelled.load(Ordering::Relaxed));
        assert!(!work.is_current(first.generation));
        assert!(work.ask("a").is_none(), "waits for the first one to end");
        let (wanted, next) = work.end(first.generation);
        assert!(!wanted, "it was made of the old values");
        let next = next.expect("started");
        assert_eq!(next.request, "a");
        assert!(work.end(next.generation).0);
    }

    #[test]
    fn a_request_that_was_told_to_stop_starts_anew() {
        let mut work = Latest::default();
        let first = work.ask("a").expect("started");
        assert!(work.ask("b").is_none() && work.ask("a").is_none());
        let (wanted, next) = work.end(first.generation);
        assert!(!wanted, "it was cancelled by the other");
        let next = next.expect("started");
        assert_eq!(next.request, "a");
        work.abandon();
        let (wanted, next) = work.end(next.generation);
        assert!(!wanted && next.is_none());
        assert!(work.ask("a").is_some());
    }
}
