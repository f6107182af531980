package io.edgeai.placement.solver;

/**
 * Where an item stands.
 *
 * @param option the option it takes
 * @param device index of the device of that node it uses, or -1
 */
public record Spot(Option option, int device) {}
