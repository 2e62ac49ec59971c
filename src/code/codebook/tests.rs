//! Tests of the order in which a scan is held against the codes.
