//! Pictures of labels as the pages of a PDF file, for an office printer.
//!
//! Each page is as large as its label and holds it as one picture of black and white dots: what comes out is what the
//! label printer would print, module by module.

use std::io::Write;

use flate2::Compression;
use flate2::write::ZlibEncoder;
use pdf_writer::{Content, Filter, Finish, Name, Pdf, Rect, Ref};

use super::raster::Raster;

/// Points of an inch, the unit of PDF.
const POINTS: f32 = 72.0;
/// What a page calls its picture.
const PICTURE: Name<'_> = Name(b"Label");

/// The PDF file of these pictures, one a page, drawn at `dots_per_mm`.
#[must_use]
pub fn pdf(pictures: &[Raster], dots_per_mm: f32) -> Vec<u8> {
    let mut pdf = Pdf::new();
    let mut last = 0;
    let mut next = || {
        last += 1;
        Ref::new(last)
    };
    let (catalog, tree) = (next(), next());
    let pages: Vec<[Ref; 3]> = pictures.iter().map(|_| [next(), next(), next()]).collect();
    pdf.catalog(catalog).pages(tree);
    let count = i32::try_from(pages.len()).unwrap_or(i32::MAX);
    pdf.pages(tree).kids(pages.iter().map(|[page, ..]| *page)).count(count);
    for (picture, [page, image, content]) in pictures.iter().zip(pages) {
        let points = |dots: u32| dots as f32 / dots_per_mm / 25.4 * POINTS;
        let (width, height) = (points(picture.width()), points(picture.height()));
        let mut written = pdf.page(page);
        written.media_box(Rect::new(0.0, 0.0, width, height)).parent(tree).contents(content);
        written.resources().x_objects().pair(PICTURE, image);
        written.finish();
        put(&mut pdf, image, picture);
        let mut drawn = Content::new();
        drawn.transform([width, 0.0, 0.0, height, 0.0, 0.0]).x_object(PICTURE);
        pdf.stream(content, &drawn.finish());
    }
    pdf.finish()
}

fn put(pdf: &mut Pdf, at: Ref, picture: &Raster) {
    // PDF counts black as 0.
    let light: Vec<u8> = picture.bytes().iter().map(|byte| !byte).collect();
    let mut packed = ZlibEncoder::new(Vec::new(), Compression::default());
    // Writing to memory has no way to fail.
    let written = packed.write_all(&light);
    debug_assert!(written.is_ok(), "{written:?}");
    let packed = packed.finish().unwrap_or_default();
    let side = |dots: u32| i32::try_from(dots).unwrap_or(i32::MAX);
    let mut image = pdf.image_xobject(at, &packed);
    image.filter(Filter::FlateDecode);
    image.width(side(picture.width())).height(side(picture.height()));
    image.color_space().device_gray();
    image.bits_per_component(1);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::label::document::Document;

    #[test]
    fn a_page_read_again_has_the_same_dots() {
        let mut raster = Raster::white(813, 610).unwrap();
        raster.fill(100, 100, 37, 400, true);
        raster.fill(201, 50, 500, 3, true);
        let file = pdf(&[raster.clone()], 8.0);
        let read = Document::read(&file).unwrap().picture(203).unwrap();
        let ink = |raster: &Raster| raster.ink().unwrap();
        let (a, b) = (ink(&raster), ink(&read));
        let near = |a: u32, b: u32| a.abs_diff(b) <= 2;
        assert!(near(a.2, b.2) && near(a.3, b.3), "{a:?} {b:?}");
    }

    #[test]
    fn every_picture_is_a_page_of_its_own_size() {
        let file = pdf(&[Raster::white(80, 160).unwrap(), Raster::white(160, 80).unwrap()], 8.0);
        let text = String::from_utf8_lossy(&file);
        assert!(text.contains("/Count 2"), "{text}");
        assert!(text.contains("/MediaBox [0 0 28.34") && text.contains("/MediaBox [0 0 56.69"), "{text}");
    }
}
