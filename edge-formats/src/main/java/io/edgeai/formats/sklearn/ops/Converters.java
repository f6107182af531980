package io.edgeai.formats.sklearn.ops;

import io.edgeai.formats.sklearn.graph.Converter;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** Every estimator this version converts, by class name. Immutable and thread-safe. */
public final class Converters {
    private static final SortedMap<String, Converter> ALL = all();

    private Converters() {}

    private static SortedMap<String, Converter> all() {
        Map<String, Converter> all = new TreeMap<>();
        LinearModels.register(all);
        Forests.register(all);
        Scalers.register(all);
        Selection.register(all);
        Compose.register(all);
        Boosting.register(all);
        HistBoosting.register(all);
        Ensembles.register(all);
        Multiples.register(all);
        Calibration.register(all);
        SupportVectors.register(all);
        KernelModels.register(all);
        GaussianClassifiers.register(all);
        Neighbors.register(all);
        RadiusNeighbors.register(all);
        Propagation.register(all);
        NaiveBayes.register(all);
        Networks.register(all);
        Discriminants.register(all);
        Decompositions.register(all);
        Factorizations.register(all);
        Topics.register(all);
        Densities.register(all);
        Clusters.register(all);
        Hierarchies.register(all);
        ChiSquared.register(all);
        Encoders.register(all);
        Imputers.register(all);
        Discretizers.register(all);
        Polynomials.register(all);
        Powers.register(all);
        Texts.register(all);
        HashedTexts.register(all);
        Simple.register(all);
        LightGbm.register(all);
        XgboostModels.register(all);
        return Collections.unmodifiableSortedMap(new TreeMap<>(all));
    }

    /** Whether classes of a module are those meant here: of scikit-learn, or of the wrappers of LightGBM and XGBoost. */
    public static boolean covers(String module) {
        return module.equals("sklearn")
                || module.startsWith("sklearn.")
                || module.startsWith("lightgbm.")
                || module.startsWith("xgboost.");
    }

    /** By class name, sorted. */
    public static SortedMap<String, Converter> byName() {
        return ALL;
    }
}
