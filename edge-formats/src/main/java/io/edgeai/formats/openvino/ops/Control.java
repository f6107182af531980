package io.edgeai.formats.openvino.ops;

import io.edgeai.core.model.ElementType;
import io.edgeai.core.onnx.OnnxAttribute;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxNode;
import io.edgeai.core.onnx.OnnxType;
import io.edgeai.core.onnx.OnnxValue;
import io.edgeai.formats.emit.Emitter;
import io.edgeai.formats.openvino.ir.IrGraph;
import io.edgeai.formats.openvino.ir.IrLayer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** TensorIterator and Loop become ONNX Loop, If becomes If; bodies become nested graphs. */
final class Control {
    private Control() {}

    /** Writes the layers of a nested graph. */
    interface BodyWriter {
        void run(GraphScope scope);
    }

    static void register(Map<String, Mapping> all, BodyWriter writer) {
        all.put("TensorIterator", op -> new Iteration(op, writer).write());
        all.put("Loop", op -> new Iteration(op, writer).write());
        all.put("If", op -> branch(op, writer));
    }

    private static IrGraph body(Layer op, String name) {
        IrGraph body = op.ir.bodies().get(name);
        if (body == null) {
            throw new Unmapped("lacks its " + name);
        }
        return body;
    }

    private static int port(List<io.edgeai.formats.openvino.ir.IrPort> ports, String id) {
        for (int i = 0; i < ports.size(); i++) {
            if (ports.get(i).id().equals(id)) {
                return i;
            }
        }
        throw new Unmapped("names a port (" + id + ") it does not have");
    }

    private static IrLayer inner(GraphScope scope, String id) {
        IrLayer layer = scope.layerOf(id);
        if (layer == null) {
            throw new Unmapped("names a layer (" + id + ") its body does not have");
        }
        return layer;
    }

    private static String parameter(IrLayer layer) {
        if (layer.outputs().isEmpty()) {
            throw new Unmapped("has a body whose parameter has no output");
        }
        return layer.id() + ":" + layer.outputs().get(0).id();
    }

    private static void branch(Layer op, BodyWriter writer) {
        String condition = op.rank(0) == 0 ? op.in(0) : op.emit.op("Squeeze", op.in(0));
        OnnxNode node = op.emit.add("If", op.outputs(), condition);
        node.attribute("then_branch", new OnnxAttribute.OfGraph(branch(op, writer, "then")))
                .attribute("else_branch", new OnnxAttribute.OfGraph(branch(op, writer, "else")));
        for (int i = 0; i < op.outputs(); i++) {
            op.out(i, node.output(i));
        }
    }

    private static OnnxGraph branch(Layer op, BodyWriter writer, String which) {
        Emitter emit = op.emit.nested(which);
        GraphScope scope = new GraphScope(body(op, which + "_body"), op.scope.weights, emit);
        String[] results = new String[op.outputs()];
        List<Map<String, String>> entries = op.ir.portMaps().getOrDefault(which + "_port_map", List.of());
        for (Map<String, String> entry : entries) {
            if ("input".equals(entry.get("element"))) {
                int at = port(op.ir.inputs(), entry.getOrDefault("external_port_id", ""));
                scope.bind(parameter(inner(scope, entry.getOrDefault("internal_layer_id", ""))), op.in(at));
            }
        }
        writer.run(scope);
        for (Map<String, String> entry : entries) {
            if ("output".equals(entry.get("element"))) {
                int at = port(op.ir.outputs(), entry.getOrDefault("external_port_id", ""));
                Layer result = new Layer(scope, inner(scope, entry.getOrDefault("internal_layer_id", "")));
                results[at] = emit.op("Identity", result.in(0));
            }
        }
        for (int i = 0; i < results.length; i++) {
            if (results[i] == null) {
                throw new Unmapped("leaves an output without a value");
            }
            emit.graph().outputs().add(new OnnxValue(results[i], new OnnxType.OfTensor(op.outType(i), null)));
        }
        return emit.graph();
    }

