//! Badges, strict stages, and benches with several stages.

use super::{check, check_packing};

#[test]
fn a_strict_stage_counts_a_piece_with_a_gap_only_after_a_yes() {
    check(
        "route preproduction print qc pack!
         order 1 J1
         preproduction J1
         print J1
         pack J1
         bounce
         pack J1
         wait 9
         pack J1
         pack NO
         pack YES
         wait 9
         pack J1
         pack YES",
        "go passed,number:#1,stage:preproduction,n:1,of:1,next:print
         go passed,number:#1,stage:print,n:1,of:1,next:qc
         attention sure,number:#1,stage:pack,missed:[qc]
         attention sure,number:#1,stage:pack,missed:[qc]
         attention sure,number:#1,stage:pack,missed:[qc]
         go not_counted,number:#1
         attention nothing_asked
         attention sure,number:#1,stage:pack,missed:[qc]
         attention passed_but_missed,number:#1,stage:pack,missed:[qc] prints package:P0",
    );
}

#[test]
fn a_yes_comes_too_late_after_a_minute_and_another_piece_forgets_the_question() {
    check(
        "route print qc!
         order 1 J1 J2
         qc J1
         wait 60
         qc YES
         qc J1
         qc J2
         qc YES
         print J1
         qc J1",
        "attention sure,number:#1,stage:qc,missed:[print]
         attention nothing_asked
         attention sure,number:#1,stage:qc,missed:[print]
         attention sure,number:#1,stage:qc,missed:[print]
         attention passed_but_missed,number:#1,stage:qc,missed:[print]
         go passed,number:#1,stage:print,n:1,of:2,next:qc
         go passed,number:#1,stage:qc,n:1,of:2,next:null",
    );
}

#[test]
fn a_strict_stage_asks_nothing_that_this_bench_could_not_know() {
    check(
        "route print qc!
         order 1 J1
         away
         qc J1",
        "go passed,number:#1,stage:qc,n:1,of:1,next:null",
    );
}

#[test]
fn one_scan_at_a_table_of_two_stages_records_both() {
    check_packing(
        "route preproduction print qc pack
         order 1 J1 | P1=1Z1",
        &[],
        "preproduction J1
         print J1
         qc+pack J1
         qc+pack UNDO
         wait 9
         qc+pack J1
         qc+pack 1Z1",
        "go passed,number:#1,stage:preproduction,n:1,of:1,next:print
         go passed,number:#1,stage:print,n:1,of:1,next:qc
         go complete,number:#1,label:printing prints shipping:P1
         attention undone,number:#1,piece:number:#1,n:1,of:1,stage:pack
         go complete,number:#1,label:printing
         go linked,number:#1,printed:1Z1",
    );
}

#[test]
fn a_table_of_two_stages_asks_where_one_of_them_is_strict() {
    check(
        "route print qc pack!
         order 1 J1 | P1
         qc+pack J1
         qc+pack YES",
        "attention sure,number:#1,stage:pack,missed:[print]
         attention passed_but_missed,number:#1,stage:pack,missed:[print] prints package:P1",
    );
}

#[test]
fn a_badge_soon_after_a_scan_claims_it_where_a_name_is_due() {
    check(
        "route print@ qc
         order 1 J1 J2 J3
         print J1
         print J2
         print H-ANA
         print J3
         qc J1
         qc H-BEN",
        "go passed,number:#1,stage:print,n:1,of:3,next:qc
         go passed,number:#1,stage:print,n:2,of:3,next:qc
         go signed_on,operator:ANA,claimed:2
         go passed,number:#1,stage:print,n:3,of:3,next:qc
         go passed,number:#1,stage:qc,n:1,of:3,next:null
         go signed_on,operator:BEN",
    );
}

#[test]
fn a_badge_after_two_minutes_and_the_badge_of_the_next_person_claim_nothing() {
    check(
        "route print@ qc
         order 1 J1 J2
         print J1
         wait 120
         print H-ANA
         print J2
         print H-BEN",
        "go passed,number:#1,stage:print,n:1,of:2,next:qc
         go signed_on,operator:ANA
         go passed,number:#1,stage:print,n:2,of:2,next:qc
         go signed_on,operator:BEN",
    );
}

#[test]
fn whoever_scans_nothing_for_long_is_signed_off() {
    check(
        "route print@ qc
         order 1 J1 J2
         print H-ANA
         print J1
         wait 601
         print J2
         print H-BEN",
        "go signed_on,operator:ANA
         go passed,number:#1,stage:print,n:1,of:2,next:qc
         go passed,number:#1,stage:print,n:2,of:2,next:qc
         go signed_on,operator:BEN,claimed:1",
    );
}

#[test]
fn signing_off_names_what_is_still_open() {
    check_packing(
        "order 1 J1 J2 | P1=1Z1",
        &["J1"],
        "pack H-ANA
         pack J1
         pack SIGN_OFF
         pack PARK
         pack SIGN_OFF",
        "go signed_on,operator:ANA
         go packed,number:#1,n:1,of:2,others:[n:1]
         attention signed_off,package:#1
         go parked,number:#1
         go signed_off",
    );
}
