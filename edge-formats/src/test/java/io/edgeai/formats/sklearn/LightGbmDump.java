package io.edgeai.formats.sklearn;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.StringJoiner;

/** Random trees written as LightGBM's model text, and a walk over such a text as LightGBM's own prediction goes. */
final class LightGbmDump {
    private static final int CATEGORICAL = 1;
    private static final int DEFAULT_LEFT = 2;
    private static final int NAN_IS_MISSING = 8;

    private final Random random;
    private final int features;
    private final StringBuilder text = new StringBuilder();
    private int trees;

    LightGbmDump(long seed, int features, int groups, String objective, boolean averaged) {
        this.random = new Random(seed);
        this.features = features;
        text.append("tree\nversion=v4\nnum_class=")
                .append(groups)
                .append("\nnum_tree_per_iteration=")
                .append(groups);
        text.append("\nlabel_index=0\nmax_feature_idx=")
                .append(features - 1)
                .append("\nobjective=")
                .append(objective);
        text.append(averaged ? "\naverage_output\n" : "\n");
    }

    String text() {
        return text + "\nend of trees\n\nparameters:\n[boosting: gbdt]\nend of parameters\n";
    }

    int trees() {
        return trees;
    }

    /** Splits random leaves until there are so many; a leaf that is split becomes an inner node and keeps its place. */
    LightGbmDump grow(int leaves) {
        Map<String, StringJoiner> lines = new HashMap<>();
        int inner = leaves - 1;
        int[] left = new int[inner];
        int[] right = new int[inner];
        int[] parent = new int[leaves];
        boolean[] onTheLeft = new boolean[leaves];
        List<Integer> sets = new ArrayList<>(List.of(0));
        for (int node = 0; node < inner; node++) {
            int split = node == 0 ? 0 : random.nextInt(node + 1);
            if (node > 0) {
                (onTheLeft[split] ? left : right)[parent[split]] = node;
            }
            left[node] = ~split;
            right[node] = ~(node + 1);
            parent[split] = node;
            onTheLeft[split] = true;
            parent[node + 1] = node;
            boolean categories = random.nextInt(4) == 0;
            int feature = categories ? features - 1 : random.nextInt(features - 1);
            put(lines, "split_feature", feature);
            int type = (random.nextBoolean() ? DEFAULT_LEFT : 0) + (random.nextBoolean() ? NAN_IS_MISSING : 0);
            put(lines, "decision_type", categories ? CATEGORICAL : type);
            put(lines, "threshold", categories ? sets.size() - 1 : random.nextInt(-12, 13) / 4.);
            if (categories) {
                int words = 1 + random.nextInt(2);
                for (int word = 0; word < words; word++) {
                    put(lines, "cat_threshold", random.nextInt() & 0xffffffffL);
                }
                sets.add(sets.get(sets.size() - 1) + words);
            }
        }
        for (int node = 0; node < inner; node++) {
            put(lines, "left_child", left[node]);
            put(lines, "right_child", right[node]);
        }
        for (int leaf = 0; leaf < leaves; leaf++) {
            put(lines, "leaf_value", random.nextGaussian());
        }
        sets.forEach(bound -> put(lines, "cat_boundaries", bound));
        text.append("\nTree=").append(trees++).append("\nnum_leaves=").append(leaves);
        text.append("\nnum_cat=").append(sets.size() - 1).append('\n');
        lines.forEach(
                (key, values) -> text.append(key).append('=').append(values).append('\n'));
        text.append("is_linear=0\nshrinkage=1\n");
        return this;
    }

    private static void put(Map<String, StringJoiner> lines, String key, Object value) {
        lines.computeIfAbsent(key, k -> new StringJoiner(" ")).add(value.toString());
    }

    /** Rows that meet thresholds exactly, with missing values, broken and unknown categories. */
    double[] row() {
        double[] row = new double[features];
        for (int i = 0; i < features; i++) {
            boolean missing = random.nextInt(6) == 0;
            row[i] = missing
                    ? Double.NaN
                    : i == features - 1 ? random.nextInt(-2, 150) / 2. : random.nextInt(-14, 15) / 4.;
        }
        return row;
    }

    /** The sums over the first so many trees of a text, one for each group. */
    static double[] walk(String text, int groups, int most, double[] row) {
        double[] sums = new double[groups];
        String[] blocks = text.split("\nTree=");
        for (int tree = 0; tree < Math.min(most, blocks.length - 1); tree++) {
            Map<String, String[]> lines = new HashMap<>();
            blocks[tree + 1]
                    .lines()
                    .filter(line -> line.contains("="))
                    .forEach(line -> lines.put(
                            line.substring(0, line.indexOf('=')),
                            line.substring(line.indexOf('=') + 1).split(" ")));
            int node = lines.get("num_leaves")[0].equals("1") ? ~0 : 0;
            while (node >= 0) {
                double x = row[Integer.parseInt(lines.get("split_feature")[node])];
                boolean goesLeft = left(lines, node, x);
                node = Integer.parseInt(lines.get(goesLeft ? "left_child" : "right_child")[node]);
            }
            sums[tree % groups] += Double.parseDouble(lines.get("leaf_value")[~node]);
        }
        return sums;
    }

    private static boolean left(Map<String, String[]> lines, int node, double x) {
        int type = Integer.parseInt(lines.get("decision_type")[node]);
        double threshold = Double.parseDouble(lines.get("threshold")[node]);
        if ((type & CATEGORICAL) != 0) {
            int category = (int) x;
            if (Double.isNaN(x) || category < 0) {
                return false;
            }
            int begin = Integer.parseInt(lines.get("cat_boundaries")[(int) threshold]);
            int end = Integer.parseInt(lines.get("cat_boundaries")[(int) threshold + 1]);
            int word = begin + category / 32;
            return word < end && (Long.parseLong(lines.get("cat_threshold")[word]) >> category % 32 & 1) == 1;
        }
        if (Double.isNaN(x) && (type & NAN_IS_MISSING) != 0) {
            return (type & DEFAULT_LEFT) != 0;
        }
        return (Double.isNaN(x) ? 0 : x) <= threshold;
    }
}
