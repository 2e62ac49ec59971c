//! Countries by ISO 3166-1: two letters, three digits, and an English name.
//!
//! Sources: the public-domain table of the tz database for the names, the published code lists for the rest.

/// A country or territory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Country {
    /// Its two letters.
    pub alpha2: &'static str,
    /// Its three digits, as a number.
    pub number: u16,
    /// Its name.
    pub name: &'static str,
}

/// The country of two capital letters.
#[must_use]
pub fn by_letters(alpha2: &str) -> Option<&'static Country> {
    ALL.binary_search_by_key(&alpha2, |country| country.alpha2).ok().and_then(|at| ALL.get(at))
}

/// The country of three digits.
#[must_use]
pub fn by_number(digits: &str) -> Option<&'static Country> {
    if digits.len() != 3 {
        return None;
    }
    let number: usize = digits.parse().ok()?;
    // The table holds the place in the list from 1, so that 0 is nobody.
    let at = usize::from(*BY_NUMBER.get(number)?).checked_sub(1)?;
    ALL.get(at)
}

const fn land(alpha2: &'static str, number: u16, name: &'static str) -> Country {
    Country { alpha2, number, name }
}

const BY_NUMBER: [u8; 1_000] = {
    let mut table = [0; 1_000];
    let mut at = 0;
    while at < ALL.len() {
        table[ALL[at].number as usize] = at as u8 + 1;
        at += 1;
    }
    table
};

