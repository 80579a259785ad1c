-- What outcomes cost by their tokens, corrections of it, and price lists that others keep.

ALTER TABLE tiny_dancer.outcome
    ADD COLUMN computed_cost float8,
    ADD COLUMN cache_write_1h_tokens int,
    ADD COLUMN images int;
COMMENT ON COLUMN tiny_dancer.outcome.cost IS 'What it cost, in US dollars, as the caller says; null where he does not';
COMMENT ON COLUMN tiny_dancer.outcome.computed_cost IS 'What it cost by its tokens and the prices that held at the decision, US dollars; null where no tokens are known. cost goes before it, the estimate after it';
COMMENT ON COLUMN tiny_dancer.outcome.cache_write_1h_tokens IS 'Those of input_tokens that the agent wrote to its cache for an hour';
COMMENT ON COLUMN tiny_dancer.outcome.images IS 'How many images the agent charges for';

COMMENT ON COLUMN tiny_dancer.decision_hourly.total_cost IS 'US dollars: the cost that was stated, else that by tokens, else the estimate';

CREATE TYPE tiny_dancer.recost_overview AS (
    agent text,
    decisions bigint,
    cost_before float8,
    cost_after float8
);
COMMENT ON TYPE tiny_dancer.recost_overview IS 'What a correction of prices does to what an agent has cost';
COMMENT ON COLUMN tiny_dancer.recost_overview.agent IS 'The agent';
COMMENT ON COLUMN tiny_dancer.recost_overview.decisions IS 'Decisions whose cost changes';
COMMENT ON COLUMN tiny_dancer.recost_overview.cost_before IS 'What these cost before, US dollars';
COMMENT ON COLUMN tiny_dancer.recost_overview.cost_after IS 'What they cost by the prices as they stand now, US dollars';

-- Budgets that were there before have been so since their period began, as far as anybody knows.
ALTER TABLE tiny_dancer.allowance ADD COLUMN opened_at timestamptz NOT NULL DEFAULT '-infinity';
ALTER TABLE tiny_dancer.allowance ALTER COLUMN opened_at SET DEFAULT clock_timestamp();
COMMENT ON COLUMN tiny_dancer.allowance.opened_at IS 'Since when decisions draw on it';

CREATE TABLE tiny_dancer.allowance_correction (
    correction_id bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    tenant text NOT NULL,
    allowance_id bigint NOT NULL,
    amount numeric NOT NULL
);
COMMENT ON TABLE tiny_dancer.allowance_correction IS 'What budgets are to count more, or less, for decisions whose reservation is forgotten; written by insertion, taken away by the engines';
COMMENT ON COLUMN tiny_dancer.allowance_correction.correction_id IS 'Its number';
COMMENT ON COLUMN tiny_dancer.allowance_correction.tenant IS 'Whose budget';
COMMENT ON COLUMN tiny_dancer.allowance_correction.allowance_id IS 'The budget in its period';
COMMENT ON COLUMN tiny_dancer.allowance_correction.amount IS 'US dollars, below 0 for less';

CREATE TYPE tiny_dancer.listed_model AS (
    provider text,
    model text,
    names text[],
    effective_from timestamptz,
    prices jsonb,
    refusal text,
    context_window int,
    max_output_tokens int,
    modalities text[],
    features text[]
);
COMMENT ON TYPE tiny_dancer.listed_model IS 'A model as a price list has it';
COMMENT ON COLUMN tiny_dancer.listed_model.provider IS 'Who offers it, in the list''s words';
COMMENT ON COLUMN tiny_dancer.listed_model.model IS 'Its name in the list, with the provider where the list has that';
COMMENT ON COLUMN tiny_dancer.listed_model.names IS 'What it is called without a provider';
COMMENT ON COLUMN tiny_dancer.listed_model.effective_from IS 'From when these prices hold; null for those of the present';
COMMENT ON COLUMN tiny_dancer.listed_model.prices IS 'US dollars, as ruvector_set_prices takes them';
COMMENT ON COLUMN tiny_dancer.listed_model.refusal IS 'Why they cannot be taken; null where they can';
COMMENT ON COLUMN tiny_dancer.listed_model.context_window IS 'Tokens that a request may have; null where the list does not say';
COMMENT ON COLUMN tiny_dancer.listed_model.max_output_tokens IS 'Tokens that an answer may have; null where the list does not say';
COMMENT ON COLUMN tiny_dancer.listed_model.modalities IS 'What a request may consist of: text, image, audio, video, file; null where the list does not say';
COMMENT ON COLUMN tiny_dancer.listed_model.features IS 'tools, json, reasoning; null where the list does not say';

