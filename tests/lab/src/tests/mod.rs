//! The tests, in the order in which they run.

mod printers;
mod scanners;

use crate::Test;

/// Every test.
pub const ALL: &[Test] = &[
    Test { name: "a scanner of each kind shows green", run: scanners::each_kind_shows_green },
    Test { name: "a scanner that is pulled in mid-scan is back within 2 s", run: scanners::pulled_in_mid_scan },
    Test { name: "two scanners of one model keep their stations", run: scanners::twins_keep_their_stations },
    Test {
        name: "a scanner that is known by its number may move to another port",
        run: scanners::moves_to_another_port,
    },
    Test { name: "keys that the kernel lost are said", run: scanners::lost_keys_are_said },
    Test { name: "nothing is typed on the console", run: scanners::nothing_is_typed_on_the_console },
    Test { name: "labels come out of a printer on USB", run: printers::labels_come_out },
    Test { name: "a label whose printer is pulled is asked about", run: printers::pulled_in_mid_label },
];
