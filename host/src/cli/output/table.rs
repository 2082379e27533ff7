//! Aligned columns of text for people. No borders, no colours, no wrapping: lines can be cut by other tools.

use std::fmt;

use unicode_width::UnicodeWidthStr;

use super::text;

/// Rows under a header; every column is as wide as its widest cell.
#[derive(Debug, Default)]
pub struct Table {
    rows: Vec<Vec<String>>,
}

impl Table {
    /// A table with its header.
    pub fn new(header: &[&str]) -> Self {
        Self { rows: vec![header.iter().map(ToString::to_string).collect()] }
    }

    /// A table without header.
    pub fn plain() -> Self {
        Self::default()
    }

    /// Adds a row; unsafe characters are replaced.
    pub fn row<const N: usize>(&mut self, cells: [&str; N]) {
        self.rows.push(cells.iter().map(|cell| text::line(cell).into_owned()).collect());
    }
}

impl fmt::Display for Table {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let columns = self.rows.iter().map(Vec::len).max().unwrap_or(0);
        let width = |column: usize| self.rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.width()).max();
        let widths: Vec<usize> = (0..columns).map(|column| width(column).unwrap_or(0)).collect();
        for (index, row) in self.rows.iter().enumerate() {
            let mut line = String::new();
            for (cell, width) in row.iter().zip(&widths) {
                line.push_str(cell);
                line.push_str(&" ".repeat(width - cell.width() + 2));
            }
            let end = if index == 0 { "" } else { "\n" };
            write!(formatter, "{end}{}", line.trim_end())?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_aligned_by_the_width_on_the_screen() {
        let mut table = Table::new(&["NAME", "ZONE"]);
        table.row(["会議", "Asia/Tokyo"]);
        table.row(["Team\n", "UTC"]);
        assert_eq!(table.to_string(), "NAME   ZONE\n会議   Asia/Tokyo\nTeam   UTC");
    }
}
