//! HID report descriptors of scanners, by the layouts that are known of them.

/// Short items of a descriptor (HID 1.11, 6.2.2).
fn item(prefix: u8, data: &[u8]) -> Vec<u8> {
    let size = if data.len() == 4 { 3 } else { data.len() as u8 };
    [vec![prefix | size], data.to_vec()].concat()
}

fn page(page: u16) -> Vec<u8> {
    item(0x04, &page.to_le_bytes())
}

fn usage(id: u8) -> Vec<u8> {
    item(0x08, &[id])
}

fn field(count: u8, bits: u8, flags: u8) -> Vec<u8> {
    [item(0x94, &[count]), item(0x74, &[bits]), item(0x80, &[flags])].concat()
}

const VARIABLE: u8 = 0x02;
const BUFFERED: u8 = 0x02;

fn application(report_id: Option<u8>, fields: &[Vec<u8>]) -> Vec<u8> {
    let id = report_id.map(|id| item(0x84, &[id])).unwrap_or_default();
    let limits = [item(0x14, &[0]), item(0x24, &[0xff, 0])].concat();
    [page(0x8c), usage(0x02), item(0xa0, &[0x01]), id, limits, fields.concat(), vec![0xc0]].concat()
}

fn symbology() -> Vec<u8> {
    [page(0x8c), usage(0xfb), usage(0xfc), usage(0xfd), field(3, 8, VARIABLE)].concat()
}

fn data(len: u8) -> Vec<u8> {
    [page(0x8c), usage(0xfe), item(0x94, &[len]), item(0x74, &[8]), item(0x80, &[BUFFERED, 0x01])].concat()
}

fn count() -> Vec<u8> {
    [page(0x01), usage(0x3b), field(1, 8, VARIABLE)].concat()
}

/// The flag "continued" in the lowest bit of the last byte.
fn continued() -> Vec<u8> {
    [page(0x8c), usage(0xff), field(1, 1, VARIABLE), field(1, 7, 0x01)].concat()
}

pub fn named(name: &str) -> Vec<u8> {
    match name {
        // Honeywell, Hand Held Products, Access-IS: count, symbology, 56 bytes, maker's code, flag.
        "honeywell" => {
            let own = [page(0xff66), usage(0x01), field(2, 8, VARIABLE)].concat();
            application(Some(2), &[count(), symbology(), data(56), own, continued()])
        }
        // The symbology behind the data, and no count.
        "no-count" => application(Some(1), &[data(20), symbology(), continued()]),
        // One report without a number, as an array field.
        "plain" => {
            let array = [page(0x8c), usage(0xfe), field(16, 8, 0x00)].concat();
            application(None, &[count(), array])
        }
        hex => data_encoding::HEXLOWER.decode(hex.as_bytes()).expect("a name or hexadecimal"),
    }
}

/// A report as Honeywell sends it: `]C1 more TEXT`, where `more` says that another one follows.
pub fn honeywell_report(words: &str) -> Vec<u8> {
    let words = words.replace("\\x1d", "\u{1d}").replace("\\0", "\0");
    let (aim, text) = words.split_once(' ').expect("an identifier");
    let (more, text) = text.strip_prefix("more ").map_or((0, text), |text| (1, text));
    let mut report = vec![2, text.len() as u8];
    report.extend(aim.bytes());
    report.extend(text.bytes());
    report.resize(61, 0);
    report.extend([b'j', 0, more]);
    report
}

#[test]
fn a_descriptor_without_barcodes_or_with_nonsense_is_refused() {
    use stationd::scan::frame::Framing;
    use stationd::scan::hidpos::{HidPos, NoBarcodes};
    let mouse = application(None, &[count()]);
    // A usage without a page, which the parser does not survive.
    let pageless = [usage(0x02), item(0xa0, &[0x01])].concat();
    for descriptor in [&mouse[..], &pageless, &[], &[0xff; 64], &named("honeywell")[..20]] {
        assert_eq!(HidPos::new(descriptor, &Framing::default()).err(), Some(NoBarcodes));
    }
}
