package io.edgeai.core.onnx.cost;

import io.edgeai.core.onnx.OnnxAttribute;
import io.edgeai.core.onnx.OnnxNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Comparisons a sample takes through all trees of an ensemble in the worst case: the sum of their depths. */
final class Trees {
    private Trees() {}

    static long comparisons(OnnxNode node) {
        long[] trees = node.intsAttribute("nodes_treeids");
        long[] ids = node.intsAttribute("nodes_nodeids");
        long[] whenTrue = node.intsAttribute("nodes_truenodeids");
        long[] whenFalse = node.intsAttribute("nodes_falsenodeids");
        OnnxAttribute modes = node.attributes().get("nodes_modes");
        if (trees == null
                || ids == null
                || whenTrue == null
                || whenFalse == null
                || !(modes instanceof OnnxAttribute.OfStrings kinds)
                || ids.length != trees.length
                || whenTrue.length != trees.length
                || whenFalse.length != trees.length
                || kinds.values().size() != trees.length) {
            return 0;
        }
        Map<List<Long>, Integer> places = new HashMap<>();
        Map<Long, Integer> roots = new HashMap<>();
        for (int i = 0; i < trees.length; i++) {
            places.put(List.of(trees[i], ids[i]), i);
            roots.putIfAbsent(trees[i], i);
        }
        long sum = 0;
        for (int root : roots.values()) {
            List<Integer> level = List.of(root);
            Set<Integer> seen = new HashSet<>(level);
            while (!level.isEmpty()) {
                List<Integer> next = new ArrayList<>();
                boolean branches = false;
                for (int place : level) {
                    if (!kinds.values().get(place).toStringUtf8().equals("LEAF")) {
                        branches = true;
                        enter(places.get(List.of(trees[place], whenTrue[place])), seen, next);
                        enter(places.get(List.of(trees[place], whenFalse[place])), seen, next);
                    }
                }
                sum += branches ? 1 : 0;
                level = next;
            }
        }
        return sum;
    }

    private static void enter(@Nullable Integer child, Set<Integer> seen, List<Integer> next) {
        if (child != null && seen.add(child)) {
            next.add(child);
        }
    }
}
