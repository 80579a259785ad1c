package dev.tinydancer.engine.verb;

import dev.tinydancer.engine.call.Call;
import dev.tinydancer.engine.call.Reply;
import dev.tinydancer.engine.call.Verb;
import dev.tinydancer.engine.config.Feature;
import dev.tinydancer.engine.config.Setting;
import dev.tinydancer.engine.error.EngineException;
import dev.tinydancer.engine.error.SqlState;

/** In place of a verb whose part of the engine is off: an error that says so. */
final class FeatureOffVerb implements Verb<Object> {

    private final String name;
    private final Feature feature;

    FeatureOffVerb(String name, Feature feature) {
        this.name = name;
        this.feature = feature;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Class<Object> argumentsType() {
        return Object.class;
    }

    @Override
    public void answer(Call<Object> call, Reply reply) {
        throw new EngineException(
                SqlState.FEATURE_NOT_SUPPORTED,
                "this engine does not answer " + name + ": its part " + feature.key() + " is off",
                null,
                "Add " + feature.key() + " to the engine's setting " + Setting.FEATURES.key() + ".");
    }
}
