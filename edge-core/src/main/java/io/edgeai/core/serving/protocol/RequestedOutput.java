package io.edgeai.core.serving.protocol;

/**
 * An output that a request asks for.
 *
 * @param name the output's name in the model
 * @param binary whether its values come as bytes after the JSON
 * @param classes how many of the highest values to name instead of giving all; 0 gives the values themselves
 */
public record RequestedOutput(String name, boolean binary, int classes) {}
