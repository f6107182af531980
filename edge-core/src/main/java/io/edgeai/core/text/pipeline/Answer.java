package io.edgeai.core.text.pipeline;

/**
 * An answer found in a context.
 *
 * @param text as it stands in the context; empty for "no answer"
 * @param score probability that it begins and ends there
 * @param start its first Java char in the context
 * @param end the char behind its last one
 */
public record Answer(String text, double score, int start, int end) {}
