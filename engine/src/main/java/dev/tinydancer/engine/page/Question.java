package dev.tinydancer.engine.page;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A statement with named parameters, as a file of {@code questions/} has it.
 *
 * <p>Lines {@code --! name type [default]} come first and declare the parameters, with the default {@code !} one that has to
 * be given; {@code :name} stands for one. A line that
 * ends in {@code --? name} is left out unless that parameter is given, so that what is run, and shown to people, has no
 * conditions about nothing.
 *
 * @param name the path below {@code /api/v1/}
 * @param parameters by name, in the order of their declarations
 * @param text the statement, without semicolon
 */
record Question(String name, Map<String, Parameter> parameters, String text) {

    private static final String REQUIRED = "!";
    private static final Pattern DECLARATION = Pattern.compile("--! (\\w+) ([\\w\\[\\]]+)(?: (.*))?");
    private static final Pattern CONDITION = Pattern.compile("\\s*--\\? (\\w+)$");
    private static final Pattern PLACE = Pattern.compile("(?<![:\\w]):([a-z_]+)");

    /**
     * A parameter.
     *
     * @param type of PostgreSQL
     * @param defaultValue what it is where it is not given; null for nothing
     * @param required whether it has to be given
     */
    record Parameter(String type, @Nullable String defaultValue, boolean required) {}

    /**
     * A question with the values it is asked with.
     *
     * @param runnable with a place for each value
     * @param values in the order of their places
     * @param shown the same with the values in it, for psql
     */
    record Asked(String runnable, List<String> values, String shown) {

        Asked {
            values = List.copyOf(values);
        }
    }

    Question {
        parameters = Map.copyOf(parameters);
    }

    static Question parse(String name, String file) {
        Map<String, Parameter> parameters = new LinkedHashMap<>();
        StringBuilder text = new StringBuilder();
        for (String line : file.lines().toList()) {
            Matcher declaration = DECLARATION.matcher(line);
            if (declaration.matches()) {
                boolean required = REQUIRED.equals(declaration.group(3));
                parameters.put(
                        Objects.requireNonNull(declaration.group(1)),
                        new Parameter(
                                Objects.requireNonNull(declaration.group(2)),
                                required ? null : declaration.group(3),
                                required));
            } else if (!line.isBlank()) {
                text.append(line).append('\n');
            }
        }
        return new Question(name, parameters, text.toString().strip());
    }

    /**
     * Puts values in.
     *
     * @throws IllegalArgumentException if one is of no parameter, or one is missing
     */
    Asked with(Map<String, String> given) {
        for (String key : given.keySet()) {
            if (!parameters.containsKey(key)) {
                throw new IllegalArgumentException("%s has no parameter \"%s\"; it has %s"
                        .formatted(name, key, parameters.isEmpty() ? "none" : String.join(", ", names())));
            }
        }
        parameters.forEach((parameter, declared) -> {
            if (declared.required() && given.getOrDefault(parameter, "").isEmpty()) {
                throw new IllegalArgumentException(name + " needs " + parameter + "; it takes " + usage());
            }
        });
        StringBuilder statement = new StringBuilder();
        for (String line : text.lines().toList()) {
            Matcher condition = CONDITION.matcher(line);
            if (!condition.find()) {
                statement.append(line).append('\n');
            } else if (value(Objects.requireNonNull(condition.group(1)), given).isPresent()) {
                statement.append(line, 0, condition.start()).append('\n');
            }
        }
        List<String> values = new ArrayList<>();
        String runnable = PLACE.matcher(statement).replaceAll(place -> {
            Optional<String> value = value(place.group(1), given);
            value.ifPresent(values::add);
            return Matcher.quoteReplacement(
                    value.isPresent() ? "CAST(? AS " + parameter(place.group(1)).type() + ")" : "NULL");
        });
        String shown = PLACE.matcher(statement)
                .replaceAll(place -> Matcher.quoteReplacement(value(place.group(1), given)
                        .map(value -> literal(value, parameter(place.group(1)).type()))
                        .orElse("NULL")));
        return new Asked(runnable, values, shown.strip() + ";");
    }

    /** The parameters with their types, for whoever has given a value that is not of its type. */
    String usage() {
        return parameters.isEmpty()
                ? "nothing"
                : parameters.entrySet().stream()
                        .sorted(Map.Entry.comparingByKey())
                        .map(parameter ->
                                parameter.getKey() + " " + parameter.getValue().type())
                        .collect(Collectors.joining(", "));
    }

    /** The parameters without which it cannot be asked. */
    List<String> required() {
        return names().stream().filter(name -> parameter(name).required()).toList();
    }

    private List<String> names() {
        return parameters.keySet().stream().sorted().toList();
    }

    private Parameter parameter(String parameter) {
        Parameter declared = parameters.get(parameter);
        if (declared == null) {
            throw new IllegalStateException(name + " does not declare " + parameter);
        }
        return declared;
    }

    private Optional<String> value(String parameter, Map<String, String> given) {
        String value = given.get(parameter);
        return Optional.ofNullable(
                value == null || value.isEmpty() ? parameter(parameter).defaultValue() : value);
    }

    private static String literal(String value, String type) {
        if ((type.equals("int") || type.equals("float8")) && value.matches("-?\\d+(\\.\\d+)?")) {
            return value;
        }
        // With standard_conforming_strings, which is on since PostgreSQL 9.1, a backslash is one.
        String quoted = "'" + value.replace("'", "''") + "'";
        return switch (type) {
            case "interval", "timestamptz" -> type + " " + quoted;
            default -> quoted;
        };
    }
}
