//! The same over HTTP: the hub's service and routes, the uplink, and a station that is a bare database.
