package io.edgeai.formats.tflite.ops;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.error.ModelFormatException;
import io.edgeai.core.error.UnsupportedOperatorException;
import io.edgeai.core.model.Dim;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxNode;
import io.edgeai.core.onnx.OnnxType;
import io.edgeai.core.onnx.OnnxValue;
import io.edgeai.formats.emit.Account;
import io.edgeai.formats.emit.Emitter;
import io.edgeai.formats.tflite.file.Builtin;
import io.edgeai.formats.tflite.file.TfliteModel;
import io.edgeai.formats.tflite.file.TfliteOperator;
import io.edgeai.formats.tflite.file.TfliteTensor;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Writes a TFLite model as an ONNX graph. Everything that cannot be written exactly is collected and reported in one
 * error. Used once; not thread-safe.
 */
public final class TfliteGraphWriter {
    private static final int OPSET = 21;
    private static final int DEEPEST = 8;
    private static final int MOST_OPERATORS = 500_000;

    private final TfliteModel model;
    private final TfliteModel.Subgraph main;
    private final TfliteModel.@Nullable Signature signature;
    private final Map<Builtin, Mapping> mappings = mappings(this::inline);
    private final Map<String, List<String>> problems = new LinkedHashMap<>();
    private final Account account = new Account();
    private int depth;
    private int operators;

    /** Writes the model's main graph; values keep the names of their tensors. */
    public TfliteGraphWriter(TfliteModel model) {
        this.model = model;
        this.main = model.main();
        this.signature = null;
    }

    /** Writes a signature's graph; what goes in and out has the names that it gives. */
    public TfliteGraphWriter(TfliteModel model, TfliteModel.Signature signature) {
        this.model = model;
        this.main = model.subgraphs().get(signature.subgraph());
        this.signature = signature;
    }

    private static Map<Builtin, Mapping> mappings(SubgraphWriter writer) {
        Map<Builtin, Mapping> all = new EnumMap<>(Builtin.class);
        Elementwise.register(all);
        Convolutions.register(all);
        Windows.register(all);
        Shapes.register(all);
        Padding.register(all);
        Conversions.register(all);
        Reductions.register(all);
        Indexing.register(all);
        Recurrent.register(all);
        Detections.register(all);
        Control.register(all, writer);
        Variables.register(all, writer);
        return all;
    }

    /** The operators that can be written, custom ones included, sorted by name. */
    public static Set<String> operators() {
        Set<String> names = new TreeSet<>();
        mappings((subgraph, inputs, emit) -> List.of()).keySet().forEach(each -> names.add(each.name()));
        names.add(Detections.POST_PROCESS);
        return names;
    }

    /** What was written, and as what. */
    public Account account() {
        return account;
    }

    /** @throws UnsupportedOperatorException listing every operator that has no exact equivalent, and where it is */
    public OnnxGraph write() {
        String name = signature == null ? main.name() : signature.key();
        OnnxGraph graph = OnnxGraph.create(name.isEmpty() ? "tflite" : name, OPSET);
        Emitter emit = new Emitter(graph);
        Scope scope = new Scope(model, main, emit);
        bordering("input", () -> addInputs(scope));
        run(scope, "");
        if (!problems.isEmpty()) {
            throw unsupported();
        }
        bordering("output", () -> addOutputs(scope));
        return graph;
    }

    private static void bordering(String what, Runnable add) {
        try {
            add.run();
        } catch (Unmapped e) {
            throw new UnsupportedOperatorException("An " + what + " of the TFLite model " + e.getMessage()
                    + ". Maybe export the original model to ONNX.");
        }
    }

    /** The names of a value that goes in or out: those that the signature gives it, else its tensor's. */
    private List<String> names(TfliteTensor tensor, boolean input) {
        List<String> names = new ArrayList<>();
        if (signature != null) {
            (input ? signature.inputs() : signature.outputs()).forEach((alias, index) -> {
                if (index == tensor.index()) {
                    names.add(alias);
                }
            });
        }
        return names.isEmpty() ? List.of(tensor.name()) : names;
    }

    private void addInputs(Scope scope) {
        for (int index : scope.graph.inputs()) {
            TfliteTensor tensor = scope.tensor(index);
            if (tensor.type().element() == null || tensor.constant()) {
                continue; // resources, which no caller feeds, and inputs the file itself fills
            }
            String name = scope.emit.fresh(names(tensor, true).get(0));
            scope.emit.graph().inputs().add(value(name, tensor, false));
            scope.bind(index, Layout.LAST, name);
        }
    }

    private static OnnxValue value(String name, TfliteTensor tensor, boolean open) {
        List<Dim> dims = new ArrayList<>();
        for (int i = 0; i < tensor.rank(); i++) {
            long size = tensor.dims()[i];
            dims.add(size >= 0 && !open ? Dim.of(size) : i == 0 && !open ? Dim.symbolic("N") : Dim.UNKNOWN);
        }
        return new OnnxValue(name, new OnnxType.OfTensor(Scope.element(tensor), tensor.rankKnown() ? dims : null));
    }

