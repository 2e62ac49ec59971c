//! A planted fault: loaded before the C library, it makes a program believe that its writes are on the disk. It is
//! `synchronous=OFF` without a change of the program; the lab proves itself by catching it.

/// Says that a file is on the disk.
#[unsafe(no_mangle)]
pub extern "C" fn fsync(_file: i32) -> i32 {
    0
}

/// Says that a file's content is on the disk.
#[unsafe(no_mangle)]
pub extern "C" fn fdatasync(_file: i32) -> i32 {
    0
}
