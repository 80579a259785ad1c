/** How JSON is read and written: {@link dev.tinydancer.engine.json.ProtocolJson}. Safe for concurrent use. */
@NullMarked
package dev.tinydancer.engine.json;

import org.jspecify.annotations.NullMarked;
