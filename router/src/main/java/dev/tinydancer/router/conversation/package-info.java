/**
 * Conversations: what a request continues. {@link dev.tinydancer.router.conversation.Conversation} is what comes with a
 * request; {@link dev.tinydancer.router.conversation.ConversationState} is what is kept between two requests of the same
 * conversation, by whoever wants it kept. All values are immutable.
 */
@NullMarked
package dev.tinydancer.router.conversation;

import org.jspecify.annotations.NullMarked;
