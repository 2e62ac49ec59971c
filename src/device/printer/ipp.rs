//! A queue of a print server, or a printer that is one itself (IPP Everywhere, AirPrint): labels go as pictures, and the
//! server knows the printer's language.
//!
//! A job carries its label's number as its name, so that after a broken connection the server can say whether it has it.
//! A completed job means that the server got rid of it; whether paper came out only a scan proves.
//! Source: RFC 8011, PWG 5100.14.

use std::error::Error;
use std::io::Cursor;
use std::time::{Duration, Instant};

use ipp::operation::IppOperation;
use ipp::prelude::*;
use tokio::runtime::Runtime;
use tracing::warn;

use super::Patience;
use super::work::Teller;
use crate::station::input::{Came, Hindrance};

/// What labels are sent as.
const FORMAT: &str = "image/pwg-raster";
/// Whose jobs they are, in the server's list.
const USER: &str = "stationd";

/// What keeps a queue's printer from printing; none: nothing that it tells of.
pub(super) fn look(uri: &str, patience: &Patience, runtime: &Runtime) -> Option<Hindrance> {
    match runtime.block_on(async { Queue::new(uri, patience.connect).state().await }) {
        Ok(why) => why,
        Err(_) => Some(Hindrance::Away),
    }
}

/// Prints one label, and says what came of it.
pub(super) fn deliver(
    uri: &str,
    name: &str,
    document: Vec<u8>,
    patience: &Patience,
    teller: &mut Teller<'_>,
    runtime: &Runtime,
) -> Came {
    let queue = Queue::new(uri, patience.give_up.min(JOB_WAIT));
    let sent = runtime.block_on(queue.print(name, document));
    let job = match sent {
        Ok(job) => job,
        Err(error) => {
            warn!(uri, error = error.as_ref() as &dyn Error, "a label may not have reached the print server");
            match runtime.block_on(queue.find(name)) {
                Ok(Some(job)) => job,
                Ok(None) => return Came::Failed,
                Err(_) => {
                    teller.tell(Some(Hindrance::Away));
                    return Came::Doubtful;
                }
            }
        }
    };
    follow(&queue, job, patience, teller, runtime)
}

/// Longest wait for the server to take one label.
const JOB_WAIT: Duration = Duration::from_secs(60);

/// Waits until the job is over, and tells meanwhile what holds it up.
fn follow(queue: &Queue, job: i32, patience: &Patience, teller: &mut Teller<'_>, runtime: &Runtime) -> Came {
    let begun = Instant::now();
    loop {
        match runtime.block_on(queue.job_state(job)) {
            Ok(JobState::Completed) => {
                teller.tell(None);
                return Came::Taken;
            }
            Ok(JobState::Canceled | JobState::Aborted) => {
                // Somebody took it out, perhaps in the middle of the label.
                return Came::Doubtful;
            }
            Ok(_) => {
                let why = runtime.block_on(queue.state()).unwrap_or(Some(Hindrance::Away));
                teller.tell(why);
            }
            Err(_) => teller.tell(Some(Hindrance::Away)),
        }
        if teller.is_stopping() || begun.elapsed() > patience.give_up {
            return Came::Doubtful;
        }
        std::thread::sleep(patience.between);
    }
}

type Failed = Box<dyn Error + Send + Sync>;

/// One queue.
struct Queue {
    uri: String,
    wait: Duration,
}

impl Queue {
    fn new(uri: &str, wait: Duration) -> Queue {
        Queue { uri: uri.to_owned(), wait }
    }

    fn address(&self) -> Result<Uri, Failed> {
        Ok(self.uri.parse()?)
    }

    async fn ask(&self, operation: impl IppOperation) -> Result<IppAttributes, Failed> {
        let client = AsyncIppClient::builder(self.address()?).request_timeout(self.wait).build();
        let answer = client.send(operation).await?;
        let status = answer.header().status_code();
        if !status.is_success() {
            return Err(format!("the print server answered {status}").into());
        }
        Ok(answer.attributes().clone())
    }

    /// Why the printer behind it does not print.
    async fn state(&self) -> Result<Option<Hindrance>, Failed> {
        let wanted = ["printer-state", "printer-state-reasons", "printer-is-accepting-jobs"];
        let operation = IppOperationBuilder::get_printer_attributes(self.address()?).attributes(wanted).build()?;
        let answer = self.ask(operation).await?;
        let text = |name| value(&answer, DelimiterTag::PrinterAttributes, name).map_or(String::new(), texts);
        Ok(reason(&text("printer-state-reasons")).or_else(|| {
            let is_refusing = text("printer-is-accepting-jobs") == "false";
            let is_stopped = text("printer-state") == "5";
            (is_refusing || is_stopped).then_some(Hindrance::Paused)
        }))
    }

