package dev.tinydancer.workshop.models;

import static java.util.Comparator.comparing;

import java.math.BigDecimal;
import java.util.Set;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Writes what known models can do as a migration. */
final class KnownAbilities {

    static final String FILE = "R__16_known_models.sql";

    private static final String HEAD = """
            -- What well-known models can do, made by ./tiny-dancer known-models; not to be edited.

            -- From one joint item-response model of public per-item results (GSM8K, MATH level 5, CRUX, NumerSense, MMLU-Pro, RouteLLM,
            -- RouterBench, LLMRouter, RouterArena), models with at least 1,500 items; docs/models/abilities.md.
            CREATE OR REPLACE FUNCTION tiny_dancer.known_ability(model text) RETURNS float8
            LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
            AS $function$
                SELECT ability
                FROM (VALUES
            """;
    private static final String TAIL = """

                ) AS known (name, ability)
                WHERE known.name = regexp_replace(lower(tiny_dancer.trimmed(model)), '^.*/', '')
            $function$;
            COMMENT ON FUNCTION tiny_dancer.known_ability(text) IS
                'The overall ability, in [0, 1], of a well-known model by public results; null for any other. Names compare in lower case and without what stands before a slash';
            """;

    /**
     * Left out: their results contradict those of their own families, which faults of format or of parsing explain and
     * ability does not. An agent would start behind its older or much smaller sibling.
     */
    private static final Set<String> CONTRADICTED =
            Set.of("athene-70b", "claude-2", "gpt-4o-2024-08-06", "mistral-large-2407");

    private KnownAbilities() {}

    /**
     * The migration.
     *
     * @param abilities {@code [{"name": …, "ability": …}]}
     */
    static String migration(String abilities) {
        return JsonMapper.builder()
                .build()
                .readTree(abilities)
                .valueStream()
                .filter(model -> !CONTRADICTED.contains(name(model)))
                .sorted(comparing(KnownAbilities::name))
                .map(model -> "        ('%s', %s::float8)".formatted(name(model).replace("'", "''"), ability(model)))
                .collect(Collectors.joining(",\n", HEAD, TAIL));
    }

    private static String name(JsonNode model) {
        return model.path("name").asString();
    }

    private static BigDecimal ability(JsonNode model) {
        BigDecimal ability = model.path("ability").decimalValue();
        if (ability.signum() < 0 || ability.compareTo(BigDecimal.ONE) > 0) {
            throw new IllegalArgumentException("ability must be in [0, 1], got " + ability + " for " + name(model));
        }
        return ability;
    }
}
