-- Profiles that are changed and deleted by agents.

-- Apart from config, which every look at a chat reads: a flow with its drawing may be large.
ALTER TABLE profiles ADD COLUMN flow jsonb NOT NULL DEFAULT '{}';

-- A deleted profile, as long as a chat that began there goes on: its visitor comes back, on another line or in the next beat.
-- Runs as the owner, before the tenant is known, like find_profile.
CREATE FUNCTION find_deleted_profile(p_id int)
RETURNS TABLE (tenant_id int, id int, uuid uuid, key text, name text, origins text[], config jsonb, epoch text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
BEGIN ATOMIC
    SELECT p.tenant_id, p.id, p.uuid, p.key, p.name, p.origins, p.config, t.epoch
    FROM profiles p JOIN tenants t ON t.id = p.tenant_id
    WHERE p.id = p_id AND p.deleted_at IS NOT NULL
      AND EXISTS (SELECT FROM chats c WHERE c.tenant_id = p.tenant_id AND c.profile_id = p.id AND c.state <> 'ended');
END;

REVOKE ALL ON FUNCTION find_deleted_profile FROM PUBLIC;
GRANT EXECUTE ON FUNCTION find_deleted_profile TO hub_app;
