package io.edgeai.core.format;

/**
 * Whether something can be done with a model, and why or why not.
 *
 * @param what {@code "run"}, {@code "optimize"} or {@code "convert"} (to ONNX)
 * @param possible whether it can be done
 * @param reason with what, or what stands against it
 */
public record Ability(String what, boolean possible, String reason) {}
