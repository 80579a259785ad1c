/**
 * How requests that continue one another are routed: {@link dev.tinydancer.benchmark.conversations.ConversationSuite} plays
 * dialogues that are composed of recorded requests, with several ways of choosing.
 */
@NullMarked
package dev.tinydancer.benchmark.conversations;

import org.jspecify.annotations.NullMarked;
