//! Bringing the hub in step with one ledger: what to do next, decided from heads and digests alone.
//!
//! Used by the network driver and by simulations alike: ask [`Climb::next`], do it, tell what came of it.

use crate::ids::Seq;
use crate::ledger::entry::Digest;
use crate::ledger::wire::Head;

/// What is known of our side, as committed.
pub trait Ours {
    /// Our last entry.
    fn head(&self) -> Head;

    /// The digest after one of our entries; none where it is not kept.
    fn digest(&self, seq: Seq) -> Option<Digest>;
}

/// What to do next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next {
    /// Say hello, and tell [`Climb::head`] what the hub has.
    Hello,
    /// Upload what is after this entry, and tell [`Climb::head`] what the hub has then.
    Send {
        /// The hub's last.
        after: Head,
    },
    /// Ask the hub for the digest after this entry, and tell [`Climb::digest`].
    Ask {
        /// Which one.
        seq: Seq,
    },
    /// The hub's ledger goes on where ours ends: take that tail back, then [`Climb::again`].
    TakeBack {
        /// Our last.
        after: Head,
    },
    /// The histories part after this entry: renew our ledger, then [`Climb::again`].
    Renew {
        /// The last entry that both have.
        fork: Seq,
    },
    /// A ledger of ours that ended has another history at the hub: only a person can decide.
    Lost,
    /// The hub has all that we have.
    InStep,
}

/// Whether we still write a ledger.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// We do.
    Written,
    /// It was renewed, and ends where it ends.
    Ended,
}

/// The way of one ledger up to the hub.
#[derive(Debug, Clone)]
pub struct Climb {
    role: Role,
    next: Next,
    search: Option<Search>,
}

/// Looking for the last entry that both have.
#[derive(Debug, Clone, Copy)]
struct Search {
    common: Seq,
    differs: Seq,
    /// Where the hub's ledger is longer than ours: whether it only extends ours is asked first.
    may_extend: Option<Head>,
}

impl Climb {
    /// At the beginning of a contact.
    #[must_use]
    pub const fn new(role: Role) -> Climb {
        Climb { role, next: Next::Hello, search: None }
    }

    /// What to do next.
    #[must_use]
    pub const fn next(&self) -> Next {
        self.next
    }

    /// Everything must be asked anew: our ledger was changed, or the hub refused.
    pub fn again(&mut self) {
        *self = Climb::new(self.role);
    }

    /// The hub said what it has of this ledger.
    pub fn head(&mut self, ours: &impl Ours, hub: Head) {
        self.search = None;
        let own = ours.head();
        if hub.seq > own.seq {
            self.search = Some(Search { common: Seq::NONE, differs: own.seq, may_extend: Some(own) });
            self.next = Next::Ask { seq: own.seq };
            return;
        }
        // What is not kept any more was acknowledged, so the hub had it.
        if ours.digest(hub.seq).is_none_or(|digest| digest == hub.digest) {
            self.next = if hub.seq == own.seq { Next::InStep } else { Next::Send { after: hub } };
            return;
        }
        self.narrow(Search { common: Seq::NONE, differs: hub.seq, may_extend: None });
    }

    /// The hub said which digest it has after the entry that [`Next::Ask`] named; none: it does not have it.
    pub fn digest(&mut self, ours: &impl Ours, hub: Option<Digest>) {
        let (Next::Ask { seq }, Some(mut search)) = (self.next, self.search) else {
            self.again();
            return;
        };
        let same = match (ours.digest(seq), hub) {
            (Some(ours), Some(hub)) => ours == hub,
            (None, _) => true,
            (Some(_), None) => false,
        };
        if let Some(own) = search.may_extend.take() {
            if same {
                self.search = None;
                self.next = if self.role == Role::Ended { Next::InStep } else { Next::TakeBack { after: own } };
                return;
            }
        } else if same {
            search.common = seq;
        } else {
            search.differs = seq;
        }
        self.narrow(search);
    }

    fn narrow(&mut self, search: Search) {
        let apart = search.differs.0.saturating_sub(search.common.0);
        if apart > 1 {
            self.search = Some(search);
            self.next = Next::Ask { seq: Seq(search.common.0 + apart / 2) };
            return;
        }
        self.search = None;
        self.next = match self.role {
            Role::Written => Next::Renew { fork: search.common },
            Role::Ended => Next::Lost,
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Chain(Vec<Digest>);

    /// Each letter is an entry.
    fn chain(entries: &str) -> Chain {
        let mut digests = vec![Digest::NONE];
        for byte in entries.bytes() {
            digests.push(digests[digests.len() - 1].after(&[byte]));
        }
        Chain(digests)
    }

    impl Ours for Chain {
        fn head(&self) -> Head {
            Head { seq: Seq(self.0.len() as u64 - 1), digest: self.0[self.0.len() - 1] }
        }

        fn digest(&self, seq: Seq) -> Option<Digest> {
            self.0.get(seq.0 as usize).copied()
        }
    }

    fn check(role: Role, ours: &str, hub: &str) -> (Next, usize) {
        let (ours, hub) = (chain(ours), chain(hub));
        let mut climb = Climb::new(role);
        climb.head(&ours, hub.head());
        for asked in 0..64 {
            let Next::Ask { seq } = climb.next() else { return (climb.next(), asked) };
            climb.digest(&ours, hub.digest(seq));
        }
        panic!("it asks without end");
    }

    #[test]
    fn the_hub_has_less_or_the_same() {
        let after = chain("ab").head();
        assert_eq!(check(Role::Written, "abc", "ab"), (Next::Send { after }, 0));
        assert_eq!(check(Role::Written, "ab", "ab"), (Next::InStep, 0));
        assert_eq!(check(Role::Written, "", ""), (Next::InStep, 0));
        assert_eq!(check(Role::Written, "ab", ""), (Next::Send { after: Head::default() }, 0));
    }

    #[test]
    fn a_lost_tail_is_taken_back_after_one_question() {
        assert_eq!(check(Role::Written, "ab", "abcd"), (Next::TakeBack { after: chain("ab").head() }, 1));
        assert_eq!(check(Role::Written, "", "abcd"), (Next::TakeBack { after: Head::default() }, 1));
        assert_eq!(check(Role::Ended, "ab", "abcd"), (Next::InStep, 1));
    }

    #[test]
    fn the_fork_is_found_wherever_it_is() {
        let all = "abcdefghijklmnop";
        for fork in 0..all.len() {
            for (longer, more) in [("", "XYZ"), ("XYZ", ""), ("", "")] {
                let mine = format!("{}{}{longer}", &all[..fork], &all[fork..].to_uppercase());
                let theirs = format!("{}{}{more}", &all[..fork], &all[fork..]);
                let (next, asked) = check(Role::Written, &mine, &theirs);
                assert_eq!(next, Next::Renew { fork: Seq(fork as u64) }, "{mine} {theirs}");
                assert!(asked <= 6, "{asked} questions for {mine} {theirs}");
            }
        }
        assert_eq!(check(Role::Ended, "abX", "abY").0, Next::Lost);
    }
}