    private void run(Scope scope, String place) {
        for (TfliteOperator node : scope.graph.operators()) {
            if (++operators > MOST_OPERATORS) {
                throw new UnsupportedOperatorException("Model unfolds into more than (" + MOST_OPERATORS
                        + ") operators. Maybe its subgraphs call each other in a circle.");
            }
            Op op = new Op(scope, node);
            List<OnnxNode> nodes = scope.emit.graph().nodes();
            int before = nodes.size();
            try {
                mapping(node).write(op);
                account.add(node.kind(), place + "operator " + node.index(), nodes.subList(before, nodes.size()));
            } catch (Unmapped e) {
                problems.computeIfAbsent(node.kind() + " " + e.getMessage(), k -> new ArrayList<>())
                        .add(place + "operator " + node.index());
            } catch (IndexOutOfBoundsException
                    | ArithmeticException
                    | NegativeArraySizeException
                    | InvalidInputException e) {
                throw new ModelFormatException(
                        "Operator " + node.index() + " (" + node.kind() + ") of the TFLite model has parts that do not"
                                + " fit each other: " + e.getMessage() + ". Maybe it is damaged; fetch it again.",
                        e);
            }
            for (int output : node.outputs()) {
                if (!scope.bound(output)) {
                    scope.bind(output, Layout.LAST, "");
                }
            }
        }
    }

    private Mapping mapping(TfliteOperator node) {
        if (Builtin.CUSTOM.is(node.code())) {
            if (node.custom().equals(Detections.POST_PROCESS)) {
                return Detections::postProcess;
            }
            throw new Unmapped("is a custom operator");
        }
        Mapping mapping = Builtin.known(node.code()) ? mappings.get(Builtin.of(node.code())) : null;
        if (mapping == null) {
            throw new Unmapped("has no mapping");
        }
        return mapping;
    }

    private List<String> inline(int subgraph, List<String> inputs, Emitter emit) {
        if (subgraph < 0 || subgraph >= model.subgraphs().size()) {
            throw new Unmapped(
                    "names subgraph (" + subgraph + ") of " + model.subgraphs().size());
        }
        if (depth >= DEEPEST) {
            throw new Unmapped("nests subgraphs deeper than (" + DEEPEST + ")");
        }
        TfliteModel.Subgraph graph = model.subgraphs().get(subgraph);
        if (graph.inputs().length != inputs.size()) {
            throw new Unmapped("gives " + inputs.size() + " values to a subgraph of " + graph.inputs().length);
        }
        depth++;
        try {
            Scope scope = new Scope(model, graph, emit);
            for (int i = 0; i < graph.inputs().length; i++) {
                scope.bind(graph.inputs()[i], Layout.LAST, inputs.get(i));
            }
            run(scope, "subgraph " + subgraph + " ");
            List<String> outputs = new ArrayList<>();
            for (int output : graph.outputs()) {
                outputs.add(scope.output(output));
            }
            return outputs;
        } finally {
            depth--;
        }
    }

    private void addOutputs(Scope scope) {
        OnnxGraph graph = scope.emit.graph();
        boolean open = scope.emit.sizesDependOnValues();
        Set<String> taken = new HashSet<>();
        graph.inputs().forEach(input -> taken.add(input.name()));
        for (int index : main.outputs()) {
            TfliteTensor tensor = scope.tensor(index);
            if (tensor.type().element() == null) {
                continue;
            }
            for (String wish : names(tensor, false)) {
                String name = scope.emit.fresh(wish.isEmpty() ? "output" : wish);
                give(scope, index, name, taken);
                graph.outputs().add(value(name, tensor, open));
            }
        }
    }

    /** Makes a value leave under a name: its node's own where it is free, else that of a copy. */
    private static void give(Scope scope, int index, String name, Set<String> taken) {
        OnnxGraph graph = scope.emit.graph();
        String value = scope.output(index);
        OnnxNode producer = producer(graph, value);
        if (producer != null && taken.add(value)) {
            producer.outputs().replaceAll(output -> output.equals(value) ? name : output);
            graph.replaceUses(value, name);
            scope.bind(index, Layout.LAST, name);
        } else {
            graph.add("Identity", name, List.of(value), List.of(name));
        }
        taken.add(name);
    }

    private static @Nullable OnnxNode producer(OnnxGraph graph, String value) {
        for (int i = graph.nodes().size() - 1; i >= 0; i--) {
            if (graph.nodes().get(i).outputs().contains(value)) {
                return graph.nodes().get(i);
            }
        }
        return null;
    }

    private UnsupportedOperatorException unsupported() {
        List<String> lines = new ArrayList<>();
        problems.forEach((what, where) -> lines.add("(" + what + ") x " + where.size() + " at "
                + String.join(", ", where.subList(0, Math.min(where.size(), 5)))
                + (where.size() > 5 ? ", …" : "")));
        return new UnsupportedOperatorException("The TFLite model has parts without an exact ONNX equivalent: "
                + String.join("; ", lines) + ". Maybe run it with a TFLite interpreter, or export the original model"
                + " to ONNX.");
    }
}
