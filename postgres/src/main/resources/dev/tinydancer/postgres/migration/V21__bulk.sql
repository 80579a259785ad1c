-- What functions return that look at many texts.

CREATE TYPE tiny_dancer.request_classification AS (
    request_index int,
    top_category text,
    confidence float8,
    classifications jsonb,
    error text
);
COMMENT ON TYPE tiny_dancer.request_classification IS 'What one of many requests is of';
COMMENT ON COLUMN tiny_dancer.request_classification.request_index IS 'Its place in the array, from 1';
COMMENT ON COLUMN tiny_dancer.request_classification.top_category IS 'The likeliest category';
COMMENT ON COLUMN tiny_dancer.request_classification.confidence IS 'Its probability, in [0, 1]';
COMMENT ON COLUMN tiny_dancer.request_classification.classifications IS 'All categories, [{"category", "probability"}], the likeliest first';
COMMENT ON COLUMN tiny_dancer.request_classification.error IS 'SQLSTATE and message; nothing is known of the request then';

CREATE TYPE tiny_dancer.text_embedding AS (
    input_index int,
    embedding real[],
    error text
);
COMMENT ON TYPE tiny_dancer.text_embedding IS 'The sentence embedding of one of many texts';
COMMENT ON COLUMN tiny_dancer.text_embedding.input_index IS 'Its place in the array, from 1';
COMMENT ON COLUMN tiny_dancer.text_embedding.embedding IS '384 numbers, of unit length';
COMMENT ON COLUMN tiny_dancer.text_embedding.error IS 'SQLSTATE and message; the text has no embedding then';
