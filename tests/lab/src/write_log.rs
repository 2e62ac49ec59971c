//! The log of all writes to a disk, as QEMU's `blklogwrites` keeps it, and what a disk with a volatile cache would hold
//! if the power failed at some point of it.
//!
//! Source: the kernel's drivers/md/dm-log-writes.c, whose format it is.

use std::fs::{self, File, OpenOptions};
use std::os::unix::fs::FileExt;
use std::path::Path;

use anyhow::{Context, Result, bail, ensure};

const MAGIC: u64 = 0x006a_7366_7773_6872;
const FLUSH: u64 = 1;
/// Written through the cache.
const FUA: u64 = 2;
const DISCARD: u64 = 4;
/// The unit of positions and sizes, in bytes.
const SECTOR: u64 = 512;

/// One write, or a flush, which may carry none.
pub struct Write {
    at: u64,
    length: u64,
    /// Where its bytes are in the log.
    from: u64,
    flushes: bool,
    through: bool,
}

/// How many entries a log has by now.
pub fn entries(log: &Path) -> Result<u64> {
    let mut head = [0; 24];
    File::open(log)?.read_exact_at(&mut head, 0)?;
    let [magic, _, entries] = words(&head);
    ensure!(magic == MAGIC, "it is no log of writes");
    Ok(entries)
}

/// The whole log.
pub fn read(log: &Path) -> Result<Vec<Write>> {
    let file = File::open(log)?;
    let mut head = [0; 28];
    file.read_exact_at(&mut head, 0)?;
    let size = u64::from(head[24..].first_chunk().map_or(0, |bytes| u32::from_le_bytes(*bytes)));
    ensure!(size >= SECTOR, "sectors of {size} bytes");
    let (mut at, mut writes) = (size, Vec::new());
    for _ in 0..entries(log)? {
        let mut entry = [0; 32];
        file.read_exact_at(&mut entry, at).context("the log is cut")?;
        let [sector, count, flags, _] = words(&entry);
        if flags & DISCARD != 0 {
            bail!("the disk was told to forget something; it is attached without that");
        }
        let (flushes, through) = (flags & FLUSH != 0, flags & FUA != 0);
        writes.push(Write { at: sector * size, length: count * size, from: at + size, flushes, through });
        at += size + count * size;
    }
    Ok(writes)
}

/// Makes the disk as it might be after `count` entries: everything before the last flush, and of what was written
/// after it each half by chance.
pub fn replay(
    empty: &Path,
    log: &Path,
    writes: &[Write],
    count: usize,
    random: &mut fastrand::Rng,
    to: &Path,
) -> Result<()> {
    fs::copy(empty, to)?;
    let (log, image) = (File::open(log)?, OpenOptions::new().write(true).open(to)?);
    let writes = &writes[..count.min(writes.len())];
    let safe = writes.iter().rposition(|write| write.flushes).unwrap_or(0);
    for (at, write) in writes.iter().enumerate() {
        if at < safe || write.through || random.bool() {
            let mut bytes = vec![0; write.length as usize];
            log.read_exact_at(&mut bytes, write.from)?;
            image.write_all_at(&bytes, write.at)?;
        }
    }
    Ok(())
}

fn words<const N: usize>(bytes: &[u8]) -> [u64; N] {
    std::array::from_fn(|at| bytes[at * 8..].first_chunk().map_or(0, |bytes| u64::from_le_bytes(*bytes)))
}
