package io.edgeai.core.text.pipeline;

/**
 * One label and how likely it is.
 *
 * @param label its name
 * @param score from 0 to 1
 */
public record Label(String label, double score) {}
