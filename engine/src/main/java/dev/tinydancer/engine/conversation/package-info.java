/**
 * Conversations as callers send them and the database keeps them. {@link dev.tinydancer.engine.conversation.MessagesDocument}
 * reads what has been said, {@link dev.tinydancer.engine.conversation.ConversationDocument} how it stands, and {@link
 * dev.tinydancer.engine.conversation.ConversationTurn} is what the caller keeps of a decision.
 */
@NullMarked
package dev.tinydancer.engine.conversation;

import org.jspecify.annotations.NullMarked;
