package io.edgeai.formats.xgboost;

import com.fasterxml.jackson.databind.JsonNode;
import io.edgeai.core.error.ModelFormatException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Which categories the nodes of one tree send right, by node. */
final class CategorySets {
    /** XGBoost's own bound; larger codes go left. */
    private static final int MOST = 1 << 24;

    private final Map<Integer, int[]> sets;

    private CategorySets(Map<Integer, int[]> sets) {
        this.sets = sets;
    }

    /** Null for a tree that compares numbers only. */
    static @Nullable CategorySets of(JsonNode tree, int index) {
        JsonNode nodes = tree.path("categories_nodes");
        if (nodes.isEmpty()) {
            if (!tree.path("categories").isEmpty()) {
                throw XgboostTree.bad(index, "has categories of no node");
            }
            return null;
        }
        JsonNode all = tree.path("categories");
        JsonNode begins = tree.path("categories_segments");
        JsonNode sizes = tree.path("categories_sizes");
        if (begins.size() != nodes.size() || sizes.size() != nodes.size()) {
            throw XgboostTree.bad(
                    index,
                    "states (" + begins.size() + ") segments and (" + sizes.size() + ") sizes for (" + nodes.size()
                            + ") nodes with categories");
        }
        Map<Integer, int[]> sets = new HashMap<>();
        for (int i = 0; i < nodes.size(); i++) {
            long begin = begins.get(i).asLong(-1);
            long size = sizes.get(i).asLong(-1);
            if (begin < 0 || size < 0 || begin + size > all.size()) {
                throw XgboostTree.bad(
                        index, "has categories (" + begin + ") to (" + (begin + size) + ") of " + all.size());
            }
            int[] set = new int[(int) size];
            for (int c = 0; c < set.length; c++) {
                set[c] = category(all.get((int) begin + c), index);
            }
            Arrays.sort(set);
            if (sets.put(nodes.get(i).asInt(-1), set) != null) {
                throw XgboostTree.bad(index, "has two sets of categories for node (" + nodes.get(i) + ")");
            }
        }
        return new CategorySets(sets);
    }

    private static int category(JsonNode json, int index) throws ModelFormatException {
        int category = json.isNumber() ? json.asInt() : -1;
        if (category < 0 || category >= MOST) {
            throw XgboostTree.bad(index, "has a category (" + json + ") outside 0 to " + (MOST - 1));
        }
        return category;
    }

    int @Nullable [] of(int node) {
        return sets.get(node);
    }
}
