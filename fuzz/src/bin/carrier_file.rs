#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| stationd::targets::carrier_file::run(bytes));
