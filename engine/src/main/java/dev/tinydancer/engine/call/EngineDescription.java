package dev.tinydancer.engine.call;

import static java.util.Objects.requireNonNull;

import java.util.Map;

/**
 * What an engine says of itself.
 *
 * @param version of the program
 * @param models what each model is, by its role
 * @param kernels which vector kernels run, with their width
 */
public record EngineDescription(String version, Map<String, String> models, String kernels) {

    public EngineDescription {
        requireNonNull(version, "version");
        requireNonNull(kernels, "kernels");
        models = Map.copyOf(models);
    }
}
