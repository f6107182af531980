package io.edgeai.core.format;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * Whether the numbers by which XGBoost's trees point to nodes, features, categories and outputs point to something, and no
 * node is its own descendant. Fed array by array as a document passes; keys of a tree come in any order, so a tree ends
 * where one of them comes again. Not thread-safe.
 */
final class TreeIndexes {
    private static final Set<String> KEYS = Set.of(
            "left_children",
            "right_children",
            "parents",
            "split_indices",
            "split_type",
            "categories",
            "categories_nodes",
            "categories_segments",
            "categories_sizes",
            "tree_info",
            "iteration_indptr");
    /** How a root names its parent. */
    private static final long NOBODY = Integer.MAX_VALUE;

    private static final long[] NONE = {};

    private final Map<String, long[]> tree = new HashMap<>();
    private long[] values = new long[64];
    private int count;
    private long trees;
    private long highestFeature;
    private long highestOutput;
    private long highestRound;
    private String problem = "";

    static boolean wants(String key) {
        return KEYS.contains(key);
    }

    void value(long value) {
        if (count == values.length) {
            values = Arrays.copyOf(values, 2 * count);
        }
        values[count++] = value;
    }

    void end(String key) {
        if (wants(key)) {
            keep(key, Arrays.copyOf(values, count));
        }
        count = 0;
    }

    /** How many weights the tree has, one a node, or one an output and node. */
    void weights(long number) {
        keep("base_weights", new long[] {number});
    }

    /** How many values a leaf has; 0 and 1 mean one. */
    void leafValues(long stated) {
        keep("size_leaf_vector", new long[] {stated});
    }

    /** The number of nodes as the tree states it. */
    void nodes(long stated) {
        keep("num_nodes", new long[] {stated});
    }

    private void keep(String key, long[] array) {
        if (key.equals("tree_info")) {
            highestOutput = highest(key, array);
        } else if (key.equals("iteration_indptr")) {
            highestRound = highest(key, array);
            for (int i = 1; i < array.length; i++) {
                demand(array[i - 1] <= array[i], "rounds go back from tree " + array[i - 1] + " to " + array[i]);
            }
        } else {
            if (tree.containsKey(key)) {
                endTree();
            }
            tree.put(key, array);
        }
    }

    private long highest(String key, long[] array) {
        long highest = 0;
        for (long value : array) {
            demand(value >= 0, key + " holds " + value);
            highest = Math.max(highest, value);
        }
        return highest;
    }

    private void endTree() {
        if (tree.isEmpty()) {
            return;
        }
        long[] left = array("left_children");
        long[] right = array("right_children");
        long[] parents = array("parents");
        long[] features = array("split_indices");
        int nodes = left.length;
        long stated = tree.containsKey("num_nodes") ? array("num_nodes")[0] : nodes;
        demand(
                nodes > 0 && right.length == nodes && parents.length == nodes && features.length == nodes,
                "its lists of nodes differ in length");
        demand(stated == nodes, "it states " + stated + " nodes and has " + nodes);
        if (tree.containsKey("size_leaf_vector") && array("size_leaf_vector")[0] > 1) {
            long wide = array("size_leaf_vector")[0];
            long weights = tree.containsKey("base_weights") ? array("base_weights")[0] : 0;
            demand(weights == nodes * wide, "its leaves have " + wide + " values each and its nodes " + weights);
        }
        if (problem.isEmpty()) {
            for (int i = 0; i < nodes; i++) {
                demand(
                        parents[i] == NOBODY || parents[i] >= -1 && parents[i] < nodes,
                        "node " + i + " has parent " + parents[i] + " of " + nodes);
                child(i, left[i], nodes);
                child(i, right[i], nodes);
            }
            categories(nodes);
            walk(left, right, features);
        }
        trees++;
        tree.clear();
    }

    private void child(int node, long child, int nodes) {
        demand(child >= -1 && child < nodes, "node " + node + " has child " + child + " of " + nodes);
    }

    private void walk(long[] left, long[] right, long[] features) {
        if (!problem.isEmpty()) {
            return;
        }
        boolean[] met = new boolean[left.length];
        int[] waiting = new int[left.length + 1];
        int size = 1;
        while (size > 0) {
            int node = waiting[--size];
            demand(!met[node], "node " + node + " is reached twice");
            demand((left[node] < 0) == (right[node] < 0), "node " + node + " has one child");
            if (!problem.isEmpty()) {
                return;
            }
            met[node] = true;
            if (left[node] >= 0) {
                demand(features[node] >= 0, "node " + node + " looks at feature " + features[node]);
                highestFeature = Math.max(highestFeature, features[node]);
                waiting[size++] = (int) left[node];
                waiting[size++] = (int) right[node];
            }
        }
    }

    private void categories(int nodes) {
        long[] owners = array("categories_nodes");
        long[] starts = array("categories_segments");
        long[] sizes = array("categories_sizes");
        long all = array("categories").length;
        demand(
                owners.length == starts.length && owners.length == sizes.length,
                "its lists of categories differ in length");
        for (int i = 0; i < owners.length && problem.isEmpty(); i++) {
            demand(owners[i] >= 0 && owners[i] < nodes, "categories belong to node " + owners[i] + " of " + nodes);
            demand(
                    starts[i] >= 0 && sizes[i] >= 0 && starts[i] <= all && sizes[i] <= all - starts[i],
                    "categories " + starts[i] + " to " + (starts[i] + sizes[i]) + " of " + all);
        }
        long split =
                Arrays.stream(array("split_type")).filter(type -> type != 0).count();
        demand(split == owners.length, split + " nodes split by categories and " + owners.length + " have some");
    }

    private long[] array(String key) {
        return tree.getOrDefault(key, NONE);
    }

    private void demand(boolean holds, String otherwise) {
        if (!holds && problem.isEmpty()) {
            problem = "in tree " + trees + " " + otherwise;
        }
    }

    /** What is wrong first, or nothing. */
    String problem(long features, long outputs) {
        endTree();
        if (problem.isEmpty() && features >= 0 && highestFeature >= Math.max(1, features)) {
            problem = "a tree looks at feature " + highestFeature + " of " + features;
        }
        if (problem.isEmpty() && outputs >= 0 && highestOutput >= outputs) {
            problem = "a tree belongs to output " + highestOutput + " of " + outputs;
        }
        if (problem.isEmpty() && highestRound > trees) {
            problem = "rounds end at tree " + highestRound + " of " + trees;
        }
        return problem;
    }
}
