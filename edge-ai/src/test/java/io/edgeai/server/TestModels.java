package io.edgeai.server;

import io.edgeai.EdgeAI;
import io.edgeai.core.model.Dim;
import io.edgeai.core.model.ElementType;
import io.edgeai.core.model.ModelVersion;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.model.WorkloadType;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxTensor;
import io.edgeai.core.onnx.OnnxType;
import io.edgeai.core.onnx.OnnxValue;
import io.edgeai.core.onnx.OnnxWriter;
import io.edgeai.core.rollout.TrafficSplit;
import io.edgeai.core.runtime.InferenceSession;
import io.edgeai.core.serving.ModelEndpoint;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Models whose answers are known without running them. */
final class TestModels {
    /** The protocol's types by their names there. */
    static final Map<String, ElementType> TYPES = Map.ofEntries(
            Map.entry("BOOL", ElementType.BOOL),
            Map.entry("UINT8", ElementType.UINT8),
            Map.entry("UINT16", ElementType.UINT16),
            Map.entry("UINT32", ElementType.UINT32),
            Map.entry("UINT64", ElementType.UINT64),
            Map.entry("INT8", ElementType.INT8),
            Map.entry("INT16", ElementType.INT16),
            Map.entry("INT32", ElementType.INT32),
            Map.entry("INT64", ElementType.INT64),
            Map.entry("FP16", ElementType.FLOAT16),
            Map.entry("BF16", ElementType.BFLOAT16),
            Map.entry("FP32", ElementType.FLOAT),
            Map.entry("FP64", ElementType.DOUBLE),
            Map.entry("BYTES", ElementType.STRING));

    private TestModels() {}

    /** Registers y = factor·x for x [N, 2]; promotes it where asked. */
    static ModelVersion times(EdgeAI edge, String model, float factor, boolean promote) {
        OnnxGraph graph = OnnxGraph.create("times", 17);
        graph.inputs().add(value("x", ElementType.FLOAT, Dim.symbolic("N"), Dim.of(2)));
        graph.initializers().put("f", OnnxTensor.scalar(factor));
        graph.add("Mul", "mul", List.of("x", "f"), List.of("y"));
        graph.outputs().add(value("y", ElementType.FLOAT, Dim.symbolic("N"), Dim.of(2)));
        return register(edge, model, graph, promote);
    }

    /** Registers what takes and promises the same as {@link #times}, and fails: x [N, 2] has no column 7. */
    static ModelVersion failing(EdgeAI edge, String model) {
        OnnxGraph graph = OnnxGraph.create("failing", 17);
        graph.inputs().add(value("x", ElementType.FLOAT, Dim.symbolic("N"), Dim.of(2)));
        graph.initializers().put("columns", OnnxTensor.ofLongs(new long[] {7, 7}, 2));
        graph.add("Gather", "gather", List.of("x", "columns"), List.of("y")).attribute("axis", 1);
        graph.outputs().add(value("y", ElementType.FLOAT, Dim.symbolic("N"), Dim.of(2)));
        return register(edge, model, graph, false);
    }

    /** Registers and promotes a model that answers each input {@code in-TYPE} [N] as {@code out-TYPE}. */
    static ModelVersion echo(EdgeAI edge, String model) {
        return echo(edge, model, TYPES.keySet());
    }

    /** {@link #echo(EdgeAI, String)} of some types only. */
    static ModelVersion echo(EdgeAI edge, String model, Set<String> types) {
        OnnxGraph graph = OnnxGraph.create("echo", 17);
        types.forEach(name -> {
            ElementType type = TYPES.get(name);
            graph.inputs().add(value("in-" + name, type, Dim.symbolic("N")));
            graph.add("Identity", "echo-" + name, List.of("in-" + name), List.of("out-" + name));
            graph.outputs().add(value("out-" + name, type, Dim.symbolic("N")));
        });
        return register(edge, model, graph, true);
    }

    /** An endpoint over one version that does not exist, answered by a session of the test's own. */
    static ModelEndpoint endpoint(ModelVersion version, InferenceSession session) {
        return ModelEndpoint.builder()
                .split(TrafficSplit.all(version.ref()))
                .opener(ref -> session)
                .build();
    }

    static String request(float... row) {
        return "{\"inputs\":[{\"name\":\"x\",\"shape\":[1,2],\"datatype\":\"FP32\",\"data\":[" + row[0] + "," + row[1]
                + "]}]}";
    }

    static Map<String, Tensor> answer(float... row) {
        return Map.of("y", Tensor.of(row, 1, 2));
    }

    private static ModelVersion register(EdgeAI edge, String model, OnnxGraph graph, boolean promote) {
        ModelVersion version = edge.registry()
                .register(
                        model,
                        OnnxWriter.toBytes(graph),
                        // a deadline of 30 s, which a busy machine does not reach
                        registration -> registration.workload(WorkloadType.BATCH_PROCESSING));
        return promote ? edge.registry().promote(version.ref(), "test") : version;
    }

    private static OnnxValue value(String name, ElementType type, Dim... dims) {
        return new OnnxValue(name, new OnnxType.OfTensor(type, List.of(dims)));
    }
}
