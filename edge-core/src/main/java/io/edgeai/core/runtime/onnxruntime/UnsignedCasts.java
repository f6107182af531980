package io.edgeai.core.runtime.onnxruntime;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.edgeai.core.model.ElementType;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxType;
import io.edgeai.core.onnx.OnnxValue;
import io.edgeai.core.onnx.OnnxWriter;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Carries unsigned integers of 16, 32 and 64 bits over the border to ONNX Runtime, whose Java interface makes signed
 * ones only: a model of one Cast to the unsigned type of a width, which keeps every bit (a conversion modulo
 * 2<sup>n</sup>, as in C++). It is opened when first needed, which few sessions ever do. Thread-safe.
 */
final class UnsignedCasts implements AutoCloseable {
    private static final Map<ElementType, ElementType> SIGNED = Map.of(
            ElementType.UINT16, ElementType.INT16,
            ElementType.UINT32, ElementType.INT32,
            ElementType.UINT64, ElementType.INT64);

    private final OrtEnvironment environment;
    private final Map<ElementType, OrtSession> opened = new EnumMap<>(ElementType.class);

    UnsignedCasts(OrtEnvironment environment) {
        this.environment = environment;
    }

    static boolean needed(ElementType type) {
        return SIGNED.containsKey(type);
    }

    /** The bits of a signed tensor as the unsigned type of that width; the caller closes it, and the given one. */
    OnnxTensor unsigned(OnnxTensor signed, ElementType type) throws OrtException {
        // A result is but the list of what a run gave: the tensor in it is closed by itself.
        return (OnnxTensor) session(type).run(Map.of("x", signed)).get(0);
    }

    private synchronized OrtSession session(ElementType type) throws OrtException {
        OrtSession session = opened.get(type);
        if (session == null) {
            try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
                options.setIntraOpNumThreads(1);
                options.setCPUArenaAllocator(false);
                session = environment.createSession(model(type), options);
            }
            opened.put(type, session);
        }
        return session;
    }

    private static byte[] model(ElementType type) {
        OnnxGraph graph = OnnxGraph.create("cast", 13);
        graph.inputs().add(new OnnxValue("x", new OnnxType.OfTensor(Objects.requireNonNull(SIGNED.get(type)), null)));
        graph.add("Cast", "cast", List.of("x"), List.of("y")).attribute("to", type.onnxCode());
        graph.outputs().add(new OnnxValue("y", new OnnxType.OfTensor(type, null)));
        return OnnxWriter.toBytes(graph);
    }

    @Override
    public synchronized void close() {
        try {
            for (OrtSession session : opened.values()) {
                session.close();
            }
        } catch (OrtException e) {
            throw OrtErrors.running(e);
        } finally {
            opened.clear();
        }
    }
}
