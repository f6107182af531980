package io.edgeai.formats.sklearn.ops;

import io.edgeai.core.error.ModelFormatException;
import io.edgeai.core.error.UnsupportedOperatorException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** LightGBM's model text: a header of {@code key=value} lines, then the same for each tree. Immutable. */
final class LightGbmText {
    private static final int CATEGORICAL = 1;
    private static final int DEFAULT_LEFT = 2;
    private static final int MISSING_ZERO = 1;
    private static final int MISSING_NAN = 2;

    private final Map<String, String> header;
    private final List<Map<String, String>> trees;

    private LightGbmText(Map<String, String> header, List<Map<String, String>> trees) {
        this.header = header;
        this.trees = trees;
    }

    static LightGbmText parse(String text) {
        Map<String, String> header = new HashMap<>();
        List<Map<String, String>> trees = new ArrayList<>();
        Map<String, String> current = header;
        for (String line : text.split("\n")) {
            String stripped = line.strip();
            if (stripped.equals("end of trees")) {
                break;
            }
            int equals = stripped.indexOf('=');
            String key = equals < 0 ? stripped : stripped.substring(0, equals);
            if (key.equals("Tree")) {
                current = new HashMap<>();
                trees.add(current);
            } else if (!key.isEmpty()) {
                current.put(key, equals < 0 ? "" : stripped.substring(equals + 1));
            }
        }
        if (!header.containsKey("num_class") || !header.containsKey("max_feature_idx")) {
            throw new ModelFormatException(
                    "LightGBM's model text has no header. Maybe the booster was freed before saving.");
        }
        return new LightGbmText(header, trees);
    }

    int trees() {
        return trees.size();
    }

    int perIteration() {
        return number(header, "num_tree_per_iteration");
    }

    int features() {
        return number(header, "max_feature_idx") + 1;
    }

    boolean averaged() {
        return header.containsKey("average_output");
    }

    /** The objective's name and parameters, such as {@code binary sigmoid:1}. */
    String objective() {
        return header.getOrDefault("objective", "");
    }

    private static int number(Map<String, String> of, String key) {
        try {
            return Integer.parseInt(of.getOrDefault(key, ""));
        } catch (NumberFormatException e) {
            throw new ModelFormatException("LightGBM's (" + key + ") is (" + of.get(key) + "), not a whole number.", e);
        }
    }

    double[] leaves(int tree) {
        Map<String, String> own = trees.get(tree);
        if ("1".equals(own.get("is_linear"))) {
            throw new UnsupportedOperatorException("linear trees");
        }
        return doubles(own, "leaf_value");
    }

    /** Tree {@code index}: inner nodes first, then leaves in LightGBM's order. */
    Tree tree(int index) {
        Map<String, String> own = trees.get(index);
        int leaves = number(own, "num_leaves");
        int inner = Math.max(0, leaves - 1);
        if (leaves < 1 || leaves(index).length != leaves) {
            throw new ModelFormatException("LightGBM's tree (" + index + ") has no consistent leaves.");
        }
        if (inner == 0) {
            return new Tree(new int[] {-1}, new int[] {-1}, new int[] {0}, new double[1], null, null);
        }
        double[] feature = doubles(own, "split_feature");
        double[] threshold = doubles(own, "threshold");
        double[] decision = doubles(own, "decision_type");
        double[] left = doubles(own, "left_child");
        double[] right = doubles(own, "right_child");
        int[] lefts = new int[inner + leaves];
        int[] rights = new int[inner + leaves];
        int[] features = new int[inner + leaves];
        double[] thresholds = new double[inner + leaves];
        boolean[] missing = new boolean[inner + leaves];
        List<@Nullable Set<Integer>> members = new ArrayList<>();
        boolean categorical = false;
        for (int i = 0; i < inner; i++) {
            int type = (int) decision[i];
            lefts[i] = child(left[i], inner);
            rights[i] = child(right[i], inner);
            features[i] = (int) feature[i];
            int missingType = type >> 2 & 3;
            if ((type & CATEGORICAL) != 0) {
                categorical = true;
                members.add(categories(own, (int) threshold[i]));
                continue;
            }
            members.add(null);
            if (missingType == MISSING_ZERO) {
                throw new UnsupportedOperatorException("zero_as_missing = true");
            }
            thresholds[i] = threshold[i];
            // Where training saw none missing, a missing value counts as zero.
            missing[i] = missingType == MISSING_NAN ? (type & DEFAULT_LEFT) != 0 : 0 <= threshold[i];
        }
        for (int i = inner; i < lefts.length; i++) {
            lefts[i] = -1;
            rights[i] = -1;
            members.add(null);
        }
        return new Tree(lefts, rights, features, thresholds, missing, categorical ? members : null);
    }

    private static int child(double stated, int inner) {
        int child = (int) stated;
        return child < 0 ? inner + ~child : child;
    }

    private static Set<Integer> categories(Map<String, String> own, int split) {
        double[] bounds = doubles(own, "cat_boundaries");
        double[] words = doubles(own, "cat_threshold");
        Set<Integer> members = new HashSet<>();
        for (int word = (int) bounds[split]; word < (int) bounds[split + 1]; word++) {
            long bits = (long) words[word];
            for (int bit = 0; bit < 32; bit++) {
                if ((bits >> bit & 1) != 0) {
                    members.add((word - (int) bounds[split]) * 32 + bit);
                }
            }
        }
        return members;
    }

    private static double[] doubles(Map<String, String> own, String key) {
        String text = own.getOrDefault(key, "").strip();
        String[] parts = text.isEmpty() ? new String[0] : text.split(" +");
        double[] values = new double[parts.length];
        try {
            for (int i = 0; i < parts.length; i++) {
                values[i] = parts[i].equals("inf") ? Double.POSITIVE_INFINITY : Double.parseDouble(parts[i]);
            }
        } catch (NumberFormatException e) {
            throw new ModelFormatException("LightGBM's (" + key + ") holds something other than numbers.", e);
        }
        return values;
    }
}
