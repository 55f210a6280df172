//! `POST /v1/client/sessions/{session_id}/touch`: a session is used.

use super::Call;
use crate::backend::fake::refusal;
use crate::wire::{Answer, Rejection, TouchSession};

impl Call<'_> {
    pub(super) fn touch_session(&mut self, touch: &TouchSession) -> Result<Answer, Rejection> {
        let own = self.state.sessions.get_mut(&touch.session_id).filter(|session| session.device_id == self.device_id);
        let session = own.filter(|session| session.is_live()).ok_or_else(refusal::session_not_found)?;
        session.last_active_at = self.now;
        let device = self.state.devices.get_mut(self.device_id).ok_or_else(refusal::device_not_found)?;
        device.last_active_session_id = Some(touch.session_id.clone());
        let session = self.state.sessions.get(&touch.session_id).ok_or_else(refusal::session_not_found)?;
        Ok(Answer::Session(Box::new(self.state.describe_session(session, self.now))))
    }
}
