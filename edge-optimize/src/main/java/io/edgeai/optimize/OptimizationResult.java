package io.edgeai.optimize;

import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.runtime.SessionOptions;
import io.edgeai.optimize.search.Trial;
import java.util.List;

/**
 * The model to use from now on, and the proof.
 *
 * @param graph the optimized model, or the original where {@link OptimizationReport#kept()} is false
 * @param options how to open it: the engine's defaults unless they were tuned or it is made for an accelerator
 * @param report what was done and measured
 * @param front candidates worth choosing between, smallest first, the one kept among them: each satisfies every limit,
 *     and none is beaten in size, speed and quality at once; empty where the original is returned
 */
public record OptimizationResult(
        OnnxGraph graph, SessionOptions options, OptimizationReport report, List<Choice> front) {
    public OptimizationResult {
        front = List.copyOf(front);
    }

    /**
     * One of several good answers.
     *
     * @param trial what it is worth
     * @param graph the model; not to be changed where it is the one kept
     */
    public record Choice(Trial trial, OnnxGraph graph) {}
}
