//! The tests, in the order in which they run.

mod cuts;
mod disks;
mod printers;
mod scanners;
mod service;

use crate::Test;
pub use scanners::line;

/// Every test.
pub const ALL: &[Test] = &[
    Test { name: "a scanner of each kind shows green", run: scanners::each_kind_shows_green },
    Test { name: "a scanner that is pulled in mid-scan is back within 2 s", run: scanners::pulled_in_mid_scan },
    Test { name: "two scanners of one model keep their stations", run: scanners::twins_keep_their_stations },
    Test { name: "two who scan at once are kept apart", run: scanners::two_scan_at_once },
    Test {
        name: "a scanner that is known by its number may move to another port",
        run: scanners::moves_to_another_port,
    },
    Test { name: "a new scanner is paired by its bench's code", run: scanners::paired_by_its_bench_s_code },
    Test { name: "keys that the kernel lost are said", run: scanners::lost_keys_are_said },
    Test { name: "nothing is typed on the console", run: scanners::nothing_is_typed_on_the_console },
    Test { name: "labels come out of a printer on USB", run: printers::labels_come_out },
    Test { name: "a label whose printer is pulled is asked about", run: printers::pulled_in_mid_label },
    Test { name: "stations that do not wait for the disk are caught", run: cuts::a_planted_loss_is_caught },
    Test { name: "what was answered survives power cuts, once", run: cuts::killed_at_random },
    Test {
        name: "what was answered survives a disk that forgets its cache",
        run: cuts::replayed_with_a_volatile_cache,
    },
    Test { name: "a full disk is red and nothing is lost", run: disks::full },
    Test { name: "a disk that turns read-only is red and nothing is lost", run: disks::read_only },
    Test { name: "a disk with errors is red and nothing is lost", run: disks::broken },
    Test { name: "a clock that jumps loses nothing", run: disks::clock_jumps },
    Test { name: "the unit is hardened and its devices work", run: service::hardened_and_still_at_work },
    Test { name: "the watchdog starts a stuck daemon anew", run: service::stuck_and_started_anew },
];
