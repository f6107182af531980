package io.edgeai.core.onnx.cost;

import io.edgeai.core.model.ElementType;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxNode;
import io.edgeai.core.onnx.OnnxTensor;
import io.edgeai.core.onnx.OnnxValue;
import io.edgeai.core.onnx.shape.Shapes;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Adds up one graph: which values are constants, what each other node costs, when values live. */
final class GraphCost {
    private static final long CACHED_WEIGHTS = 16_000_000;

    private final OnnxGraph graph;
    private final boolean outermost;
    private final Shapes shapes;
    private final Sizes sizes;
    private final Set<String> constants = new HashSet<>();
    private final List<NodeCost> nodes = new ArrayList<>();
    private final List<Liveness.Step> steps = new ArrayList<>();
    private final Liveness liveness = new Liveness();
    private Work work = Work.NONE;
    private long parameters;
    private long weightBytes;
    private long peak;
    private int guessed;

    GraphCost(OnnxGraph graph, Shapes shapes, @Nullable GraphCost outer) {
        this.graph = graph;
        this.outermost = outer == null;
        this.shapes = shapes;
        this.sizes = new Sizes(shapes);
        if (outer != null) {
            constants.addAll(outer.constants);
        }
        walk();
    }

    ModelCost model() {
        long macs = 0;
        long flops = 0;
        long read = 0;
        long written = 0;
        for (NodeCost node : nodes) {
            macs = Sizes.plus(macs, node.macs());
            flops = Sizes.plus(flops, node.flops());
            read = Sizes.plus(read, node.bytesRead());
            written = Sizes.plus(written, node.bytesWritten());
        }
        boolean far = outermost && weightBytes > CACHED_WEIGHTS;
        Work sum = far ? work.as(Work.Kind.WEIGHTS, Work.Kind.FAR_WEIGHTS) : work;
        return new ModelCost(parameters, weightBytes, macs, flops, read, written, peak, nodes, guessed, sum);
    }

    private void walk() {
        graph.initializers().forEach((name, tensor) -> {
            constants.add(name);
            store(tensor);
        });
        Set<String> first = new LinkedHashSet<>();
        for (OnnxValue input : graph.feeds()) {
            first.add(input.name());
            track(input.name());
        }
        List<OnnxNode> running = new ArrayList<>();
        for (OnnxNode node : graph.topologicalOrder()) {
            if (constant(node)) {
                node.outputs().forEach(constants::add);
            } else {
                running.add(node);
            }
        }
        Set<String> fixed = new HashSet<>(constants);
        graph.inputs().forEach(input -> fixed.remove(input.name()));
        NodeWork works = new NodeWork(sizes, fixed, new Merged(graph, fixed));
        running.forEach(node -> run(node, works));
        Set<String> last = new LinkedHashSet<>();
        for (OnnxValue output : graph.outputs()) {
            if (!constants.contains(output.name())) {
                last.add(output.name());
            }
        }
        peak = liveness.peak(first, steps, last);
    }

    private void store(OnnxTensor tensor) {
        weightBytes = Sizes.plus(weightBytes, tensor.sizeBytes());
        parameters = Sizes.plus(parameters, trained(tensor.type()) ? tensor.elements() : 0);
    }

    private static boolean trained(@Nullable ElementType type) {
        return type != null && type != ElementType.INT64 && type != ElementType.BOOL && type != ElementType.STRING;
    }

    private void track(String value) {
        liveness.value(value, sizes.bytes(value));
        guessed += sizes.known(value) ? 0 : 1;
    }

    /** Whether a node's results are the same in every run, so that an engine computes them once. */
    private boolean constant(OnnxNode node) {
        if (node.op().equals("Constant")) {
            OnnxTensor value = node.attributes().containsKey("value") ? node.tensorAttribute("value") : null;
            if (value != null) {
                store(value);
            }
            return true;
        }
        boolean fixed = !node.inputs().isEmpty()
                && constants.containsAll(node.reads())
                && !node.op().startsWith("Random")
                && node.subgraphs().isEmpty();
        if (fixed && node.op().equals("ConstantOfShape")) {
            String result = node.output(0);
            boolean counts = trained(shapes.element(result).orElse(null));
            parameters = Sizes.plus(parameters, counts ? sizes.elements(result) : 0);
        }
        return fixed;
    }

