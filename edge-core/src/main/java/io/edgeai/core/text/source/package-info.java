/**
 * What a tokenizer is made from: the text of a tokenizer.json, its special tokens and how many tokens the model takes. Folders that hold only a vocabulary get their tokenizer.json written here, in Java, without any native library.
 */
@NullMarked
package io.edgeai.core.text.source;

import org.jspecify.annotations.NullMarked;
