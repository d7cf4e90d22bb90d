-- Who holds a chat, and to whom it is held out: offers with a deadline, and the guards by which one of several wins.

ALTER TABLE chats
    ADD COLUMN held_at     timestamptz,  -- Since when its holder holds it.
    ADD COLUMN offer_seq   bigint,       -- The staff seq of the `chat_offered` event that stands; none stands without.
    ADD COLUMN offer       jsonb,        -- What that event said: `kind`, `to` or `team`, maybe `sender` and `note`.
    ADD COLUMN offer_until timestamptz,
    ADD COLUMN passed_ids  int[] NOT NULL DEFAULT '{}',  -- Agents who have declined, ignored or left it since it was queued.
    ADD COLUMN passed_at   timestamptz;                  -- When the last of them did.
CREATE INDEX chats_offered ON chats (offer_until) WHERE offer_seq IS NOT NULL;

-- Whatever changes who holds the chat ends the offer, in the transaction that stores it: no path can forget to.
CREATE FUNCTION end_offer() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    NEW.offer_seq := NULL;
    NEW.offer := NULL;
    NEW.offer_until := NULL;
    RETURN NEW;
END $$;
CREATE TRIGGER end_offer BEFORE UPDATE ON chats FOR EACH ROW
    WHEN (OLD.offer_seq IS NOT NULL AND (NEW.offer_seq IS NULL OR NEW.state <> OLD.state OR NEW.holder_id IS DISTINCT FROM OLD.holder_id))
    EXECUTE FUNCTION end_offer();

-- Changes may hold out a chat, release it and open it again, and bring two guards more: `guard.offer_seq`, the offer that must stand
-- (0: none), and `guard.not_holder_id`, who must not hold it. Everything else of append_events stays as it is.
DO $$
DECLARE
    source text := pg_get_functiondef('append_events'::regproc);
    places text[] := ARRAY[
        ['c.staff_head, c.touched_at, c.asked_until, g.items',
         'c.staff_head, c.touched_at, c.asked_until, c.offer_seq, g.items'],
        ['IF p_expects[i] < chat.head THEN',
         'IF p_changes[i]->''guard'' ? ''offer_seq'' AND (p_changes[i]->''guard''->>''offer_seq'')::bigint <> coalesce(chat.offer_seq, 0) THEN
                outcomes[i] := ''offer'';
                CONTINUE;
            END IF;
            IF (p_changes[i]->''guard''->>''not_holder_id'')::int = chat.holder_id THEN
                outcomes[i] := ''holder'';
                CONTINUE;
            END IF;
            IF p_expects[i] < chat.head THEN'],
        ['holder_id = coalesce((p_changes[i]->>''holder_id'')::int, c.holder_id),',
         'holder_id = CASE WHEN (p_changes[i]->>''releases'')::boolean THEN NULL ELSE coalesce((p_changes[i]->>''holder_id'')::int, c.holder_id) END,
                    held_at = CASE WHEN p_changes[i] ? ''holder_id'' THEN moment ELSE c.held_at END,
                    offer_seq = CASE WHEN p_changes[i] ? ''offer'' THEN seqs[i] WHEN (p_changes[i]->>''ends_offer'')::boolean THEN NULL ELSE c.offer_seq END,
                    offer = coalesce(p_changes[i]->''offer'', c.offer),
                    offer_until = CASE WHEN p_changes[i] ? ''offer'' THEN moment + make_interval(secs => (p_changes[i]->>''offer_for_s'')::float8) ELSE c.offer_until END,
                    passed_ids = CASE WHEN p_changes[i]->>''state'' = ''active'' THEN ''{}''::int[]
                                      WHEN p_changes[i] ? ''passes_id'' THEN c.passed_ids || (p_changes[i]->>''passes_id'')::int ELSE c.passed_ids END,
                    passed_at = CASE WHEN p_changes[i] ? ''passes_id'' THEN moment ELSE c.passed_at END,'],
        ['ended_at = CASE WHEN p_changes[i]->>''state'' = ''ended'' THEN moment ELSE c.ended_at END',
         'ended_at = CASE WHEN p_changes[i]->>''state'' = ''ended'' THEN moment WHEN p_changes[i] ? ''state'' THEN NULL ELSE c.ended_at END'],
        ['RETURNING c.state, c.holder_id INTO chat.state, chat.holder_id;',
         'RETURNING c.state, c.holder_id, c.offer_seq INTO chat.state, chat.holder_id, chat.offer_seq;']];
    place text[];
BEGIN
    FOREACH place SLICE 1 IN ARRAY places LOOP
        IF (length(source) - length(replace(source, place[1], ''))) <> length(place[1]) THEN
            RAISE EXCEPTION 'append_events is not as this migration expects it: %', place[1];
        END IF;
        source := replace(source, place[1], place[2]);
    END LOOP;
    EXECUTE source;
END $$;
