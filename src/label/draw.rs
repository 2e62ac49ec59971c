//! A layout drawn dot by dot.

use super::font;
use super::layout::{Item, Layout, Symbol, Text};
use super::raster::{BadSize, Raster};

/// A rectangle in dots: x, y, width, height.
pub type Extent = (u32, u32, u32, u32);

impl Layout {
    /// The whole label.
    ///
    /// # Errors
    /// It has too many dots.
    pub fn draw(&self) -> Result<Raster, BadSize> {
        let mut raster = Raster::white(self.width, self.height)?;
        for item in &self.items {
            item.draw(&mut raster, (0, 0));
        }
        Ok(raster)
    }
}

impl Item {
    /// The dots that it may colour.
    #[must_use]
    pub fn extent(&self) -> Extent {
        match self {
            Item::Text(text) => text.extent(),
            Item::Symbol(Symbol { x, y, module, height, modules, .. }) => (*x, *y, modules.width() * module, *height),
            Item::Bar { x, y, width, height } | Item::Inverse { x, y, width, height, .. } => (*x, *y, *width, *height),
            Item::Image { x, y, dots } => (*x, *y, dots.width(), dots.height()),
        }
    }

    /// It alone, as large as its extent.
    ///
    /// # Errors
    /// It has no dots, or too many.
    pub fn alone(&self) -> Result<Raster, BadSize> {
        let (x, y, width, height) = self.extent();
        let mut raster = Raster::white(width, height)?;
        self.draw(&mut raster, (x, y));
        Ok(raster)
    }

    /// Draws it on a raster whose left upper corner is `origin`, which must not lie to the right of it or below it.
    pub fn draw(&self, raster: &mut Raster, origin: (u32, u32)) {
        let at = |x: u32, y: u32| (x.saturating_sub(origin.0), y.saturating_sub(origin.1));
        match self {
            Item::Text(text) => text.draw(raster, at(text.x, text.y), true),
            Item::Symbol(symbol) => {
                let (left, top) = at(symbol.x, symbol.y);
                let tall = if symbol.symbology.is_matrix() { symbol.module } else { symbol.height };
                for (x, y, length) in symbol.modules.runs() {
                    let module = symbol.module;
                    raster.fill(left + x * module, top + y * module, length * module, tall, true);
                }
            }
            Item::Bar { x, y, width, height } => {
                let (x, y) = at(*x, *y);
                raster.fill(x, y, *width, *height, true);
            }
            Item::Inverse { x, y, width, height, text } => {
                let (left, top) = at(*x, *y);
                raster.fill(left, top, *width, *height, true);
                text.draw(raster, at(text.x, text.y), false);
            }
            Item::Image { x, y, dots } => {
                let (x, y) = at(*x, *y);
                raster.stamp(dots, x, y);
            }
        }
    }
}

impl Text {
    /// A letter may lean a little out of its line box.
    fn extent(&self) -> Extent {
        let lean = self.size / 8;
        let x = self.x.saturating_sub(lean);
        (x, self.y, self.x - x + self.width + lean, self.size + self.size / 16)
    }

    fn draw(&self, raster: &mut Raster, at: (u32, u32), black: bool) {
        font::draw(raster, at, &self.text, self.weight, self.size, black);
    }
}
