package io.edgeai.optimize.fidelity;

/**
 * Error of one intermediate value of a quantized model, everything before it included.
 *
 * @param value its name, the same in both graphs
 * @param sqnrDb signal to error in decibels; higher is better
 */
public record LayerError(String value, double sqnrDb) {}
