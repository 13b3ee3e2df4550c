//! Threads for the network, so that a caller may wait for it from any thread of its own.

use std::future::Future;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{RecvTimeoutError, sync_channel};
use std::time::Duration;

use tokio::runtime::{Builder, Runtime};

use super::RemoteError;

/// How often a waiting caller looks whether it was cancelled.
const LOOK: Duration = Duration::from_millis(50);

/// Network work is waiting, so two threads serve any number of requests.
const THREADS: usize = 2;

pub(super) fn runtime() -> Result<&'static Runtime, RemoteError> {
    static RUNTIME: OnceLock<Result<Runtime, String>> = OnceLock::new();
    RUNTIME
        .get_or_init(|| {
            Builder::new_multi_thread()
                .worker_threads(THREADS)
                .thread_name("network")
                .enable_all()
                .build()
                .map_err(|error| error.to_string())
        })
        .as_ref()
        .map_err(|error| RemoteError::Other(error.clone()))
}

/// Waits for a future, from any thread that is not a task's own.
///
/// # Errors
/// [`RemoteError`] when there are no threads to run it on.
pub fn block_on<T: Send + 'static>(
    future: impl Future<Output = T> + Send + 'static,
) -> Result<T, RemoteError> {
    wait(async { Ok(future.await) }, None)
}

/// Waits for a future that runs on the network's threads.
///
/// # Errors
/// [`RemoteError::Cancelled`] when the flag rises first; the future is then dropped.
pub(super) fn wait<T: Send + 'static>(
    future: impl Future<Output = Result<T, RemoteError>> + Send + 'static,
    cancel: Option<&AtomicBool>,
) -> Result<T, RemoteError> {
    let (sender, receiver) = sync_channel(1);
    let task = runtime()?.spawn(async move {
        // Nobody waits for it any more: nothing to tell.
        let _ = sender.send(future.await);
    });
    loop {
        match receiver.recv_timeout(LOOK) {
            Ok(result) => return result,
            Err(RecvTimeoutError::Disconnected) => {
                return Err(RemoteError::Other("the connection broke down".to_owned()));
            }
            Err(RecvTimeoutError::Timeout) => {
                if cancel.is_some_and(|cancel| cancel.load(Ordering::Relaxed)) {
                    task.abort();
                    return Err(RemoteError::Cancelled);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waiting_ends_with_the_result_or_when_cancelled() {
        assert_eq!(wait(async { Ok(7) }, None), Ok(7));
        let cancel = AtomicBool::new(true);
        let endless = async {
            std::future::pending::<()>().await;
            Ok(())
        };
        assert_eq!(wait(endless, Some(&cancel)), Err(RemoteError::Cancelled));
        let broken = async { if true { panic!("on purpose") } else { Ok(()) } };
        assert!(matches!(wait(broken, None), Err(RemoteError::Other(_))));
    }

    #[tokio::test]
    async fn waiting_is_allowed_inside_another_runtime() {
        assert_eq!(wait(async { Ok(7) }, None), Ok(7));
    }
}
