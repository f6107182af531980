package io.edgeai.core.processor;

/**
 * A thing in an image.
 *
 * @param label name of its class; its number where the model's classes have no names
 * @param index its class's place among the model's scores
 * @param score how sure the model is, 0 to 1
 * @param box where it is
 */
public record Detection(String label, int index, double score, Box box) {}
