//! `~HS` and `~HQES`. Source: Zebra, ZPL II Programming Guide, "Host Status Return" and "Host Query".

use super::{State, Status, Work};

/// The three lines of `~HS`, each between STX and ETX.
pub(super) fn host(heard: &[u8]) -> Option<Status> {
    let mut lines = heard.split(|byte| *byte == 0x02).skip(1).map(line);
    // A line that was cut, or the end of a late answer, may stand before the whole one.
    let first = lines.find_map(|line| line.filter(|fields| fields.len() == 12))?;
    let second = lines.next()??;
    if second.len() != 11 {
        return None;
    }
    let flag = |fields: &[&str], n: usize| match fields.get(n) {
        Some(&"1") => Some(true),
        Some(&"0") => Some(false),
        _ => None,
    };
    let count = |fields: &[&str], n: usize| fields.get(n).and_then(|text| text.parse::<u32>().ok());
    let causes = [
        (flag(&second, 2)?, State::Open),
        (flag(&first, 1)?, State::PaperOut),
        (flag(&second, 3)?, State::Ribbon),
        (flag(&first, 11)?, State::Hot),
        (flag(&first, 2)?, State::Paused),
    ];
    let state = causes.into_iter().filter(|(is_so, _)| *is_so).map(|(_, state)| state).max().unwrap_or(State::Ready);
    let is_busy = count(&first, 4)? > 0 || flag(&first, 7)? || count(&second, 8)? > 0;
    Some(Status { state, work: if is_busy { Work::Busy } else { Work::Idle } })
}

/// The fields of a line whose end is there.
fn line(bytes: &[u8]) -> Option<Vec<&str>> {
    let end = bytes.iter().position(|byte| *byte == 0x03)?;
    let text = std::str::from_utf8(bytes.get(..end)?).ok()?;
    Some(text.split(',').map(str::trim).collect())
}

/// `ERRORS: n XXXXXXXX YYYYYYYY`: whether there is any, and which, as hexadecimal flags. It says nothing of work.
pub(super) fn errors(heard: &[u8]) -> Option<Status> {
    let text = String::from_utf8_lossy(heard);
    let (_, rest) = text.split_once("ERRORS:")?;
    // Only a line whose end came is whole.
    let line = rest.split_once(['\r', '\n'])?.0;
    let mut words = line.split_whitespace();
    let is_any = match words.next()? {
        "0" => false,
        "1" => true,
        _ => return None,
    };
    let flag_words: Vec<u32> = words.map(|word| u32::from_str_radix(word, 16)).collect::<Result<_, _>>().ok()?;
    let [second, first] = flag_words[..] else { return None };
    let state = if is_any { worst(first, second) } else { State::Ready };
    Some(Status { state, work: Work::Unknown })
}

fn worst(first: u32, second: u32) -> State {
    let causes = [
        (0x4, State::Open),
        (0x1, State::PaperOut),
        (0x2, State::Ribbon),
        // Head and motor over-temperature.
        (0x10 | 0x20, State::Hot),
        (0x1_0000, State::Paused),
    ];
    let known = causes.into_iter().filter(|(flags, _)| first & flags != 0).map(|(_, state)| state).max();
    let others = first & !causes.iter().fold(0, |all, (flags, _)| all | flags) != 0 || second != 0;
    match known {
        Some(state) if !others || state > State::Fault => state,
        _ => State::Fault,
    }
}
