//! The first part of single sign-on, in which the user is sent to a provider.

use super::Call;
use crate::fake::crypto::pkce::code_challenge;
use crate::fake::page_url;
use crate::fake::provider::{AuthorizationRequest, CLIENT_ID};
use crate::fake::records::authorization::{AttemptId, Authorization, ProviderChoice, SentFrom};
use crate::fake::records::enterprise::EnterpriseConnection;
use crate::fake::records::sign_in::{Attempt, Check, Which};
use crate::fake::rejections;
use crate::fault_switches::without;
use crate::wire::{Answer, CreateSignIn, Factor, PrepareFactor, Rejection, Status, Strategy};

/// All identity providers that the real server supports, as far as Clerk has published them.
const PROVIDERS: &[&str] = &[
    "apple",
    "atlassian",
    "bitbucket",
    "box",
    "coinbase",
    "discord",
    "dropbox",
    "facebook",
    "github",
    "gitlab",
    "google",
    "hubspot",
    "huggingface",
    "instagram",
    "line",
    "linear",
    "linkedin",
    "linkedin_oidc",
    "microsoft",
    "mock",
    "notion",
    "slack",
    "spotify",
    "tiktok",
    "twitch",
    "twitter",
    "vercel",
    "x",
    "xero",
];

/// The parameters that are needed to send a user to a provider and back.
pub(super) struct RedirectOptions<'a> {
    pub(super) strategy: &'a Strategy,
    /// The address whose domain may have an enterprise connection.
    pub(super) identifier: &'a str,
    pub(super) enterprise_connection_id: Option<&'a str>,
    pub(super) redirect_url: Option<&'a str>,
    /// The URL to which the user returns if the visit completes the sign-in or sign-up.
    pub(super) complete_url: Option<&'a str>,
    pub(super) prompt: Option<&'a str>,
    pub(super) login_hint: Option<&'a str>,
}

