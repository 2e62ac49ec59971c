//! The door, where parcels leave.

use super::check_packing;

#[test]
fn a_linked_parcel_leaves_once() {
    check_packing(
        "order 1 J1 | P1=1Z1",
        &["J1"],
        "dispatch 1Z1
         pack J1
         pack 1Z1
         dispatch 1Z1
         wait 9
         dispatch 1Z1
         dispatch P1",
        "stop pack_first,number:#1,printed:,missing:1
         go complete,number:#1,label:printing prints shipping:P1
         go linked,number:#1,printed:1Z1
         go door,door:leaves,number:#1,carrier:ups
         go door,door:left_before,number:#1
         go door,door:left_before,number:#1",
    );
}

#[test]
fn a_label_that_was_not_scanned_is_linked_at_the_door_with_attention() {
    check_packing(
        "order 1 J1 | P1=1Z1
         order 2 J2 | P2",
        &["J1", "J2"],
        "pack J1
         dispatch P1
         dispatch 1Z1
         dispatch P1
         dispatch 1Z9
         dispatch P2",
        "go complete,number:#1,label:printing prints shipping:P1
         stop door,door:no_label,number:#1
         attention door,door:leaves_unscanned,number:#1,printed:1Z1
         go door,door:left_before,number:#1
         stop door,door:not_ours,printed:1Z9
         stop pack_first,number:#2,printed:,missing:1",
    );
}

#[test]
fn a_cancelled_order_does_not_leave() {
    check_packing(
        "order 1 J1 | P1=1Z1",
        &["J1"],
        "pack J1
         pack 1Z1
         cancel 1
         dispatch 1Z1",
        "go complete,number:#1,label:printing prints shipping:P1
         go linked,number:#1,printed:1Z1
         stop cancelled,number:#1,reason:refund",
    );
}

#[test]
fn a_parcel_that_was_scanned_by_mistake_is_taken_back() {
    check_packing(
        "order 1 J1 | P1=1Z1",
        &["J1"],
        "pack J1
         pack 1Z1
         dispatch 1Z1
         dispatch UNDO
         wait 9
         dispatch 1Z1",
        "go complete,number:#1,label:printing prints shipping:P1
         go linked,number:#1,printed:1Z1
         go door,door:leaves,number:#1,carrier:ups
         attention undone,number:#1
         go door,door:leaves,number:#1,carrier:ups",
    );
}
