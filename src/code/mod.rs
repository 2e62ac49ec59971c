//! What a scanned text means.
pub mod aim;
pub mod command;
use crate::ids::*;
use aim::Aim;
use serde::Deserialize;
#[derive(Debug, Clone, PartialEq)]
pub enum Meaning {
    Job(JobId),
    Order(OrderId),
    Package(PackageId),
    Batch(BatchId),
    Badge(OperatorId),
    Command(command::Command),
    Pairing(StationId),
    Bin(String),
    LayoutTest,
    Tracking(Vec<Tracking>),
    Routing(String),
    Product(String),
    Web(String),
    Misread {},
    Unknown(Reason),
}
#[derive(Debug, Clone, PartialEq)]
pub struct CarrierId(String);
impl Tracking {
    pub fn of(c: &str, t: &str) -> Self {
        Tracking { carrier: CarrierId(c.into()), key: t.into(), printed: t.into(), scanned: t.into() }
    }
}
impl CarrierId {
    pub fn as_str(&self) -> &str {
        &self.0
    }
}
#[derive(Debug, Clone, PartialEq)]
pub struct Tracking {
    pub carrier: CarrierId,
    pub key: String,
    pub printed: String,
    pub scanned: String,
}
#[derive(Debug, Clone, PartialEq)]
pub struct Reason(String);
impl Reason {
    pub fn carriers(&self) -> &[String] {
        &[]
    }
    pub fn shown(&self) -> String {
        self.0.clone()
    }
}
pub struct Reading {
    pub meaning: Meaning,
}
#[derive(Default)]
pub struct Codebook;
impl Codebook {
    pub fn read(&self, text: &str, _aim: Option<Aim>) -> Reading {
        let meaning = match text.chars().next() {
            Some('J') => Meaning::Job(JobId::new(text).unwrap()),
            Some('D') => Meaning::Order(OrderId::new(text).unwrap()),
            Some('P') => Meaning::Package(PackageId::new(text).unwrap()),
            Some('1') => Meaning::Tracking(vec![Tracking {
                carrier: CarrierId("ups".into()),
                key: text.into(),
                printed: text.into(),
                scanned: text.into(),
            }]),
            _ => Meaning::Unknown(Reason(text.into())),
        };
        Reading { meaning }
    }
}
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct ShopPattern {}
