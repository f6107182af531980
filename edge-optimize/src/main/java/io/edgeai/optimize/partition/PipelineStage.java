package io.edgeai.optimize.partition;

import io.edgeai.core.onnx.OnnxGraph;
import java.util.List;

/**
 * One stage of a pipeline.
 *
 * @param graph the stage as a model of its own
 * @param inputs values it takes from the caller or from stages before, among them those that skip a stage
 * @param outputs values it gives to stages after it or to the caller
 * @param nodes nodes of the split graph in it
 * @param micros microseconds of a run as measured after the split: the lower quartile over rounds of each round's median
 * @param bytesSent bytes that cross the cut behind it, those of earlier stages that only pass by included; 0 for the last
 */
public record PipelineStage(
        OnnxGraph graph, List<String> inputs, List<String> outputs, int nodes, double micros, long bytesSent) {
    public PipelineStage {
        inputs = List.copyOf(inputs);
        outputs = List.copyOf(outputs);
    }
}
