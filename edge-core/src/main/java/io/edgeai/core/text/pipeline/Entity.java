package io.edgeai.core.text.pipeline;

/**
 * A part of a text with a label.
 *
 * @param label its label; without the prefix {@code B-} or {@code I-} where tokens were grouped
 * @param score mean probability of its tokens' labels
 * @param word the part as it stands in the text
 * @param start its first Java char
 * @param end the char behind its last one
 */
public record Entity(String label, double score, String word, int start, int end) {}