/// In the order of the letters.
const ALL: [Country; 249] = [
    land("AD", 20, "Andorra"),
    land("AE", 784, "United Arab Emirates"),
    land("AF", 4, "Afghanistan"),
    land("AG", 28, "Antigua and Barbuda"),
    land("AI", 660, "Anguilla"),
    land("AL", 8, "Albania"),
    land("AM", 51, "Armenia"),
    land("AO", 24, "Angola"),
    land("AQ", 10, "Antarctica"),
    land("AR", 32, "Argentina"),
    land("AS", 16, "American Samoa"),
    land("AT", 40, "Austria"),
    land("AU", 36, "Australia"),
    land("AW", 533, "Aruba"),
    land("AX", 248, "Åland Islands"),
    land("AZ", 31, "Azerbaijan"),
    land("BA", 70, "Bosnia and Herzegovina"),
    land("BB", 52, "Barbados"),
    land("BD", 50, "Bangladesh"),
    land("BE", 56, "Belgium"),
    land("BF", 854, "Burkina Faso"),
    land("BG", 100, "Bulgaria"),
    land("BH", 48, "Bahrain"),
    land("BI", 108, "Burundi"),
    land("BJ", 204, "Benin"),
    land("BL", 652, "St Barthelemy"),
    land("BM", 60, "Bermuda"),
    land("BN", 96, "Brunei"),
    land("BO", 68, "Bolivia"),
    land("BQ", 535, "Caribbean NL"),
    land("BR", 76, "Brazil"),
    land("BS", 44, "Bahamas"),
    land("BT", 64, "Bhutan"),
    land("BV", 74, "Bouvet Island"),
    land("BW", 72, "Botswana"),
    land("BY", 112, "Belarus"),
    land("BZ", 84, "Belize"),
    land("CA", 124, "Canada"),
    land("CC", 166, "Cocos (Keeling) Islands"),
    land("CD", 180, "Congo (Democratic Republic)"),
    land("CF", 140, "Central African Rep."),
    land("CG", 178, "Congo (Republic)"),
    land("CH", 756, "Switzerland"),
    land("CI", 384, "Côte d'Ivoire"),
    land("CK", 184, "Cook Islands"),
    land("CL", 152, "Chile"),
    land("CM", 120, "Cameroon"),
    land("CN", 156, "China"),
    land("CO", 170, "Colombia"),
    land("CR", 188, "Costa Rica"),
    land("CU", 192, "Cuba"),
    land("CV", 132, "Cape Verde"),
    land("CW", 531, "Curaçao"),
    land("CX", 162, "Christmas Island"),
    land("CY", 196, "Cyprus"),
    land("CZ", 203, "Czechia"),
    land("DE", 276, "Germany"),
    land("DJ", 262, "Djibouti"),
    land("DK", 208, "Denmark"),
    land("DM", 212, "Dominica"),
    land("DO", 214, "Dominican Republic"),
    land("DZ", 12, "Algeria"),
    land("EC", 218, "Ecuador"),
    land("EE", 233, "Estonia"),
    land("EG", 818, "Egypt"),
    land("EH", 732, "Western Sahara"),
    land("ER", 232, "Eritrea"),
    land("ES", 724, "Spain"),
    land("ET", 231, "Ethiopia"),
    land("FI", 246, "Finland"),
    land("FJ", 242, "Fiji"),
    land("FK", 238, "Falkland Islands"),
    land("FM", 583, "Micronesia"),
    land("FO", 234, "Faroe Islands"),
    land("FR", 250, "France"),
    land("GA", 266, "Gabon"),
    land("GB", 826, "United Kingdom"),
    land("GD", 308, "Grenada"),
    land("GE", 268, "Georgia"),
    land("GF", 254, "French Guiana"),
    land("GG", 831, "Guernsey"),
    land("GH", 288, "Ghana"),
    land("GI", 292, "Gibraltar"),
    land("GL", 304, "Greenland"),
    land("GM", 270, "Gambia"),
    land("GN", 324, "Guinea"),
    land("GP", 312, "Guadeloupe"),
    land("GQ", 226, "Equatorial Guinea"),
    land("GR", 300, "Greece"),
    land("GS", 239, "South Georgia and the South Sandwich Islands"),
    land("GT", 320, "Guatemala"),
    land("GU", 316, "Guam"),
    land("GW", 624, "Guinea-Bissau"),
    land("GY", 328, "Guyana"),
    land("HK", 344, "Hong Kong"),
    land("HM", 334, "Heard Island and McDonald Islands"),
    land("HN", 340, "Honduras"),
    land("HR", 191, "Croatia"),
    land("HT", 332, "Haiti"),
    land("HU", 348, "Hungary"),
    land("ID", 360, "Indonesia"),
    land("IE", 372, "Ireland"),
    land("IL", 376, "Israel"),
    land("IM", 833, "Isle of Man"),
    land("IN", 356, "India"),
    land("IO", 86, "British Indian Ocean Territory"),
    land("IQ", 368, "Iraq"),
    land("IR", 364, "Iran"),
    land("IS", 352, "Iceland"),
    land("IT", 380, "Italy"),
    land("JE", 832, "Jersey"),
    land("JM", 388, "Jamaica"),
    land("JO", 400, "Jordan"),
    land("JP", 392, "Japan"),
    land("KE", 404, "Kenya"),
    land("KG", 417, "Kyrgyzstan"),
    land("KH", 116, "Cambodia"),
    land("KI", 296, "Kiribati"),
    land("KM", 174, "Comoros"),
    land("KN", 659, "St Kitts and Nevis"),
    land("KP", 408, "North Korea"),
    land("KR", 410, "South Korea"),
    land("KW", 414, "Kuwait"),
    land("KY", 136, "Cayman Islands"),
    land("KZ", 398, "Kazakhstan"),
    land("LA", 418, "Laos"),
    land("LB", 422, "Lebanon"),
    land("LC", 662, "St Lucia"),
    land("LI", 438, "Liechtenstein"),
    land("LK", 144, "Sri Lanka"),
    land("LR", 430, "Liberia"),
    land("LS", 426, "Lesotho"),
    land("LT", 440, "Lithuania"),
    land("LU", 442, "Luxembourg"),
    land("LV", 428, "Latvia"),
    land("LY", 434, "Libya"),
    land("MA", 504, "Morocco"),
    land("MC", 492, "Monaco"),
    land("MD", 498, "Moldova"),
    land("ME", 499, "Montenegro"),
    land("MF", 663, "St Martin (French)"),
    land("MG", 450, "Madagascar"),
    land("MH", 584, "Marshall Islands"),
    land("MK", 807, "North Macedonia"),
    land("ML", 466, "Mali"),
    land("MM", 104, "Myanmar"),
    land("MN", 496, "Mongolia"),
    land("MO", 446, "Macau"),
    land("MP", 580, "Northern Mariana Islands"),
    land("MQ", 474, "Martinique"),
    land("MR", 478, "Mauritania"),
    land("MS", 500, "Montserrat"),
    land("MT", 470, "Malta"),
    land("MU", 480, "Mauritius"),
    land("MV", 462, "Maldives"),
    land("MW", 454, "Malawi"),
    land("MX", 484, "Mexico"),
    land("MY", 458, "Malaysia"),
    land("MZ", 508, "Mozambique"),
    land("NA", 516, "Namibia"),
    land("NC", 540, "New Caledonia"),
    land("NE", 562, "Niger"),
    land("NF", 574, "Norfolk Island"),
    land("NG", 566, "Nigeria"),
    land("NI", 558, "Nicaragua"),
    land("NL", 528, "Netherlands"),
    land("NO", 578, "Norway"),
    land("NP", 524, "Nepal"),
    land("NR", 520, "Nauru"),
    land("NU", 570, "Niue"),
    land("NZ", 554, "New Zealand"),
    land("OM", 512, "Oman"),
    land("PA", 591, "Panama"),
    land("PE", 604, "Peru"),
    land("PF", 258, "French Polynesia"),
    land("PG", 598, "Papua New Guinea"),
    land("PH", 608, "Philippines"),
    land("PK", 586, "Pakistan"),
    land("PL", 616, "Poland"),
    land("PM", 666, "St Pierre and Miquelon"),
    land("PN", 612, "Pitcairn"),
    land("PR", 630, "Puerto Rico"),
    land("PS", 275, "Palestine"),
    land("PT", 620, "Portugal"),
    land("PW", 585, "Palau"),
    land("PY", 600, "Paraguay"),
    land("QA", 634, "Qatar"),
    land("RE", 638, "Réunion"),
    land("RO", 642, "Romania"),
    land("RS", 688, "Serbia"),
    land("RU", 643, "Russia"),
    land("RW", 646, "Rwanda"),
    land("SA", 682, "Saudi Arabia"),
    land("SB", 90, "Solomon Islands"),
    land("SC", 690, "Seychelles"),
    land("SD", 729, "Sudan"),
    land("SE", 752, "Sweden"),
    land("SG", 702, "Singapore"),
    land("SH", 654, "St Helena"),
    land("SI", 705, "Slovenia"),
    land("SJ", 744, "Svalbard and Jan Mayen"),
    land("SK", 703, "Slovakia"),
    land("SL", 694, "Sierra Leone"),
    land("SM", 674, "San Marino"),
    land("SN", 686, "Senegal"),
    land("SO", 706, "Somalia"),
    land("SR", 740, "Suriname"),
    land("SS", 728, "South Sudan"),
    land("ST", 678, "Sao Tome and Principe"),
    land("SV", 222, "El Salvador"),
    land("SX", 534, "St Maarten (Dutch)"),
    land("SY", 760, "Syria"),
    land("SZ", 748, "Eswatini"),
    land("TC", 796, "Turks and Caicos Is"),
    land("TD", 148, "Chad"),
    land("TF", 260, "French S. Terr."),
    land("TG", 768, "Togo"),
    land("TH", 764, "Thailand"),
    land("TJ", 762, "Tajikistan"),
    land("TK", 772, "Tokelau"),
    land("TL", 626, "East Timor"),
    land("TM", 795, "Turkmenistan"),
    land("TN", 788, "Tunisia"),
    land("TO", 776, "Tonga"),
    land("TR", 792, "Turkey"),
    land("TT", 780, "Trinidad and Tobago"),
    land("TV", 798, "Tuvalu"),
    land("TW", 158, "Taiwan"),
    land("TZ", 834, "Tanzania"),
    land("UA", 804, "Ukraine"),
    land("UG", 800, "Uganda"),
    land("UM", 581, "US minor outlying islands"),
    land("US", 840, "United States"),
    land("UY", 858, "Uruguay"),
    land("UZ", 860, "Uzbekistan"),
    land("VA", 336, "Vatican City"),
    land("VC", 670, "St Vincent"),
    land("VE", 862, "Venezuela"),
    land("VG", 92, "Virgin Islands (UK)"),
    land("VI", 850, "Virgin Islands (US)"),
    land("VN", 704, "Vietnam"),
    land("VU", 548, "Vanuatu"),
    land("WF", 876, "Wallis and Futuna"),
    land("WS", 882, "Samoa"),
    land("YE", 887, "Yemen"),
    land("YT", 175, "Mayotte"),
    land("ZA", 710, "South Africa"),
    land("ZM", 894, "Zambia"),
    land("ZW", 716, "Zimbabwe"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_in_order_and_every_country_is_found_both_ways() {
        assert!(ALL.windows(2).all(|pair| pair[0].alpha2 < pair[1].alpha2));
        for country in &ALL {
            assert_eq!(by_letters(country.alpha2), Some(country));
            assert_eq!(by_number(&format!("{:03}", country.number)), Some(country));
        }
    }

    #[test]
    fn what_is_no_country_is_none() {
        for digits in ["", "84", "0840", "999", "-40", "é"] {
            assert_eq!(by_number(digits), None, "{digits}");
        }
        assert_eq!(by_letters("us"), None);
        assert_eq!(by_number("840").map(|country| country.name), Some("United States"));
    }
}
