//! Letters out of several keystrokes: dead keys and Alt codes.

/// Each accent, as it stands alone, with pairs of a letter and that letter with the accent.
const COMPOSED: [(char, &str); 9] = [
    ('`', "aàeèiìoòuùAÀEÈIÌOÒUÙnǹNǸ"),
    ('´', "aáeéiíoóuúyýAÁEÉIÍOÓUÚYÝcćnńsśzźCĆNŃSŚZŹ"),
    ('\'', "aáeéiíoóuúyýAÁEÉIÍOÓUÚYÝcçCÇ"),
    ('^', "aâeêiîoôuûAÂEÊIÎOÔUÛcĉgĝhĥjĵsŝwŵyŷCĈGĜHĤJĴSŜWŴYŶ"),
    ('¨', "aäeëiïoöuüyÿAÄEËIÏOÖUÜYŸ"),
    ('~', "aãnñoõAÃNÑOÕiĩuũIĨUŨ"),
    ('°', "aåuůAÅUŮ"),
    ('¸', "cçsşCÇSŞ"),
    ('ˇ', "cčdďeěnňrřsštťzžCČDĎEĚNŇRŘSŠTŤZŽ"),
];

/// The upper half of code page 437, which Alt codes without a leading zero mean.
const CODE_PAGE_437: &str = "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐\
                             └┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u{a0}";

/// Most digits of an Alt code. Windows takes four; longer ones occur where a scanner stutters.
pub(super) const ALT_DIGITS_MAX: usize = 8;

/// The letter with the accent, if there is such a letter.
#[must_use]
pub(super) fn compose(accent: char, letter: char) -> Option<char> {
    let (_, pairs) = COMPOSED.iter().find(|(a, _)| *a == accent)?;
    let mut pairs = pairs.chars();
    while let (Some(plain), Some(accented)) = (pairs.next(), pairs.next()) {
        if plain == letter {
            return Some(accented);
        }
    }
    None
}

/// The character of the digits typed on the keypad while Alt was held: code page 437, or 1252 after a leading zero.
/// Below 32 it is the control character itself in both, which is how scanners mean it.
#[must_use]
pub(super) fn alt_code(digits: &str) -> Option<char> {
    let code: u8 = digits.parse().ok().filter(|code| *code > 0)?;
    if code < 128 {
        Some(char::from(code))
    } else if digits.starts_with('0') {
        encoding_rs::WINDOWS_1252.decode_without_bom_handling(&[code]).0.chars().next()
    } else {
        CODE_PAGE_437.chars().nth(usize::from(code - 128))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_alt_code_is_read_in_the_code_page_that_its_first_digit_names() {
        for (digits, c) in [
            ("65", 'A'),
            ("029", '\u{1d}'),
            ("0029", '\u{1d}'),
            ("130", 'é'),
            ("0233", 'é'),
            ("0128", '€'),
            ("225", 'ß'),
        ] {
            assert_eq!(alt_code(digits), Some(c), "{digits}");
        }
        assert_eq!(CODE_PAGE_437.chars().count(), 128);
        assert_eq!((alt_code("0"), alt_code("256"), alt_code("0300")), (None, None, None));
    }

    #[test]
    fn every_accented_letter_is_another_letter() {
        for (accent, pairs) in COMPOSED {
            let letters: Vec<char> = pairs.chars().collect();
            assert_eq!(letters.len() % 2, 0, "{accent}");
            for pair in letters.chunks(2) {
                assert!(pair[0].is_ascii_alphabetic() && !pair[1].is_ascii(), "{accent} {pair:?}");
                assert_eq!(pair[0].is_uppercase(), pair[1].is_uppercase(), "{accent} {pair:?}");
            }
        }
        assert_eq!((compose('^', 'e'), compose('^', 'x')), (Some('ê'), None));
    }
}
