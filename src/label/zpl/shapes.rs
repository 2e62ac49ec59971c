//! The boxes, lines and circles of ZPL labels.

use crate::label::raster::Raster;

/// A frame, filled where it is as thick as half its smaller side.
#[must_use]
pub fn frame(width: u32, height: u32, thick: u32) -> Option<Raster> {
    let (width, height) = (width.max(thick), height.max(thick));
    let mut raster = Raster::white(width, height).ok()?;
    raster.fill(0, 0, width, height, true);
    let (inner_width, inner_height) = (width.saturating_sub(2 * thick), height.saturating_sub(2 * thick));
    if inner_width > 0 && inner_height > 0 {
        raster.fill(thick, thick, inner_width, inner_height, false);
    }
    Some(raster)
}

/// A ring: an ellipse without a smaller one inside.
#[must_use]
pub fn ring(width: u32, height: u32, thick: u32) -> Option<Raster> {
    let mut raster = Raster::white(width, height).ok()?;
    let (across, down) = (f64::from(width) / 2.0, f64::from(height) / 2.0);
    let within = |x: f64, y: f64, less: f64| {
        let (a, b) = (across - less, down - less);
        a > 0.0 && b > 0.0 && ((x - across) / a).powi(2) + ((y - down) / b).powi(2) <= 1.0
    };
    for y in 0..height {
        for x in 0..width {
            let (x_mid, y_mid) = (f64::from(x) + 0.5, f64::from(y) + 0.5);
            if within(x_mid, y_mid, 0.0) && !within(x_mid, y_mid, f64::from(thick)) {
                raster.set(x, y, true);
            }
        }
    }
    Some(raster)
}

/// A line from corner to corner of its box; `rising` is from the left lower corner.
#[must_use]
pub fn diagonal(width: u32, height: u32, thick: u32, rising: bool) -> Option<Raster> {
    let mut raster = Raster::white(width.checked_add(thick)?, height).ok()?;
    for y in 0..height {
        let along = u64::from(width) * u64::from(y) / u64::from(height.max(1));
        let x = if rising { u64::from(width) - along } else { along };
        raster.fill(x as u32, y, thick, 1, true);
    }
    Some(raster)
}