    async fn print(&self, name: &str, document: Vec<u8>) -> Result<i32, Failed> {
        let payload = IppPayload::new(Cursor::new(document));
        let job = IppOperationBuilder::print_job(self.address()?, payload);
        let operation = job.user_name(USER).job_title(name).document_format(FORMAT).build()?;
        let answer = self.ask(operation).await?;
        let id = value(&answer, DelimiterTag::JobAttributes, "job-id").and_then(|id| id.as_integer().copied());
        id.ok_or_else(|| "the print server gave the job no number".into())
    }

    /// The job of that name, done or not.
    async fn find(&self, name: &str) -> Result<Option<i32>, Failed> {
        for which in ["not-completed", "completed"] {
            let mut request = IppRequestResponse::new(IppVersion::v2_0(), Operation::GetJobs, Some(self.address()?))?;
            let attributes = [
                ("which-jobs", IppValue::Keyword(which.try_into()?)),
                ("requested-attributes", IppValue::Keyword("all".try_into()?)),
            ];
            for (key, value) in attributes {
                let attribute = IppAttribute::with_name(key, value)?;
                request.attributes_mut().add(DelimiterTag::OperationAttributes, attribute);
            }
            let client = AsyncIppClient::builder(self.address()?).request_timeout(self.wait).build();
            let answer = client.send(request).await?;
            for group in answer.attributes().groups_of(DelimiterTag::JobAttributes) {
                let is_it = group.get("job-name").is_some_and(|found| texts(found.value()) == name);
                if is_it && let Some(id) = group.get("job-id").and_then(|id| id.value().as_integer().copied()) {
                    return Ok(Some(id));
                }
            }
        }
        Ok(None)
    }

    async fn job_state(&self, job: i32) -> Result<JobState, Failed> {
        let operation = IppOperationBuilder::get_job_attributes(self.address()?, job).user_name(USER).build()?;
        let answer = self.ask(operation).await?;
        let state = value(&answer, DelimiterTag::JobAttributes, "job-state").map_or(String::new(), texts);
        Ok(match state.as_str() {
            "7" => JobState::Canceled,
            "8" => JobState::Aborted,
            "9" => JobState::Completed,
            "6" => JobState::ProcessingStopped,
            _ => JobState::Processing,
        })
    }
}

fn value<'a>(attributes: &'a IppAttributes, group: DelimiterTag, name: &str) -> Option<&'a IppValue> {
    attributes.groups_of(group).find_map(|group| group.get(name)).map(IppAttribute::value)
}

/// One or many values, separated by spaces.
fn texts(value: &IppValue) -> String {
    match value {
        IppValue::Array(values) => values.iter().map(texts).collect::<Vec<_>>().join(" "),
        other => other.to_string(),
    }
}

/// The worst of a list of `printer-state-reasons`. Their ends (`-report`, `-warning`, `-error`) do not matter, but for a
/// warning, which stops nothing.
fn reason(reasons: &str) -> Option<Hindrance> {
    let table = [
        ("cover-open", Hindrance::Open),
        ("door-open", Hindrance::Open),
        ("interlock-open", Hindrance::Open),
        ("media-empty", Hindrance::PaperOut),
        ("media-needed", Hindrance::PaperOut),
        ("marker-supply-empty", Hindrance::Ribbon),
        ("media-jam", Hindrance::Fault),
        ("fuser-over-temp", Hindrance::Hot),
        ("offline", Hindrance::Away),
        ("connecting-to-device", Hindrance::Away),
        ("timed-out", Hindrance::Away),
        ("shutdown", Hindrance::Offline),
        ("paused", Hindrance::Paused),
        ("stopping", Hindrance::Paused),
    ];
    let is = |said: &str, key: &str| said.starts_with(key) && !said.ends_with("-warning");
    table.into_iter().find(|(key, _)| reasons.split(' ').any(|said| is(said, key))).map(|(_, why)| why)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_worst_reason_counts_and_a_warning_stops_nothing() {
        assert_eq!(reason("none"), None);
        assert_eq!(reason("media-low-warning toner-low"), None);
        assert_eq!(reason("paused media-empty-error"), Some(Hindrance::PaperOut));
        assert_eq!(reason("cover-open-report media-empty"), Some(Hindrance::Open));
        assert_eq!(reason("offline-report"), Some(Hindrance::Away));
        assert_eq!(reason("media-empty-warning"), None);
    }
}
