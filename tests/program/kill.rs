//! A killed import leaves the previous version, or nothing.

use std::time::{Duration, Instant};

use crate::support::{open, plate, program, run, text};

#[test]
fn a_killed_import_leaves_nothing_half_done() {
    let plate = plate();
    let folder = tempfile::tempdir().expect("a folder");
    let target = folder.path().join("plate.lance");
    let masks = plate.export.join("masks");
    let arguments = |extra: &'static str| {
        let mut arguments = vec![
            "import",
            text(&plate.export),
            "--out",
            text(&target),
            "--masks",
            text(&masks),
        ];
        if !extra.is_empty() {
            arguments.push(extra);
        }
        arguments
    };
    let started = Instant::now();
    run(&arguments("")).ok();
    let whole = started.elapsed();
    std::fs::remove_dir_all(&target).expect("it was there");
    let mut random = fastrand::Rng::with_seed(11);
    let mut killed = 0;
    for round in 0..10 {
        // The first half creates, the second half adds a version to what is there.
        let append = round >= 5;
        if round == 5 {
            let _ = std::fs::remove_dir_all(&target);
            run(&arguments("")).ok();
        } else if !append {
            let _ = std::fs::remove_dir_all(&target);
        }
        let before = append
            .then(|| open(&target))
            .map(|dataset| (dataset.num_rows(), dataset.version()));
        let mut child = program(&arguments(if append { "--append" } else { "" }))
            .stdout(std::process::Stdio::null())
            .stderr(std::process::Stdio::null())
            .spawn()
            .expect("it starts");
        std::thread::sleep(Duration::from_secs_f64(whole.as_secs_f64() * random.f64()));
        let finished = child.try_wait().expect("a status").is_some();
        if !finished {
            // SIGKILL: no chance to clean up.
            child.kill().expect("killed");
            killed += 1;
        }
        child.wait().expect("a status");
        match before {
            None if target.exists() => assert_eq!(open(&target).num_rows(), 831, "round {round}"),
            None => {}
            Some((rows, version)) => {
                let dataset = open(&target);
                let after = (dataset.num_rows(), dataset.version());
                assert!(
                    after == (rows, version) || after == (rows + 831, version + 1),
                    "round {round}: {after:?}"
                );
            }
        }
    }
    assert!(killed >= 5, "only {killed} of 10 were killed in time");
    let _ = std::fs::remove_dir_all(&target);
    run(&arguments("")).ok();
    assert_eq!(open(&target).num_rows(), 831);
    let rest: Vec<_> = std::fs::read_dir(folder.path())
        .expect("a folder")
        .flatten()
        .map(|entry| entry.file_name())
        .collect();
    assert_eq!(
        rest.len(),
        1,
        "the next import removes what the killed ones left: {rest:?}"
    );
}
