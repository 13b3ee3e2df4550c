//! A dataset in a bucket, looked at: how many requests that takes, and what a connection that breaks does.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::AtomicBool;

use cytolance_dataset::CellDataset;
use cytolance_explore::Explorer;
use cytolance_profile::{Condition, Filter, Query};

use crate::large::crowd;
use crate::stores::Servers;
use crate::support::{project, python_with, runtime, text};

/// Says to the test's own process that it is the one that reads, and through which proxy.
const READER: &str = "CYTOLANCE_TEST_READS";

/// Counts and breaks what goes through it.
struct Proxy {
    process: Child,
    address: String,
}

impl Drop for Proxy {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

impl Proxy {
    fn start(endpoint: &str, every: &str) -> Option<Self> {
        let python = python_with("moto.server, boto3")?;
        let script = project().join("tests/interop/proxy.py");
        let mut process = Command::new(python)
            .args([text(&script), endpoint, every])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("Python starts");
        let mut lines = BufReader::new(process.stdout.take().expect("a pipe")).lines();
        let address = lines.next().expect("a line").expect("text");
        Some(Self { process, address })
    }
}

/// Requests since the last time: lists, GETs, HEADs, PUTs, answers that were cut.
fn requests(address: &str) -> Vec<u64> {
    let host = address.trim_start_matches("http://");
    let mut stream = TcpStream::connect(host).expect("the proxy");
    write!(stream, "GET /requests HTTP/1.0\r\nHost: {host}\r\n\r\n").expect("a request");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("an answer");
    let body = answer.rsplit("\r\n\r\n").next().unwrap_or_default();
    body.split_whitespace()
        .map(|word| word.parse().expect("a number"))
        .collect()
}

/// What a viewer asks a dataset for, step by step. Runs in a process of its own, because keys and endpoint are settings of
/// the process.
#[test]
fn reads_step_by_step() {
    let Ok(address) = std::env::var(READER) else {
        return;
    };
    let mut steps: Vec<(&str, Vec<u64>)> = Vec::new();
    let mut note = |step| steps.push((step, requests(&address)));
    runtime().block_on(async {
        let dataset = CellDataset::open("s3://plates/crowd.lance")
            .await
            .expect("a dataset");
        dataset.channels().await.expect("channels");
        note("open");
        let columns: Vec<String> = dataset
            .columns()
            .iter()
            .filter(|column| column.kind.is_number() || column.kind.is_category())
            .take(14)
            .map(|column| column.name.clone())
            .collect();
        let rows: Vec<u32> = (0..40).collect();
        let page = dataset.take(&rows, &columns).await.expect("a page");
        assert_eq!(page.num_rows(), 40);
        note("first page");
        let explorer = Explorer::new(dataset.clone(), 1 << 26);
        let filter = |condition| Query {
            filters: vec![Filter {
                id: 1,
                condition,
                enabled: true,
            }],
            sort: None,
        };
        let never = AtomicBool::new(false);
        let query = filter(Condition::Range {
            column: "Cells_AreaShape_Area".to_owned(),
            min: 5000.0,
            max: f64::INFINITY,
        });
        let found = explorer.run(&query, &never, &|_| ()).await.expect("rows");
        assert!(found.order.len() > 100);
        note("filter");
        let query = filter(Condition::Sql {
            text: "Metadata_Well = 'B02'".to_owned(),
        });
        let found = explorer.run(&query, &never, &|_| ()).await.expect("rows");
        assert!(found.order.len() > 10);
        note("well, by its index");
        let pictures = dataset.pictures(&rows).await.expect("pictures");
        assert!(pictures.iter().all(|picture| picture.crop.is_some()));
        note("40 crops");
    });
    for (step, counts) in &steps {
        println!("{step}: {counts:?}");
    }
}

#[test]
fn looking_at_a_bucket_takes_few_requests_and_survives_broken_connections() {
    let (_folder, dataset) = crowd("12000", "8");
    let Some(servers) = Servers::start(&dataset, "crowd.lance") else {
        return;
    };
    for every in ["0", "3"] {
        let Some(proxy) = Proxy::start(&servers.endpoint, every) else {
            return;
        };
        let output = Command::new(std::env::current_exe().expect("this test"))
            .args([
                "remote_reading::reads_step_by_step",
                "--exact",
                "--nocapture",
            ])
            .env(READER, &proxy.address)
            .env("AWS_ENDPOINT", &proxy.address)
            .env("AWS_ACCESS_KEY_ID", "key")
            .env("AWS_SECRET_ACCESS_KEY", "secret")
            .env("AWS_REGION", "us-east-1")
            .output()
            .expect("the reader");
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(
            output.status.success(),
            "{said}\n{}",
            String::from_utf8_lossy(&output.stderr)
        );
        println!("every {every}th answer cut (lists, GETs, HEADs, PUTs, cut):\n{said}");
        let of = |step: &str| -> Vec<u64> {
            let counts = said
                .lines()
                .find_map(|line| line.strip_prefix(step)?.strip_prefix(": "));
            let counts = counts.unwrap_or_else(|| panic!("no {step} in {said}"));
            counts
                .trim_matches(['[', ']'])
                .split(", ")
                .map(|count| count.parse().expect("a number"))
                .collect()
        };
        let steps = [
            "open",
            "first page",
            "filter",
            "well, by its index",
            "40 crops",
        ];
        let cut: u64 = steps.iter().map(|step| of(step)[4]).sum();
        if every == "0" {
            assert_eq!(cut, 0);
            // Bounds, so that a new version of Lance that asks for more is noticed.
            for (step, most) in steps.iter().zip([12, 30, 8, 20, 40]) {
                let all: u64 = of(step).iter().sum();
                assert!(all <= most, "{step}: {all} requests");
            }
        } else {
            assert!(cut > 3, "{cut} answers were cut");
        }
    }
}
