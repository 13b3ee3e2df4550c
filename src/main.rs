//! Arguments in; either the viewer or one headless command out.

use std::process::ExitCode;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// `mi_option_purge_delay` of mimalloc, which its bindings leave out.
const PURGE_DELAY: libmimalloc_sys::mi_option_t = 15;
/// Milliseconds for which freed memory is kept before the kernel gets it back.
const KEEP_FREED_MS: std::ffi::c_long = 1000;

/// Keeps freed memory for a second. With mimalloc's ten milliseconds an import spends a quarter of its time on pages
/// that the kernel clears again and again: 352 MB of CSV take 1.73 s instead of 1.45 s.
#[allow(
    unsafe_code,
    reason = "the option has no safe setter; set before any thread starts"
)]
fn keep_freed_memory() {
    // SAFETY: the option takes any number, and no other thread runs yet.
    unsafe { libmimalloc_sys::mi_option_set(PURGE_DELAY, KEEP_FREED_MS) };
}

fn main() -> ExitCode {
    keep_freed_memory();
    cytolance::cli::run()
}
