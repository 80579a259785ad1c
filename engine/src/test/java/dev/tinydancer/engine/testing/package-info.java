/** What several tests of the engine need: an engine beside a test database, in this process or in one of its own. */
@NullMarked
package dev.tinydancer.engine.testing;

import org.jspecify.annotations.NullMarked;
