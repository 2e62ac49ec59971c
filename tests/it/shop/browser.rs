//! A look at a page as a person sees it: headless Chromium takes a picture, which is kept as an artefact.

use std::collections::HashSet;
use std::fs::{self, File};
use std::io::BufReader;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use super::process;

/// From the start of the browser to the picture; the first start on a cold disk is the slow one.
const TAKEN_WITHIN: Duration = Duration::from_secs(120);
/// Different colours in the least picture with words on it: smooth letters alone have more.
const COLOURS: usize = 8;

/// Takes a picture of the page at a window size in pixels, keeps it under `name` in the artefacts' folder,
/// and returns where. Panics with a plain reason when there is no picture or it is blank.
pub fn screenshot(url: &str, (width, height): (u32, u32), name: &str) -> PathBuf {
    let folder = artefacts();
    fs::create_dir_all(&folder).expect("a folder for artefacts");
    let path = folder.join(format!("{name}.png"));
    // A picture of an earlier run must not pass for one of this.
    let _ = fs::remove_file(&path);
    let profile = tempfile::tempdir().expect("a temporary folder");
    let mut command = Command::new("chromium");
    command
        .args(["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"])
        .args(["--disable-background-networking", "--disable-component-update", "--disable-sync"])
        .args(["--hide-scrollbars", "--force-device-scale-factor=1"])
        .arg(format!("--user-data-dir={}", profile.path().display()))
        .arg(format!("--window-size={width},{height}"))
        .arg(format!("--screenshot={}", path.display()))
        .arg(url);
    let finished = process::run(command, TAKEN_WITHIN);
    match look(&path) {
        Ok(seen) if seen.size == (width, height) && seen.colours >= COLOURS => path,
        Ok(seen) => panic!("{url} at {width}×{height} gave a picture of {seen:?}"),
        Err(error) => panic!("no picture of {url}: {error}\n{}\n{}", finished.stdout, finished.stderr),
    }
}

/// Where pictures are kept: `target/artefacts`.
pub fn artefacts() -> PathBuf {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent();
    target.expect("cargo's folder is inside target").join("artefacts")
}

/// What can be said of a picture without a person.
#[derive(Debug, PartialEq, Eq)]
struct Seen {
    size: (u32, u32),
    /// Different pixels.
    colours: usize,
}

fn look(path: &Path) -> Result<Seen, Box<dyn std::error::Error>> {
    let mut reader = png::Decoder::new(BufReader::new(File::open(path)?)).read_info()?;
    let mut pixels = vec![0; reader.output_buffer_size().ok_or("a picture too large")?];
    let frame = reader.next_frame(&mut pixels)?;
    let width = frame.color_type.samples();
    let colours: HashSet<&[u8]> = pixels[..frame.buffer_size()].chunks_exact(width).collect();
    Ok(Seen { size: (frame.width, frame.height), colours: colours.len() })
}

#[cfg(test)]
mod tests {
    use super::super::home::Home;
    use super::*;

    #[test]
    fn a_page_gives_a_picture_of_the_asked_size() {
        let home = Home::new();
        let page = home.write("page.html", "<h1 style='color: #060'>✓ Go on</h1><p>The words of a page.</p>");
        for size in [(1280, 800), (800, 480)] {
            let name = format!("harness-{}x{}", size.0, size.1);
            let path = screenshot(&format!("file://{}", page.display()), size, &name);
            assert_eq!(look(&path).unwrap().size, size);
        }
    }

    #[test]
    #[should_panic(expected = "colours: 1 }")]
    fn a_blank_page_is_no_picture() {
        screenshot("about:blank", (320, 240), "harness-blank");
    }
}
