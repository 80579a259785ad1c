-- Semantic routes as a picture.

CREATE TYPE tiny_dancer.route_place AS (
    kind text,
    content text,
    route_name text,
    x float8,
    y float8,
    similarity float8,
    threshold float8
);
COMMENT ON TYPE tiny_dancer.route_place IS 'An utterance of a route, or a query and one of the routes most similar to it, in a plane';
COMMENT ON COLUMN tiny_dancer.route_place.kind IS 'utterance or query';
COMMENT ON COLUMN tiny_dancer.route_place.content IS 'Its text; empty for an utterance that was given as an embedding';
COMMENT ON COLUMN tiny_dancer.route_place.route_name IS 'The route';
COMMENT ON COLUMN tiny_dancer.route_place.x IS 'Along the direction in which utterances differ most';
COMMENT ON COLUMN tiny_dancer.route_place.y IS 'Along the direction in which they differ most beside it';
COMMENT ON COLUMN tiny_dancer.route_place.similarity IS 'Of the query to the route, in [0, 1]; null for an utterance';
COMMENT ON COLUMN tiny_dancer.route_place.threshold IS 'What a query has to reach for this route: its own score_threshold or the default';
