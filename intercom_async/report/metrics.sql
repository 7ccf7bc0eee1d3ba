-- The definitions of a report's figures, over the tables conversations and conversation_parts.
--
-- A contact is an author of type user, lead or contact; a teammate one of type admin. Spans of time
-- are whole seconds, around the clock. What happens in one second is in the order of the record.

-- What happened in each conversation, in order: its source, then its parts.
CREATE VIEW metrics_events AS
WITH entries AS (
    SELECT
        id AS conversation_id,
        0 AS position,
        created_at,
        '' AS part_type,
        source_author_type AS author_type,
        source_author_id AS author_id,
        true AS has_content
    FROM conversations
    UNION ALL
    SELECT
        conversation_id,
        position,
        created_at,
        coalesce(part_type, ''),
        author_type,
        author_id,
        -- The body of a redacted part is gone.
        coalesce(body <> '', false) OR coalesce(redacted, false)
            OR coalesce(json_array_length(attachments), 0) > 0
    FROM conversation_parts
),
judged AS (
    SELECT
        *,
        has_content AND coalesce(author_type IN ('user', 'lead', 'contact'), false) AS by_contact,
        -- Notes and assignments are seen by teammates alone. The source answers nothing.
        has_content AND position > 0 AND coalesce(author_type = 'admin', false)
            AND part_type NOT IN ('note', 'note_and_reopen')
            AND NOT starts_with(part_type, 'assign') AS by_teammate
    FROM entries
    WHERE created_at IS NOT NULL
)
SELECT
    conversation_id,
    row_number() OVER (PARTITION BY conversation_id ORDER BY created_at, position) AS place,
    created_at,
    part_type,
    author_type,
    author_id,
    by_contact,
    by_teammate,
    by_contact OR part_type IN (
        'open', 'unsnoozed', 'timer_unsnooze', 'assign_and_unsnooze', 'note_and_reopen',
        'assign_and_reopen'
    ) AS reopens
FROM judged;

-- Of each conversation in which a contact wrote: when they first did, and what came of it. It is new
-- at asked_at.
CREATE VIEW metrics_asked AS
WITH begun AS (
    SELECT
        conversation_id,
        min(place) FILTER (by_contact) AS asked_place,
        min(created_at) FILTER (by_contact) AS asked_at,
        min(place) FILTER (part_type = 'close') AS closed_place
    FROM metrics_events
    GROUP BY conversation_id
    HAVING bool_or(by_contact)
),
followed AS (
    SELECT
        conversation_id,
        min(created_at) FILTER (by_teammate AND place > asked_place) AS answered_at,
        arg_min(author_id, place) FILTER (by_teammate AND place > asked_place) AS answered_by,
        min(created_at) FILTER (part_type = 'close' AND place > asked_place) AS first_closed_at,
        max(created_at) FILTER (part_type = 'close' AND place > asked_place) AS last_closed_at,
        coalesce(bool_or(reopens AND place > closed_place), false) AS reopened
    FROM metrics_events
    JOIN begun USING (conversation_id)
    GROUP BY conversation_id
)
SELECT
    conversation_id,
    asked_at,
    answered_at,
    answered_by,
    first_closed_at,
    last_closed_at,
    CAST(epoch(answered_at) - epoch(asked_at) AS BIGINT) AS first_response,
    CAST(epoch(first_closed_at) - epoch(asked_at) AS BIGINT) AS time_to_first_close,
    CAST(epoch(last_closed_at) - epoch(asked_at) AS BIGINT) AS time_to_last_close,
    closed_place IS NOT NULL AS closed,
    reopened,
    coalesce(source_author_type IN ('user', 'lead', 'contact'), false) AS inbound,
    source_type,
    team_assignee_id,
    tag_ids,
    statistics_time_to_admin_reply,
    statistics_time_to_first_close,
    statistics_time_to_last_close,
    sla_name,
    sla_status,
    coalesce(ai_agent_participated, false) AS fin_involved,
    -- Older versions tell of other states, too; none of them is a resolution.
    coalesce(
        (ai_agent ->> 'resolution_state') IN ('assumed_resolution', 'confirmed_resolution'), false
    ) AS fin_resolved
FROM begun
JOIN followed USING (conversation_id)
JOIN conversations ON id = conversation_id;

-- Visible messages of teammates that answer what contacts wrote since the one before.
CREATE VIEW metrics_responses AS
WITH turns AS (
    SELECT
        *,
        count(*) FILTER (by_teammate) OVER (
            PARTITION BY conversation_id
            ORDER BY place
            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        ) AS turn
    FROM metrics_events
    WHERE by_contact OR by_teammate
)
SELECT
    conversation_id,
    min(created_at) FILTER (by_contact) AS asked_at,
    max(created_at) FILTER (by_teammate) AS answered_at,
    max(author_id) FILTER (by_teammate) AS answered_by,
    CAST(epoch(answered_at) - epoch(asked_at) AS BIGINT) AS response
FROM turns
GROUP BY conversation_id, turn
HAVING bool_or(by_contact) AND bool_or(by_teammate);

-- From when to when conversations were open; ended_at is NULL for those that still are.
CREATE VIEW metrics_open_spans AS
WITH turns AS (
    SELECT
        conversation_id,
        created_at,
        part_type NOT IN ('close', 'snoozed') AS opens,
        lead(created_at) OVER (PARTITION BY conversation_id ORDER BY place) AS next_at
    FROM metrics_events
    WHERE reopens OR part_type IN ('close', 'snoozed')
)
SELECT conversation_id, created_at AS opened_at, next_at AS ended_at
FROM turns
WHERE opens AND (next_at IS NULL OR next_at > created_at);

-- Each time a conversation was closed.
CREATE VIEW metrics_closes AS
SELECT
    conversation_id,
    created_at AS closed_at,
    CASE WHEN author_type = 'admin' THEN author_id END AS closed_by
FROM metrics_events
WHERE part_type = 'close';

-- Ratings that were asked for; rating is NULL for those that were not given.
CREATE VIEW metrics_ratings AS
SELECT
    id AS conversation_id,
    rating_created_at AS requested_at,
    rating,
    CASE WHEN coalesce(rating_teammate_type, 'admin') = 'admin' THEN rating_teammate_id END AS admin_id
FROM conversations
WHERE rating_created_at IS NOT NULL;
