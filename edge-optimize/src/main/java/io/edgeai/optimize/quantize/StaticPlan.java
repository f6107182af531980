package io.edgeai.optimize.quantize;

import io.edgeai.core.model.ElementType;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxNode;
import io.edgeai.core.onnx.OnnxTensor;
import io.edgeai.core.onnx.OnnxValue;
import io.edgeai.optimize.calibration.ValueRange;
import io.edgeai.optimize.fuse.AffineAsConv;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What static quantization will do to a graph: which nodes compute on bytes, which only move bytes, which values need
 * a range, and which values must share one. Relu and Clip right after a quantized node vanish into the range of its
 * output. Works on its own copy of the graph.
 */
final class StaticPlan {
    private static final int LEAST_STORED_IN_BYTES = 256;
    private static final Set<String> ABSORBING = Set.of("Conv", "Gemm", "MatMul", "Add", "Mul");

    final OnnxGraph graph;
    final Set<OnnxNode> computing = Collections.newSetFromMap(new IdentityHashMap<>());
    final Set<OnnxNode> moving = Collections.newSetFromMap(new IdentityHashMap<>());
    /** Clamps that stay, since a range around zero cannot stand for them: what comes out of them is rounded. */
    final Set<OnnxNode> clamping = Collections.newSetFromMap(new IdentityHashMap<>());

    final List<FloatNode> left = new ArrayList<>();
    /** Values that exist as bytes. */
    final Set<String> quantized = new LinkedHashSet<>();

    /** Values whose bytes are those of another value, with the step between them so many times as wide. */
    private final Map<String, Stretch> stretched = new HashMap<>();

    private final Set<OnnxNode> stretching = Collections.newSetFromMap(new IdentityHashMap<>());
    /** Values whose range follows from the operator: those of HardSigmoid. */
    private final Set<String> unit = new HashSet<>();

    private final Map<String, Bound> bounds = new HashMap<>();
    private final Map<String, String> parent = new HashMap<>();
    private final QuantizeSettings settings;
    private final IntegerValues integers;

    /** @param factor above 0 */
    record Stretch(String from, float factor) {}

    StaticPlan(OnnxGraph original, QuantizeSettings settings) {
        this.graph = original.copy();
        new AffineAsConv().apply(graph);
        this.settings = settings;
        this.integers = new IntegerValues(graph);
        for (OnnxNode node : List.copyOf(graph.nodes())) {
            if (graph.nodes().contains(node)) {
                decide(node);
            }
        }
        dropUselessMoves();
        leaveFloatEnds();
        if (settings.residuals() == Residuals.SKIP_INPUT) {
            leaveSumsUnrounded();
        }
    }

    private void decide(OnnxNode node) {
        if (clamping.contains(node) || integers.computes(node)) {
            return;
        }
        if (kept(node)) {
            left.add(new FloatNode(node.output(0), node.op(), "kept float by the recipe"));
            return;
        }
        if (StaticRules.moves(graph, node) && quantized.contains(node.input(0))) {
            moving.add(node);
            for (String output : node.outputs()) {
                quantized.add(output);
                join(output, node.input(0));
            }
            return;
        }
        if (stretch(node)) {
            return;
        }
        String refusal = StaticRules.refusal(graph, node, quantized::contains);
        if (refusal.isEmpty() && settings.symmetric() && node.op().startsWith("HardS")) {
            refusal = "a range around zero cannot stand for its clamp";
        }
        if (refusal.isEmpty() && node.op().equals("HardSigmoid") && !(node.floatAttribute("alpha", 0.2f) > 0)) {
            refusal = "its slope is not above 0";
        }
        if (!refusal.isEmpty()) {
            left.add(new FloatNode(node.output(0), node.op(), refusal));
            return;
        }
        computing.add(node);
        StaticRules.activations(node).stream()
                .filter(value -> !graph.initializers().containsKey(value))
                .forEach(quantized::add);
        if (node.op().equals("HardSigmoid")) {
            unit.add(node.output(0));
        }
        quantized.add(ABSORBING.contains(node.op()) ? absorb(node) : node.output(0));
        if (node.op().equals("Concat")) {
            shareOneScale(node);
        }
    }

    /** A product with one positive number is no work on bytes: they stay, and count for more. */
    private boolean stretch(OnnxNode node) {
        Float factor = StaticRules.stretch(graph, node);
        String from = quantized.contains(node.input(0)) ? node.input(0) : node.input(1);
        if (factor == null || !quantized.contains(from)) {
            return false;
        }
        stretching.add(node);
        stretched.put(node.output(0), new Stretch(from, factor));
        quantized.add(node.output(0));
        return true;
    }

    /** The value whose bytes a stretched value shares. */
    String stretchedFrom(String value) {
        return Objects.requireNonNull(stretched.get(value), value).from();
    }

    /** Whether a node that stays float may at least store its weight in bytes. */
    boolean mayStoreInBytes(OnnxNode node) {
        OnnxTensor weight = graph.initializers().get(node.input(1));
        return !kept(node)
                && weight != null
                && weight.type() == ElementType.FLOAT
                && weight.rank() >= 3
                && weight.elements() >= LEAST_STORED_IN_BYTES;
    }

    boolean stretches(OnnxNode node) {
        return stretching.contains(node);
    }

    /** Whether a value's step cannot be chosen. */
    private boolean fixed(String value) {
        return stretched.containsKey(root(value)) || unit.contains(root(value));
    }

    /** Values whose ranges must be measured. */
    Set<String> measured() {
        Set<String> measured = new LinkedHashSet<>(quantized);
        measured.removeIf(this::fixed);
        return measured;
    }

