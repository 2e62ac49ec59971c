//! Waits for a device node to appear or change, without looking at it again and again.

use std::io;
use std::path::{Path, PathBuf};

use futures_util::StreamExt;
use inotify::{EventStream, Inotify, WatchMask};

/// Folders above a node that are watched too: stable links such as `/dev/serial/by-id/…` come and go with the folders
/// that hold them.
const FOLDERS_MAX: usize = 4;

/// Bytes for the events of one read; what does not fit is read next.
const BUFFER: usize = 1024;

/// Watches the place of a device node.
pub struct Watch(EventStream<[u8; BUFFER]>);

impl Watch {
    /// Begins to watch the place of `path`, which need not exist; whoever looks for the device after this misses
    /// nothing.
    ///
    /// # Errors
    /// The kernel has no more watches, or no folder above `path` exists.
    pub fn new(path: &Path) -> io::Result<Self> {
        let inotify = Inotify::init()?;
        // The rights of a node are set a moment after it was made, hence ATTRIB.
        let mask = WatchMask::CREATE | WatchMask::DELETE | WatchMask::MOVED_TO | WatchMask::ATTRIB;
        let folders: Vec<PathBuf> = path.ancestors().skip(1).take(FOLDERS_MAX).map(Path::to_owned).collect();
        let added = folders.iter().filter(|folder| inotify.watches().add(folder, mask).is_ok()).count();
        if added == 0 {
            return Err(io::ErrorKind::NotFound.into());
        }
        // A link's target has a folder of its own, in which rights change.
        if let Ok(real) = std::fs::canonicalize(path)
            && let Some(folder) = real.parent()
        {
            inotify.watches().add(folder, mask)?;
        }
        Ok(Self(inotify.into_event_stream([0; BUFFER])?))
    }

    /// Watches a folder as well, if it is there.
    pub fn and(&mut self, folder: &Path) {
        let mask = WatchMask::CREATE | WatchMask::DELETE | WatchMask::MOVED_TO;
        if let Err(error) = self.0.watches().add(folder, mask) {
            tracing::debug!(folder = %folder.display(), error = &error as &dyn std::error::Error, "not watched");
        }
    }

    /// Waits until something changes there.
    ///
    /// # Errors
    /// The kernel tells nothing any more.
    pub async fn changed(&mut self) -> io::Result<()> {
        match self.0.next().await {
            Some(Ok(_)) => Ok(()),
            Some(Err(error)) => Err(error),
            None => Err(io::ErrorKind::UnexpectedEof.into()),
        }
    }
}
