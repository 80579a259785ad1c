/**
 * What an engine can be told: {@link dev.tinydancer.engine.config.Setting} lists it, {@link
 * dev.tinydancer.engine.config.EngineConfig} holds the checked values. Flags win over the environment, the environment over
 * the file, the file over the defaults. Immutable.
 */
@NullMarked
package dev.tinydancer.engine.config;

import org.jspecify.annotations.NullMarked;
