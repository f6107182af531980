package io.edgeai.core.train;

import io.edgeai.core.onnx.OnnxGraph;

/**
 * The outcome of training.
 *
 * @param model the model with the parameters of the last step
 * @param best the model after its best evaluated epoch; {@code model} where none was evaluated
 * @param history losses and scores
 * @param checkpoint where training stands, to go on from
 */
public record Trained(OnnxGraph model, OnnxGraph best, TrainingHistory history, Checkpoint checkpoint) {}
