/**
 * A language of a few dozen words and a BERT small enough to learn it in seconds. For samples and tests that must not download anything.
 */
@NullMarked
package io.edgeai.samples.text;

import org.jspecify.annotations.NullMarked;
