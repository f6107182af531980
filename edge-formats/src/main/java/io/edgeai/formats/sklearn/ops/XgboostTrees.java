package io.edgeai.formats.sklearn.ops;

import io.edgeai.formats.sklearn.graph.Emitter;
import io.edgeai.formats.xgboost.XgboostBooster;
import io.edgeai.formats.xgboost.XgboostTree;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * XGBoost's trees in the form scikit-learn's have: {@code x < c} is {@code x <= } the float before {@code c}, and a set
 * of categories that go right is one whose members go left with the children exchanged. Stateless.
 */
final class XgboostTrees {
    /** No category; stands in an empty set, which ONNX has not. */
    private static final Set<Integer> NONE = Set.of(Integer.MIN_VALUE);

    private XgboostTrees() {}

    /** The sum of all leaves, [N, groups], for doubles that are floats. */
    static String sum(XgboostBooster booster, String input, Emitter out) {
        TreeBlock block = new TreeBlock();
        boolean[] categorical = new boolean[booster.features()];
        for (XgboostBooster.Member member : booster.trees()) {
            XgboostTree tree = member.tree();
            int[] order = fromTheRoot(tree);
            Tree same = same(tree, order, categorical);
            for (int target = 0; target < tree.width(); target++) {
                int value = target;
                block.add(
                        same,
                        tree.width() == 1 ? member.group() : target,
                        node -> tree.leaf(order[node], value) * member.weight(),
                        null);
            }
        }
        if (block.nodes() == 0) {
            return out.repeat(input, out.row(new double[booster.groups()]));
        }
        return block.emit(out, whole(input, categorical, out), booster.groups());
    }

    /** Nodes so that children follow their parents; those that pruning has cut off are left out. */
    private static int[] fromTheRoot(XgboostTree tree) {
        int[] order = new int[tree.nodes()];
        int count = 1;
        for (int i = 0; i < count; i++) {
            if (!tree.leaf(order[i])) {
                order[count++] = tree.left(order[i]);
                order[count++] = tree.right(order[i]);
            }
        }
        return Arrays.copyOf(order, count);
    }

    private static Tree same(XgboostTree tree, int[] order, boolean[] categorical) {
        int nodes = order.length;
        int[] left = new int[nodes];
        int[] right = new int[nodes];
        int[] feature = new int[nodes];
        double[] threshold = new double[nodes];
        boolean[] missingLeft = new boolean[nodes];
        List<@Nullable Set<Integer>> members = new ArrayList<>();
        int next = 1;
        for (int i = 0; i < nodes; i++) {
            int node = order[i];
            if (tree.leaf(node)) {
                left[i] = -1;
                right[i] = -1;
                members.add(null);
                continue;
            }
            int[] codes = tree.categories(node);
            boolean swapped = codes != null;
            left[i] = swapped ? next + 1 : next;
            right[i] = swapped ? next : next + 1;
            next += 2;
            feature[i] = tree.feature(node);
            threshold[i] = Math.nextDown(tree.condition(node));
            missingLeft[i] = swapped != tree.missingLeft(node);
            members.add(codes == null ? null : set(codes));
            categorical[feature[i]] |= swapped;
        }
        return new Tree(left, right, feature, threshold, missingLeft, members);
    }

    private static Set<Integer> set(int[] codes) {
        return codes.length == 0 ? NONE : Arrays.stream(codes).boxed().collect(Collectors.toSet());
    }

    /** XGBoost takes the whole part of a category's code. */
    private static String whole(String input, boolean[] categorical, Emitter out) {
        for (boolean any : categorical) {
            if (any) {
                return out.where(out.booleans(categorical, 1, categorical.length), out.op("Floor", input), input);
            }
        }
        return input;
    }
}
