package io.edgeai.core.format;

import io.edgeai.core.format.PickleValues.Dict;
import io.edgeai.core.format.PickleValues.Items;
import io.edgeai.core.format.PickleValues.Made;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import java.util.zip.InflaterInputStream;

/**
 * A pickle of scikit-learn: its estimators, the features and classes they were fitted to, and how many numbers they
 * hold. The pickle is sketched, never loaded.
 */
final class SklearnInspection {
    private static final int MOST_UNPACKED = 64 << 20;
    private static final int MOST_NAMES = 50;
    private static final int MOST_STEPS = 1000;
    private static final List<String> LIBRARIES =
            List.of("sklearn.", "xgboost.", "lightgbm.", "catboost.", "imblearn.", "category_encoders.");

    /** What is told of the model and its steps by name; the rest is only counted. */
    private static final Set<String> ATTRIBUTES = Set.of(
            "steps",
            "best_estimator_",
            "base_estimator",
            "estimator",
            "regressor_",
            "_sklearn_version",
            "_label_binarizer",
            "label_binarizer_",
            "_le",
            "le_",
            "n_features_in_",
            "feature_names_in_",
            "feature_names_",
            "classes_",
            "n_outputs_");

    /** Parts that keep the classes where the estimator itself does not. */
    private static final List<String> LABELS = List.of("_label_binarizer", "label_binarizer_", "_le", "le_");

    private final Findings findings;
    private long elements;
    private long bytes;
    private int arrays;

    private SklearnInspection(Findings findings) {
        this.findings = findings;
    }

    static void inspect(FileView file, Findings findings) {
        String variant = findings.detected.variant();
        if (variant.contains("not looked into")) {
            findings.warn("The JDK cannot unpack this compression, or only with much memory; conversion (edge-formats)"
                    + " can.");
            return;
        }
        try (InputStream in = stream(file, variant)) {
            SklearnInspection inspection = new SklearnInspection(findings);
            PickleRoom room = new PickleRoom(PickleRoom.of(file.size()), inspection::walk, ATTRIBUTES);
            inspection.run(PickleSketch.of(in, room));
        } catch (IOException e) {
            findings.warn("The compression is damaged: " + e.getMessage() + ".");
        }
    }

    private static InputStream stream(FileView file, String variant) throws IOException {
        if (variant.startsWith("gzip")) {
            return new FirstBytes(new GZIPInputStream(file.windowed(0)), MOST_UNPACKED);
        }
        if (variant.startsWith("zlib")) {
            return new FirstBytes(new InflaterInputStream(file.windowed(0)), MOST_UNPACKED);
        }
        String packer = Packed.kind(file.latin(0, 16));
        Optional<InputStream> content = packer.isEmpty() ? Optional.empty() : Packed.content(file, packer);
        return content.<InputStream>map(in -> new FirstBytes(in, MOST_UNPACKED)).orElseGet(() -> file.windowed(0));
    }

    private void run(PickleSketch sketch) {
        walk(sketch.value());
        if (arrays > 0) {
            findings.weights(elements, bytes);
            findings.note("arrays", Integer.toString(arrays));
        }
        List<Made> roots = estimators(sketch.value());
        if (roots.isEmpty()) {
            findings.warn("Which object is the model was not found in the pickle.");
        } else {
            describe(roots);
        }
        findings.noSignature("A pickle states features, not tensors: the metadata name them; conversion (edge-formats)"
                + " tells inputs and outputs.");
        if (sketch.complete()) {
            findings.warn("The pickle was followed; nothing was unpickled.");
        } else if (sketch.damage().isEmpty()) {
            findings.warn(
                    "The pickle was followed up to the limit of what is kept of it, and nothing was unpickled; what"
                            + " comes later is not counted.");
        } else {
            findings.warn("The pickle is damaged or cut off (" + sketch.damage() + ") and cannot be loaded; what comes"
                    + " later is not counted. Maybe fetch it again.");
            findings.inconvertible("the pickle is damaged or cut off; fetch it again");
        }
    }

    /** Every object once, whatever refers to it. */
    private void walk(Object root) {
        Set<Object> seen = Collections.newSetFromMap(new IdentityHashMap<>());
        Deque<Object> open = new ArrayDeque<>(List.of(root));
        while (!open.isEmpty()) {
            Object value = open.pop();
            if (!(value instanceof Made || value instanceof List || value instanceof Dict) || !seen.add(value)) {
                continue;
            }
            if (value instanceof Made made && made.told) {
                continue;
            }
            PickleArray array = PickleArray.of(value);
            if (array != null && array.numbers() && array.whole()) {
                arrays++;
                elements = Weights.sum(elements, array.elements());
                bytes = Weights.sum(bytes, array.bytes());
                told(value);
            } else if (value instanceof Made made) {
                count(made);
                made.told = true;
                made.parts(open::push);
            } else if (value instanceof Dict dict) {
                for (int i = 0; i < dict.values.size(); i++) {
                    if (!"classes_".equals(dict.keys.get(i))) { // labels, not learned
                        open.push(dict.values.get(i));
                    }
                }
            } else if (value instanceof List<?> list) {
                list.forEach(open::push);
            }
        }
    }

