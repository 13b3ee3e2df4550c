//! A table of figures: ours, the peer's, and what was aimed at.

use std::collections::BTreeMap;
use std::process::Command;

/// What a figure is held against.
pub enum Target {
    /// At most this many milliseconds.
    Milliseconds(f64),
    /// At most this share of a peer's time: its name, and which of its figures.
    Share(f64, &'static str, &'static str),
    /// At most so many times another figure of ours, in milliseconds.
    Times(f64, &'static str, f64),
}

/// Peers' figures by name and peer.
#[derive(Default)]
pub struct Peers(BTreeMap<(String, String), f64>);

impl Peers {
    /// Runs a script of `benches/peers` with the interpreter that a variable of the environment names.
    pub fn run(&mut self, variable: &str, script: &str, arguments: &[&str]) {
        let Some(python) = std::env::var_os(variable) else {
            println!("{script}: skipped, {variable} is not set");
            return;
        };
        let output = Command::new(python)
            .arg(format!("benches/peers/{script}"))
            .args(arguments)
            .output();
        let text = match output {
            Ok(output) if output.status.success() => {
                String::from_utf8_lossy(&output.stdout).into_owned()
            }
            Ok(output) => {
                let error = String::from_utf8_lossy(&output.stderr).into_owned();
                println!("{script}: failed, {}", error.lines().last().unwrap_or(""));
                return;
            }
            Err(error) => {
                println!("{script}: skipped, {error}");
                return;
            }
        };
        for line in text.lines() {
            let mut words = line.split_whitespace();
            if let (Some(name), Some(peer), Some(Ok(value))) =
                (words.next(), words.next(), words.next().map(str::parse))
            {
                self.0.insert((name.to_owned(), peer.to_owned()), value);
            }
        }
    }

    fn get(&self, name: &str, peer: &str) -> Option<f64> {
        self.0.get(&(name.to_owned(), peer.to_owned())).copied()
    }
}

/// Prints the head of the table.
pub fn head() {
    println!("| gesture | at | ours, ms | held against | ratio | aim | |");
    println!("|---|---|---|---|---|---|---|");
}

/// Prints a line of the table.
pub fn line(gesture: &str, at: &str, ours: f64, target: &Target, peers: &Peers) {
    let (against, ratio, aim, met) = match target {
        Target::Milliseconds(most) => (
            String::new(),
            String::new(),
            format!("{most} ms"),
            Some(ours <= *most),
        ),
        Target::Share(share, peer, name) => match peers.get(name, peer) {
            Some(theirs) => (
                format!("{peer} {}", rounded(theirs)),
                format!("{:.2}", ours / theirs),
                format!("{share}"),
                Some(ours <= theirs * share),
            ),
            None => (
                format!("{peer}: not here"),
                String::new(),
                format!("{share}"),
                None,
            ),
        },
        Target::Times(times, what, other) => (
            format!("{what} {}", rounded(*other)),
            format!("{:.2}", ours / other),
            format!("{times}"),
            Some(ours <= other * times),
        ),
    };
    let verdict = match met {
        Some(true) => "met",
        Some(false) => "missed",
        None => "",
    };
    println!(
        "| {gesture} | {at} | {} | {against} | {ratio} | {aim} | {verdict} |",
        rounded(ours)
    );
}

fn rounded(milliseconds: f64) -> String {
    match milliseconds {
        value if value < 0.1 => format!("{value:.3}"),
        value if value < 10.0 => format!("{value:.1}"),
        value => format!("{value:.0}"),
    }
}