impl Call<'_> {
    /// Starts a sign-in that sends the user to a provider. If an enterprise has several connections, the user must
    /// choose one first.
    pub(super) fn create_by_redirect(&mut self, create: &CreateSignIn) -> Result<Answer, Rejection> {
        let strategy = create.strategy.clone().ok_or_else(|| rejections::param_missing("strategy"))?;
        self.reject_second_session(create.identifier.as_deref())?;
        let identifier = create.identifier.clone().filter(|_| !matches!(strategy, Strategy::Oauth(_)));
        let prepares = match &identifier {
            _ if matches!(strategy, Strategy::Oauth(_)) => self.reject_unless_enabled(&strategy).map(|()| true)?,
            Some(identifier) => match self.connections(&strategy, identifier).as_slice() {
                [] => return Err(missing(&strategy)),
                [_] => true,
                [..] => false,
            },
            None => false,
        };
        // A request with an invalid callback URL does not start an attempt.
        led_back_to(create.redirect_url.as_deref())?;
        let user = identifier.as_deref().and_then(|identifier| self.state.users.known_as(identifier));
        let user_id = user.map(|user| user.id.clone());
        let status = if identifier.is_some() { Status::NeedsFirstFactor } else { Status::NeedsIdentifier };
        let begun = self.begin(status, identifier, user_id);
        let step = |call: &mut Self| {
            if !prepares {
                return call.get_sign_in(&begun.id);
            }
            let prepare = PrepareFactor {
                redirect_url: create.redirect_url.clone(),
                action_complete_redirect_url: create.action_complete_redirect_url.clone(),
                oidc_prompt: create.oidc_prompt.clone(),
                oidc_login_hint: create.oidc_login_hint.clone(),
                ..PrepareFactor::new(&begun.id, &Factor::new(strategy.clone()))
            };
            call.prepare_redirect(&prepare, &strategy)
        };
        if prepares && self.state.settings.protect_check_with_redirect {
            self.gated_with_redirect(&begun.id, step)
        } else {
            self.gated(&begun.id, step)
        }
    }

    pub(super) fn prepare_redirect(
        &mut self,
        prepare: &PrepareFactor,
        strategy: &Strategy,
    ) -> Result<Answer, Rejection> {
        let id = prepare.sign_in_id.as_str();
        let identifier = self.redirectable(id)?.identifier.clone().unwrap_or_default();
        let options = RedirectOptions {
            strategy,
            identifier: &identifier,
            enterprise_connection_id: prepare.enterprise_connection_id.as_deref(),
            redirect_url: prepare.redirect_url.as_deref(),
            complete_url: prepare.action_complete_redirect_url.as_deref(),
            prompt: prepare.oidc_prompt.as_deref(),
            login_hint: prepare.oidc_login_hint.as_deref(),
        };
        let (state, check) = self.send_to_provider(AttemptId::SignIn(id.to_owned()), &options)?;
        if let Some(attempt) = self.state.attempts.get_mut(id) {
            attempt.returned = None;
            if let Some(older) = attempt.authorization.replace(state)
                && !without("a new redirect ends the older one")
            {
                self.state.authorizations.remove(&older);
            }
        }
        self.set_check(id, Which::First, check);
        self.get_sign_in(id)
    }

    /// Creates an authorization. Returns the pending check, and the `state` parameter that the browser will bring back.
    pub(super) fn send_to_provider(
        &mut self,
        attempt_id: AttemptId,
        options: &RedirectOptions<'_>,
    ) -> Result<(String, Check), Rejection> {
        let choice = self.provider_of(options, &attempt_id)?;
        let redirect_url = led_back_to(options.redirect_url)?.to_owned();
        let complete_url = options.complete_url.map(|url| led_back_to(Some(url))).transpose()?.map(str::to_owned);

        let random = &mut self.state.random;
        let (state, nonce, code_verifier) = (random.token(), random.token(), random.token());
        let issuer = self.state.settings.provider_issuer(&choice.provider);
        let request = AuthorizationRequest {
            issuer,
            client_id: CLIENT_ID.to_owned(),
            redirect_uri: self.state.settings.oauth_callback_url(),
            response_type: "code".to_owned(),
            scope: "openid email profile".to_owned(),
            state: state.clone(),
            nonce: nonce.clone(),
            code_challenge: code_challenge(&code_verifier),
            code_challenge_method: "S256".to_owned(),
            prompt: options.prompt.unwrap_or_default().to_owned(),
            login_hint: options.login_hint.unwrap_or(options.identifier).to_owned(),
        };
        let expires_at = self.now + self.state.settings.code_lifetime;
        let check = Check {
            expire_at: Some(expires_at),
            external_url: Some(format!("{}/authorize?{}", request.issuer, request.query())),
            ..Check::new(options.strategy.clone())
        };
        let authorization = Authorization {
            attempt_id,
            choice,
            redirect_url,
            complete_url,
            nonce,
            code_verifier: code_verifier.into(),
            from: self.from,
            expires_at,
        };
        self.state.authorizations.insert(state.clone(), authorization);
        Ok((state, check))
    }

    /// Returns the attempt with this id, if it is the current one and the user may still choose the first factor.
    fn redirectable(&self, id: &str) -> Result<&Attempt, Rejection> {
        let attempt = self.own_attempt(id)?;
        let is_early = matches!(attempt.status, Status::NeedsIdentifier | Status::NeedsFirstFactor);
        if !is_early && !without("a redirect comes before the first factor") {
            return Err(rejections::wrong_status(self.state.settings.wrong_status.clone()));
        }
        self.admit(attempt)?;
        self.current_attempt(id)
    }

    fn provider_of(&self, options: &RedirectOptions<'_>, attempt_id: &AttemptId) -> Result<ProviderChoice, Rejection> {
        let strategy = options.strategy;
        let missing = || match (attempt_id, strategy) {
            (AttemptId::SignUp(_), Strategy::EnterpriseSso) => rejections::sign_up_connection_missing(),
            _ => missing(strategy),
        };
        let (connection_id, provider) = match (strategy, options.enterprise_connection_id) {
            (Strategy::Oauth(provider), _) => {
                self.reject_unless_enabled(strategy)?;
                (None, provider.name().to_owned())
            }
            (_, Some(id)) => {
                let connections = &self.state.settings.enterprise_connections;
                let named = connections.iter().find(|it| it.id == id && (it.saml || *strategy != Strategy::Saml));
                let named = named.ok_or_else(missing)?;
                (Some(named.id.clone()), named.id.clone())
            }
            (_, None) => match self.connections(strategy, options.identifier).as_slice() {
                [] => return Err(missing()),
                [only] => (Some(only.id.clone()), only.id.clone()),
                [..] => return Err(rejections::connection_id_required()),
            },
        };
        Ok(ProviderChoice { strategy: strategy.clone(), connection_id, provider })
    }

    fn connections(&self, strategy: &Strategy, identifier: &str) -> Vec<&EnterpriseConnection> {
        let mut connections = self.state.connections_of(identifier);
        connections.retain(|connection| connection.saml || *strategy != Strategy::Saml);
        connections
    }

    pub(super) fn reject_unless_enabled(&self, strategy: &Strategy) -> Result<(), Rejection> {
        if self.state.settings.oauth_strategies.contains(strategy) || without("a provider must be enabled") {
            return Ok(());
        }
        let name = match strategy {
            Strategy::Oauth(provider) => provider.name(),
            _ => "",
        };
        let is_known = PROVIDERS.contains(&name) || name.starts_with("custom_");
        Err(if is_known {
            rejections::provider_not_enabled(strategy)
        } else {
            rejections::provider_unsupported(strategy)
        })
    }
}

fn missing(strategy: &Strategy) -> Rejection {
    if *strategy == Strategy::Saml { rejections::saml_connection_missing() } else { rejections::connection_missing() }
}

/// Checks a URL to which the server will send users back. The URL either leads to a page or makes the system open an
/// app.
fn led_back_to(url: Option<&str>) -> Result<&str, Rejection> {
    let url = url.ok_or_else(|| rejections::param_missing("redirect_url"))?;
    if !page_url::is_url(url) {
        return Err(rejections::redirect_url_invalid());
    }
    if page_url::runs_code(url) { Err(rejections::redirect_url_prohibited()) } else { Ok(url) }
}

impl SentFrom {
    /// Returns the kind of client that makes the call.
    pub(super) const fn from_identity(identity: &crate::backend::Identity) -> Self {
        match identity {
            crate::backend::Identity::Cookie { .. } => Self::Browser,
            crate::backend::Identity::DevelopmentBrowser { .. } => Self::DevelopmentBrowser,
            crate::backend::Identity::Native { .. } | crate::backend::Identity::Anonymous => Self::App,
        }
    }
}
