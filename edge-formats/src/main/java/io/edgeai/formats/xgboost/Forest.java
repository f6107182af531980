package io.edgeai.formats.xgboost;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Trees laid out for one row at a time. Every step is one comparison {@code row[feature] >= threshold} that picks one of
 * two neighbouring nodes, and leaves pick themselves; so eight trees of similar depth walk side by side without a branch,
 * and the processor waits for memory once instead of eight times. {@code x < t} is asked of {@code -x} where a missing
 * value, which fails every comparison, must go the other way. Immutable and thread-safe.
 */
final class Forest {
    private static final int ABREAST = 8;
    /** Feature, threshold's bits, first of the two successors, the tree's own node. */
    private static final int STRIDE = 4;

    private final int features;
    private final float[] baseMargin;
    private final XgboostModel.Member[] members;
    private final int[] nodes;
    /** Trees in order of depth: their roots, what they were before, and how deep each row of eight goes. */
    private final int[] roots;

    private final int[] places;
    private final int[] depths;

    private Forest(XgboostModel model, int[] nodes, int[] roots, int[] places, int[] depths) {
        this.features = model.features;
        this.baseMargin = model.baseMargin.clone();
        this.members = model.trees.toArray(XgboostModel.Member[]::new);
        this.nodes = nodes;
        this.roots = roots;
        this.places = places;
        this.depths = depths;
    }

    static Forest of(XgboostModel model) {
        NodeLayout layout = new NodeLayout(model.features);
        List<NodeLayout.Root> laid = new ArrayList<>();
        for (int t = 0; t < model.trees.size(); t++) {
            laid.add(layout.add(model.trees.get(t).tree(), t));
        }
        laid.sort(Comparator.comparingInt(NodeLayout.Root::depth));
        int rows = (laid.size() + ABREAST - 1) / ABREAST;
        int[] roots = new int[rows * ABREAST];
        int[] places = new int[rows * ABREAST];
        int[] depths = new int[rows];
        for (int i = 0; i < roots.length; i++) {
            NodeLayout.Root root = laid.get(Math.min(i, laid.size() - 1));
            roots[i] = root.node();
            places[i] = root.tree();
            depths[i / ABREAST] = Math.max(depths[i / ABREAST], root.depth());
        }
        return new Forest(model, layout.nodes(), roots, places, depths);
    }

    /** Margins of one row that begins at an offset. */
    float[] margins(float[] values, int offset) {
        float[] row = new float[2 * features];
        for (int f = 0; f < features; f++) {
            float x = values[offset + f];
            row[f] = x;
            row[features + f] = -x;
        }
        int[] leaves = new int[members.length];
        for (int first = 0; first < roots.length; first += ABREAST) {
            walk(row, first, leaves);
        }
        float[] margins = baseMargin.clone();
        for (int t = 0; t < leaves.length; t++) {
            XgboostModel.Member member = members[t];
            XgboostTree tree = member.tree();
            for (int target = 0; target < tree.width; target++) {
                margins[tree.width == 1 ? member.group() : target] += tree.leaf(leaves[t], target) * member.weight();
            }
        }
        return margins;
    }

    private void walk(float[] row, int first, int[] leaves) {
        int[] at = nodes;
        int a = roots[first];
        int b = roots[first + 1];
        int c = roots[first + 2];
        int d = roots[first + 3];
        int e = roots[first + 4];
        int f = roots[first + 5];
        int g = roots[first + 6];
        int h = roots[first + 7];
        for (int level = depths[first / ABREAST]; level > 0; level--) {
            a = at[a + 2] + (row[at[a]] >= Float.intBitsToFloat(at[a + 1]) ? STRIDE : 0);
            b = at[b + 2] + (row[at[b]] >= Float.intBitsToFloat(at[b + 1]) ? STRIDE : 0);
            c = at[c + 2] + (row[at[c]] >= Float.intBitsToFloat(at[c + 1]) ? STRIDE : 0);
            d = at[d + 2] + (row[at[d]] >= Float.intBitsToFloat(at[d + 1]) ? STRIDE : 0);
            e = at[e + 2] + (row[at[e]] >= Float.intBitsToFloat(at[e + 1]) ? STRIDE : 0);
            f = at[f + 2] + (row[at[f]] >= Float.intBitsToFloat(at[f + 1]) ? STRIDE : 0);
            g = at[g + 2] + (row[at[g]] >= Float.intBitsToFloat(at[g + 1]) ? STRIDE : 0);
            h = at[h + 2] + (row[at[h]] >= Float.intBitsToFloat(at[h + 1]) ? STRIDE : 0);
        }
        leaves[places[first]] = at[a + 3];
        leaves[places[first + 1]] = at[b + 3];
        leaves[places[first + 2]] = at[c + 3];
        leaves[places[first + 3]] = at[d + 3];
        leaves[places[first + 4]] = at[e + 3];
        leaves[places[first + 5]] = at[f + 3];
        leaves[places[first + 6]] = at[g + 3];
        leaves[places[first + 7]] = at[h + 3];
    }
}