    private static void told(Object array) {
        if (array instanceof Made made) {
            made.told = true;
        }
    }

    private void count(Made made) {
        boolean described = made.state instanceof Dict || made.state == PickleValues.NONE;
        if (ours(made) && described && simple(made).matches("_*[A-Z].*")) {
            findings.operator(simple(made));
        }
    }

    /** The object itself, or the estimators in the list, tuple or dictionary that it is. */
    private static List<Made> estimators(Object root) {
        List<Made> found = new ArrayList<>();
        Deque<Object> open = new ArrayDeque<>(List.of(root));
        for (int steps = 0; !open.isEmpty() && steps < MOST_STEPS; steps++) {
            Object value = open.poll();
            if (value instanceof Made made && ours(made)) {
                found.add(made);
            } else if (value instanceof List<?> list) {
                list.stream().limit(MOST_NAMES).forEach(open::add);
            } else if (value instanceof Dict dict) {
                dict.values.stream().limit(MOST_NAMES).forEach(open::add);
            }
        }
        return found;
    }

    static boolean ours(Made made) {
        return LIBRARIES.stream().anyMatch(made.by::startsWith);
    }

    private void describe(List<Made> roots) {
        findings.note("estimator", joined(",", roots.stream().map(root -> root.by)));
        List<Made> parts = new ArrayList<>();
        for (Made root : roots) {
            parts.add(root);
            parts.addAll(inside(root));
        }
        for (Made part : parts) {
            if (part.attribute("_sklearn_version") instanceof String version) {
                findings.producer("scikit-learn " + version);
            }
        }
        for (Made part : List.copyOf(parts)) {
            for (String name : LABELS) {
                if (part.attribute(name) instanceof Made labels) {
                    parts.add(labels);
                }
            }
        }
        first(parts, "n_features_in_", "features");
        first(parts, "feature_names_in_", "feature names");
        first(parts, "feature_names_", "feature names");
        Collections.reverse(parts); // the last step decides
        first(parts, "classes_", "classes");
        first(parts, "n_outputs_", "outputs");
    }

    private static String joined(String between, Stream<String> parts) {
        return parts.limit(MOST_NAMES).collect(Collectors.joining(between));
    }

    private static String simple(Made made) {
        return made.by.substring(made.by.lastIndexOf('.') + 1);
    }

    /** The steps of a pipeline, or the one estimator that another wraps. */
    private List<Made> inside(Made root) {
        List<Made> inner = new ArrayList<>();
        if (root.attribute("steps") instanceof List<?> steps) {
            for (Object step : steps) {
                if (PickleValues.item(step, 1) instanceof Made made && inner.size() < MOST_NAMES) {
                    inner.add(made);
                }
            }
            findings.note("steps", joined(" -> ", inner.stream().map(SklearnInspection::simple)));
            return inner;
        }
        for (String name : List.of("best_estimator_", "base_estimator", "estimator", "regressor_")) {
            if (root.attribute(name) instanceof Made made && ours(made)) {
                findings.note("wraps", simple(made));
                inner.add(made);
                break;
            }
        }
        return inner;
    }

    private void first(List<Made> parts, String attribute, String key) {
        for (Made part : parts) {
            Object value = part.attribute(attribute);
            PickleArray array = PickleArray.of(value);
            if (array != null && !array.texts(1).isEmpty()) {
                List<String> texts = array.texts(MOST_NAMES);
                long more = array.elements() - texts.size();
                findings.note(key, String.join(",", texts) + (more > 0 ? " and " + more + " more" : ""));
                return;
            }
            if (value instanceof List<?> names && !names.isEmpty() && names.get(0) instanceof String) {
                int all = names.size() + (names instanceof Items items ? items.passed : 0);
                findings.note(
                        key,
                        joined(
                                        ",",
                                        names.stream()
                                                .filter(String.class::isInstance)
                                                .map(String.class::cast))
                                + (all > MOST_NAMES ? " and " + (all - MOST_NAMES) + " more" : ""));
                return;
            }
            if (value instanceof Long || value instanceof String) {
                findings.note(key, value.toString());
                return;
            }
        }
    }
}
