package dev.tinydancer.engine.page;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/** All that the JSON interface can be asked. */
final class Questions {

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
                        name -> Question.parse(name, Resources.text("questions/" + name + ".sql")))));
    }

    Optional<Question> named(String name) {
        return Optional.ofNullable(byName.get(name));
    }

    static List<String> names() {
        return NAMES;
    }
}