    /** A body run again and again: states go round along back edges, slices of inputs come in, slices go out. */
    private static final class Iteration {
        private final Layer op;
        private final BodyWriter writer;
        private final Emitter emit;
        private final GraphScope scope;
        private final List<Map<String, String>> entries;
        private final Map<String, String> backEdges = new HashMap<>();
        private final String turn;

        Iteration(Layer op, BodyWriter writer) {
            this.op = op;
            this.writer = writer;
            this.emit = op.emit.nested("body");
            this.scope = new GraphScope(body(op, "body"), op.scope.weights, emit);
            this.entries = op.ir.portMaps().getOrDefault("port_map", List.of());
            for (Map<String, String> edge : op.ir.portMaps().getOrDefault("back_edges", List.of())) {
                backEdges.put(edge.getOrDefault("to-layer", ""), edge.getOrDefault("from-layer", ""));
            }
            this.turn = emit.fresh("turn");
        }

        private static long number(Map<String, String> entry, String key, long otherwise) {
            String value = entry.getOrDefault(key, "");
            return value.matches("-?\\d{1,18}") ? Long.parseLong(value) : otherwise;
        }

        void write() {
            emit.graph().inputs().add(new OnnxValue(turn, OnnxType.OfTensor.of(ElementType.INT64)));
            emit.graph().inputs().add(new OnnxValue(emit.fresh("go"), OnnxType.OfTensor.of(ElementType.BOOL)));
            List<String> first = new ArrayList<>();
            List<String> stateResults = new ArrayList<>();
            String trips = "";
            String go = "";
            for (Map<String, String> entry : entries) {
                if (!"input".equals(entry.get("element"))) {
                    continue;
                }
                String external = entry.getOrDefault("external_port_id", "");
                String internal = entry.getOrDefault("internal_layer_id", "");
                String purpose = entry.getOrDefault("purpose", "");
                if (purpose.equals("current_iteration")) {
                    IrLayer layer = inner(scope, internal);
                    ElementType type = Precisions.element(layer.outputs().get(0).precision());
                    String now = layer.outputs().get(0).dims().length == 0 ? turn : emit.reshape(turn, 1);
                    scope.bind(parameter(layer), type == ElementType.INT64 ? now : emit.cast(now, type));
                    continue;
                }
                int at = port(op.ir.inputs(), external);
                if (purpose.equals("trip_count")) {
                    long[] known = op.longs(at);
                    trips = known != null && known[0] < 0 ? "" : op.emit.op("Squeeze", op.as64(at));
                    continue;
                }
                if (purpose.equals("execution_condition")) {
                    go = op.emit.op("Squeeze", op.in(at));
                    continue;
                }
                IrLayer layer = inner(scope, internal);
                if (entry.containsKey("axis") && number(entry, "axis", -1) >= 0) {
                    trips = slice(entry, at, layer, trips);
                } else if (backEdges.containsKey(internal)) {
                    String state = emit.fresh("state");
                    emit.graph().inputs().add(new OnnxValue(state, new OnnxType.OfTensor(op.type(at), null)));
                    scope.bind(parameter(layer), state);
                    first.add(op.in(at));
                    stateResults.add(backEdges.getOrDefault(internal, ""));
                } else {
                    scope.bind(parameter(layer), op.in(at));
                }
            }
            if (op.ir.key().equals("loop")) { // the two leading inputs carry trip count and condition
                long[] known = op.longs(0);
                trips = trips.isEmpty() && (known == null || known[0] >= 0) && op.has(0)
                        ? op.emit.op("Squeeze", op.as64(0))
                        : trips;
                go = go.isEmpty() && op.has(1) ? op.emit.op("Squeeze", op.in(1)) : go;
            }
            writer.run(scope);
            finish(first, stateResults, trips, go);
        }

