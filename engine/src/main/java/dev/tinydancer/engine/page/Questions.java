package dev.tinydancer.engine.page;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * All that the JSON interface can be asked.
 *
 * <p>A line {@code --+ part argument…} of a question stands for a file of {@code questions/parts}, in which {@code $1} is the
 * first argument. {@code sampled_hours} is of a log that is too long to be read: whole hours, whose number depends on how
 * many requests there were, each day another hour of the day, so that a question about a month takes no longer than one
 * about a day.
 */
final class Questions {

    private static final Pattern PART = Pattern.compile("(?m)^--\\+ (\\w+)((?: \\w+)*)$");

    private static final List<String> NAMES = List.of(
            "agents",
            "alerts",
            "answers",
            "attempts",
            "attention",
            "budgets",
            "calibration",
            "conversation",
            "decision",
            "decisions",
            "figures",
            "fit",
            "history",
            "holders",
            "names",
            "outages",
            "policies",
            "prices",
            "requests",
            "route_map",
            "routes",
            "session",
            "shares",
            "similar",
            "summary",
            "trials",
            "try");

    private final Map<String, Question> byName;

    private Questions(Map<String, Question> byName) {
        this.byName = byName;
    }

    static Questions load() {
        return new Questions(NAMES.stream()
                .collect(Collectors.toUnmodifiableMap(
                        Function.identity(),
                        name -> Question.parse(name, withParts(Resources.text("questions/" + name + ".sql"))))));
    }

    private static String withParts(String file) {
        return PART.matcher(file).replaceAll(place -> {
            String part = Resources.text("questions/parts/" + place.group(1) + ".sql");
            List<String> arguments = List.of(place.group(2).strip().split(" "));
            for (int i = 0; i < arguments.size(); i++) {
                part = part.replace("$" + (i + 1), arguments.get(i));
            }
            return Matcher.quoteReplacement(part.strip());
        });
    }

    Optional<Question> named(String name) {
        return Optional.ofNullable(byName.get(name));
    }

    static List<String> names() {
        return NAMES;
    }
}
