package dev.tinydancer.engine.call;

import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.toUnmodifiableMap;

import dev.tinydancer.engine.error.EngineException;
import dev.tinydancer.engine.error.SqlState;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.json.JsonMapper;

/** The verbs that an engine knows, each with what reads its calls. */
public final class Verbs {

    private final Map<String, Entry<?>> byName;

    /** Reads the payloads of calls with {@code json}. */
    public Verbs(JsonMapper json, List<Verb<?>> verbs) {
        byName = verbs.stream()
                .map(verb -> entry(json, verb))
                .collect(toUnmodifiableMap(Entry::name, Function.identity()));
    }

    private static <A> Entry<A> entry(JsonMapper json, Verb<A> verb) {
        return new Entry<>(
                verb,
                json.readerFor(json.getTypeFactory().constructParametricType(Payload.class, verb.argumentsType())));
    }

    /** The verb of this name. Throws {@code 08P01} if there is none. */
    Entry<?> require(String name) {
        Entry<?> entry = byName.get(name);
        if (entry == null) {
            throw new EngineException(
                    SqlState.PROTOCOL_VIOLATION,
                    "unknown verb \"" + name + "\"",
                    null,
                    "This engine knows: " + byName.keySet().stream().sorted().collect(joining(", ")) + ".");
        }
        return entry;
    }

    /** A verb and what reads its calls. */
    record Entry<A>(Verb<A> verb, ObjectReader reader) {

        String name() {
            return verb.name();
        }

        Call<A> call(byte[] buffer, Message message, byte[] code) {
            Payload<A> payload = read(buffer, message);
            payload.checkParameters();
            return new Call<>(payload, code);
        }

        private Payload<A> read(byte[] buffer, Message message) {
            try {
                return reader.readValue(buffer, message.payloadOffset(), message.payloadLength());
            } catch (JacksonException e) {
                // Jackson's own message may quote the payload; the place in it does not.
                throw new EngineException(
                        SqlState.PROTOCOL_VIOLATION,
                        "the payload of the call is not what the verb " + name() + " takes",
                        e.getPath().isEmpty() ? null : "At " + e.getPathReference() + ".",
                        "Are the SQL functions and the engine of the same version?");
            }
        }
    }
}
