package io.edgeai.formats.sklearn;

import io.edgeai.core.error.EdgeException;
import io.edgeai.core.error.ModelFormatException;
import io.edgeai.core.error.UnsupportedOperatorException;
import io.edgeai.core.model.Dim;
import io.edgeai.core.model.ElementType;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxNode;
import io.edgeai.core.onnx.OnnxType;
import io.edgeai.core.onnx.OnnxValue;
import io.edgeai.formats.emit.Account;
import io.edgeai.formats.pickle.PyObject;
import io.edgeai.formats.sklearn.graph.Context;
import io.edgeai.formats.sklearn.graph.Converter;
import io.edgeai.formats.sklearn.graph.Emitter;
import io.edgeai.formats.sklearn.graph.Estimator;
import io.edgeai.formats.sklearn.graph.Features;
import io.edgeai.formats.sklearn.graph.Fitted;
import io.edgeai.formats.sklearn.ops.Converters;
import io.edgeai.formats.spi.ImportReport;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One import: walks the estimators, collects what is not supported, and names the outputs. Single-use. */
final class Conversion implements Context {
    private static final int DEEPEST = 64;

    private final OnnxGraph graph = OnnxGraph.create("scikit-learn", 20);
    private final Emitter out = new Emitter(graph);
    private final Map<String, List<String>> problems = new LinkedHashMap<>();
    private final List<String> notes = new ArrayList<>();
    private final Account account = new Account();
    private int depth;

    Conversion() {
        graph.info().irVersion(10).opsets().put("ai.onnx.ml", 5L);
        graph.info().opsets().put("com.microsoft", 1L);
    }

    ImportReport report() {
        return account.report();
    }

    OnnxGraph run(Estimator top, List<PyObject> more) {
        Fitted fitted = convert(top, Inputs.declare(top, graph));
        for (int i = 0; i < more.size() && (failed() || fitted.has("transform")); i++) {
            Estimator next = new Estimator(more.get(i), "item " + (i + 1), Estimator.versionOf(more.get(i)));
            note(next, "the file holds " + (more.size() + 1) + " estimators, taken as steps one after the other");
            fitted = convert(next, fitted.transform());
            if (i == more.size() - 1) {
                return finish(top, fitted);
            }
        }
        if (!more.isEmpty()) {
            throw new ModelFormatException(
                    "Pickle holds (" + (more.size() + 1) + ") estimators that are no steps of one" + " model: ("
                            + top.kind() + ") has no transform. Maybe save each by itself.");
        }
        return finish(top, fitted);
    }

    private OnnxGraph finish(Estimator top, Fitted fitted) {
        if (failed()) {
            throw new UnsupportedOperatorException(message());
        }
        outputs(top, fitted);
        removeUnused();
        for (int i = 0; i < notes.size(); i++) {
            graph.metadata().put(Notes.KEY + i, notes.get(i));
        }
        return graph;
    }

    private String message() {
        List<String> items = new ArrayList<>();
        problems.forEach(
                (what, places) -> items.add("(" + what + ") x" + places.size() + " at " + String.join(", ", places)));
        return "The model has parts that have no exact ONNX equivalent here: " + String.join("; ", items)
                + ". Maybe replace them, or see docs/guide/sklearn.md for what is converted.";
    }

    @Override
    public Emitter out() {
        return out;
    }

    @Override
    public Fitted convert(Estimator inner, Features features) {
        Converter converter = Converters.byName().get(inner.kind());
        int before = graph.nodes().size();
        if (converter == null || !Converters.covers(inner.object().module())) {
            unsupported(inner, inner.object().type().qualified());
            return refused(inner);
        }
        if (depth >= DEEPEST) {
            unsupported(inner, "nesting deeper than " + DEEPEST);
            return refused(inner);
        }
        depth++;
        int at = notes.size();
        try {
            Fitted fitted = converter.convert(inner, features, this);
            notes.add(at, place(inner) + ": " + inner.kind() + " -> " + histogram(before));
            account.add(
                    inner.kind(),
                    place(inner),
                    graph.nodes().subList(before, graph.nodes().size()));
            return fitted;
        } catch (UnsupportedOperatorException e) {
            unsupported(inner, inner.kind() + ": " + e.getMessage());
            return refused(inner);
        } catch (EdgeException e) {
            if (failed()) {
                return refused(inner); // A consequence of what is already on the list.
            }
            throw e;
        } catch (IndexOutOfBoundsException
                | ClassCastException
                | NegativeArraySizeException
                | ArithmeticException
                | IllegalArgumentException e) {
            if (failed()) {
                return refused(inner);
            }
            throw new ModelFormatException(
                    inner.what()
                            + " has attributes that contradict each other. Maybe the file is damaged; save it again.",
                    e);
        } finally {
            depth--;
        }
    }

