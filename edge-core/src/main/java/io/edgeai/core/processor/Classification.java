package io.edgeai.core.processor;

/**
 * One class and how likely it is.
 *
 * @param label its name; its number where the model's classes have no names
 * @param index its place among the model's scores
 * @param score the model's score after its {@link Activation}
 */
public record Classification(String label, int index, double score) {}
