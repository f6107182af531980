package io.edgeai.core.runtime.onnxruntime;

import io.edgeai.core.error.EdgeException;
import io.edgeai.core.model.ElementType;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxValue;
import io.edgeai.core.onnx.OnnxWriter;
import io.edgeai.core.runtime.InferenceRuntime.Availability;
import io.edgeai.core.runtime.InferenceSession;
import io.edgeai.core.runtime.SessionOptions;
import io.edgeai.core.runtime.provider.ExecutionProvider;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Finds out whether an execution provider works here by running a model of one node with it, on the device that its options
 * name and without the others: those are for the user's model, and TensorRT refuses bytes where a model brings no scales.
 * What was usable once is not tried again, since TensorRT takes seconds to build even that.
 */
final class ProviderProbe {
    private static final float[] GIVEN = {-1, 0, 1, 2};
    private static final float[] EXPECTED = {0, 0, 1, 2};

    private static final Set<String> DEVICE = Set.of(
            SessionOptions.PROVIDER,
            SessionOptions.PROVIDER_OPTION + "device_id",
            SessionOptions.PROVIDER_OPTION + "device_type");
    private static final Set<Map<String, String>> USABLE = ConcurrentHashMap.newKeySet();

    private ProviderProbe() {}

    static Availability availability(ExecutionProvider provider) {
        Map<String, String> device =
                new HashMap<>(SessionOptions.defaults().provider(provider).engineOptions());
        device.keySet().retainAll(DEVICE);
        if (USABLE.contains(device)) {
            return new Availability(true, SessionFactory.version());
        }
        Availability found = tried(provider, SessionOptions.defaults().slots(1).engineOptions(device));
        if (found.usable()) {
            USABLE.add(device);
        }
        return found;
    }

    private static Availability tried(ExecutionProvider provider, SessionOptions options) {
        try (InferenceSession session = SessionFactory.open(OnnxWriter.toBytes(relu()), options)) {
            float[] answer = session.predict(GIVEN, 0);
            return Arrays.equals(answer, EXPECTED)
                    ? new Availability(true, SessionFactory.version())
                    : new Availability(
                            false,
                            "execution provider (" + provider.name() + ") computes max(x, 0) of "
                                    + Arrays.toString(GIVEN) + " as " + Arrays.toString(answer)
                                    + ". Maybe its driver is broken.");
        } catch (EdgeException e) {
            return new Availability(false, String.valueOf(e.getMessage()));
        }
    }

    private static OnnxGraph relu() {
        OnnxGraph graph = OnnxGraph.create("probe", 13);
        graph.inputs().add(OnnxValue.tensor("x", ElementType.FLOAT, 1, 4));
        graph.add("Relu", "relu", List.of("x"), List.of("y"));
        graph.outputs().add(OnnxValue.tensor("y", ElementType.FLOAT, 1, 4));
        return graph;
    }
}
