//! Shipping labels of the sample shop. They look like a carrier's, and say that they are none.

/// A tracking number in the form of UPS, with its check digit, of a made-up shipper.
#[must_use]
pub fn tracking(serial: u32) -> String {
    let body = format!("12345E03{:07}", serial % 10_000_000);
    format!("1Z{body}{}", check_digit(&body))
}

/// The check digit of the 15 characters after `1Z`: letters count as digits by their place in the alphabet, every
/// second character twice, and the sum is filled up to a multiple of ten (UPS, Guide to Labeling).
fn check_digit(body: &str) -> u32 {
    let value = |c: char| c.to_digit(10).unwrap_or(u32::from(c).wrapping_sub(63) % 10);
    let sum: u32 = body.chars().enumerate().map(|(n, c)| value(c) * (1 + (n as u32 % 2))).sum();
    (10 - sum % 10) % 10
}

/// A label of 4 by 6 inches at 203 dpi, in ZPL.
#[must_use]
pub fn zpl(tracking: &str) -> String {
    format!(
        "^XA^CI28^PW812^LL1218\n\
         ^FO40,40^A0N,36,36^FDSample Prints^FS\n\
         ^FO40,84^A0N,28,28^FD1 Example Street, Anytown^FS\n\
         ^FO40,150^GB732,3,3^FS\n\
         ^FO40,190^A0N,32,32^FDSHIP TO:^FS\n\
         ^FO40,240^A0N,48,48^FDS. Ample^FS\n\
         ^FO40,300^A0N,44,44^FD2 Example Road, Othertown^FS\n\
         ^FO40,400^GB732,3,3^FS\n\
         ^FO40,440^A0N,60,60^FDSAMPLE - NOT FOR SHIPPING^FS\n\
         ^FO40,540^A0N,32,32^FDTRACKING #: {tracking}^FS\n\
         ^BY3\n\
         ^FO90,620^BCN,220,N,N,N,A^FD{tracking}^FS\n\
         ^FO40,900^GB732,12,12^FS\n\
         ^XZ\n"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_check_digit_is_that_of_published_numbers() {
        for number in ["1Z999AA10123456784", "1Z5R89390357567127", "1Z879E930346834440", "1Z410E7W0392751591"] {
            assert_eq!(format!("{}", check_digit(&number[2..17])), &number[17..], "{number}");
        }
        assert_eq!(tracking(1).len(), 18);
    }
}
