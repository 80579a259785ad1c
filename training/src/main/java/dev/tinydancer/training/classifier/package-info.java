/**
 * The trainer of the request classifier: back-propagation through time over labelled requests and a grammar of phrasings.
 * {@link dev.tinydancer.training.classifier.ClassifierTrainer} is the entry. Everything but values is for one thread.
 */
@NullMarked
package dev.tinydancer.training.classifier;

import org.jspecify.annotations.NullMarked;
