//! Small pictures of the sample shop's products, drawn by rules.

/// Width and height, in pixels.
const SIDE: u32 = 96;

/// What is printed on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// A T-shirt.
    Tee,
    /// A mug.
    Mug,
    /// A bag.
    Tote,
}

/// What is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Motif {
    /// A disc.
    Sun,
    /// Three bars.
    Bars,
    /// A leaf.
    Leaf,
}

/// A PNG of a product in a colour; none only if memory could not hold it.
#[must_use]
pub fn picture(shape: Shape, motif: Motif, colour: &str) -> Option<Vec<u8>> {
    let mut pixels = Vec::with_capacity((SIDE * SIDE) as usize);
    for y in 0..SIDE {
        for x in 0..SIDE {
            pixels.push(pixel(shape, motif, unit(x), unit(y)));
        }
    }
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, SIDE, SIDE);
    encoder.set_color(png::ColorType::Indexed);
    encoder.set_depth(png::BitDepth::Eight);
    let cloth = cloth(colour);
    let print = if cloth.iter().map(|&c| u32::from(c)).sum::<u32>() > 380 { [176, 48, 40] } else { [250, 200, 60] };
    let outline = [120, 120, 120];
    encoder.set_palette([[255, 255, 255], cloth, print, outline].concat());
    let mut writer = encoder.write_header().ok()?;
    writer.write_image_data(&pixels).ok()?;
    writer.finish().ok()?;
    Some(bytes)
}

/// From -1 to 1.
fn unit(n: u32) -> f32 {
    (n as f32 + 0.5) / SIDE as f32 * 2.0 - 1.0
}

/// Paper, cloth, print or outline, by the palette.
fn pixel(shape: Shape, motif: Motif, x: f32, y: f32) -> u8 {
    let inside = |grow: f32| match shape {
        Shape::Tee => {
            let body = x.abs() < 0.48 + grow && y > -0.72 - grow && y < 0.8 + grow;
            let slope = (y + 0.5 - 0.45 * (x.abs() - 0.48)).abs() < 0.22 + grow;
            let sleeve = x.abs() < 0.86 + grow && x.abs() > 0.4 && slope;
            let neck = x.hypot((y + 0.76) * 1.4) < 0.24 - grow;
            (body || sleeve) && !neck
        }
        Shape::Mug => {
            let cup = (x + 0.15).abs() < 0.55 + grow && y.abs() < 0.62 + grow;
            let ring = (x - 0.4).hypot(y);
            cup || (ring < 0.42 + grow && ring > 0.26 - grow && x > 0.3)
        }
        Shape::Tote => {
            let bag = x.abs() < 0.55 + grow && y > -0.3 - grow && y < 0.82 + grow;
            let ring = x.hypot((y + 0.3) * 0.8);
            bag || (ring < 0.36 + grow && ring > 0.28 - grow && y < -0.2)
        }
    };
    let across = if shape == Shape::Mug { x + 0.15 } else { x };
    let down = y - 0.05;
    let printed = match motif {
        Motif::Sun => across.hypot(down) < 0.24,
        Motif::Bars => across.abs() < 0.26 && down.abs() < 0.26 && (down + 0.26) % 0.2 < 0.11,
        Motif::Leaf => (across - 0.18).hypot(down) < 0.32 && (across + 0.18).hypot(down) < 0.32,
    };
    match (inside(0.0), printed, inside(0.03)) {
        (true, true, _) => 2,
        (true, false, _) => 1,
        (false, _, true) => 3,
        (false, _, false) => 0,
    }
}

fn cloth(colour: &str) -> [u8; 3] {
    match colour {
        "navy" => [32, 48, 96],
        "red" => [190, 40, 40],
        "black" => [36, 36, 36],
        "green" => [40, 120, 70],
        "grey" => [150, 150, 155],
        "natural" => [232, 220, 196],
        "yellow" => [240, 210, 80],
        _ => [244, 244, 244],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_is_small_and_of_the_products_colour() {
        for (shape, name) in [(Shape::Tee, "tee"), (Shape::Mug, "mug"), (Shape::Tote, "tote")] {
            let bytes = picture(shape, Motif::Sun, "navy").unwrap();
            assert!(bytes.len() < 4_000, "{name} has {} bytes", bytes.len());
            let mut reader = png::Decoder::new(std::io::Cursor::new(&bytes)).read_info().unwrap();
            let palette = reader.info().palette.clone().unwrap();
            assert_eq!(&palette[3..6], &cloth("navy"));
            let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
            reader.next_frame(&mut pixels).unwrap();
            for tone in 0..4 {
                assert!(pixels.contains(&tone), "{name} lacks tone {tone}");
            }
        }
    }
}
