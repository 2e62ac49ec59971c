//! The proof that a template fits: made when it is loaded, not when a customer waits.

use super::parse::Place;
use super::{Area, LINE_MIN_MM, Shape, Template, TemplateError};
use crate::label::field::{FIELDS, Field, Fields, ROWS_MAX};
use crate::label::layout::{DOTS_PER_MM_203, lay_out};

/// What rounding of decimal millimetres may add up to.
const ROUNDING_MM: f32 = 0.01;

/// Checks each element's box, then lays the label out with the longest codes at 203 dpi.
pub(super) fn check(template: &Template, places: &[Place]) -> Result<(), TemplateError> {
    let refuse = |index: usize, what: String| {
        let (line, column) = places.get(index).copied().unwrap_or((1, 1));
        TemplateError { name: template.name.clone(), line, column, what }
    };
    for (index, element) in template.elements.iter().enumerate() {
        let lines = if let Shape::Text { style, .. } = &element.shape { Some(style.lines) } else { None };
        box_fault(template, element.area, lines).map_or(Ok(()), |what| Err(refuse(index, what)))?;
    }
    let laid = lay_out(template, &widest(), DOTS_PER_MM_203).map_err(|error| {
        let what = format!("this can not fit: {}", error.why);
        refuse(error.element, what)
    })?;
    let cut = laid.cut.into_iter().find(|(index, _)| {
        template
            .elements
            .get(*index)
            .is_some_and(|element| element.fields().iter().any(|field| field.widest().is_some()))
    });
    match cut {
        Some((index, text)) => {
            Err(refuse(index, format!("this can not fit: {text:?} would be cut; make the box wider, or min smaller")))
        }
        None => Ok(()),
    }
}

fn box_fault(template: &Template, area: Area, text_lines: Option<u32>) -> Option<String> {
    let (width, height) = (template.width_mm, template.height_mm);
    if area.width <= 0.0 || area.height <= 0.0 {
        return Some("this can not fit: its box has no width or no height".to_owned());
    }
    let (right, bottom) = (area.x + area.width, area.y + area.height);
    if area.x < 0.0 || area.y < 0.0 || right > width + ROUNDING_MM || bottom > height + ROUNDING_MM {
        return Some(format!(
            "this can not fit: it reaches to {right} × {bottom} mm on a label of {width} × {height} mm"
        ));
    }
    let line = area.height / text_lines? as f32;
    (line + ROUNDING_MM < LINE_MIN_MM)
        .then(|| format!("this can not fit: a line of {line} mm can not be read; the least is {LINE_MIN_MM} mm"))
}

fn widest() -> Fields {
    let rows = (1..=ROWS_MAX).flat_map(|n| [Field::RowCode(n), Field::RowText(n), Field::RowNote(n)]);
    let fields = FIELDS.iter().map(|(field, ..)| *field).chain(rows);
    fields.fold(Fields::new(), |all, field| all.with(field, field.widest().unwrap_or(field.example())))
}
