package io.edgeai.core.format;

import static io.edgeai.core.format.ProtoFields.LENGTH;

import io.edgeai.core.error.ModelFormatException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Counts the nodes of an ONNX model and the longest chain of them, functions written out where they are called, as an engine
 * does. Field numbers are those of onnx.proto's {@code ModelProto}. Not thread-safe.
 */
final class OnnxGraphSize {
    private static final int DEEPEST_CALL = 64;

    private final int most;
    private final Map<String, OnnxSketch> functions = new HashMap<>();
    private final Map<String, GraphSize> measured = new HashMap<>();

    private OnnxGraphSize(int most) {
        this.most = most;
    }

    static GraphSize of(FileView file, int most) {
        return new OnnxGraphSize(most).model(file);
    }

    private GraphSize model(FileView file) {
        OnnxSketch.Room room = new OnnxSketch.Room(most);
        OnnxSketch.Parts graph = new OnnxSketch.Parts(room);
        ProtoFields model = ProtoFields.of(file);
        while (model.next()) {
            if (model.is(7, LENGTH)) {
                graph.graph(model.enter());
            } else if (model.is(25, LENGTH)) {
                OnnxSketch function = OnnxSketch.function(model.enter(), room);
                functions.put(function.key(), function);
            }
            if (room.isFull()) {
                return tooMany();
            }
        }
        OnnxGraphWalk.whole(model);
        GraphSize all = size(graph.sketch(), 0);
        return all.nodes() > most ? tooMany() : all;
    }

    private GraphSize tooMany() {
        return new GraphSize(most + 1L, -1);
    }

    /** One beside the other; sums stop where they are too many. */
    private GraphSize together(GraphSize a, GraphSize b) {
        return new GraphSize(Math.min(most + 1L, a.nodes() + b.nodes()), Math.max(a.longestChain(), b.longestChain()));
    }

    private GraphSize size(OnnxSketch graph, int calls) {
        GraphSize all = new GraphSize(0, 0);
        long[] weights = new long[graph.nodes().size()];
        for (int i = 0; i < weights.length; i++) {
            GraphSize node = node(graph.nodes().get(i), calls);
            weights[i] = node.longestChain();
            all = together(all, node);
        }
        return new GraphSize(all.nodes(), longest(graph, weights));
    }

    private GraphSize node(OnnxSketch.Node node, int calls) {
        GraphSize inside = new GraphSize(0, 0);
        for (OnnxSketch nested : node.nested()) {
            inside = together(inside, size(nested, calls));
        }
        GraphSize called = called(node.key(), calls);
        if (called != null) {
            return together(inside, called);
        }
        return new GraphSize(inside.nodes() + 1, inside.longestChain() + 1);
    }

    private @Nullable GraphSize called(String key, int calls) {
        OnnxSketch function = functions.get(key);
        if (function == null) {
            return null;
        }
        if (calls == DEEPEST_CALL) {
            throw new ModelFormatException("Functions of the model call each other more than (" + DEEPEST_CALL
                    + ") deep, in a circle perhaps. Maybe export it without functions.");
        }
        GraphSize known = measured.get(key);
        if (known == null) {
            known = size(function, calls + 1);
            measured.put(key, known);
        }
        return known;
    }

    /** By the nodes in an order in which each comes after those it waits for (Kahn 1962), whatever the file's order is. */
    private static long longest(OnnxSketch graph, long[] weights) {
        int nodes = weights.length;
        Map<String, Integer> makers = new HashMap<>();
        for (int i = 0; i < nodes; i++) {
            for (String made : graph.nodes().get(i).outputs()) {
                makers.put(made, i);
            }
        }
        List<List<Integer>> readers = new ArrayList<>();
        int[] waits = new int[nodes];
        for (int i = 0; i < nodes; i++) {
            readers.add(new ArrayList<>(2));
        }
        for (int i = 0; i < nodes; i++) {
            for (String read : graph.nodes().get(i).inputs()) {
                Integer maker = makers.get(read);
                if (maker != null) {
                    readers.get(maker).add(i);
                    waits[i]++;
                }
            }
        }
        int[] ready = new int[nodes];
        int known = 0;
        for (int i = 0; i < nodes; i++) {
            if (waits[i] == 0) {
                ready[known++] = i;
            }
        }
        long[] before = new long[nodes];
        long longest = 0;
        for (int at = 0; at < known; at++) {
            int node = ready[at];
            long until = before[node] + weights[node];
            longest = Math.max(longest, until);
            for (int reader : readers.get(node)) {
                before[reader] = Math.max(before[reader], until);
                if (--waits[reader] == 0) {
                    ready[known++] = reader;
                }
            }
        }
        if (known < nodes) {
            throw new ModelFormatException("Of the model's nodes (" + (nodes - known)
                    + ") wait for each other in a circle. Maybe the file is damaged.");
        }
        return longest;
    }
}
