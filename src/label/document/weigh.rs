//! What drawing a PDF file would take, found out before it is drawn: the drawing library has no bounds of its own, and
//! forms may draw forms without end.
//!
//! Bounded are the operations of a page with all that is nested in it, how deep that nests, and what each stream
//! unpacks to. Not bounded is the size of a picture that says another size inside than outside (JPEG, JPEG 2000).

use std::collections::HashMap;
use std::io::Read;

use flate2::read::ZlibDecoder;
use hayro::hayro_interpret::hayro_syntax::content::TypedIter;
use hayro::hayro_interpret::hayro_syntax::content::ops::TypedInstruction;
use hayro::hayro_interpret::hayro_syntax::object::{Dict, Name, Object, ObjectIdentifier, Stream};
use hayro::hayro_interpret::hayro_syntax::page::{Page, Resources};

use super::pdf::PdfError;

/// Most drawing operations of one page, with those of all that is nested in it; a label has a few thousand.
pub const OPERATIONS_MAX: u64 = 200_000;
/// How deep forms and patterns may lie in each other; the programs that make labels need three.
pub const DEPTH_MAX: usize = 12;
/// Most bytes that one stream unpacks to: a letter page at 300 dpi in colour, twice.
pub const STREAM_BYTES_MAX: u64 = 64 << 20;
/// Most dots of one picture inside, as its head says: a letter page at 600 dpi.
const PICTURE_DOTS_MAX: u64 = 5_200 * 6_800;
/// Longest stream in the old packing LZW, whose size can not be told beforehand: it grows a thousandfold at most.
const LZW_MAX: usize = 64 << 10;

/// Checks every stream of the file.
///
/// # Errors
/// One unpacks to too much.
pub(super) fn streams<'a>(objects: impl IntoIterator<Item = Object<'a>>) -> Result<(), PdfError> {
    objects.into_iter().try_for_each(|object| match object {
        Object::Stream(stream) => unpacked(&stream),
        _ => Ok(()),
    })
}

fn unpacked(stream: &Stream<'_>) -> Result<(), PdfError> {
    let side = |key: &[u8]| stream.dict().get::<u32>(key).map_or(1, u64::from);
    if side(b"Width").saturating_mul(side(b"Height")) > PICTURE_DOTS_MAX {
        return Err(PdfError::TooMuch);
    }
    let filters = packings(stream.dict());
    let fits = match (filters.iter().filter(|packing| **packing != Packing::Other).count(), filters.first()) {
        (0, _) => true,
        (1, Some(Packing::Flate)) => {
            let raw = stream.raw_data();
            // Damage is for the reader to find.
            let all = std::io::copy(&mut ZlibDecoder::new(&*raw).take(STREAM_BYTES_MAX + 1), &mut std::io::sink());
            all.is_ok_and(|bytes| bytes <= STREAM_BYTES_MAX) || raw.len() as u64 * 1_032 <= STREAM_BYTES_MAX
        }
        // Behind text armour the size can not be told: it grows as much as it can.
        (1, Some(_)) => stream.raw_data().len() <= LZW_MAX,
        _ => false,
    };
    if fits { Ok(()) } else { Err(PdfError::TooMuch) }
}

/// How a stream is packed, as far as that says how much it grows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Packing {
    Flate,
    Grows,
    Other,
}

fn packings(dict: &Dict<'_>) -> Vec<Packing> {
    let packing = |name: &[u8]| match name {
        b"FlateDecode" | b"Fl" => Packing::Flate,
        b"LZWDecode" | b"LZW" | b"RunLengthDecode" | b"RL" => Packing::Grows,
        _ => Packing::Other,
    };
    match dict.get::<Object<'_>>(b"Filter".as_slice()) {
        Some(Object::Name(name)) => vec![packing(&name)],
        Some(Object::Array(names)) => names.iter::<Name<'_>>().map(|name| packing(&name)).collect(),
        _ => Vec::new(),
    }
}

/// Checks what drawing a page takes.
///
/// # Errors
/// It draws too much, or nests too deep.
pub(super) fn page(page: &Page<'_>) -> Result<(), PdfError> {
    let mut scale = Scale::default();
    let weight = scale.content(page.page_stream().unwrap_or_default(), page.resources(), 0)?;
    if weight <= OPERATIONS_MAX { Ok(()) } else { Err(PdfError::TooMuch) }
}

/// The weight of each stream that was looked at.
#[derive(Default)]
struct Scale {
    known: HashMap<ObjectIdentifier, u64>,
}

impl Scale {
    fn content(&mut self, content: &[u8], resources: &Resources<'_>, depth: usize) -> Result<u64, PdfError> {
        if depth > DEPTH_MAX {
            return Err(PdfError::TooMuch);
        }
        let mut weight = 0u64;
        for operation in TypedIter::new(content) {
            let nested = match operation {
                TypedInstruction::XObject(form) => resources.get_x_object(form.0),
                TypedInstruction::NonStrokeColorNamed(color) => pattern(color.1, resources),
                TypedInstruction::StrokeColorNamed(color) => pattern(color.1, resources),
                TypedInstruction::SetGraphicsState(state) => mask(state.0, resources),
                TypedInstruction::TextFont(font) => {
                    weight = weight.saturating_add(self.font(font.0, resources, depth)?);
                    None
                }
                _ => None,
            };
            let inside = match nested {
                Some(stream) => self.stream(&stream, resources, depth + 1)?,
                None => 0,
            };
            weight = weight.saturating_add(1).saturating_add(inside);
            if weight > OPERATIONS_MAX {
                return Err(PdfError::TooMuch);
            }
        }
        Ok(weight)
    }

