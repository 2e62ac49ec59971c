#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| stationd::targets::explain::run(bytes));
