package io.edgeai.formats.sklearn;

import io.edgeai.core.error.ModelFormatException;
import io.edgeai.core.error.StorageException;
import io.edgeai.core.model.ModelFormat;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.formats.pickle.PickleReader;
import io.edgeai.formats.pickle.PyObject;
import io.edgeai.formats.pickle.PyTuple;
import io.edgeai.formats.sklearn.graph.Estimator;
import io.edgeai.formats.sklearn.ops.Converters;
import io.edgeai.formats.spi.ImportedModel;
import io.edgeai.formats.spi.ModelImporter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * scikit-learn to ONNX, from pickle and joblib files and from MLflow model folders. The graph takes {@code input}
 * [N, columns], double or text, or where a model takes both one input [N, 1] for each column by its name; it gives each
 * method the estimator has: {@code predict} [N] (class labels or doubles; [N, outputs] for several),
 * {@code predict_proba} double [N, classes], {@code decision_function} double [N] or [N, classes],
 * {@code score_samples} double [N], {@code transform} double [N, columns]. Versions 0.24 and later. Stateless and
 * thread-safe.
 */
public final class SklearnImporter implements ModelImporter {
    /** Class names of all estimators that are converted. */
    public static SortedSet<String> estimators() {
        return new TreeSet<>(Converters.byName().keySet());
    }

    @Override
    public ModelFormat format() {
        return ModelFormat.SCIKIT_LEARN;
    }

    @Override
    public ImportedModel read(Path source) {
        return convert(PickleReader.read(file(source)));
    }

    /** Converts what {@link PickleReader} read; several estimators are taken as steps one after the other. */
    static ImportedModel convert(Object content) {
        List<PyObject> steps = steps(content);
        PyObject object = steps.get(0);
        Estimator top = new Estimator(object, "", Estimator.versionOf(object));
        OnnxGraph graph;
        Conversion conversion = new Conversion();
        try {
            graph = conversion.run(top, steps.subList(1, steps.size()));
        } catch (IndexOutOfBoundsException
                | ClassCastException
                | NegativeArraySizeException
                | ArithmeticException
                | IllegalArgumentException e) {
            throw new ModelFormatException(
                    top.what()
                            + " has attributes that contradict each other. Maybe the file is damaged; save it again.",
                    e);
        }
        Object version = object.attribute("_sklearn_version");
        String producer = "scikit-learn" + (version instanceof String text ? " " + text : "");
        graph.info().producerName("scikit-learn").producerVersion(version instanceof String text ? text : "");
        return new ImportedModel(graph, ModelFormat.SCIKIT_LEARN, producer, Notes.of(graph), conversion.report());
    }

    /** The one estimator, or those of a list or tuple, which notebooks save as (transformer, model). */
    private static List<PyObject> steps(Object content) {
        List<?> items = content instanceof PyTuple tuple
                ? tuple.items()
                : content instanceof List<?> list ? list : List.of(content);
        List<PyObject> steps = new ArrayList<>();
        for (Object item : items) {
            if (item instanceof PyObject object) {
                steps.add(object);
            }
        }
        if (steps.isEmpty() || steps.size() != items.size()) {
            throw new ModelFormatException("Pickle holds (" + content + "), not one estimator. Maybe save the fitted"
                    + " pipeline by itself.");
        }
        return steps;
    }

    /** The pickle of an MLflow folder ({@code MLmodel} names it), or the file itself. */
    private static Path file(Path source) {
        Path description = source.resolve("MLmodel");
        if (!Files.isDirectory(source)) {
            return source;
        }
        try {
            if (Files.isRegularFile(description) && Files.size(description) < 1 << 20) {
                for (String line : Files.readAllLines(description)) {
                    String stripped = line.strip();
                    if (stripped.startsWith("pickled_model:") || stripped.startsWith("model_path:")) {
                        Path named = source.resolve(stripped.substring(stripped.indexOf(':') + 1)
                                        .strip())
                                .normalize();
                        if (named.startsWith(source.normalize()) && Files.isRegularFile(named)) {
                            return named;
                        }
                    }
                }
            }
        } catch (IOException e) {
            throw new StorageException("Cannot read (" + description + ").", e);
        }
        throw new ModelFormatException(
                "Folder (" + source + ") has no MLmodel that names a pickle in it. Maybe name the" + " pickle itself.");
    }
}
