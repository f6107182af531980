package io.edgeai.formats.xgboost;

import com.fasterxml.jackson.databind.JsonNode;
import io.edgeai.core.error.ModelFormatException;
import org.jspecify.annotations.Nullable;

/**
 * One regression tree as XGBoost stores it: parallel arrays by node, node 0 the root. A node is a leaf where its left
 * child is -1; its values are {@link #leaf(int, int)}. Inner nodes send {@code x < condition} left, those with categories
 * send whole numbers among them right and everything else left.
 */
public final class XgboostTree {
    final int[] left;
    final int[] right;
    final int[] feature;
    final float[] condition;
    final boolean[] missingLeft;

    /** Values of a leaf: 1, or one for each target. */
    final int width;

    private final @Nullable CategorySets categories;
    private final float[] leaves;

    private XgboostTree(int nodes, int width, float[] leaves, @Nullable CategorySets categories) {
        this.width = width;
        this.leaves = leaves;
        this.categories = categories;
        left = new int[nodes];
        right = new int[nodes];
        feature = new int[nodes];
        condition = new float[nodes];
        missingLeft = new boolean[nodes];
    }

    static XgboostTree of(JsonNode json, int index, int features) {
        JsonNode leftJson = json.path("left_children");
        int nodes = leftJson.size();
        if (nodes == 0) {
            throw bad(index, "has no nodes");
        }
        int width = Math.max(1, json.path("tree_param").path("size_leaf_vector").asInt(0));
        XgboostTree tree =
                new XgboostTree(nodes, width, leaves(json, index, nodes, width), CategorySets.of(json, index));
        for (String field : new String[] {"right_children", "split_indices", "split_conditions", "default_left"}) {
            if (json.path(field).size() != nodes) {
                throw bad(index, "states (" + json.path(field).size() + ") " + field + " for " + nodes + " nodes");
            }
        }
        for (int node = 0; node < nodes; node++) {
            tree.left[node] = leftJson.get(node).asInt();
            tree.right[node] = json.get("right_children").get(node).asInt();
            tree.feature[node] = json.get("split_indices").get(node).asInt();
            tree.condition[node] = number(json.get("split_conditions").get(node), "split_conditions");
            JsonNode missing = json.get("default_left").get(node);
            tree.missingLeft[node] = missing.isBoolean() ? missing.booleanValue() : missing.asInt() != 0;
        }
        tree.check(index, features);
        return tree;
    }

    /** The values of all nodes, row-major, where leaves have several; else the conditions are the values. */
    private static float[] leaves(JsonNode json, int index, int nodes, int width) {
        if (width == 1) {
            return new float[0];
        }
        JsonNode weights = json.path("base_weights");
        if (weights.size() != (long) nodes * width) {
            throw bad(index, "states (" + weights.size() + ") base_weights for " + nodes + " nodes of " + width);
        }
        float[] values = new float[weights.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = number(weights.get(i), "base_weights");
        }
        return values;
    }

    /** @throws ModelFormatException where it is no number, which Jackson would read as 0 */
    static float number(JsonNode json, String field) {
        if (!json.isNumber()) {
            throw new ModelFormatException("XGBoost " + field + " hold (" + json
                    + "), which is no number. Maybe the file is damaged; save the model again.");
        }
        return (float) json.asDouble();
    }

    public int nodes() {
        return left.length;
    }

    /** Values of a leaf: 1, or one for each target. */
    public int width() {
        return width;
    }

    /** Where rows below the condition go, or those that are none of the categories. */
    public int left(int node) {
        return left[node];
    }

    public int right(int node) {
        return right[node];
    }

    public int feature(int node) {
        return feature[node];
    }

    /** What a number is compared with. */
    public float condition(int node) {
        return condition[node];
    }

    public boolean missingLeft(int node) {
        return missingLeft[node];
    }

    /** What a leaf adds to one target, 0 to below {@link #width}. */
    public float leaf(int node, int target) {
        return width == 1 ? condition[node] : leaves[node * width + target];
    }

    /** Categories that go right, ascending; null for a node that compares numbers. */
    public int @Nullable [] categories(int node) {
        return categories == null ? null : categories.of(node);
    }

    public boolean leaf(int node) {
        return left[node] < 0;
    }

    private void check(int index, int features) {
        boolean[] reached = new boolean[nodes()];
        reached[0] = true;
        for (int node = 0; node < nodes(); node++) {
            if (leaf(node)) {
                continue;
            }
            if (feature[node] < 0 || feature[node] >= features) {
                throw bad(index, "splits on feature (" + feature[node] + ") of " + features);
            }
            for (int child : new int[] {left[node], right[node]}) {
                if (child <= 0 || child >= nodes() || reached[child]) {
                    throw bad(index, "has a child (" + child + ") that is outside the tree or reached twice");
                }
                reached[child] = true;
            }
        }
        checkAcyclic(index);
    }

    private void checkAcyclic(int index) {
        int[] stack = new int[nodes()];
        int top = 0;
        int visited = 0;
        stack[top++] = 0;
        while (top > 0) {
            int node = stack[--top];
            if (++visited > nodes()) {
                throw bad(index, "contains a cycle");
            }
            if (!leaf(node)) {
                stack[top++] = left[node];
                stack[top++] = right[node];
            }
        }
    }

    static ModelFormatException bad(int index, String how) {
        return new ModelFormatException(
                "XGBoost tree (" + index + ") " + how + ". Maybe the file is damaged; save the model again.");
    }
}
