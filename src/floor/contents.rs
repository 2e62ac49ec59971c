//! What an order's state answers: how people call it, which piece is which, and what belongs into a package.

use super::intake::JobSpec;
use super::order::Order;
use crate::ids::{JobId, PackageId};

impl Order {
    /// Cancelled for good.
    #[must_use]
    pub fn is_cancelled(&self) -> bool {
        self.stopped.as_ref().is_some_and(|s| s.cancelled)
    }

    /// The order as people say it, or `?` while its intake is not known here.
    #[must_use]
    pub fn spoken(&self) -> String {
        self.intake.as_ref().map_or_else(|| "?".to_owned(), |i| i.spoken())
    }

    /// What the intake says of a job, and its place among the order's jobs, from 1.
    #[must_use]
    pub fn job_spec(&self, job: &JobId) -> Option<(usize, &JobSpec)> {
        let intake = self.intake.as_deref()?;
        intake.jobs.iter().enumerate().find(|(_, spec)| spec.job == *job).map(|(i, spec)| (i + 1, spec))
    }

    /// The package that a job belongs into: the one its intake names, else the first that is not closed, else
    /// the first.
    #[must_use]
    pub fn package_for(&self, job: &JobId) -> Option<&PackageId> {
        let intake = self.intake.as_deref()?;
        let named = self.job_spec(job).and_then(|(_, spec)| spec.package.as_ref());
        let free = || {
            let is_open = |p: &PackageId| self.packages.get(p).is_none_or(|k| k.closed.is_none());
            let ids = || intake.packages.iter().map(|p| &p.package);
            ids().find(|p| is_open(p)).or_else(|| ids().next())
        };
        named.or_else(free)
    }

    /// The jobs that belong into a package, and how many of them are in it.
    #[must_use]
    pub fn contents(&self, package: &PackageId) -> (usize, usize) {
        let due: Vec<&JobId> = self.belonging(package).collect();
        (due.iter().filter(|job| self.is_in(job, package)).count(), due.len())
    }

    /// Whether a job was put into a package.
    #[must_use]
    pub fn is_in(&self, job: &JobId, package: &PackageId) -> bool {
        self.jobs.get(job).is_some_and(|j| j.package.as_ref() == Some(package))
    }

    /// The jobs that belong into a package and are not in it.
    pub fn missing<'a>(&'a self, package: &'a PackageId) -> impl Iterator<Item = &'a JobId> {
        self.belonging(package).filter(|job| !self.is_in(job, package))
    }

    /// The jobs that are in a package, or belong into it.
    pub fn belonging<'a>(&'a self, package: &'a PackageId) -> impl Iterator<Item = &'a JobId> {
        let belongs = move |spec: &&JobSpec| match self.jobs.get(&spec.job).and_then(|j| j.package.as_ref()) {
            Some(actual) => actual == package,
            None => self.package_for(&spec.job) == Some(package),
        };
        self.intake.as_deref().into_iter().flat_map(|i| &i.jobs).filter(belongs).map(|spec| &spec.job)
    }
}
