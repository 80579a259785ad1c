package dev.tinydancer.engine.verb;

import static java.util.Objects.requireNonNull;

import java.util.Map;
import java.util.function.Supplier;

/**
 * What an engine says of itself.
 *
 * @param version of the program
 * @param models what each model is at the moment of asking, by its role
 * @param kernels which vector kernels run, with their width
 */
public record EngineDescription(String version, Supplier<Map<String, String>> models, String kernels) {

    public EngineDescription {
        requireNonNull(version, "version");
        requireNonNull(kernels, "kernels");
        requireNonNull(models, "models");
    }
}
