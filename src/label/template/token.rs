//! A template's line cut into words, numbers and quoted texts, each with its column.

/// A piece of a line.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Token {
    /// From 1, in characters.
    pub column: usize,
    pub kind: Kind,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Kind {
    Word(String),
    /// What stood between quotes, with `\"` and `\\` resolved.
    Quoted(String),
}

/// Cuts a line; `#` at the start of a word begins a comment.
pub(super) fn tokens(line: &str) -> Result<Vec<Token>, (usize, String)> {
    let mut tokens = Vec::new();
    let mut rest = line.chars().zip(1usize..).peekable();
    while let Some(&(c, column)) = rest.peek() {
        if c.is_whitespace() {
            rest.next();
        } else if c == '#' {
            break;
        } else if c == '"' {
            rest.next();
            let text = quoted(&mut rest).ok_or_else(|| (column, "the text has no closing quote".to_owned()))?;
            tokens.push(Token { column, kind: Kind::Quoted(text) });
        } else {
            let mut word = String::new();
            while let Some((c, _)) = rest.next_if(|(c, _)| !c.is_whitespace() && *c != '"') {
                word.push(c);
            }
            tokens.push(Token { column, kind: Kind::Word(word) });
        }
    }
    Ok(tokens)
}

fn quoted(rest: &mut impl Iterator<Item = (char, usize)>) -> Option<String> {
    let mut text = String::new();
    loop {
        match rest.next()?.0 {
            '"' => return Some(text),
            '\\' => text.push(rest.next()?.0),
            c => text.push(c),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_cut_into_words_and_texts_with_their_columns() {
        let cut: Vec<_> = tokens(r##"  text 3 "a \"b\" #c\\" if=row.#.code # why"##)
            .unwrap()
            .into_iter()
            .map(|token| (token.column, format!("{:?}", token.kind)))
            .collect();
        let expected = [
            (3, r#"Word("text")"#),
            (8, r#"Word("3")"#),
            (10, r##"Quoted("a \"b\" #c\\")"##),
            (25, r##"Word("if=row.#.code")"##),
        ];
        assert_eq!(cut, expected.map(|(column, text)| (column, text.to_owned())));
        assert_eq!(tokens("text \"open").unwrap_err().0, 6);
    }
}
