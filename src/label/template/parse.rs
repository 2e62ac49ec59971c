//! The words of a template made into elements.

use data_encoding::BASE64;

use super::token::{Kind, Token, tokens};
use super::{
    Align, Area, Content, ELEMENTS_MAX, Element, LINE_MIN_MM, Part, SIDE_MAX_MM, SIDE_MIN_MM, Shape,
    TEMPLATE_BYTES_MAX, Template, TemplateError, TextStyle, When,
};
use crate::label::document::png;
use crate::label::field::{Field, ROWS_MAX};
use crate::label::font::Weight;
use crate::label::symbol::Symbology;

/// Thickness of a frame that says nothing else, in millimetres: 4 dots at 203 dpi.
const FRAME_MM: f32 = 0.5;
/// How far text may shrink before it is cut, where the line says nothing: to this part of its box.
const SHRINK_TO: f32 = 0.5;
/// Most lines that a text wraps into.
const TEXT_LINES_MAX: u32 = 20;

/// Where an element was written: line and column, from 1.
pub(super) type Place = (usize, usize);
type Fault = (usize, String);

/// Reads the text; with the place of each element.
pub(super) fn parse(name: &str, text: &str) -> Result<(Template, Vec<Place>), TemplateError> {
    let at = |line, (column, what)| TemplateError { name: name.to_owned(), line, column, what };
    if text.len() > TEMPLATE_BYTES_MAX {
        return Err(at(1, (1, format!("the template is longer than {TEMPLATE_BYTES_MAX} bytes"))));
    }
    let mut reader = Reader::default();
    for (number, line) in (1..).zip(text.lines()) {
        let line = line.strip_prefix('\u{feff}').unwrap_or(line);
        let tokens = tokens(line).map_err(|fault| at(number, fault))?;
        reader.line(number, &tokens).map_err(|(line, fault)| at(line, fault))?;
    }
    let last = text.lines().count().max(1);
    if let Some(repeat) = reader.repeat {
        return Err(at(repeat.line, (1, "this repeat has no end".to_owned())));
    }
    let Some((width_mm, height_mm)) = reader.size else {
        return Err(at(last, (1, "the template has no line \"size W x H\"".to_owned())));
    };
    let (elements, places) = reader.elements.into_iter().unzip();
    Ok((Template { name: name.to_owned(), width_mm, height_mm, elements }, places))
}

#[derive(Default)]
struct Reader {
    size: Option<(f32, f32)>,
    elements: Vec<(Element, Place)>,
    repeat: Option<Repeat>,
}

struct Repeat {
    line: usize,
    times: u8,
    dx: f32,
    dy: f32,
    body: Vec<(usize, Vec<Token>)>,
}

impl Reader {
    /// A fault may lie in an earlier line: in the body of a repeat that ends here.
    fn line(&mut self, number: usize, tokens: &[Token]) -> Result<(), (usize, Fault)> {
        let Some((first, _)) = tokens.split_first() else { return Ok(()) };
        let keyword = if let Kind::Word(word) = &first.kind { word } else { "" };
        match (keyword, &mut self.repeat) {
            ("end", _) => self.end(number, first.column),
            ("repeat", Some(_)) => Err((number, (first.column, "a repeat can not hold another".to_owned()))),
            (_, Some(repeat)) => {
                repeat.body.push((number, tokens.to_vec()));
                Ok(())
            }
            (_, None) => self.plain(number, keyword, tokens).map_err(|fault| (number, fault)),
        }
    }

    fn plain(&mut self, number: usize, keyword: &str, tokens: &[Token]) -> Result<(), Fault> {
        let Some((first, rest)) = tokens.split_first() else { return Ok(()) };
        let mut words = Words::new(first.column, rest);
        match keyword {
            "size" if self.size.is_some() => Err((first.column, "there is a size already".to_owned())),
            "size" => {
                self.size = Some(size(&mut words)?);
                words.done()
            }
            _ if self.size.is_none() => Err((first.column, "the first line must be \"size W x H\"".to_owned())),
            "repeat" => {
                let (column, times) = words.number("how many times")?;
                if !(1.0..=f32::from(ROWS_MAX)).contains(&times) || times.fract() != 0.0 {
                    return Err((column, format!("a repeat takes 1 to {ROWS_MAX} times")));
                }
                let (dx, dy) = (words.number("how far to the right")?.1, words.number("how far down")?.1);
                self.repeat = Some(Repeat { line: number, times: times as u8, dx, dy, body: Vec::new() });
                words.done()
            }
            _ => self.push(number, tokens, None),
        }
    }

