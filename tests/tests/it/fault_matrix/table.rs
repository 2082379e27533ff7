//! The printed matrix: a table for each operation, a row for each fault.

use calendar_host::types::Provider;

use super::PROVIDERS;
use super::cell::{Cell, Tried};
use super::expected::expected;
use super::fault::faults;
use super::operation::{OPERATIONS, Operation, Reach};

/// The cell in words.
pub fn label(cell: &Cell) -> String {
    format!("{} | {} | {} | {}", cell.operation.name(), cell.provider, cell.fault.name, word(cell.reach))
}

fn word(reach: Reach) -> &'static str {
    match reach {
        Reach::Once => "once",
        Reach::Always => "always",
        Reach::Down => "down",
    }
}

/// Every cell that breaks a rule, with the rule's word.
pub fn wrong(tried: &[(Cell, Tried)]) -> Vec<String> {
    let mut lines = Vec::new();
    for (cell, outcome) in tried {
        let right = expected(cell.operation, cell.provider, cell.reach, cell.fault.nature);
        if outcome.text != right {
            lines.push(format!("{}: `{}`, but by the rules `{right}`", label(cell), outcome.text));
        }
        lines.extend(outcome.wrong.iter().map(|what| format!("{}: {what}", label(cell))));
    }
    lines.sort();
    lines
}

pub fn print(tried: &[(Cell, Tried)]) -> String {
    OPERATIONS.into_iter().map(|operation| of(operation, tried)).collect()
}

fn of(operation: Operation, tried: &[(Cell, Tried)]) -> String {
    let mut names: Vec<String> = Vec::new();
    let providers = PROVIDERS.into_iter().filter(|provider| operation.exists_at(*provider));
    for fault in providers.flat_map(|provider| faults(provider, operation.is_sign_in())) {
        if !names.contains(&fault.name) {
            names.push(fault.name);
        }
    }
    let columns: Vec<(Provider, Reach)> = PROVIDERS
        .into_iter()
        .filter(|provider| operation.exists_at(*provider))
        .flat_map(|provider| operation.columns().iter().map(move |reach| (provider, *reach)))
        .collect();
    let mut rows = vec![
        std::iter::once(operation.name().to_owned())
            .chain(columns.iter().map(|(provider, reach)| format!("{provider} {}", word(*reach))))
            .collect::<Vec<_>>(),
    ];
    for name in names {
        let cell = |(provider, reach): &(Provider, Reach)| {
            let is_it = |cell: &Cell| {
                cell.operation == operation
                    && cell.provider == *provider
                    && cell.reach == *reach
                    && cell.fault.name == name
            };
            let found = tried.iter().find(|(cell, _)| is_it(cell));
            found.map_or_else(|| "-".to_owned(), |(_, outcome)| outcome.text.clone())
        };
        let cells: Vec<_> = columns.iter().map(cell).collect();
        rows.push(std::iter::once(name.clone()).chain(cells).collect());
    }
    let widths: Vec<usize> =
        (0..=columns.len()).map(|at| rows.iter().map(|row| row[at].len()).max().unwrap_or_default()).collect();
    let line = |row: &Vec<String>| {
        let padded: Vec<_> = row.iter().zip(&widths).map(|(cell, width)| format!("{cell:width$}")).collect();
        format!("{}\n", padded.join(" | ").trim_end())
    };
    rows.iter().map(line).chain(["\n".to_owned()]).collect()
}
