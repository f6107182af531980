package io.edgeai.optimize.partition;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.error.UnsupportedOperatorException;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxNode;
import io.edgeai.core.onnx.OnnxTensor;
import io.edgeai.core.onnx.pass.FreshNames;
import io.edgeai.core.onnx.shape.Shapes;
import java.util.ArrayList;
import java.util.List;

/** Replaces one layer of a graph by its shards and their join. To be used once. */
final class LayerShards {
    private static final long GEMM_WITHOUT_BIAS = 11;
    private static final long SLICE_WITH_INPUTS = 10;

    private final OnnxGraph graph;
    private final OnnxNode layer;
    private final Shapes shapes;
    private final int shards;
    private final ShardAxis axis;
    private final FreshNames names;
    private final OnnxTensor weight;

    LayerShards(OnnxGraph graph, OnnxNode layer, Shapes shapes, int shards, ShardAxis axis) {
        this.graph = graph;
        this.layer = layer;
        this.shapes = shapes;
        this.shards = shards;
        this.axis = axis;
        this.names = new FreshNames(graph);
        OnnxTensor constant = layer.domain().isEmpty() ? graph.constant(layer.input(1)) : null;
        if (constant == null || !List.of("Gemm", "MatMul", "Conv").contains(layer.op()) || constant.rank() < 2) {
            throw new UnsupportedOperatorException("Layer (" + layer + ") cannot be dealt out: it is no Gemm, MatMul or"
                    + " Conv with constant weights of at least 2 dimensions. Maybe choose another layer.");
        }
        if (layer.op().equals("Conv") && axis == ShardAxis.INPUTS) {
            throw new UnsupportedOperatorException(
                    "Layer (" + layer + ") is a Conv, which goes by output channels. Maybe ask for ShardAxis.OUTPUTS.");
        }
        this.weight = constant;
    }

    /** The nodes of each shard, after they have taken the layer's place. */
    List<List<OnnxNode>> make() {
        int place = indexOf(layer);
        graph.nodes().remove(place);
        List<List<OnnxNode>> made = new ArrayList<>();
        List<OnnxNode> all = new ArrayList<>();
        List<String> partials = new ArrayList<>();
        long[] bounds = bounds(dealt());
        for (int i = 0; i < shards; i++) {
            List<OnnxNode> nodes = new ArrayList<>();
            String partial = names.of(layer.output(0) + "_shard" + i);
            OnnxNode part = new OnnxNode(
                    layer.op(),
                    layer.name().isEmpty() ? "" : layer.name() + "_shard" + i,
                    layer.inputs(),
                    List.of(partial));
            part.attributes().putAll(layer.attributes());
            fill(part, nodes, i, bounds[i], bounds[i + 1]);
            nodes.add(part);
            partials.add(partial);
            made.add(nodes);
            all.addAll(nodes);
        }
        OnnxNode join = new OnnxNode(
                axis == ShardAxis.OUTPUTS ? "Concat" : "Sum",
                names.of(layer.output(0) + "_join"),
                partials,
                layer.outputs());
        if (axis == ShardAxis.OUTPUTS) {
            join.attribute("axis", layer.op().equals("MatMul") ? Math.max(inputRank(), weight.rank()) - 1L : 1);
        }
        all.add(join);
        graph.nodes().addAll(place, all);
        return made;
    }

    private int indexOf(OnnxNode node) {
        for (int i = 0; i < graph.nodes().size(); i++) {
            if (graph.nodes().get(i) == node) {
                return i;
            }
        }
        throw new IllegalStateException("not in the graph: " + node);
    }

    /** What is dealt out: output channels or groups of them, columns or rows. */
    private long dealt() {
        long group = layer.intAttribute("group", 1);
        return layer.op().equals("Conv") && group > 1 ? group : weight.dim(weightAxis());
    }

    private int weightAxis() {
        boolean transposed = layer.op().equals("Gemm") && layer.intAttribute("transB", 0) == 1;
        return switch (layer.op()) {
            case "Conv" -> 0;
            case "Gemm" -> (axis == ShardAxis.OUTPUTS) == transposed ? 0 : 1;
            default -> axis == ShardAxis.OUTPUTS ? weight.rank() - 1 : weight.rank() - 2;
        };
    }