    fn end(&mut self, number: usize, column: usize) -> Result<(), (usize, Fault)> {
        let Some(repeat) = self.repeat.take() else {
            return Err((number, (column, "this end has no repeat".to_owned())));
        };
        for row in 1..=repeat.times {
            let shift = (f32::from(row - 1) * repeat.dx, f32::from(row - 1) * repeat.dy);
            for (number, tokens) in &repeat.body {
                self.push(*number, tokens, Some((row, shift))).map_err(|fault| (*number, fault))?;
            }
        }
        Ok(())
    }

    fn push(&mut self, number: usize, tokens: &[Token], row: Option<(u8, (f32, f32))>) -> Result<(), Fault> {
        let Some((first, rest)) = tokens.split_first() else { return Ok(()) };
        if self.elements.len() >= ELEMENTS_MAX {
            return Err((first.column, format!("a label has at most {ELEMENTS_MAX} elements")));
        }
        let mut element = element(first, Words { row: row.map(|(row, _)| row), ..Words::new(first.column, rest) })?;
        if let Some((_, (dx, dy))) = row {
            element.area.x += dx;
            element.area.y += dy;
        }
        self.elements.push((element, (number, first.column)));
        Ok(())
    }
}

fn size(words: &mut Words<'_>) -> Result<(f32, f32), Fault> {
    let mut sides = [0.0; 2];
    for (i, side) in sides.iter_mut().enumerate() {
        if i == 1 && !words.take("x") {
            return Err((words.column(), "a size is written as 101.6 x 50.8".to_owned()));
        }
        let (column, mm) = words.number(if i == 0 { "the width" } else { "the height" })?;
        if !(SIDE_MIN_MM..=SIDE_MAX_MM).contains(&mm) {
            return Err((column, format!("a label's side has {SIDE_MIN_MM} to {SIDE_MAX_MM} mm")));
        }
        *side = mm;
    }
    let [width, height] = sides;
    Ok((width, height))
}

fn element(first: &Token, mut words: Words<'_>) -> Result<Element, Fault> {
    let Kind::Word(keyword) = &first.kind else {
        return Err((first.column, "a line begins with a word such as text or code128".to_owned()));
    };
    let symbology = Symbology::ALL.into_iter().find(|symbology| symbology.name() == keyword);
    if symbology.is_none() && !["text", "line", "box", "image"].contains(&keyword.as_str()) {
        let known =
            "size, text, line, box, image, repeat, end, code128, code39, itf, ean13, ean8, upca, upce, qr, datamatrix";
        return Err((first.column, format!("{keyword:?} is not known; known are {known}")));
    }
    let area = words.area()?;
    let mut options = Options::default();
    let shape = match (keyword.as_str(), symbology) {
        ("line", _) => {
            options.read(&mut words, &[])?;
            Shape::Bar
        }
        ("box", _) => {
            options.read(&mut words, &["thick"])?;
            Shape::Frame { thick: options.thick.unwrap_or(FRAME_MM) }
        }
        ("image", _) => {
            let (column, text) = words.quoted()?;
            options.read(&mut words, &[])?;
            let bytes = BASE64.decode(text.as_bytes()).map_err(|_| (column, "the picture is not base64".to_owned()))?;
            Shape::Image(png::read(&bytes).map_err(|error| (column, format!("the picture is refused: {error}")))?)
        }
        (_, Some(symbology)) => {
            let content = words.content()?;
            options.read(&mut words, &["center", "right", "optional"])?;
            Shape::Barcode { symbology, align: options.align, optional: options.optional, content }
        }
        _ => {
            let content = words.content()?;
            options.read(&mut words, &["bold", "center", "right", "invert", "lines", "min"])?;
            let line = area.height / options.lines as f32;
            let min_mm = options.min.unwrap_or((line * SHRINK_TO).max(LINE_MIN_MM)).min(line);
            let weight = if options.bold { Weight::Bold } else { Weight::Regular };
            let (align, invert, lines) = (options.align, options.invert, options.lines);
            Shape::Text { style: TextStyle { weight, align, invert, lines, min_mm }, content }
        }
    };
    Ok(Element { area, shape, when: options.when })
}

struct Options {
    align: Align,
    bold: bool,
    invert: bool,
    optional: bool,
    lines: u32,
    min: Option<f32>,
    thick: Option<f32>,
    when: Option<When>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            align: Align::Left,
            bold: false,
            invert: false,
            optional: false,
            lines: 1,
            min: None,
            thick: None,
            when: None,
        }
    }
}

