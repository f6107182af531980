/**
 * Texts to numbers of tokens and back: tokenizers, encodings with places in the text, batches that a graph takes. The tokenizers themselves come from providers on the class path, so that the library works without them.
 */
@NullMarked
package io.edgeai.core.text;

import org.jspecify.annotations.NullMarked;
