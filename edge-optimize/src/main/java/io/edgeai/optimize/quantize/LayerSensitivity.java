package io.edgeai.optimize.quantize;

/**
 * What quantizing one layer alone does to the network's answers.
 *
 * @param output the layer's first output, as {@link QuantizeSettings#keepFloat()} names it
 * @param op its operator
 * @param weights how many weights it has
 * @param sqnrDb signal to quantization noise of the network's outputs in decibels, at most 200; lower is more sensitive
 */
public record LayerSensitivity(String output, String op, long weights, double sqnrDb) {}