impl Options {
    /// Reads the rest of the line; `known` are the options of this kind of element beside `if` and `unless`.
    fn read(&mut self, words: &mut Words<'_>, known: &[&str]) -> Result<(), Fault> {
        while let Some((column, word)) = words.word() {
            let (name, value) = word.split_once('=').map_or((word, None), |(name, value)| (name, Some(value)));
            if !known.contains(&name) && !["if", "unless"].contains(&name) {
                return Err((
                    column,
                    format!("{word:?} is not known here; known are if=, unless= and {}", known.join(", ")),
                ));
            }
            let number = || -> Result<f32, Fault> {
                let number =
                    value.and_then(|value| value.parse::<f32>().ok()).filter(|n| (0.1..=SIDE_MAX_MM).contains(n));
                number.ok_or_else(|| (column, format!("{name} takes a number, as in {name}=3")))
            };
            let flag = value.is_none().then_some(true).ok_or_else(|| (column, format!("{name} takes no value")));
            match name {
                "if" => self.when = Some(When::Has(words.field(column, value.unwrap_or_default())?)),
                "unless" => self.when = Some(When::Lacks(words.field(column, value.unwrap_or_default())?)),
                "min" => self.min = Some(number()?),
                "thick" => self.thick = Some(number()?),
                "lines" => self.lines = (number()? as u32).clamp(1, TEXT_LINES_MAX),
                "bold" => self.bold = flag?,
                "invert" => self.invert = flag?,
                "optional" => self.optional = flag?,
                "center" => self.align = flag.map(|_| Align::Center)?,
                _ => self.align = flag.map(|_| Align::Right)?,
            }
        }
        words.done()
    }
}

/// The rest of a line.
struct Words<'a> {
    tokens: std::slice::Iter<'a, Token>,
    last: usize,
    row: Option<u8>,
}

impl<'a> Words<'a> {
    fn new(column: usize, tokens: &'a [Token]) -> Self {
        Self { tokens: tokens.iter(), last: column, row: None }
    }

    /// The column of what comes next, or of what came last.
    fn column(&self) -> usize {
        self.tokens.as_slice().first().map_or(self.last, |token| token.column)
    }

    fn word(&mut self) -> Option<(usize, &'a str)> {
        let Some(Token { column, kind: Kind::Word(word) }) = self.tokens.as_slice().first() else { return None };
        self.tokens.next();
        self.last = *column;
        Some((*column, word))
    }

    fn take(&mut self, wanted: &str) -> bool {
        let found =
            matches!(self.tokens.as_slice().first(), Some(Token { kind: Kind::Word(word), .. }) if word == wanted);
        if found {
            self.tokens.next();
        }
        found
    }

    fn number(&mut self, what: &str) -> Result<(usize, f32), Fault> {
        let column = self.column();
        let number = self.word().and_then(|(_, word)| word.parse::<f32>().ok());
        let number = number.filter(|number| number.is_finite() && number.abs() <= SIDE_MAX_MM);
        number.map(|number| (column, number)).ok_or_else(|| (column, format!("{what} must be a number of millimetres")))
    }

    fn area(&mut self) -> Result<Area, Fault> {
        let (x, y) = (self.number("X")?.1, self.number("Y")?.1);
        let (width, height) = (self.number("the width")?.1, self.number("the height")?.1);
        Ok(Area { x, y, width, height })
    }

    fn quoted(&mut self) -> Result<(usize, &'a str), Fault> {
        let column = self.column();
        let Some(Token { kind: Kind::Quoted(text), .. }) = self.tokens.as_slice().first() else {
            return Err((column, "a text in quotes was expected".to_owned()));
        };
        self.tokens.next();
        self.last = column;
        Ok((column, text))
    }

    fn content(&mut self) -> Result<Content, Fault> {
        let (column, text) = self.quoted()?;
        let (mut parts, mut literal, mut rest) = (Vec::new(), String::new(), text);
        while let Some((before, after)) = rest.split_once('{') {
            literal.push_str(before);
            if let Some(after) = after.strip_prefix('{') {
                literal.push('{');
                rest = after;
                continue;
            }
            // One for the quote, one to count from 1.
            let at = column + 1 + text.chars().count() - after.chars().count() - 1;
            let Some((name, after)) = after.split_once('}') else {
                return Err((at, "this { has no }; a brace itself is written {{".to_owned()));
            };
            if !literal.is_empty() {
                parts.push(Part::Literal(std::mem::take(&mut literal)));
            }
            parts.push(Part::Field(self.field(at, name)?));
            rest = after;
        }
        literal.push_str(rest);
        if !literal.is_empty() {
            parts.push(Part::Literal(literal));
        }
        Ok(Content(parts))
    }

    fn field(&self, column: usize, name: &str) -> Result<Field, Fault> {
        let name = self.row.map_or_else(|| name.to_owned(), |row| name.replace('#', &row.to_string()));
        Field::named(name.trim()).map_err(|error| (column, error.to_string()))
    }

    fn done(&self) -> Result<(), Fault> {
        match self.tokens.as_slice().first() {
            None => Ok(()),
            Some(token) => Err((token.column, "nothing was expected here any more".to_owned())),
        }
    }
}
