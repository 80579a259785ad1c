-- What the words that owners of agents choose for capabilities mean.

CREATE OR REPLACE FUNCTION tiny_dancer.capability_key(word text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN regexp_replace(regexp_replace(word, '(.)\1', '\1', 'g'), 's$', '');
COMMENT ON FUNCTION tiny_dancer.capability_key(text) IS
    'By what hyphenated words in lower case compare: a letter written twice counts once, an s at the end not at all';

CREATE OR REPLACE FUNCTION tiny_dancer.capability_words() RETURNS TABLE (capability text, words text[])
LANGUAGE sql IMMUTABLE PARALLEL SAFE
ROWS 17
AS $function$
    VALUES
                ('analysis', ARRAY['analyses', 'analyze', 'analyzing', 'analytics', 'analytical', 'data-analysis',
            'data', 'research', 'insight', 'comparison', 'evaluation', 'review', 'report', 'reporting',
            'business-intelligence', 'statistics', 'forecasting']),
                ('classification', ARRAY['classify', 'classifier', 'categorization', 'categorisation', 'labelling',
            'tagging', 'intent', 'intent-detection', 'sentiment', 'sentiment-analysis', 'moderation', 'triage',
            'spam-detection']),
                ('code', ARRAY['coding', 'coder', 'programming', 'programmer', 'software', 'software-engineering',
            'software-development', 'development', 'developer', 'sql', 'python', 'java', 'javascript', 'typescript',
            'rust', 'golang', 'html', 'css', 'bash', 'shell', 'code-generation', 'codegen', 'code-writing', 'script',
            'scripting', 'refactoring', 'frontend', 'backend', 'web-development', 'devops']),
                ('code-execution', ARRAY['execution', 'execute', 'sandbox', 'interpreter', 'code-interpreter',
            'python-execution', 'run-code', 'repl']),
                ('conversation', ARRAY['conversational', 'dialogue', 'dialog', 'small-talk', 'smalltalk', 'chatbot',
            'chit-chat', 'companion', 'role-play', 'roleplay', 'chat']),
                ('creative', ARRAY['creativity', 'creative-writing', 'writing', 'writer', 'storytelling', 'story',
            'copywriting', 'copy', 'poetry', 'poem', 'content', 'content-creation', 'blogging', 'editing', 'drafting',
            'marketing-copy', 'brainstorming', 'fiction']),
                ('debugging', ARRAY['debug', 'debugger', 'bug-fixing', 'bugfix', 'bug', 'troubleshooting',
            'error-analysis', 'fault-finding', 'code-repair', 'fixing']),
                ('extraction', ARRAY['extract', 'extractor', 'information-extraction', 'entity-extraction',
            'data-extraction', 'parsing', 'parser', 'ner', 'entity', 'scraping', 'ocr', 'regex']),
                ('fast-response', ARRAY['fast', 'quick', 'low-latency', 'realtime', 'real-time', 'speed',
            'quick-response']),
                ('knowledge', ARRAY['qa', 'q&a', 'question-answering', 'fact', 'factual', 'search', 'web-search',
            'lookup', 'trivia', 'encyclopedia', 'general-knowledge', 'explanation', 'faq', 'retrieval', 'rag']),
                ('math', ARRAY['mathematics', 'mathematical', 'arithmetic', 'calculation', 'calculator', 'calculus',
            'algebra', 'computation', 'geometry', 'equation', 'statistics-math', 'numeric']),
                ('reasoning', ARRAY['logic', 'logical', 'reason', 'planning', 'planner', 'problem-solving', 'puzzle',
            'inference', 'thinking', 'deduction', 'strategy', 'complex-tasks']),
                ('simple-tasks', ARRAY['simple', 'basic', 'basic-tasks', 'easy', 'easy-tasks', 'light', 'lightweight',
            'cheap']),
                ('summarization', ARRAY['summarisation', 'summarize', 'summarise', 'summarizing', 'summary',
            'summaries', 'tldr', 'abstract', 'condensing', 'digest']),
                ('testing', ARRAY['test', 'tester', 'test-generation', 'unit-tests', 'unit-testing', 'qa-testing',
            'quality-assurance', 'test-automation', 'integration-tests']),
                ('translation', ARRAY['translate', 'translator', 'translating', 'language', 'multilingual',
            'localization', 'localisation', 'i18n', 'interpreting']),
                ('general', ARRAY['general-purpose', 'generalist', 'general-knowledge', 'assistant', 'all', 'any',
            'anything', 'everything', 'chat', 'versatile', 'default', 'all-purpose', 'llm'])
$function$;
COMMENT ON FUNCTION tiny_dancer.capability_words() IS
    'Other words for each capability that the request classifier knows, and for general: an agent that does whatever is asked';

CREATE OR REPLACE FUNCTION tiny_dancer.capability_meanings(word text) RETURNS text[]
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
AS $function$
    WITH given AS (
        SELECT regexp_replace(lower(tiny_dancer.trimmed(word)), '[\s_]+', '-', 'g') AS whole
    ), known AS (
        SELECT listed.capability, tiny_dancer.capability_key(each.word) AS key
        FROM tiny_dancer.capability_words() AS listed
        CROSS JOIN LATERAL unnest(listed.words || listed.capability) AS each (word)
    ), parts AS (
        SELECT whole AS part, 0 AS place FROM given
        UNION ALL
        SELECT part, row_number() OVER (ORDER BY place DESC)
        FROM given CROSS JOIN LATERAL regexp_split_to_table(whole, '-') WITH ORDINALITY AS split (part, place)
    )
    SELECT coalesce(
        (SELECT array_agg(DISTINCT known.capability ORDER BY known.capability)
         FROM parts JOIN known ON known.key = tiny_dancer.capability_key(parts.part)
         GROUP BY parts.place
         -- The assistant of a code-assistant takes nothing away from what the other part says.
         ORDER BY parts.place > 0 AND bool_and(known.capability = 'general'), parts.place
         LIMIT 1),
        '{}')
$function$;
COMMENT ON FUNCTION tiny_dancer.capability_meanings(text) IS
    'What the engine understands a capability as, of what its classifier knows; of a compound that is not listed the last part that is decides, one that is only general where no other is; empty where nothing is';

CREATE OR REPLACE FUNCTION tiny_dancer.capabilities_notice(capabilities text[]) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
AS $function$
    SELECT string_agg(
        CASE WHEN understood.meanings = '{}'
             THEN format('capability "%s" is none that the standard classifier knows: it counts where it is required, and for a category of that name', given.word)
             ELSE format('capability "%s" is understood as %s', given.word, array_to_string(understood.meanings, ' and ')) END,
        '; ' ORDER BY given.place)
    FROM unnest(capabilities) WITH ORDINALITY AS given (word, place)
    CROSS JOIN LATERAL (SELECT tiny_dancer.capability_meanings(given.word) AS meanings) AS understood
    WHERE NOT lower(tiny_dancer.trimmed(given.word)) = ANY (understood.meanings)
$function$;
COMMENT ON FUNCTION tiny_dancer.capabilities_notice(text[]) IS
    'What words other than the classifier''s own were understood as, for the one who registers an agent; null if there are none';
