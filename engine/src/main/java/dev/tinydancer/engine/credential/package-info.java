/**
 * The secrets that the engine shares with the functions' owner: the password of the connection and the key of the
 * messages. {@link dev.tinydancer.engine.credential.CredentialStore} is the entry; it is safe for concurrent use.
 */
@NullMarked
package dev.tinydancer.engine.credential;

import org.jspecify.annotations.NullMarked;