    private long[] bounds(long count) {
        if (count < shards) {
            throw new InvalidInputException("Layer (" + layer + ") has (" + count + ") parts to deal out, fewer than "
                    + shards + " shards. Maybe ask for fewer.");
        }
        long[] bounds = new long[shards + 1];
        for (int i = 0; i <= shards; i++) {
            bounds[i] = count * i / shards;
        }
        return bounds;
    }

    private void fill(OnnxNode part, List<OnnxNode> nodes, int shard, long from, long to) {
        long group = layer.intAttribute("group", 1);
        boolean grouped = layer.op().equals("Conv") && group > 1;
        long each = grouped ? weight.dim(0) / group : 1;
        part.inputs().set(1, constant(layer.input(1), shard, weightAxis(), from * each, to * each));
        if (grouped) {
            part.attribute("group", to - from);
            part.inputs().set(0, sliced(nodes, shard, 1, from * weight.dim(1), to * weight.dim(1)));
        } else if (axis == ShardAxis.INPUTS) {
            long inputAxis = layer.op().equals("Gemm") ? 1 - layer.intAttribute("transA", 0) : inputRank() - 1L;
            part.inputs().set(0, sliced(nodes, shard, inputAxis, from, to));
        }
        bias(part, shard, from * each, to * each);
    }

    private void bias(OnnxNode part, int shard, long from, long to) {
        String bias = layer.input(2);
        if (bias.isEmpty()) {
            return;
        }
        OnnxTensor tensor = graph.constant(bias);
        if (tensor == null) {
            throw new UnsupportedOperatorException("Layer (" + layer + ") has a bias (" + bias
                    + ") that is not constant. Maybe choose another layer.");
        }
        if (axis == ShardAxis.INPUTS) {
            if (shard > 0) {
                withoutBias(part, tensor, shard);
            }
            return;
        }
        int last = tensor.rank() - 1;
        if (last >= 0 && tensor.dim(last) > 1) {
            part.inputs().set(2, constant(bias, shard, last, from, to));
        }
    }

    /** The first shard adds the bias; older operator sets want one of the others too, so they add zeros. */
    private void withoutBias(OnnxNode part, OnnxTensor bias, int shard) {
        if (graph.info().opset() >= GEMM_WITHOUT_BIAS) {
            part.inputs().remove(2);
            return;
        }
        String zeros = names.of(part.input(2) + "_shard" + shard);
        graph.initializers()
                .put(
                        zeros,
                        OnnxTensor.ofRaw(
                                bias.type(),
                                java.nio.ByteBuffer.allocate(Math.toIntExact(bias.sizeBytes())),
                                bias.dims()));
        part.inputs().set(2, zeros);
    }

    private String constant(String name, int shard, int along, long from, long to) {
        OnnxTensor tensor = graph.constant(name);
        String own = names.of(name + "_shard" + shard);
        graph.initializers()
                .put(own, TensorSplit.slice(java.util.Objects.requireNonNull(tensor, name), along, from, to));
        return own;
    }

    private String sliced(List<OnnxNode> nodes, int shard, long along, long from, long to) {
        String value = names.of(layer.input(0) + "_shard" + shard);
        OnnxNode slice = new OnnxNode("Slice", "", List.of(layer.input(0)), List.of(value));
        if (graph.info().opset() < SLICE_WITH_INPUTS) {
            slice.attribute("axes", new long[] {along})
                    .attribute("starts", new long[] {from})
                    .attribute("ends", new long[] {to});
        } else {
            for (long number : new long[] {from, to, along}) {
                String name = names.of(value + "_at");
                graph.initializers().put(name, OnnxTensor.ofLongs(new long[] {number}, 1));
                slice.inputs().add(name);
            }
        }
        nodes.add(slice);
        return value;
    }

    private int inputRank() {
        int rank = shapes.dims(layer.input(0)).map(List::size).orElse(0);
        if (rank < 2) {
            throw new UnsupportedOperatorException("Layer (" + layer + ") has an input of rank (" + rank
                    + ", 0 for unknown), not 2 or more. Maybe state the dimensions of the model's inputs.");
        }
        return rank;
    }
}
