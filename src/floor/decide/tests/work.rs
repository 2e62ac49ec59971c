//! Commands about pieces and packages: failed, scrapped, lost, held, split, swapped.

use super::{check, check_packing};

#[test]
fn a_failed_piece_goes_back_to_print_and_comes_again() {
    check(
        "order 1 J1 J2
         preproduction J1
         print J1
         qc J1
         qc FAIL_STAIN
         print J1
         qc J1
         qc FAIL_GARMENT
         preproduction J1
         print J1
         qc J1",
        "go passed,number:#1,stage:preproduction,n:1,of:2,next:print
         go passed,number:#1,stage:print,n:1,of:2,next:qc
         go passed,number:#1,stage:qc,n:1,of:2,next:pack
         go work,work:failed,piece:number:#1,n:1,of:2,reason:stain,back:print,times:1
         go passed,number:#1,stage:print,n:1,of:2,next:qc
         go passed,number:#1,stage:qc,n:1,of:2,next:pack
         go work,work:failed,piece:number:#1,n:1,of:2,reason:garment,back:preproduction,times:2
         go passed,number:#1,stage:preproduction,n:1,of:2,next:print
         go passed,number:#1,stage:print,n:1,of:2,next:qc
         go passed,number:#1,stage:qc,n:1,of:2,next:pack",
    );
}

#[test]
fn a_command_without_a_piece_asks_for_one_and_waits_a_minute() {
    check(
        "order 1 J1
         preproduction J1
         print J1
         qc FAIL_PRINT
         qc J1
         bounce
         qc J1
         print J1
         wait 60
         qc FAIL_PRINT
         wait 60
         qc J1",
        "go passed,number:#1,stage:preproduction,n:1,of:1,next:print
         go passed,number:#1,stage:print,n:1,of:1,next:qc
         attention work,work:which_piece,command:fail:print
         go work,work:failed,piece:number:#1,n:1,of:1,reason:print,back:print,times:1
         go work,work:failed,piece:number:#1,n:1,of:1,reason:print,back:print,times:1
         go passed,number:#1,stage:print,n:1,of:1,next:qc
         attention work,work:which_piece,command:fail:print
         go passed,number:#1,stage:qc,n:1,of:1,next:pack",
    );
}

#[test]
fn a_command_is_about_the_last_piece_for_a_minute_only() {
    check(
        "order 1 J1
         qc J1
         wait 56
         qc SCRAP",
        "attention passed_but_missed,number:#1,stage:qc,missed:[preproduction,print]
         attention work,work:which_piece,command:scrap",
    );
}

#[test]
fn a_command_never_hits_the_piece_before_an_unknown_one() {
    check(
        "order 1 J1
         preproduction J1
         preproduction J7
         preproduction SCRAP",
        "go passed,number:#1,stage:preproduction,n:1,of:1,next:print
         attention new_here,job:J7,stage:preproduction
         attention work,work:which_piece,command:scrap",
    );
}

#[test]
fn a_scrapped_piece_is_red_everywhere_and_another_takes_its_place() {
    check(
        "order 1 J1 J2
         preproduction J1
         print J1
         print SCRAP
         pack J1
         print LOST
         preproduction J93
         preproduction J2",
        "go passed,number:#1,stage:preproduction,n:1,of:2,next:print
         go passed,number:#1,stage:print,n:1,of:2,next:qc
         go work,work:replaced,piece:number:#1,n:1,of:2,why:scrapped,by:J93
         stop work,work:piece_ended,number:#1,why:scrapped,by:J93
         attention work,work:which_piece,command:lost
         go passed,number:#1,stage:preproduction,n:1,of:2,next:print
         go passed,number:#1,stage:preproduction,n:2,of:2,next:print",
    );
}

#[test]
fn a_ruined_ticket_prints_again_with_the_same_code() {
    check(
        "order 1 J1
         preproduction J1
         preproduction RUINED_TICKET",
        "go passed,number:#1,stage:preproduction,n:1,of:1,next:print
         go work,work:ticket_again,piece:number:#1,n:1,of:1,label:printing prints ticket:J1",
    );
}

#[test]
fn a_held_order_is_red_until_it_is_released() {
    check(
        "order 1 J1
         preproduction J1
         preproduction HOLD_STOCK
         print J1
         print RELEASE
         wait 9
         print J1
         print RELEASE",
        "go passed,number:#1,stage:preproduction,n:1,of:1,next:print
         go work,work:put_on_hold,number:#1,why:stock
         stop held,number:#1,reason:,why:stock
         go work,work:released,number:#1
         go passed,number:#1,stage:print,n:1,of:1,next:qc
         attention work,work:not_held,number:#1",
    );
}