    fn stream(&mut self, stream: &Stream<'_>, around: &Resources<'_>, depth: usize) -> Result<u64, PdfError> {
        let is_picture = stream.dict().get::<Name<'_>>(b"Subtype".as_slice()).is_some_and(|kind| &*kind == b"Image");
        if is_picture {
            return Ok(0);
        }
        if depth > DEPTH_MAX {
            return Err(PdfError::TooMuch);
        }
        let id = stream.obj_id();
        if let Some(weight) = self.known.get(&id) {
            return Ok(*weight);
        }
        let own = stream.dict().get::<Dict<'_>>(b"Resources".as_slice()).unwrap_or_default();
        let resources = Resources::from_parent(own, around.clone());
        let content = stream.decoded().unwrap_or_default();
        let weight = self.content(&content, &resources, depth)?;
        self.known.insert(id, weight);
        Ok(weight)
    }

    /// The letters of a font that are drawings themselves.
    fn font(&mut self, name: Name<'_>, around: &Resources<'_>, depth: usize) -> Result<u64, PdfError> {
        let Some(font) = around.get_font(name) else { return Ok(0) };
        let Some(letters) = font.get::<Dict<'_>>(b"CharProcs".as_slice()) else { return Ok(0) };
        let own = font.get::<Dict<'_>>(b"Resources".as_slice()).unwrap_or_default();
        let resources = Resources::from_parent(own, around.clone());
        let mut weight = 0u64;
        for letter in letters.keys() {
            if let Some(stream) = letters.get::<Stream<'_>>(letter) {
                weight = weight.saturating_add(self.stream(&stream, &resources, depth + 1)?);
            }
        }
        Ok(weight)
    }
}

fn pattern<'a>(name: Option<Name<'_>>, resources: &Resources<'a>) -> Option<Stream<'a>> {
    match resources.get_pattern(name?)? {
        Object::Stream(stream) => Some(stream),
        _ => None,
    }
}

/// The group that a soft mask is made of.
fn mask<'a>(name: Name<'_>, resources: &Resources<'a>) -> Option<Stream<'a>> {
    resources.get_ext_g_state(name)?.get::<Dict<'_>>(b"SMask".as_slice())?.get::<Stream<'_>>(b"G".as_slice())
}

#[cfg(test)]
mod tests {
    use super::super::pdf::{File, PdfError};

    /// A PDF file of one page that draws form `0`; each form has the content and names all others `F0` to `F9`.
    fn file(forms: &[&str], stream: &[u8], head: &str) -> Vec<u8> {
        let names: String = (0..forms.len()).map(|i| format!("/F{i} {} 0 R ", 10 + i)).collect();
        let resources = format!("/Resources << /XObject << {names}>> >>");
        let mut objects = vec![
            (1, b"<< /Type /Catalog /Pages 2 0 R >>".to_vec()),
            (2, b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_vec()),
            (3, format!("<< /Type /Page /Parent 2 0 R /MediaBox [0 0 288 432] /Contents 4 0 R {resources} >>").into()),
        ];
        let put = |head: &str, content: &[u8]| {
            let mut object = format!("<< {head} /Length {} >>\nstream\n", content.len()).into_bytes();
            object.extend(content);
            object.extend(b"\nendstream");
            object
        };
        objects.push((4, put(head, stream)));
        for (i, content) in forms.iter().enumerate() {
            let head = format!("/Type /XObject /Subtype /Form /BBox [0 0 288 432] {resources}");
            objects.push((10 + i, put(&head, content.as_bytes())));
        }
        let mut file = b"%PDF-1.4\n".to_vec();
        for (number, object) in objects {
            file.extend(format!("{number} 0 obj\n").bytes());
            file.extend(object);
            file.extend(b"\nendobj\n");
        }
        file.extend(b"trailer\n<< /Root 1 0 R >>\n");
        file
    }

    #[track_caller]
    fn check(forms: &[&str], expected: Option<PdfError>) {
        let drawn = File::read(&file(forms, b"/F0 Do", "")).and_then(|file| file.pages(&[0], 2.0));
        assert_eq!(drawn.err(), expected);
    }

    #[test]
    fn forms_that_draw_without_end_are_refused() {
        check(&["10 10 50 50 re f"], None);
        check(&["/F1 Do /F1 Do", "10 10 50 50 re f"], None);
        check(&["/F0 Do"], Some(PdfError::TooMuch));
        check(&["/F1 Do", "/F0 Do"], Some(PdfError::TooMuch));
        let ten = |next: usize| format!("/F{next} Do ").repeat(10);
        let forms: Vec<String> = (1..9).map(ten).chain(["10 10 5 5 re f".to_owned()]).collect();
        check(&forms.iter().map(String::as_str).collect::<Vec<_>>(), Some(PdfError::TooMuch));
    }

    #[test]
    fn a_stream_that_unpacks_to_too_much_is_refused() {
        use std::io::Write;
        let mut packed = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::best());
        (0..80).for_each(|_| packed.write_all(&[b' '; 1 << 20]).unwrap());
        let packed = packed.finish().unwrap();
        let bomb = file(&[], &packed, "/Filter /FlateDecode");
        assert_eq!(File::read(&bomb).err(), Some(PdfError::TooMuch));
        let twice = file(&[], b"x", "/Filter [/FlateDecode /FlateDecode]");
        assert_eq!(File::read(&twice).err(), Some(PdfError::TooMuch));
        let wide = file(&[], b"x", "/Width 100000 /Height 100000");
        assert_eq!(File::read(&wide).err(), Some(PdfError::TooMuch));
    }
}