CREATE TYPE tiny_dancer.price_change AS (
    agent text,
    model text,
    change text,
    before jsonb,
    after jsonb,
    reason text
);
COMMENT ON TYPE tiny_dancer.price_change IS 'What a price list says of an agent';
COMMENT ON COLUMN tiny_dancer.price_change.agent IS 'The agent';
COMMENT ON COLUMN tiny_dancer.price_change.model IS 'The model in the list; null where it has none of that name';
COMMENT ON COLUMN tiny_dancer.price_change.change IS 'new, changed, same, unmatched or refused';
COMMENT ON COLUMN tiny_dancer.price_change.before IS 'The agent''s prices before, US dollars, as ruvector_set_prices takes them';
COMMENT ON COLUMN tiny_dancer.price_change.after IS 'Its prices by the list';
COMMENT ON COLUMN tiny_dancer.price_change.reason IS 'What would cost more, from when on it holds, or why nothing is taken';

CREATE TABLE tiny_dancer.known_model (
    name text PRIMARY KEY CHECK (length(name) BETWEEN 1 AND 200),
    provider text NOT NULL,
    prices jsonb NOT NULL CHECK (jsonb_typeof(prices) = 'object'),
    context_window int CHECK (context_window > 0),
    max_output_tokens int CHECK (max_output_tokens > 0),
    modalities text[] NOT NULL,
    features text[] NOT NULL,
    source text NOT NULL,
    as_of date NOT NULL
);
COMMENT ON TABLE tiny_dancer.known_model IS 'Models that an agent can be registered from by name, of a list that was imported in place of those that come along';
COMMENT ON COLUMN tiny_dancer.known_model.name IS 'The model''s name, without its provider where that is its maker';
COMMENT ON COLUMN tiny_dancer.known_model.provider IS 'Who offers it at these prices';
COMMENT ON COLUMN tiny_dancer.known_model.prices IS 'US dollars, as ruvector_set_prices takes them';
COMMENT ON COLUMN tiny_dancer.known_model.context_window IS 'Tokens that a request may have; null where it is not known';
COMMENT ON COLUMN tiny_dancer.known_model.max_output_tokens IS 'Tokens that an answer may have; null where it is not known';
COMMENT ON COLUMN tiny_dancer.known_model.modalities IS 'What a request may consist of: text, image, audio, video, file';
COMMENT ON COLUMN tiny_dancer.known_model.features IS 'tools, json, reasoning';
COMMENT ON COLUMN tiny_dancer.known_model.source IS 'The list that it comes from';
COMMENT ON COLUMN tiny_dancer.known_model.as_of IS 'The day of that list';

CREATE TYPE tiny_dancer.known_model_overview AS (
    name text,
    provider text,
    prices jsonb,
    context_window int,
    max_output_tokens int,
    modalities text[],
    features text[],
    quality_score float8,
    source text,
    as_of date
);
COMMENT ON TYPE tiny_dancer.known_model_overview IS 'A model that an agent can be registered from by name';
COMMENT ON COLUMN tiny_dancer.known_model_overview.name IS 'What ruvector_register_model takes';
COMMENT ON COLUMN tiny_dancer.known_model_overview.provider IS 'Who offers it at these prices';
COMMENT ON COLUMN tiny_dancer.known_model_overview.prices IS 'US dollars, as ruvector_set_prices takes them';
COMMENT ON COLUMN tiny_dancer.known_model_overview.context_window IS 'Tokens that a request may have; null where it is not known';
COMMENT ON COLUMN tiny_dancer.known_model_overview.max_output_tokens IS 'Tokens that an answer may have; null where it is not known';
COMMENT ON COLUMN tiny_dancer.known_model_overview.modalities IS 'What a request may consist of';
COMMENT ON COLUMN tiny_dancer.known_model_overview.features IS 'tools, json, reasoning';
COMMENT ON COLUMN tiny_dancer.known_model_overview.quality_score IS 'Its overall ability by public results, in [0, 1]; null where it is not known';
COMMENT ON COLUMN tiny_dancer.known_model_overview.source IS 'The list that it comes from';
COMMENT ON COLUMN tiny_dancer.known_model_overview.as_of IS 'The day of that list';

-- Their forms with fewer arguments.
DROP FUNCTION IF EXISTS tiny_dancer.changes_problem(jsonb), tiny_dancer.token_classes_problem(int, int, int, int, int);
