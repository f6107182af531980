package io.edgeai.formats.sklearn.ops;

import io.edgeai.core.error.UnsupportedOperatorException;
import io.edgeai.formats.sklearn.graph.Estimator;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The keys of the dicts a {@code DictVectorizer} was fitted on, as columns: text where its features read
 * {@code key=value}, else numbers.
 *
 * @param names of the keys, in order of first feature
 * @param targets for each key the features it feeds
 */
record DictColumns(List<String> names, List<List<Target>> targets) {
    /**
     * One feature.
     *
     * @param category the text it marks, or null for the number itself
     */
    record Target(int column, @Nullable String category) {}

    static DictColumns of(Estimator e) {
        String separator = e.text("=", "separator");
        Map<String, List<Target>> byKey = new LinkedHashMap<>();
        List<Object> features = e.list("feature_names_");
        for (int i = 0; i < features.size(); i++) {
            String feature = String.valueOf(features.get(i));
            int at = feature.indexOf(separator);
            String key = at < 0 ? feature : feature.substring(0, at);
            byKey.computeIfAbsent(key, k -> new ArrayList<>())
                    .add(new Target(i, at < 0 ? null : feature.substring(at + separator.length())));
        }
        byKey.forEach((key, targets) -> {
            boolean number = targets.stream().anyMatch(target -> target.category() == null);
            if (number && targets.size() > 1) {
                throw new UnsupportedOperatorException("key (" + key + ") with numbers and text");
            }
        });
        return new DictColumns(List.copyOf(byKey.keySet()), List.copyOf(byKey.values()));
    }

    boolean text(int key) {
        return targets.get(key).get(0).category() != null;
    }
}
