package io.edgeai.formats.openvino.ops;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.error.ModelFormatException;
import io.edgeai.core.error.UnsupportedOperatorException;
import io.edgeai.core.model.Dim;
import io.edgeai.core.model.ElementType;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxNode;
import io.edgeai.core.onnx.OnnxType;
import io.edgeai.core.onnx.OnnxValue;
import io.edgeai.formats.emit.Account;
import io.edgeai.formats.emit.Emitter;
import io.edgeai.formats.openvino.ir.IrLayer;
import io.edgeai.formats.openvino.ir.IrModel;
import io.edgeai.formats.openvino.ir.IrPort;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Writes an OpenVINO model as an ONNX graph. Everything that cannot be written exactly is collected and reported in one
 * error. Used once; not thread-safe.
 */
public final class IrGraphWriter {
    private static final int OPSET = 21;

    private final IrModel model;
    private final Map<String, Mapping> mappings = new HashMap<>();
    private final Map<String, List<String>> problems = new LinkedHashMap<>();
    private final Account account = new Account();

    public IrGraphWriter(IrModel model) {
        this.model = model;
        mappings(this::run).forEach((name, mapping) -> mappings.put(name.toLowerCase(Locale.ROOT), mapping));
    }

    private static Map<String, Mapping> mappings(Control.BodyWriter writer) {
        Map<String, Mapping> all = new TreeMap<>();
        Elementwise.register(all);
        Convolutions.register(all);
        Shapes.register(all);
        Slices.register(all);
        Blocks.register(all);
        Shifts.register(all);
        Normalizations.register(all);
        Indexing.register(all);
        Recurrent.register(all);
        Detections.register(all);
        Embeddings.register(all);
        Decoders.register(all);
        Fourier.register(all);
        Regions.register(all);
        Proposals.register(all);
        RoiPools.register(all);
        Detectron.register(all);
        ClassSuppression.register(all);
        Colors.register(all);
        Pieces.register(all);
        Searches.register(all);
        Control.register(all, writer);
        all.put("Const", IrGraphWriter::constant);
        all.put("Parameter", op -> {});
        all.put("Result", op -> {});
        all.put("Assign", op -> {});
        return all;
    }

    /** The operations that can be written, sorted by name. */
    public static Set<String> operations() {
        return new TreeSet<>(mappings(scope -> {}).keySet());
    }

    /** What was written, and as what. */
    public Account account() {
        return account;
    }

    /** @throws UnsupportedOperatorException listing every layer that has no exact equivalent, and which it is */
    public OnnxGraph write() {
        OnnxGraph graph = OnnxGraph.create(model.name().isEmpty() ? "openvino" : model.name(), OPSET);
        Emitter emit = new Emitter(graph);
        GraphScope scope = new GraphScope(model.graph(), model.weights(), emit);
        for (IrLayer layer : model.graph().layers()) {
            if (layer.key().equals("parameter")) {
                attempt(layer, () -> addInput(scope, layer));
            }
        }
        run(scope);
        if (!problems.isEmpty()) {
            throw unsupported();
        }
        try {
            addOutputs(scope);
        } catch (Unmapped e) {
            throw new UnsupportedOperatorException(
                    "An output of the OpenVINO model " + e.getMessage() + ". Maybe export the original model to ONNX.");
        }
        return graph;
    }

    private void attempt(IrLayer layer, Runnable work) {
        try {
            work.run();
        } catch (Unmapped e) {
            problems.computeIfAbsent(layer.type() + " " + e.getMessage(), k -> new ArrayList<>())
                    .add(layer.name());
        } catch (IndexOutOfBoundsException
                | ArithmeticException
                | NegativeArraySizeException
                | InvalidInputException e) {
            throw new ModelFormatException(
                    "Layer (" + layer.name() + ") of type (" + layer.type()
                            + ") of the OpenVINO model has parts that do" + " not fit each other: " + e.getMessage()
                            + ". Maybe it is damaged; fetch it again.",
                    e);
        }
    }

    /** Inputs of 16-bit reals are fed as 32-bit ones in IR 10, as OpenVINO itself does, and as they are in IR 11. */
    private void addInput(GraphScope scope, IrLayer layer) {
        IrPort port = layer.outputs().get(0);
        String stated =
                layer.data().getOrDefault("element_type", port.precision()).toLowerCase(Locale.ROOT);
        ElementType type = Precisions.element(stated);
        List<Dim> dims = new ArrayList<>();
        for (int i = 0; i < port.dims().length; i++) {
            long size = port.dims()[i];
            dims.add(size >= 0 ? Dim.of(size) : i == 0 ? Dim.symbolic("N") : Dim.UNKNOWN);
        }
        boolean half = stated.equals("f16") && model.version() > 10;
        String name = scope.emit.fresh(layer.name());
        boolean open = "...".equals(layer.data().get("shape"));
        scope.emit
                .graph()
                .inputs()
                .add(new OnnxValue(name, new OnnxType.OfTensor(half ? ElementType.FLOAT16 : type, open ? null : dims)));
        scope.bind(layer.id() + ":" + port.id(), half ? scope.emit.cast(name, ElementType.FLOAT) : name);
    }

    private static void constant(Layer op) {
        long offset = op.number("offset", 0);
        long size = op.number("size", 0);
        String precision = op.text("element_type", op.ir.outputs().get(0).precision());
        long[] dims = op.ir.data().containsKey("shape") ? op.list("shape") : op.outDims(0);
        op.scope.constant(
                op.ir.id() + ":" + op.ir.outputs().get(0).id(),
                Precisions.tensor(precision, op.scope.weights.bytes(offset, size, op.ir.name()), dims));
    }

