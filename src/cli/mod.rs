//! The command line: every subcommand and flag, and what runs without a window.

mod arguments;
mod cells;
mod check;
mod compute;
mod demo;
mod export;
mod export_arguments;
mod history;
mod import;
mod info;
mod label;
mod label_table;
mod out;
mod outliers;
mod progress;
mod view;

use std::process::ExitCode;

use clap::Parser as _;
use tokio::runtime::Runtime;

use arguments::{Arguments, Command};
use cytolance_profile::{fitted_text, plain_words};

/// Parses the arguments and runs the command: 0 done, 1 failed with a message, 2 wrong usage.
pub fn run() -> ExitCode {
    crate::shell::program_start();
    let arguments = Arguments::parse();
    tracing_subscriber::fmt()
        .with_env_filter(
            tracing_subscriber::EnvFilter::try_from_env("CYTOLANCE_LOG")
                .unwrap_or_else(|_| "error".into()),
        )
        .with_writer(std::io::stderr)
        .init();
    let runtime = match Runtime::new() {
        Ok(runtime) => runtime,
        Err(error) => return fail(&format!("cannot start worker threads: {error}")),
    };
    let outcome = match arguments.command {
        Some(Command::Import(arguments)) => import::run(&arguments, &runtime),
        Some(Command::Info(arguments)) => info::run(&arguments, &runtime),
        Some(Command::Export(arguments)) => export::run(&arguments, &runtime),
        Some(Command::Montage(arguments)) => export::montage(&arguments, &runtime),
        Some(Command::Crops(arguments)) => export::crops(&arguments, &runtime),
        Some(Command::Outlines(arguments)) => export::outlines(&arguments, &runtime),
        Some(Command::Report(arguments)) => export::report(&arguments, &runtime),
        Some(Command::Check(arguments)) => check::run(&arguments, &runtime),
        Some(Command::Compute(arguments)) => compute::run(&arguments, &runtime),
        Some(Command::Outliers(arguments)) => outliers::run(&arguments, &runtime),
        Some(Command::Label(arguments)) => label::run(&arguments, &runtime),
        Some(Command::History(arguments)) => history::run(&arguments, &runtime),
        Some(Command::Demo(arguments)) => demo::run(&arguments, &runtime),
        Some(Command::View(arguments)) => view::run(&arguments, &runtime),
        None => view::start_page(&runtime),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => fail(&message),
    }
}

/// Writes to standard output; a reader that has seen enough (`| head`) is no error.
fn say(text: &str) {
    use std::io::Write as _;
    let _ = std::io::stdout().write_all(text.as_bytes());
}

fn fail(message: &str) -> ExitCode {
    eprintln!(
        "{}",
        fitted_text(&format!("error: {}", plain_words(message)))
    );
    ExitCode::FAILURE
}