    /** Whether the recipe keeps the node, named by its own output or by that of the clamp after it. */
    private boolean kept(OnnxNode node) {
        OnnxNode next = ABSORBING.contains(node.op()) ? onlyReader(node.output(0)) : null;
        return settings.keepFloat().contains(node.output(0))
                || (next != null
                        && Bound.of(graph, next) != null
                        && settings.keepFloat().contains(next.output(0)));
    }

    /** Takes in the clamp after a node and returns the value to round. */
    private String absorb(OnnxNode node) {
        OnnxNode next = onlyReader(node.output(0));
        Bound bound = next == null ? null : Bound.of(graph, next);
        if (next == null || bound == null || !next.input(0).equals(node.output(0))) {
            return node.output(0);
        }
        if (settings.symmetric()) {
            clamping.add(next);
            return next.output(0);
        }
        node.outputs().set(0, next.output(0));
        graph.nodes().remove(next);
        bounds.put(node.output(0), bound);
        return node.output(0);
    }

    private @Nullable OnnxNode onlyReader(String value) {
        List<OnnxNode> readers = readers(value);
        return readers.size() == 1 && !isOutput(value) ? readers.get(0) : null;
    }

    private List<OnnxNode> readers(String value) {
        return graph.consumers().getOrDefault(value, List.of());
    }

    boolean isOutput(String value) {
        return graph.outputs().stream().map(OnnxValue::name).anyMatch(value::equals);
    }

    /** One scale for everything a Concat joins makes it a copy; only where that undoes no clamp. */
    private void shareOneScale(OnnxNode concat) {
        Set<Bound> clamps = new HashSet<>();
        concat.inputs().forEach(input -> clamps.add(bounds.getOrDefault(root(input), new Bound(0, 0))));
        if (clamps.size() == 1 && concat.inputs().stream().noneMatch(this::fixed)) {
            concat.inputs().forEach(input -> join(input, concat.output(0)));
            Bound shared = clamps.iterator().next();
            if (shared.low() != shared.high()) {
                bounds.put(root(concat.output(0)), shared);
            }
        }
    }

    private String root(String value) {
        String up = parent.getOrDefault(value, value);
        return up.equals(value) ? value : root(up);
    }

    private void join(String a, String b) {
        String rootA = root(a);
        String rootB = root(b);
        if (!rootA.equals(rootB)) {
            parent.put(rootA, rootB);
            Bound bound = bounds.get(rootA);
            if (bound != null) {
                bounds.put(rootB, bound);
            }
        }
    }

    /** Moves whose bytes nobody reads as bytes: the float value is made once, before them. */
    private void dropUselessMoves() {
        for (int i = graph.nodes().size() - 1; i >= 0; i--) {
            OnnxNode node = graph.nodes().get(i);
            boolean used = node.outputs().stream().anyMatch(this::readAsBytes);
            if (moving.contains(node) && !used && !node.op().equals("MaxPool")) {
                moving.remove(node);
                node.outputs().forEach(quantized::remove);
            }
        }
    }

    /** Matrix products whose result is read as float only give it as float, more exactly and at no cost. */
    private void leaveFloatEnds() {
        for (OnnxNode node : computing) {
            String output = node.output(0);
            boolean matrix = node.op().equals("Gemm") || node.op().equals("MatMul");
            if (matrix && !readAsBytes(output) && !bounds.containsKey(output)) {
                quantized.remove(output);
            }
        }
    }

    /** A convolution read by one Add only hands over its sum as it is; of two the later one. */
    private void leaveSumsUnrounded() {
        Map<String, OnnxNode> producers = graph.producers();
        for (OnnxNode add : computing) {
            OnnxNode latest = null;
            for (String input : add.op().equals("Add") ? StaticRules.activations(add) : List.<String>of()) {
                OnnxNode producer = producers.get(input);
                boolean fusable = producer != null
                        && producer.op().equals("Conv")
                        && computing.contains(producer)
                        && onlyReader(input) == add
                        && !bounds.containsKey(input);
                if (fusable
                        && (latest == null
                                || graph.nodes().indexOf(producer)
                                        > graph.nodes().indexOf(latest))) {
                    latest = producer;
                }
            }
            if (latest != null) {
                quantized.remove(latest.output(0));
            }
        }
    }

    private boolean readAsBytes(String value) {
        return readers(value).stream()
                .anyMatch(reader -> moving.contains(reader)
                        || stretching.contains(reader)
                        || (computing.contains(reader)
                                && StaticRules.activations(reader).contains(value)));
    }

    /** Parameters of every value that exists as bytes: values that share a scale get the union of their ranges. */
    Map<String, QuantParams> params(Map<String, ValueRange> ranges) {
        Map<String, ValueRange> joined = new HashMap<>();
        for (String value : measured()) {
            ValueRange own = Objects.requireNonNull(ranges.get(value), value);
            joined.merge(root(value), own, ValueRange::union);
        }
        Map<String, QuantParams> params = new HashMap<>();
        for (String value : quantized) {
            params.put(value, param(root(value), joined));
        }
        return params;
    }

    private QuantParams param(String root, Map<String, ValueRange> joined) {
        ActivationType type = settings.activationType();
        Stretch stretch = stretched.get(root);
        if (stretch != null) {
            QuantParams from = param(root(stretch.from()), joined);
            return new QuantParams(from.scale() * stretch.factor(), from.zeroPoint(), type);
        }
        ValueRange range = unit.contains(root) ? new ValueRange(0, 1) : Objects.requireNonNull(joined.get(root), root);
        return settings.symmetric() ? QuantParams.symmetric(range, type) : QuantParams.asymmetric(range, type);
    }
}
