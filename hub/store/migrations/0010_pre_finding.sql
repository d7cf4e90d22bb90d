-- The search over what was said and by whom.

-- Words of a text, lower-case and unstemmed, because chats are in every language; a script without spaces is cut into its characters.
-- The lexeme of the tenant, which no text yields, keeps one tenant's search out of another's words.
CREATE FUNCTION words_of(p_tenant int, p_text text) RETURNS tsvector
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN to_tsvector('pg_catalog.simple', CASE WHEN octet_length(p_text) = length(p_text) THEN left(p_text, 20000)
                                             ELSE regexp_replace(left(p_text, 20000), '([぀-ヿ㐀-鿿가-힯])', ' \1 ', 'g') END)
    || array_to_tsvector(ARRAY['tenant ' || p_tenant]);

-- Of an event, but for the words of a deletion: what was said, the names of its files, the name a chat was given.
CREATE FUNCTION event_words(p_tenant int, p_text text, p_data jsonb) RETURNS tsvector
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN words_of(p_tenant, CASE WHEN p_data ? 'deleted' THEN ''
                               WHEN p_data ? 'attachments' THEN coalesce(p_text, '') || ' ' || jsonb_path_query_array(p_data, '$.attachments[*].name')::text
                               ELSE coalesce(p_text, p_data->>'name', '') END);

-- Of a person; the parts of an address are words, too.
CREATE FUNCTION person_words(p_tenant int, p_name text, p_email text, p_company text) RETURNS tsvector
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN words_of(p_tenant, translate(p_name || ' ' || coalesce(p_email, '') || ' ' || coalesce(p_company, ''), '@.-_+/', '      '));

-- What is pending is searched in full, and the append that finds it too long puts it in order: short enough that neither is noticed.
CREATE INDEX events_words ON events USING gin (event_words(tenant_id, text, data)) WITH (gin_pending_list_limit = 512)
    WHERE kind IN ('message_posted', 'message_edited', 'note_posted', 'chat_renamed');
CREATE INDEX identities_words ON identities USING gin (person_words(tenant_id, name, email, company)) WITH (gin_pending_list_limit = 512)
    WHERE kind IN ('visitor', 'user');