    private void run(GraphScope scope) {
        for (IrLayer layer : ordered(scope)) {
            Layer op = new Layer(scope, layer);
            List<OnnxNode> nodes = scope.emit.graph().nodes();
            int before = nodes.size();
            attempt(layer, () -> {
                Mapping mapping = mappings.get(layer.key());
                if (mapping == null || !layer.opset().matches("opset\\d{1,2}|")) {
                    throw new Unmapped("of " + layer.opset() + " has no mapping");
                }
                if (!fold(op)) {
                    mapping.write(op);
                }
                account.add(layer.type(), layer.name(), nodes.subList(before, nodes.size()));
            });
            for (IrPort port : layer.outputs()) {
                String place = layer.id() + ":" + port.id();
                if (!scope.bound(place) && !problems.isEmpty()) {
                    scope.bind(place, "");
                }
            }
        }
    }

    /** Compressed weights: a conversion of a constant between real types is the constant. */
    private static boolean fold(Layer op) {
        io.edgeai.core.onnx.OnnxTensor constant = op.ir.key().equals("convert") ? op.constant(0) : null;
        if (constant == null || constant.type() != ElementType.FLOAT || op.outType(0) != ElementType.FLOAT) {
            return false;
        }
        op.scope.constant(op.ir.id() + ":" + op.ir.outputs().get(0).id(), constant);
        return true;
    }

    /** Layers so that each comes after those it reads; files mostly hold them like this, but need not. */
    private static List<IrLayer> ordered(GraphScope scope) {
        Map<String, Integer> place = new HashMap<>();
        List<IrLayer> layers = scope.graph.layers();
        for (int i = 0; i < layers.size(); i++) {
            place.put(layers.get(i).id(), i);
        }
        int[] waits = new int[layers.size()];
        Map<Integer, List<Integer>> wakes = new HashMap<>();
        for (int i = 0; i < waits.length; i++) {
            for (IrPort port : layers.get(i).inputs()) {
                String source = scope.graph.edges().getOrDefault(layers.get(i).id() + ":" + port.id(), "");
                Integer from = place.get(source.contains(":") ? source.substring(0, source.indexOf(':')) : "");
                if (from != null) {
                    wakes.computeIfAbsent(from, k -> new ArrayList<>()).add(i);
                    waits[i]++;
                }
            }
        }
        java.util.PriorityQueue<Integer> ready = new java.util.PriorityQueue<>();
        for (int i = 0; i < waits.length; i++) {
            if (waits[i] == 0) {
                ready.add(i);
            }
        }
        List<IrLayer> order = new ArrayList<>();
        while (!ready.isEmpty()) {
            int next = ready.remove();
            order.add(layers.get(next));
            for (int woken : wakes.getOrDefault(next, List.of())) {
                if (--waits[woken] == 0) {
                    ready.add(woken);
                }
            }
        }
        if (order.size() < layers.size()) {
            throw new ModelFormatException(
                    "Layers of the OpenVINO model wait for each other in a" + " circle. Maybe the file is damaged.");
        }
        return order;
    }

    private void addOutputs(GraphScope scope) {
        OnnxGraph graph = scope.emit.graph();
        boolean open = scope.emit.sizesDependOnValues();
        Set<String> taken = new HashSet<>();
        graph.inputs().forEach(input -> taken.add(input.name()));
        for (IrLayer layer : model.graph().layers()) {
            if (!layer.key().equals("result")) {
                continue;
            }
            Layer op = new Layer(scope, layer);
            if (!op.has(0)) {
                throw new ModelFormatException("Result (" + layer.name()
                        + ") of the OpenVINO model reads nothing. Maybe the file is damaged; fetch it again.");
            }
            String value = op.in(0);
            String name = scope.emit.fresh(outputName(scope, op, layer));
            OnnxNode producer = graph.producers().get(value);
            if (producer != null && taken.add(value)) {
                producer.outputs().replaceAll(output -> output.equals(value) ? name : output);
                graph.replaceUses(value, name);
                scope.bind(op.source(0), name);
            } else {
                graph.add("Identity", name, List.of(value), List.of(name));
            }
            taken.add(name);
            List<Dim> dims = new ArrayList<>();
            for (long size : op.dims(0)) {
                dims.add(open ? Dim.UNKNOWN : Dim.of(size));
            }
            graph.outputs().add(new OnnxValue(name, new OnnxType.OfTensor(op.type(0), dims)));
        }
    }

    /** The tensor's own name where it has one, else that of the layer that computes it. */
    private static String outputName(GraphScope scope, Layer op, IrLayer result) {
        IrPort port = scope.port(op.source(0));
        IrLayer from = scope.layer(op.source(0));
        if (port != null && !port.names().isEmpty()) {
            return port.names().split(",")[0];
        }
        if (from == null) {
            return result.name();
        }
        return from.outputs().size() > 1 ? from.name() + "." + from.outputs().indexOf(port) : from.name();
    }

    private UnsupportedOperatorException unsupported() {
        List<String> lines = new ArrayList<>();
        problems.forEach((what, where) -> lines.add("(" + what + ") x " + where.size() + " at "
                + String.join(", ", where.subList(0, Math.min(where.size(), 5)))
                + (where.size() > 5 ? ", …" : "")));
        return new UnsupportedOperatorException("The OpenVINO model has parts without an exact ONNX equivalent: "
                + String.join("; ", lines) + ". Maybe export the original model to ONNX.");
    }
}
