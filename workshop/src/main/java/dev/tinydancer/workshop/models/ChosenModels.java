package dev.tinydancer.workshop.models;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Which models come along.
 *
 * @param lists the day of each price list, by its format
 * @param models in the order of the file
 */
record ChosenModels(Map<String, LocalDate> lists, List<Model> models) {

    private static final String FILE = "known-models.txt";

    /**
     * One of them.
     *
     * @param list the format of the list that has it
     * @param name what it is called there
     */
    record Model(String list, String name) {}

    ChosenModels {
        lists = Map.copyOf(lists);
        models = List.copyOf(models);
        for (Model model : models) {
            if (!lists.containsKey(model.list())) {
                throw new IllegalArgumentException("the list of " + model.name() + " has no day: " + model.list()
                        + ", known are " + lists.keySet());
            }
        }
    }

    /** Those of this program. */
    static ChosenModels read() {
        Map<String, LocalDate> lists = new LinkedHashMap<>();
        List<Model> models = new ArrayList<>();
        for (String line : lines()) {
            String[] words = line.split(" ", -1);
            if (line.startsWith("@")) {
                lists.put(words[1], LocalDate.parse(words[2]));
            } else if (!line.startsWith("#")) {
                models.add(new Model(words[0], words[1]));
            }
        }
        return new ChosenModels(lists, models);
    }

    private static List<String> lines() {
        try (InputStream stream = requireNonNull(ChosenModels.class.getResourceAsStream(FILE), FILE)) {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + FILE, e);
        }
    }
}