    /** Lets the walk go on to find everything that is refused; the conversion then fails as a whole. */
    private Fitted refused(Estimator inner) {
        Fitted fitted = new Fitted();
        String any = out.scalar(0);
        fitted.transform(Features.of(any, Math.max(1, inner.inputWidth(1))));
        return fitted.predict(any, 1, true).proba(any, 1).decision(any, 1).scoreSamples(any);
    }

    private static String place(Estimator estimator) {
        return estimator.place().isEmpty() ? "model" : estimator.place();
    }

    private String histogram(int from) {
        Map<String, Integer> ops = new LinkedHashMap<>();
        graph.nodes().subList(from, graph.nodes().size()).forEach(node -> ops.merge(node.op(), 1, Integer::sum));
        if (ops.isEmpty()) {
            return "nothing to compute";
        }
        List<String> parts = new ArrayList<>();
        ops.forEach((op, count) -> parts.add(count == 1 ? op : op + " x" + count));
        return String.join(", ", parts);
    }

    @Override
    public void unsupported(Estimator estimator, String reason) {
        problems.computeIfAbsent(reason, key -> new ArrayList<>()).add(place(estimator));
    }

    @Override
    public boolean failed() {
        return !problems.isEmpty();
    }

    @Override
    public void note(Estimator estimator, @Nullable String how) {
        notes.add(place(estimator) + ": " + how);
    }

    private void outputs(Estimator top, Fitted fitted) {
        if (fitted.has("predict")) {
            ElementType type = fitted.classifier() ? fitted.labels().type() : null;
            boolean vector = fitted.classifier();
            String value = fitted.predict();
            if (!vector && fitted.flat()) {
                value = out.squeeze(value, 1);
            }
            output("predict", value, type, fitted.classifier() || fitted.flat() ? 0 : fitted.outputs());
        }
        fitted.scores().forEach((method, score) -> {
            boolean flat = score.flat() && score.width() == 1;
            output(
                    method,
                    flat ? out.squeeze(score.value(), 1) : score.value(),
                    ElementType.DOUBLE,
                    flat ? 0 : score.width());
        });
        if (fitted.has("transform")) {
            Features features = fitted.transform();
            ElementType only =
                    features.parts().size() == 1 ? features.parts().get(0).type() : ElementType.DOUBLE;
            boolean texts = features.parts().stream().allMatch(part -> part.type() == ElementType.STRING);
            if (texts && features.width() > 0) {
                List<String> values =
                        features.parts().stream().map(Features.Part::value).toList();
                output("transform", out.concat(1, values), ElementType.STRING, features.width());
            } else if (only != ElementType.DOUBLE) {
                output("transform", features.parts().get(0).value(), only, features.width());
            } else if (features.text()) {
                note(top, "columns of text and numbers together have no one array, so there is no output transform");
            } else if (features.width() > 0) {
                output("transform", features.matrix(out), ElementType.DOUBLE, features.width());
            }
        }
        if (graph.outputs().isEmpty()) {
            throw new UnsupportedOperatorException(
                    "The model has no method that gives one array of values. Maybe save" + " its predictor.");
        }
    }

    private void output(String name, String value, @Nullable ElementType type, int width) {
        ElementType element = type != null ? type : Types.of(graph, value);
        out.graph().add("Identity", name, List.of(value), List.of(name));
        List<Dim> dims = width == 0 ? List.of(Dim.symbolic("N")) : List.of(Dim.symbolic("N"), Dim.of(width));
        graph.outputs().add(new OnnxValue(name, new OnnxType.OfTensor(element, dims)));
    }

    private void removeUnused() {
        Set<String> needed = new HashSet<>();
        graph.outputs().forEach(output -> needed.add(output.name()));
        List<OnnxNode> kept = new ArrayList<>();
        for (int i = graph.nodes().size() - 1; i >= 0; i--) {
            OnnxNode node = graph.nodes().get(i);
            if (node.outputs().stream().anyMatch(needed::contains)) {
                needed.addAll(node.reads());
                kept.add(0, node);
            }
        }
        graph.nodes().retainAll(Set.copyOf(kept));
        graph.initializers().keySet().retainAll(needed);
        graph.inputs().removeIf(input -> !needed.contains(input.name()));
    }
}
