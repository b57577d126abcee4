//! Dates and times, as far as a `!!timestamp` has to be one.

/// True for what go-yaml v2 takes as a timestamp. Source: `resolve.go`, `parseTimestamp`: the four
/// layouts `2006-1-2T15:4:5.999999999Z07:00`, the same with `t`, `2006-1-2 15:4:5.999999999` and
/// `2006-1-2`, read by Go's `time.Parse`.
pub(super) fn is_timestamp(text: &str) -> bool {
    let mut rest = Rest(text.as_bytes());
    rest.date().is_some() && (rest.0.is_empty() || rest.time().is_some() && rest.0.is_empty())
}

/// What is still to be read.
struct Rest<'t>(&'t [u8]);

impl Rest<'_> {
    fn date(&mut self) -> Option<()> {
        let year = u32::from(self.two_digits()?) * 100 + u32::from(self.two_digits()?);
        self.byte(b'-')?;
        let month = self.number(12)?;
        self.byte(b'-')?;
        let day = self.number(31)?;
        let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
        let days = match month {
            2 => 28 + u8::from(leap),
            4 | 6 | 9 | 11 => 30,
            _ => 31,
        };
        (month > 0 && (1..=days).contains(&day)).then_some(())
    }

    /// `T15:4:5Z`, or ` 15:4:5` without a zone.
    fn time(&mut self) -> Option<()> {
        let zoned = matches!(self.0.first()?, b'T' | b't');
        if zoned {
            self.0 = self.0.get(1..)?;
        } else {
            self.byte(b' ')?;
            self.0 = self.0.trim_ascii_start();
        }
        self.number(23)?;
        self.byte(b':')?;
        self.number(59)?;
        self.byte(b':')?;
        self.number(59)?;
        if let [b'.' | b',', fraction @ ..] = self.0 {
            let digits = fraction.iter().take_while(|byte| byte.is_ascii_digit()).count();
            if digits > 0 {
                self.0 = fraction.get(digits..)?;
            }
        }
        if zoned { self.zone() } else { Some(()) }
    }

    fn zone(&mut self) -> Option<()> {
        if self.byte(b'Z').is_some() {
            return Some(());
        }
        self.byte(b'+').or_else(|| self.byte(b'-'))?;
        let hours = self.two_digits()?;
        self.byte(b':')?;
        let minutes = self.two_digits()?;
        (hours <= 24 && minutes <= 60).then_some(())
    }

    fn byte(&mut self, byte: u8) -> Option<()> {
        self.0 = self.0.strip_prefix(&[byte])?;
        Some(())
    }

    /// One or two digits.
    fn number(&mut self, most: u8) -> Option<u8> {
        let number = match *self.0 {
            [tens @ b'0'..=b'9', ones @ b'0'..=b'9', ..] => {
                self.0 = self.0.get(2..)?;
                (tens - b'0') * 10 + (ones - b'0')
            }
            [ones @ b'0'..=b'9', ..] => {
                self.0 = self.0.get(1..)?;
                ones - b'0'
            }
            _ => return None,
        };
        (number <= most).then_some(number)
    }

    fn two_digits(&mut self) -> Option<u8> {
        match *self.0 {
            [b'0'..=b'9', b'0'..=b'9', ..] => self.number(99),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::is_timestamp;

    #[test]
    fn timestamps_are_those_of_go() {
        for text in [
            "2001-01-01",
            "2001-1-1",
            "2004-02-29",
            "2001-01-01T00:00:00Z",
            "2001-1-1t1:2:3.5+01:00",
            "2001-1-1   1:2:3",
        ] {
            assert!(is_timestamp(text), "{text}");
        }
        for text in [
            "",
            "2001",
            "2001-",
            "2001-13-01",
            "2001-02-29",
            "201-1-1",
            "2001-1-1 1:2:3Z",
            "2001-1-1T1:2:3",
            "2001-1-0",
            "2001-1-1T24:00:00Z",
            "2001-1-1x",
            "2001-1-1 1:2:3.",
        ] {
            assert!(!is_timestamp(text), "{text}");
        }
    }
}