        private String slice(Map<String, String> entry, int at, IrLayer layer, String trips) {
            long axis = number(entry, "axis", 0);
            long stride = number(entry, "stride", 1);
            boolean forward = stride == 1 && number(entry, "start", 0) == 0 && number(entry, "end", -1) == -1;
            boolean backward = stride == -1 && number(entry, "start", -1) == -1 && number(entry, "end", 0) == 0;
            if (number(entry, "part_size", 1) != 1 || (!forward && !backward)) {
                throw new Unmapped("slices its input in parts that are not one after the other");
            }
            String value = op.in(at);
            String size = op.emit.op("Gather", op.emit.op("Shape", value), op.emit.longs(axis));
            String place = emit.reshape(turn, 1);
            if (backward) {
                place = emit.op("Sub", emit.op("Sub", size, emit.longs(1)), place);
            }
            scope.bind(
                    parameter(layer),
                    emit.add("Gather", value, place).attribute("axis", axis).output(0));
            return trips.isEmpty() ? op.emit.op("Squeeze", size) : trips;
        }

        private void finish(List<String> first, List<String> stateResults, String trips, String go) {
            String again = "";
            for (Map<String, String> entry : entries) {
                if ("output".equals(entry.get("element"))
                        && entry.getOrDefault("purpose", "").equals("execution_condition")) {
                    again = emit.op("Squeeze", result(entry.getOrDefault("internal_layer_id", "")));
                }
            }
            again = again.isEmpty() ? emit.scalar(ElementType.BOOL, 1) : again;
            output(emit.op("Identity", again), ElementType.BOOL);
            for (String each : stateResults) {
                output(emit.op("Identity", result(each)), type(each));
            }
            List<int[]> targets = new ArrayList<>(); // output of the layer, axis or -1, place among the node's outputs
            int scans = stateResults.size();
            for (Map<String, String> entry : entries) {
                if (!"output".equals(entry.get("element"))
                        || entry.getOrDefault("external_port_id", "-1").equals("-1")) {
                    continue;
                }
                String internal = entry.getOrDefault("internal_layer_id", "");
                int at = port(op.ir.outputs(), entry.getOrDefault("external_port_id", ""));
                long axis = number(entry, "axis", -1);
                if (axis < 0 && stateResults.contains(internal)) {
                    targets.add(new int[] {at, -1, stateResults.indexOf(internal)});
                    continue;
                }
                String value = result(internal);
                boolean backward = number(entry, "stride", 1) == -1;
                if (backward && axis >= 0) {
                    throw new Unmapped("puts its slices together from the end");
                }
                output(
                        axis < 0 ? emit.op("Identity", value) : emit.op("Squeeze", value, emit.longs(axis)),
                        type(internal));
                targets.add(new int[] {at, axis < 0 ? -2 : (int) axis, scans++});
            }
            List<String> inputs = new ArrayList<>(List.of(trips, go));
            inputs.addAll(first);
            OnnxNode node = op.emit.add("Loop", scans, inputs.toArray(String[]::new));
            node.attribute("body", new OnnxAttribute.OfGraph(emit.graph()));
            for (int[] target : targets) {
                String value = node.output(target[2]);
                op.out(target[0], target[1] == -1 ? value : target[1] == -2 ? last(value) : moved(value, target));
            }
        }

        private String last(String stacked) {
            return op.emit.op("Gather", stacked, op.emit.scalar(ElementType.INT64, -1));
        }

        /** The stacking axis from the front to where it belongs. */
        private String moved(String stacked, int[] target) {
            int axis = target[1];
            int rank = op.outDims(target[0]).length;
            if (axis == 0) {
                return stacked;
            }
            long[] permutation = new long[rank];
            for (int i = 0; i < rank; i++) {
                permutation[i] = i < axis ? i + 1 : i == axis ? 0 : i;
            }
            return op.emit.transpose(stacked, permutation);
        }

        private String result(String id) {
            return new Layer(scope, inner(scope, id)).in(0);
        }

        private ElementType type(String id) {
            return new Layer(scope, inner(scope, id)).type(0);
        }

        private void output(String name, ElementType type) {
            emit.graph().outputs().add(new OnnxValue(name, new OnnxType.OfTensor(type, null)));
        }
    }
}
