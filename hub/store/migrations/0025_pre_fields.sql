-- Custom fields of a chat: those its page told at the start, among its facts, as agents have changed them since.

-- In the transaction that stores the event, under the chat's lock: two who change different fields do not undo each other.
CREATE FUNCTION set_fields() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    UPDATE chats c SET facts = c.facts || jsonb_build_object('custom_fields', jsonb_strip_nulls(coalesce(c.facts->'custom_fields', '{}') || (NEW.data->'custom_fields')))
    WHERE c.tenant_id = NEW.tenant_id AND c.id = NEW.chat_id;
    RETURN NULL;
END $$;
CREATE TRIGGER set_fields AFTER INSERT ON events FOR EACH ROW WHEN (NEW.kind = 'chat_changed' AND NEW.data ? 'custom_fields') EXECUTE FUNCTION set_fields();