    private void run(OnnxNode node, NodeWork works) {
        boolean view = Operations.VIEWS.contains(node.op()) && !constants.contains(node.input(0));
        Set<String> writes = new LinkedHashSet<>();
        for (String output : node.outputs()) {
            if (!output.isEmpty()) {
                writes.add(output);
                track(output);
            }
        }
        Set<String> reads = new LinkedHashSet<>(node.reads());
        reads.removeAll(constants);
        if (view && !node.output(0).isEmpty()) {
            liveness.share(node.output(0), node.input(0));
        }
        List<ModelCost> inner = new ArrayList<>();
        for (OnnxGraph nested : node.subgraphs()) {
            Shapes inside = shapes.nested(nested).orElse(null);
            if (inside != null) {
                inner.add(new GraphCost(nested, inside, this).model());
            }
        }
        long inside =
                inner.stream().mapToLong(ModelCost::peakActivationBytes).max().orElse(0);
        steps.add(new Liveness.Step(reads, writes, inside));
        nodes.add(cost(node, view, inner, works));
    }

    private NodeCost cost(OnnxNode node, boolean view, List<ModelCost> inner, NodeWork works) {
        long macs = Macs.of(node, sizes);
        long flops = Sizes.plus(Sizes.times(2, macs), Operations.of(node, sizes));
        long read = view ? 0 : read(node);
        long written =
                view ? 0 : node.outputs().stream().mapToLong(sizes::bytes).reduce(0, Sizes::plus);
        work = work.plus(works.of(node, new NodeCost(node.toString(), node.op(), macs, flops, read, written)));
        long rounds = rounds(node);
        ModelCost dearest = null;
        for (ModelCost each : inner) {
            parameters = Sizes.plus(parameters, each.parameters());
            weightBytes = Sizes.plus(weightBytes, each.weightBytes());
            guessed += each.guessedValues();
            dearest = dearest == null || each.flops() > dearest.flops() ? each : dearest;
        }
        if (dearest != null) {
            work = work.plus(dearest.work().times(rounds));
            macs = Sizes.plus(macs, Sizes.times(rounds, dearest.macs()));
            flops = Sizes.plus(flops, Sizes.times(rounds, dearest.flops()));
            read = Sizes.plus(read, Sizes.times(rounds, dearest.bytesRead()));
            written = Sizes.plus(written, Sizes.times(rounds, dearest.bytesWritten()));
        }
        return new NodeCost(node.toString(), node.op(), macs, flops, read, written);
    }

    private long read(OnnxNode node) {
        Set<String> inputs = new LinkedHashSet<>(node.inputs());
        if (node.op().startsWith("Gather")) {
            // Only what is picked is read.
            return Sizes.plus(sizes.bytes(node.output(0)), sizes.bytes(node.input(1)));
        }
        return node.op().equals("Shape") || node.op().equals("Size")
                ? 0
                : inputs.stream().mapToLong(sizes::bytes).reduce(0, Sizes::plus);
    }

    private long rounds(OnnxNode node) {
        if (node.op().equals("Loop")) {
            long[] trips = shapes.constant(node.input(0)).orElse(new long[0]);
            return trips.length == 1 ? Math.max(0, trips[0]) : 1;
        }
        if (node.op().equals("Scan")) {
            int scanned = (int) Math.max(0, node.intAttribute("num_scan_inputs", 0));
            long[] axes = node.intsAttribute("scan_input_axes");
            int axis = axes == null || axes.length == 0 ? 0 : (int) axes[0];
            return scanned == 0 ? 1 : sizes.dim(node.input(node.inputs().size() - scanned), axis);
        }
        return 1;
    }
}
