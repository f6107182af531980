package io.edgeai.formats.openvino.ops;

import io.edgeai.core.error.ModelFormatException;
import io.edgeai.core.onnx.OnnxTensor;
import io.edgeai.formats.emit.Emitter;
import io.edgeai.formats.openvino.ir.IrGraph;
import io.edgeai.formats.openvino.ir.IrLayer;
import io.edgeai.formats.openvino.ir.IrPort;
import io.edgeai.formats.openvino.ir.IrWeights;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The values of one graph while it is written, by {@code layer:port}. */
final class GraphScope {
    final IrGraph graph;
    final IrWeights weights;
    final Emitter emit;
    private final Map<String, IrLayer> layers = new HashMap<>();
    private final Map<String, IrPort> ports = new HashMap<>();
    private final Map<String, String> values = new HashMap<>();
    private final Map<String, OnnxTensor> constants = new HashMap<>();

    GraphScope(IrGraph graph, IrWeights weights, Emitter emit) {
        this.graph = graph;
        this.weights = weights;
        this.emit = emit;
        for (IrLayer layer : graph.layers()) {
            layers.put(layer.id(), layer);
            for (IrPort port : layer.outputs()) {
                ports.put(layer.id() + ":" + port.id(), port);
            }
        }
    }

    @Nullable
    IrPort port(String place) {
        return ports.get(place);
    }

    @Nullable
    IrLayer layer(String place) {
        int colon = place.indexOf(':');
        return colon < 0 ? null : layers.get(place.substring(0, colon));
    }

    /** The layer of that number. */
    @Nullable
    IrLayer layerOf(String id) {
        return layers.get(id);
    }

    void bind(String place, String value) {
        values.put(place, value);
    }

    boolean bound(String place) {
        return values.containsKey(place) || constants.containsKey(place);
    }

    void constant(String place, OnnxTensor tensor) {
        constants.put(place, tensor);
    }

    @Nullable
    OnnxTensor constant(String place) {
        return constants.get(place);
    }

    /** The name of a value; a constant becomes an initializer when it is first asked for. */
    String value(String place) {
        String value = values.get(place);
        if (value == null) {
            OnnxTensor constant = constants.get(place);
            if (constant == null) {
                throw new ModelFormatException("Value (" + place + ") of the OpenVINO model is read before any layer"
                        + " writes it. Maybe the file is damaged.");
            }
            IrLayer layer = layer(place);
            value = emit.constant(layer == null ? "constant" : layer.name(), constant);
            values.put(place, value);
        }
        return value;
    }
}
