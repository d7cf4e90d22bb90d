-- An agent on a page of the tenant's own has a session too: for one entrance, and for less than the console's.
ALTER TABLE credentials
    DROP CONSTRAINT credentials_kind_check,
    ADD CONSTRAINT credentials_kind_check CHECK (kind IN ('password', 'session', 'page_session', 'api_key', 'oauth_client', 'superoffice_login',
                                                          'superoffice_ticket', 'identity_secret', 'slack_app', 'webhook_secret'));
