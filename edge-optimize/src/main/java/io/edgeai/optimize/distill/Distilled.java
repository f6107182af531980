package io.edgeai.optimize.distill;

import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.train.Trained;

/**
 * A student that has learned.
 *
 * @param student the student with its new parameters; the best of all evaluated epochs where it was evaluated
 * @param training how it went, with losses, scores and a checkpoint
 */
public record Distilled(OnnxGraph student, Trained training) {}
