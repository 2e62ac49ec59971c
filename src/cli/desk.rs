//! Puts the rooms of a hub together. `stationd hub run`.

use std::process::ExitCode;
use std::sync::Arc;

use axum::Router;

use super::{Done, Folders, house};
use crate::code::own::{Kind, make};
use crate::code::{Codebook, Meaning};
use crate::config::Config;
use crate::hub::handle::Handle;
use crate::hub::intake::Made;
use crate::hub::label_number::Numbers;
use crate::hub::service::{self, Setup};
use crate::ids::StationId;
use crate::label::document::Document;
use crate::service::Stop;
use crate::web::hub::routes;

/// The hub's name in its own entries.
const NAME: &str = "hub";

/// `stationd hub run`: the shop's hub.
pub fn run(folders: &Folders) -> Done {
    super::start_log();
    let config = folders.config()?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        let stop = Stop::expected()?;
        let listener = house::listen(config.listen).await?;
        let router = start(&config, folders)?.merge(house::labels(&config, folders, folders.hub())?);
        println!("The hub is ready at http://{}/", house::reachable(listener.local_addr()?));
        house::serve(listener, router, &config.names, &[folders.hub_socket()], stop).await?;
        Ok(ExitCode::SUCCESS)
    })
}

/// Starts the hub's thread and gives its addresses.
///
/// # Errors
/// The store can not be opened.
pub fn start(config: &Config, folders: &Folders) -> Result<Router, Box<dyn std::error::Error + Send + Sync>> {
    let random = |bytes: &mut [u8]| getrandom::fill(bytes).unwrap_or_else(|error| panic!("no random bytes: {error}"));
    let code = |made: Made, random: &mut dyn FnMut(&mut [u8])| {
        let mut bytes = [0; 8];
        random(&mut bytes);
        make(kind(made), u64::from_le_bytes(bytes))
    };
    let setup = Setup {
        folder: folders.hub(),
        station: StationId::new(NAME)?,
        clock: Arc::new(house::wall),
        random: Arc::new(random),
        code: Arc::new(code),
    };
    let (inputs, _thread) = service::start(setup)?;
    let numbers = Arc::new(Reader { codes: house::codebook(config, folders)? });
    Ok(routes(Handle::new(inputs, folders.hub(), numbers)))
}

const fn kind(made: Made) -> Kind {
    match made {
        Made::Order => Kind::Order,
        Made::Job => Kind::Job,
        Made::Package => Kind::Package,
    }
}

/// Reads the carrier's number in a label document.
struct Reader {
    codes: Codebook,
}

impl Numbers for Reader {
    fn in_document(&self, _mime: &str, bytes: &[u8], pages: &[u16]) -> Vec<String> {
        Document::read(bytes).map(|document| document.only(pages).barcodes()).unwrap_or_default()
    }

    fn key(&self, text: &str) -> Option<String> {
        match self.codes.read(text, None).meaning {
            Meaning::Tracking(candidates) => candidates.into_iter().next().map(|t| t.key.into_string()),
            _ => None,
        }
    }
}