-- All of the words, the longer ones as beginnings. NULL when the text has none.
CREATE FUNCTION search_query(p_tenant int, p_text text) RETURNS tsquery
LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
    SELECT (string_agg('''' || replace(replace(w, '\', '\\'), '''', '''''') || '''' || CASE WHEN length(w) > 2 THEN ':*' ELSE '' END, ' & ')
            || ' & ''tenant ' || p_tenant || '''')::tsquery
    FROM unnest(tsvector_to_array(words_of(p_tenant, p_text))) w WHERE w <> 'tenant ' || p_tenant;
END;

-- The visitors' chats, and those among agents in which `p_agent` takes part, in which the words stand, were said by somebody of that name or address, or that have that number; who was active last comes
-- first. The next page begins before the last `place`, or before `reached`, when no further was looked; it may name a chat again for
-- something older. As the owner, because row security lets no index of words be used; the tenants of the transaction are made sure of here.
CREATE FUNCTION search_chats(p_tenant int, p_text text, p_agent int, p_hidden int[], p_before bigint, p_limit int)
RETURNS TABLE (chat_id int, place bigint, event_id bigint, reached bigint)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public SET plan_cache_mode = force_custom_plan AS $$
#variable_conflict use_column
DECLARE
    said CONSTANT tsquery := search_query(p_tenant, p_text);
    people CONSTANT tsquery := search_query(p_tenant, translate(p_text, '@.-_+/', '      '));
    number CONSTANT int := CASE WHEN p_text ~ '^\s*#?[1-9][0-9]{0,8}\s*$' THEN translate(p_text, '# ', '')::int END;
BEGIN
    IF said IS NULL OR NOT p_tenant = ANY (coalesce(hub_tenants(), '{}')) THEN
        RETURN;
    END IF;
    RETURN QUERY
    WITH newest AS (
        SELECT e.id AS h FROM events e
        WHERE e.kind IN ('message_posted', 'message_edited', 'note_posted', 'chat_renamed') AND event_words(e.tenant_id, e.text, e.data) @@ said
          AND e.tenant_id = p_tenant AND e.id < p_before
        ORDER BY e.id + 0 DESC LIMIT 500  -- By the index of words, never by walking back over everything that was said.
    ), said_in AS (
        SELECT e.chat_id, e.id AS place, e.id AS event_id
        FROM events e JOIN newest w ON e.id = w.h
        WHERE e.tenant_id = p_tenant AND NOT EXISTS (  -- Words that were taken back are not found.
            SELECT FROM events x WHERE x.tenant_id = e.tenant_id AND x.chat_id = e.chat_id AND x.kind = 'message_edited' AND x.seq > e.seq
              AND (x.data->>'seq')::bigint = CASE WHEN e.kind = 'message_edited' THEN (e.data->>'seq')::bigint ELSE e.seq END
              AND e.stream = 'public')
    ), said_by AS (
        SELECT c.id AS chat_id, c.last_id AS place, NULL::bigint AS event_id
        FROM (SELECT i.id FROM identities i WHERE i.kind IN ('visitor', 'user') AND i.tenant_id = p_tenant
                AND person_words(i.tenant_id, i.name, i.email, i.company) @@ people ORDER BY i.id + 0 DESC LIMIT 1000) i
        JOIN chats c ON c.tenant_id = p_tenant AND c.visitor_id = i.id
        WHERE c.last_id < p_before ORDER BY c.last_id DESC LIMIT 500
    ), said_among AS (
        SELECT c.id AS chat_id, c.last_id AS place, NULL::bigint AS event_id
        FROM participants m JOIN chats c ON c.tenant_id = m.tenant_id AND c.id = m.chat_id AND c.kind = 'agents'
        WHERE m.tenant_id = p_tenant AND m.identity_id = p_agent AND m.sent_count IS NOT NULL AND m.left_at IS NULL AND c.last_id < p_before
          AND EXISTS (SELECT FROM participants o JOIN identities i ON i.tenant_id = o.tenant_id AND i.id = o.identity_id
                      WHERE o.tenant_id = c.tenant_id AND o.chat_id = c.id AND o.left_at IS NULL AND o.identity_id <> p_agent
                        AND person_words(i.tenant_id, i.name, i.email, i.company) @@ people)
        ORDER BY c.last_id DESC LIMIT 500
    ), numbered AS (
        SELECT c.id AS chat_id, c.last_id AS place, NULL::bigint AS event_id FROM chats c
        WHERE c.tenant_id = p_tenant AND c.id = number AND c.last_id < p_before
    ), found AS (
        SELECT f.chat_id, max(f.place) AS place, max(f.event_id) AS event_id
        FROM (SELECT * FROM said_in UNION ALL SELECT * FROM said_by UNION ALL SELECT * FROM said_among UNION ALL SELECT * FROM numbered) f GROUP BY f.chat_id
    )
    SELECT f.chat_id, f.place, f.event_id,
           greatest((SELECT min(h) FROM newest HAVING count(*) = 500), (SELECT min(b.place) FROM said_by b HAVING count(*) = 500)) FROM found f
    JOIN chats c ON c.tenant_id = p_tenant AND c.id = f.chat_id
     AND CASE c.kind WHEN 'visitor' THEN NOT c.profile_id = ANY (p_hidden)
                     ELSE EXISTS (SELECT FROM participants m WHERE m.tenant_id = p_tenant AND m.chat_id = c.id AND m.identity_id = p_agent
                                  AND m.left_at IS NULL) END
    ORDER BY f.place DESC LIMIT p_limit;
END $$;

REVOKE ALL ON FUNCTION search_query, search_chats FROM PUBLIC;
GRANT EXECUTE ON FUNCTION search_chats TO hub_app;
