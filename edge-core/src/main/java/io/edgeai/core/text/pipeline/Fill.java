package io.edgeai.core.text.pipeline;

/**
 * A guess for a masked word.
 *
 * @param word the guess, without spaces around it
 * @param token its id in the vocabulary
 * @param score its probability
 * @param text the whole text with it, as the tokenizer writes texts
 */
public record Fill(String word, long token, double score, String text) {}
