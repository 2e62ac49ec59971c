//! How long it takes to say what a scan means: ours, one carrier's, every carrier's, nobody's.
//!
//! Beside it the crate `tracking-numbers`, which interprets the same public descriptions with one regular
//! expression per format and stops at the first that fits.
//!
//! `cargo bench --bench codes`

use divan::{Bencher, black_box};
use stationd::code::{Codebook, Kind, own};

fn main() {
    divan::main();
}

/// What is scanned, by what is asked of it.
const SCANS: &[(&str, &str)] = &[
    ("ups", "1ZAB12340311223348"),
    ("usps_with_zip", "420980289261290000000000000007"),
    ("fedex_34", "4924882538049535594254304921235496"),
    ("fedex_or_purolator", "100000000172"),
    ("s10", "RR112233447JP"),
    ("dpd", "776404143647314989932397115Y"),
    ("usps_twice", "04112233445566778895"),
    ("wrong_check_digit", "9261290000000000000008"),
    ("zip", "420980281234"),
    ("ean_13", "4006381333931"),
    ("gs1", "010400638133393110LOT\u{1d}21SERIAL"),
    ("web", "https://example.com/designs/7"),
    ("nobody", "HELLO-WORLD"),
];

fn names() -> impl Iterator<Item = &'static str> {
    SCANS.iter().map(|(name, _)| *name)
}

fn scan(name: &str) -> &'static str {
    SCANS.iter().find(|(other, _)| *other == name).map_or("", |(_, text)| text)
}

fn codes() -> Codebook {
    Codebook::new(stationd::catalog::carriers::built_in().unwrap_or_default(), Vec::new())
}

#[divan::bench(sample_size = 1_000)]
fn job(bencher: Bencher<'_, '_>) {
    let (codes, job) = (codes(), own::make(Kind::Job, 7));
    bencher.bench_local(|| drop(black_box(codes.read(black_box(&job), None))));
}

#[divan::bench(sample_size = 1_000)]
fn command(bencher: Bencher<'_, '_>) {
    let (codes, command) = (codes(), stationd::code::command::Command::Quantity(12).code());
    bencher.bench_local(|| drop(black_box(codes.read(black_box(&command), None))));
}

#[divan::bench(args = names(), sample_size = 1_000)]
fn stationd_reads(bencher: Bencher<'_, '_>, name: &str) {
    let codes = codes();
    let text = scan(name);
    bencher.bench_local(|| drop(black_box(codes.read(black_box(text), None))));
}

#[divan::bench(args = names(), sample_size = 1_000)]
fn crate_tracking_numbers(bencher: Bencher<'_, '_>, name: &str) {
    let text = scan(name);
    bencher.bench_local(|| drop(black_box(tracking_numbers::track(black_box(text)))));
}

/// Reading all built-in files, once when the program starts.
#[divan::bench]
fn load_carriers() {
    black_box(stationd::catalog::carriers::built_in().is_ok());
}
