//! Bookkeeping of the names for which code has run, and a record of what the client sent.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use clerk_sign_in::backend::{Backend, BackendError, CallContext};
use clerk_sign_in::wire::{Request, Response};
use clerk_sign_in::{Client, async_trait};
use support::World;

use super::names::listed;

/// The names that a scenario has to show.
pub(super) struct Shown {
    sections: &'static [&'static str],
    remaining: BTreeSet<&'static str>,
    all: BTreeSet<&'static str>,
}

impl Shown {
    pub(super) fn new(sections: &'static [&'static str]) -> Self {
        let names = listed().into_iter().filter(|name| name.has_counterpart && sections.contains(&name.section));
        let all: BTreeSet<_> = names.map(|name| name.text).collect();
        Self { sections, remaining: all.clone(), all }
    }

    /// Asserts that the row of this name is true, and notes the name. Two objects may have the name in common.
    #[track_caller]
    pub(super) fn row(&mut self, name: &str, is_true: bool) {
        assert!(self.all.contains(name), "{:?} does not list {name}", self.sections);
        assert!(is_true, "the row of {name} is wrong");
        self.remaining.remove(name);
    }

    /// Asserts that each name was shown.
    pub(super) fn is_complete(&self) {
        assert!(self.remaining.is_empty(), "{:?} lacks code for {:?}", self.sections, self.remaining);
    }
}

/// A backend that records the path and form of each call.
#[derive(Clone, Debug)]
pub(crate) struct Recorder {
    inner: Arc<dyn Backend>,
    sent: Arc<Mutex<Vec<(String, String)>>>,
}

impl Recorder {
    pub(crate) fn new(world: &World) -> Self {
        Self { inner: Arc::clone(&world.backend), sent: Arc::default() }
    }

    /// Returns a client and the record of its calls.
    pub(crate) fn client(world: &World) -> (Client, Self) {
        let recorder = Self::new(world);
        (world.client_over(recorder.clone()).origin("https://app.example.com").build(), recorder)
    }

    /// Returns `true` if the newest call sent this parameter with this value.
    pub(crate) fn sent(&self, parameter: &str, value: &str) -> bool {
        self.value(parameter).as_deref() == Some(value)
    }

    /// Returns the value of a parameter of the newest call.
    pub(crate) fn value(&self, parameter: &str) -> Option<String> {
        let sent = self.sent.lock().unwrap();
        let (_, form) = sent.last()?;
        let mut pairs = form_urlencoded::parse(form.as_bytes());
        pairs.find(|(name, _)| name == parameter).map(|(_, value)| value.into_owned())
    }

    /// Returns the values of a parameter in all calls.
    pub(crate) fn values(&self, parameter: &str) -> Vec<String> {
        let sent = self.sent.lock().unwrap();
        let pairs = sent.iter().flat_map(|(_, form)| form_urlencoded::parse(form.as_bytes()));
        pairs.filter(|(name, _)| name == parameter).map(|(_, value)| value.into_owned()).collect()
    }

    /// Returns the last part of the newest call's path.
    pub(crate) fn endpoint(&self) -> String {
        let sent = self.sent.lock().unwrap();
        sent.last().and_then(|(path, _)| path.rsplit('/').next().map(str::to_owned)).unwrap_or_default()
    }

    /// Returns the last parts of the paths of all calls since the last time, with each call's strategy.
    pub(crate) fn take(&self) -> Vec<String> {
        let sent = std::mem::take(&mut *self.sent.lock().unwrap());
        let name = |(path, form): (String, String)| {
            // The last part that is no id.
            let endpoint = path.rsplit('/').find(|part| !part.contains('_') || !part.contains(char::is_uppercase));
            let strategy = form_urlencoded::parse(form.as_bytes()).find(|(name, _)| name == "strategy");
            let strategy = strategy.map(|(_, value)| format!(" {value}")).unwrap_or_default();
            format!("{}{strategy}", endpoint.unwrap_or_default())
        };
        sent.into_iter().map(name).collect()
    }

    pub(crate) fn calls(&self) -> usize {
        self.sent.lock().unwrap().len()
    }
}

#[async_trait]
impl Backend for Recorder {
    async fn call(&self, context: CallContext, request: Request) -> Result<Response, BackendError> {
        self.sent.lock().unwrap().push((request.path(), request.form().expose().to_owned()));
        self.inner.call(context, request).await
    }

    fn public_url(&self) -> Option<&str> {
        self.inner.public_url()
    }
}
