package dev.tinydancer.router.safetensors;

import java.io.StringWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.exc.StreamReadException;
import tools.jackson.core.json.JsonFactory;

/**
 * The JSON of a header as Java's own values: {@link Map}, {@link List}, {@link String}, {@link Number}, {@link Boolean},
 * and {@link Optional#empty} for null. Token by token: a tree model would take longer to be loaded than a model file does.
 */
final class HeaderJson {

    private static final JsonFactory JSON = JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    private HeaderJson() {}

    /**
     * Reads a text that is one object and nothing else.
     *
     * @throws JacksonException if it is not
     */
    static Map<String, Object> readObject(byte[] text) {
        try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), text)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw new StreamReadException(parser, "it is not an object");
            }
            Map<String, Object> object = object(parser);
            if (parser.nextToken() != null) {
                throw new StreamReadException(parser, "there is more after the object's end");
            }
            return object;
        }
    }

    /** The members up to the end of the object whose beginning has been read. */
    private static Map<String, Object> object(JsonParser parser) {
        Map<String, Object> members = new LinkedHashMap<>();
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            String name = parser.currentName();
            parser.nextToken();
            members.put(name, value(parser));
        }
        return members;
    }

    private static List<Object> array(JsonParser parser) {
        List<Object> elements = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            elements.add(value(parser));
        }
        return elements;
    }

    private static Object value(JsonParser parser) {
        return switch (parser.currentToken()) {
            case START_OBJECT -> object(parser);
            case START_ARRAY -> array(parser);
            case VALUE_STRING -> parser.getString();
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> parser.getNumberValue();
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            case VALUE_NULL -> Optional.empty();
            case null, default -> throw new StreamReadException(parser, "a value was expected");
        };
    }

    /** The text of an object of objects, lists, strings and whole numbers. */
    static String write(Map<String, ?> object) {
        StringWriter text = new StringWriter();
        try (JsonGenerator generator = JSON.createGenerator(ObjectWriteContext.empty(), text)) {
            write(object, generator);
        }
        return text.toString();
    }

    private static void write(Object value, JsonGenerator generator) {
        switch (value) {
            case Map<?, ?> object -> {
                generator.writeStartObject();
                object.forEach((name, member) -> {
                    generator.writeName(String.valueOf(name));
                    write(member, generator);
                });
                generator.writeEndObject();
            }
            case List<?> list -> {
                generator.writeStartArray();
                list.forEach(element -> write(element, generator));
                generator.writeEndArray();
            }
            case String string -> generator.writeString(string);
            case Integer number -> generator.writeNumber(number);
            default -> throw new IllegalArgumentException("no header holds a " + value.getClass());
        }
    }
}