#[test]
fn a_cancelled_order_is_not_released_at_a_bench() {
    check(
        "order 1 J1
         cancel 1
         qc J1
         qc RELEASE",
        "stop cancelled,number:#1,reason:refund
         stop cancelled,number:#1,reason:refund",
    );
}

#[test]
fn an_undo_names_what_it_took_back_and_is_itself_undone() {
    check(
        "order 1 J1 J2
         print J2
         print UNDO
         print J2
         wait 9
         print UNDO
         print UNDO
         wait 9
         print J2",
        "attention passed_but_missed,number:#1,stage:print,missed:[preproduction]
         attention undone,number:#1,piece:number:#1,n:2,of:2,stage:print
         attention passed_but_missed,number:#1,stage:print,missed:[preproduction]
         attention undone,number:#1,piece:number:#1,n:2,of:2,stage:print
         go work,work:redone,number:#1,piece:number:#1,n:2,of:2,stage:print
         go already,number:#1,stage:print",
    );
}

#[test]
fn an_undone_failure_lets_the_piece_go_on() {
    check(
        "order 1 J1
         preproduction J1
         print J1
         qc J1
         qc FAIL_OTHER
         qc UNDO
         wait 9
         qc J1",
        "go passed,number:#1,stage:preproduction,n:1,of:1,next:print
         go passed,number:#1,stage:print,n:1,of:1,next:qc
         go passed,number:#1,stage:qc,n:1,of:1,next:pack
         go work,work:failed,piece:number:#1,n:1,of:1,reason:other,back:print,times:1
         attention undone,number:#1,piece:number:#1,n:1,of:1
         go already,number:#1,stage:qc",
    );
}

#[test]
fn close_says_where_the_missing_pieces_are_and_split_sends_what_is_packed() {
    check_packing(
        "order 1 J1 J2 J3 | P1=1Z1",
        &["J1", "J2"],
        "pack CLOSE
         pack J1
         pack CLOSE
         pack SPLIT
         pack 1Z1
         pack J2
         pack SPLIT
         pack CLOSE",
        "attention work,work:no_package,command:close
         go packed,number:#1,n:1,of:3,others:[n:1,stage:qc,n:1]
         attention work,work:not_complete,number:#1,missing:2,others:[n:1,stage:qc,n:1]
         go complete,number:#1,label:printing prints shipping:P1
         go linked,number:#1,printed:1Z1
         go packed,number:#1,n:1,of:2,others:[n:1]
         go complete,number:#1,label:not_yet prints package:P100
         attention work,work:no_package,command:close",
    );
}

#[test]
fn a_failed_piece_opens_its_package_again_without_a_second_label() {
    check_packing(
        "order 1 J1 | P1=1Z1",
        &["J1"],
        "pack J1
         pack FAIL_STAIN
         print J1
         qc J1
         pack J1
         pack 1Z1",
        "go complete,number:#1,label:printing prints shipping:P1
         go work,work:failed,piece:number:#1,n:1,of:1,reason:stain,back:print,times:1
         go passed,number:#1,stage:print,n:1,of:1,next:qc
         go passed,number:#1,stage:qc,n:1,of:1,next:pack
         go complete,number:#1,label:printing
         go linked,number:#1,printed:1Z1",
    );
}

#[test]
fn swapped_labels_change_places_between_two_orders() {
    check_packing(
        "order 1 J1 | P1
         order 2 J2 | P2",
        &["J1", "J2"],
        "pack J1
         pack 1Z2
         pack J2
         pack 1Z1
         pack SWAPPED
         pack 1Z1
         pack 1Z2
         wait 9
         pack 1Z1
         pack 1Z2
         pack SWAPPED
         pack 1Z1
         wait 5
         pack 1Z1
         pack SWAPPED
         pack P7",
        "go complete,number:#1,label:not_yet prints package:P1
         go linked,number:#1,printed:1Z2
         go complete,number:#2,label:not_yet prints package:P2
         go linked,number:#2,printed:1Z1
         attention work,work:no_package,command:swapped
         attention work,work:swap_other,number:#2
         go work,work:swapped,one:#2,other:#1
         go already_linked,number:#1,printed:1Z1
         go already_linked,number:#2,printed:1Z2
         attention work,work:no_package,command:swapped
         attention work,work:swap_other,number:#1
         attention work,work:no_swap,number:#1
         attention work,work:no_package,command:swapped
         attention work,work:no_swap,number:",
    );
}
