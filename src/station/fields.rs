//! What a label of ours says: an order's state as the fields of a template.

use crate::floor::event::LabelOf;
use crate::floor::intake::Intake;
use crate::floor::order::Order;
use crate::ids::{JobId, PackageId};
use crate::label::field::{Field, Fields};

/// The fields of a ticket or package label. Empty where the order's intake is not known here.
#[must_use]
pub fn fields(order: &Order, what: &LabelOf, zone: &jiff::tz::TimeZone) -> Fields {
    let Some(intake) = order.intake.as_deref() else { return Fields::new() };
    let all = common(intake, zone);
    match what {
        LabelOf::Ticket(job) => of_job(order, job, all),
        LabelOf::Package(package) | LabelOf::Shipping(package) | LabelOf::Document { package, .. } => {
            of_package(order, intake, package, all)
        }
    }
}

/// The fields of an order's first job and package: for looking at a template.
#[must_use]
pub fn of_first(order: &Order, zone: &jiff::tz::TimeZone) -> Fields {
    let Some(intake) = order.intake.as_deref() else { return Fields::new() };
    let jobs = intake.jobs.first().map(|spec| LabelOf::Ticket(spec.job.clone()));
    let packages = intake.packages.first().map(|spec| LabelOf::Package(spec.package.clone()));
    let all = jobs.into_iter().chain(packages).map(|what| fields(order, &what, zone));
    all.fold(Fields::new(), Fields::and)
}

fn common(intake: &Intake, zone: &jiff::tz::TimeZone) -> Fields {
    let ship_by = intake.ship_by.map(|m| m.timestamp().to_zoned(zone.clone()).strftime("%a %d %b").to_string());
    Fields::new()
        .with(Field::OrderNumber, &intake.number)
        .with(Field::OrderId, intake.order.as_str())
        .with(Field::Channel, &intake.channel)
        .with(Field::ShipBy, ship_by.unwrap_or_default())
        .with(Field::Rush, if intake.rush { "RUSH" } else { "" })
        .with(Field::Sample, if intake.sample { "SAMPLE" } else { "" })
}

fn of_job(order: &Order, job: &JobId, all: Fields) -> Fields {
    let all = all.with(Field::JobCode, job.as_str());
    let Some((n, spec)) = order.job_spec(job) else { return all };
    let of = order.intake.as_deref().map_or(0, |i| i.jobs.len());
    all.with(Field::JobProduct, &spec.product)
        .with(Field::JobOf, format!("{n} of {of}"))
        .with(Field::Size, &spec.size)
        .with(Field::Colour, &spec.colour)
        .with(Field::Place, spec.places.join(", "))
        .with(Field::Note, &spec.note)
}

fn of_package(order: &Order, intake: &Intake, package: &PackageId, all: Fields) -> Fields {
    let n = intake.packages.iter().position(|p| p.package == *package).map_or(1, |i| i + 1);
    let (pieces, _) = order.contents(package);
    let pieces = if pieces == 1 { "1 piece".to_owned() } else { format!("{pieces} pieces") };
    all.with(Field::PackageCode, package.as_str())
        .with(Field::PackageOf, format!("{n} of {}", intake.packages.len()))
        .with(Field::PackageJobs, pieces)
}
