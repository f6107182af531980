package io.edgeai.formats.xgboost;

import java.util.List;

/** What an XGBoost file holds, as far as prediction needs it. Nobody changes the arrays after reading. */
final class XgboostModel {
    /** Writer's version, major first; empty where the file does not say. */
    final List<Integer> version;

    final Objective objective;
    final String objectiveName;

    /** Outputs per row: classes or targets, at least 1. */
    final int groups;

    /** Columns of a row. */
    final int features;

    /** Start value of each group, in margin space. */
    final float[] baseMargin;

    /** Trees in order of training; empty for a linear booster. */
    final List<Member> trees;

    /** Weights of a linear booster, feature-major with the bias last; empty for trees. */
    final float[] linear;

    XgboostModel(
            List<Integer> version,
            String objectiveName,
            Objective objective,
            int groups,
            int features,
            float[] baseMargin,
            List<Member> trees,
            float[] linear) {
        this.version = version;
        this.objective = objective;
        this.objectiveName = objectiveName;
        this.groups = groups;
        this.features = features;
        this.baseMargin = baseMargin;
        this.trees = trees;
        this.linear = linear;
    }

    /**
     * A tree of the ensemble.
     *
     * @param tree the tree
     * @param group the output it adds to; all of them where its leaves have several values
     * @param weight its factor; 1 except for DART
     */
    record Member(XgboostTree tree, int group, float weight) {}
}
